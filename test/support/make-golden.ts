/**
 * Makes the files of the present format version that are kept for ever: some rounds played through the tracker, compressed.
 * `node --import tsx test/support/make-golden.ts test/fixtures/format/v2`, and then `count-golden.ts` beside it.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";

import { OUTPUT_FOLDER } from "../../src/format/file.ts";
import { packagePath } from "../../src/package-root.ts";
import { recordedMatch } from "../../src/simulate/match.ts";
import { loadScenario } from "../../src/simulate/scenario/catalog.ts";
import { scenarioRecording } from "../../src/simulate/scenario/play.ts";
import { simulate, type SimulateOptions } from "../../src/simulate/simulate.ts";
import { trackerModule } from "./simulations.ts";

/** A scenario that begins so much later than it says, seconds: two must not have the same round. */
function scripted(name: string, laterS: number): SimulateOptions["recording"] {
  const { file, scenario } = loadScenario(name);
  const { server } = scenario;
  return scenarioRecording(
    { ...scenario, server: { ...server, started_at: server.started_at + laterS } },
    file,
  );
}

/** Rounds of all kinds, with the settings that keep them small. */
const MATCHES: readonly (readonly [SimulateOptions["recording"], Readonly<Record<string, string>>])[] = [
  [recordedMatch("stopwatch-12").recording, {}],
  [recordedMatch("crash-10").recording, {}],
  [scripted("module-reload", 0), {}],
  [scripted("swallowed-obituary", 600), {}],
  [
    recordedMatch(packagePath("test/fixtures/recordings/objectives-12.tsv.gz")).recording,
    { prox_announce: "1", prox_sample_ms: "5000", prox_fire: "none" },
  ],
];

const folder = process.argv[2] ?? "";
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [recording, cvars] of MATCHES) {
  const outputFolder = mkdtempSync(path.join(tmpdir(), "prox-golden-"));
  await simulate({ modules: [await trackerModule()], cvars, recording, outputFolder });
  const written = path.join(outputFolder, OUTPUT_FOLDER);
  for (const name of readdirSync(written)) {
    const file = path.join(folder, `${name}.gz`);
    writeFileSync(file, gzipSync(readFileSync(path.join(written, name)), { level: 9 }));
  }
  rmSync(outputFolder, { recursive: true, force: true });
}
