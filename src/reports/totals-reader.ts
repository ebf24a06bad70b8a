/** What is counted of people over rounds: from the events of the rounds, or from counts of each round that are known already. */
import type { Sql } from "../db/driver/connect.ts";
import type { Filters } from "./filters.ts";
import { roundConditions } from "./filters.ts";
import { readDuels, readKillCounts, sumDuels } from "./queries/duels.ts";
import type { Duel, KillCount } from "./queries/duels.ts";
import type { LifeTotals, RoundLives } from "./queries/lives.ts";
import { readLives, readLivesOfAll, readLivesOfRounds, sumLives } from "./queries/lives.ts";
import type { MovementTotals, RoundMovement } from "./queries/movement-totals.ts";
import {
  readMovement,
  readMovementOfAll,
  readMovementOfRounds,
  sumMovement,
} from "./queries/movement-totals.ts";
import type { PairRow } from "./queries/pairs.ts";
import { readPairs } from "./queries/pairs.ts";
import type { FightResults, RoundResults, RoundShape, ShapeRow } from "./queries/player-fights.ts";
import {
  readFightResults,
  readResultsOfRounds,
  readShapes,
  readShapesOfRounds,
  sumShapes,
} from "./queries/player-fights.ts";
import type { CombatTotals, RoundCombat } from "./queries/player-totals.ts";
import { readCombat, readCombatOfAll, readCombatOfRounds, sumCombat } from "./queries/player-totals.ts";

/** What two teammates did together: sums alone, which can be added up. */
export type PairSums = Omit<PairRow, "medianAngleDeg">;

/** Reads sums over rounds. */
export interface TotalsReader {
  /** Of each pair in which one of the players is; the filters name no player. */
  readonly pairsOf: (filters: Filters, playerIds: readonly number[]) => Promise<readonly PairSums[]>;
  /** What a player and each of their enemies did to each other; the filters name no player. */
  readonly duelsOf: (filters: Filters, playerIds: readonly number[]) => Promise<readonly Duel[]>;
  /** How the fights of a player ended, by shape; the filters name no player. */
  readonly shapesOf: (filters: Filters, playerIds: readonly number[]) => Promise<readonly ShapeRow[]>;
  /** Of a player, or of all others; the filters name no player. */
  readonly ofPlayer: (
    filters: Filters,
    playerIds: readonly number[],
    isPlayer: boolean,
  ) => Promise<{
    readonly combat: CombatTotals;
    readonly movement: MovementTotals;
    readonly lives: LifeTotals;
  }>;
  /** Of everybody, by person. */
  readonly ofEverybody: (filters: Filters) => Promise<{
    readonly combat: ReadonlyMap<number, CombatTotals>;
    readonly movement: ReadonlyMap<number, MovementTotals>;
    readonly lives: ReadonlyMap<number, LifeTotals>;
    readonly results: readonly FightResults[];
  }>;
}

/** Counts the events. */
export function readTotals(sql: Sql): TotalsReader {
  return {
    pairsOf: (filters, playerIds) => readPairs(sql, { ...filters, playerIds }),
    duelsOf: (filters, playerIds) => readDuels(sql, playerIds, filters),
    shapesOf: (filters, playerIds) => readShapes(sql, playerIds, filters),
    ofPlayer: async (filters, playerIds, isPlayer) => {
      const [combat, movement, lives] = await Promise.all([
        readCombat(sql, filters, playerIds, isPlayer),
        readMovement(sql, filters, playerIds, isPlayer),
        readLives(sql, filters, playerIds, isPlayer),
      ]);
      return { combat, movement, lives };
    },
    ofEverybody: async (filters) => {
      const [combat, movement, lives, results] = await Promise.all([
        readCombatOfAll(sql, filters),
        readMovementOfAll(sql, filters),
        readLivesOfAll(sql, filters),
        readFightResults(sql, filters),
      ]);
      return { combat, movement, lives, results };
    },
  };
}

/** What is counted of everybody in one round. */
export interface RoundTotals {
  readonly combat: readonly RoundCombat[];
  readonly movement: readonly RoundMovement[];
  readonly lives: readonly RoundLives[];
  readonly results: readonly RoundResults[];
  readonly pairs: readonly PairSums[];
  readonly kills: readonly KillCount[];
  readonly shapes: readonly RoundShape[];
}

/** Counts each of these rounds by itself. */
export async function readRoundTotals(
  sql: Sql,
  roundIds: readonly number[],
  bots: Filters["bots"],
): Promise<Map<number, RoundTotals>> {
  const filters = { bots, roundIds };
  const [combat, movement, lives, results, kills, shapes] = await Promise.all([
    readCombatOfRounds(sql, filters),
    readMovementOfRounds(sql, filters),
    readLivesOfRounds(sql, filters),
    readResultsOfRounds(sql, filters),
    readKillCounts(sql, filters),
    readShapesOfRounds(sql, filters),
  ]);
  const rounds = new Map(
    roundIds.map((id) => [
      id,
      {
        combat: [] as RoundCombat[],
        movement: [] as RoundMovement[],
        lives: [] as RoundLives[],
        results: [] as RoundResults[],
        pairs: [] as PairSums[],
        kills: kills.get(id) ?? [],
        shapes: [] as RoundShape[],
      },
    ]),
  );
  const byPerson = (a: { readonly personId: number }, b: typeof a): number => a.personId - b.personId;
  // In a fixed order, as the last digit of a sum depends on it.
  for (const row of combat.sort(byPerson)) rounds.get(row.roundId)?.combat.push(row);
  for (const row of movement.sort(byPerson)) rounds.get(row.roundId)?.movement.push(row);
  for (const row of lives.sort(byPerson)) rounds.get(row.roundId)?.lives.push(row);
  for (const row of results.sort(byPerson)) rounds.get(row.roundId)?.results.push(row);
  for (const row of shapes) rounds.get(row.roundId)?.shapes.push(row);
  for (const [id, round] of rounds) round.pairs.push(...(await readPairs(sql, { bots, roundIds: [id] })));
  return rounds;
}

/** Pairs of several rounds together. */
function sumPairs(rows: readonly PairSums[]): PairSums[] {
  const pairs = new Map<string, PairSums>();
  for (const row of rows) {
    const key = `${row.playerId} ${row.partnerId}`;
    const sum = pairs.get(key);
    pairs.set(
      key,
      sum === undefined
        ? row
        : {
            ...row,
            rounds: sum.rounds + row.rounds,
            sharedFights: sum.sharedFights + row.sharedFights,
            wonFights: sum.wonFights + row.wonFights,
            lostFights: sum.lostFights + row.lostFights,
            crossfires: sum.crossfires + row.crossfires,
            crossfireFights: sum.crossfireFights + row.crossfireFights,
            crossfireDamage: sum.crossfireDamage + row.crossfireDamage,
            downs: sum.downs + row.downs,
            trades: sum.trades + row.trades,
            baits: sum.baits + row.baits,
          },
    );
  }
  return [...pairs.values()];
}

function groupByPerson<Row extends { readonly personId: number }>(rows: readonly Row[]): Map<number, Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.personId);
    if (group === undefined) groups.set(row.personId, [row]);
    else group.push(row);
  }
  return groups;
}

const mapValues = <Value, Result>(
  groups: ReadonlyMap<number, Value>,
  of: (value: Value) => Result,
): Map<number, Result> => new Map([...groups].map(([key, value]) => [key, of(value)]));

/**
 * Adds up rounds that are counted already, by their id. Of the filters it knows those that choose rounds: the rest must be as it was
 * when the rounds were counted.
 */
export function sumRoundTotals(sql: Sql, known: ReadonlyMap<number, RoundTotals>): TotalsReader {
  const chosen = async (filters: Filters): Promise<RoundTotals[]> => {
    const rows = await sql<{ round_id: number }[]>`
      select r.round_id from rounds r where ${roundConditions(sql, filters)} order by r.round_id`;
    return rows.flatMap(({ round_id: round }) => known.get(round) ?? []);
  };
  return {
    pairsOf: async (filters, playerIds) => {
      const own = new Set(playerIds);
      const rounds = await chosen(filters);
      return sumPairs(
        rounds.flatMap(({ pairs }) =>
          pairs.filter(({ partnerId, playerId }) => own.has(playerId) || own.has(partnerId)),
        ),
      );
    },
    duelsOf: async (filters, playerIds) =>
      sumDuels(
        (await chosen(filters)).flatMap(({ kills }) => kills),
        playerIds,
      ),
    shapesOf: async (filters, playerIds) => {
      const own = new Set(playerIds);
      return sumShapes(
        (await chosen(filters)).flatMap(({ shapes }) => shapes.filter(({ personId }) => own.has(personId))),
      );
    },
    ofPlayer: async (filters, playerIds, isPlayer) => {
      const rounds = await chosen(filters);
      const own = new Set(playerIds);
      const isMeant = ({ personId }: { readonly personId: number }): boolean =>
        own.has(personId) === isPlayer;
      return {
        combat: sumCombat(rounds.flatMap(({ combat }) => combat.filter(isMeant))),
        movement: sumMovement(rounds.flatMap(({ movement }) => movement.filter(isMeant))),
        lives: sumLives(rounds.flatMap(({ lives }) => lives.filter(isMeant))),
      };
    },
    ofEverybody: async (filters) => {
      const rounds = await chosen(filters);
      const results = groupByPerson(rounds.flatMap((round) => round.results));
      return {
        combat: mapValues(groupByPerson(rounds.flatMap(({ combat }) => combat)), sumCombat),
        movement: mapValues(groupByPerson(rounds.flatMap(({ movement }) => movement)), sumMovement),
        lives: mapValues(groupByPerson(rounds.flatMap(({ lives }) => lives)), sumLives),
        results: [...results].map(([personId, rows]) => ({
          personId,
          fights: rows.reduce((sum, { fights }) => sum + fights, 0),
          won: rows.reduce((sum, { won }) => sum + won, 0),
          lost: rows.reduce((sum, { lost }) => sum + lost, 0),
        })),
      };
    },
  };
}
