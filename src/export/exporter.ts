/** An export at work: rows of the database and of earlier files become files that are put into their place together. */
import { mkdir, open, rename } from "node:fs/promises";
import path from "node:path";

import type { DuckDBConnection } from "@duckdb/node-api";

import type { Transaction } from "../db/driver/connect.ts";
import { PRUNED_ROWS } from "../db/prune.ts";
import { quoted } from "./duckdb.ts";
import { filePath, UNFINISHED_NAME } from "./layout.ts";
import { type ExportFile, type Manifest, writeManifest } from "./manifest.ts";
import type { ExportOptions } from "./options.ts";
import type { PlannedPart } from "./plan.ts";
import type { ExportTable } from "./tables.ts";
import { loadRows } from "./load-rows.ts";
import { type EarlierRows, writeFile } from "./write-file.ts";

/** Rows that the database deletes to save space stay in the export, if they are of the same import. */
export function keepsPruned({ before, round }: PlannedPart["members"][number]): boolean {
  const exported = before?.rounds.find(({ key }) => key === round.key);
  return round.isPruned && exported?.id === round.id && exported.importedAt === round.importedAt;
}

const SETTLED_AT_ONCE = 64;

/** Makes sure that a file is on the disk, and not only on its way there. */
async function settle(file: string): Promise<void> {
  const handle = await open(file, "r");
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** Files are written with one connection while the other takes in rows. */
export interface ExportConnections {
  readonly writing: DuckDBConnection;
  readonly loading: DuckDBConnection;
}

/** An export at work. */
export class Exporter {
  readonly #folder: string;
  readonly #unfinished: string;
  readonly #transaction: Transaction;
  readonly #connections: ExportConnections;
  readonly #options: ExportOptions;
  readonly #before: Manifest | undefined;
  /** Files that are whole, and where they go once the manifest names them. */
  #moves: { readonly from: string; readonly to: string }[] = [];
  #made = 0;
  #loaded = 0;
  readonly #written: Record<string, number> = {};

  constructor(
    at: { readonly folder: string; readonly before: Manifest | undefined; readonly options: ExportOptions },
    transaction: Transaction,
    connections: ExportConnections,
  ) {
    this.#folder = at.folder;
    this.#unfinished = path.join(at.folder, UNFINISHED_NAME);
    this.#before = at.before;
    this.#options = at.options;
    this.#transaction = transaction;
    this.#connections = connections;
  }

  /** Rows that were read from the database, by table. */
  get written(): Readonly<Record<string, number>> {
    return this.#written;
  }

  /** Puts what was written into its place, then the manifest that names it. */
  async save(manifest: Omit<Manifest, "format">): Promise<void> {
    // Many at once: one by one, each of a thousand small files waits 10 ms for a disk.
    for (let first = 0; first < this.#moves.length; first += SETTLED_AT_ONCE)
      await Promise.all(this.#moves.slice(first, first + SETTLED_AT_ONCE).map(({ from }) => settle(from)));
    for (const { from, to } of this.#moves) {
      await mkdir(path.dirname(to), { recursive: true });
      await rename(from, to);
    }
    this.#moves = [];
    await writeManifest(this.#folder, this.#unfinished, manifest);
  }

  /** Takes rows of the database into a table of DuckDB's, and gives its name. */
  async load(table: ExportTable, condition: string): Promise<string> {
    const name = `rows_${++this.#loaded}`;
    const { signal } = this.#options;
    await loadRows(this.#transaction, this.#connections.loading, table, { condition, name, signal });
    return name;
  }

  /** Removes a table of {@link load}. */
  async unload(name: string): Promise<void> {
    await this.#connections.writing.run(`drop table ${quoted(name)}`);
  }

  /** Writes one table's rows of a part; undefined where it has none. */
  async write(
    table: ExportTable,
    part: PlannedPart | undefined,
    from: {
      readonly loaded: readonly string[];
      readonly condition: string | undefined;
      readonly fresh: number;
    },
  ): Promise<ExportFile | undefined> {
    const { format } = this.#options;
    const earlier = part === undefined ? [] : this.#earlierRows(table, part);
    const written = await writeFile(
      this.#connections.writing,
      table,
      { ...from, earlier },
      { folder: this.#unfinished, format },
    );
    const rows = written?.rows ?? 0;
    // One snapshot counted them and gave them.
    if (rows < from.fresh || (earlier.length === 0 && rows !== from.fresh))
      throw new Error(`${table.name}: ${from.fresh} rows were to be exported, and ${rows} were`);
    this.#written[table.name] = (this.#written[table.name] ?? 0) + from.fresh;
    if (written === undefined) return undefined;
    const { bytes, sha256 } = written;
    const relative = filePath(table.name, part, sha256, format);
    const whole = path.join(this.#unfinished, String(++this.#made));
    await rename(written.file, whole);
    this.#moves.push({ from: whole, to: path.join(this.#folder, relative) });
    return { table: table.name, path: relative, rows, bytes, sha256 };
  }

  #earlierRows(table: ExportTable, { members }: PlannedPart): EarlierRows[] {
    const columns = this.#before?.tables.find(({ name }) => name === table.name)?.columns;
    if (columns === undefined) return [];
    const prunedRows = PRUNED_ROWS[table.name];
    const parts = new Set(members.flatMap(({ before }) => (before === undefined ? [] : [before])));
    return [...parts].flatMap((part) => {
      const file = part.files.find((one) => one.table === table.name);
      if (file === undefined) return [];
      const ofPart = members.filter(({ before }) => before === part);
      const whole = ofPart.filter(({ isCarried }) => isCarried).map(({ round }) => round.id);
      const pruned =
        prunedRows === undefined
          ? []
          : ofPart.filter((one) => !one.isCarried && keepsPruned(one)).map(({ round }) => round.id);
      if (whole.length === 0 && pruned.length === 0) return [];
      return [{ file: path.join(this.#folder, file.path), columns, whole, pruned, prunedRows }];
    });
  }
}
