/** Statements that are sent together, in a fixed order. */
import type { PendingQuery, Row } from "postgres";

/** A query that was not sent yet, whatever its rows: postgres.js sends one only when its result is awaited. */
type Unsent = PromiseLike<unknown> & Pick<PendingQuery<Row[]>, "cancel">;

/**
 * Sends queries of one transaction in one go, in the order of the list, and returns their rows in this order: each
 * query sees what those before it did, and all of them cost one round trip. It takes queries and not promises, so that
 * no `await` on the way to a query can change the order. Rejects with the error of the first query that fails.
 */
export async function pipeline<const Queries extends readonly Unsent[]>(
  queries: Queries,
): Promise<{ -readonly [Index in keyof Queries]: Awaited<Queries[Index]> }> {
  return Promise.all(queries);
}
