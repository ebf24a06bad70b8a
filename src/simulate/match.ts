/** The matches that can be simulated: recorded, scripted or random. */
import { once } from "node:events";
import { createWriteStream, statSync } from "node:fs";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

import { writingAdvice } from "../disk-advice.ts";
import { messageOf, ProxError } from "../errors.ts";
import { type RandomMatchOptions, randomRecording } from "./random/random.ts";
import { findRecording, readRecording } from "./recording.ts";
import { loadScenario } from "./scenario/catalog.ts";
import { type Verdict, checkExpectations } from "./scenario/check.ts";
import { scenarioRecording } from "./scenario/play.ts";
import { readRecordedRounds } from "./scenario/recorded.ts";
import type { Simulation } from "./simulate.ts";

/** A match to be simulated, with what its caller tells the user about it. */
export interface Match {
  /** The file it comes from, or what it was made of. */
  readonly source: string;
  /** To be read once. */
  readonly recording: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** How much there is to play, in a unit of its own, and how much of it has been; 0 where that is not known. */
  readonly size: number;
  readonly done: () => number;
  /** Whether the recording turned out to end in the middle of a line. */
  readonly isCut: () => boolean;
  /** Holds the files that a simulation of the match wrote against what the match expects; none where it is no scenario. */
  readonly check: (outputFolder: string, simulation: Simulation) => Verdict[];
}

/** A recording by its file or the name of a bundled one. */
export function recordedMatch(asked: string): Match {
  const file = findRecording(asked);
  const state = { bytesRead: 0, bytes: statSync(file).size, isCut: false };
  return {
    source: file,
    recording: readRecording(file, state),
    size: state.bytes,
    done: () => state.bytesRead,
    isCut: () => state.isCut,
    check: () => [],
  };
}

/** A scenario by its file or the name of a bundled one. */
export function scriptedMatch(asked: string): Match {
  const { file, scenario } = loadScenario(asked);
  return {
    source: file,
    recording: scenarioRecording(scenario, file),
    size: 0,
    done: () => 0,
    isCut: () => false,
    check: (outputFolder, { files }) =>
      checkExpectations(
        readRecordedRounds(
          outputFolder,
          files.map(({ name }) => name),
        ),
        scenario.expect,
      ),
  };
}

/** A random match; its size and what is done of it are milliseconds of the round. */
export function randomMatch(options: RandomMatchOptions): Match {
  const { seed, players, minutes } = options;
  const state = { playedMs: 0 };
  return {
    source: `random, seed ${seed}, ${players} players, ${minutes} minutes`,
    recording: randomRecording(options, state),
    size: minutes * 60_000,
    done: () => state.playedMs,
    isCut: () => false,
    check: () => [],
  };
}

/** The same recording, written to a file as it is read; compressed where the name ends in `.gz`. */
export async function* savingTo(file: string, recording: Match["recording"]): AsyncGenerator<Uint8Array> {
  const source = new PassThrough();
  const target = createWriteStream(file);
  const written = (
    file.endsWith(".gz") ? pipeline(source, createGzip(), target) : pipeline(source, target)
  ).catch((cause: unknown) => {
    throw new ProxError("E_WRITE", `cannot write ${file}: ${messageOf(cause)}`, {
      suggestions: writingAdvice(cause, [
        "name a file in an existing folder that you may write to with --save",
      ]),
      cause,
    });
  });
  // A failure while a piece is played waits for the end, where it is thrown: without this it would end the process.
  written.catch(() => undefined);
  try {
    for await (const piece of recording) {
      if (!source.write(piece)) await Promise.race([once(source, "drain"), written]);
      yield piece;
    }
  } finally {
    source.end();
    await written;
  }
}
