/** The story of one round: scores, momentum, key moments, key fights. */
import type { Sql } from "../db/driver/connect.ts";
import type { FilterRequest } from "./filter-request.ts";
import { isGain } from "./gains.ts";
import { counted } from "../counts.ts";
import { nothingFound } from "./describe.ts";
import { resolveFilters } from "./filter-request.ts";
import { roundConditions } from "./filters.ts";
import { tellRulesOfRound } from "./mixed-rules.ts";
import { listEngagements } from "./queries/engagements.ts";
import type { EngagementRow } from "./queries/engagements.ts";
import { readObjectiveEvents, readObjectiveState } from "./queries/objectives.ts";
import type { ObjectiveRow, ObjectiveState } from "./queries/objectives.ts";
import { readKills, readScores } from "./queries/round.ts";
import type { KillRow, ScoreRow } from "./queries/round.ts";
import { readTotals } from "./queries/totals.ts";
import type { TotalsRow } from "./queries/totals.ts";
import { resolveRounds } from "./find-rounds.ts";
import { readPlaceNames } from "./place-names.ts";
import { listRounds } from "./rounds.ts";
import type { RoundRow } from "./rounds.ts";

/** Kills of enemies, and gains at objectives, in a stretch of the round. */
export interface MomentumStep {
  readonly fromMs: number;
  readonly axisKills: number;
  readonly alliesKills: number;
  readonly axisGains: number;
  readonly alliesGains: number;
}

/** Something worth telling. */
export interface Moment {
  readonly timeMs: number;
  readonly kind: "first_kill" | "spree" | "last_standing" | "wipe" | "objective";
  /** Who did it; null where it is about a team. */
  readonly name: string | null;
  readonly isBot: boolean;
  readonly team: number;
  /** Of a spree: kills. */
  readonly count: number;
  /** Of an objective that was done: what happened to it. */
  readonly objective?: ObjectiveRow;
  /** The named area where it was, see `prox map area`; of a spree only where all of it was in one. */
  readonly area?: string | undefined;
}

/** Something with the named area where it was; null where the place has no name. */
type Placed<Row> = Row & { readonly area: string | null };

/** A kill, and the named area of its victim. */
export type PlacedKill = Placed<KillRow>;

/** What {@link reportRound} tells, with times in ms of round time. Scores and kills are of those asked for. */
export interface RoundReport {
  readonly round: RoundRow;
  /** What the filters leave of it. */
  readonly words: readonly string[];
  /** What of it bots are: left out, or counted. */
  readonly bots: string;
  /** Where other rounds have fights and team play by another version of a rule: which. */
  readonly mixed: readonly string[];
  readonly scores: readonly ScoreRow[];
  /** What the statistics of another tracker say, where it did not record what happened; else empty. */
  readonly totals: readonly TotalsRow[];
  readonly kills: readonly PlacedKill[];
  readonly momentum: readonly MomentumStep[];
  readonly moments: readonly Moment[];
  /** Whether objectives were recorded. */
  readonly objectivesRecorded: ObjectiveState;
  /** What happened to the map's objectives, in order. */
  readonly objectives: readonly ObjectiveRow[];
  /** Fights with most downs, in order of time. */
  readonly fights: readonly Placed<EngagementRow>[];
}

/** The momentum is told in so many steps at most, each at least five seconds long. */
const MOMENTUM_STEPS = 60;
const SHORTEST_STEP_MS = 5000;
const FIGHTS_SHOWN = 5;
/** So many kills by one player, each within this time of the one before, are a spree. */
const SPREE_KILLS = 3;
const SPREE_GAP_MS = 8000;

/** Kills of enemies and gains at objectives by team, in even steps over the round. */
export function measureMomentum(
  kills: readonly KillRow[],
  objectives: readonly ObjectiveRow[],
  endMs: number,
): MomentumStep[] {
  const stepMs = Math.max(SHORTEST_STEP_MS, Math.ceil(endMs / MOMENTUM_STEPS / 1000) * 1000);
  const steps = Array.from({ length: Math.max(1, Math.ceil(endMs / stepMs)) }, (_, index) => ({
    fromMs: index * stepMs,
    axisKills: 0,
    alliesKills: 0,
    axisGains: 0,
    alliesGains: 0,
  }));
  const stepAt = (timeMs: number) => steps[Math.min(steps.length - 1, Math.floor(timeMs / stepMs))];
  for (const { relation, team, timeMs } of kills) {
    const step = stepAt(timeMs);
    if (step === undefined || relation !== "enemy") continue;
    if (team === 1) step.axisKills += 1;
    else if (team === 2) step.alliesKills += 1;
  }
  for (const row of objectives) {
    const step = stepAt(row.timeMs);
    if (step === undefined || !isGain(row)) continue;
    if (row.team === 1) step.axisGains += 1;
    else if (row.team === 2) step.alliesGains += 1;
  }
  return steps;
}

const placed = (area: string | null): Pick<Moment, "area"> => (area === null ? {} : { area });

/** The first kill, sprees, last men standing, wiped-out teams and objectives that were done, in order of time. */
export function findMoments(
  kills: readonly PlacedKill[],
  objectives: readonly ObjectiveRow[] = [],
): Moment[] {
  const moments: Moment[] = objectives
    .filter(({ isDone }) => isDone)
    .map((objective) => ({
      timeMs: objective.timeMs,
      kind: "objective",
      name: objective.playerName,
      isBot: objective.playerIsBot,
      team: objective.team ?? 0,
      count: 1,
      objective,
    }));
  const byEnemies = kills.filter(
    ({ killerId, relation, team }) => relation === "enemy" && killerId !== null && team !== null,
  );
  const [first] = byEnemies;
  if (first !== undefined) {
    moments.push({
      timeMs: first.timeMs,
      kind: "first_kill",
      name: first.killerName,
      isBot: first.killerIsBot,
      team: first.team ?? 0,
      count: 1,
      ...placed(first.area),
    });
  }
  const sprees = new Map<
    number,
    {
      count: number;
      lastMs: number;
      area: string | null;
      moment: { -readonly [Key in keyof Moment]: Moment[Key] } | undefined;
    }
  >();
  for (const { area, killerId, killerIsBot, killerName, team, timeMs } of byEnemies) {
    const spree = sprees.get(killerId ?? 0);
    if (spree === undefined || timeMs - spree.lastMs > SPREE_GAP_MS) {
      sprees.set(killerId ?? 0, { count: 1, lastMs: timeMs, area, moment: undefined });
      continue;
    }
    spree.count += 1;
    spree.lastMs = timeMs;
    if (spree.area !== area) spree.area = null;
    if (spree.moment !== undefined) {
      spree.moment.count = spree.count;
      if (spree.area === null) delete spree.moment.area;
    } else if (spree.count === SPREE_KILLS) {
      spree.moment = {
        ...{ timeMs, kind: "spree", name: killerName, isBot: killerIsBot },
        ...{ team: team ?? 0, count: spree.count },
        ...placed(spree.area),
      };
      moments.push(spree.moment);
    }
  }
  for (const [index, kill] of kills.entries()) {
    const before = kills[index - 1];
    for (const [team, alive, aliveBefore] of [
      [1, kill.axisAlive, before?.axisAlive],
      [2, kill.alliesAlive, before?.alliesAlive],
    ] as const) {
      if (kill.victimTeam !== team || alive === null || alive === aliveBefore) continue;
      if (alive > 1) continue;
      const kind = alive === 0 ? "wipe" : "last_standing";
      moments.push({
        timeMs: kill.timeMs,
        kind,
        name: null,
        isBot: false,
        team,
        count: 1,
        ...placed(kill.area),
      });
    }
  }
  return moments.sort((a, b) => a.timeMs - b.timeMs);
}

function describeBots(bots: number, isCounted: boolean): string {
  const count = counted(bots, "bot");
  if (isCounted) return bots === 0 ? "no bots" : `${count} included`;
  return bots === 0 ? "no bots" : `${count} left out; --bots counts ${bots === 1 ? "it" : "them"}`;
}

/**
 * Reads the story of a round by its key, the beginning of the key, or `latest`.
 * @param request chooses the rounds that can be meant, and whose actions are reported.
 * @param known scores of the round as the request has them, where they were read already.
 */
export async function reportRound(
  sql: Sql,
  key: string,
  request: FilterRequest = {},
  known?: readonly ScoreRow[],
): Promise<RoundReport> {
  const among = await resolveFilters(sql, { ...request, side: undefined, phase: undefined });
  const [found] = await resolveRounds(sql, [key], roundConditions(sql, among.filters));
  const roundIds = [found?.roundId ?? 0];
  const { filters, words } = await resolveFilters(sql, request, roundIds);
  const [chosen] = await sql`select from rounds r where ${roundConditions(sql, filters)}`;
  if (chosen === undefined) throw nothingFound("part of this round", filters, words);
  const [[round], scores, totals, killed, fought, objectives, objectivesRecorded, mixed] = await Promise.all([
    listRounds(sql, { roundIds, bots: "with" }, 1),
    known ?? readScores(sql, roundIds, filters),
    readTotals(sql, roundIds[0] ?? 0, filters),
    readKills(sql, roundIds[0] ?? 0, filters),
    listEngagements(sql, filters, "kills", FIGHTS_SHOWN),
    readObjectiveEvents(sql, roundIds[0] ?? 0, filters),
    readObjectiveState(sql, roundIds[0] ?? 0),
    tellRulesOfRound(sql, roundIds[0] ?? 0),
  ]);
  if (round === undefined) throw new Error("a round was deleted while it was read");
  const namePlace = await readPlaceNames(sql, round.map);
  const place = <Row extends { x: number | null; y: number | null; z: number | null }>(
    row: Row,
  ): Placed<Row> => ({
    ...row,
    area: namePlace(round.map, row.x, row.y, row.z),
  });
  const kills = killed.map(place);
  return {
    round,
    words,
    bots: describeBots(round.bots, filters.bots === "with"),
    mixed,
    scores,
    totals: round.source === "prox" || round.combatRows !== null ? [] : totals,
    kills,
    momentum: measureMomentum(kills, objectives, round.endMs),
    moments: findMoments(kills, objectives),
    objectivesRecorded,
    objectives,
    fights: fought.map(place).sort((a, b) => a.startMs - b.startMs),
  };
}
