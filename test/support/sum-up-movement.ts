/** Movement of rounds that were put into the database without an import. */
import { copyInto } from "../../src/db/driver/copy.ts";
import type { Transaction } from "../../src/db/driver/connect.ts";
import { MOVEMENT_COLUMNS, MOVEMENT_TABLE, MovementSums } from "../../src/import/movement-sums.ts";
import { KEY_COLUMNS } from "../../src/parsers/row-values.ts";

/** Sums up the stored positions of a round as their import would. */
export async function sumUpMovement(
  transaction: Transaction,
  roundId: number,
  cellUnits: number,
  sampleMs: number,
): Promise<void> {
  const movement = MovementSums.of(
    new Map([
      ["prox_heatmap_cell_units", String(cellUnits)],
      ["prox_sample_ms", String(sampleMs)],
    ]),
  );
  if (movement === undefined) throw new Error("there are no such cells or samples");
  // In the order of the key columns, coordinates in tenths as the parser has them.
  const rows = await transaction<{ keys: number[]; playerId: number; team: number }[]>`
    select array[time_ms, slot, life, round(x * 10), round(y * 10), round(z * 10), class, speed_ups, stationary_ms]::integer[] as keys,
      player_id as "playerId", team
    from player_positions where round_id = ${roundId} order by time_ms, slot`;
  const keys = new Int32Array(KEY_COLUMNS.positions.length);
  for (const row of rows) {
    keys.set(row.keys);
    movement.add(keys, 0, row.playerId, row.team);
  }
  await copyInto(transaction, MOVEMENT_TABLE, MOVEMENT_COLUMNS, movement.rows(roundId));
  await transaction`update rounds set movement_cell_units = ${cellUnits} where round_id = ${roundId}`;
}
