/** What follows from the facts of a round, and the round's end: each in the transaction of the caller. */
import { readFile } from "node:fs/promises";

import { packagePath } from "../build/package-root.ts";
import type { Transaction } from "./connect.ts";

const texts = new Map<string, Promise<string>>();

/** Runs a statement of sql/derive. */
async function runStatement(
  transaction: Transaction,
  name: string,
  parameter: number | number[],
): Promise<void> {
  let text = texts.get(name);
  if (text === undefined) {
    text = readFile(packagePath(`sql/derive/${name}.sql`), "utf8");
    texts.set(name, text);
  }
  await transaction.unsafe(await text, [parameter], { prepare: true });
}

/** Locks players in the order of their ids, so that two transactions never wait for each other. */
async function lockPlayers(transaction: Transaction, playerIds: readonly number[]): Promise<void> {
  await transaction`
    select from players where player_id = any (${[...playerIds]}::integer[]) order by player_id for no key update`;
}

async function playersOf(transaction: Transaction, roundId: number): Promise<number[]> {
  const rows = await transaction<{ player_id: number }[]>`
    select distinct player_id from round_players where round_id = ${roundId}`;
  return rows.map((row) => row.player_id);
}

/**
 * Computes everything that is derived from the facts of a round, in place of what was there: `teammate_synergy`,
 * `player_engagement_stats`, and the players' names and times. To be called when all facts of the round, and the
 * numbers of rows in `rounds`, are stored. Locks the round and its players until the transaction ends.
 */
export async function deriveRound(transaction: Transaction, roundId: number): Promise<void> {
  await transaction`select from rounds where round_id = ${roundId} for no key update`;
  await transaction`delete from teammate_synergy where round_id = ${roundId}`;
  await transaction`delete from player_engagement_stats where round_id = ${roundId}`;
  await runStatement(transaction, "teammate_synergy", roundId);
  await runStatement(transaction, "player_engagement_stats", roundId);
  await lockPlayers(transaction, await playersOf(transaction, roundId));
  await runStatement(transaction, "players", roundId);
}

/**
 * Deletes a round with all its facts and everything derived from them, and the players without GUID that it alone
 * had. The ledger keeps its entries, which then belong to no round. Locks the players of the round until the
 * transaction ends.
 */
export async function deleteRound(transaction: Transaction, roundId: number): Promise<void> {
  const playerIds = await playersOf(transaction, roundId);
  await lockPlayers(transaction, playerIds);
  await transaction`delete from player_positions where round_id = ${roundId}`;
  await transaction`delete from combat_events where round_id = ${roundId}`;
  await transaction`delete from rounds where round_id = ${roundId}`;
  await transaction`
    delete from players p
    where player_id = any (${playerIds}::integer[]) and guid is null
      and not exists (select from round_players where player_id = p.player_id)`;
  await runStatement(transaction, "players_after_delete", playerIds);
}
