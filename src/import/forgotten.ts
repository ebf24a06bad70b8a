/** Rounds that somebody deleted: their files stay out, until an import is asked to bring them back. */
import type { Sql, Transaction } from "../db/driver/connect.ts";
import type { Columns } from "../db/rows.ts";

/** Query for those of these rounds that somebody deleted. */
export function findForgotten(sql: Sql | Transaction, roundKeys: readonly string[]) {
  return sql<Columns<"forgotten_rounds", "round_key">[]>`
    select round_key from forgotten_rounds where round_key = any(${roundKeys as string[]})`;
}

/** Lets a round be stored again. */
export async function remember(transaction: Transaction, roundKey: string): Promise<void> {
  await transaction`delete from forgotten_rounds where round_key = ${roundKey}`;
  await transaction`
    update corrections set undone_at = now()
    where action = 'round forget' and subject = ${roundKey} and undone_at is null`;
}
