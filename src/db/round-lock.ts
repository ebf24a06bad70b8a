/** The locks under which what is stored of rounds is changed. */
import type { Transaction } from "./driver/connect.ts";

/** First key of the advisory lock under which a round is written: the ASCII codes of "prxi". */
const ROUND_LOCK = 0x70727869;

/**
 * Query that waits until nobody else writes this round, and holds the others up until the end of the transaction:
 * who comes second sees what the first stored.
 */
export function lockRound(transaction: Transaction, roundKey: string) {
  return transaction`select pg_advisory_xact_lock(${ROUND_LOCK}, hashtext(${roundKey}))`;
}

/** As {@link lockRound}, of several rounds: always in the same order, so that two transactions never wait for each other. */
export async function lockRounds(transaction: Transaction, roundKeys: readonly string[]): Promise<void> {
  await transaction`
    select pg_advisory_xact_lock(${ROUND_LOCK}, hash)
    from (select distinct hashtext(key) as hash from unnest(${roundKeys as string[]}::text[]) key order by hash offset 0) keys`;
}
