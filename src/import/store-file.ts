/** Puts the rows of one file into the database. */
import { copyInto } from "../db/driver/copy.ts";
import { pipeline } from "../db/driver/pipeline.ts";
import type { Transaction } from "../db/driver/connect.ts";
import type { Issue } from "../parsers/issue.ts";
import type { RoundFileEnd } from "../parsers/round-file.ts";
import { batchBytes, type RowBatch } from "../parsers/row-lanes.ts";
import {
  copyChunks,
  copyColumns,
  engagementRows,
  KIND_TABLES,
  Seats,
  type PositionSums,
} from "./copy-rows.ts";
import { MOVEMENT_COLUMNS, MOVEMENT_TABLE, MovementSums } from "./movement-sums.ts";
import { TEAMMATES_COLUMNS, TEAMMATES_TABLE, TeammateDistances } from "./teammate-distances.ts";
import { readRows, type BadRowPolicy } from "./read-rows.ts";
import type { ReadyFile, RoundFrame, StoredFile } from "./round-files.ts";
import type { RoundPlayers } from "./store-players.ts";

/** How {@link storeFile} stores a file; `onRows` and `onBadRow` are called while its rows are read. */
export interface StoreFileOptions {
  /** Whether a file of this round and kind is stored already. */
  readonly isReplacement: boolean;
  readonly badRows: BadRowPolicy;
  readonly signal?: AbortSignal | undefined;
  readonly onRows?: (rows: number, bytes: number) => void;
  readonly onBadRow: (issue: Issue) => void;
}

/**
 * Stores the rows of a file, in place of those of the file of its kind that was stored before. Throws when it is to be
 * refused.
 */
export async function storeFile(
  transaction: Transaction,
  roundId: number,
  file: ReadyFile,
  frame: RoundFrame,
  players: RoundPlayers,
  options: StoreFileOptions,
): Promise<StoredFile> {
  const { kind } = file;
  const isPositions = kind === "positions";
  const movement = isPositions ? MovementSums.of(frame.header.config) : undefined;
  const teammates = isPositions ? new TeammateDistances(frame.header.config) : undefined;
  if (options.isReplacement) {
    const tables = KIND_TABLES[kind].map(({ table }) => table);
    if (isPositions) tables.push(MOVEMENT_TABLE, TEAMMATES_TABLE);
    await pipeline(
      tables.map((table) => transaction`delete from ${transaction(table)} where round_id = ${roundId}`),
    );
  }
  const { badRows, lastTimeMs, rows, tornBytes, trailer } = await copyRows(
    transaction,
    roundId,
    file,
    frame.header.columns,
    players,
    [movement, teammates].filter((sums) => sums !== undefined),
    options,
  );
  const isSummedUp = movement?.isTooMuch === false;
  if (isSummedUp) await copyInto(transaction, MOVEMENT_TABLE, MOVEMENT_COLUMNS, movement.rows(roundId));
  // What is too much to sum up here is summed up in the database, see sql/derive.
  if (teammates?.finish() === true) {
    await copyInto(transaction, TEAMMATES_TABLE, TEAMMATES_COLUMNS, teammates.rows(roundId));
  }
  return {
    kind,
    file,
    frame,
    rows: trailer === undefined ? rows : trailer.rows - badRows,
    rowsRejected: badRows,
    tornBytes,
    lastTimeMs,
    movementCellUnits: isSummedUp ? movement.cellUnits : null,
  };
}

async function copyRows(
  transaction: Transaction,
  roundId: number,
  file: ReadyFile,
  columns: readonly string[],
  players: RoundPlayers,
  positionSums: readonly PositionSums[],
  options: StoreFileOptions,
): Promise<RoundFileEnd> {
  const { badRows, onBadRow, onRows, signal } = options;
  const seats = new Seats(roundId);
  let end: RoundFileEnd | undefined;
  async function* batches(): AsyncGenerator<RowBatch> {
    const rows = readRows(file.open(), {
      badRows,
      sha256: file.sha256,
      signal,
      onBadRow,
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
        yield next.value;
        onRows?.(next.value.count, batchBytes(next.value));
      }
    } finally {
      await rows.return(undefined as never);
    }
  }
  if (file.kind === "engagements") {
    for await (const portion of engagementRows(roundId, seats, columns, batches())) {
      for (const { rows, table } of portion) {
        await copyInto(transaction, table.table, copyColumns(table, columns), [rows]);
      }
    }
  } else {
    const [table] = KIND_TABLES[file.kind];
    if (table === undefined) throw new Error(`no table for ${file.kind}`);
    const chunks = copyChunks(file.kind, roundId, seats, batches());
    await copyInto(transaction, table.table, copyColumns(table, columns), chunks);
  }
  if (end === undefined) throw new Error("the file was not read to its end");
  return end;
}
