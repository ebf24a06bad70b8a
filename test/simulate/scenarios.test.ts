/**
 * Every scenario holds, and every column of the format is asserted by some scenario: whatever is in it, a wrong value does not go
 * unnoticed. All scenarios are played once; then each column in turn is filled with wrong values, and some expectation must say so.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { trackerModule } from "../../src/build/build-tracker.ts";
import { TRACKER_FILE_NAME } from "../../src/build/tracker-name.ts";
import type { Column } from "../../src/format/column.ts";
import { COLUMNS, KINDS, type Kind } from "../../src/format/columns.ts";
import { scriptedMatch } from "../../src/simulate/match.ts";
import { bundledScenarios, loadScenario } from "../../src/simulate/scenario/catalog.ts";
import { type Verdict, checkExpectations } from "../../src/simulate/scenario/check.ts";
import type { Expectation } from "../../src/simulate/scenario/definition.ts";
import { readRecordedRounds, type RecordedRound } from "../../src/simulate/scenario/recorded.ts";
import { type Simulation, simulate } from "../../src/simulate/simulate.ts";

interface Played {
  readonly rounds: readonly RecordedRound[];
  readonly expectations: readonly Expectation[];
  readonly simulation: Simulation;
  readonly checks: readonly Verdict[];
}

/** Time to play all of them on a busy machine. */
const PLAYING_MS = 600_000;

let lua: string;
let folder: string;
beforeAll(async () => {
  ({ lua } = await trackerModule());
  folder = mkdtempSync(path.join(tmpdir(), "prox-scenarios-"));
}, 300_000);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const played = new Map<string, Played>();

/** Plays a scenario, unless it was played before. */
async function play(name: string): Promise<Played> {
  const before = played.get(name);
  if (before !== undefined) return before;
  const match = scriptedMatch(name);
  const outputFolder = path.join(folder, name);
  const simulation = await simulate({
    modules: [{ name: TRACKER_FILE_NAME, lua }],
    recording: match.recording,
    outputFolder,
  });
  const files = simulation.files.map((file) => file.name);
  const one = {
    rounds: readRecordedRounds(outputFolder, files),
    expectations: loadScenario(name).scenario.expect,
    simulation,
    checks: match.check(outputFolder, simulation),
  };
  played.set(name, one);
  return one;
}

test.each(bundledScenarios())("%s holds", { timeout: 180_000 }, async (name) => {
  const { checks, simulation } = await play(name);
  const missed = checks.filter(({ isMet }) => !isMet);
  expect(
    missed.map(({ line, that, differences }) => [`${name}.json:${line}: ${that}`, ...differences]),
  ).toEqual([]);
  const { moduleErrors, drop, leakedFiles, strangeGlobals } = simulation;
  expect({ moduleErrors, drop, leakedFiles, strangeGlobals }).toEqual({
    moduleErrors: [],
    drop: undefined,
    leakedFiles: [],
    strangeGlobals: [],
  });
});

const isAllMet = (rounds: readonly RecordedRound[], expectations: readonly Expectation[]): boolean =>
  checkExpectations(rounds, expectations).every(({ isMet }) => isMet);

/** Another value than the field has, of the column's type: the next word, or one more. An empty field stays empty. */
function wrong(column: Column, field: string): string {
  if (field === "") return field;
  if (column.type === "choice") {
    const next = (column.choices.indexOf(field) + 1) % column.choices.length;
    return column.choices[next] ?? "";
  }
  return (Number(field) + 1).toFixed(column.type === "decimal" ? column.digits : 0);
}

/** A round with wrong values in one column. */
function spoil(round: RecordedRound, kind: Kind, column: Column): RecordedRound {
  const rows = round.rows[kind].map((row) => ({
    ...row,
    [column.name]: wrong(column, row[column.name] ?? ""),
  }));
  return { ...round, rows: { ...round.rows, [kind]: rows } };
}

describe("every column", () => {
  beforeAll(async () => {
    for (const name of bundledScenarios()) await play(name);
  }, PLAYING_MS);

  describe.each(KINDS)("a wrong value in a column of %s is noticed by a scenario:", (kind) => {
    test.each(COLUMNS[kind].map((column) => [column.name, column] as const))("%s", (_, column) => {
      const isNoticed = [...played.values()].some(({ expectations, rounds }) => {
        const spoilt = rounds.map((round) => spoil(round, kind, column));
        return !isAllMet(spoilt, expectations);
      });
      expect(isNoticed).toBe(true);
    });
  });
});
