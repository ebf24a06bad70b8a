/** Team shape of rounds that were stored before it was known: of their positions in the database. */
import { TeamShapes } from "../shape/team-shapes.ts";
import type { Transaction } from "./driver/connect.ts";
import { copyInto } from "./driver/copy.ts";
import { pipeline } from "./driver/pipeline.ts";
import type { KnownColumns } from "./rows.ts";

/** Positions that are held at a time. */
const ROWS_AT_ONCE = 10_000;

/**
 * Stores the team shape of a round that has positions and no team shape. What is stored stays: positions may be pruned since.
 * @param plan query that sets how statements about one round are planned.
 */
export async function addMissingShapes(
  transaction: Transaction,
  roundId: number,
  plan: Parameters<typeof pipeline>[0][number],
): Promise<void> {
  const [, , missing] = await pipeline([
    plan,
    transaction`select from rounds where round_id = ${roundId} for no key update`,
    transaction`
      select from rounds r
      where r.round_id = ${roundId} and r.position_rows > 0 and r.positions_pruned_at is null
        and not exists (select from team_shapes s where s.round_id = ${roundId})`,
  ]);
  if (missing.length === 0) return;
  const shapes = new TeamShapes(roundId);
  // Coordinates as round files have them; of each player the first position in a second, as no other counts.
  const samples = transaction<
    KnownColumns<"player_positions", "time_ms" | "slot" | "life" | "player_id" | "team" | "x" | "y" | "z">[]
  >`
    select distinct on (time_ms / 1000, slot) time_ms, slot, life, player_id, team, round(x::float8 * 10)::integer as x,
      round(y::float8 * 10)::integer as y, round(z::float8 * 10)::integer as z
    from player_positions
    where round_id = ${roundId} and team in (1, 2)
    order by time_ms / 1000, slot, time_ms`.cursor(ROWS_AT_ONCE);
  for await (const rows of samples)
    for (const { life, player_id: playerId, slot, team, time_ms: timeMs, x, y, z } of rows)
      shapes.add({ slot, playerId, team, life, timeMs, x, y, z });
  for (const { columns, rows, table } of shapes.tables()) await copyInto(transaction, table, columns, rows);
}
