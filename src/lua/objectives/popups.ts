/** The engine's messages to the players' screens: entities that stay for a moment, and say at which objective dynamite was planted. */
import { FIRST_ENTITY, LAST_ENTITY } from "../../engine/entities.ts";
import { clock } from "../clock.ts";
import { reader } from "../reader.ts";

const get = reader(
  ["objectives"],
  ["classname", "s.effect1Time", "s.effect2Time", "s.effect3Time", "s.teamNum"],
);

/** `s.effect1Time` of a message about dynamite, and its `s.effect2Time` when that was planted. */
const ABOUT_DYNAMITE = 0;
const PLANTED = 0;
/** A message stays so long, ms. */
const SHOWN_MS = 300;

/** Until when each message that was read may be there, by its entity. */
let read = new LuaTable<number, number | undefined>();

/** Forgets all messages. */
export function resetPopups(): void {
  read = new LuaTable();
}

/** The number in the engine's list of the objective at which a team has just planted dynamite; undefined for none. */
export function indexPlanted(team: number): number | undefined {
  for (const entity of $range(FIRST_ENTITY, LAST_ENTITY)) {
    if (
      get(entity, "classname") === "messageent" &&
      get(entity, "s.effect1Time") === ABOUT_DYNAMITE &&
      get(entity, "s.effect2Time") === PLANTED &&
      get(entity, "s.teamNum") === team &&
      (read.get(entity) ?? 0) <= clock.roundMs
    ) {
      read.set(entity, clock.roundMs + SHOWN_MS);
      return get(entity, "s.effect3Time");
    }
  }
  return undefined;
}
