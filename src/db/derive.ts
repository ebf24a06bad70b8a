/** What follows from the facts of a round. */
import { readFile } from "node:fs/promises";

import { packagePath } from "../build/package-root.ts";
import type { Transaction } from "./connect.ts";

const texts = new Map<string, Promise<string>>();

/** Runs a statement of sql/derive. */
async function runStatement(transaction: Transaction, name: string, roundId: number): Promise<void> {
  let text = texts.get(name);
  if (text === undefined) {
    text = readFile(packagePath(`sql/derive/${name}.sql`), "utf8");
    texts.set(name, text);
  }
  await transaction.unsafe(await text, [roundId], { prepare: true });
}

/** Locks the players of a round in the order of their ids, so that two transactions never wait for each other. */
async function lockPlayers(transaction: Transaction, roundId: number): Promise<void> {
  await transaction`
    select from players where player_id in (select player_id from round_players where round_id = ${roundId})
    order by player_id for no key update`;
}

/**
 * Computes everything that is derived from the facts of a round, in place of what was there: `teammate_synergy`,
 * `player_engagement_stats`, and the players' names and times. To be called when all facts of the round, and the
 * numbers of rows in `rounds`, are stored. Locks the round and its players until the transaction ends.
 */
export async function deriveRound(transaction: Transaction, roundId: number): Promise<void> {
  // What the server knows of a table's contents is older than this round: it takes the round for empty, and would
  // compare each sample with each other one in nested loops.
  await transaction`set local enable_nestloop = off`;
  const [round] = await transaction<{ isPruned: boolean }[]>`
    select positions_pruned_at is not null as "isPruned" from rounds where round_id = ${roundId}
    for no key update`;
  if (round?.isPruned === true) {
    // Unless an import has brought the positions back, what needs them becomes unknown, and never 0.
    await transaction`
      update rounds set positions_pruned_at = null
      where round_id = ${roundId} and exists (select from player_positions where round_id = ${roundId})`;
  }
  await transaction`delete from teammate_synergy where round_id = ${roundId}`;
  await transaction`delete from player_engagement_stats where round_id = ${roundId}`;
  await runStatement(transaction, "teammate_synergy", roundId);
  await runStatement(transaction, "player_engagement_stats", roundId);
  await lockPlayers(transaction, roundId);
  await runStatement(transaction, "players", roundId);
  await transaction`set local enable_nestloop = default`;
}
