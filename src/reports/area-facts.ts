/**
 * What happened in the named areas of a map in each round, by itself: sums of it are what the report tells, and a site keeps it for
 * rounds that do not change.
 */
import type { Sql } from "../db/driver/connect.ts";
import { areaFinder, type MapArea } from "../maps/areas.ts";
import type { Filters } from "./filters.ts";
import { roundConditions } from "./filters.ts";
import {
  type AreaSamples,
  cubeFinder,
  type DownRow,
  indexAreas,
  type IndexOf,
  readAreaSamples,
  readDowns,
  readFirstContacts,
  readLookTimes,
  readSampleSeconds,
  sampleKey,
} from "./queries/areas.ts";

/**
 * What happened in areas in one round; areas by their index, null outside all of them. Rows are tuples: a site keeps those of a thousand
 * rounds as JSON.
 */
export interface AreaFacts {
  /** Time alive of those asked for, whole nanoseconds: sums of them are the same in whatever order they are added. */
  readonly presence: readonly (readonly [area: number | null, playerId: number, team: number, ns: number])[];
  /** Kills of enemies from there, and deaths there, of those asked for. */
  readonly downs: readonly {
    readonly area: number | null;
    readonly playerId: number;
    readonly team: number;
    readonly kills: number;
    readonly deaths: number;
  }[];
  /** Where the first hit of an enemy landed, if those asked for had a part in it: none or one. */
  readonly contacts: readonly (number | null)[];
  /** Time with living players of one team alone, and of both. */
  readonly held: readonly {
    readonly area: number;
    readonly axisMs: number;
    readonly alliesMs: number;
    readonly contestedMs: number;
  }[];
  /** Two teammates, the smaller number first: time together, and kills from there and deaths there of either beside the other. */
  readonly duos: readonly (readonly [
    area: number,
    team: number,
    playerId: number,
    mateId: number,
    togetherMs: number,
    kills: number,
    deaths: number,
  ])[];
}

/** A team in an area at a look at a round; `playerIds` are those who were in it. */
export interface AreaLook {
  readonly area: number;
  readonly timeMs: number;
  readonly lookMs: number;
  readonly team: number;
  readonly playerIds: readonly number[];
}

/** So many rounds are read at once: their samples are in memory. */
const ROUNDS_AT_ONCE = 25;

/** To the nearest whole number, halves to the even one, as PostgreSQL rounds. */
function roundEven(value: number): number {
  const whole = Math.round(value);
  return whole - value === 0.5 && whole % 2 !== 0 ? whole - 1 : whole;
}

interface Branch<Sum> {
  readonly branches: Map<number, Branch<Sum>>;
  sum?: Sum;
}

/** Sums by keys of several numbers, in the order in which they were first seen. */
class Sums<Sum> {
  readonly #root: Branch<Sum> = { branches: new Map() };
  readonly #make: (key: readonly number[]) => Sum;
  readonly all: Sum[] = [];

  /** @param make begins a sum. */
  constructor(make: (key: readonly number[]) => Sum) {
    this.#make = make;
  }

  at(...key: readonly number[]): Sum {
    let branch = this.#root;
    for (const part of key) {
      let next = branch.branches.get(part);
      if (next === undefined) branch.branches.set(part, (next = { branches: new Map() }));
      branch = next;
    }
    if (branch.sum === undefined) this.all.push((branch.sum = this.#make(key)));
    return branch.sum;
  }
}

/** Players of each team in an area. */
type TeamsInArea = readonly [axis: number[], allies: number[]];

/** Who of both teams was in which area at each look of a round. */
class Looks {
  readonly #seen = new Map<number, Map<number, TeamsInArea>>();

  /** Of a look by its number, and an area. */
  at(look: number, area: number): TeamsInArea | undefined {
    return this.#seen.get(look)?.get(area);
  }

  add(look: number, area: number, team: number, playerId: number): void {
    const areas = this.#seen.get(look) ?? new Map<number, TeamsInArea>();
    this.#seen.set(look, areas);
    const teams = areas.get(area) ?? [[], []];
    areas.set(area, teams);
    const ids = teams[team === 1 ? 0 : 1];
    if (!ids.includes(playerId)) ids.push(playerId);
  }

  *all(): Generator<readonly [look: number, area: number, teams: TeamsInArea]> {
    for (const [look, areas] of this.#seen) for (const [area, teams] of areas) yield [look, area, teams];
  }
}

/** Adds samples to the looks of their round, and says how many of them are in which area. */
function placeSamples(
  { cubes, playerId, team, timesMs }: AreaSamples,
  areaOf: (cube: number) => number | undefined,
  looks: Looks,
  lookMs: number,
): Map<number | null, number> {
  const counts = new Map<number | null, number>();
  for (const [index, cube] of cubes.entries()) {
    const area = areaOf(cube);
    counts.set(area ?? null, (counts.get(area ?? null) ?? 0) + 1);
    if (area !== undefined) looks.add(Math.floor((timesMs[index] ?? 0) / lookMs), area, team, playerId);
  }
  return counts;
}

type Held = AreaFacts["held"][number];

/** How long a round's areas were held, and what pairs did in them. */
function sumLooks(
  looks: Looks,
  lookMs: number,
  downs: readonly DownRow[],
  indexOf: IndexOf,
): Pick<AreaFacts, "duos" | "held"> {
  const held = new Sums(([area = 0]): { -readonly [Key in keyof Held]: Held[Key] } => ({
    ...{ area, axisMs: 0, alliesMs: 0, contestedMs: 0 },
  }));
  const duos = new Sums(([area = 0, team = 0, playerId = 0, mateId = 0]) => ({
    ...{ area, team, playerId, mateId, togetherMs: 0, kills: 0, deaths: 0 },
  }));
  const duoOf = (area: number, team: number, one: number, other: number) =>
    duos.at(area, team, Math.min(one, other), Math.max(one, other));
  for (const [, area, teams] of looks.all()) {
    const [axis, allies] = teams;
    const sum = held.at(area);
    if (allies.length === 0) sum.axisMs += lookMs;
    else if (axis.length === 0) sum.alliesMs += lookMs;
    else sum.contestedMs += lookMs;
    for (const [index, ids] of teams.entries())
      for (const [at, id] of ids.entries())
        for (const mate of ids.slice(at + 1)) duoOf(area, index + 1, id, mate).togetherMs += lookMs;
  }
  for (const { isKill, playerId, team, timeMs, x, y, z } of downs) {
    const area = indexOf(x, y, z);
    if (area === undefined || (team !== 1 && team !== 2)) continue;
    for (const mate of looks.at(Math.floor(timeMs / lookMs), area)?.[team - 1] ?? [])
      if (mate !== playerId) duoOf(area, team, playerId, mate)[isKill ? "kills" : "deaths"] += 1;
  }
  return {
    held: held.all,
    duos: duos.all.map((duo) => [
      ...([duo.area, duo.team, duo.playerId, duo.mateId] as const),
      ...([duo.togetherMs, duo.kills, duo.deaths] as const),
    ]),
  };
}

function byRound<Row extends { readonly roundId: number }>(rows: readonly Row[]): Map<number, Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.roundId);
    if (group === undefined) groups.set(row.roundId, [row]);
    else group.push(row);
  }
  return groups;
}

/**
 * Reads what happened in each round of the filters, by its id.
 * @param ofAll the same part of the same rounds, of everybody: holding and pairs.
 * @param onLooks gets the looks at each round, in the order of area, time and team.
 */
export async function readAreaFacts(
  sql: Sql,
  { filters, ofAll }: { readonly filters: Filters; readonly ofAll: Filters },
  indexOf: IndexOf,
  onLooks?: (looks: readonly AreaLook[]) => unknown,
): Promise<Map<number, AreaFacts>> {
  const facts = new Map<number, AreaFacts>();
  const areaOf = cubeFinder(indexOf);
  const rounds = await sql<{ round_id: number }[]>`
    select r.round_id from rounds r where ${roundConditions(sql, filters)} order by r.round_id`;
  for (let first = 0; first < rounds.length; first += ROUNDS_AT_ONCE) {
    const roundIds = rounds.slice(first, first + ROUNDS_AT_ONCE).map((row) => row.round_id);
    const [asked, everybody] = [
      { ...filters, roundIds },
      { ...ofAll, roundIds },
    ];
    const [samples, seconds, lookTimes, downs, allDowns, contacts] = await Promise.all([
      readAreaSamples(sql, asked),
      readSampleSeconds(sql, asked),
      readLookTimes(sql, asked),
      readDowns(sql, asked),
      readDowns(sql, everybody),
      readFirstContacts(sql, asked),
    ]);
    const [samplesOf, downsOf, allDownsOf, contactsOf] = [
      byRound(samples),
      byRound(downs),
      byRound(allDowns),
      byRound(contacts),
    ];
    for (const [roundId, lookMs] of lookTimes) {
      const looks = new Looks();
      const presence = new Sums(([playerId = 0, team = 0, area = 0]) => ({
        ...{ area: area === -1 ? null : area, playerId, team, ns: 0 },
      }));
      for (const group of samplesOf.get(roundId) ?? []) {
        const counts = placeSamples(group, areaOf, looks, lookMs);
        const sampleS = seconds.get(sampleKey(group));
        if (!group.isAsked || sampleS === undefined) continue;
        for (const [area, count] of counts)
          presence.at(group.playerId, group.team, area ?? -1).ns += roundEven(count * sampleS * 1e9);
      }
      const tallies = new Sums(([playerId = 0, team = 0, area = 0]) => ({
        ...{ area: area === -1 ? null : area, playerId, team, kills: 0, deaths: 0 },
      }));
      for (const { isKill, playerId, team, x, y, z } of downsOf.get(roundId) ?? [])
        tallies.at(playerId, team, indexOf(x, y, z) ?? -1)[isKill ? "kills" : "deaths"] += 1;
      facts.set(roundId, {
        presence: presence.all.map(({ area, ns, playerId, team }) => [area, playerId, team, ns]),
        downs: tallies.all,
        contacts: (contactsOf.get(roundId) ?? []).map(({ x, y, z }) => indexOf(x, y, z) ?? null),
        ...sumLooks(looks, lookMs, allDownsOf.get(roundId) ?? [], indexOf),
      });
      onLooks?.(listLooks(looks, lookMs));
    }
  }
  return facts;
}

function listLooks(looks: Looks, lookMs: number): AreaLook[] {
  return [...looks.all()]
    .flatMap(([look, area, teams]) =>
      teams.flatMap((ids, index) => {
        const playerIds = ids.toSorted((a, b) => a - b);
        return ids.length === 0 ? [] : [{ area, timeMs: look * lookMs, lookMs, team: index + 1, playerIds }];
      }),
    )
    .sort((a, b) => a.area - b.area || a.timeMs - b.timeMs || a.team - b.team);
}

/** What happened in areas in each of these rounds, of everybody, by round: what `reportAreas` adds up. */
export function readAreasOfRounds(
  sql: Sql,
  roundIds: readonly number[],
  bots: Filters["bots"],
  areas: readonly MapArea[],
): Promise<Map<number, AreaFacts>> {
  const filters = { roundIds, bots };
  return readAreaFacts(sql, { filters, ofAll: filters }, numberAreas(areas).indexOf);
}

/** Those of the known rounds that the filters choose. */
export async function chooseKnown(
  sql: Sql,
  filters: Filters,
  known: ReadonlyMap<number, AreaFacts>,
): Promise<Map<number, AreaFacts>> {
  const rows = await sql<{ round_id: number }[]>`
    select r.round_id from rounds r where ${roundConditions(sql, filters)} order by r.round_id`;
  return new Map(
    rows.flatMap(({ round_id: round }) => {
      const facts = known.get(round);
      return facts === undefined ? [] : [[round, facts] as const];
    }),
  );
}

/** Areas by their names, in order, and what finds the index of one. */
export function numberAreas(areas: readonly MapArea[]): {
  readonly names: string[];
  readonly indexOf: IndexOf;
} {
  const names = areas.map(({ name }) => name);
  return {
    names,
    indexOf: indexAreas(areaFinder(areas), new Map(names.map((name, index) => [name, index]))),
  };
}
