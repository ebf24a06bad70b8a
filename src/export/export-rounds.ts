/** Writes rounds of the database into a folder as files that any engine of analysis reads, and keeps the folder up to date. */
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";

import type { Sql, Transaction } from "../db/driver/connect.ts";
import { inTransaction } from "../db/driver/transaction.ts";
import { SNAPSHOT } from "../db/dump/dump.ts";
import { writingAdvice } from "../disk-advice.ts";
import { errorCodeOf, messageOf, ProxError } from "../errors.ts";
import { packageVersion } from "../package-root.ts";
import { lockedError, takeFileLock } from "../process/file-lock.ts";
import { withDuckDb } from "./duckdb.ts";
import { Exporter, keepsPruned } from "./exporter.ts";
import { requireOwnFolder, requireSameDatabase, sweep } from "./folder.ts";
import { LOCK_NAME, UNFINISHED_NAME } from "./layout.ts";
import { Loader } from "./loader.ts";
import { type ExportFile, type ExportPart, filesOf, type Manifest, readManifest } from "./manifest.ts";
import type { ExportOptions } from "./options.ts";
import { type Plan, planExport, type PlannedPart } from "./plan.ts";
import { storedRounds } from "./rounds.ts";
import { exportTables, LEFT_OUT } from "./tables.ts";
import { inOrder, type Task, tasksOf, wholeTasks, writeAll } from "./tasks.ts";

/** DuckDB sorts within this and puts the rest into files: an export takes no more for more rounds. */
const MEMORY_MB = 512;
/** The manifest is written so often on the way: an export that is interrupted goes on from there. */
const SAVE_INTERVAL_MS = 60_000;

/** What an export did, or would do. */
export interface ExportResult {
  readonly rounds: Readonly<Record<keyof Plan["rounds"], number>>;
  /** Rows of new and changed rounds, by table. */
  readonly written: Readonly<Record<string, number>>;
  /** The export as it is now; undefined of a dry run. */
  readonly total: { readonly files: number; readonly rows: number; readonly bytes: number } | undefined;
  /** Keys of rounds of which the database had deleted the positions before they could be exported. */
  readonly prunedBefore: readonly string[];
}

function toPart({ map, members, month }: PlannedPart, files: readonly ExportFile[]): ExportPart {
  const rounds = members.map(({ round: { id, importedAt, key, stamp } }) => ({ key, id, stamp, importedAt }));
  return { month, map, rounds, files };
}

/** What an export finds before it writes anything. */
interface Found {
  readonly manifest: Omit<Manifest, "format" | "files" | "parts">;
  readonly plan: Plan;
  readonly tasks: readonly Task[];
  readonly prunedBefore: readonly string[];
  /** Whether the files that are there have the columns that new ones get. */
  readonly isCurrent: boolean;
}

async function survey(
  transaction: Transaction,
  folder: string,
  before: Manifest | undefined,
  options: ExportOptions,
): Promise<Found> {
  const tables = await exportTables(transaction);
  const rounds = await storedRounds(transaction, tables, options.roundIds);
  requireSameDatabase(folder, before, new Set(rounds.map(({ key }) => key)));
  const [schema] = await transaction<
    { version: number }[]
  >`select max(version) as version from schema_migrations`;
  const isCurrent = JSON.stringify(before?.tables) === JSON.stringify(tables);
  const plan = planExport(before?.parts ?? [], rounds, isCurrent && !options.isFull);
  const members = plan.jobs.flatMap((job) => job.parts.flatMap((part) => part.members));
  const prunedBefore = members
    .filter((one) => one.round.isPruned && !one.isCarried && !keepsPruned(one))
    .map(({ round }) => round.key);
  return {
    manifest: {
      prox: packageVersion(),
      schemaVersion: schema?.version ?? 0,
      fileFormat: options.format,
      filters: options.filters,
      leftOut: LEFT_OUT,
      tables,
    },
    plan,
    tasks: await wholeTasks(transaction, tables, options.roundIds),
    prunedBefore,
    isCurrent,
  };
}

function resultOf(
  found: Found,
  written: Readonly<Record<string, number>>,
  total: ExportResult["total"],
): ExportResult {
  const { plan, prunedBefore } = found;
  const rounds = Object.fromEntries(
    Object.entries(plan.rounds).map(([what, keys]) => [what, keys.length]),
  ) as ExportResult["rounds"];
  return { rounds, written, total, prunedBefore };
}

/** The tasks of the planned parts. */
function tasksOfParts({ manifest, plan }: Found): ReadonlyMap<PlannedPart, readonly Task[]> {
  const tables = manifest.tables.filter(({ ofRounds }) => ofRounds);
  return tasksOf(
    plan.jobs.flatMap(({ parts }) => parts),
    tables,
  );
}

/** What would be read from the database, by table. */
function freshRows(tasks: readonly Task[]): Record<string, number> {
  const rows: Record<string, number> = {};
  for (const { fresh, table } of tasks) rows[table.name] = (rows[table.name] ?? 0) + fresh;
  return rows;
}

async function writeExport(
  exporter: Exporter,
  found: Found,
  before: Manifest | undefined,
  options: ExportOptions,
): Promise<void> {
  const { isCurrent, manifest, plan } = found;
  const ofParts = tasksOfParts(found);
  const tasks = [found.tasks, ...ofParts.values()];
  const all = tasks.flat().reduce((sum, { fresh }) => sum + fresh, 0);
  let done = 0;
  const onRows = (rows: number): void => {
    done += rows;
    options.progress?.(done, all);
  };
  const loader = new Loader(
    exporter,
    tasks.flatMap(inOrder).flatMap(({ pieces }) => pieces),
  );
  const write = async (some: readonly Task[]): Promise<ExportFile[]> =>
    writeAll(exporter, loader, some, options.signal, onRows);
  const parts = new Set(before?.parts);
  const sorted = (): ExportPart[] => {
    const place = (part: ExportPart): string => `${part.month} ${part.map} ${part.rounds[0]?.key ?? ""}`;
    return [...parts].sort((a, b) => (place(a) < place(b) ? -1 : 1));
  };
  try {
    const files = await write(found.tasks);
    let savedMs = Date.now();
    for (const job of plan.jobs) {
      const made: ExportPart[] = [];
      for (const part of job.parts) made.push(toPart(part, await write(ofParts.get(part) ?? [])));
      for (const part of job.dropped) parts.delete(part);
      for (const part of made) parts.add(part);
      if (isCurrent && Date.now() - savedMs > SAVE_INTERVAL_MS) {
        await exporter.save({ ...manifest, files, parts: sorted() });
        savedMs = Date.now();
      }
    }
    await exporter.save({ ...manifest, files, parts: sorted() });
  } finally {
    await loader.stop();
  }
}

async function exportLocked(sql: Sql, folder: string, options: ExportOptions): Promise<ExportResult> {
  const unfinished = path.join(folder, UNFINISHED_NAME);
  const before = await readManifest(folder);
  await requireOwnFolder(folder, before, options);
  if (!options.isDryRun) {
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { recursive: true });
    if (before !== undefined) await sweep(folder, before);
  }
  try {
    return await inTransaction(
      sql,
      async (transaction) => {
        const found = await survey(transaction, folder, before, options);
        if (options.isDryRun)
          return resultOf(
            found,
            freshRows([...found.tasks, ...[...tasksOfParts(found).values()].flat()]),
            undefined,
          );
        const limits = { memoryMb: MEMORY_MB, threads: 1, overflow: path.join(unfinished, "overflow") };
        return withDuckDb(limits, options.signal, async (connection, second) => {
          const connections = { writing: connection, loading: second };
          const exporter = new Exporter({ folder, before, options }, transaction, connections);
          await writeExport(exporter, found, before, options);
          const after = await readManifest(folder);
          const files = after === undefined ? [] : filesOf(after);
          const sum = (key: "rows" | "bytes"): number => files.reduce((all, file) => all + file[key], 0);
          return resultOf(found, exporter.written, {
            files: files.length,
            rows: sum("rows"),
            bytes: sum("bytes"),
          });
        });
      },
      `${SNAPSHOT} read only`,
    );
  } finally {
    if (!options.isDryRun) {
      await rm(unfinished, { recursive: true, force: true });
      const after = await readManifest(folder).catch(() => undefined);
      if (after !== undefined) await sweep(folder, after);
    }
  }
}

/**
 * Exports rounds into a folder, as they are at one moment. What is there and has not changed stays; of rounds whose positions the
 * database has deleted to save space, the export keeps them. Throws `E_EXPORT_FOLDER` where the folder holds something else,
 * `E_EXPORT` for an export that is damaged, `E_NO_DUCKDB` without DuckDB.
 */
export async function exportRounds(sql: Sql, folder: string, options: ExportOptions): Promise<ExportResult> {
  if (options.isDryRun) return exportLocked(sql, folder, options);
  try {
    await requireOwnFolder(folder, await readManifest(folder), options);
    await mkdir(folder, { recursive: true });
    const lock = takeFileLock(path.join(folder, LOCK_NAME), "prox export");
    if ("heldBy" in lock)
      throw lockedError(`the export in ${folder}`, lock.heldBy, [
        "wait until it is done, or end that process",
      ]);
    try {
      return await exportLocked(sql, folder, {
        ...options,
        signal: AbortSignal.any([options.signal, lock.lost]),
      });
    } finally {
      lock.release();
    }
  } catch (error) {
    options.signal.throwIfAborted();
    if (error instanceof ProxError || !/^E[A-Z]+$|IO Error/.test(errorCodeOf(error) ?? messageOf(error)))
      throw error;
    throw new ProxError("E_WRITE", `cannot write ${folder}: ${messageOf(error)}`, {
      suggestions: writingAdvice(error, ["name a folder that you may write to"]),
      cause: error,
    });
  }
}
