/** The objectives in words: what each is, whose it is, and how it fares. */
import { setText } from "./elements.ts";
import { builtAt, fuseLeft, stateAt, type Goal } from "./objectives.ts";
import { plainText, showName } from "./paint.ts";
import { nameAt, type Round } from "./round.ts";

/** The shapes of the teams. */
const SIGNS = ["neither", "axis", "allies"] as const;

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** How a construction fares. */
function tellConstruction(goal: Goal, timeMs: number): string {
  const state = stateAt(goal, timeMs);
  const built = builtAt(state, timeMs);
  if (state.stands && built === 1) return "built";
  if (state.stands) return `damaged, ${percent(built)} left`;
  if (built > 0) return `${percent(built)} built`;
  // Whether it stands from the beginning is not told.
  if (goal.states.length === 1) return "untouched";
  return goal.states.some(({ stands, timeMs: since }) => stands && since <= timeMs)
    ? "destroyed"
    : "not built";
}

/** How an objective fares, in words. */
export function tellGoal(round: Round, goal: Goal, timeMs: number): string {
  const { carrier, droppedAt, isOver, stands, team } = stateAt(goal, timeMs);
  const fuses = round.dynamites
    .filter(({ objective }) => objective === goal.index)
    .flatMap((dynamite) => fuseLeft(dynamite, timeMs) ?? []);
  const fuse = fuses.length === 0 ? "" : `, dynamite ${Math.ceil(Math.min(...fuses) / 1000)} s`;
  switch (goal.packed.kind) {
    case "explosive":
      return `${stands ? "stands" : "destroyed"}${fuse}`;
    case "constructible":
    case "command_post":
      return `${tellConstruction(goal, timeMs)}${fuse}`;
    case "documents":
      if (isOver) return "secured";
      if (carrier !== undefined) return `carried by ${plainText(nameAt(round, carrier, timeMs))}`;
      if (stands) return "in its place";
      return droppedAt === undefined ? "away" : "dropped";
    case "spawn":
      return team === 0 ? "nobody's" : `held by ${round.packed.teams[team] ?? ""}`;
    case "vehicle":
      return stands ? "works" : "disabled";
    case "goal":
      return "";
  }
}

/** The list of the objectives. It is hidden where the round has none. */
export class GoalList {
  readonly #round: Round;
  readonly #rows: readonly { goal: Goal; sign: HTMLElement; state: HTMLElement }[];

  constructor(section: HTMLElement, list: HTMLElement, round: Round) {
    this.#round = round;
    const goals = round.goals.filter(({ packed }) => packed.kind !== "goal");
    section.hidden = goals.length === 0;
    this.#rows = goals.map((goal) => {
      const row = document.createElement("li");
      row.className = "goal";
      const sign = document.createElement("i");
      const name = document.createElement("span");
      name.className = "who";
      showName(name, goal.packed.name);
      const team = round.packed.teams[goal.packed.team];
      row.title = `${goal.packed.kind.replace("_", " ")}${goal.packed.team === 0 ? "" : ` of the ${team ?? ""}`}`;
      const state = document.createElement("span");
      state.className = "state";
      row.append(sign, name, state);
      list.append(row);
      return { goal, sign, state };
    });
  }

  show(timeMs: number): void {
    for (const { goal, sign, state } of this.#rows) {
      sign.className = `sign ${SIGNS[stateAt(goal, timeMs).team] ?? "neither"}`;
      setText(state, tellGoal(this.#round, goal, timeMs));
    }
  }
}
