/** Whether a pooler stands between prox and the server, and whether prox can work through it. */
import postgres from "postgres";

import { errorCodeOf } from "../../errors.ts";
import { createPool, type PoolOptions, type Sql } from "./connect.ts";
import { isConnectionLost } from "./errors.ts";

/** A connection of postgres.js knows the process that the server, or the pooler, named when it began. */
interface Answered {
  readonly state?: { readonly pid?: number };
}

/** Whether the server's process is another one than the one that we were told to be connected to. */
async function isBehindPooler(sql: Sql): Promise<boolean> {
  // As a simple query: it prepares nothing, which a pooler might keep.
  const answer = await sql.unsafe<{ pid: number }[]>("select pg_backend_pid() as pid").simple();
  const { state } = answer as Answered;
  return state?.pid !== undefined && answer[0]?.pid !== state.pid;
}

/** Whether a pooler refused a setting of ours that only servers know. */
function isRefusedSetting(error: unknown): boolean {
  return error instanceof postgres.PostgresError && error.message.includes("unsupported startup parameter");
}

/** Thrown for a pooler that hands its connections on after every statement, so that there are no transactions. */
export class NoTransactionsError extends Error {}

/** How long the first answer may take after a connection was taken: a pooler lets a client wait for its turn. */
const ANSWER_LIMIT_MS = 60_000;

/**
 * Makes a pool for a URL and connects once, directly to the server or through a pooler. Throws what the driver throws; after an
 * abort, soon.
 */
export async function connectPool(url: string, options: PoolOptions, signal?: AbortSignal): Promise<Sql> {
  try {
    return await connectOnce(url, options, signal, async (sql) => {
      if (await isBehindPooler(sql)) throw new PoolerFound();
      return sql;
    });
  } catch (error) {
    if (!(error instanceof PoolerFound) && !isRefusedSetting(error)) throw error;
  }
  await connectOnce(url, { connections: 1, isPooled: true }, signal, async (probe) => {
    await probe.unsafe("select 1").simple();
    try {
      await probe.unsafe("begin").simple();
    } catch (error) {
      // PgBouncer ends the connection in answer to BEGIN.
      if (isConnectionLost(error) || errorCodeOf(error) === "08P01") throw new NoTransactionsError();
      throw error;
    }
    await probe.unsafe("rollback").simple();
    await probe.end({ timeout: 1 });
  });
  return createPool(url, { ...options, isPooled: true });
}

class PoolerFound extends Error {}

/** Makes a pool and asks the first question; a pool for which that fails is closed. */
async function connectOnce<Result>(
  url: string,
  options: PoolOptions,
  signal: AbortSignal | undefined,
  ask: (sql: Sql) => Promise<Result>,
): Promise<Result> {
  const sql = createPool(url, options);
  const limit = AbortSignal.timeout(ANSWER_LIMIT_MS);
  const giveUp = (): void => void sql.end({ timeout: 0 });
  for (const end of [limit, signal]) end?.addEventListener("abort", giveUp);
  try {
    return await ask(sql);
  } catch (error) {
    await sql.end({ timeout: 0 });
    signal?.throwIfAborted();
    if (!limit.aborted) throw error;
    const message = `the server took the connection and gave no answer within ${ANSWER_LIMIT_MS / 1000} s`;
    throw Object.assign(new Error(message, { cause: error }), { code: "CONNECT_TIMEOUT" });
  } finally {
    for (const end of [limit, signal]) end?.removeEventListener("abort", giveUp);
  }
}
