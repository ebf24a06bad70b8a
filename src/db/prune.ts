/** Retention: positions, of players and of vehicles, are nine tenths of the data; what is derived from them stays. */
import type { Sql } from "./driver/connect.ts";
import { inTransaction } from "./driver/transaction.ts";
import { waitForLateCommits } from "./late-commits.ts";
import type { Columns } from "./rows.ts";

/** How much was pruned, or would be; zeros where every round is too young, or pruned already. */
export interface PruneResult {
  /** Rounds whose positions were deleted. */
  readonly rounds: number;
  /** Rows of player_positions deleted, and those of objective_events that say where a vehicle is. */
  readonly rows: number;
}

/** Which rows of which tables are pruned: a condition, in the SQL of any database. */
export const PRUNED_ROWS: Readonly<Record<string, string>> = {
  player_positions: "true",
  objective_events: "event = 'vehicle_move'",
};

/** Rounds of one transaction: short enough to stop soon, long enough not to wait for the disk each time. */
const ROUNDS_PER_TRANSACTION = 50;

/** How many rounds before a time still have positions, and how many rows that is. Changes nothing. */
export async function countPrunable(sql: Sql, before: Date): Promise<PruneResult> {
  const [found] = await sql<PruneResult[]>`
    select count(*) as rounds, coalesce(sum(position_rows + (
      select count(*) from objective_events o where o.round_id = rounds.round_id and o.event = 'vehicle_move')), 0)::bigint as rows
    from rounds where started_at < ${before} and positions_pruned_at is null and position_rows > 0`;
  return found ?? { rounds: 0, rows: 0 };
}

/**
 * Deletes the positions of all rounds that started before a time. Some rounds a transaction: what was done before an
 * abort stays done, and running again goes on.
 */
export async function prunePositions(
  sql: Sql,
  before: Date,
  options: { signal?: AbortSignal; report?: (done: PruneResult) => void } = {},
): Promise<PruneResult> {
  let done: PruneResult = { rounds: 0, rows: 0 };
  await waitForLateCommits(sql, options.signal);
  for (;;) {
    options.signal?.throwIfAborted();
    const step = await inTransaction(sql, async (transaction) => {
      const rounds = await transaction<Columns<"rounds", "round_id">[]>`
        select round_id from rounds
        where started_at < ${before} and positions_pruned_at is null and position_rows > 0
        order by started_at limit ${ROUNDS_PER_TRANSACTION} for update`;
      const ids = rounds.map((round) => round.round_id);
      const deleted = await transaction`
        delete from player_positions where round_id = any (${ids}::integer[])`;
      const moves = await transaction`
        delete from objective_events where round_id = any (${ids}::integer[]) and event = 'vehicle_move'`;
      await transaction`
        update rounds set positions_pruned_at = now() where round_id = any (${ids}::integer[])`;
      return { rounds: ids.length, rows: deleted.count + moves.count };
    });
    if (step.rounds === 0) break;
    done = { rounds: done.rounds + step.rounds, rows: done.rows + step.rows };
    options.report?.(done);
  }
  // Lets the next import use the room.
  if (done.rows > 0) await sql`vacuum analyze player_positions, objective_events`;
  return done;
}
