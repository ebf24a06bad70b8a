/**
 * Transactions that end well when the connection is lost.
 *
 * postgres.js 3.4.9 sends a ROLLBACK when the work within `begin` or `savepoint` throws, also on a connection that is
 * gone: the process dies of `Cannot read properties of null (reading 'write')`. Here work that lost its connection
 * does not end at all; `begin` itself rejects as soon as the connection has closed.
 */
import { errorCodeOf, type Sql, type Transaction } from "./connect.ts";

/** Codes of errors after which the connection is, or is about to be, closed. */
const LOST_CODES = /^(?:08...|57P0[123]|ECONNRESET|EPIPE|CONNECTION_(?:CLOSED|DESTROYED|ENDED))$/;

async function unlessLost<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (LOST_CODES.test(errorCodeOf(error) ?? "")) await new Promise<never>(() => undefined);
    throw error;
  }
}

/** Does work in a transaction: all of it or nothing. Rejects with `CONNECTION_CLOSED` when the connection is lost. */
export async function inTransaction<Result>(
  sql: Sql,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  return (await sql.begin((transaction) => unlessLost(work(transaction)))) as Result;
}

/** Does work in a savepoint: when it throws, nothing of it stays, and the transaction goes on. */
export async function inSavepoint<Result>(
  transaction: Transaction,
  work: (savepoint: Transaction) => Promise<Result>,
): Promise<Result> {
  return (await transaction.savepoint((savepoint) => unlessLost(work(savepoint)))) as Result;
}
