/**
 * Every column of the format is asserted by some scenario: whatever is in it, a wrong value does not go unnoticed. All
 * scenarios are played once; then each column in turn is filled with wrong values, and some expectation must say so.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Column } from "../../src/format/column.ts";
import { COLUMNS, KINDS, type Kind } from "../../src/format/columns.ts";
import { scriptedMatch } from "../../src/simulate/match.ts";
import { bundledScenarios, loadScenario } from "../../src/simulate/scenario/catalog.ts";
import { checkExpectations } from "../../src/simulate/scenario/check.ts";
import type { Expectation } from "../../src/simulate/scenario/definition.ts";
import { readRecordedRounds, type RecordedRound } from "../../src/simulate/scenario/recorded.ts";
import { simulate } from "../../src/simulate/simulate.ts";
import { trackerModule } from "../support/simulations.ts";

interface Played {
  readonly rounds: readonly RecordedRound[];
  readonly expectations: readonly Expectation[];
}

/** Time to play all of them on a busy machine. */
const PLAYING_MS = 600_000;

const played: Played[] = [];
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "prox-columns-"));
  const modules = [await trackerModule()];
  for (const name of bundledScenarios()) {
    const outputFolder = path.join(folder, name);
    const { recording } = scriptedMatch(name);
    const { files } = await simulate({ modules, recording, outputFolder });
    const rounds = readRecordedRounds(
      outputFolder,
      files.map((file) => file.name),
    );
    played.push({ rounds, expectations: loadScenario(name).scenario.expect });
  }
}, PLAYING_MS);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
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

test("the rows as they are meet all expectations", () => {
  for (const { expectations, rounds } of played) expect(isAllMet(rounds, expectations)).toBe(true);
});

describe.each(KINDS)("a wrong value in a column of %s is noticed by a scenario:", (kind) => {
  test.each(COLUMNS[kind].map((column) => [column.name, column] as const))("%s", (_, column) => {
    const isNoticed = played.some(({ expectations, rounds }) => {
      const spoilt = rounds.map((round) => spoil(round, kind, column));
      return !isAllMet(spoilt, expectations);
    });
    expect(isNoticed).toBe(true);
  });
});
