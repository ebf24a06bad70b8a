/**
 * Schema migrations: numbered SQL files, each applied once, in a transaction of its own, and remembered in
 * `schema_migrations` with the checksum of its text.
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

import postgres from "postgres";

import { packagePath, packageVersion } from "../package-root.ts";
import { ProxError } from "../errors.ts";
import { deriveOutdatedRounds } from "./derive.ts";
import type { Sql, Transaction } from "./driver/connect.ts";
import { inTransaction } from "./driver/transaction.ts";
import type { Columns } from "./rows.ts";
import { splitStatements } from "./statements.ts";

/** A migration as it ships with prox. */
export interface Migration {
  /** 1, 2, 3 … without gaps. */
  readonly version: number;
  /** The file's name without `.sql`. */
  readonly name: string;
  readonly text: string;
  /** SHA-256 of the text, lower-case hex. */
  readonly checksum: string;
}

/** How the schema of a database stands to the migrations that ship with prox. */
export interface SchemaStatus {
  /** Version of the schema in the database; 0 where there is none. */
  readonly version: number;
  /** The version that this prox works with. */
  readonly latest: number;
  /** Names of the migrations still to apply. */
  readonly pending: readonly string[];
}

type AppliedMigration = Columns<"schema_migrations", "version" | "name" | "checksum">;

/** Key of the advisory lock under which migrations run: the ASCII codes of "prox". */
const MIGRATION_LOCK = 0x70726f78;

/** Reads the migrations in a folder, by default those that ship with prox, in their order. */
export async function readMigrations(folder = packagePath("sql/migrations")): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".sql")).sort();
  return Promise.all(
    files.map(async (file, index) => {
      const version = Number(file.slice(0, 4));
      if (version !== index + 1) throw new Error(`${file} should be migration ${index + 1}`);
      const text = await readFile(path.join(folder, file), "utf8");
      const checksum = createHash("sha256").update(text).digest("hex");
      return { version, name: path.basename(file, ".sql"), text, checksum };
    }),
  );
}

async function readApplied(sql: Sql | Transaction): Promise<AppliedMigration[]> {
  const [found] = await sql<{ exists: boolean }[]>`
    select to_regclass('schema_migrations') is not null as exists`;
  if (found?.exists !== true) return [];
  return sql<AppliedMigration[]>`select version, name, checksum from schema_migrations order by version`;
}

/** Compares what was applied with what ships; throws where the two do not belong together. */
function compare(applied: readonly AppliedMigration[], shipped: readonly Migration[]): Migration[] {
  const newest = applied.at(-1)?.version ?? 0;
  if (newest > shipped.length) {
    throw new ProxError(
      "E_SCHEMA_NEWER",
      `cannot use the database: its schema has version ${newest}, and this prox knows versions up to ${shipped.length}`,
      { suggestions: ["use the newer prox that upgraded it"] },
    );
  }
  for (const [index, { checksum, name, version }] of applied.entries()) {
    const original = shipped[index];
    if (original?.version !== version || original.checksum !== checksum) {
      throw new ProxError(
        "E_MIGRATION_EDITED",
        `cannot use the database: its migration ${name} is not the one that ships with this prox`,
        {
          suggestions: [
            "use the prox that made this database",
            "or import the round files into a new database: they hold everything",
          ],
          details: { version, applied: checksum, shipped: original?.checksum ?? null },
        },
      );
    }
  }
  return shipped.slice(applied.length);
}

/**
 * How the database's schema stands to this prox. Throws `E_SCHEMA_NEWER` and `E_MIGRATION_EDITED`.
 */
export async function schemaStatus(sql: Sql, migrations?: readonly Migration[]): Promise<SchemaStatus> {
  const shipped = migrations ?? (await readMigrations());
  const pending = compare(await readApplied(sql), shipped);
  return {
    version: shipped.length - pending.length,
    latest: shipped.length,
    pending: pending.map(({ name }) => name),
  };
}

/** Throws `E_SCHEMA_MISSING` or `E_SCHEMA_OUTDATED` unless the database's schema is the one of this prox. */
export async function checkSchema(sql: Sql, migrations?: readonly Migration[]): Promise<void> {
  const { latest, version } = await schemaStatus(sql, migrations);
  if (version === latest) return;
  const suggestions = ["run: prox db migrate"];
  if (version === 0) {
    throw new ProxError("E_SCHEMA_MISSING", "the database has no prox schema yet", {
      suggestions,
    });
  }
  throw new ProxError(
    "E_SCHEMA_OUTDATED",
    `cannot use the database: its schema has version ${version}, and this prox needs version ${latest}`,
    { suggestions },
  );
}

/** The line of a text in which the character at `position` (from 1) stands. */
function lineAt(text: string, position: number): number {
  return text.slice(0, position - 1).split("\n").length;
}

async function applyMigration(transaction: Transaction, migration: Migration): Promise<void> {
  const { checksum, name, text, version } = migration;
  let done = 0;
  try {
    // One by one: Citus would pass on the whole text to its workers for one change of a distributed table.
    for (const statement of splitStatements(text)) {
      done = statement.offset;
      await transaction.unsafe(statement.text).simple();
    }
  } catch (error) {
    if (!(error instanceof postgres.PostgresError)) throw error;
    // An error of an object's owner or of the disk has no position, whatever the types say.
    const place = "position" in error ? `${name}.sql:${lineAt(text, done + Number(error.position))}` : name;
    throw new ProxError("E_MIGRATION_FAILED", `${place}: ${error.message} (${error.code})`, {
      suggestions:
        error.code === "42501"
          ? ["connect as a role that may create tables in the first schema of its search_path"]
          : ["nothing of this migration was applied; the earlier ones were"],
      details: { migration: name, sqlstate: error.code },
      cause: error,
    });
  }
  await transaction`
    insert into schema_migrations (version, name, checksum, prox_version)
    values (${version}, ${name}, ${checksum}, ${packageVersion()})`;
}

/**
 * Creates or upgrades the schema and returns the names of the migrations that it applied. Rounds that an earlier prox
 * derived are derived again. Safe to run at any time and by several at once: an advisory lock lets one go first, the others
 * find the work done.
 */
export async function migrate(sql: Sql, migrations?: readonly Migration[]): Promise<string[]> {
  const shipped = migrations ?? (await readMigrations());
  const applied: string[] = [];
  for (;;) {
    const name = await inTransaction(sql, async (transaction) => {
      await transaction`select pg_advisory_xact_lock(${MIGRATION_LOCK})`;
      const [next] = compare(await readApplied(transaction), shipped);
      if (next === undefined) return undefined;
      if (next.version === 1) await createLedger(transaction);
      await applyMigration(transaction, next);
      return next.name;
    });
    if (name === undefined) {
      if (migrations === undefined) await deriveOutdatedRounds(sql);
      return applied;
    }
    applied.push(name);
  }
}

async function createLedger(transaction: Transaction): Promise<void> {
  await transaction
    .unsafe(
      `create table schema_migrations (
         version integer primary key,
         name text not null,
         checksum text not null,
         applied_at timestamptz not null default now(),
         prox_version text not null
       );
       comment on table schema_migrations is 'the migrations that made this schema';
       comment on column schema_migrations.version is 'number of the migration';
       comment on column schema_migrations.name is 'its file, without .sql';
       comment on column schema_migrations.checksum is 'SHA-256 of its text, lower-case hex';
       comment on column schema_migrations.applied_at is 'when it was applied';
       comment on column schema_migrations.prox_version is 'version of the program that applied it';`,
    )
    .simple();
}
