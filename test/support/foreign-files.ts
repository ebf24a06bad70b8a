/** Samples of other trackers' files: those that ship, and more where a folder next to the project has them; and what a reader makes of them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";

import { packagePath } from "../../src/package-root.ts";
import { RoundFileError, type Fault } from "../../src/parsers/fault.ts";
import type { ForeignReader, ForeignRound } from "../../src/parsers/foreign/foreign-round.ts";

/** The samples that ship, by format. */
export const FOREIGN_FOLDER = packagePath("test/fixtures/foreign");
const MORE_SAMPLES = process.env["PROX_FOREIGN"] ?? packagePath("../shared/foreign");

export interface Sample {
  /** Its path in the folder of samples, which begins with the format. */
  readonly path: string;
  /** As its tracker named it. */
  readonly name: string;
  readonly file: string;
  /** Unpacked. */
  readonly bytes: Buffer;
}

/** The samples of a format whose paths below its folder are wanted, each content once; those that ship come first. */
export function samplesOf(format: string, wanted = /^(?!broken\/)/): Sample[] {
  const found: Sample[] = [];
  for (const folder of [FOREIGN_FOLDER, MORE_SAMPLES]) {
    const own = path.join(folder, format);
    const entries = existsSync(own)
      ? readdirSync(own, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
      : [];
    const inside = entries.map((entry) => path.relative(own, path.join(entry.parentPath, entry.name))).sort();
    for (const name of inside.filter((candidate) => wanted.test(candidate))) {
      const read = sample(`${format}/${name}`, folder);
      if (!found.some(({ bytes }) => bytes.equals(read.bytes))) found.push(read);
    }
  }
  return found;
}

/** A sample by its path in the folder of those that ship. */
export function sample(inside: string, folder = FOREIGN_FOLDER): Sample {
  const file = path.join(folder, inside);
  const isPacked = inside.endsWith(".gz");
  const bytes = readFileSync(file);
  return {
    path: inside,
    name: path.basename(inside, ".gz"),
    file,
    bytes: isPacked ? gunzipSync(bytes) : bytes,
  };
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
