/** The files that an export has to write, and writing them. */
import type { Transaction } from "../db/driver/connect.ts";
import { quoted } from "./duckdb.ts";
import type { Exporter } from "./exporter.ts";
import type { ExportFile } from "./manifest.ts";
import type { PlannedPart } from "./plan.ts";
import type { ExportTable } from "./tables.ts";

/** A file to write: `fresh` rows of the database, and those of earlier files. */
export interface Task {
  readonly table: ExportTable;
  readonly part: PlannedPart | undefined;
  readonly fresh: number;
  /** Conditions of which each chooses rows that come, in the file, behind those of the one before; none without fresh rows. */
  readonly pieces: readonly string[];
}

/** A piece ends with the round that fills it: small enough that PostgreSQL and DuckDB soon work at once, large enough to be few. */
const PIECE_ROWS = 100_000;

/** The rounds of a table in pieces, where its rows are sorted by round: their ids, ascending. */
function piecesOf(
  table: ExportTable,
  rounds: readonly PlannedPart["members"][number]["round"][],
): number[][] {
  const pieces: number[][] = [];
  let rows = Infinity;
  for (const round of rounds.toSorted((one, other) => one.id - other.id)) {
    const added = round.rows.get(table.name) ?? 0;
    if (added === 0) continue;
    const last = pieces.at(-1);
    if (last === undefined || (rows >= PIECE_ROWS && table.sort[0] === "round_id")) {
      pieces.push([round.id]);
      rows = added;
    } else {
      last.push(round.id);
      rows += added;
    }
  }
  return pieces;
}

/** The tasks of a part: one for each of these tables. */
export function tasksOf(part: PlannedPart, tables: readonly ExportTable[]): Task[] {
  const fresh = part.members.filter(({ isCarried }) => !isCarried).map(({ round }) => round);
  return tables.map((table) => ({
    table,
    part,
    fresh: fresh.reduce((sum, { rows }) => sum + (rows.get(table.name) ?? 0), 0),
    pieces: piecesOf(table, fresh).map((ids) => `rows_of.round_id in (${ids.join(", ")})`),
  }));
}

/** Gives the pieces of tasks as files, one after the other; PostgreSQL already gives the next one while the reader has one. */
async function* spooledAhead(exporter: Exporter, tasks: readonly Task[]): AsyncGenerator<string, void, void> {
  const all = tasks.flatMap(({ pieces, table }) => pieces.map((condition) => ({ table, condition })));
  const spool = async (index: number): Promise<string | undefined> => {
    const piece = all[index];
    return piece === undefined ? undefined : exporter.spool(piece.table, piece.condition);
  };
  let next = spool(0);
  try {
    for (let index = 1; ; index++) {
      const ready = await next;
      if (ready === undefined) return;
      next = spool(index);
      // Its error is for the next turn.
      next.catch(() => undefined);
      yield ready;
    }
  } finally {
    // The transaction cannot end before.
    await next.catch(() => undefined);
  }
}

/** Writes the files of tasks. */
export async function writeAll(
  exporter: Exporter,
  tasks: readonly Task[],
  signal: AbortSignal,
  onRows: (rows: number) => void,
): Promise<ExportFile[]> {
  const spools = spooledAhead(exporter, tasks);
  const files: ExportFile[] = [];
  try {
    for (const { fresh, part, pieces, table } of tasks) {
      signal.throwIfAborted();
      const isStaged = pieces.length > 1;
      let spool: string | undefined;
      for (let left = pieces.length; left > 0; left--) {
        const next = await spools.next();
        if (next.done === true) throw new Error("a piece of an export is missing");
        if (isStaged) await exporter.stage(table, next.value);
        else spool = next.value;
      }
      const file = await exporter.write(table, part, { spool, isStaged, fresh });
      if (file !== undefined) files.push(file);
      onRows(fresh);
    }
  } finally {
    await spools.return();
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
    const fresh = found?.rows ?? 0;
    tasks.push({ table, part: undefined, fresh, pieces: fresh === 0 ? [] : [condition] });
  }
  return tasks;
}
