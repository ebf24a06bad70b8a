/** COPY … FROM STDIN that always settles, and COPY … TO STDOUT. */
import { once } from "node:events";
import type { Readable } from "node:stream";

import postgres from "postgres";

import type { Transaction } from "./connect.ts";

/** The part of a pending query of postgres.js that its types do not show: how its error and its end are delivered. */
interface PendingQuery {
  reject: (error: Error) => void;
  resolve: (result: { readonly count: number | null }) => void;
}

/** The error of a COPY with the code that a worker of Citus gave it: see "COPY to the workers of Citus" in README.md. */
function withWorkersCode(error: Error): Error {
  if (!(error instanceof postgres.PostgresError) || error.code !== "XX000") return error;
  return error.message.startsWith("terminating connection due to")
    ? Object.assign(error, { code: "57P01" })
    : error;
}

/**
 * Copies rows into a table, in PostgreSQL's text format: TAB between fields, LF after each row, an empty field for
 * null, no escapes (so no field may hold a backslash, TAB or line end). With another spelling the rows are as COPY itself writes them. Chunks may end anywhere; about 64 KiB each is
 * fastest. Once the next chunk is asked for, the memory of the one before may be used again. Returns how many rows the
 * server says that it stored.
 *
 * The query's own error ends the wait, as the stream never hears of it: see "COPY that fails" in README.md; and "COPY that
 * is over".
 */
export async function copyInto(
  transaction: Transaction,
  table: string,
  columns: readonly string[],
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  spelling: "plain" | "as COPY writes" = "plain",
): Promise<number> {
  const query =
    spelling === "plain"
      ? transaction`copy ${transaction(table)} (${transaction(columns)}) from stdin (format text, null '')`
      : transaction`copy ${transaction(table)} (${transaction(columns)}) from stdin`;
  const stream = await query.writable();
  const destroy = stream._destroy.bind(stream);
  stream._destroy = (error, callback) => {
    if (stream.writableFinished) callback(error);
    else destroy(error, callback);
  };
  const pending = query as unknown as PendingQuery;
  const failed = new Promise<never>((_, reject) => {
    const deliver = pending.reject.bind(query);
    pending.reject = (error) => {
      const told = withWorkersCode(error);
      deliver(told);
      reject(told);
    };
  });
  const stored = new Promise<number>((resolve) => {
    const deliver = pending.resolve.bind(query);
    pending.resolve = (result) => {
      deliver(result);
      resolve(result.count ?? 0);
    };
  });
  const finished = once(stream, "finish");
  // Either may be the one that nobody waits for any more.
  failed.catch(() => undefined);
  finished.catch(() => undefined);

  try {
    for await (const chunk of chunks) {
      const written = new Promise<void>((resolve) => {
        stream.write(chunk, (error) => {
          // The reason of an error comes from one of the other two.
          if (error === undefined || error === null) resolve();
        });
      });
      await Promise.race([written, finished, failed]);
    }
    stream.end();
    await Promise.race([finished, failed]);
    return await Promise.race([stored, failed]);
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

/**
 * The rows that a COPY … TO STDOUT gives, as a stream. The driver stops reading from the server while the stream is full, and would
 * not go on when the last rows fill it: see "COPY that fills its stream" in README.md.
 */
export async function copyFrom(query: postgres.PendingQuery<postgres.Row[]>): Promise<Readable> {
  const rows = await query.readable();
  return rows.once("end", () => {
    rows._read(0);
  });
}

/**
 * Hands on what a COPY … TO STDOUT gives, piece by piece as the server sends it: of rows, each by itself. A stream of Node would take
 * as long for each as reading it does.
 */
export async function readCopy(
  query: postgres.PendingQuery<postgres.Row[]>,
  take: (bytes: Buffer) => void,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const pending = query as unknown as { resolve: (rows: Readable) => void };
  const deliver = pending.resolve.bind(query);
  let stop: () => void = () => undefined;
  const read = new Promise<void>((resolve, reject) => {
    // The driver takes no other query while rows come: the rest of them pass by.
    let failure: Error | undefined;
    const remember = (error: unknown): Error =>
      (failure ??= error instanceof Error ? error : new Error(String(error)));
    const fail = (error: unknown): void => {
      reject(remember(error));
    };
    stop = () => {
      remember(signal.reason);
    };
    // At once: the first packet may hold all rows, and the error that ends them.
    pending.resolve = (rows) => {
      pending.resolve = deliver;
      rows.push = (bytes: Buffer | null): boolean => {
        if (bytes === null) {
          if (failure === undefined) resolve();
          else reject(failure);
        } else if (failure === undefined) {
          try {
            take(bytes);
          } catch (error) {
            remember(error);
          }
        }
        return true;
      };
      rows.on("error", fail);
      rows.on("close", () => {
        fail(new Error("a COPY ended before its rows did"));
      });
      deliver(rows);
    };
  });
  read.catch(() => undefined);
  signal.addEventListener("abort", stop);
  try {
    await query.readable();
    await read;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
