/** The first down of each fight: who made it, whom, and how the fight went on. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRows, type CamelRow, type Columns } from "../../db/rows.ts";
import { eventConditions } from "../event-conditions.ts";
import { personOf, roundIdArray } from "../filters.ts";
import type { Filters, Fragment } from "../filters.ts";

interface OpeningColumns extends Columns<"players", "player_id" | "name"> {
  /** Rounds in which they had a part in a first down. */
  readonly rounds: number;
  /** First downs that they made, and those of them that a revive undid. */
  readonly made: number;
  readonly undone: number;
  /** First downs that they were. */
  readonly suffered: number;
  /** Fights with a winner in which they made the first down, and those of them that their side won. */
  readonly made_decided: number;
  readonly made_won: number;
  /** The same where they were the first down. */
  readonly suffered_decided: number;
  readonly suffered_won: number;
}

/** A player and the first downs of fights. */
export type OpeningRow = CamelRow<OpeningColumns>;

/** Downs and fights are put together stretch by stretch of so many ms: fights are short, and of each with each most would not fit. */
const STRETCH_MS = 16_384;

/**
 * The first down by an enemy of each fight, as `e` with the columns of `combat_events`, the fight's number and its winner. A down is in
 * the fight that the victim, who died in it, had joined last.
 */
function firstDowns(sql: Sql, filters: Filters): Fragment {
  const rounds = roundIdArray(sql, filters);
  return sql`
    select e.*, g.engagement, g.winner_team
    from (
      select distinct on (d.round_id, d.engagement) d.round_id, d.engagement, d.event_number
      from (
        select distinct on (e.round_id, e.event_number) e.round_id, e.event_number, p.engagement
        from (
          select round_id, event_number, time_ms, target_player_id, time_ms / ${STRETCH_MS}::int as stretch from combat_events
          where round_id = any(${rounds}) and event = 'kill' and relation = 'enemy' offset 0) e
        join (
          select p.round_id, p.engagement, p.player_id, p.start_ms, p.time_ms, stretch
          from engagement_participants p
          cross join generate_series(p.start_ms / ${STRETCH_MS}::int, p.time_ms / ${STRETCH_MS}::int) stretch
          where p.round_id = any(${rounds}) and p.deaths > 0 offset 0) p
          on p.round_id = e.round_id and p.player_id = e.target_player_id and p.stretch = e.stretch
            and e.time_ms between p.start_ms and p.time_ms
        order by e.round_id, e.event_number, p.start_ms desc, p.engagement desc) d
      order by d.round_id, d.engagement, d.event_number) f
    join engagement_analysis g on g.round_id = f.round_id and g.engagement = f.engagement
    join combat_events e on e.round_id = f.round_id and e.event_number = f.event_number`;
}

/** Players by first downs made less suffered. The filters are about the player, in the one part as in the other. */
export async function readOpenings(sql: Sql, filters: Filters): Promise<OpeningRow[]> {
  const rows = await sql<OpeningColumns[]>`
    with e as materialized (${firstDowns(sql, filters)}), parts as (
      select e.round_id, ${personOf(sql, sql`e.attacker_player_id`)} as player_id, true as is_made, coalesce(e.is_undone, false) as is_undone,
        e.winner_team is not null as is_decided, e.winner_team = e.attacker_team as is_won
      from e where ${eventConditions(sql, filters, "attacker")}
      union all
      select e.round_id, ${personOf(sql, sql`e.target_player_id`)}, false, false, e.winner_team is not null, e.winner_team = e.target_team
      from e where ${eventConditions(sql, filters, "target")}
    )
    select player_id, p.name, count(distinct round_id)::int as rounds,
      (count(*) filter (where is_made))::int as made,
      (count(*) filter (where is_undone))::int as undone,
      (count(*) filter (where not is_made))::int as suffered,
      (count(*) filter (where is_made and is_decided))::int as made_decided,
      (count(*) filter (where is_made and is_won))::int as made_won,
      (count(*) filter (where not is_made and is_decided))::int as suffered_decided,
      (count(*) filter (where not is_made and is_won))::int as suffered_won
    from parts join people p using (player_id)
    group by player_id, p.name
    order by count(*) filter (where is_made) - count(*) filter (where not is_made) desc, count(*) desc, player_id`;
  return camelRows(rows);
}
