/**
 * The rounds of the shipped recordings, as facts that reports can be held against: what happened comes from the
 * recordings themselves, see recording-truth.ts; what the rules decided comes as the rows of the round files.
 */
import { beforeAll } from "vitest";

import type { Sql } from "../../src/db/driver/connect.ts";
import type { Kind } from "../../src/format/columns.ts";
import { plainName } from "../../src/names.ts";
import { findRecording } from "../../src/simulate/recording.ts";
import { readTestDatabase } from "./database.ts";
import { importPaths } from "./import.ts";
import { readTruth, type TrueEvent, type TruePlayer, type TrueRound } from "./recording-truth.ts";
import type { RoundText } from "./round-text.ts";
import { sharedRecording } from "./shared-recordings.ts";
import { readRounds } from "./simulations.ts";

/** The recordings, and how each round of them ended. */
export const RECORDINGS = {
  "crash-10": ["cut"],
  "objective-16": ["finished"],
  "pause-8": ["shutdown"],
  "restart-10": ["map_restart", "map_change", "shutdown"],
  "stopwatch-12": ["finished", "finished"],
} as const;

/** Someone at some moment. Names are plain, and each is one player's in all recordings. */
export interface Person extends TruePlayer {
  slot: number;
  name: string;
  isBot: boolean;
}

export interface RecordedEvent {
  timeMs: number;
  attacker: Person | undefined;
  target: Person | undefined;
  relation: "enemy" | "team" | "self" | "world";
  /** Of a shot: the weapon that was fired. */
  weapon: number | undefined;
  means: number | undefined;
  /** No more than the health that was left. */
  damage: number;
  axisAlive: number;
  alliesAlive: number;
}

export interface Sample extends Person {
  timeMs: number;
}

/** A row of a round file: numbers as numbers, null for an empty field, words as they are. */
export type FileRow = Readonly<Record<string, number | string | null>>;

export interface RecordedRound {
  key: string;
  map: string;
  startedMs: number;
  endMs: number;
  endReason: string;
  /** Everybody of the two teams, as they were last. */
  players: Map<string, { team: number; isBot: boolean }>;
  shots: RecordedEvent[];
  /** Damage to living players. */
  hits: RecordedEvent[];
  /** Damage to downed bodies. */
  bodyHits: RecordedEvent[];
  kills: RecordedEvent[];
  revives: RecordedEvent[];
  /** Who was alive in the first frame of each second. */
  samples: Sample[];
  /** How long each slot's players were alive, frame by frame, ms. */
  aliveMs: Map<number, number>;
  rows: Record<Kind, FileRow[]>;
  nameOf: (slot: FileRow[string] | undefined) => string;
  isBot: (slot: FileRow[string] | undefined) => boolean;
}

const WORLD = 64;

function fileRows(file: RoundText | undefined): FileRow[] {
  return (file?.rows ?? []).map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([column, text]) => {
        const number = Number(text);
        return [column, text === "" ? null : Number.isNaN(number) ? text : number];
      }),
    ),
  );
}

function relationOf(attacker: Person | undefined, target: Person | undefined): RecordedEvent["relation"] {
  if (attacker === undefined) return "world";
  if (attacker.slot === target?.slot) return "self";
  return attacker.team === target?.team ? "team" : "enemy";
}

function assemble(
  truth: TrueRound,
  endReason: string,
  { files, key }: ReturnType<typeof readRounds>[number],
): RecordedRound {
  // The last seconds before a server died never reached the disk.
  const isCut = endReason === "cut";
  const lastMs = (kind: Kind): number =>
    isCut ? Number(files[kind]?.rows.at(-1)?.["time_ms"] ?? 0) : Infinity;
  const rows = Object.fromEntries(
    (["positions", "combat", "engagements", "heatmap", "objectives"] as const).map((kind) => [
      kind,
      fileRows(files[kind]),
    ]),
  ) as Record<Kind, FileRow[]>;
  const nameOf = (slot: FileRow[string] | undefined): string =>
    slot === null ? "" : plainName(truth.names.get(Number(slot)) ?? "");
  const isBot = (slot: FileRow[string] | undefined): boolean => truth.bots.has(Number(slot));
  const named = (slot: number, player: TruePlayer): Person => ({
    ...player,
    slot,
    name: nameOf(slot),
    isBot: isBot(slot),
  });
  const person = (event: TrueEvent, index: 0 | 1): Person | undefined => {
    const player = event.people[index];
    const slot = event.args[index] ?? WORLD;
    return player === undefined ? undefined : named(slot, player);
  };
  const base = (event: TrueEvent): RecordedEvent => ({
    timeMs: event.timeMs,
    attacker: undefined,
    target: undefined,
    relation: "world",
    weapon: undefined,
    means: undefined,
    damage: 0,
    axisAlive: event.axisAlive,
    alliesAlive: event.alliesAlive,
  });
  const between = (event: TrueEvent): Pick<RecordedEvent, "attacker" | "target" | "relation"> => {
    const [target, attacker] = [person(event, 0), person(event, 1)];
    return { attacker, target, relation: relationOf(attacker, target) };
  };
  const written = (events: TrueEvent[]): TrueEvent[] =>
    events.filter(({ timeMs }) => timeMs <= lastMs("combat"));

  const samples: Sample[] = [];
  let second = 0;
  for (const { alive, timeMs } of truth.frames) {
    if (timeMs < second * 1000 || timeMs > lastMs("positions")) continue;
    for (const [slot, player] of alive) samples.push({ ...named(slot, player), timeMs });
    second = Math.floor(timeMs / 1000) + 1;
  }
  const aliveMs: RecordedRound["aliveMs"] = new Map();
  for (const [index, { alive, timeMs }] of truth.frames.entries()) {
    const lastsMs = Math.min(truth.frames[index + 1]?.timeMs ?? timeMs, lastMs("combat")) - timeMs;
    for (const slot of alive.keys()) aliveMs.set(slot, (aliveMs.get(slot) ?? 0) + Math.max(0, lastsMs));
  }
  const players: RecordedRound["players"] = new Map();
  for (const { alive } of truth.frames) {
    for (const [slot, { team }] of alive) players.set(nameOf(slot), { team, isBot: isBot(slot) });
  }
  return {
    key,
    map: truth.map,
    startedMs: truth.unixTime * 1000,
    endMs: isCut
      ? Math.max(...(["positions", "combat", "engagements"] as const).map(lastMs))
      : (truth.frames.at(-1)?.timeMs ?? 0),
    endReason,
    players,
    shots: written(truth.shots).map((event) => ({
      ...base(event),
      attacker: person(event, 0),
      weapon: event.args[1],
    })),
    hits: written(truth.damage)
      .filter(({ args: [target = WORLD], targetHealth }) => target < WORLD && targetHealth > 0)
      .map((event) => ({
        ...base(event),
        ...between(event),
        means: event.args[4],
        damage: Math.min(event.args[2] ?? 0, event.targetHealth),
      })),
    bodyHits: written(truth.damage)
      .filter(({ people: [target], targetHealth }) => target !== undefined && targetHealth <= 0)
      .map((event) => ({ ...base(event), ...between(event), means: event.args[4] })),
    kills: written(truth.obituaries).map((event) => ({
      ...base(event),
      ...between(event),
      means: event.args[2],
    })),
    revives: written(truth.revives).map((event) => ({ ...base(event), ...between(event) })),
    samples,
    aliveMs,
    rows,
    nameOf,
    isBot,
  };
}

/** The folders of what the tracker wrote of the recordings. */
async function playAll(): Promise<string[]> {
  const folders: string[] = [];
  for (const name of Object.keys(RECORDINGS)) folders.push((await sharedRecording(name)).folder);
  return folders;
}

/** Time to play them all on a busy machine. */
const PLAYING_MS = 300_000;

/** The rounds of the recordings, in a database and as what they are held against. */
export interface Recorded {
  sql: Sql;
  rounds: RecordedRound[];
}

/** Makes the rounds known before all tests of the file; they are played and imported once a run. Read them in tests only. */
export function useRecordedRounds(): Recorded {
  const recorded: Recorded = { sql: undefined as never, rounds: [] };
  beforeAll(async () => {
    const folders = await playAll();
    const database = await readTestDatabase("recordings", (sql) => importPaths(sql, folders));
    recorded.sql = database.sql;
    for (const [position, [name, ends]] of Object.entries(RECORDINGS).entries()) {
      const files = readRounds(folders[position] ?? "");
      for (const [index, truth] of readTruth(findRecording(name)).entries()) {
        const file = files[index];
        if (file === undefined) throw new Error(`${name} has no files of round ${index + 1}`);
        recorded.rounds.push(assemble(truth, ends[index] ?? "", file));
      }
    }
  }, PLAYING_MS);
  return recorded;
}
