/** What happened up to now, newest first: kills, revives, objectives, who came and went, crossfires, baits, trades. */
import type { PackedEvent, PackedObjectiveEvent, PackedRun } from "../packed.ts";
import type { ReplayTeamPlay } from "../replay-data.ts";
import { plainText, showName } from "./paint.ts";
import { areaName, causeOf, formatTime, nameAt, teamAt, type Round, type Story } from "./round.ts";
import { countUntil } from "./search.ts";

const ROWS_SHOWN = 60;
/** A click on a story shows how it came about. */
const LEAD_MS = 2000;

type Part = string | { readonly actor: number | null | undefined } | { readonly name: readonly PackedRun[] };

/** Where something was, if the place has a name. */
function placed(round: Round, area: number | undefined): Part[] {
  const name = areaName(round, area);
  return name === undefined ? [] : [" at ", { name }];
}

const who = (actor: number | null | undefined): Part => ({ actor });

function tellKill(round: Round, event: PackedEvent): Part[] {
  const cause = causeOf(round, event);
  const distance = event.distanceUnits === undefined ? "" : ` ${event.distanceUnits} u`;
  const isAlone =
    ["self", "world"].includes(event.relation ?? "") ||
    event.attacker === undefined ||
    event.attacker === event.target;
  const where = placed(round, event.area);
  if (isAlone) return [who(event.target), ` ✕ ${cause}`, ...where];
  const verb = event.relation === "team" ? " teamkilled " : " ✕ ";
  return [who(event.attacker), verb, who(event.target), ` ${cause}${distance}`, ...where];
}

function tellEvent(event: PackedEvent): Part[] {
  switch (event.event) {
    case "revive":
      return event.attacker === undefined
        ? [who(event.target), " was revived"]
        : [who(event.attacker), " revived ", who(event.target)];
    case "join":
      return [who(event.target), " joined"];
    case "leave":
      return [who(event.target), " left"];
    case "pause":
      return ["the match was paused"];
    case "resume":
      return ["the match was resumed"];
    default:
      return [event.event];
  }
}

function tellPlay(play: ReplayTeamPlay): Part[] {
  const angle = play.angleDeg === null ? "" : ` (${Math.round(play.angleDeg)}°)`;
  switch (play.record) {
    case "crossfire":
      return [who(play.actor), " + ", who(play.partner), " crossfire on ", who(play.enemy), angle];
    case "bait":
      return [who(play.actor), " baited ", who(play.enemy), " for ", who(play.partner)];
    case "trade":
      return [who(play.actor), " avenged ", who(play.partner), ": trade on ", who(play.enemy)];
  }
}

/** Who did something to an objective: without anybody known, what became of it. */
function tellDeed(round: Round, deed: PackedObjectiveEvent): Part[] {
  const { actor, event, objective, reason, sharePercent, stage, stages } = deed;
  const packed = objective === undefined ? undefined : round.packed.objectives[objective];
  const thing: Part = packed === undefined ? "something" : { name: packed.name };
  const by = (verb: string, passive: string): Part[] =>
    actor === undefined ? [thing, ` ${passive}`] : [who(actor), ` ${verb} `, thing];
  const place: Part[] = packed === undefined ? [" in the open"] : [" at ", thing];
  switch (event) {
    case "dynamite_arm":
      return actor === undefined
        ? ["dynamite was planted", ...place]
        : [who(actor), " planted dynamite", ...place];
    case "dynamite_defuse":
      return actor === undefined
        ? ["dynamite was defused", ...place]
        : [who(actor), " defused dynamite", ...place];
    case "dynamite_explode":
      return ["dynamite exploded", ...place];
    case "objective_destroy":
    case "construct_destroy":
      return by("destroyed", "was destroyed");
    case "construct_stage":
      return by(`built stage ${stage ?? "?"} of ${stages ?? "?"} of`, "grew by a stage");
    case "construct_finish":
      return by("built", "was built");
    case "construct_decay":
      return [thing, ` fell apart, ${sharePercent ?? "?"} % built`];
    case "construct_damage":
      return by("destroyed a stage of", "lost a stage");
    case "carry_take":
      return by("took", "was taken");
    case "carry_pickup":
      return by("picked up", "was picked up");
    case "carry_drop":
      return [...by("lost", "was lost"), reason === "command" ? " by choice" : ""];
    case "carry_return":
      return by("returned", reason === "time" ? "came back by itself" : "was returned");
    case "carry_secure":
      return by("secured", "was secured");
    case "spawn_capture":
      return by("captured", "changed sides");
    case "vehicle_disable":
      return by("disabled", "was disabled");
    case "vehicle_repair":
      return by("repaired", "was repaired");
    default:
      return [event];
  }
}

function tell(round: Round, story: Story): Part[] {
  if (story.kind === "goal") return tellDeed(round, story.deed);
  if (story.kind === "play") return tellPlay(story.play);
  if (story.kind === "contact") return ["first contact", ...placed(round, story.contact.area)];
  return story.kind === "kill" ? tellKill(round, story.event) : tellEvent(story.event);
}

/** The team whose deed it is. */
function teamOf(round: Round, story: Story): number {
  if (story.kind === "goal") return story.deed.team ?? 0;
  if (story.kind === "contact") return 0;
  const actor = story.kind === "play" ? story.play.actor : (story.event.attacker ?? story.event.target);
  return teamAt(round, actor, story.timeMs);
}

/** A story as plain text. */
export function storyText(round: Round, story: Story): string {
  return tell(round, story)
    .map((part) =>
      typeof part === "string"
        ? part
        : plainText("name" in part ? part.name : nameAt(round, part.actor, story.timeMs)),
    )
    .join("");
}

/** The list of the stories up to a moment, the latest {@link ROWS_SHOWN}. A click seeks the time shortly before one. */
export class Feed {
  readonly #list: HTMLElement;
  readonly #round: Round;
  readonly #onSeek: (timeMs: number) => void;
  #shown = -1;

  constructor(list: HTMLElement, round: Round, onSeek: (timeMs: number) => void) {
    this.#list = list;
    this.#round = round;
    this.#onSeek = onSeek;
  }

  show(timeMs: number): void {
    const { stories } = this.#round;
    const count = countUntil(stories, timeMs, (story) => story.timeMs);
    if (count === this.#shown) return;
    const added = count - this.#shown;
    if (this.#shown >= 0 && added > 0 && added < ROWS_SHOWN) {
      for (const story of stories.slice(this.#shown, count)) this.#list.prepend(this.#row(story));
      while (this.#list.children.length > ROWS_SHOWN) this.#list.lastElementChild?.remove();
    } else {
      const rows = stories.slice(Math.max(0, count - ROWS_SHOWN), count).map((story) => this.#row(story));
      this.#list.replaceChildren(...rows.reverse());
    }
    this.#shown = count;
  }

  #row(story: Story): HTMLLIElement {
    const row = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = `story story-${story.kind} team-${teamOf(this.#round, story)}`;
    button.title = "show the lead-up";
    const time = document.createElement("time");
    time.textContent = formatTime(story.timeMs);
    const text = document.createElement("span");
    for (const part of tell(this.#round, story)) {
      if (typeof part === "string") text.append(part);
      else if ("name" in part) {
        const name = document.createElement("span");
        name.className = "goal-name";
        showName(name, part.name);
        text.append(name);
      } else {
        const name = document.createElement("span");
        name.className = `team-${teamAt(this.#round, part.actor, story.timeMs)}`;
        showName(name, nameAt(this.#round, part.actor, story.timeMs));
        text.append(name);
      }
    }
    button.append(time, text);
    button.addEventListener("click", () => {
      this.#onSeek(Math.max(0, story.timeMs - LEAD_MS));
    });
    row.append(button);
    return row;
  }
}
