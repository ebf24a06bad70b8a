/** What follows from the facts of a round. */
import { readFile } from "node:fs/promises";

import { packagePath } from "../package-root.ts";
import type { Sql, Transaction } from "./driver/connect.ts";
import { pipeline } from "./driver/pipeline.ts";
import { inTransaction } from "./driver/transaction.ts";
import type { Columns } from "./rows.ts";
import { addMissingShapes } from "./team-shapes.ts";

/** Raised when the statements of sql/derive compute something else, or another table is derived: `prox db migrate` then derives every stored round again. */
const DERIVED_VERSION = 10;

/** The statements of sql/derive that complete facts or make tables, in dependency order. */
const STATEMENTS = [
  "kill_outcomes",
  "fights_of_acts",
  "objective_phases",
  "objectives_of_acts",
  "player_lives",
  "teammate_distances",
  "teammate_synergy",
  "combat_counts",
  "downs",
  "trade_chances",
  "trade_counts",
  "last_stands",
  "life_results",
  "player_engagement_stats",
] as const;
/** Tables whose rows of a round go before they are computed. */
const REPLACED = [
  "objective_phases",
  "teammate_synergy",
  "combat_counts",
  "downs",
  "trade_chances",
  "trade_counts",
  "last_stands",
  "life_results",
  "player_engagement_stats",
] as const;

/** The statements of sql/derive, each of which takes the round's id. */
let texts: Promise<string[]> | undefined;

/**
 * Computes everything that is derived from the facts of a round, in place of what was there: the derived tables but
 * `player_movement`, which the import makes (team shape too, but where it is missing), and the players' names and times. To be called when all facts of the round,
 * and the numbers of rows in `rounds`, are stored. Locks the round and its players until the transaction ends.
 * @param lives what the import summed up over the positions of each life, where it stored positions.
 */
export async function deriveRound(
  transaction: Transaction,
  roundId: number,
  lives?: readonly object[],
): Promise<void> {
  texts ??= Promise.all(
    ["players", ...STATEMENTS].map((name) => readFile(packagePath(`sql/derive/${name}.sql`), "utf8")),
  );
  const [players = "", ...statements] = await texts;
  const imported = lives === undefined ? null : JSON.stringify(lives);
  // The statement of the lives takes them too.
  const derive = (text: string) =>
    transaction.unsafe(text, text.includes("$2") ? [roundId, imported] : [roundId], { prepare: true });
  // With positions, the import has stored these too.
  if (lives === undefined) await addMissingShapes(transaction, roundId, planForRounds(transaction));
  await pipeline([
    planForRounds(transaction),
    transaction`select from rounds where round_id = ${roundId} for no key update`,
    // Unless an import has brought pruned positions back, what needs them becomes unknown, and never 0. In order of time, as the
    // server would else read the positions of all rounds, to find one that is likely to come soon.
    transaction`
      update rounds
      set
        derived_version = ${DERIVED_VERSION},
        positions_pruned_at = case
          when (select time_ms from player_positions where round_id = ${roundId} order by time_ms limit 1) is null
            then positions_pruned_at
        end
      where round_id = ${roundId}`,
    // What was summed up over positions stays: the import replaces it with them.
    transaction`delete from player_lives where round_id = ${roundId} and samples = 0`,
    ...REPLACED.map((table) => transaction`delete from ${transaction(table)} where round_id = ${roundId}`),
    ...statements.map(derive),
    // From here on by the ids of the round's players: any other way reads all players.
    transaction`set local enable_nestloop = default`,
    transaction`set local enable_seqscan = default`,
    transaction`set local plan_cache_mode = default`,
    // In the order of their ids, so that two transactions never wait for each other.
    transaction`
      select from players where player_id in (select player_id from round_players where round_id = ${roundId})
      order by player_id for no key update`,
    derive(players),
  ]);
}

/**
 * Query that sets how statements are planned that ask for one round by its id, in each of their tables: until the end of the transaction,
 * once for each connection.
 *
 * What the server knows of a table's contents is older than this round: it takes the round for empty, and would compare each sample with each
 * other one in nested loops. A plan that is made when the tables are small reads them by their indexes all the same, as it stays when
 * they have grown. Citus plans by the id alone.
 */
function planForRounds(transaction: Transaction) {
  return transaction`
    select
      set_config('enable_nestloop', 'off', true), set_config('enable_seqscan', 'off', true),
      case when not exists (select from pg_extension where extname = 'citus')
        then set_config('plan_cache_mode', 'force_generic_plan', true)
      end`;
}

/**
 * Derives again every round that an earlier version of the statements derived, each in a transaction of its own: when it is
 * interrupted, the next call goes on. Returns how many rounds that were.
 */
export async function deriveOutdatedRounds(sql: Sql): Promise<number> {
  const rounds = await sql<Columns<"rounds", "round_id">[]>`
    select round_id from rounds where derived_version < ${DERIVED_VERSION} order by round_id`;
  for (const { round_id } of rounds) {
    await inTransaction(sql, (transaction) => deriveRound(transaction, round_id));
  }
  return rounds.length;
}
