/**
 * Transactions that end well when the connection is lost: see "Lost connections" in README.md. A transaction that is
 * over takes no more queries, and work that lost its connection never settles; `begin` itself rejects as soon as the
 * connection has closed.
 */
import { errorCodeOf } from "../../errors.ts";
import type { Sql, Transaction } from "./connect.ts";
import { isConnectionLost } from "./errors.ts";
import { setSettings } from "./settings.ts";

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

/** How long the driver may take to notice that a connection is closed, ms. */
const CLOSING_PATIENCE_MS = 2000;

/**
 * The work as the driver may see it: once the connection is lost it never settles, as the driver would send a ROLLBACK.
 * `onLost` gets the error that told.
 */
async function unlessLost<Result>(
  work: Promise<Result>,
  life: Life,
  onLost: (error: unknown) => void,
): Promise<Result> {
  const never = new Promise<never>(() => undefined);
  try {
    const result = await work;
    return life.isOver ? await never : result;
  } catch (error) {
    if (life.isOver) return never;
    if (!isConnectionLost(error)) throw error;
    onLost(error);
    return never;
  }
}

/**
 * Does work in a transaction: all of it or nothing, with prox's own settings of the server. Rejects with `CONNECTION_CLOSED`
 * when the connection is lost.
 * @param mode what stands after BEGIN.
 */
export async function inTransaction<Result>(
  sql: Sql,
  work: (transaction: Transaction) => Promise<Result>,
  mode = "isolation level read committed",
): Promise<Result> {
  const life: Life = { isOver: false };
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Result>((resolve, reject) => {
      const onLost = (error: unknown): void => {
        // The driver tells a moment later that the connection has closed, unless it destroyed the connection itself.
        const waitMs = errorCodeOf(error) === "CONNECTION_DESTROYED" ? 0 : CLOSING_PATIENCE_MS;
        timer = setTimeout(reject, waitMs, error);
      };
      const begun = sql.begin(mode, (transaction) => {
        const guarded = guard(transaction, life);
        return unlessLost(
          setSettings(guarded).then(() => work(guarded)),
          life,
          onLost,
        );
      });
      begun.then((result) => {
        resolve(result as Result);
      }, reject);
    });
  } finally {
    life.isOver = true;
    clearTimeout(timer);
  }
}

/** Does work in the transaction that `sql` is already, as answers of a chat read in one, or else in one of its own. */
export function withinTransaction<Result>(
  sql: Sql,
  work: (transaction: Transaction) => Promise<Result>,
  mode?: string,
): Promise<Result> {
  // That is all that tells the two apart; reports take both as `Sql`.
  const isBegun = typeof (sql as Partial<Sql>).begin !== "function";
  return isBegun ? work(sql as unknown as Transaction) : inTransaction(sql, work, mode);
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
