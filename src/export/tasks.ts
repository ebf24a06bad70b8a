/** The files that an export has to write, and writing them. */
import type { Transaction } from "../db/driver/connect.ts";
import { quoted } from "./duckdb.ts";
import type { Exporter } from "./exporter.ts";
import type { ExportFile } from "./manifest.ts";
import type { PlannedPart } from "./plan.ts";
import type { ExportTable } from "./tables.ts";

/** A file to write: rows of the database that meet the condition, `fresh` of them, and those of earlier files. */
export interface Task {
  readonly table: ExportTable;
  readonly part: PlannedPart | undefined;
  readonly fresh: number;
  readonly condition: string;
}

/** The tasks of a part: one for each of these tables. */
export function tasksOf(part: PlannedPart, tables: readonly ExportTable[]): Task[] {
  const fresh = part.members.filter(({ isCarried }) => !isCarried).map(({ round }) => round);
  return tables.map((table) => ({
    table,
    part,
    fresh: fresh.reduce((sum, { rows }) => sum + (rows.get(table.name) ?? 0), 0),
    condition: `rows_of.round_id in (${fresh.map(({ id }) => id).join(", ")})`,
  }));
}

/** Writes the files of tasks; PostgreSQL already gives the rows of the next one while DuckDB writes one. */
export async function writeAll(
  exporter: Exporter,
  tasks: readonly Task[],
  signal: AbortSignal,
  onRows: (rows: number) => void,
): Promise<ExportFile[]> {
  const spool = async (task: Task | undefined): Promise<string | undefined> =>
    task === undefined || task.fresh === 0 ? undefined : exporter.spool(task.table, task.condition);
  const files: ExportFile[] = [];
  let next = spool(tasks[0]);
  try {
    for (const [index, { fresh, part, table }] of tasks.entries()) {
      signal.throwIfAborted();
      const ready = await next;
      next = spool(tasks[index + 1]);
      // Its error is for the next turn.
      next.catch(() => undefined);
      const file = await exporter.write(table, part, { spool: ready, fresh });
      if (file !== undefined) files.push(file);
      onRows(fresh);
    }
  } finally {
    // The transaction cannot end before.
    await next.catch(() => undefined);
  }
  return files;
}

/** Which rows of a table that does not belong to rounds: with filters, only players of these rounds. */
function wholeCondition({ columns }: ExportTable, roundIds: readonly number[] | undefined): string {
  if (roundIds === undefined) return "true";
  const chosen = roundIds.join(", ");
  if (columns.some(({ name }) => name === "round_id")) return `rows_of.round_id in (${chosen})`;
  if (!columns.some(({ name }) => name === "player_id")) return "true";
  return `rows_of.player_id in (select player_id from round_players where round_id in (${chosen}))`;
}

/** The tasks of tables that do not belong to rounds: the whole table, or with filters players of these rounds alone. */
export async function wholeTasks(
  transaction: Transaction,
  tables: readonly ExportTable[],
  roundIds: readonly number[] | undefined,
): Promise<Task[]> {
  const tasks: Task[] = [];
  for (const table of tables.filter(({ ofRounds }) => !ofRounds)) {
    const condition = wholeCondition(table, roundIds);
    const [found] = await transaction.unsafe<{ rows: number }[]>(
      `select count(*)::int as rows from ${quoted(table.name)} rows_of where ${condition}`,
    );
    tasks.push({ table, part: undefined, fresh: found?.rows ?? 0, condition });
  }
  return tasks;
}
