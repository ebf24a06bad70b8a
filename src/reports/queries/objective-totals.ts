/** How often objectives were reached over many rounds, when, and by whom. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRows, type CamelRow, type Columns } from "../../db/rows.ts";
import type { Schema } from "../../db/schema.ts";
import { eventConditions, objectiveConditions } from "../event-conditions.ts";
import { roundConditions } from "../filters.ts";
import type { Filters, Fragment } from "../filters.ts";
import { objectiveState } from "./objectives.ts";

/** What makes an objective the same in two rounds: servers may number the same one differently. */
interface PlaceColumns
  extends Columns<"rounds", "map">, Columns<"objectives", "kind" | "name" | "team" | "x" | "y" | "z"> {}

/** An objective of a map, and the rounds that had it. */
export type ObjectivePlace = CamelRow<PlaceColumns & { readonly rounds: number }>;

interface CountColumns {
  /** Dynamite armed at it, made harmless, and exploded. */
  readonly planted: number;
  readonly defused: number;
  readonly exploded: number;
  /** Destroyed, the objective or the construction. */
  readonly destroyed: number;
  /** Constructions that were finished, and the parts of stages that were built, in percent of a stage. */
  readonly built: number;
  readonly built_percent: number;
  readonly taken: number;
  readonly picked_up: number;
  readonly dropped: number;
  readonly returned: number;
  readonly secured: number;
  /** Time for which it was carried, ms. */
  readonly carried_ms: number;
  readonly captured: number;
  readonly disabled: number;
  readonly repaired: number;
}

/** What was done about an objective. */
export type ObjectiveCounts = CamelRow<CountColumns>;

interface DeedColumns extends PlaceColumns, CountColumns {
  readonly player_id: Schema["objective_events"]["player_id"];
  readonly player_name: Schema["players"]["name"] | null;
}

/** What one player did about one objective; `playerId` is null where nobody is known. */
export type ObjectiveDeeds = CamelRow<DeedColumns>;

interface DoneColumns extends PlaceColumns {
  readonly rounds_done: number;
  readonly times_done: number;
  readonly median_ms: number;
  readonly earliest_ms: number;
  readonly latest_ms: number;
  /** Median time since the first fight of the round; null where it was done before any fight in each round. */
  readonly contact_median_ms: number | null;
}

/** How often an objective was done, and when for the first time in its round. */
export type ObjectiveDone = CamelRow<DoneColumns>;

/** The chosen rounds that have their objectives, as an array. */
export function recordedRounds(sql: Sql, filters: Filters): Fragment {
  return sql`array(
    select r.round_id from rounds r where ${roundConditions(sql, filters)} and ${objectiveState(sql)} = 'recorded')`;
}

/** Columns of an {@link ObjectivePlace}. */
const place = (sql: Sql): Fragment => sql`r.map, n.kind, n.name, n.team, n.x, n.y, n.z`;

/** How many of the chosen rounds have their objectives, and how many do not. */
export async function countRecorded(
  sql: Sql,
  filters: Filters,
): Promise<{ readonly recorded: number; readonly others: number }> {
  const [counts] = await sql<[{ recorded: number; others: number }]>`
    select count(*) filter (where ${objectiveState(sql)} = 'recorded')::int as recorded,
      count(*) filter (where ${objectiveState(sql)} <> 'recorded')::int as others
    from rounds r where ${roundConditions(sql, filters)}`;
  return counts;
}

/** The objectives of the chosen rounds. */
export async function readPlaces(sql: Sql, filters: Filters): Promise<ObjectivePlace[]> {
  return camelRows(
    await sql<(PlaceColumns & { readonly rounds: number })[]>`
      select ${place(sql)}, count(distinct n.round_id)::int as rounds
      from objectives n join rounds r on r.round_id = n.round_id
      where n.round_id = any(${recordedRounds(sql, filters)}) group by ${place(sql)} order by ${place(sql)}`,
  );
}

/** What each player did about each objective, as far as it is as asked for. */
export async function readDeeds(sql: Sql, filters: Filters): Promise<ObjectiveDeeds[]> {
  const count = (event: string): Fragment => sql`count(*) filter (where o.event = ${event})::int`;
  return camelRows(
    await sql<DeedColumns[]>`
      select ${place(sql)}, p.person_id as player_id, p.name as player_name,
        ${count("dynamite_arm")} as planted,
        ${count("dynamite_defuse")} as defused,
        ${count("dynamite_explode")} as exploded,
        count(*) filter (where o.event in ('objective_destroy', 'construct_destroy'))::int as destroyed,
        ${count("construct_finish")} as built,
        coalesce(sum(o.share_percent) filter (where o.event = 'construct_share'), 0)::int as built_percent,
        ${count("carry_take")} as taken,
        ${count("carry_pickup")} as picked_up,
        ${count("carry_drop")} as dropped,
        ${count("carry_return")} as returned,
        ${count("carry_secure")} as secured,
        coalesce(sum(o.duration_ms) filter (where o.event in ('carry_drop', 'carry_secure')), 0)::float8 as carried_ms,
        ${count("spawn_capture")} as captured,
        ${count("vehicle_disable")} as disabled,
        ${count("vehicle_repair")} as repaired
      from objective_events o
      join objectives n on n.round_id = o.round_id and n.objective = o.objective
      join rounds r on r.round_id = o.round_id
      left join people p on p.player_id = o.player_id
      where o.round_id = any(${recordedRounds(sql, filters)}) and ${objectiveConditions(sql, filters)}
      group by ${place(sql)}, p.person_id, p.name`,
  );
}

/** How often each objective was done, and when, as far as it is as asked for. */
export async function readDone(sql: Sql, filters: Filters): Promise<ObjectiveDone[]> {
  return camelRows(
    await sql<DoneColumns[]>`
      select map, kind, name, team, x, y, z, count(*)::int as rounds_done, sum(times)::int as times_done,
        percentile_cont(0.5) within group (order by first_ms)::float8 as median_ms,
        min(first_ms)::int as earliest_ms, max(first_ms)::int as latest_ms,
        (percentile_cont(0.5) within group (order by first_ms - contact_ms) filter (where contact_ms <= first_ms))::float8
          as contact_median_ms
      from (
        select ${place(sql)}, o.round_id, count(*) as times, min(o.time_ms) as first_ms,
          (select min(g.start_ms) from engagement_analysis g where g.round_id = o.round_id) as contact_ms
        from objective_events o
        join objectives n on n.round_id = o.round_id and n.objective = o.objective
        join rounds r on r.round_id = o.round_id
        where o.round_id = any(${recordedRounds(sql, filters)}) and is_objective_done(n.kind, o.event)
          and ${objectiveConditions(sql, filters)}
        group by ${place(sql)}, o.round_id) d
      group by map, kind, name, team, x, y, z`,
  );
}

interface AttackDeathColumns extends Columns<"rounds", "map"> {
  /** The objective within whose reach they were; null for deaths that were near none. */
  readonly kind: Schema["objectives"]["kind"] | null;
  readonly name: Schema["objectives"]["name"] | null;
  readonly team: Schema["objectives"]["team"] | null;
  readonly deaths: number;
  /** Of these, deaths while carrying something, and while planting, defusing or building. */
  readonly carrying: number;
  readonly acting: number;
  readonly rounds: number;
  /** How far away the objective was, the nearest where it was out of reach. */
  readonly median_units: number | null;
}

/** Deaths of attackers near an objective, or near none. */
export type AttackDeaths = CamelRow<AttackDeathColumns>;

/** Where attackers died by enemies, map by map, as far as those who died are as asked for. */
export async function readAttackDeaths(sql: Sql, filters: Filters): Promise<AttackDeaths[]> {
  return camelRows(
    await sql<AttackDeathColumns[]>`
      select r.map, n.kind, n.name, n.team, count(*)::int as deaths,
        count(*) filter (where d.carrying > 0)::int as carrying,
        count(*) filter (where d.act is not null)::int as acting,
        count(distinct d.round_id)::int as rounds,
        (percentile_cont(0.5) within group (order by d.distance_units))::float8 as median_units
      from attack_deaths d
      join combat_events e on e.round_id = d.round_id and e.event_number = d.event_number
      join rounds r on r.round_id = d.round_id
      left join objectives n on n.round_id = d.round_id and n.objective = d.objective and d.is_within_reach
      where d.round_id = any(${recordedRounds(sql, filters)}) and e.round_id = any(${recordedRounds(sql, filters)})
        and ${eventConditions(sql, filters, "target")}
      group by r.map, n.kind, n.name, n.team order by r.map, deaths desc, n.name, n.team`,
  );
}

/** How many of the chosen rounds have their objectives, but do not say which team attacks. */
export async function countWithoutSides(sql: Sql, filters: Filters): Promise<number> {
  const [{ count }] = await sql<[{ count: number }]>`
    select count(*)::int as count from rounds r
    where r.round_id = any(${recordedRounds(sql, filters)}) and r.attacking_team is null`;
  return count;
}
