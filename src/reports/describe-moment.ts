/** Moments of a round in words. */
import { TEAM_NAMES } from "../engine/players.ts";
import { plainName } from "../names.ts";
import { nameInWords } from "./describe.ts";
import { objectiveName } from "./find-objectives.ts";
import type { Moment } from "./round.ts";

/** What is done to an objective, by its event. */
const DONE: Partial<Record<NonNullable<Moment["objective"]>["event"], string>> = {
  objective_destroy: "destroyed",
  construct_finish: "built",
  carry_secure: "secured",
  spawn_capture: "captured",
};

function describeDone({
  event,
  objectiveKind,
  objectiveName: name,
}: NonNullable<Moment["objective"]>): string {
  return `${DONE[event] ?? event} ${plainName(objectiveName(objectiveKind, name))}`;
}

/** What happened, and where if the place has a name, without when: `Bravo downs 4 in a row at Main Gate`. A bot is said to be one. */
export function describeMoment({ area, count, isBot, kind, name, objective, team }: Moment): string {
  const who = name === null ? (TEAM_NAMES[team] ?? "") : nameInWords(name, isBot);
  const words = {
    objective: `${who} ${objective === undefined ? "" : describeDone(objective)}`,
    first_kill: `${who} makes the first kill`,
    spree: `${who} downs ${count} in a row`,
    last_standing: `${who} are down to their last player`,
    wipe: `${who} are wiped out`,
  }[kind];
  return area === undefined ? words : `${words} at ${area}`;
}
