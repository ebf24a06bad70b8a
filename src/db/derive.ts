/** What follows from the facts of a round. */
import { readFile } from "node:fs/promises";

import { packagePath } from "../package-root.ts";
import type { Transaction } from "./driver/connect.ts";
import { pipeline } from "./driver/pipeline.ts";

/** The tables that are derived, in dependency order. */
const TABLES = ["player_lives", "teammate_synergy", "player_engagement_stats"] as const;

/** The statements of sql/derive, each of which takes the round's id. */
let texts: Promise<string[]> | undefined;

/**
 * Computes everything that is derived from the facts of a round, in place of what was there: the derived tables but
 * `player_movement`, which the import makes, and the players' names and times. To be called when all facts of the round,
 * and the numbers of rows in `rounds`, are stored. Locks the round and its players until the transaction ends.
 */
export async function deriveRound(transaction: Transaction, roundId: number): Promise<void> {
  texts ??= Promise.all(
    ["players", ...TABLES].map((name) => readFile(packagePath(`sql/derive/${name}.sql`), "utf8")),
  );
  const [players = "", ...tables] = await texts;
  const derive = (text: string) => transaction.unsafe(text, [roundId], { prepare: true });
  await pipeline([
    // What the server knows of a table's contents is older than this round: it takes the round for empty, and would
    // compare each sample with each other one in nested loops.
    transaction`set local enable_nestloop = off`,
    transaction`select from rounds where round_id = ${roundId} for no key update`,
    // Unless an import has brought pruned positions back, what needs them becomes unknown, and never 0.
    transaction`
      update rounds set positions_pruned_at = null
      where round_id = ${roundId} and positions_pruned_at is not null
        and exists (select from player_positions where round_id = ${roundId})`,
    ...TABLES.map((table) => transaction`delete from ${transaction(table)} where round_id = ${roundId}`),
    ...tables.map(derive),
    // In the order of their ids, so that two transactions never wait for each other.
    transaction`
      select from players where player_id in (select player_id from round_players where round_id = ${roundId})
      order by player_id for no key update`,
    derive(players),
    transaction`set local enable_nestloop = default`,
  ]);
}
