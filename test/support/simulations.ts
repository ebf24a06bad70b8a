/** Recordings played through the built tracker, for tests. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { trackerModule as ownTracker } from "../../src/build/build-tracker.ts";
import { packagePath } from "../../src/package-root.ts";
import { TRACKER_FILE_NAME } from "../../src/build/tracker-name.ts";
import { KINDS, type Kind } from "../../src/format/columns.ts";
import { findRecording, readRecording } from "../../src/simulate/recording.ts";
import { type LuaModule, type Simulation, simulate } from "../../src/simulate/simulate.ts";
import { type RoundText, readRoundText } from "./round-text.ts";

/** The module as `prox build` makes it. */
export async function trackerModule(): Promise<LuaModule> {
  return { name: TRACKER_FILE_NAME, lua: (await ownTracker()).lua };
}

/** Where the recording lies that is too large for the project: a folder of `PROX_RECORDINGS`, or next to the project. */
export function loadRecording(): string | undefined {
  const folder = process.env["PROX_RECORDINGS"] ?? packagePath("../shared/recordings");
  const file = path.join(folder, "load-32.tsv.gz");
  return existsSync(file) ? file : undefined;
}

export interface PlayedRecording {
  folder: string;
  simulation: Simulation;
  dispose(): void;
}

/** Plays a recording, by name or file, into a folder of its own. */
export async function playRecording(
  asked: string,
  cvars: Readonly<Record<string, string>> = {},
): Promise<PlayedRecording> {
  const folder = mkdtempSync(path.join(tmpdir(), "prox-play-"));
  const state = { bytesRead: 0, bytes: 0, isCut: false };
  const simulation = await simulate({
    modules: [await trackerModule()],
    cvars,
    recording: readRecording(findRecording(asked), state),
    outputFolder: folder,
  });
  return {
    folder,
    simulation,
    dispose: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The files of each round below a folder, rounds in the order of their keys, which begin with the time. */
export function readRounds(folder: string): { key: string; files: Partial<Record<Kind, RoundText>> }[] {
  const rounds = new Map<string, Partial<Record<Kind, RoundText>>>();
  for (const name of readdirSync(path.join(folder, "gamestats")).sort()) {
    const match = /^(.*)_([a-z]+)\.txt(\.part)?$/.exec(name);
    const kind = KINDS.find((candidate) => candidate === match?.[2]);
    if (match?.[1] === undefined || kind === undefined) throw new Error(`strange file ${name}`);
    const files = rounds.get(match[1]) ?? {};
    files[kind] = readRoundText(path.join(folder, "gamestats", name));
    rounds.set(match[1], files);
  }
  return [...rounds].map(([key, files]) => ({ key, files }));
}
