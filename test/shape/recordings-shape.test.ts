/** Team shape of every recorded match, in the database, against one that is computed anew in plain TypeScript. */
import { expect, test } from "vitest";

import { useRecordedRounds, type RecordedRound } from "../support/recorded-rounds.ts";
import { trueShape, type Spot } from "./true-shape.ts";

const recorded = useRecordedRounds();

/** Positions of the files, with the teams that the recordings say. */
function spotsOf({ nameOf, rows, samples }: RecordedRound): Spot[] {
  const teams = new Map(samples.map(({ slot, team, timeMs }) => [`${timeMs} ${slot}`, team]));
  return rows.positions.map((row) => {
    const [timeMs, slot] = [Number(row["time_ms"]), Number(row["slot"])];
    const team = teams.get(`${timeMs} ${slot}`);
    if (team === undefined) throw new Error(`nobody is in slot ${slot} at ${timeMs} ms`);
    const at = [Number(row["x"]), Number(row["y"]), Number(row["z"])] as const;
    return { timeMs, slot, life: Number(row["life"]), player: nameOf(slot), team, at };
  });
}

/** Lengths that were rounded: a half may fall either way. */
const near = (rows: readonly object[]): unknown[] =>
  rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]: [string, unknown]) => [
        name,
        typeof value !== "number"
          ? value
          : /units$|percent$/.test(name)
            ? expect.closeTo(value, -0.4)
            : value + 0,
      ]),
    ),
  );

test("is that of the positions: shapes, pushes, regroupings, and who moved with whom", async () => {
  let seconds = 0;
  const found = new Map<string, number>();
  for (const round of recorded.rounds) {
    const truth = trueShape(spotsOf(round));
    const [row] = await recorded.sql<
      { id: number }[]
    >`select round_id as id from rounds where round_key = ${round.key}`;
    const id = row?.id ?? 0;
    const shapes = await recorded.sql`
      select time_ms, team, players, middle_x, middle_y, middle_z, nearest_units, spread_units, groups, largest_group, isolated,
        moving, moving_together, enemy_units, line_percent
      from team_shapes where round_id = ${id} order by time_ms, team`;
    expect(shapes).toEqual(near(truth.shapes));
    const moves = await recorded.sql`
      select team, move::text, from_ms, to_ms, x, y, z, players, team_players, approach_units, enemy_units
      from team_moves where round_id = ${id} order by team, move::text, from_ms`;
    expect(moves).toEqual(near(truth.moves));
    const pairs = await recorded.sql<{ key: string; moving: number; together: number }[]>`
      select (select string_agg(plain, ' ' order by plain collate "C") from (values (a.plain_name), (b.plain_name)) v (plain))
        || ' ' || team as key, moving_s as moving, together_s as together
      from moving_pairs join players a using (player_id) join players b on b.player_id = teammate_player_id
      where round_id = ${id}`;
    expect(new Map(pairs.map(({ key, moving, together }) => [key, [moving, together]]))).toEqual(truth.pairs);
    seconds += truth.shapes.length;
    for (const { move } of truth.moves) found.set(String(move), (found.get(String(move)) ?? 0) + 1);
  }
  expect(seconds).toBeGreaterThan(500);
  expect([...found.keys()].sort()).toEqual(["push", "regroup"]);
});
