/** Events of combat, many alike in one row: what reports add up that ask for numbers of players alone. */
import type { Sql } from "../db/driver/connect.ts";
import { given, type Filters, type Fragment } from "./filters.ts";

/**
 * The events `e` of combat as rows that stand for so many `times`, with the sum of their `damage_effective` and the sum of its squares
 * as `damage_squares`: as they were counted when the round was stored, or one by one where a filter asks what only the event itself
 * knows, its time above all.
 */
export function countedEvents(sql: Sql, { classes, engagement, phase }: Filters): Fragment {
  return phase === undefined && engagement === undefined && !given(classes)
    ? sql`combat_counts e`
    : sql`(select c.*, 1 as times, c.damage_effective::float8 ^ 2 as damage_squares from combat_events c) e`;
}

/** How many of the events `e` of {@link countedEvents} are such. */
export const timesOf = (sql: Sql, condition: Fragment): Fragment =>
  sql`coalesce(sum(e.times) filter (where ${condition}), 0)`;
