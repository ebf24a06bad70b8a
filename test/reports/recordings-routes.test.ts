/** Routes of recorded rounds, counted again from the rows that the import stored: plainly, by the words of docs/metrics.md. */
import { beforeAll, describe, expect, it } from "vitest";

import { reportRoutes, type RoutesReport } from "../../src/reports/routes.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { importPaths } from "../support/import.ts";
import { sharedRecording } from "../support/shared-recordings.ts";

const RECORDINGS = ["objective-16", "stopwatch-12", "objectives-12"] as const;
const MAPS = ["arena", "arena1", "objarena"] as const;

interface EventRow {
  round_id: number;
  round_key: string;
  event_number: number;
  time_ms: number;
  event: string;
  relation: string | null;
  target_is_wounded: boolean | null;
  attacker_slot: number | null;
  target_slot: number | null;
  target_team: number | null;
  damage_effective: number | null;
  attacker_x: number;
  attacker_y: number;
  attacker_z: number;
  target_x: number;
  target_y: number;
  target_z: number;
}
interface SampleRow {
  round_id: number;
  slot: number;
  time_ms: number;
  x: number;
  y: number;
  z: number;
}
interface PartRow {
  round_id: number;
  slot: number;
  start_ms: number;
  time_ms: number;
  is_won: boolean | null;
}
type Point = number[];
interface Trip {
  team: number;
  tookS: number;
  points: Point[];
  isFirst: boolean;
  downed: boolean;
  fell: boolean;
  given: number;
  taken: number;
  isWon: boolean | null;
}

const gap = (a: Point, b: Point): number => Math.hypot(...a.map((value, axis) => value - (b[axis] ?? 0)));

/** Sixteen points, each found by walking the way from its begin. */
function sixteen(stops: readonly Point[]): Point[] {
  const whole = stops.slice(1).reduce((sum, stop, index) => sum + gap(stop, stops[index] ?? stop), 0);
  return Array.from({ length: 16 }, (_, nth) => {
    let left = (whole * nth) / 15;
    for (const [index, to] of stops.entries()) {
      const from = stops[index - 1];
      if (from === undefined) continue;
      const leg = gap(from, to);
      if (left <= leg + 1e-9 || index === stops.length - 1) {
        const part = leg === 0 ? 0 : Math.min(1, left / leg);
        return from.map((value, axis) => Math.round(value + ((to[axis] ?? 0) - value) * part));
      }
      left -= leg;
    }
    return (stops[0] ?? []).map(Math.round);
  });
}

/** The trips of a map, in the order of round and spawn. */
function tripsOf(
  events: readonly EventRow[],
  samples: readonly SampleRow[],
  parts: readonly PartRow[],
): Trip[] {
  return events
    .filter(({ event, target_team: team }) => event === "spawn" && (team === 1 || team === 2))
    .flatMap((spawn): Trip[] => {
      const slot = spawn.target_slot;
      const later = events.filter(
        (row) => row.round_id === spawn.round_id && row.event_number > spawn.event_number,
      );
      const end = later.findIndex(
        ({ event, target_slot: of }) => of === slot && (event === "spawn" || event === "leave"),
      );
      const life = end === -1 ? later : later.slice(0, end);
      const isEnemy = ({ event, relation, target_is_wounded: isWounded }: EventRow): boolean =>
        relation === "enemy" && (event === "kill" || (event === "hit" && isWounded === false));
      const fallsAt = life.findIndex(({ event, target_slot: of }) => event === "kill" && of === slot);
      const contact = life.find(
        (row, index) =>
          isEnemy(row) &&
          (row.target_slot === slot || row.attacker_slot === slot) &&
          (fallsAt === -1 || index <= fallsAt),
      );
      if (contact === undefined) return [];
      const isFirst = contact.attacker_slot === slot;
      const stops = [
        [spawn.target_x, spawn.target_y, spawn.target_z],
        ...samples
          .filter(
            (row) =>
              row.round_id === spawn.round_id &&
              row.slot === slot &&
              row.time_ms > spawn.time_ms &&
              row.time_ms < contact.time_ms,
          )
          .map(({ x, y, z }) => [x, y, z]),
        isFirst
          ? [contact.attacker_x, contact.attacker_y, contact.attacker_z]
          : [contact.target_x, contact.target_y, contact.target_z],
      ];
      const fall = fallsAt === -1 ? undefined : life[fallsAt];
      const within = life.filter(
        (row) =>
          row.event_number >= contact.event_number &&
          row.time_ms <= contact.time_ms + 10_000 &&
          (fall === undefined || row.event_number <= fall.event_number),
      );
      const down = within.find(
        (row) =>
          row.event === "kill" && (row.target_slot === slot || (row.attacker_slot === slot && isEnemy(row))),
      );
      const damage = (is: (row: EventRow) => boolean): number =>
        within.reduce((sum, row) => (isEnemy(row) && is(row) ? sum + (row.damage_effective ?? 0) : sum), 0);
      const fight = parts.findLast(
        (part) =>
          part.round_id === spawn.round_id &&
          part.slot === slot &&
          part.start_ms <= contact.time_ms &&
          part.time_ms >= contact.time_ms,
      );
      return [
        {
          ...{ team: spawn.target_team ?? 0, tookS: (contact.time_ms - spawn.time_ms) / 1000, isFirst },
          points: sixteen(stops),
          ...{ downed: down !== undefined && down.target_slot !== slot, fell: down?.target_slot === slot },
          given: damage((row) => row.attacker_slot === slot),
          taken: damage((row) => row.target_slot === slot),
          isWon: fight?.is_won ?? null,
        },
      ];
    });
}

const between = (a: Trip, b: Trip): number =>
  a.points.reduce((sum, point, nth) => sum + gap(point, b.points[nth] ?? point), 0) / 16;

/** Average linkage as it is written: the mean over all pairs of two groups, looked at anew for every step. */
function routesOf(trips: readonly Trip[]): Trip[][] {
  const groups = trips.map((trip) => [trip]);
  const linkage = (a: readonly Trip[], b: readonly Trip[]): number =>
    a.reduce((sum, one) => sum + b.reduce((total, other) => total + between(one, other), 0), 0) /
    (a.length * b.length);
  for (;;) {
    let best: [number, number] | undefined;
    let least = 384;
    for (const [index, one] of groups.entries())
      for (let other = index + 1; other < groups.length; other += 1) {
        const distance = linkage(one, groups[other] ?? []);
        // What is equal but for the last digit is equal: the report adds up in another order.
        if (distance < least - 1e-7) [best, least] = [[index, other], distance];
      }
    if (best === undefined) break;
    const [joined = []] = groups.splice(best[1], 1);
    groups[best[0]]?.push(...joined);
  }
  const middles = groups.map((group) => {
    const sums = group.map((one) => group.reduce((sum, other) => sum + between(one, other), 0));
    return group[sums.indexOf(Math.min(...sums))];
  });
  const routes = middles.map((): Trip[] => []);
  for (const trip of trips) {
    const distances = middles.map((middle) => (middle === undefined ? Infinity : between(trip, middle)));
    const nearest = Math.min(...distances);
    if (nearest < 384) routes[distances.indexOf(nearest)]?.push(trip);
  }
  return routes
    .filter((route) => route.length >= 5 && route.length >= 0.05 * trips.length)
    .sort((a, b) => b.length - a.length)
    .slice(0, 6);
}

const middle = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(half)] ?? 0) + (sorted[Math.ceil(half)] ?? 0)) / 2;
};

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  for (const name of RECORDINGS) await importPaths(database.sql, [(await sharedRecording(name)).folder]);
}, 120_000);

async function readTrips(map: string): Promise<Trip[]> {
  const { sql } = database;
  const events = await sql<EventRow[]>`
    select e.*, r.round_key from combat_events e join rounds r using (round_id) where r.map = ${map}
    order by r.round_key collate "C", e.event_number`;
  const samples = await sql<SampleRow[]>`
    select p.* from player_positions p join rounds r using (round_id) where r.map = ${map} order by p.round_id, p.time_ms`;
  const parts = await sql<PartRow[]>`
    select p.*, g.winner_team = p.team as is_won
    from engagement_participants p
    join engagement_analysis g on g.round_id = p.round_id and g.engagement = p.engagement
    join rounds r on r.round_id = p.round_id
    where r.map = ${map} order by p.round_id, p.start_ms, p.engagement`;
  return tripsOf(events, samples, parts);
}

const near = (value: number): number => Math.round(value * 1e6) / 1e6;

describe.each(MAPS)("the routes of %s", (map) => {
  let report: RoutesReport;
  let trips: Trip[];
  beforeAll(async () => {
    [report, trips] = [await reportRoutes(database.sql, { map, bots: true }), await readTrips(map)];
  });

  it("are those that a plain count finds", () => {
    expect(report.teams.map(({ ways }) => ways)).toEqual(
      [1, 2].map((team) => trips.filter((trip) => trip.team === team).length),
    );
    for (const { routes, team } of report.teams) {
      const counted = routesOf(trips.filter((trip) => trip.team === team)).map((route) => {
        const count = (is: (trip: Trip) => boolean): number => route.filter(is).length;
        return [
          route.length,
          near(middle(route.map(({ tookS }) => tookS))),
          count(({ isFirst }) => isFirst),
          count(({ downed }) => downed),
          count(({ fell }) => fell),
          count(({ isWon }) => isWon === true),
          count(({ isWon }) => isWon !== null),
          near(route.reduce((sum, { given }) => sum + given, 0) / route.length),
          near(route.reduce((sum, { taken }) => sum + taken, 0) / route.length),
        ];
      });
      expect(
        routes.map((route) => [
          route.ways,
          near(route.timeS.median),
          route.hitFirst.successes,
          route.downed,
          route.fell,
          route.won.successes,
          route.won.trials,
          near(route.damageGiven),
          near(route.damageTaken),
        ]),
        `team ${team}`,
      ).toEqual(counted);
    }
  });

  it("have shares that add up to all ways", () => {
    for (const { other, routes, ways } of report.teams) {
      const all = [...routes, ...(other === null ? [] : [other])];
      expect(all.reduce((sum, row) => sum + row.ways, 0)).toBe(ways);
      expect(all.reduce((sum, row) => sum + (row.share.share ?? 0), 0)).toBeCloseTo(1, 9);
    }
  });
});
