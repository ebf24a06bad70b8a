import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { trackerModule } from "../../src/build/build-tracker.ts";
import { TRACKER_FILE_NAME } from "../../src/build/tracker-name.ts";
import { scriptedMatch } from "../../src/simulate/match.ts";
import { bundledScenarios } from "../../src/simulate/scenario/catalog.ts";
import { simulate } from "../../src/simulate/simulate.ts";

let lua: string;
let folder: string;
beforeAll(async () => {
  ({ lua } = await trackerModule());
  folder = mkdtempSync(path.join(tmpdir(), "prox-scenarios-"));
}, 300_000);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test.each(bundledScenarios())("%s holds", { timeout: 180_000 }, async (name) => {
  const match = scriptedMatch(name);
  const outputFolder = path.join(folder, name);
  const simulation = await simulate({
    modules: [{ name: TRACKER_FILE_NAME, lua }],
    recording: match.recording,
    outputFolder,
  });
  const missed = match.check(outputFolder, simulation).filter(({ isMet }) => !isMet);
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
