/** The same module on the same recording writes the same bytes in every Lua that the engine may be built with. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { findRecording } from "../../src/simulate/recording.ts";
import { nativeLua, playNatively } from "../support/native-lua.ts";
import { type PlayedRecording, playRecording, trackerModule } from "../support/simulations.ts";

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

describe.each(["objective-16", "stopwatch-12", "pause-8", "restart-10", "crash-10"])("%s", (name) => {
  let embedded: PlayedRecording;
  let folder: string;
  let recording: string;

  beforeAll(async () => {
    // Often enough that many numbers lie half way between two that can be written.
    embedded = await playRecording(name, { prox_sample_ms: "250" });
    folder = mkdtempSync(path.join(tmpdir(), "prox-every-lua-"));
    recording = path.join(folder, `${name}.tsv`);
    const text = gunzipSync(readFileSync(findRecording(name)));
    writeFileSync(recording, text.subarray(0, text.lastIndexOf("\n") + 1));
  }, 600_000);
  afterAll(() => {
    embedded.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  test.for(Object.entries(LUAS))(
    "%s writes what the embedded VM writes",
    async ([command, install], { skip }) => {
      if (nativeLua(command) === undefined) skip(`${command} is not installed: ${install}`);
      const native = await playNatively(command, [await trackerModule()], recording, {
        cvars: { prox_sample_ms: "250" },
      });
      const [theirs, ours] = [contents(native.folder), contents(embedded.folder)];
      const errors = native.reports.filter(([kind]) => kind === "error");
      native.dispose();
      expect(errors).toEqual([]);
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
