/** Reads a file whole, checks that it still is the one that was surveyed, and hands out its good rows. */
import { createHash } from "node:crypto";

import type { Kind } from "../format/columns.ts";
import type { PlayerNote } from "../parsers/note-reader.ts";
import { RoundFileError, type Fault } from "../parsers/fault.ts";
import { RoundFileParser, type RoundFileEnd, type RoundFileEvent } from "../parsers/round-file.ts";
import type { RowBatch } from "../parsers/row-batcher.ts";
import { foreignEvents } from "../parsers/foreign/round-events.ts";
import { FILE_CHANGED, readingError, FileFaultError } from "./file-fault.ts";
import type { FoundRound } from "./foreign-files.ts";
import { transferFault } from "./transfer-changes.ts";
import type { ReadyFile } from "./round-files.ts";

/** What to do about bad rows: refuse the file, or leave them out and count them. */
export const BAD_ROW_POLICIES = ["reject-file", "skip"] as const;
/** One of {@link BAD_ROW_POLICIES}: what `--bad-rows` says. */
export type BadRowPolicy = (typeof BAD_ROW_POLICIES)[number];

/** How to read rows. With `reject-file` the first bad row ends the reading, and `onBadRow` is never called. */
export interface ReadRowsOptions {
  readonly badRows: BadRowPolicy;
  readonly signal?: AbortSignal | undefined;
  /** Gets each player note before the rows that follow it. */
  readonly onPlayer?: (player: PlayerNote) => void;
  /** Gets the first bad rows that are left out. */
  readonly onBadRow?: (fault: Fault) => void;
}

type Events = AsyncGenerator<RoundFileEvent, RoundFileEnd>;

async function* ownEvents(
  { changes = [], open, sha256 }: ReadyFile,
  signal: AbortSignal | undefined,
): Events {
  const hash = createHash("sha256");
  const parser = new RoundFileParser();
  const chunks = open()[Symbol.asyncIterator]();
  const nextChunk = async (): Promise<Buffer | undefined> => {
    try {
      const next = await chunks.next();
      return next.done === true ? undefined : next.value;
    } catch (error) {
      throw readingError(error);
    }
  };
  try {
    for (let chunk = await nextChunk(); chunk !== undefined; chunk = await nextChunk()) {
      signal?.throwIfAborted();
      hash.update(chunk);
      yield* parser.push(chunk);
    }
    const end = parser.end();
    if (hash.digest("hex") !== sha256) throw new FileFaultError(FILE_CHANGED);
    return end;
  } catch (error) {
    if (!(error instanceof RoundFileError)) throw error;
    // A fault that the surveyed content need not have.
    for (let chunk = await nextChunk(); chunk !== undefined; chunk = await nextChunk()) {
      signal?.throwIfAborted();
      hash.update(chunk);
    }
    if (hash.digest("hex") !== sha256) throw new FileFaultError(FILE_CHANGED, error);
    const blamed = changes.length === 0 ? undefined : transferFault(changes, error.fault);
    throw blamed === undefined ? error : new FileFaultError(blamed, error);
  } finally {
    await chunks.return?.();
  }
}

async function* otherEvents(
  kind: Kind,
  findRound: () => Promise<FoundRound>,
  signal: AbortSignal | undefined,
): Events {
  const { reader, round } = await findRound();
  const events = foreignEvents(reader, round, kind);
  for (let next = events.next(); ; next = events.next()) {
    signal?.throwIfAborted();
    if (next.done === true) return next.value;
    yield next.value;
  }
}

/**
 * Reads the rows of a file in batches; returns how it ended. Throws `RoundFileError` or `FileFaultError` when something
 * is wrong with the file.
 */
export async function* readRows(
  file: ReadyFile,
  { badRows, onBadRow, onPlayer, signal }: ReadRowsOptions,
): AsyncGenerator<RowBatch, RoundFileEnd> {
  const { findRound, kind } = file;
  const events = findRound === undefined ? ownEvents(file, signal) : otherEvents(kind, findRound, signal);
  try {
    for (let next = await events.next(); ; next = await events.next()) {
      if (next.done === true) return next.value;
      const event = next.value;
      if (event.type === "rows") {
        yield event.batch;
      } else if (event.type === "player") {
        onPlayer?.(event.player);
      } else if (event.type === "fault") {
        // Into the generator, which looks whether the file is still the same.
        if (badRows === "reject-file") await events.throw(new RoundFileError(event.fault));
        onBadRow?.(event.fault);
      }
    }
  } finally {
    await events.return(undefined as never);
  }
}
