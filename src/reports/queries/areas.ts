/** What happened in the named areas of a map, as the database has it: samples by cube and look, downs, first contacts. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRows, type CamelRow, type KnownColumns } from "../../db/rows.ts";
import type { FindArea } from "../../maps/areas.ts";
import { eventConditions } from "../event-conditions.ts";
import { allOf, given, roundIdArray, type Filters } from "../filters.ts";
import { personConditions, sampleSource, sampleTimes } from "../samples.ts";

/** Samples are put into areas by cubes of this side: each is where its middle is. */
const CUBE_UNITS = 32;
/** Cubes are numbered from here: no map reaches further. */
const CUBE_OFFSET = 2 ** 15;
const CUBES = 2 ** 16;

/** Who holds an area is looked at this often, or as often as a round was sampled, if that is less often. */
const LOOK_MS = 1000;

/** Finds the index of the area of a place; undefined outside all areas. */
export type IndexOf = (x: number, y: number, z: number | null) => number | undefined;

/** Samples of a player in a team and class of a round: the time of each, ms of round time, and the number of its cube. */
export interface AreaSamples {
  readonly roundId: number;
  readonly playerId: number;
  readonly team: number;
  readonly class: number;
  /** Whether the filters ask for them; else they are there for who held an area. */
  readonly isAsked: boolean;
  readonly timesMs: Float64Array;
  readonly cubes: Float64Array;
}

/** Whole numbers that are not negative, with a blank between them: far quicker than the driver's reading of arrays. */
function parseNumbers(text: string, count: number): Float64Array {
  const numbers = new Float64Array(count);
  let at = 0;
  let value = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 32) {
      numbers[at] = value;
      at += 1;
      value = 0;
    } else value = value * 10 + code - 48;
  }
  numbers[at] = value;
  return numbers;
}

/**
 * The samples of both teams in the rounds of the filters, put together by who they are of. Each is read once: of ten rounds they are a
 * hundred thousand.
 */
export async function readAreaSamples(sql: Sql, filters: Filters): Promise<AreaSamples[]> {
  const everybody = {
    ...filters,
    playerIds: [],
    team: undefined,
    side: undefined,
    classes: [],
    weapons: [],
    means: [],
  };
  const isAsked = allOf(sql, [
    personConditions(sql, filters),
    given(filters.weapons) ? sql`p.weapon = any(${[...filters.weapons]}::int[])` : undefined,
  ]);
  const cube = (axis: "x" | "y" | "z") =>
    sql`(floor(p.${sql(axis)} / ${CUBE_UNITS})::bigint + ${CUBE_OFFSET})`;
  const rows = await sql<
    {
      round_id: number;
      player_id: number;
      team: number;
      class: number;
      is_asked: boolean;
      count: number;
      times: string;
      cubes: string;
    }[]
  >`
    select p.round_id, p.player_id, p.team, p.class, ${isAsked} as is_asked, count(*)::int as count,
      array_to_string(array_agg(p.time_ms), ' ') as times,
      array_to_string(array_agg((${cube("x")} * ${CUBES} + ${cube("y")}) * ${CUBES} + ${cube("z")}), ' ') as cubes
    from ${sampleSource(sql, everybody, { who: sql`p.team in (1, 2)` })}
    group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5`;
  return rows.map(({ class: playerClass, count, cubes, is_asked, player_id, round_id, team, times }) => ({
    roundId: round_id,
    playerId: player_id,
    team,
    class: playerClass,
    isAsked: is_asked,
    timesMs: parseNumbers(times, count),
    cubes: parseNumbers(cubes, count),
  }));
}

/** Finds the area of the middle of a cube by its number, see {@link AreaSamples}; each cube is looked for once. */
export function cubeFinder(indexOf: IndexOf): (cube: number) => number | undefined {
  const known = new Map<number, number | undefined>();
  const middle = (cube: number): number => (cube - CUBE_OFFSET + 0.5) * CUBE_UNITS;
  return (cube) => {
    const found = known.get(cube);
    if (found !== undefined || known.has(cube)) return found;
    const area = indexOf(
      middle(Math.floor(cube / CUBES / CUBES)),
      middle(Math.floor(cube / CUBES) % CUBES),
      middle(cube % CUBES),
    );
    known.set(cube, area);
    return area;
  };
}

/** How long a sample of a player in a team and class stands for in a round, seconds, by {@link sampleKey}. */
export async function readSampleSeconds(sql: Sql, filters: Filters): Promise<Map<string, number>> {
  const rows = await sql<
    { round_id: number; player_id: number; team: number; class: number; sample_s: number }[]
  >`
    select round_id, player_id, team, class, sample_s from ${sampleTimes(sql, filters)}`;
  return new Map(
    rows.map((row) => [
      sampleKey({ roundId: row.round_id, playerId: row.player_id, team: row.team, class: row.class }),
      row.sample_s,
    ]),
  );
}

/** Whose samples. */
export const sampleKey = (of: Pick<AreaSamples, "class" | "playerId" | "roundId" | "team">): string =>
  `${of.roundId} ${of.playerId} ${of.team} ${of.class}`;

/** How long a look at each round stands for, ms, by round. */
export async function readLookTimes(sql: Sql, filters: Filters): Promise<Map<number, number>> {
  const rows = await sql<{ round_id: number; look_ms: number }[]>`
    select r.round_id, greatest(${LOOK_MS}::int,
      coalesce((substring(r.configuration ->> 'prox_sample_ms' from '^[1-9][0-9]{0,5}$'))::int, ${LOOK_MS}::int)) as look_ms
    from rounds r where r.round_id = any(${roundIdArray(sql, filters)}) order by r.round_id`;
  return new Map(rows.map(({ look_ms, round_id }) => [round_id, look_ms]));
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

interface ContactColumns extends KnownColumns<"rounds", "round_id"> {
  readonly x: number;
  readonly y: number;
  readonly z: number | null;
}

/** Where the first hit of an enemy in a round landed. */
export type ContactRow = CamelRow<ContactColumns>;

/** Where the first hit of an enemy in each round landed; those asked for had a part in it. */
export async function readFirstContacts(sql: Sql, filters: Filters): Promise<ContactRow[]> {
  const rows = await sql<ContactColumns[]>`
    select r.round_id, e.target_x as x, e.target_y as y, e.target_z as z
    from (select r.round_id from rounds r where r.round_id = any(${roundIdArray(sql, filters)}) offset 0) r
    cross join lateral (
      select * from combat_events e
      where e.round_id = r.round_id and e.relation = 'enemy'
        and (is_enemy_hit(e.event, e.relation, e.target_is_wounded) or is_enemy_kill(e.event, e.relation))
      order by e.event_number limit 1) e
    where e.target_x is not null
      and ((${eventConditions(sql, filters, "attacker")}) or (${eventConditions(sql, filters, "target")}))`;
  return camelRows(rows);
}

/** Numbers areas, for queries. */
export function indexAreas(find: FindArea, names: ReadonlyMap<string, number>): IndexOf {
  return (x, y, z) => {
    const area = find(x, y, z);
    return area === undefined ? undefined : names.get(area.name);
  };
}
