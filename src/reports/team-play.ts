/** Crossfire and synergy: what pairs of teammates do together, as rates per opportunity. */
import type { Sql } from "../db/connect.ts";
import type { FilterRequest } from "./filter-request.ts";
import { resolveFilters } from "./filter-request.ts";
import { describeSample, nothingFound } from "./heatmap.ts";
import { readPairs, readTimeTogether } from "./queries/pairs.ts";
import type { PairRow } from "./queries/pairs.ts";
import { readSample } from "./queries/sample.ts";
import type { Sample } from "./queries/sample.ts";
import { wilson } from "./statistics.ts";
import type { Rate } from "./statistics.ts";

/** How often two did something, of the times that they could have. */
export interface PairRates {
  /** Shared fights with a crossfire of the two. */
  readonly crossfireRate: Rate;
  /** Downs of one of the two that the other avenged. */
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
    // A death can be avenged in the fight after its own, so that trades can be more than the downs counted here.
    tradeRate: wilson(Math.min(row.trades, row.downs), row.downs),
    winRate: wilson(row.wonFights, row.wonFights + row.lostFights),
  };
}

/** A pair with its rates. */
export interface Pair extends PairRow, PairRates {
  /** Time alive together, and near each other, seconds; null where it was not read. */
  readonly aliveS: number | null;
  readonly nearS: number | null;
}

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
  const [rows, times] = await Promise.all([
    readPairs(sql, filters),
    isWhole ? readTimeTogether(sql, filters) : Promise.resolve([]),
  ]);
  if (rows.length === 0) throw nothingFound("two teammates in one fight", filters, words);
  const timeOf = new Map(times.map((row) => [`${row.playerId} ${row.partnerId}`, row]));
  const pairs = rows.map((row): Pair => {
    const time = timeOf.get(`${row.playerId} ${row.partnerId}`);
    return { ...row, ...pairRates(row), aliveS: time?.aliveS ?? null, nearS: time?.nearS ?? null };
  });
  return {
    pairs,
    sample,
    words,
    notes: [describeSample(sample), ...words, filters.bots === "with" ? "bots included" : "bots left out"],
  };
}
