/**
 * Transactions that end well when the connection is lost: see "Lost connections" in README.md. A transaction that is
 * over takes no more queries, and work that lost its connection never settles; `begin` itself rejects as soon as the
 * connection has closed.
 */
import type { Sql, Transaction } from "./connect.ts";
import { isConnectionLost } from "./errors.ts";

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
    if (life.isOver || isConnectionLost(error)) await never;
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

/**
 * Does work in a transaction and undoes it: everything happens as in {@link inTransaction}, locks included, and nothing
 * stays but gaps in the numbers that sequences give out.
 */
export async function rehearse<Result>(
  sql: Sql,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const undo = new Error("the transaction was a rehearsal");
  let done: { readonly result: Result } | undefined;
  try {
    await inTransaction(sql, async (transaction) => {
      done = { result: await work(transaction) };
      throw undo;
    });
  } catch (error) {
    if (error !== undo) throw error;
  }
  if (done === undefined) throw new Error("the rehearsal has no result");
  return done.result;
}
