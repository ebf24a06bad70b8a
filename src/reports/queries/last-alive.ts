/** The last one alive of a team: against how many, what they did, and how it ended. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRows, type CamelRow, type Columns } from "../../db/rows.ts";
import {
  allOf,
  given,
  personOf,
  phaseCondition,
  roundConditions,
  teamConditions,
  withoutBots,
} from "../filters.ts";
import type { Filters, Fragment } from "../filters.ts";

/** Deaths and lives are put together stretch by stretch of so many events of a round, and not each with each. */
const STRETCH_EVENTS = 512;

/** From so many enemies on, all are in one row. */
export const MOST_ENEMIES = 3;

interface LastAliveColumns extends Columns<"players", "player_id" | "name"> {
  /** Living enemies when the player became the last one; 3 is three or more. */
  readonly enemies: number;
  readonly times: number;
  /** They lived until a teammate was back, or to the end of the round. */
  readonly survived: number;
  /** They survived and downed somebody, or downed as many as there were. */
  readonly won: number;
  /** Enemies whom they downed before it ended. */
  readonly downs: number;
}

/** A player, who was the last one against so many. */
export type LastAliveRow = CamelRow<LastAliveColumns>;

/** Conditions on `s`, which has a round, a player, a team, and a time. */
function standConditions(sql: Sql, filters: Filters): Fragment {
  const { playerIds } = filters;
  return allOf(sql, [
    given(playerIds) ? sql`s.player_id = any(${[...playerIds]}::int[])` : undefined,
    teamConditions(sql, filters, { round: sql`s.round_id`, team: sql`s.team` }),
    phaseCondition(sql, filters, { round: sql`s.round_id`, time: sql`s.time_ms` }),
    withoutBots(sql, filters, sql`s.player_id`),
  ]);
}

/**
 * A death after which one of a team is alive, and at least one of the other, makes a last one. It ends with their death, when they
 * leave, when anyone of their team spawns or is revived, or with the round. By player and number of enemies. The filters for class,
 * weapon, means and shape mean nothing here.
 */
export async function readLastAlive(sql: Sql, filters: Filters): Promise<LastAliveRow[]> {
  const rows = await sql<LastAliveColumns[]>`
    with stands as (
      select s.*
      from (select r.round_id from rounds r where ${roundConditions(sql, filters)} offset 0) r
      cross join lateral (
        with changes as materialized (
          select target_player_id as player_id, target_team as team, event, event_number as from_event, time_ms, axis_alive, allies_alive,
            lead(event_number) over (partition by target_player_id order by event_number) as to_event,
            -- Their own next spawn, which counts here too, comes after their death, and changes nothing.
            min(event_number) filter (where event in ('spawn', 'revive'))
              over (partition by target_team order by event_number desc) as relief_event
          from combat_events
          where round_id = r.round_id and event in ('spawn', 'revive', 'kill', 'join', 'leave')
            and target_player_id = any(array(select p.player_id from round_players p where p.round_id = r.round_id))
        ), begins as (
          select from_event as event_number, time_ms, team, relief_event,
            case team when 1 then allies_alive else axis_alive end as enemies
          from changes
          where event = 'kill' and team in (1, 2)
            and case team when 1 then axis_alive else allies_alive end = 1
            and case team when 1 then allies_alive else axis_alive end > 0
        ), lives as (
          select l.*, stretch
          from changes l
          cross join generate_series(l.from_event / ${STRETCH_EVENTS}::int,
            coalesce(l.to_event, (select max(from_event) from changes)) / ${STRETCH_EVENTS}::int) stretch
          where l.event in ('spawn', 'revive') offset 0
        ), lasts as (
          select r.round_id, b.*, l.player_id, l.to_event
          from begins b
          join lives l on l.team = b.team and l.stretch = b.event_number / ${STRETCH_EVENTS}::int
            and l.from_event < b.event_number and (l.to_event is null or b.event_number < l.to_event)
        )
        select l.*, l.to_event is null or l.to_event > l.relief_event as is_survived,
          (select count(*)::int from combat_events d
           where d.round_id = l.round_id and d.event = 'kill' and d.relation = 'enemy' and d.attacker_player_id = l.player_id
             and d.event_number > l.event_number and d.event_number < least(l.to_event, l.relief_event, 2147483647)) as downs
        from lasts l offset 0) s
    )
    select p.player_id, p.name, least(enemies, ${MOST_ENEMIES}::int) as enemies, count(*)::int as times,
      (count(*) filter (where is_survived))::int as survived,
      (count(*) filter (where is_survived and downs > 0 or downs >= s.enemies))::int as won,
      sum(downs)::int as downs
    from stands s join people p on p.player_id = ${personOf(sql, sql`s.player_id`)}
    where ${standConditions(sql, filters)}
    group by 1, 2, 3
    order by 1, 3`;
  return camelRows(rows);
}
