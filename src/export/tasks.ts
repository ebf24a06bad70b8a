/** The files that an export has to write, and writing them. */
import type { Transaction } from "../db/driver/connect.ts";
import { quoted } from "./duckdb.ts";
import type { Exporter } from "./exporter.ts";
import type { Loader, Piece } from "./loader.ts";
import type { ExportFile } from "./manifest.ts";
import type { PlannedPart } from "./plan.ts";
import type { ExportTable } from "./tables.ts";

/** A file to write: `fresh` rows of the database, and those of earlier files. */
export interface Task {
  readonly table: ExportTable;
  readonly part: PlannedPart | undefined;
  readonly fresh: number;
  /** Of these pieces each has rows that come, in the file, behind those of the one before; none without fresh rows. */
  readonly pieces: readonly Piece[];
  /** Which rows of the pieces these are, where they also have those of other files. */
  readonly condition: string | undefined;
}

/** A piece ends with the round that fills it: small enough to be sorted in memory, large enough to be few. */
const PIECE_ROWS = 100_000;
/** Parts share their pieces up to so many rows of all tables: to ask for those of each small file takes longer than they do. */
const SHARED_ROWS = 300_000;

type Rounds = readonly PlannedPart["members"][number]["round"][];

const freshOf = ({ members }: PlannedPart): Rounds =>
  members.filter(({ isCarried }) => !isCarried).map(({ round }) => round);
const rowsOf = (rounds: Rounds, table: string): number =>
  rounds.reduce((sum, { rows }) => sum + (rows.get(table) ?? 0), 0);
const among = (rounds: Rounds): string => `rows_of.round_id in (${rounds.map(({ id }) => id).join(", ")})`;

/** The rounds of a table in pieces, where its rows are sorted by round: their ids, ascending. */
function piecesOf(table: ExportTable, rounds: Rounds): Piece[] {
  const pieces: Rounds[number][][] = [];
  let rows = Infinity;
  for (const round of rounds.toSorted((one, other) => one.id - other.id)) {
    const added = round.rows.get(table.name) ?? 0;
    if (added === 0) continue;
    const last = pieces.at(-1);
    if (last === undefined || (rows >= PIECE_ROWS && table.sort[0] === "round_id")) {
      pieces.push([round]);
      rows = added;
    } else {
      last.push(round);
      rows += added;
    }
  }
  return pieces.map((some) => ({ table, condition: among(some), rows: rowsOf(some, table.name) }));
}

/** Parts one after the other, as many together as share their pieces. */
function batchesOf(parts: readonly PlannedPart[], tables: readonly ExportTable[]): PlannedPart[][] {
  const batches: PlannedPart[][] = [];
  let rows = Infinity;
  for (const part of parts) {
    const rounds = freshOf(part);
    const added = tables.reduce((sum, { name }) => sum + rowsOf(rounds, name), 0);
    if (rows + added > SHARED_ROWS) {
      batches.push([part]);
      rows = added;
    } else {
      batches.at(-1)?.push(part);
      rows += added;
    }
  }
  return batches;
}

/** The tasks of parts: one for each of these tables. */
export function tasksOf(
  parts: readonly PlannedPart[],
  tables: readonly ExportTable[],
): ReadonlyMap<PlannedPart, readonly Task[]> {
  const tasks = new Map<PlannedPart, Task[]>(parts.map((part) => [part, []]));
  for (const batch of batchesOf(parts, tables)) {
    const rounds = batch.flatMap(freshOf);
    for (const table of tables) {
      const pieces = piecesOf(table, rounds);
      for (const part of batch) {
        const own = freshOf(part);
        const fresh = rowsOf(own, table.name);
        const condition = batch.length === 1 ? undefined : among(own);
        tasks.get(part)?.push({ table, part, fresh, pieces: fresh === 0 ? [] : pieces, condition });
      }
    }
  }
  return tasks;
}

/** Tasks as they are done, the largest first: while it is written, all others are loaded. */
export const inOrder = (tasks: readonly Task[]): Task[] =>
  tasks.toSorted((one, other) => other.fresh - one.fresh);

/** Writes the files of tasks, whose rows come from the loader. */
export async function writeAll(
  exporter: Exporter,
  loader: Loader,
  tasks: readonly Task[],
  signal: AbortSignal,
  onRows: (rows: number) => void,
): Promise<ExportFile[]> {
  const files = new Map<Task, ExportFile>();
  for (const task of inOrder(tasks)) {
    signal.throwIfAborted();
    const loaded: string[] = [];
    for (const piece of task.pieces) loaded.push(await loader.get(piece));
    const { condition, fresh, part, table } = task;
    const file = await exporter.write(table, part, { loaded, condition, fresh });
    if (file !== undefined) files.set(task, file);
    for (const piece of task.pieces) await loader.release(piece);
    onRows(fresh);
  }
  return tasks.flatMap((task) => files.get(task) ?? []);
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
    const pieces = fresh === 0 ? [] : [{ table, condition, rows: fresh }];
    tasks.push({ table, part: undefined, fresh, pieces, condition: undefined });
  }
  return tasks;
}
