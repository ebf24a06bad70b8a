/** What all pages of a site are made of: rounds, sessions, scores and people, and how it is known that one has changed. */
import { createHash } from "node:crypto";

import type { Sql } from "../db/driver/connect.ts";
import { inTransaction } from "../db/driver/transaction.ts";
import { storedRounds } from "../export/rounds.ts";
import { exportTables } from "../export/tables.ts";
import { packageVersion } from "../package-root.ts";
import type { MapArea } from "../maps/areas.ts";
import { type AreaFacts, readAreasOfRounds } from "../reports/area-facts.ts";
import type { Clan } from "../reports/clans.ts";
import { clansOfPeople } from "../reports/find-clans.ts";
import type { Filters } from "../reports/filters.ts";
import { listAreas } from "../reports/queries/map-areas.ts";
import { nameBiggestFights } from "../reports/queries/engagements.ts";
import { listPeople, type Person } from "../reports/queries/seen-people.ts";
import { readScores, type ScoreRow } from "../reports/queries/round.ts";
import type { Roster } from "../reports/roster.ts";
import { listRounds, type RoundRow } from "../reports/rounds.ts";
import { listSessions, type Session } from "../reports/sessions.ts";
import { readRoundTotals, type RoundTotals } from "../reports/totals-reader.ts";
import { forEachAtOnce } from "../work-pool.ts";
import type { RoundCache, RoundFacts } from "./round-cache.ts";
import type { SiteSettings } from "./site-settings.ts";
import type { Slugs } from "./slugs.ts";

/**
 * Tables by which a change of a round is not looked for, the big ones: import, derivation and rules write their rows with the row in
 * `rounds`, of which the transaction is known. Counting them would read most of the database.
 */
const FOLLOWING_ROUNDS = new Set([
  "combat_counts",
  "combat_events",
  "downs",
  "engagement_analysis",
  "engagement_participants",
  "last_stands",
  "life_results",
  "moving_pairs",
  "objective_events",
  "objective_phases",
  "objectives",
  "player_engagement_stats",
  "player_lives",
  "player_movement",
  "player_positions",
  "proximity_events",
  "proximity_heatmap",
  "teammate_distances",
  "teammate_synergy",
  "team_moves",
  "team_shapes",
  "trade_chances",
  "trade_counts",
]);
/** What is read of a round; another one when that is more than before. */
const FACTS = 5;
/** So many rounds are read at once: one for each connection at work. */
const ROUNDS_AT_ONCE = 25;
const READS_AT_ONCE = 2;

/** A round of the site. */
export interface SiteRound extends RoundRow {
  readonly session: string;
  readonly scores: readonly ScoreRow[];
  /** Another one when something of the round, or a name of one who played in it, has changed. */
  readonly stamp: string;
}

/** A session of the site, with those of its rounds that have pages, the earliest first. */
export interface SiteSession extends Session {
  readonly rounds: readonly SiteRound[];
}

/** What all pages are made of. */
export interface SiteData {
  /** The latest first. */
  readonly rounds: readonly SiteRound[];
  /** The latest first; none without a round that has a page. */
  readonly sessions: readonly SiteSession[];
  readonly people: ReadonlyMap<number, Person>;
  /** Of those who have a page. */
  readonly slugs: ReadonlyMap<number, Slugs>;
  /** Clans, those with most members first. */
  readonly clans: readonly Clan[];
  /** What is counted of everybody in each round, by its id. */
  readonly totals: ReadonlyMap<number, RoundTotals>;
  /** What happened in named areas in each round whose map has some, by its id. */
  readonly areas: ReadonlyMap<number, AreaFacts>;
  /** Of each stored round, by its id: another one when something of it, of its people or of its map's areas has changed. */
  readonly stamps: ReadonlyMap<number, string>;
  /** Ids of the biggest fights of each round, as `engagementId` makes them. */
  readonly fights: ReadonlySet<string>;
}

/** A short hash of parts. */
export function stampOf(...parts: readonly (string | number | boolean | null | undefined)[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 24);
}

/** Of each round, by its id: what changes when a row of it was written, or when one of its players is somebody else or called otherwise, or an area of its map. */
async function readStamps(sql: Sql): Promise<Map<number, string>> {
  return inTransaction(
    sql,
    async (transaction) => {
      const tables = await exportTables(transaction);
      const looked = tables.filter(({ name }) => !FOLLOWING_ROUNDS.has(name));
      const stored = await storedRounds(transaction, looked, undefined);
      const others = await transaction<
        { id: number; writer: string; people: string | null; areas: string | null }[]
      >`
        select r.round_id as id, r.xmin::text as writer, people, areas
        from rounds r left join (
          select round_id, md5(string_agg(concat_ws(' ', player_id, person_id, is_bot, is_hidden, is_renamed, name), e'\n'
            order by player_id)) as people
          from (select distinct round_id, player_id from round_players) played join people using (player_id)
          group by round_id) named using (round_id)
        left join (
          select map, md5(string_agg(concat_ws(' ', name, outline_units, spots_units, min_z_units, max_z_units), e'\n' order by name)) as areas
          from map_areas group by map) areas on areas.map = lower(r.map)`;
      const other = new Map(others.map((row) => [row.id, row]));
      const about = (row: (typeof others)[number] | undefined) => [row?.writer, row?.people, row?.areas];
      return new Map(stored.map(({ id, stamp }) => [id, stampOf(stamp, ...about(other.get(id)))]));
    },
    "isolation level repeatable read read only",
  );
}

/** The named areas of all maps, by the map in lower case. */
async function readAreasByMap(sql: Sql): Promise<Map<string, MapArea[]>> {
  const maps = new Map<string, MapArea[]>();
  for (const { area, map } of await listAreas(sql)) maps.set(map, [...(maps.get(map) ?? []), area]);
  return maps;
}

/** What happened in the areas of these rounds, those of a map together. */
async function readAreasOfPart(
  sql: Sql,
  part: readonly (readonly [row: RoundRow, stamp: string])[],
  bots: Filters["bots"],
  areasOf: ReadonlyMap<string, readonly MapArea[]>,
): Promise<Map<number, AreaFacts>> {
  const byMap = new Map<string, number[]>();
  for (const [{ map, roundId }] of part) byMap.set(map, [...(byMap.get(map) ?? []), roundId]);
  const facts = new Map<number, AreaFacts>();
  for (const [map, roundIds] of byMap) {
    const areas = areasOf.get(map.toLowerCase());
    if (areas === undefined) continue;
    for (const [roundId, one] of await readAreasOfRounds(sql, roundIds, bots, areas)) facts.set(roundId, one);
  }
  return facts;
}

/** Reads what is not known yet of rounds. */
async function readFacts(
  sql: Sql,
  rows: readonly RoundRow[],
  stamps: ReadonlyMap<number, string>,
  { bots, fights }: Pick<SiteSettings, "bots" | "fights">,
  cache: RoundCache,
): Promise<Map<number, RoundFacts>> {
  const facts = new Map<number, RoundFacts>();
  const unknown: (readonly [row: RoundRow, stamp: string])[] = [];
  for (const row of rows) {
    const stamp = stampOf(packageVersion(), FACTS, bots, fights, stamps.get(row.roundId));
    const known = cache.get(row.roundKey, stamp);
    if (known === undefined) unknown.push([row, stamp]);
    else facts.set(row.roundId, known);
  }
  const areasOf = unknown.length === 0 ? new Map<string, MapArea[]>() : await readAreasByMap(sql);
  const parts = Array.from({ length: Math.ceil(unknown.length / ROUNDS_AT_ONCE) }, (_, part) =>
    unknown.slice(part * ROUNDS_AT_ONCE, (part + 1) * ROUNDS_AT_ONCE),
  );
  await forEachAtOnce(parts, READS_AT_ONCE, async (part) => {
    const roundIds = part.map(([{ roundId }]) => roundId);
    const filters = { bots: bots ? "with" : "without", roundIds } as const;
    const [areas, scores, totals, biggest] = await Promise.all([
      readAreasOfPart(sql, part, filters.bots, areasOf),
      readScores(sql, roundIds, filters),
      readRoundTotals(sql, roundIds, filters.bots),
      nameBiggestFights(sql, filters, fights),
    ]);
    const scoresOf = new Map<number, ScoreRow[]>(roundIds.map((id) => [id, []]));
    for (const row of scores) scoresOf.get(row.roundId)?.push(row);
    const fightsOf = new Map<string, number[]>(part.map(([{ roundKey }]) => [roundKey, []]));
    for (const { engagement, roundKey } of biggest) fightsOf.get(roundKey)?.push(engagement);
    for (const [{ roundId, roundKey }, stamp] of part) {
      const read: RoundFacts = {
        scores: scoresOf.get(roundId) ?? [],
        totals: totals.get(roundId) ?? {
          combat: [],
          movement: [],
          lives: [],
          results: [],
          pairs: [],
          kills: [],
          shapes: [],
        },
        fights: fightsOf.get(roundKey) ?? [],
        areas: areas.get(roundId) ?? null,
      };
      cache.set(roundKey, stamp, read);
      facts.set(roundId, read);
    }
  });
  return facts;
}

/**
 * Reads it all.
 * @param cache knows rounds that earlier builds have read.
 * @param claim gives slugs to people.
 */
export async function readSiteData(
  sql: Sql,
  settings: Pick<SiteSettings, "bots" | "fights">,
  cache: RoundCache,
  claim: (people: readonly Person[]) => ReadonlyMap<number, Slugs>,
  roster: Roster = new Map(),
): Promise<SiteData> {
  const { bots } = settings;
  const filters = { bots: bots ? "with" : "without" } as const;
  const [rows, sessions, everybody, stamps] = await Promise.all([
    listRounds(sql, filters, 1_000_000),
    listSessions(sql),
    listPeople(sql),
    readStamps(sql),
  ]);
  const facts = await readFacts(sql, rows, stamps, settings, cache);
  const played = everybody.filter(({ isBot }) => bots || !isBot);
  const slugs = claim(played);
  const sessionOf = new Map(sessions.flatMap(({ id, roundIds }) => roundIds.map((round) => [round, id])));
  const rounds = rows.map((row): SiteRound => {
    const own = facts.get(row.roundId)?.scores ?? [];
    const names = own.flatMap(({ name, playerId }) => [playerId, name, slugs.get(playerId)?.current ?? ""]);
    return {
      ...row,
      session: sessionOf.get(row.roundId) ?? "",
      scores: own,
      stamp: stampOf(stamps.get(row.roundId), sessionOf.get(row.roundId), ...names),
    };
  });
  const roundsOf = new Map<number, number>();
  for (const { scores } of rounds)
    for (const { playerId } of scores) roundsOf.set(playerId, (roundsOf.get(playerId) ?? 0) + 1);
  const roundOf = new Map(rounds.map((round) => [round.roundId, round]));
  return {
    rounds,
    sessions: sessions
      .map((session) => ({ ...session, rounds: session.roundIds.flatMap((id) => roundOf.get(id) ?? []) }))
      .filter((session) => session.rounds.length > 0),
    people: new Map(played.map((person) => [person.playerId, person])),
    slugs,
    clans: clansOfPeople(played, (id) => roundsOf.get(id) ?? 0, roster),
    totals: new Map([...facts].map(([id, { totals }]) => [id, totals])),
    stamps,
    areas: new Map([...facts].flatMap(([id, { areas }]) => (areas === null ? [] : [[id, areas] as const]))),
    fights: new Set(
      rows.flatMap(({ roundId, roundKey }) =>
        (facts.get(roundId)?.fights ?? []).map((engagement) => `${roundKey}#${engagement}`),
      ),
    ),
  };
}
