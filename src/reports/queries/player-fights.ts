/** A player's engagements by shape, rounds, and form over time. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRows, type CamelRow, type Columns } from "../../db/rows.ts";
import { eventConditions } from "../event-conditions.ts";
import { fightWithoutBots, participantConditions, shapeConditions } from "../fight-conditions.ts";
import { personOf, roundConditions, roundIdArray } from "../filters.ts";
import type { Filters, Fragment } from "../filters.ts";

interface ShapeColumns {
  readonly own: number;
  readonly enemies: number;
  readonly fights: number;
  /** Of the fights, those that the player opened by the first hit. */
  readonly opened: number;
  readonly won: number;
  readonly lost: number;
  readonly kills: number;
  readonly deaths: number;
  readonly damage_given: number;
  readonly damage_received: number;
  readonly median_ms: number;
}

/** Fights of one shape, seen from the player: own side against the other. */
export type ShapeRow = CamelRow<ShapeColumns>;

/** What is counted of fights of one shape. */
const countShapes = (sql: Sql): Fragment => sql`
  count(*)::int as fights,
  count(*) filter (where is_opener)::int as opened,
  count(*) filter (where is_won)::int as won,
  count(*) filter (where is_lost)::int as lost,
  coalesce(sum(kills), 0)::int as kills,
  coalesce(sum(deaths), 0)::int as deaths,
  coalesce(sum(damage_given), 0)::int as damage_given,
  coalesce(sum(damage_received), 0)::int as damage_received`;

/** How the player's fights ended, by shape: those with most fights first. */
export async function readShapes(
  sql: Sql,
  playerIds: readonly number[],
  filters: Filters,
): Promise<ShapeRow[]> {
  const own = sql`p.player_id = any(${[...playerIds]}::int[])`;
  const rows = await sql<ShapeColumns[]>`
    select own, enemies, ${countShapes(sql)}, percentile_cont(0.5) within group (order by duration_ms) as median_ms
    from ${peopleOfFights(sql, filters, own)}
    group by own, enemies order by fights desc, own, enemies`;
  return camelRows(rows);
}

/** Fights of one shape of a person in a round, and how long each lasted, ms, the shortest first. */
export type RoundShape = Omit<ShapeRow, "medianMs"> & {
  readonly roundId: number;
  readonly personId: number;
  readonly durationsMs: readonly number[];
};

/** How the fights of everybody whom the filters choose ended, by round, person and shape, in this order. */
export async function readShapesOfRounds(sql: Sql, filters: Filters): Promise<RoundShape[]> {
  const rows = await sql<
    (Omit<ShapeColumns, "median_ms"> & { round_id: number; person_id: number; durations_ms: number[] })[]
  >`
    select round_id, person_id, own, enemies, ${countShapes(sql)}, array_agg(duration_ms order by duration_ms) as durations_ms
    from ${peopleOfFights(sql, filters)}
    group by round_id, person_id, own, enemies order by round_id, person_id, own, enemies`;
  return camelRows(rows);
}

/** The middle of numbers, as `percentile_cont(0.5)` of PostgreSQL has it. */
function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const [low = 0, high = 0] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return low + (high - low) * (middle - Math.floor(middle));
}

/** Fights of a person in several rounds together, as {@link readShapes} has them. */
export function sumShapes(rows: readonly RoundShape[]): ShapeRow[] {
  const sums = new Map<string, { -readonly [Key in keyof ShapeRow]: ShapeRow[Key] }>();
  const durations = new Map<string, number[]>();
  for (const row of rows) {
    const { durationsMs, enemies, own } = row;
    const key = `${own} ${enemies}`;
    const sum = sums.get(key) ?? { ...NO_FIGHTS, own, enemies };
    for (const one of SUMMED) sum[one] += row[one];
    sums.set(key, sum);
    const all = durations.get(key);
    if (all === undefined) durations.set(key, [...durationsMs]);
    else for (const durationMs of durationsMs) all.push(durationMs);
  }
  return [...sums]
    .map(([key, sum]) => ({ ...sum, medianMs: medianOf(durations.get(key) ?? []) }))
    .sort((a, b) => b.fights - a.fights || a.own - b.own || a.enemies - b.enemies);
}

const SUMMED = [
  "fights",
  "opened",
  "won",
  "lost",
  "kills",
  "deaths",
  "damageGiven",
  "damageReceived",
] as const satisfies readonly (keyof ShapeRow)[];

const NO_FIGHTS: Omit<ShapeRow, "enemies" | "own"> = {
  fights: 0,
  opened: 0,
  won: 0,
  lost: 0,
  kills: 0,
  deaths: 0,
  damageGiven: 0,
  damageReceived: 0,
  medianMs: 0,
};

interface ResultColumns {
  readonly person_id: number;
  readonly fights: number;
  readonly won: number;
  readonly lost: number;
}

/** How the fights of a person ended. */
export type FightResults = CamelRow<ResultColumns>;

/** How fights ended for everybody whom the filters choose: a row for each person. */
export async function readFightResults(sql: Sql, filters: Filters): Promise<FightResults[]> {
  const rows = await sql<ResultColumns[]>`
    select person_id, ${countResults(sql)} from ${peopleOfFights(sql, filters)} group by person_id`;
  return camelRows(rows);
}

/** How the fights of a person in a round ended. */
export type RoundResults = FightResults & { readonly roundId: number };

/** How fights ended for everybody whom the filters choose, round by round. */
export async function readResultsOfRounds(sql: Sql, filters: Filters): Promise<RoundResults[]> {
  const rows = await sql<(ResultColumns & { round_id: number })[]>`
    select round_id, person_id, ${countResults(sql)} from ${peopleOfFights(sql, filters)} group by round_id, person_id`;
  return camelRows(rows);
}

const countResults = (sql: Sql): Fragment => sql`
  count(*)::int as fights, count(*) filter (where is_won)::int as won, count(*) filter (where is_lost)::int as lost`;

/**
 * Each fight of each person whom the filters choose.
 * @param who a condition on the participants `p`, where not everybody is meant.
 */
const peopleOfFights = (sql: Sql, filters: Filters, who: Fragment = sql`true`): Fragment => sql`(
      -- A player who came back in another slot took part once.
      select g.round_id, coalesce(alias.person_id, p.player_id) as person_id,
        own_players(p.side, g.attackers, g.defenders) as own,
        enemy_players(p.side, g.attackers, g.defenders) as enemies,
        ${personOf(sql, sql`g.player_id`)} = coalesce(alias.person_id, p.player_id) as is_opener,
        g.winner_team = p.team as is_won, g.winner_team <> p.team as is_lost,
        g.time_ms - g.start_ms as duration_ms,
        sum(p.kills) as kills, sum(p.deaths) as deaths,
        sum(p.damage_given) as damage_given, sum(p.damage_received) as damage_received
      from engagement_participants p
      join engagement_analysis g using (round_id, engagement)
      left join player_aliases alias on alias.player_id = p.player_id
      -- The rounds are said of both: else all fights before the rounds would be read.
      where ${who} and p.round_id = any(${roundIdArray(sql, filters)}) and g.round_id = any(${roundIdArray(sql, filters)})
        and ${shapeConditions(sql, filters, sql`p.side`)} and ${participantConditions(sql, filters, sql`p`)}
        and ${fightWithoutBots(sql, filters)}
      group by 2, g.round_id, g.engagement, p.side, p.team, g.player_id, g.winner_team,
        g.attackers, g.defenders, g.time_ms, g.start_ms) fights`;

interface FormColumns extends Columns<"rounds", "round_id" | "map" | "started_at"> {
  readonly kills: number;
  readonly deaths: number;
  /** Whether the team for which they played last won; null where nobody did. */
  readonly is_won: boolean | null;
}

/** One round of a player. */
export type FormRow = CamelRow<FormColumns>;

/** Kills of enemies and deaths, by whomever, of a player, and whether they won, round by round, the earliest first. */
export async function readForm(sql: Sql, playerIds: readonly number[], filters: Filters): Promise<FormRow[]> {
  const rows = await sql<FormColumns[]>`
    select r.round_id, r.map, r.started_at, k.kills, d.deaths, r.winner_team = t.team as is_won
    from rounds r
    cross join lateral (
      select count(*)::int as kills from combat_events e
      where e.attacker_player_id = any(${[...playerIds]}::int[]) and e.round_id = r.round_id
        and is_enemy_kill(e.event, e.relation) and ${eventConditions(sql, filters, "attacker")}) k
    cross join lateral (
      select count(*)::int as deaths from combat_events e
      where e.target_player_id = any(${[...playerIds]}::int[]) and e.round_id = r.round_id and e.event = 'kill'
        and ${eventConditions(sql, filters, "target")}) d
    cross join lateral (
      select (array_agg(s.team order by s.from_ms desc))[1] as team from round_players s
      where s.player_id = any(${[...playerIds]}::int[]) and s.round_id = r.round_id and s.team in (1, 2)) t
    where ${roundConditions(sql, filters)}
    order by r.started_at, r.round_id`;
  return camelRows(rows);
}

type PlayedColumns = Columns<"rounds", "round_id" | "map" | "started_at">;

/** A round that a player played. */
export type PlayerRound = CamelRow<PlayedColumns>;

/** The rounds, among those of the filters, in which a player played for a team, the latest first. */
export async function readPlayerRounds(
  sql: Sql,
  playerIds: readonly number[],
  filters: Filters,
): Promise<PlayerRound[]> {
  const rows = await sql<PlayedColumns[]>`
    select r.round_id, r.map, r.started_at from rounds r
    where ${roundConditions(sql, filters)} and r.round_id in (
      select s.round_id from round_players s where s.player_id = any(${[...playerIds]}::int[]) and s.team in (1, 2))
    order by r.started_at desc`;
  return camelRows(rows);
}

/** All names of a player, the latest first. */
export async function readNames(sql: Sql, playerIds: readonly number[]): Promise<string[]> {
  const rows = await sql<Columns<"round_players", "name">[]>`
    select s.name from round_players s join rounds r using (round_id)
    where s.player_id = any(${[...playerIds]}::int[]) and r.excluded_at is null group by s.name order by max(r.started_at) desc, s.name`;
  return rows.map(({ name }) => name);
}
