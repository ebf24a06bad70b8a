/**
 * Recorded matches that have all kinds of objectives: their rounds in a database, and the rows of their round files, to count
 * the same numbers a second time.
 */
import { beforeAll } from "vitest";

import type { Sql } from "../../src/db/driver/connect.ts";
import { packagePath } from "../../src/package-root.ts";
import { readTestDatabase } from "./database.ts";
import { importPaths } from "./import.ts";
import type { RoundText } from "./round-text.ts";
import { sharedRecording } from "./shared-recordings.ts";
import { readRounds } from "./simulations.ts";

/** A row of a round file. */
export type Row = Readonly<Record<string, string>>;
type Point = readonly [x: number, y: number, z: number];

/** Something to fight for, as the notes of a file say it. */
interface Place {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly team: string;
  readonly at: Point;
}

/** A round: its key, and what its files say. */
export interface ObjectiveRound {
  readonly key: string;
  readonly objectives: RoundText;
  readonly combat: readonly Row[];
  readonly engagements: readonly Row[];
  readonly positions: readonly Row[];
}

interface RecordedObjectives {
  /** To be read only. */
  readonly sql: Sql;
  /** The round that has everything, and both rounds of a stopwatch match. */
  readonly rounds: readonly ObjectiveRound[];
  /** The first of them. */
  readonly round: ObjectiveRound;
}

/** What each kind of objective is there for. */
export const DONE: Readonly<Record<string, string>> = {
  explosive: "objective_destroy",
  constructible: "construct_finish",
  command_post: "construct_finish",
  documents: "carry_secure",
  spawn: "spawn_capture",
};

/** Plays and imports the matches before the tests of a file. */
export function useRecordedObjectives(): RecordedObjectives {
  let sql: Sql;
  let rounds: ObjectiveRound[];
  beforeAll(async () => {
    const played = await Promise.all(
      ["objectives-12", packagePath("test/fixtures/recordings/objectives-stopwatch-16.tsv.gz")].map((name) =>
        sharedRecording(name),
      ),
    );
    const folders = played.map(({ folder }) => folder);
    ({ sql } = await readTestDatabase("objectives", (empty) => importPaths(empty, folders)));
    rounds = folders.flatMap(readRounds).map(({ files, key }) => {
      const { combat, engagements, objectives, positions } = files;
      if (combat === undefined || objectives === undefined) throw new Error(`${key} lacks files`);
      return {
        key,
        objectives,
        combat: combat.rows,
        engagements: engagements?.rows ?? [],
        positions: positions?.rows ?? [],
      };
    });
  });
  return {
    get sql() {
      return sql;
    },
    get rounds() {
      return rounds;
    },
    get round() {
      const [round] = rounds;
      if (round === undefined) throw new Error("the recordings have no round");
      return round;
    },
  };
}

/** What a round has to fight for, by its number. */
export const placesOf = ({ objectives }: ObjectiveRound): ReadonlyMap<string, Place> =>
  new Map(
    objectives.objectives.map(([id = "", kind = "", name = "", team = "", x, y, z]) => [
      id,
      { id, kind, name, team, at: [Number(x), Number(y), Number(z)] as const },
    ]),
  );

/** The nearest of the places that do not move, and how far away it is. */
export function nearestTo(round: ObjectiveRound, [x, y, z]: Point): { id: string; units: number } {
  const [nearest] = [...placesOf(round).values()]
    .filter(({ kind }) => kind !== "vehicle")
    .map(({ at, id }) => ({ id, units: Math.hypot(at[0] - x, at[1] - y, at[2] - z) }))
    .sort((a, b) => a.units - b.units || Number(a.id) - Number(b.id));
  return nearest ?? { id: "", units: Infinity };
}

/** Who is in a slot at a time. */
export function personIn(
  { objectives }: ObjectiveRound,
  slot: string,
  timeMs = Infinity,
): { guid: string; team: string } {
  const note = objectives.players.findLast(([from, of]) => of === slot && Number(from) <= timeMs);
  return { guid: note?.[2] ?? "", team: note?.[4] ?? "" };
}

/** The place in a row, in the columns that begin with a word. */
export const pointOf = (row: Row, prefix = ""): Point =>
  ["x", "y", "z"].map((axis) => Number(row[`${prefix}${axis}`])) as unknown as Point;

export const timeOf = (row: Row): number => Number(row["time_ms"]);

/** The kills of enemies in a round. */
export const enemyKills = ({ combat }: ObjectiveRound): Row[] =>
  combat.filter(({ event, relation }) => event === "kill" && relation === "enemy");
