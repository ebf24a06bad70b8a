/** Runs the round-file parser over bytes in one go, for tests. */
import {
  RoundFileParser,
  type RoundFileEnd,
  type RoundFileEvent,
  type RoundFileOptions,
} from "../../src/parsers/round-file.ts";
import { RoundFileError, type Fault } from "../../src/parsers/fault.ts";
import { KEY_COLUMNS } from "../../src/parsers/row-values.ts";

/** All that a file gave, in a form that can be compared. */
export interface ReadResult {
  /** Each row: its number, its line and its key values. */
  readonly rows: { readonly row: number; readonly line: string; readonly keys: readonly number[] }[];
  readonly faults: Fault[];
  readonly notes: RoundFileEvent[];
  readonly end: RoundFileEnd | undefined;
  /** What made the file unreadable. */
  readonly fatal: Fault | undefined;
}

export function readRoundFile(
  bytes: Buffer,
  options: RoundFileOptions = {},
  chunkBytes = bytes.length,
): ReadResult {
  const parser = new RoundFileParser(options);
  const result = { rows: [], faults: [], notes: [] } as Pick<ReadResult, "rows" | "faults" | "notes">;
  const take = (event: RoundFileEvent): void => {
    if (event.type === "fault") result.faults.push(event.fault);
    else if (event.type !== "rows") result.notes.push(event);
    else {
      const { batch } = event;
      const width = KEY_COLUMNS[batch.kind].length;
      for (let index = 0; index < batch.count; index++) {
        result.rows.push({
          row: batch.firstRow + index,
          line: batch.bytes.toString("latin1", batch.starts[index], batch.starts[index + 1]),
          keys: [...batch.keys.subarray(index * width, (index + 1) * width)],
        });
      }
    }
  };
  try {
    for (let at = 0; at < bytes.length; at += Math.max(1, chunkBytes)) {
      // A copy that is overwritten afterwards shows whether the parser keeps chunks that it must not keep.
      const chunk = Buffer.from(bytes.subarray(at, at + Math.max(1, chunkBytes)));
      for (const event of parser.push(chunk)) take(event);
      chunk.fill(0);
    }
    return { ...result, end: parser.end(), fatal: undefined };
  } catch (error) {
    if (error instanceof RoundFileError) return { ...result, end: undefined, fatal: error.fault };
    throw error;
  }
}
