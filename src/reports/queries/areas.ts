/** What happened in the named areas of a map: presence, who held them, downs, and pairs of teammates. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRows, type CamelRow, type KnownColumns } from "../../db/rows.ts";
import type { FindArea } from "../../maps/areas.ts";
import { eventConditions } from "../event-conditions.ts";
import { roundIdArray, type Filters, type Fragment } from "../filters.ts";
import { sampleSource, sampleTimes } from "../samples.ts";

/** Samples are put into areas by cubes of this side: each is where its middle is. */
const CUBE_UNITS = 32;

/** Who holds an area is looked at this often, or as often as a round was sampled, if that is less often. */
const LOOK_MS = 1000;

/** The cubes in which players were, each with the index of its area. */
export interface AreaCubes {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly z: readonly number[];
  readonly area: readonly number[];
}

/**
 * The cubes of the rounds in which anybody was, with the index that `indexOf` gives their middles.
 * @param indexOf the area's index; cubes without one are left out.
 */
export async function readAreaCubes(
  sql: Sql,
  filters: Filters,
  indexOf: (x: number, y: number, z: number) => number | undefined,
): Promise<AreaCubes> {
  const cubes = await sql<{ x: number; y: number; z: number }[]>`
    select distinct floor(x / ${CUBE_UNITS})::int as x, floor(y / ${CUBE_UNITS})::int as y, floor(z / ${CUBE_UNITS})::int as z
    from player_positions p where p.round_id = any(${roundIdArray(sql, filters)})`;
  const middle = (cube: number): number => (cube + 0.5) * CUBE_UNITS;
  const named = cubes.flatMap(({ x, y, z }) => {
    const area = indexOf(middle(x), middle(y), middle(z));
    return area === undefined ? [] : [{ x, y, z, area }];
  });
  return {
    x: named.map(({ x }) => x),
    y: named.map(({ y }) => y),
    z: named.map(({ z }) => z),
    area: named.map(({ area }) => area),
  };
}

/** The cubes as a table: `cubes` with `cube_x`, `cube_y`, `cube_z` and `area`. */
function cubeTable(sql: Sql, { area, x, y, z }: AreaCubes): Fragment {
  return sql`
    unnest(${[...x]}::int[], ${[...y]}::int[], ${[...z]}::int[], ${[...area]}::int[]) as cubes (cube_x, cube_y, cube_z, area)`;
}

/** The cube of a sample `p`, for a join with {@link cubeTable}. */
function isInCube(sql: Sql): Fragment {
  return sql`cube_x = floor(p.x / ${CUBE_UNITS})::int and cube_y = floor(p.y / ${CUBE_UNITS})::int
    and cube_z = floor(p.z / ${CUBE_UNITS})::int`;
}

interface PresenceColumns {
  /** Null: outside all areas. */
  readonly area: number | null;
  readonly player_id: number;
  readonly team: number;
  readonly seconds: number;
}

/** How long a player was in an area, alive. */
export type PresenceRow = CamelRow<PresenceColumns>;

/** Time alive by area, player and team, as the filters say. */
export async function readAreaPresence(sql: Sql, filters: Filters, cubes: AreaCubes): Promise<PresenceRow[]> {
  const rows = await sql<PresenceColumns[]>`
    select area, player_id, team, (sum(round(samples * sample_s * 1e9)) / 1e9)::float8 as seconds
    from (
      select s.round_id, s.player_id, s.team, s.class, cubes.area, sum(s.samples) as samples
      from (
        select p.round_id, p.player_id, p.team, p.class,
          floor(p.x / ${CUBE_UNITS})::int as x, floor(p.y / ${CUBE_UNITS})::int as y, floor(p.z / ${CUBE_UNITS})::int as z,
          count(*) as samples
        from ${sampleSource(sql, filters)}
        group by 1, 2, 3, 4, 5, 6, 7) s
      left join ${cubeTable(sql, cubes)} on cube_x = s.x and cube_y = s.y and cube_z = s.z
      group by 1, 2, 3, 4, 5) counted
    join ${sampleTimes(sql, filters)} using (round_id, player_id, team, class)
    where team in (1, 2)
    group by area, player_id, team order by area, player_id, team`;
  return camelRows(rows);
}

/**
 * Who was in which area at each look, as the common table expressions `rates` and `seen`: `round_id`, `look` (number of the look in its
 * round), `area`, `team`, `player_id`; `look_ms` is how long a look stands for.
 */
function looks(sql: Sql, filters: Filters, cubes: AreaCubes): Fragment {
  const everybody = {
    ...filters,
    playerIds: [],
    team: undefined,
    side: undefined,
    classes: [],
    weapons: [],
    means: [],
  };
  return sql`
    rates as (
      select r.round_id, greatest(${LOOK_MS}::int,
        coalesce((substring(r.configuration ->> 'prox_sample_ms' from '^[1-9][0-9]{0,5}$'))::int, ${LOOK_MS}::int)) as look_ms
      from rounds r where r.round_id = any(${roundIdArray(sql, filters)})),
    seen as materialized (
      select distinct p.round_id, p.time_ms / rates.look_ms as look, cubes.area, p.team, p.player_id
      from (select p.* from ${sampleSource(sql, everybody)}) p
      join rates using (round_id)
      join ${cubeTable(sql, cubes)} on ${isInCube(sql)}
      where p.team in (1, 2))`;
}

interface HeldColumns {
  readonly area: number;
  /** Seconds with living players of that team alone, and of both teams. */
  readonly axis_s: number;
  readonly allies_s: number;
  readonly contested_s: number;
}

/** How long an area was held. */
export type HeldRow = CamelRow<HeldColumns>;

/** How long each team held each area, whoever the filters ask for. */
export async function readHeld(sql: Sql, filters: Filters, cubes: AreaCubes): Promise<HeldRow[]> {
  const rows = await sql<HeldColumns[]>`
    with ${looks(sql, filters, cubes)}
    select area,
      coalesce(sum(look_ms) filter (where axis and not allies), 0)::float8 / 1000 as axis_s,
      coalesce(sum(look_ms) filter (where allies and not axis), 0)::float8 / 1000 as allies_s,
      coalesce(sum(look_ms) filter (where axis and allies), 0)::float8 / 1000 as contested_s
    from (
      select round_id, look, area, bool_or(team = 1) as axis, bool_or(team = 2) as allies
      from seen group by 1, 2, 3) states
    join rates using (round_id)
    group by area order by area`;
  return camelRows(rows);
}

interface LookColumns {
  readonly area: number;
  readonly time_ms: number;
  readonly look_ms: number;
  readonly team: number;
  readonly player_ids: readonly number[];
}

/** A team in an area at a look; `playerIds` are those who were in it. */
export type LookRow = CamelRow<LookColumns>;

/** Who was where in one round, look by look. */
export async function readLooks(sql: Sql, filters: Filters, cubes: AreaCubes): Promise<LookRow[]> {
  const rows = await sql<LookColumns[]>`
    with ${looks(sql, filters, cubes)}
    select area, look * look_ms as time_ms, look_ms, team, array_agg(player_id order by player_id) as player_ids
    from seen join rates using (round_id)
    group by area, look, look_ms, team order by area, look, team`;
  return camelRows(rows);
}

interface DownColumns extends KnownColumns<"combat_events", "round_id" | "time_ms"> {
  readonly map: string;
  /** Whether it is a kill of an enemy by the subject; else the subject's own death. */
  readonly is_kill: boolean;
  readonly player_id: number;
  readonly team: number;
  readonly x: number;
  readonly y: number;
  readonly z: number | null;
}

/** A kill of an enemy, where the killer stood, or a death, where the victim died. */
export type DownRow = CamelRow<DownColumns>;

/** Kills and deaths of those asked for, each where its subject was. */
export async function readDowns(sql: Sql, filters: Filters): Promise<DownRow[]> {
  const rounds = roundIdArray(sql, filters);
  const rows = await sql<DownColumns[]>`
    select e.round_id, e.time_ms, true as is_kill, e.attacker_player_id as player_id, e.attacker_team as team,
      e.attacker_x as x, e.attacker_y as y, e.attacker_z as z
    from combat_events e
    where e.round_id = any(${rounds}) and is_enemy_kill(e.event, e.relation) and e.attacker_player_id is not null
      and e.attacker_x is not null and ${eventConditions(sql, filters, "attacker")}
    union all
    select e.round_id, e.time_ms, false, e.target_player_id, e.target_team, e.target_x, e.target_y, e.target_z
    from combat_events e
    where e.round_id = any(${rounds}) and e.event = 'kill' and e.target_player_id is not null
      and e.target_x is not null and ${eventConditions(sql, filters, "target")}
    order by 1, 2, 4`;
  return camelRows(rows);
}

interface ContactColumns {
  readonly x: number;
  readonly y: number;
  readonly z: number | null;
}

/** Where the first hit of an enemy in each round landed; those asked for had a part in it. */
export async function readFirstContacts(sql: Sql, filters: Filters): Promise<ContactColumns[]> {
  return sql<ContactColumns[]>`
    select e.target_x as x, e.target_y as y, e.target_z as z
    from (select r.round_id from rounds r where r.round_id = any(${roundIdArray(sql, filters)}) offset 0) r
    cross join lateral (
      select * from combat_events e
      where e.round_id = r.round_id and e.relation = 'enemy'
        and (is_enemy_hit(e.event, e.relation, e.target_is_wounded) or is_enemy_kill(e.event, e.relation))
      order by e.event_number limit 1) e
    where e.target_x is not null
      and ((${eventConditions(sql, filters, "attacker")}) or (${eventConditions(sql, filters, "target")}))`;
}

interface DuoColumns {
  readonly area: number;
  readonly player_id: number;
  readonly mate_id: number;
  readonly team: number;
  /** Time in the area together, seconds. */
  readonly together_s: number;
  /** Kills by either of them from there, and deaths of either there, while the other was in the area too. */
  readonly kills: number;
  readonly deaths: number;
}

/** Two teammates in an area; the smaller number first. */
export type DuoRow = CamelRow<DuoColumns>;

/** Time and downs of pairs of teammates by area. `downs` are those of everybody, with the index of their area. */
export async function readAreaDuos(
  sql: Sql,
  filters: Filters,
  cubes: AreaCubes,
  downs: readonly (DownRow & { readonly area: number })[],
): Promise<DuoRow[]> {
  const rows = await sql<DuoColumns[]>`
    with ${looks(sql, filters, cubes)}, groups as (
      -- One pass over everything: of joins of looks with themselves the planner expects a handful of rows, and tries all with all.
      select round_id, look, area, team,
        array_agg(player_id) filter (where kind = 0) as ids,
        array_agg(player_id) filter (where kind = 1) as killers,
        array_agg(player_id) filter (where kind = 2) as victims
      from (
        select round_id, look, area, team, player_id, 0 as kind from seen
        union all
        select d.round_id, d.time_ms / rates.look_ms, d.area, d.team, d.player_id, case when is_kill = 1 then 1 else 2 end
        from unnest(
          ${downs.map(({ roundId }) => roundId)}::int[], ${downs.map(({ timeMs }) => timeMs)}::int[],
          ${downs.map(({ area }) => area)}::int[], ${downs.map(({ playerId }) => playerId)}::int[],
          ${downs.map(({ team }) => team)}::int[], ${downs.map(({ isKill }) => Number(isKill))}::int[]
        ) as d (round_id, time_ms, area, player_id, team, is_kill)
        join rates using (round_id)) both_kinds
      group by 1, 2, 3, 4
    ), pairs as (
      select area, team, a as player_id, b as mate_id, look_ms::float8 / 1000 as together_s, 0 as kills, 0 as deaths
      from groups join rates using (round_id) cross join unnest(ids) a cross join unnest(ids) b
      where a < b
      union all
      select area, team, least(a, b), greatest(a, b), 0, 1, 0
      from groups cross join unnest(killers) a cross join unnest(ids) b where a <> b
      union all
      select area, team, least(a, b), greatest(a, b), 0, 0, 1
      from groups cross join unnest(victims) a cross join unnest(ids) b where a <> b)
    select area, team, player_id, mate_id, sum(together_s) as together_s, sum(kills)::int as kills, sum(deaths)::int as deaths
    from pairs group by 1, 2, 3, 4 order by 1, 2, 3, 4`;
  return camelRows(rows);
}

/** Numbers areas, for queries. */
export function indexAreas(find: FindArea, names: ReadonlyMap<string, number>) {
  return (x: number, y: number, z: number | null): number | undefined => {
    const area = find(x, y, z);
    return area === undefined ? undefined : names.get(area.name);
  };
}
