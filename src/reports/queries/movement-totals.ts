/** Time alive and what was done in it, life by life: what means over time and their intervals are taken from. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRow, camelRows, type CamelRow, type Columns } from "../../db/rows.ts";
import { allOf, personOf, roundIdArray } from "../filters.ts";
import type { Filters, Fragment } from "../filters.ts";
import { choosesSamples, personConditions, sampleSource, sampleTimes } from "../samples.ts";
import { ratioOfSums, scaled } from "../statistics.ts";
import type { Estimate } from "../statistics.ts";

/** Of something that lives did: its sum, the sum of its products with the lives' lengths, and of its squares. */
type Products = [sum: number, withTime: number, squares: number];

interface TotalsColumns {
  readonly players: number;
  readonly lives: number;
  readonly alive_s: number;
  /** Sum of the squares of the lives' lengths. */
  readonly alive_squares: number;
  /** Speed in units a second times time; distance in units. */
  readonly speed: Products;
  readonly distance: Products;
  readonly stationary: Products;
  readonly crouching: Products;
  readonly prone: Products;
  readonly sprinting: Products;
}

/** Sums over lives. All time is in seconds. */
export type MovementTotals = CamelRow<TotalsColumns>;

/** How a player moved: means over time, each with its interval. */
export interface Movement extends Readonly<Pick<MovementTotals, "aliveS" | "lives" | "players">> {
  readonly speedUps: Estimate;
  readonly unitsPerMinute: Estimate;
  /** Shares of the time alive. */
  readonly stationary: Estimate;
  readonly crouching: Estimate;
  readonly prone: Estimate;
  readonly sprinting: Estimate;
}

const DONE = ["speed", "distance", "stationary", "crouching", "prone", "sprinting"] as const;

/** The movement of somebody who has no life. */
export const NO_MOVEMENT: MovementTotals = {
  players: 0,
  lives: 0,
  aliveS: 0,
  aliveSquares: 0,
  speed: [0, 0, 0],
  distance: [0, 0, 0],
  stationary: [0, 0, 0],
  crouching: [0, 0, 0],
  prone: [0, 0, 0],
  sprinting: [0, 0, 0],
};

/**
 * Lives, summed up, of the chosen rounds: as they were derived when the rounds were imported, unless only some of their
 * samples are asked for. They come in a fixed order, as the last digit of a sum depends on it.
 */
function livesSource(sql: Sql, filters: Filters, who?: Fragment): Fragment {
  const life = sql`p.round_id, p.player_id, p.team, p.class, p.slot, p.life`;
  const lives = choosesSamples(filters)
    ? sql`(
        select ${life}, null::int as alive_ms, count(*) as samples, sum(p.speed_ups::float8) as speed_sum_ups,
          sum(p.distance_units::float8) as distance_units, sum(p.stationary_ms) as stationary_ms,
          count(*) filter (where p.stance = 1) as crouching_samples, count(*) filter (where p.stance = 2) as prone_samples,
          count(*) filter (where p.is_sprinting) as sprinting_samples
        from ${sampleSource(sql, filters, { who })}
        group by ${life})`
    : sql`(
        select ${life}, p.alive_ms, p.samples, p.speed_sum_ups, p.distance_units, p.stationary_ms,
          p.crouching_samples, p.prone_samples, p.sprinting_samples
        from player_lives p
        where p.round_id = any(${roundIdArray(sql, filters)}) and ${allOf(sql, [who, personConditions(sql, filters)])})`;
  return sql`(
    select *, coalesce(alive_ms / 1000.0::float8, samples * sample_s) as alive_s
    from ${lives} p join ${sampleTimes(sql, filters)} using (round_id, player_id, team, class)
    order by round_id, player_id, team, class, slot, life offset 0) p`;
}

/** The columns of {@link TotalsColumns}, and the lives that they are summed over. Other trackers do not record whole lives. */
function totalsOf(sql: Sql, asked: Filters, who?: Fragment): { columns: Fragment; lives: Fragment } {
  const filters = { ...asked, isOwn: true };
  const products = DONE.map(
    (name) =>
      sql`array[sum(${sql(name)}), sum(alive_s * ${sql(name)}), sum(${sql(name)} * ${sql(name)})]::float8[] as ${sql(name)}`,
  );
  return {
    columns: sql`count(distinct ${personOf(sql, sql`lives.player_id`)})::int as players, count(*)::int as lives, sum(alive_s)::float8 as alive_s,
      sum(alive_s * alive_s)::float8 as alive_squares, ${products.reduce((joined, one) => sql`${joined}, ${one}`)}`,
    lives: sql`(
      select round_id, class, player_id, alive_s, speed_sum_ups * sample_s as speed,
        distance_units as distance, stationary_ms / 1000.0::float8 as stationary,
        crouching_samples * sample_s as crouching, prone_samples * sample_s as prone,
        sprinting_samples * sample_s as sprinting
      from ${livesSource(sql, filters, who)}) lives`,
  };
}

/**
 * Movement of a player, or of all others.
 * @param filters of the rounds to look at; `playerIds` must be empty.
 */
export async function readMovement(
  sql: Sql,
  filters: Filters,
  playerIds: readonly number[],
  isPlayer: boolean,
): Promise<MovementTotals> {
  const who = isPlayer
    ? sql`p.player_id = any(${[...playerIds]}::int[])`
    : sql`p.player_id <> all(${[...playerIds]}::int[])`;
  const { columns, lives } = totalsOf(sql, filters, who);
  const rows = await sql<TotalsColumns[]>`select ${columns} from ${lives} having count(*) > 0`;
  return camelRows(rows)[0] ?? NO_MOVEMENT;
}

/** Movement of everybody whom the filters choose, by person. */
export async function readMovementOfAll(sql: Sql, filters: Filters): Promise<Map<number, MovementTotals>> {
  const { columns, lives } = totalsOf(sql, filters);
  const rows = await sql<(TotalsColumns & { person_id: number })[]>`
    select coalesce(alias.person_id, lives.player_id) as person_id, ${columns}
    from ${lives} left join player_aliases alias on alias.player_id = lives.player_id group by 1`;
  return new Map(rows.map(({ person_id: person, ...totals }) => [person, camelRow<TotalsColumns>(totals)]));
}

/** Movement of a person in a round. */
export type RoundMovement = CamelRow<
  TotalsColumns & { readonly round_id: number; readonly person_id: number }
>;

/** Movement of everybody whom the filters choose, round by round. */
export async function readMovementOfRounds(sql: Sql, filters: Filters): Promise<RoundMovement[]> {
  const { columns, lives } = totalsOf(sql, filters);
  const rows = await sql<(TotalsColumns & { round_id: number; person_id: number })[]>`
    select lives.round_id, coalesce(alias.person_id, lives.player_id) as person_id, ${columns}
    from ${lives} left join player_aliases alias on alias.player_id = lives.player_id group by 1, 2`;
  return camelRows(rows);
}

/** The movement of parts together. */
export function sumMovement(
  parts: readonly (MovementTotals & { readonly personId: number })[],
): MovementTotals {
  const add = (of: (part: MovementTotals) => number): number =>
    parts.reduce((sum, part) => sum + of(part), 0);
  const products = (name: (typeof DONE)[number]): Products => [
    add((part) => part[name][0]),
    add((part) => part[name][1]),
    add((part) => part[name][2]),
  ];
  return {
    players: new Set(parts.map(({ personId }) => personId)).size,
    lives: add(({ lives }) => lives),
    aliveS: add(({ aliveS }) => aliveS),
    aliveSquares: add(({ aliveSquares }) => aliveSquares),
    speed: products("speed"),
    distance: products("distance"),
    stationary: products("stationary"),
    crouching: products("crouching"),
    prone: products("prone"),
    sprinting: products("sprinting"),
  };
}

type ClassColumns = TotalsColumns & Columns<"player_lives", "class">;

/** Movement by class, in the order of the engine's numbers. */
export async function readClassMovement(sql: Sql, filters: Filters): Promise<CamelRow<ClassColumns>[]> {
  const { columns, lives } = totalsOf(sql, filters);
  const rows = await sql<ClassColumns[]>`
    select class, ${columns} from ${lives} group by class order by class`;
  return camelRows(rows);
}

/** Means over time with their intervals; one life is one cluster. */
export function movementOf(totals: MovementTotals): Movement {
  const over = ([y, xy, yy]: Products, kind: "mean" | "share"): Estimate =>
    ratioOfSums(
      { clusters: totals.lives, x: totals.aliveS, xx: totals.aliveSquares, y, xy, yy },
      "lives",
      kind,
    );
  return {
    players: totals.players,
    lives: totals.lives,
    aliveS: totals.aliveS,
    speedUps: over(totals.speed, "mean"),
    unitsPerMinute: scaled(over(totals.distance, "mean"), 60),
    stationary: over(totals.stationary, "share"),
    crouching: over(totals.crouching, "share"),
    prone: over(totals.prone, "share"),
    sprinting: over(totals.sprinting, "share"),
  };
}
