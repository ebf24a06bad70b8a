/**
 * Transactions that end well when the connection is lost.
 *
 * postgres.js 3.4.9 goes on to use a connection that has closed, and the process dies of `Cannot read properties of
 * null (reading 'write')`: it sends a ROLLBACK when the work within `begin` throws, and any query that
 * the work begins afterwards. Here a transaction that is over takes no more queries, and work that lost its connection
 * does not end at all; `begin` itself rejects as soon as the connection has closed.
 */
import { errorCodeOf } from "../errors.ts";
import type { Sql, Transaction } from "./connect.ts";

/** Codes of errors after which the connection is, or is about to be, closed. */
const LOST_CODES = /^(?:08...|57P0[123]|ECONNRESET|EPIPE|CONNECTION_(?:CLOSED|DESTROYED|ENDED))$/;

/** Whether a transaction is over. */
interface Life {
  isOver: boolean;
}

function guard(transaction: Transaction, life: Life): Transaction {
  const check = (): void => {
    if (life.isOver) throw Object.assign(new Error("the transaction is over"), { code: "CONNECTION_CLOSED" });
  };
  return new Proxy(transaction, {
    apply(target, self: unknown, parameters: unknown[]): unknown {
      check();
      return Reflect.apply(target, self, parameters);
    },
    get(target, name): unknown {
      check();
      return Reflect.get(target, name);
    },
  });
}

async function unlessLost<Result>(work: Promise<Result>, life: Life): Promise<Result> {
  const never = new Promise<never>(() => undefined);
  try {
    const result = await work;
    return life.isOver ? await never : result;
  } catch (error) {
    if (life.isOver || LOST_CODES.test(errorCodeOf(error) ?? "")) await never;
    throw error;
  }
}

/**
 * Does work in a transaction: all of it or nothing. Rejects with `CONNECTION_CLOSED` when the connection is lost.
 * @param mode what stands after BEGIN.
 */
export async function inTransaction<Result>(
  sql: Sql,
  work: (transaction: Transaction) => Promise<Result>,
  mode = "",
): Promise<Result> {
  const life: Life = { isOver: false };
  try {
    return (await sql.begin(mode, (transaction) =>
      unlessLost(work(guard(transaction, life)), life),
    )) as Result;
  } finally {
    life.isOver = true;
  }
}
