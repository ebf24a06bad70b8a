/**
 * Dumps and restores prox's tables by COPY, from one snapshot, with no program of PostgreSQL's: the server that comes with prox
 * brings none. The schema is that of the migrations, so that a dump holds rows and the names of these only.
 */
import { packageVersion } from "../../package-root.ts";
import { copyFrom, copyInto } from "../driver/copy.ts";
import type { Sql, Transaction } from "../driver/connect.ts";
import { inTransaction } from "../driver/transaction.ts";
import { migrate, readMigrations } from "../migrations.ts";
import { badDump, DumpReader, type DumpTable, END_TEXT, headerText, tableText } from "./dump-file.ts";

/** The number of rows of each table. */
export type RowCounts = Record<string, number>;

/** What a restore did. */
export interface Restored {
  readonly rows: RowCounts;
  /** Tables of the dump that no migration of prox makes: their rows stay in the dump. */
  readonly left: readonly string[];
}

/** Reading everything as it is at one moment. */
export const SNAPSHOT = "isolation level repeatable read";

/** All tables with rows of their own, those that others refer to first, and the columns that are not computed. */
async function tablesOf(transaction: Transaction): Promise<DumpTable[]> {
  const tables = await transaction<{ name: string; columns: string[]; needs: string[] }[]>`
    select relname as name,
      (select jsonb_agg(attname order by attnum) from pg_attribute
        where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '') as columns,
      coalesce((select jsonb_agg(distinct other.relname) from pg_constraint f join pg_class other on other.oid = f.confrelid
        where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid), '[]') as needs
    from pg_class c
    where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and not relispartition
      and relname <> 'schema_migrations'
    order by relname`;
  const sorted: DumpTable[] = [];
  let left = [...tables];
  while (left.length > 0) {
    const isReady = ({ needs }: { needs: string[] }): boolean =>
      needs.every((need) => !left.some(({ name }) => name === need));
    const ready = left.filter(isReady);
    if (ready.length === 0) throw new Error("tables refer to each other in a circle");
    sorted.push(...ready.map(({ columns, name }) => ({ name, columns })));
    left = left.filter((table) => !isReady(table));
  }
  return sorted;
}

/** Keeps others from writing until the transaction ends; they can read. */
export async function lockTables(transaction: Transaction): Promise<void> {
  const names = (await tablesOf(transaction)).map(({ name }) => name);
  for (const name of names) await transaction`lock table ${transaction(name)} in share mode`;
}

/** The text of a dump, from within a transaction of {@link SNAPSHOT}. `onRows` gets how many rows each table has. */
export async function* dumpText(
  transaction: Transaction,
  onRows: (table: string, rows: number) => void = () => undefined,
): AsyncGenerator<Buffer> {
  const migrations = await transaction<{ name: string; checksum: string }[]>`
    select name, checksum from schema_migrations order by version`;
  const [server] = await transaction<{ server_version: string }[]>`show server_version`;
  yield headerText({
    format: 1,
    migrations: migrations.map(({ checksum, name }) => ({ name, checksum })),
    prox: packageVersion(),
    server: server?.server_version ?? "",
    at: new Date().toISOString(),
  });
  for (const table of await tablesOf(transaction)) {
    const rows = await copyFrom(
      transaction`copy (select ${transaction(table.columns)} from ${transaction(table.name)}) to stdout`,
    );
    yield* tableText(table, rows as AsyncIterable<Buffer>, (count) => {
      onRows(table.name, count);
    });
  }
  yield END_TEXT;
}

/** Reads a dump to its end and changes nothing; throws `E_DUMP` where it is damaged or not whole. */
export async function checkDump(chunks: AsyncIterable<Buffer>, label: string): Promise<RowCounts> {
  const reader = new DumpReader(chunks, label);
  await reader.header();
  const counts: RowCounts = {};
  for (let table = await reader.table(); table !== undefined; table = await reader.table()) {
    await passOver(reader.rows());
    counts[table.name] = await reader.count(table);
  }
  return counts;
}

/**
 * Fills an empty database from a dump: the schema as it was, all rows in one transaction with their numbers compared, then the
 * migrations that came since. Throws `E_DUMP`; then no row is there.
 */
export async function restore(
  sql: Sql,
  chunks: AsyncIterable<Buffer>,
  label: string,
  onRows: (table: string, rows: number) => void = () => undefined,
): Promise<Restored> {
  const reader = new DumpReader(chunks, label);
  const { migrations } = await reader.header();
  const own = await readMigrations();
  const strange = migrations.find(({ checksum }, index) => own[index]?.checksum !== checksum);
  if (strange !== undefined) {
    throw badDump(
      label,
      `this prox does not have its migration ${strange.name}: restore it with the prox that made it`,
    );
  }
  await migrate(sql, own.slice(0, migrations.length));
  const rows: RowCounts = {};
  const left: string[] = [];
  await inTransaction(sql, async (transaction) => {
    const known = await tablesOf(transaction);
    const names = known.map(({ name }) => name);
    await transaction`truncate ${transaction(names)}`;
    for (let table = await reader.table(); table !== undefined; table = await reader.table()) {
      const { columns, name } = table;
      if (!names.includes(name)) {
        left.push(name);
        await passOver(reader.rows());
        await reader.count(table);
        continue;
      }
      await copyInto(transaction, name, columns, reader.rows(), "as COPY writes");
      const said = await reader.count(table);
      const [found] = await transaction<
        { rows: number }[]
      >`select count(*) as rows from ${transaction(name)}`;
      if (found?.rows !== said) {
        throw badDump(label, `it has ${said} rows of ${name}, and ${found?.rows ?? 0} arrived`);
      }
      rows[name] = said;
      onRows(name, said);
    }
    await raiseSequences(transaction);
  });
  await migrate(sql);
  await sql`analyze`;
  return { rows, left };
}

/** Reads to the end what nobody needs. */
async function passOver(chunks: AsyncGenerator<Buffer>): Promise<void> {
  while ((await chunks.next()).done !== true);
}

/** Makes numbers go on behind those that are there. */
async function raiseSequences(transaction: Transaction): Promise<void> {
  const columns = await transaction<{ table: string; column: string; sequence: string }[]>`
    select c.relname as table, a.attname as column, pg_get_serial_sequence(quote_ident(c.relname), a.attname) as sequence
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0
      and not a.attisdropped and pg_get_serial_sequence(quote_ident(c.relname), a.attname) is not null`;
  for (const { column, sequence, table } of columns) {
    await transaction`
      select setval(${sequence}::regclass, (select max(${transaction(column)}) from ${transaction(table)}))
      where exists (select from ${transaction(table)})`;
  }
}
