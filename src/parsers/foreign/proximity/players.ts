/** Who is who in a file of the proximity tracker, which has GUIDs and no slots. */
import { SLOTS } from "../../../format/column.ts";
import { refuse } from "../../fault.ts";
import type { PlayerNote } from "../../note-reader.ts";
import { decodeMixed } from "../mixed-text.ts";

/** The file's words for teams and classes, as the engine's numbers. */
const TEAMS: ReadonlyMap<string, number> = new Map([
  ["AXIS", 1],
  ["ALLIES", 2],
  ["SPEC", 3],
]);
const CLASSES: ReadonlyMap<string, number> = new Map([
  ["SOLDIER", 0],
  ["MEDIC", 1],
  ["ENGINEER", 2],
  ["FIELDOPS", 3],
  ["COVERTOPS", 4],
]);

/** The engine's number of a team; 0 for a word that names none. */
export const teamOf = (word: string): number => TEAMS.get(word) ?? 0;
/** The engine's number of a class; undefined for a word that names none. */
export const classOf = (word: string): number | undefined => CLASSES.get(word);

/** A client without GUID: the tracker writes nothing, or the slot. */
const NO_GUID = /^(?:SLOT\d+)?$/;
const LONGEST_GUID = 64;

/** What a track says of its player. */
interface Spawn {
  readonly timeMs: number;
  readonly name: string;
  readonly team: number;
  readonly class: number;
}

/** A player, with the spawns that begin the tracks. */
interface Known {
  readonly slot: number;
  readonly guid: string;
  readonly spawns: Spawn[];
  name: string;
  earliestMs: number;
}

/** Gives each player a slot, in the order in which they are named. */
export class ProximityPlayers {
  readonly #known = new Map<string, Known>();
  readonly #bySlot: Known[] = [];

  /** The slot of a player who is named at a time. Throws for a GUID that is none, and for more players than a server has. */
  slotOf(guid: string, name: string, timeMs: number, line: number): number {
    if (guid.length > LONGEST_GUID || /[^\x20-\x7e]/.test(guid))
      refuse("E_FOREIGN_FILE", line, "a GUID is none", { field: "guid", text: guid });
    const hasNone = NO_GUID.test(guid);
    const key = guid === "" ? `\n${name}` : guid;
    let known = this.#known.get(key);
    if (known === undefined) {
      const slot = this.#bySlot.length;
      if (slot >= SLOTS) refuse("E_TOO_MANY_PLAYERS", line, `it names more than ${SLOTS} players`);
      known = { slot, guid: hasNone ? "" : guid, spawns: [], name, earliestMs: timeMs };
      this.#known.set(key, known);
      this.#bySlot.push(known);
    }
    known.earliestMs = Math.min(known.earliestMs, timeMs);
    return known.slot;
  }

  /** Notes a spawn; all must be noted in the order of their times before others are asked for. Returns the number of the life. */
  addSpawn(slot: number, spawn: Spawn): number {
    return this.#bySlot[slot]?.spawns.push(spawn) ?? 0;
  }

  /** The number of the life that a player had at a time, null before the first. */
  lifeAt(slot: number, timeMs: number): number | null {
    const lives = this.#bySlot[slot]?.spawns.filter((spawn) => spawn.timeMs <= timeMs).length ?? 0;
    return lives === 0 ? null : lives;
  }

  /** The team that a player was in at a time, 0 where it is not known. */
  teamAt(slot: number, timeMs: number): number {
    const spawns = this.#bySlot[slot]?.spawns ?? [];
    return (spawns.findLast((spawn) => spawn.timeMs <= timeMs) ?? spawns[0])?.team ?? 0;
  }

  /** The notes of all players, in order of time: one where a player is first named, and one for each change. */
  notes(): PlayerNote[] {
    const notes = this.#bySlot.flatMap(({ earliestMs, guid, name, slot, spawns }) => {
      const isBot = guid.startsWith("OMNIBOT");
      const found = spawns.length > 0 ? spawns : [{ timeMs: earliestMs, name, team: 0, class: 0 }];
      return found.flatMap((spawn, index): PlayerNote[] => {
        const last = found[index - 1];
        const isSame = last?.name === spawn.name && last.team === spawn.team && last.class === spawn.class;
        const timeMs = index === 0 ? Math.min(spawn.timeMs, earliestMs) : spawn.timeMs;
        return isSame ? [] : [{ ...spawn, name: decodeMixed(spawn.name), timeMs, slot, guid, isBot }];
      });
    });
    return notes.sort((one, other) => one.timeMs - other.timeMs);
  }
}
