/** Puts the rows of one file into the database. */
import { copyInto } from "../db/driver/copy.ts";
import { pipeline } from "../db/driver/pipeline.ts";
import type { Transaction } from "../db/driver/connect.ts";
import type { Issue } from "../parsers/issue.ts";
import type { RoundFileEnd } from "../parsers/round-file.ts";
import { batchBytes, type RowBatch } from "../parsers/row-lanes.ts";
import { copyChunks, copyColumns, engagementRows, KIND_TABLES, Seats } from "./copy-rows.ts";
import { MOVEMENT_COLUMNS, MOVEMENT_TABLE, MovementSums } from "./movement-sums.ts";
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
  const movement = kind === "positions" ? MovementSums.of(frame.header.config) : undefined;
  if (options.isReplacement) {
    const tables = KIND_TABLES[kind].map(({ table }) => table);
    if (kind === "positions") tables.push(MOVEMENT_TABLE);
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
    movement,
    options,
  );
  const isSummedUp = movement?.isTooMuch === false;
  if (isSummedUp) await copyInto(transaction, MOVEMENT_TABLE, MOVEMENT_COLUMNS, movement.rows(roundId));
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
  movement: MovementSums | undefined,
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
        if (movement !== undefined) seats.sumUp(next.value, movement);
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
