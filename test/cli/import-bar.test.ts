/** The line of the progress bar, and the bar itself in real terminals of several widths (`script` makes them). */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
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
    const rows = Array.from({ length: 5000 }, (_, index) => ({ time_ms: 3000 + index, slot: index % 2 }));
    for (let round = 0; round < 8; round++) {
      const positions = { rows: [...SOME_ROWS.positions, ...rows] };
      await writeRound(path.join(folder, "rounds"), `bar-${round}`, { positions });
    }
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  /** What `prox import` writes to a terminal of so many columns and 24 rows. */
  async function writtenOn(columns: number, ...parameters: string[]): Promise<string> {
    const prox = `${process.execPath} ${packagePath("bin/run.js")}`;
    const all = ["--database-url", database.url, ...parameters];
    const command = `stty cols ${columns} rows 24; ${prox} import '${all.join("' '")}'`;
    const { stdout } = await promisify(execFile)("script", ["-qfc", command, "/dev/null"], {
      cwd: packagePath("."),
      env: { ...process.env, LC_ALL: "C.UTF-8", TERM: "xterm", COLUMNS: "" },
    });
    return stdout;
  }

  /** The same, as the lines that replace each other. */
  async function linesOn(columns: number, ...parameters: string[]): Promise<string[]> {
    const written = await writtenOn(columns, path.join(folder, "rounds"), ...parameters);
    return written.split(/[\r\n]+|\u001b\[[0-9?;]*[A-Za-z]/).filter((line) => line !== "");
  }

  test.concurrent.each([20, 30, 60, 120])("of %i columns no line is cut or broken", async (columns) => {
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

  test("leaves what is told beside it on the screen: of files that are refused before it starts, and while it runs", async () => {
    const bad = path.join(folder, "bad");
    await mkdir(bad);
    await writeFile(path.join(bad, "0_combat.txt"), "junk");
    for (const key of ["bad-1", "bad-2", "bad-3"])
      await writeRound(bad, key, { heatmap: { rows: [{ kills: "x" }] } });
    const written = await writtenOn(400, bad, "--dry-run");
    expect(screenOf(written)).toEqual([
      expect.stringContaining("0_combat.txt: ") as string,
      ...["1", "2", "3"].map(
        (number) => expect.stringMatching(`bad-${number}_heatmap.txt: line 21, `) as string,
      ),
      expect.stringMatching(
        /^error: 3 rounds to import, 4 files rejected .* \[E_FILES_REJECTED\]$/,
      ) as string,
      expect.stringContaining("see the lines above") as string,
    ]);
  });
});

/** What stands on a screen, line by line, when all of this was written to it. */
function screenOf(written: string): string[] {
  const lines = [""];
  let [row, column, saved] = [0, 0, { row: 0, column: 0 }];
  const tokens = /\u001b\[([0-9?]*)([A-Za-z])|\u001b([78])|[\r\n]|[^\u001b\r\n]+/g;
  for (const [token, parameter, action, memory] of written.matchAll(tokens)) {
    const line = lines[row] ?? "";
    if (token === "\r") column = 0;
    else if (token === "\n") row++;
    else if (memory === "7") saved = { row, column };
    else if (memory === "8") ({ row, column } = saved);
    else if (action === "G") column = Number(parameter) - 1;
    else if (action === "K") lines[row] = parameter === "2" ? "" : line.slice(0, column);
    else if (action === undefined) {
      lines[row] = line.slice(0, column).padEnd(column) + token + line.slice(column + token.length);
      column += token.length;
    }
  }
  return lines.filter((line) => line !== "");
}
