/**
 * Commits that a worker of Citus has begun and not finished. Citus commits in two steps: each worker prepares, the coordinator
 * commits, each worker commits what it prepared. A worker that goes away before the last step has its part of a round safe on
 * disk, and nobody sees it, until the coordinator finishes the commit (`citus.recover_2pc_interval`, by default each minute).
 */
import { setTimeout as sleep } from "node:timers/promises";

import { ProxError } from "../errors.ts";
import type { Sql, Transaction } from "./driver/connect.ts";
import { POSITIONS_TABLE } from "./tables.ts";

/** How much longer than Citus's own interval a worker may take, ms. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 500;

/** What a worker has prepared in this database, in one text: the coordinator asks all workers, and a cluster has no other view of it. */
const PREPARED = `select coalesce(string_agg(gid, ' '), '') from pg_prepared_xacts
  where database = current_database() and gid like 'citus\\_%'`;

/** Waits until every worker shows what was committed up to now; does nothing without Citus. Throws `E_DATABASE` where that takes too long. */
export async function waitForLateCommits(sql: Sql | Transaction, signal?: AbortSignal): Promise<void> {
  const [found] = await sql<
    { exists: boolean }[]
  >`select to_regclass('pg_dist_partition') is not null as exists`;
  if (found?.exists !== true) return;
  const [distributed] = await sql`
    select logicalrelid from pg_dist_partition where logicalrelid = to_regclass(${POSITIONS_TABLE.table})`;
  if (distributed === undefined) return;
  const [setting] = await sql<{ ms: number }[]>`
    select greatest(setting::integer, 0) as ms from pg_settings where name = 'citus.recover_2pc_interval'`;
  const endsAt = Date.now() + (setting?.ms ?? 0) + PATIENCE_MS;
  for (let waiting = await readPrepared(sql); waiting.length > 0;) {
    if (Date.now() > endsAt) throw tooLate(waiting);
    await sleep(PAUSE_MS, undefined, signal === undefined ? {} : { signal });
    waiting = stillWaiting(waiting, await readPrepared(sql));
  }
}

/** What a worker has prepared; all of it where the worker cannot be asked. */
export interface Prepared {
  /** The worker's host and port. */
  readonly worker: string;
  /** The name that Citus gave the commit; null where the worker cannot be asked. */
  readonly gid: string | null;
}

/**
 * What is still to be waited for, of what there is now. Other commits come and go meanwhile: those of the look before count, and of
 * a worker that could not be asked all that it has.
 */
export function stillWaiting(before: readonly Prepared[], now: readonly Prepared[]): Prepared[] {
  return now.filter(({ gid, worker }) =>
    before.some(
      (earlier) => earlier.worker === worker && (gid === null || [gid, null].includes(earlier.gid)),
    ),
  );
}

async function readPrepared(sql: Sql | Transaction): Promise<Prepared[]> {
  const workers = await sql<{ worker: string; success: boolean; result: string }[]>`
    select nodename || ':' || nodeport as worker, success, result from run_command_on_workers(${PREPARED})`;
  return workers.flatMap(({ result, success, worker }): Prepared[] => {
    if (!success) return [{ worker, gid: null }];
    const gids = result.split(" ").filter((gid) => gid !== "");
    return gids.map((gid) => ({ worker, gid }));
  });
}

function tooLate(waiting: readonly Prepared[]): ProxError {
  const named = waiting.map(({ gid, worker }) => (gid === null ? worker : `${gid} on ${worker}`)).join(", ");
  return new ProxError(
    "E_DATABASE",
    `a worker of the Citus cluster has not finished a commit: ${named}; its rows are stored there, and not to be seen yet`,
    {
      suggestions: [
        "see that every worker runs, and that the coordinator reaches it: the coordinator then finishes the commit by itself, by default within a minute",
        "then run the command again: it goes on where it ended",
      ],
    },
  );
}
