/** Tries again when the database goes away for a moment. */
import { setTimeout as sleep } from "node:timers/promises";

import { errorCodeOf } from "../errors.ts";

/**
 * Waits before each further attempt, ms: together long enough for a restart of the server. A broken connection costs
 * two attempts, as postgres.js 3.4.9 gives the last words of the old one to the first query of the new one.
 */
const PAUSES_MS = [0, 200, 200, 1000, 1000, 3000, 5000, 10000];

/**
 * Codes after which the same work may succeed: lost connections, a server that stops or starts, and two transactions
 * that stood in each other's way.
 */
const PASSING_CODES =
  /^(?:08...|57P0[123]|40001|40P01|ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|CONNECTION_\w+|CONNECT_TIMEOUT)$/;

/** Does a piece of work that leaves nothing behind when it fails; again, after a pause, if the reason may pass. */
export async function withRetries<Result>(
  work: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  for (const pauseMs of PAUSES_MS) {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      const code = errorCodeOf(error);
      const isOfDatabase = code !== undefined && PASSING_CODES.test(code) && !isOfFileSystem(error);
      if (!isOfDatabase) throw error;
      await sleep(pauseMs, undefined, signal === undefined ? {} : { signal }).catch(() => {
        signal?.throwIfAborted();
      });
    }
  }
  return work();
}

function isOfFileSystem(error: unknown): boolean {
  return error instanceof Error && "path" in error && "syscall" in error && error.syscall !== "connect";
}
