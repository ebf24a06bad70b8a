/**
 * Files that the tracker wrote of a real match, read in both lanes: as they are, and with bytes changed, lost or
 * doubled. PROX_FUZZ_RUNS sets the number of inputs; the long run takes 100000.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";

import { KINDS, type Kind } from "../../src/format/columns.ts";
import { readRoundFile, type ReadResult } from "../support/read-round-file.ts";
import { sharedRecording } from "../support/shared-recordings.ts";

const RUNS = Number(process.env["PROX_FUZZ_RUNS"] ?? 2000);
const TIMEOUT_MS = 60_000 + RUNS * 30;
/** So many lines of a file are mutated at once: whole files would take all the time for csv-parse. */
const STRETCH_LINES = 60;

interface RecordedFile {
  readonly kind: Kind;
  readonly bytes: Buffer;
  /** Header and players, each line with its LF. */
  readonly head: string;
  /** The lines after them, rows and notes, without the trailer. */
  readonly lines: readonly string[];
}

let files: RecordedFile[];

const isNote = (line: string): boolean => line.startsWith("#");

function recordedFile(kind: Kind, bytes: Buffer): RecordedFile {
  const lines = bytes.toString("latin1").match(/[^\n]*\n/g) ?? [];
  const firstRow = lines.findIndex((line) => !isNote(line));
  const lastRow = lines.findLastIndex((line) => !isNote(line));
  return {
    kind,
    bytes,
    head: lines.slice(0, firstRow).join(""),
    lines: lines.slice(firstRow, lastRow + 1),
  };
}

/** A stretch of a file with all players that are named before it, as a file that was cut. */
function stretchOf({ head, lines }: RecordedFile, at: number): Buffer {
  const start = at % lines.length;
  const players = lines.slice(0, start).filter(isNote);
  return Buffer.from([head, ...players, ...lines.slice(start, start + STRETCH_LINES)].join(""), "latin1");
}

function expectLanesToAgree(bytes: Buffer, chunkBytes: number): ReadResult {
  const fast = readRoundFile(bytes, {}, chunkBytes);
  expect(fast).toEqual(readRoundFile(bytes, { useFastLane: false }));
  return fast;
}

beforeAll(async () => {
  const played = await sharedRecording("stopwatch-12");
  const gamestats = path.join(played.folder, "gamestats");
  files = readdirSync(gamestats).map((name) => {
    const kind = KINDS.find((candidate) => name.includes(`_${candidate}.txt`));
    if (kind === undefined) throw new Error(`strange file ${name}`);
    return recordedFile(kind, readFileSync(path.join(gamestats, name)));
  });
}, 120_000);

test("a recorded file is accepted whole, and its rows are its very bytes", () => {
  expect(new Set(files.map(({ kind }) => kind))).toEqual(new Set(KINDS));
  for (const { bytes, lines } of files) {
    const { end, fatal, faults, rows } = expectLanesToAgree(bytes, 65_536);
    expect({ fatal, faults }).toEqual({ fatal: undefined, faults: [] });
    expect(end?.trailer).toBeDefined();
    expect(rows.map(({ line }) => line)).toEqual(lines.filter((line) => !isNote(line)));
  }
}, 60_000);

describe("with bytes changed, lost or doubled", () => {
  const mutation = fc.record({
    file: fc.nat(),
    line: fc.nat(),
    at: fc.nat(),
    length: fc.integer({ min: 0, max: 40 }),
    bytes: fc.oneof(
      fc.uint8Array({ maxLength: 6 }),
      // What looks like part of a row comes further than what does not.
      fc.stringMatching(/^[0-9.\t\n-]{0,6}$/).map((text) => Buffer.from(text)),
    ),
    chunkBytes: fc.integer({ min: 1, max: 5000 }),
  });
  const mutate = (original: Buffer, start: number, length: number, bytes: Uint8Array): Buffer =>
    Buffer.concat([original.subarray(0, start), bytes, original.subarray(start + length)]);

  test(
    "both lanes say the same of a stretch, and what they accept are its very bytes",
    () => {
      let accepted = 0;
      let refused = 0;
      fc.assert(
        fc.property(mutation, ({ at, bytes, chunkBytes, file, length, line }) => {
          const chosen = files[file % files.length];
          if (chosen === undefined) return;
          const original = stretchOf(chosen, line);
          const mutated = mutate(original, at % original.length, length, bytes);
          const { fatal, faults, rows } = expectLanesToAgree(mutated, chunkBytes);
          accepted += rows.length;
          if (fatal !== undefined || faults.length > 0) refused++;
          if (fatal !== undefined) return;
          const refusedLines = new Set(faults.map((fault) => fault.line));
          const whole = mutated.toString("latin1").match(/[^\n]*\n/g) ?? [];
          const kept = whole.filter((text, index) => !isNote(text) && !refusedLines.has(index + 1));
          expect(rows.map((row) => row.line)).toEqual(kept);
        }),
        { numRuns: RUNS },
      );
      expect(accepted).toBeGreaterThan(RUNS);
      expect(refused).toBeGreaterThan(RUNS / 10);
    },
    TIMEOUT_MS,
  );

  test(
    "a whole file that was changed is never accepted",
    () => {
      fc.assert(
        fc.property(mutation, ({ at, bytes, chunkBytes, file, length }) => {
          const original = files[file % files.length]?.bytes;
          if (original === undefined) return;
          const mutated = mutate(original, at % original.length, length, bytes);
          // In one lane: every other test compares them, and a whole file takes csv-parse long.
          const { end, fatal } = readRoundFile(mutated, {}, Math.max(chunkBytes, 1000));
          if (fatal === undefined && end?.trailer !== undefined) expect(mutated.equals(original)).toBe(true);
        }),
        { numRuns: Math.ceil(RUNS / 20) },
      );
    },
    TIMEOUT_MS,
  );
});
