/** Objectives map by map: how often they were done, when, by whom, and what else happened to them. */
import { counted } from "../counts.ts";
import type { Sql } from "../db/driver/connect.ts";
import { describeBots } from "./describe.ts";
import { resolveFilters } from "./filter-request.ts";
import type { FilterRequest } from "./filter-request.ts";
import { tellMixedRules } from "./mixed-rules.ts";
import {
  countRecorded,
  countWithoutSides,
  readAttackDeaths,
  readDeeds,
  readDone,
  readPlaces,
} from "./queries/objective-totals.ts";
import type {
  AttackDeaths,
  ObjectiveCounts,
  ObjectiveDeeds,
  ObjectiveDone,
  ObjectivePlace,
} from "./queries/objective-totals.ts";
import { wilson } from "./statistics.ts";
import type { Rate } from "./statistics.ts";

/** What one player did about an objective. */
export interface ObjectivePlayer extends ObjectiveCounts {
  readonly playerId: number;
  readonly name: string;
  /** Part of all that was built of it that this player built, 0 to 1; null where nothing was built. */
  readonly builtShare: number | null;
}

/**
 * An objective of a map: done is destroyed for an explosive, finished for a construction and a command post, secured for
 * documents, captured for a spawn point. Goals and vehicles are never done.
 */
export interface ObjectiveTotals extends ObjectivePlace {
  /** Rounds in which it was done, of those that had it. */
  readonly done: Rate;
  readonly timesDone: number;
  /** Round time when it was done for the first time in a round, ms: median, earliest and latest; null where it never was. */
  readonly firstMedianMs: number | null;
  readonly firstEarliestMs: number | null;
  readonly firstLatestMs: number | null;
  /** Median time from the first fight of the round to that, ms; null where it never was done after one. */
  readonly contactMedianMs: number | null;
  readonly counts: ObjectiveCounts;
  /** Those who did something about it, who did most first. */
  readonly players: readonly ObjectivePlayer[];
}

/** Deaths of attackers, and which part they are of all of them on the map. */
interface AttackDeathTotals extends AttackDeaths {
  readonly share: Rate;
}

/** What {@link reportObjectives} tells. */
export interface ObjectivesReport {
  /** Chosen rounds that have their objectives. */
  readonly rounds: number;
  /** Chosen rounds that do not have them: recorded without, or cut off by an error. They are left out. */
  readonly roundsWithout: number;
  readonly objectives: readonly ObjectiveTotals[];
  /** Where attacks fail: deaths of attackers by enemies, near each objective and near none, most first. */
  readonly attackDeaths: readonly AttackDeathTotals[];
  /** Rounds that do not say which team attacks: they have no part in that. */
  readonly roundsWithoutSides: number;
  readonly notes: readonly string[];
}

const keyOf = ({ kind, map, name, team, x, y, z }: Omit<ObjectivePlace, "rounds">): string =>
  JSON.stringify([map, kind, name, team, x, y, z]);

const COUNTS = [
  "planted",
  "defused",
  "exploded",
  "destroyed",
  "built",
  "builtPercent",
  "taken",
  "pickedUp",
  "dropped",
  "returned",
  "secured",
  "carriedMs",
  "captured",
  "disabled",
  "repaired",
] as const satisfies readonly (keyof ObjectiveCounts)[];

function pickCounts(value: (key: keyof ObjectiveCounts) => number): ObjectiveCounts {
  return Object.fromEntries(COUNTS.map((key) => [key, value(key)])) as Record<keyof ObjectiveCounts, number>;
}

/** Who did more comes first: what the objective is there for, then what leads to it. */
const ORDER = ["destroyed", "builtPercent", "secured", "captured", "planted", "taken", "defused"] as const;

function compare(a: ObjectivePlayer, b: ObjectivePlayer): number {
  for (const key of ORDER) if (a[key] !== b[key]) return b[key] - a[key];
  return a.playerId - b.playerId;
}

function addUp(
  place: ObjectivePlace,
  deeds: readonly ObjectiveDeeds[],
  done: ObjectiveDone | undefined,
): ObjectiveTotals {
  const counts = pickCounts((key) => deeds.reduce((sum, row) => sum + row[key], 0));
  const players = deeds.flatMap((row): ObjectivePlayer[] =>
    row.playerId === null
      ? []
      : [
          {
            ...pickCounts((key) => row[key]),
            playerId: row.playerId,
            name: row.playerName ?? "",
            builtShare: counts.builtPercent === 0 ? null : row.builtPercent / counts.builtPercent,
          },
        ],
  );
  return {
    ...place,
    done: wilson(done?.roundsDone ?? 0, place.rounds),
    timesDone: done?.timesDone ?? 0,
    firstMedianMs: done?.medianMs ?? null,
    firstEarliestMs: done?.earliestMs ?? null,
    firstLatestMs: done?.latestMs ?? null,
    contactMedianMs: done?.contactMedianMs ?? null,
    counts,
    players: players.sort(compare),
  };
}

/** Adds up what happened to the objectives of the rounds that the filters choose. */
export async function reportObjectives(sql: Sql, request: FilterRequest): Promise<ObjectivesReport> {
  const { filters, words } = await resolveFilters(sql, request);
  const [{ others, recorded }, places, deeds, done, deaths, withoutSides, mixed] = await Promise.all([
    countRecorded(sql, filters),
    readPlaces(sql, filters),
    readDeeds(sql, filters),
    readDone(sql, filters),
    readAttackDeaths(sql, filters),
    countWithoutSides(sql, filters),
    // How long after the first fight is told of each objective.
    tellMixedRules(sql, filters, ["engagement"]),
  ]);
  const onMap = new Map<string, number>();
  for (const { deaths: count, map } of deaths) onMap.set(map, (onMap.get(map) ?? 0) + count);
  const deedsOf = new Map<string, ObjectiveDeeds[]>();
  for (const row of deeds) deedsOf.set(keyOf(row), [...(deedsOf.get(keyOf(row)) ?? []), row]);
  const doneOf = new Map(done.map((row) => [keyOf(row), row]));
  return {
    rounds: recorded,
    roundsWithout: others,
    objectives: places.map((place) =>
      addUp(place, deedsOf.get(keyOf(place)) ?? [], doneOf.get(keyOf(place))),
    ),
    attackDeaths: deaths.map((row) => ({ ...row, share: wilson(row.deaths, onMap.get(row.map) ?? 0) })),
    roundsWithoutSides: withoutSides,
    notes: [
      counted(recorded, "round"),
      ...(others === 0 ? [] : [`${counted(others, "round")} left out: objectives not recorded`]),
      ...words,
      describeBots(filters.bots === "with"),
      ...mixed,
    ],
  };
}
