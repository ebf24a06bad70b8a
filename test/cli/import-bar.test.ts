/** The line of the progress bar, and the bar itself in real terminals of several widths (`script` makes them). */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { packagePath } from "../../src/package-root.ts";
import { importLine, type ImportState } from "../../src/cli/import-bar.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { SOME_ROWS, writeRound } from "../support/round-files.ts";

const STATE: ImportState = {
  share: 0.456,
  rounds: 4_560,
  allRounds: 10_000,
  rowsPerSecond: 123_456.7,
  secondsLeft: 185,
};

describe("the line", () => {
  test.each([
    [120, `${"█".repeat(18)}${"░".repeat(22)}  45%  4,560/10,000 rounds  123,457 rows/s  3m05s left`],
    [80, `${"█".repeat(11)}${"░".repeat(14)}  45%  4,560/10,000 rounds  123,457 rows/s  3m05s left`],
    [54, "45%  4,560/10,000 rounds  123,457 rows/s  3m05s left"],
    [46, "45%  4,560/10,000  123,457 rows/s  3m05s"],
    [40, "45%  4,560/10,000 rounds  3m05s left"],
    [30, "45%  4,560/10,000  3m05s"],
    [20, "45%  3m05s"],
    [8, "45%"],
    [3, ""],
  ])("of %i columns", (columns, line) => {
    expect(importLine(STATE, columns, true)).toBe(line);
  });

  test("is shorter than any terminal, and never loses percent while there is room for it", () => {
    for (const state of [STATE, { ...STATE, allRounds: 7, rounds: 0, share: 0 }, { ...STATE, share: 1 }]) {
      for (let columns = 1; columns < 200; columns++) {
        const line = importLine(state, columns, true);
        expect(line.length).toBeLessThan(columns);
        expect(line.includes("%")).toBe(columns > `${Math.floor(state.share * 100)}%`.length);
      }
    }
  });

  test("says nothing of a time that nobody can tell, and times in their two largest units", () => {
    const lineAt = (secondsLeft: number): string => importLine({ ...STATE, secondsLeft }, 60, true);
    expect(lineAt(Infinity)).not.toContain("left");
    expect(lineAt(NaN)).not.toContain("left");
    expect(lineAt(41.2)).toMatch(/ {2}42s left$/);
    expect(lineAt(59.5)).toMatch(/ {2}1m00s left$/);
    expect(lineAt(7_800)).toMatch(/ {2}2h10m left$/);
  });

  test("is plain where the terminal shows no blocks", () => {
    expect(importLine(STATE, 80, false)).toMatch(/^#+-+ {2}45%/);
  });
});

describe("in a real terminal", () => {
  let database: TestDatabase;
  let folder: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    folder = await mkdtemp(path.join(tmpdir(), "prox-test-"));
    const rows = Array.from({ length: 20_000 }, (_, index) => ({ time_ms: 3000 + index, slot: index % 2 }));
    for (let round = 0; round < 8; round++) {
      const positions = { rows: [...SOME_ROWS.positions, ...rows] };
      await writeRound(path.join(folder, "rounds"), `bar-${round}`, { positions });
    }
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  /** What `prox import` writes to a terminal of so many columns, as the lines that replace each other. */
  async function linesOn(columns: number, ...parameters: string[]): Promise<string[]> {
    const prox = `${process.execPath} ${packagePath("bin/run.js")}`;
    const all = [path.join(folder, "rounds"), "--database-url", database.url, ...parameters];
    const command = `stty cols ${columns} rows 24; exec ${prox} import '${all.join("' '")}'`;
    const { stdout } = await promisify(execFile)("script", ["-qefc", command, "/dev/null"], {
      cwd: packagePath("."),
      env: { ...process.env, LC_ALL: "C.UTF-8", TERM: "xterm", COLUMNS: "" },
    });
    return stdout.split(/[\r\n]+|\u001b\[[0-9?;]*[A-Za-z]/).filter((line) => line !== "");
  }

  test.each([20, 30, 60, 120])("of %i columns no line is cut or broken", async (columns) => {
    const lines = await linesOn(columns, "--dry-run");
    const bars = lines.filter((line) => line.includes("%"));
    expect(bars.length).toBeGreaterThan(1);
    for (const line of bars) expect(line.length).toBeLessThan(columns);
    const last = bars.at(-1) ?? "";
    if (columns >= 30) expect(last).toMatch(/\d\/8/);
    if (columns >= 60) expect(last).toMatch(/\d\/8 rounds {2}[\d,]+ rows\/s/);
    if (columns >= 120) expect(last).toMatch(/^█*░* {2}\d+%/);
    expect(lines.at(-1)).toMatch(/^8 rounds to import \(\d+,\d+ rows in/);
  });

  test("goes on to the end while rounds are stored, and leaves the summary alone", async () => {
    const lines = await linesOn(80);
    expect(lines.filter((line) => /\d\/8 rounds/.test(line)).length).toBeGreaterThan(1);
    expect(lines.some((line) => / {2}8\/8 rounds/.test(line))).toBe(true);
    expect(lines.at(-1)).toMatch(/^8 rounds imported/);
  });
});
