/** Samples of other trackers' files, and what a reader makes of them. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";

import { RoundFileError, type Fault } from "../../src/parsers/fault.ts";
import type { ForeignReader, ForeignRound } from "../../src/parsers/foreign/foreign-round.ts";

const FOLDER = path.join(import.meta.dirname, "../fixtures/foreign");

export interface Sample {
  /** Its path in `test/fixtures/foreign`. */
  readonly path: string;
  /** As its tracker named it. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** The samples of a format that are no broken ones. */
export function samplesOf(format: string): Sample[] {
  return readdirSync(path.join(FOLDER, format), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => sample(`${format}/${name}`));
}

export function sample(inside: string): Sample {
  const packed = readFileSync(path.join(FOLDER, inside));
  const isPacked = inside.endsWith(".gz");
  const name = path.basename(inside, ".gz");
  return { path: inside, name, bytes: isPacked ? gunzipSync(packed) : packed };
}

/** Rows by the names of our columns. */
export type Values = Readonly<Record<string, number | string | null | undefined>>;

export interface Read {
  readonly rounds: readonly ForeignRound[];
  /** Why the file, or the rest of it, was refused. */
  readonly fault: Fault | undefined;
}

/** Reads a file in chunks of so many bytes. */
export async function readForeign(
  reader: ForeignReader,
  { bytes, name }: Pick<Sample, "bytes" | "name">,
  chunkBytes = 4096,
): Promise<Read> {
  // eslint-disable-next-line @typescript-eslint/require-await -- what a file gives
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  }
  const rounds: ForeignRound[] = [];
  try {
    for await (const round of reader.readRounds(chunks(), { name })) rounds.push(round);
    return { rounds, fault: undefined };
  } catch (error) {
    if (!(error instanceof RoundFileError)) throw error;
    return { rounds, fault: error.fault };
  }
}

/** The combat rows of a round, without those that are wrong. */
export function combatOf(round: ForeignRound): Values[] {
  return [...(round.rows.combat?.() ?? [])].flatMap((line) => ("values" in line ? [line.values] : []));
}

/** How many rows there are of each event. */
export function countEvents(rows: readonly Values[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { event } of rows) counts[String(event)] = (counts[String(event)] ?? 0) + 1;
  return counts;
}

/** The file as it would be if its transfer had ended at so many places, spread evenly. */
export function* cuts({ bytes, name }: Sample, places = 200): Generator<Pick<Sample, "bytes" | "name">> {
  for (let place = 1; place <= places; place++)
    yield { name, bytes: bytes.subarray(0, Math.floor((bytes.length * place) / (places + 1))) };
}
