/** The read-only role for analysts. */
import type { Sql } from "./driver/connect.ts";
import { inTransaction } from "./driver/transaction.ts";

/**
 * Makes a role that may read everything in prox's schema and change nothing, or brings an existing role's rights up
 * to date. With `password` the role gets that password. Needs a connection that may create roles, or an existing role.
 * Tells whether the role is new.
 */
export async function createReader(
  sql: Sql,
  role: string,
  password: string | undefined,
): Promise<{ isNew: boolean; schema: string }> {
  return inTransaction(sql, async (transaction) => {
    const name = transaction(role);
    const [found] = await transaction<{ exists: boolean; schema: string }[]>`
      select exists (select from pg_roles where rolname = ${role}), current_schema() as schema`;
    const isNew = found?.exists !== true;
    const schema = found?.schema ?? "public";
    if (isNew) {
      await transaction`create role ${name} login`;
      await transaction`alter role ${name} set default_transaction_read_only = on`;
    }
    if (password !== undefined) {
      // A utility statement takes no parameters: the server quotes the text.
      const [quoted] = await transaction<{ literal: string }[]>`select quote_literal(${password}) as literal`;
      await transaction`alter role ${name} password ${transaction.unsafe(quoted?.literal ?? "null")}`;
    }
    await transaction`grant usage on schema ${transaction(schema)} to ${name}`;
    await transaction`grant select on all tables in schema ${transaction(schema)} to ${name}`;
    await transaction`
      alter default privileges in schema ${transaction(schema)} grant select on tables to ${name}`;
    return { isNew, schema };
  });
}
