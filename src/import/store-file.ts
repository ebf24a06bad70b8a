/** Puts the rows of one file into the database. */
import { copyInto } from "../db/driver/copy.ts";
import { pipeline } from "../db/driver/pipeline.ts";
import type { Transaction } from "../db/driver/connect.ts";
import { waitForLateCommits } from "../db/late-commits.ts";
import type { Columns } from "../db/rows.ts";
import type { Fault } from "../parsers/fault.ts";
import type { RoundFileEnd } from "../parsers/round-file.ts";
import { batchBytes, type RowBatch } from "../parsers/row-batcher.ts";
import { TOTALS_KIND } from "../parsers/foreign/round-events.ts";
import { hashBeginning } from "./beginnings.ts";
import {
  copyChunks,
  copyColumns,
  engagementRows,
  KIND_TABLES,
  Seats,
  type PositionSums,
} from "./copy-rows.ts";
import { LifeSums } from "./life-sums.ts";
import { MOVEMENT_COLUMNS, MOVEMENT_TABLE, MovementSums } from "./movement-sums.ts";
import { NOTE_TABLES, storeAnnouncements, storeObjectives } from "./store-objectives.ts";
import { SHAPE_TABLES } from "../shape/team-shapes.ts";
import { ShapeSums } from "./shape-sums.ts";
import { TEAMMATES_COLUMNS, TEAMMATES_TABLE, TeammateDistances } from "./teammate-distances.ts";
import { FileFaultError } from "./file-fault.ts";
import { HeatmapSums } from "./heatmap-sums.ts";
import { readRows, type BadRowPolicy } from "./read-rows.ts";
import type { ReadyFile, RoundNotes, StoredFile, StoredKind } from "./round-files.ts";
import type { RoundPlayers } from "./store-players.ts";
import { storeTotals, TOTALS_TABLE } from "./store-totals.ts";

/** A piece of a kind: a file whose header, notes and trailer were read. */
export interface ReadablePiece {
  readonly file: ReadyFile;
  readonly notes: RoundNotes;
}

/** How {@link storeKind} stores files; `onRows` and `onBadRow` are called while their rows are read. */
export interface StoreKindOptions {
  /** Whether the round was there before: rows of it may be stored. */
  readonly isKnownRound: boolean;
  readonly badRows: BadRowPolicy;
  readonly signal?: AbortSignal | undefined;
  readonly onRows?: (rows: number, bytes: number) => void;
  readonly onBadRow: (file: ReadyFile, fault: Fault) => void;
  /** Does the work on a file; an error in it is the fault of that file. */
  readonly attempt: <Result>(file: ReadyFile, work: () => Promise<Result>) => Promise<Result>;
}

/**
 * Stores the rows of all pieces of a kind, in place of what was stored of that kind before. Throws when a file is to be
 * refused.
 */
export async function storeKind(
  transaction: Transaction,
  roundId: number,
  pieces: readonly [ReadablePiece, ...ReadablePiece[]],
  players: RoundPlayers,
  options: StoreKindOptions,
): Promise<StoredKind> {
  const [{ file: first, notes }] = pieces;
  const { kind } = first;
  const isPositions = kind === "positions";
  const movement = isPositions ? MovementSums.of(notes.header.config) : undefined;
  const teammates = isPositions ? new TeammateDistances(notes.header.config) : undefined;
  const lives = isPositions ? new LifeSums() : undefined;
  const shapes = isPositions ? new ShapeSums(roundId) : undefined;
  // Whatever the ledger says: nothing else would keep the same positions from being stored twice.
  if (options.isKnownRound) {
    // A delete does not see what a worker is still to commit.
    if (isPositions) await waitForLateCommits(transaction, options.signal);
    const tables = KIND_TABLES[kind].map(({ table }) => table);
    if (isPositions)
      tables.push(MOVEMENT_TABLE, TEAMMATES_TABLE, "player_lives", ...Object.keys(SHAPE_TABLES));
    if (kind === "objectives") tables.push(...NOTE_TABLES);
    if (kind === TOTALS_KIND) tables.push(TOTALS_TABLE);
    await pipeline(
      tables.map((table) => transaction`delete from ${transaction(table)} where round_id = ${roundId}`),
    );
  }
  if (kind === "objectives") {
    const pieceNotes = pieces.map((piece) => piece.notes);
    await storeObjectives(transaction, roundId, pieceNotes);
    await storeAnnouncements(transaction, roundId, pieceNotes);
  }
  if (kind === TOTALS_KIND) {
    await options.attempt(first, () =>
      storeTotals(
        transaction,
        roundId,
        pieces.flatMap((piece) => piece.notes.totals ?? []),
        players,
      ),
    );
  }
  const positionSums = [movement, teammates, lives, shapes].filter((sums) => sums !== undefined);
  const heatmap = kind === "heatmap" && pieces.length > 1 ? new HeatmapSums() : undefined;
  const seats = new Seats(roundId);
  const files: StoredFile[] = [];
  let rowsBefore = 0;
  let storedRows = 0;
  for (const piece of pieces) {
    const { file } = piece;
    const { copied, end } = await options.attempt(file, () =>
      copyRows(transaction, roundId, piece, players, { seats, positionSums, heatmap, rowsBefore }, options),
    );
    rowsBefore += end.rows + end.badRows;
    storedRows += copied;
    files.push({
      kind,
      file,
      notes: piece.notes,
      rows: end.trailer === undefined ? end.rows : end.trailer.rows - end.badRows,
      rowsRejected: end.badRows,
      tornBytes: end.tornBytes,
      lastTimeMs: end.lastTimeMs,
      beginningSha256: file.isComplete
        ? null
        : await options.attempt(file, () => hashBeginning(file.open(), file.beginningBytes)),
    });
  }
  if (heatmap !== undefined) {
    const [table] = KIND_TABLES.heatmap;
    if (table !== undefined)
      storedRows += await copyInto(transaction, table.table, heatmap.columns(table), heatmap.rows(roundId));
  }
  const { file: last } = pieces[pieces.length - 1] ?? pieces[0];
  if (isPositions && pieces.length > 1)
    await options.attempt(last, () => refuseSamePositions(transaction, roundId));
  const isSummedUp = movement?.isTooMuch === false;
  // What no table can hold is the fault of the positions, and no reason to refuse other kinds.
  await options.attempt(last, async () => {
    if (isSummedUp) await copyInto(transaction, MOVEMENT_TABLE, MOVEMENT_COLUMNS, movement.rows(roundId));
    // What is too much to sum up here is summed up in the database, see sql/derive.
    if (teammates?.finish() === true) {
      await copyInto(transaction, TEAMMATES_TABLE, TEAMMATES_COLUMNS, teammates.rows(roundId));
    }
    for (const { columns, rows, table } of shapes?.tables() ?? [])
      await copyInto(transaction, table, columns, rows);
  });
  return {
    kind,
    files,
    rows: heatmap?.count ?? files.map(({ rows }) => rows).reduce((sum, rows) => sum + rows, 0),
    storedRows,
    movementCellUnits: isSummedUp ? movement.cellUnits : null,
    lives: lives?.isUsable === true ? lives.lives : undefined,
  };
}

/** Throws where two pieces of a round tell of the same player at the same time; the parser sees to it within a file. */
async function refuseSamePositions(transaction: Transaction, roundId: number): Promise<void> {
  const [same] = await transaction<Columns<"player_positions", "time_ms" | "slot">[]>`
    select time_ms, slot from player_positions where round_id = ${roundId}
    group by time_ms, slot having count(*) > 1 order by time_ms, slot limit 1`;
  if (same === undefined) return;
  const message = `two pieces of the round have a position of slot ${same.slot} at ${same.time_ms} ms`;
  throw new FileFaultError({ code: "E_DUPLICATE_ROW", message, line: 0 });
}

/** What the pieces of a kind share while their rows are copied. */
interface Shared {
  readonly seats: Seats;
  readonly positionSums: readonly PositionSums[];
  /** Takes the rows of the heatmap, where several pieces have some. */
  readonly heatmap: HeatmapSums | undefined;
  /** Rows of the pieces before: the numbers of the rows go on. */
  readonly rowsBefore: number;
}

async function copyRows(
  transaction: Transaction,
  roundId: number,
  { file, notes }: ReadablePiece,
  players: RoundPlayers,
  { heatmap, positionSums, rowsBefore, seats }: Shared,
  options: StoreKindOptions,
): Promise<{ readonly end: RoundFileEnd; readonly copied: number }> {
  const { badRows, onBadRow, onRows, signal } = options;
  const { columns } = notes.header;
  let end: RoundFileEnd | undefined;
  let copied = 0;
  async function* batches(): AsyncGenerator<RowBatch> {
    const rows = readRows(file, {
      badRows,
      signal,
      onBadRow: (fault) => {
        onBadRow(file, fault);
      },
      onPlayer: (note) => {
        seats.sit(note.slot, players.idOf(note), note.team);
      },
    });
    try {
      for (let next = await rows.next(); ; next = await rows.next()) {
        if (next.done === true) {
          end = next.value;
          return;
        }
        for (const sums of positionSums) seats.addPositions(next.value, sums);
        yield rowsBefore === 0 ? next.value : { ...next.value, firstRow: next.value.firstRow + rowsBefore };
        onRows?.(next.value.count, batchBytes(next.value));
      }
    } finally {
      await rows.return(undefined as never);
    }
  }
  if (heatmap !== undefined) {
    for await (const batch of batches()) heatmap.add(batch, columns);
  } else if (file.kind === "engagements") {
    for await (const portion of engagementRows(roundId, seats, columns, batches())) {
      for (const { rows, table } of portion) {
        copied += await copyInto(transaction, table.table, copyColumns(table, columns), [rows]);
      }
    }
  } else {
    const [table] = KIND_TABLES[file.kind];
    if (table === undefined) throw new Error(`no table for ${file.kind}`);
    const chunks = copyChunks(file.kind, roundId, seats, batches());
    copied = await copyInto(transaction, table.table, copyColumns(table, columns), chunks);
  }
  if (end === undefined) throw new Error("the file was not read to its end");
  return { end, copied };
}
