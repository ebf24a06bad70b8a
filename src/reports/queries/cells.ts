/**
 * Where players were, cell by cell. The import summed up each round by the cells of its heatmap; where other cells are
 * asked for, or only some samples, the samples themselves are read.
 */
import type { Sql } from "../../db/driver/connect.ts";
import { allOf, roundConditions, roundIdArray } from "../filters.ts";
import type { Filters, Fragment } from "../filters.ts";
import { choosesSamples, personConditions, sampleSource, sampleTimes } from "../samples.ts";

/** The rounds chosen, as arrays for `round_id = any(…)`. */
export interface RoundsBySums {
  /** Those whose sums answer what is asked; undefined where no sums can. */
  readonly summedUp: Fragment | undefined;
  /** All others. */
  readonly others: Fragment;
}

/** Tells the rounds whose movement is summed up in cells of this size from the others. */
export function roundsBySums(sql: Sql, filters: Filters, cellUnits: number): RoundsBySums {
  const rounds = (condition?: Fragment): Fragment =>
    sql`array(select r.round_id from rounds r where ${allOf(sql, [roundConditions(sql, filters), condition])})`;
  return choosesSamples(filters)
    ? { summedUp: undefined, others: rounds() }
    : {
        summedUp: rounds(sql`r.movement_cell_units = ${cellUnits}`),
        others: rounds(sql`r.movement_cell_units is distinct from ${cellUnits}`),
      };
}

/**
 * The cells of each round, player, team and class, as `cells`: `cell_x`, `cell_y`, `team`, its `samples`, the time alive that they stand
 * for, `presence_ns`, `stationary_ms`, and the sum of the samples' speeds, `speed_sum_ups`. The time is in whole nanoseconds: sums of
 * them are the same in whatever order they are added.
 * @param where a condition on the samples `p`, which are all read then.
 */
export function cellSource(sql: Sql, filters: Filters, cellUnits: number, where?: Fragment): Fragment {
  // Sums know neither heights nor places within their cells.
  const { others, summedUp } =
    where === undefined
      ? roundsBySums(sql, filters, cellUnits)
      : { others: roundIdArray(sql, filters), summedUp: undefined };
  const counted = sql`
    select p.round_id, p.player_id, p.team, p.class,
      floor(p.x / ${cellUnits})::int as cell_x, floor(p.y / ${cellUnits})::int as cell_y,
      count(*) as samples, sum(p.stationary_ms) as stationary_ms, sum(p.speed_ups::float8) as speed_sum_ups
    from ${sampleSource(sql, filters, { rounds: others, who: where })}
    group by 1, 2, 3, 4, 5, 6`;
  const cells =
    summedUp === undefined
      ? counted
      : sql`
        select p.round_id, p.player_id, p.team, p.class, p.cell_x, p.cell_y, p.samples, p.stationary_ms, p.speed_sum_ups
        from player_cells p where p.round_id = any(${summedUp}) and ${personConditions(sql, filters)}
        union all ${counted}`;
  return sql`(
    select cell_x, cell_y, team, samples, round(samples * sample_s * 1e9)::bigint as presence_ns, stationary_ms, speed_sum_ups
    from (${cells}) c join ${sampleTimes(sql, filters)} using (round_id, player_id, team, class)) cells`;
}
