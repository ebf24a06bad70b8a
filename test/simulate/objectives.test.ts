/**
 * Recorded matches with objectives through the tracker: what it tells is what happened, by the list beside each recording and
 * by the recording itself, and nothing else.
 */
import path from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { COLUMNS } from "../../src/format/columns.ts";
import { packagePath } from "../../src/package-root.ts";
import { type TrueObjective, type TrueObjectives, readTrueObjectives } from "../support/objective-truth.ts";
import { type PlayedRecording, playRecording, readRounds } from "../support/simulations.ts";

const FRAME_MS = 50;
const NAMES = COLUMNS.objectives.map(({ name }) => name);

type Row = Readonly<Record<string, string>>;

/** What the list calls by one name. */
const SAME: Readonly<Record<string, string>> = {
  carry_take: "carry_begin",
  carry_pickup: "carry_begin",
  carry_drop: "carry_end",
  carry_secure: "carry_end",
};

interface Round {
  readonly rows: readonly Row[];
  readonly lines: readonly string[];
}

function roundsOf(played: PlayedRecording): Round[] {
  return readRounds(played.folder).map(({ files }) => {
    const file = files.objectives;
    if (file === undefined) throw new Error("there is no objectives file");
    return { rows: file.rows, lines: file.body.toString("utf8").split("\n") };
  });
}

/** Whether a row tells what happened: the same event, within a frame, and the fields that are known. */
function tells(row: Row, { event, fields, timeMs }: TrueObjective): boolean {
  const name = row["event"] ?? "";
  return (
    (SAME[name] ?? name) === event &&
    Math.abs(Number(row["time_ms"]) - timeMs) <= FRAME_MS &&
    Object.entries(fields).every(([field, value]) => row[field] === value)
  );
}

/** Each thing that happened has its row, and each row of these events tells something that happened. */
function expectSame(rows: readonly Row[], truth: readonly TrueObjective[]): void {
  const events = new Set(truth.map(({ event }) => event));
  const left = rows.filter(({ event = "" }) => events.has(SAME[event] ?? event));
  const untold = truth.filter((entry) => {
    const at = left.findIndex((row) => tells(row, entry));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  expect({ untold, madeUp: left }).toEqual({ untold: [], madeUp: [] });
}

const RECORDINGS = [
  { name: "objectives-12", rounds: 1, least: 60 },
  { name: "objectives-stopwatch-16", rounds: 2, least: 10 },
  { name: "objectives-2.81-12", rounds: 1, least: 60 },
];

describe.each(RECORDINGS)("$name", ({ least, name, rounds: count }) => {
  const base = packagePath(path.join("test/fixtures/recordings", name));
  let quiet: PlayedRecording;
  let loud: PlayedRecording;
  let truth: TrueObjectives[];
  let rounds: Round[];
  let loudRounds: Round[];

  beforeAll(async () => {
    quiet = await playRecording(`${base}.tsv.gz`);
    loud = await playRecording(`${base}.tsv.gz`, { prox_announce: "1" });
    truth = readTrueObjectives(base);
    rounds = roundsOf(quiet);
    loudRounds = roundsOf(loud);
  }, 600_000);
  afterAll(() => {
    quiet.dispose();
    loud.dispose();
  });

  test("plays without errors, and asks for nothing that is not recorded", () => {
    for (const { simulation } of [quiet, loud]) {
      expect(simulation.moduleErrors).toEqual([]);
      expect(simulation.unrecordedFields).toEqual({});
      expect(simulation.unsupportedFunctions).toEqual({});
      expect(simulation.strangeGlobals).toEqual([]);
      expect(simulation.console.filter((line) => line.includes("prox: "))).toEqual([]);
    }
  });

  test("every event of the list has its row, by the same player, and there is no other", () => {
    expect([rounds.length, truth.length]).toEqual([count, count]);
    for (const [index, { told }] of truth.entries()) {
      expect(told.length).toBeGreaterThanOrEqual(least);
      expectSame(rounds[index]?.rows ?? [], told);
      expectSame(loudRounds[index]?.rows ?? [], told);
    }
  });

  test("what the recording shows has its row, and there is no other", () => {
    for (const [index, { shown }] of truth.entries()) {
      expect(shown.length).toBeGreaterThan(3);
      expectSame(rounds[index]?.rows ?? [], shown);
    }
  });

  test("the server's log adds announcements and packs, and changes nothing but how a player is known", () => {
    for (const [index, { rows }] of rounds.entries()) {
      const without = ({ source, ...row }: Row): Row => ({ ...row, isKnown: String(source !== "") });
      const others = loudRounds[index]?.rows.filter(({ event }) => event?.startsWith("pack_") !== true) ?? [];
      expect(others.map(without)).toEqual(rows.map(without));
      expect(rounds[index]?.lines.filter((line) => line.startsWith("#announce"))).toEqual([]);
      expect(loudRounds[index]?.lines.filter((line) => line.startsWith("#announce")).length).toBeGreaterThan(
        3,
      );
    }
  });
});

test("a row's objective was stated before it, with its name and its team", async () => {
  const played = await playRecording(packagePath("test/fixtures/recordings/objectives-12.tsv.gz"));
  try {
    const [round] = roundsOf(played);
    const notes = new Map<string, string>();
    for (const line of round?.lines ?? []) {
      const fields = line.split("\t");
      if (fields[0] === "#objective") notes.set(fields[1] ?? "", fields.slice(2, 5).join(" "));
      const objective = line.startsWith("#") ? "" : (fields[NAMES.indexOf("objective")] ?? "");
      if (objective !== "") expect([...notes.keys()]).toContain(objective);
    }
    expect(Object.fromEntries(notes)).toMatchObject({
      125: "explosive the Bank Wall 1",
      129: "explosive the Side Door 2",
      135: "constructible the Bridge 2",
      139: "command_post the Command Post 1",
      140: "command_post the Command Post 2",
      119: "documents the Secret War Documents 1",
      122: "documents the ^3Gold^7 Crate 2",
      109: "spawn Forward Bunker 0",
      142: "vehicle The Tank 2",
    });
    expect(round?.lines).toContain("#attacking_team\t2");
  } finally {
    played.dispose();
  }
}, 600_000);
