/** The same module on the same recording writes the same bytes in every Lua that the engine may be built with. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { packagePath } from "../../src/package-root.ts";
import { findRecording } from "../../src/simulate/recording.ts";
import { simulate } from "../../src/simulate/simulate.ts";
import { nativeLua, playNatively } from "../support/native-lua.ts";
import { scenariosOfObjectives } from "../support/objective-scenarios.ts";
import { trackerModule } from "../support/simulations.ts";

/** What differs by nature: which Lua it was, how much memory it takes, and the sum over both. */
const OF_THE_VM = /^#(lua_version|heap_kb|checksum)\t/;

/** The files of a run by name, without the lines that are about the VM. */
function contents(folder: string): Record<string, string> {
  const files = readdirSync(path.join(folder, "gamestats")).sort();
  return Object.fromEntries(
    files.map((name) => {
      const lines = readFileSync(path.join(folder, "gamestats", name), "latin1").split("\n");
      return [name, lines.filter((line) => !OF_THE_VM.test(line)).join("\n")];
    }),
  );
}

const LUAS = { "lua5.4": "apt-get install lua5.4", luajit: "apt-get install luajit" };

const CVARS = {
  // Often enough that many numbers lie half way between two that can be written.
  prox_sample_ms: "250",
  prox_announce: "1",
};

/** A recording that is played: its whole lines. */
function linesOf(file: string): Buffer {
  const text = gunzipSync(readFileSync(file));
  return text.subarray(0, text.lastIndexOf("\n") + 1);
}

const MATCHES: readonly (readonly [string, () => Buffer])[] = [
  ...["objective-16", "stopwatch-12", "pause-8", "restart-10", "crash-10"].map(
    (name) => [name, () => linesOf(findRecording(name))] as const,
  ),
  ...["objectives-12", "objectives-stopwatch-16", "objectives-2.81-12"].map(
    (name) => [name, () => linesOf(packagePath(`test/fixtures/recordings/${name}.tsv.gz`))] as const,
  ),
  ["scenarios of objectives", scenariosOfObjectives],
];

describe.each(MATCHES)("%s", (_name, read) => {
  const folder = mkdtempSync(path.join(tmpdir(), "prox-every-lua-"));
  const recording = path.join(folder, "recording.tsv");
  const embedded = path.join(folder, "embedded");

  beforeAll(async () => {
    const text = read();
    writeFileSync(recording, text);
    await simulate({
      modules: [await trackerModule()],
      cvars: CVARS,
      recording: [text],
      outputFolder: embedded,
    });
  }, 600_000);
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test.for(Object.entries(LUAS))(
    "%s writes what the embedded VM writes",
    async ([command, install], { skip }) => {
      if (nativeLua(command) === undefined) skip(`${command} is not installed: ${install}`);
      const native = await playNatively(command, [await trackerModule()], recording, {
        cvars: CVARS,
      });
      const [theirs, ours] = [contents(native.folder), contents(embedded)];
      const errors = native.reports.filter(([kind]) => kind === "error");
      native.dispose();
      expect(errors).toEqual([]);
      expect(Object.keys(ours).length).toBeGreaterThan(3);
      expect(Object.keys(theirs)).toEqual(Object.keys(ours));
      for (const [file, text] of Object.entries(ours)) {
        const lines = text.split("\n");
        const different = (theirs[file] ?? "").split("\n").filter((line, index) => line !== lines[index]);
        expect(different.slice(0, 5), `lines of ${file} that differ`).toEqual([]);
        expect(theirs[file] === text).toBe(true);
      }
    },
  );
});
