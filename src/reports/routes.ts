/** Routes: the ways that players take from their spawn to the first contact with an enemy, and what comes of them. */
import { counted } from "../counts.ts";
import type { Sql } from "../db/driver/connect.ts";
import { TEAM_NAMES } from "../engine/players.ts";
import { areaFinder, type MapArea } from "../maps/areas.ts";
import { safeText } from "../names.ts";
import { compassDirection } from "./compass.ts";
import { describeBots, describeSample, nothingFound, onlyMap } from "./describe.ts";
import { type FilterRequest, resolveFilters } from "./filter-request.ts";
import { tellMixedRules } from "./mixed-rules.ts";
import { readAreas } from "./queries/map-areas.ts";
import { readSample, type Sample } from "./queries/sample.ts";
import { chooseWays, readWays, type RoundWays, type Way } from "./queries/ways.ts";
import { quantile, type Rate, wilson } from "./statistics.ts";
import { CONTACT_MS } from "./way-lives.ts";
import { CUT_UNITS, findRoutes, type Place3, placesOf } from "./ways.ts";

/** A route has at least so many ways, and at least this share of its team's; a team has at most so many routes. */
const LEAST_WAYS = 5;
const LEAST_SHARE = 0.05;
const MOST_ROUTES = 6;
/** A route that ends nearer than this to where it begins has no direction. */
const NEAR_SPAWN_UNITS = 256;
/** A longer name tells where the route begins, and where it ends. */
const MOST_AREAS = 4;

/** The middle half of numbers. */
export interface Quartiles {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

/** What came of ways. Rates and means are over ways; a fight without winner is not decided. */
export interface WaysResult {
  readonly ways: number;
  /** Of all ways of the team. */
  readonly share: Rate;
  /** From spawn to contact, seconds. */
  readonly timeS: Quartiles;
  readonly lengthUnits: Quartiles;
  /** Contacts that were a hit of their own. */
  readonly hitFirst: Rate;
  /** They downed an enemy within 10 s, before they fell; and they fell before they downed one. */
  readonly downed: number;
  readonly fell: number;
  /** Of these two, how often they downed one first. */
  readonly downs: Rate;
  /** Decided fights of the contact that their team won. */
  readonly won: Rate;
  /** Effective damage to and by enemies within 10 s, on average. */
  readonly damageGiven: number;
  readonly damageTaken: number;
  /** Ways after which they made a gain at an objective in that life; of rounds that record objectives. */
  readonly gained: Rate;
}

/** A route. */
export interface Route extends WaysResult {
  /** 1 for the route with most ways of its team. */
  readonly number: number;
  readonly team: number;
  /** The areas that it crosses; without areas the direction in which it goes. */
  readonly name: string;
  readonly areas: readonly string[];
  /** Its middle way, from the spawn to the contact, units. */
  readonly path: readonly Place3[];
}

/** The routes of a team. */
export interface TeamRoutes {
  readonly team: number;
  readonly ways: number;
  /** Lives that ended without contact. */
  readonly withoutContact: number;
  /** Most taken first. */
  readonly routes: readonly Route[];
  /** Ways of no route; null without any. */
  readonly other: WaysResult | null;
}

/** What {@link reportRoutes} tells. */
export interface RoutesReport {
  readonly map: string;
  readonly sample: Sample;
  readonly words: readonly string[];
  readonly notes: readonly string[];
  readonly teams: readonly TeamRoutes[];
}

function quartilesOf(values: readonly number[]): Quartiles {
  const sorted = values.toSorted((a, b) => a - b);
  return { low: quantile(sorted, 0.25), median: quantile(sorted, 0.5), high: quantile(sorted, 0.75) };
}

/** What came of some of the ways of a team. */
function resultOf(ways: readonly Way[], all: number): WaysResult {
  const count = (is: (way: Way) => boolean): number => ways.filter(is).length;
  const mean = (of: (way: Way) => number): number =>
    ways.reduce((sum, way) => sum + of(way), 0) / ways.length;
  const [downed, fell] = [
    count(({ result }) => result === "downed"),
    count(({ result }) => result === "fell"),
  ];
  return {
    ways: ways.length,
    share: wilson(ways.length, all),
    timeS: quartilesOf(ways.map(({ tookMs }) => tookMs / 1000)),
    lengthUnits: quartilesOf(ways.map(({ lengthUnits }) => lengthUnits)),
    hitFirst: wilson(
      count(({ isFirst }) => isFirst),
      ways.length,
    ),
    downed,
    fell,
    downs: wilson(downed, downed + fell),
    won: wilson(
      count(({ isWon }) => isWon === true),
      count(({ isWon }) => isWon !== null),
    ),
    damageGiven: mean(({ given }) => given),
    damageTaken: mean(({ taken }) => taken),
    gained: wilson(
      count(({ hasGain }) => hasGain === true),
      count(({ hasGain }) => hasGain !== null),
    ),
  };
}

/** Names of the areas on a way in the order in which it crosses them, each as often as it comes into it. */
function areasOn(path: readonly Place3[], findArea: ReturnType<typeof areaFinder>): string[] {
  return path
    .flatMap(([x, y, z]) => findArea(x, y, z)?.name ?? [])
    .filter((name, index, names) => name !== names[index - 1]);
}

function nameOf(areas: readonly string[], path: readonly Place3[]): string {
  if (areas.length > MOST_AREAS) return [areas[0] ?? "", "…", ...areas.slice(2 - MOST_AREAS)].join(" → ");
  if (areas.length > 0) return areas.join(" → ");
  const [[fromX, fromY], [toX, toY]] = [path[0] ?? [0, 0, 0], path.at(-1) ?? [0, 0, 0]];
  return Math.hypot(toX - fromX, toY - fromY) < NEAR_SPAWN_UNITS
    ? "near the spawn"
    : compassDirection(toX - fromX, toY - fromY);
}

/** The routes of one team among its ways, which come in an order of their own. */
function routesOfTeam(
  team: number,
  ways: readonly Way[],
  areas: readonly MapArea[],
): Pick<TeamRoutes, "other" | "routes"> {
  const findArea = areaFinder(areas);
  const groups = findRoutes(ways.map(({ points }) => points))
    .filter((group) => group.ways.length >= Math.max(LEAST_WAYS, LEAST_SHARE * ways.length))
    .slice(0, MOST_ROUTES);
  const onRoutes = new Set(groups.flatMap((group) => group.ways));
  const others = ways.filter((_, index) => !onRoutes.has(index));
  return {
    routes: groups.map(({ middle, ways: members }, index) => {
      const path = placesOf(middle);
      const crossed = areasOn(path, findArea);
      return {
        ...{ number: index + 1, team, name: nameOf(crossed, path), areas: crossed, path },
        ...resultOf(
          members.flatMap((member) => ways[member] ?? []),
          ways.length,
        ),
      };
    }),
    other: others.length === 0 ? null : resultOf(others, ways.length),
  };
}

/**
 * Reads the routes of a map: see docs/metrics.md. Throws `E_NOTHING_FOUND`.
 * @param known the ways of each round, by its id, where `readWays` read them already. Of the filters it knows those that choose rounds.
 */
export async function reportRoutes(
  sql: Sql,
  request: FilterRequest,
  known?: ReadonlyMap<number, RoundWays>,
): Promise<RoutesReport> {
  const { filters: asked, words } = await resolveFilters(sql, request);
  const map = asked.map ?? onlyMap(await readSample(sql, asked));
  const filters = { ...asked, map };
  const [sample, areas, rounds, mixed] = await Promise.all([
    readSample(sql, filters),
    readAreas(sql, map),
    known === undefined ? readWays(sql, filters) : chooseWays(sql, filters, known),
    tellMixedRules(sql, filters, ["engagement"]),
  ]);
  const all = [...rounds.values()];
  const teams = [1, 2].map((team): TeamRoutes => {
    const ways = all.flatMap((round) => round.ways.filter((way) => way.team === team));
    const withoutContact = all.reduce((sum, round) => sum + (round.withoutContact[team] ?? 0), 0);
    return { team, ways: ways.length, withoutContact, ...routesOfTeam(team, ways, areas) };
  });
  if (teams.every(({ ways }) => ways === 0))
    throw nothingFound(`way to a first contact on ${safeText(map)}`, filters, words);
  const total = (of: (round: RoundWays) => number): number => all.reduce((sum, round) => sum + of(round), 0);
  const [withoutWay, leftOut] = [total((round) => round.withoutWay), sample.rounds - rounds.size];
  const apart = teams.map(
    ({ team, withoutContact }) => `${TEAM_NAMES[team] ?? ""} ${counted(withoutContact, "life", "lives")}`,
  );
  return {
    map,
    sample,
    words,
    notes: [
      describeSample(sample),
      ...words,
      describeBots(filters.bots === "with"),
      ...(leftOut <= 0 ? [] : [`${counted(leftOut, "round")} left out: no positions or no hits are stored`]),
      ...(withoutWay === 0
        ? []
        : [`${counted(withoutWay, "way")} left out: more than one sample in a row is missing`]),
      `without contact: ${apart.join(", ")}`,
      `ways of a route are at most ${CUT_UNITS} units from its middle way, on average; downs and damage are those within ${CONTACT_MS / 1000} s of the contact`,
      ...mixed,
    ],
    teams,
  };
}
