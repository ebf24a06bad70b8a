/** What the tracker tells of the scenarios of objectives depends on the server's log in nothing but what the log alone says. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { simulate } from "../../src/simulate/simulate.ts";
import { scenariosOfObjectives } from "../support/objective-scenarios.ts";
import { readRounds, trackerModule } from "../support/simulations.ts";

type Row = Readonly<Record<string, string>>;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "prox-objectives-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The rows of the objectives files by round, of the scenarios that do not set `prox_announce` themselves. */
async function rowsOf(announce: string): Promise<Map<string, readonly Row[]>> {
  const outputFolder = path.join(folder, announce);
  await simulate({
    modules: [await trackerModule()],
    cvars: { prox_announce: announce },
    recording: [scenariosOfObjectives()],
    outputFolder,
  });
  const rounds = readRounds(outputFolder).filter(({ key }) => !key.includes("objectives_log"));
  return new Map(rounds.map(({ files, key }) => [key, files.objectives?.rows ?? []]));
}

test("the same rows, but for how a player is known", { timeout: 300_000 }, async () => {
  const quiet = await rowsOf("0");
  const loud = await rowsOf("1");
  expect(quiet.size).toBeGreaterThan(10);
  expect([...loud.keys()]).toEqual([...quiet.keys()]);
  const without = ({ source, ...row }: Row): Row => ({ ...row, isKnown: String(source !== "") });
  for (const [key, rows] of quiet) {
    const others = loud.get(key) ?? [];
    expect(others.map(without), key).toEqual(rows.map(without));
    const changed = others.filter(({ source }, index) => source !== rows[index]?.["source"]);
    for (const { event, source } of changed)
      expect([key, event, source]).toEqual([key, "carry_return", "line"]);
  }
});
