/**
 * Whether a database can hold prox's data at all. Asked before anything is written: otherwise its faults would look like
 * faults of the files.
 */
import { errorCodeOf, ProxError } from "../errors.ts";
import type { Sql } from "./driver/connect.ts";
import { inTransaction } from "./driver/transaction.ts";
import { OLDEST_MAJOR } from "./embedded/binaries.ts";
import { WRITTEN_TABLES } from "./tables.ts";

/** A reason why a database will not do, and the line that repairs it or makes a right one. */
interface Fault {
  readonly reason: string;
  readonly remedy: string;
}

interface ServerFacts {
  readonly version: string;
  readonly version_number: number;
  readonly encoding: string;
  readonly database: string;
  readonly role: string;
  readonly schema: string | null;
  readonly is_standby: boolean;
  readonly is_read_only: boolean;
  readonly may_create: boolean;
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function faultsOfServer(facts: ServerFacts): Fault[] {
  const { database, encoding, role } = facts;
  const faults: Fault[] = [];
  if (facts.version_number < OLDEST_MAJOR * 10_000) {
    faults.push({
      reason: `its server is PostgreSQL ${facts.version}, and prox needs ${OLDEST_MAJOR} or newer`,
      remedy: `install PostgreSQL ${OLDEST_MAJOR} or newer, make a database there and name it with --database-url`,
    });
  }
  if (encoding !== "UTF8") {
    faults.push({
      reason: `its encoding is ${encoding}, which cannot hold every player's name`,
      remedy: `make another database, and name that one: create database ${quoted(`${database}_utf8`)} template template0 encoding 'UTF8' locale 'C'`,
    });
  }
  if (facts.is_standby) {
    faults.push({
      reason: "its server is a standby, which only repeats what another server writes",
      remedy: "name the primary server with --database-url",
    });
  } else if (facts.is_read_only) {
    faults.push({
      reason: "transactions there are read-only (default_transaction_read_only)",
      remedy:
        `run: alter role ${quoted(role)} reset default_transaction_read_only; ` +
        `alter database ${quoted(database)} reset default_transaction_read_only; or connect as a role that may write`,
    });
  }
  return faults;
}

function unfit(faults: readonly Fault[]): ProxError {
  const reasons = faults.map(({ reason }) => reason).join("; ");
  return new ProxError("E_DATABASE_UNFIT", `this database cannot hold prox's data: ${reasons}`, {
    suggestions: faults.map(({ remedy }) => remedy),
    details: { reasons: faults.map(({ reason }) => reason) },
  });
}

/**
 * Throws `E_DATABASE_UNFIT` for a database that nobody can write to, or that cannot hold the data: too old a server, another
 * encoding than UTF-8, a standby, read-only. With `toCreate`, also where the role may not create tables.
 */
export async function requireFitDatabase(
  sql: Sql,
  { toCreate }: { readonly toCreate: boolean },
): Promise<void> {
  const [facts] = await ask(sql, (ready) =>
    inTransaction(
      ready,
      (transaction) => transaction<ServerFacts[]>`
        select
          current_setting('server_version') as version,
          current_setting('server_version_num')::integer as version_number,
          (select pg_encoding_to_char(encoding) from pg_database where datname = current_database()) as encoding,
          current_database() as database,
          current_user as role,
          current_schema() as schema,
          pg_is_in_recovery() as is_standby,
          current_setting('transaction_read_only')::boolean as is_read_only,
          coalesce(has_schema_privilege(current_schema(), 'create'), false) as may_create`,
    ),
  );
  if (facts === undefined) throw new Error("the database does not answer");
  const faults = faultsOfServer(facts);
  if (toCreate && !facts.may_create) faults.push(mayNotCreate(facts));
  if (faults.length > 0) throw unfit(faults);
}

function mayNotCreate({ role, schema }: ServerFacts): Fault {
  if (schema === null) {
    return {
      reason: "the search_path names no schema that exists",
      remedy: `run, as the database's owner: create schema prox authorization ${quoted(role)}; alter role ${quoted(role)} set search_path = prox`,
    };
  }
  return {
    reason: `the role ${role} may not create tables in the schema ${schema}`,
    remedy: `run, as the database's owner: grant create on schema ${quoted(schema)} to ${quoted(role)}`,
  };
}

/** Throws `E_DATABASE_UNFIT` where the role may not write to one of prox's tables, which must be there. */
export async function requireRights(sql: Sql): Promise<void> {
  const denied = await ask(
    sql,
    (ready) => ready<{ name: string; role: string; owner: string }[]>`
      select name, current_user as role,
        (select pg_get_userbyid(relowner) from pg_class where oid = to_regclass('rounds')) as owner
      from unnest(${[...WRITTEN_TABLES]}::text[]) as wanted (name)
      where not coalesce((
        select bool_and(has_table_privilege(to_regclass(quote_ident(name)), privilege))
        from unnest(array['select', 'insert', 'update', 'delete']) as privilege
      ), false)`,
  );
  const [first] = denied;
  if (first === undefined) return;
  const tables = denied.map(({ name }) => name).join(", ");
  throw unfit([
    {
      reason: `the role ${first.role} may not write to ${tables}`,
      remedy: `connect as ${quoted(first.owner)}, who owns the tables, or run as that role: grant ${quoted(first.owner)} to ${quoted(first.role)}`,
    },
  ]);
}

/** Asks; a time limit so short that even this question runs into it is a fault of the database. */
async function ask<Answer>(sql: Sql, question: (sql: Sql) => PromiseLike<Answer>): Promise<Answer> {
  try {
    return await question(sql);
  } catch (error) {
    if (errorCodeOf(error) !== "57014") throw error;
    throw unfit([
      {
        reason: "it ends statements before they can do anything (statement_timeout)",
        remedy:
          "run: alter role … reset statement_timeout, and the same for the database and in postgresql.conf",
      },
    ]);
  }
}
