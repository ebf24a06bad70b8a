/** Files of other trackers on their way into the database: each round and kind of one counts as a file of ours. */
import { createHash } from "node:crypto";

import { KINDS, type Kind } from "../format/columns.ts";
import { CUT_REASON } from "../format/file.ts";
import type { ForeignReader, ForeignRound } from "../parsers/foreign/foreign-round.ts";
import { FOREIGN_READERS } from "../parsers/foreign/readers.ts";
import { foreignKinds, foreignRoundKey } from "../parsers/foreign/round-events.ts";
import { readingError } from "./file-fault.ts";
import type { Candidate } from "./round-files.ts";

/** The reader of a format. */
export function foreignReader(source: string): ForeignReader {
  const reader = FOREIGN_READERS.find((candidate) => candidate.source === source);
  // Known paths are only of this version of prox.
  if (reader === undefined) throw new Error(`no reader of ${source}`);
  return reader;
}

/** The name of a file without its folder, its archive, and the suffix of what packs it alone. */
function nameOf(label: string): string {
  const name = label.split(/[/\\!]/).at(-1) ?? "";
  return name.replace(/\.(?:gz|bz2|xz|zst)$/i, "");
}

/** The rounds of a file, one after the other. Errors of reading come as faults of the file. */
export async function* foreignRounds(
  reader: ForeignReader,
  label: string,
  bytes: AsyncIterable<Buffer>,
): AsyncGenerator<ForeignRound> {
  try {
    yield* reader.readRounds(bytes, { name: nameOf(label) });
  } catch (error) {
    throw readingError(error);
  }
}

/** What stands for the content of a file: what the round says, and what this reader makes of it. */
function hashOf({ source, version }: ForeignReader, { contentSha256 }: ForeignRound, kind: Kind): string {
  return createHash("sha256").update(`${source} ${version}\n${contentSha256}\n${kind}`).digest("hex");
}

/** A round of a file of another tracker as the files that the importer knows: one for each kind that it records. */
export function foreignCandidates(
  reader: ForeignReader,
  round: ForeignRound,
  sizeBytes: number,
): Omit<Candidate, "label" | "source">[] {
  const { contentSha256, end, map } = round;
  const roundKey = foreignRoundKey(reader.source, round);
  const endReason = end?.endReason ?? CUT_REASON;
  const kinds = foreignKinds(round);
  return KINDS.filter((kind) => kinds.includes(kind)).map((kind) => ({
    kind,
    roundKey,
    matchKey: roundKey,
    map,
    round: round.round,
    piece: 1,
    sizeBytes,
    sha256: hashOf(reader, round, kind),
    endReason,
    beginningBytes: 0,
    isComplete: endReason === "finished" && !round.notes.includes("end_not_marked"),
    foreign: { source: reader.source, contentSha256 },
  }));
}

/**
 * Of two unfinished files of a round of another tracker, which were written one after the other when the tracker failed, the
 * longer one holds what the other does: they share no beginning, as each has its own end in its header.
 */
export function isShorter(
  one: { readonly sizeBytes: number },
  other: { readonly sizeBytes: number },
): boolean {
  return one.sizeBytes <= other.sizeBytes;
}
