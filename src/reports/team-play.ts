/** Crossfire and synergy: what pairs of teammates do together, as rates per opportunity. */
import type { Sql } from "../db/driver/connect.ts";
import { describeBots, describeSample, nothingFound } from "./describe.ts";
import type { FilterRequest } from "./filter-request.ts";
import { resolveFilters } from "./filter-request.ts";
import { FIGHT_RULES, tellMixedRules } from "./mixed-rules.ts";
import { readPairs, readTimeTogether } from "./queries/pairs.ts";
import type { PairRow } from "./queries/pairs.ts";
import { readSample } from "./queries/sample.ts";
import type { Sample } from "./queries/sample.ts";
import { ratioOfSums, wilson } from "./statistics.ts";
import type { Estimate, Rate } from "./statistics.ts";

/** How often two did something, of the times that they could have. */
export interface PairRates {
  /** Shared fights with a crossfire of the two. */
  readonly crossfireRate: Rate;
  /** Chances to avenge the other that were taken. */
  readonly tradeRate: Rate;
  /** Decided shared fights that were won. */
  readonly winRate: Rate;
}

/** The rates of a pair. */
export function pairRates(
  row: Readonly<
    Pick<PairRow, "sharedFights" | "wonFights" | "lostFights" | "crossfireFights" | "downs" | "trades">
  >,
): PairRates {
  return {
    crossfireRate: wilson(row.crossfireFights, row.sharedFights),
    tradeRate: wilson(row.trades, row.downs),
    winRate: wilson(row.wonFights, row.wonFights + row.lostFights),
  };
}

/** A pair with its rates. */
export interface Pair extends PairRow, PairRates {
  /** Time alive together, and near each other, seconds; null where it was not read. */
  readonly aliveS: number | null;
  readonly nearS: number | null;
  /** Share of the time alive together that they were near each other; one round is one cluster. */
  readonly nearShare: Estimate | null;
}

/** Pairs with most crossfires first, then with most trades; `notes` hold the sample and the words, for people. */
export interface TeamPlayReport {
  readonly pairs: readonly Pair[];
  readonly sample: Sample;
  readonly words: readonly string[];
  readonly notes: readonly string[];
}

/** Reads the pairs. Throws `E_NOTHING_FOUND`. */
export async function reportTeamPlay(sql: Sql, request: FilterRequest): Promise<TeamPlayReport> {
  const { filters, words } = await resolveFilters(sql, request);
  // The time together is known of whole rounds only.
  const isWhole =
    filters.phase === undefined &&
    filters.engagement === undefined &&
    [filters.classes, filters.weapons, filters.means].every((values) => (values ?? []).length === 0);
  const sample = await readSample(sql, filters);
  const [rows, times, mixed] = await Promise.all([
    readPairs(sql, filters),
    isWhole ? readTimeTogether(sql, filters) : Promise.resolve([]),
    tellMixedRules(sql, filters, FIGHT_RULES),
  ]);
  if (rows.length === 0) throw nothingFound("two teammates in one fight or round", filters, words);
  const timeOf = new Map(times.map((row) => [`${row.playerId} ${row.partnerId}`, row]));
  const pairs = rows.map((row): Pair => {
    const time = timeOf.get(`${row.playerId} ${row.partnerId}`);
    return {
      ...row,
      ...pairRates(row),
      aliveS: time?.x ?? null,
      nearS: time?.y ?? null,
      nearShare: time === undefined ? null : ratioOfSums(time, "rounds", "share"),
    };
  });
  return {
    pairs,
    sample,
    words,
    notes: [describeSample(sample), ...words, describeBots(filters.bots === "with"), ...mixed],
  };
}
