/** Situations: who opens fights and dies first, who avenges whom, what a man more is worth, and what the last one alive does. */
import type { Sql } from "../db/driver/connect.ts";
import { describeBots, describeSample, nothingFound } from "./describe.ts";
import type { FilterRequest } from "./filter-request.ts";
import { resolveFilters } from "./filter-request.ts";
import { hasSubject } from "./filters.ts";
import { FIGHT_RULES, tellMixedRules } from "./mixed-rules.ts";
import { readPlaceNames } from "./place-names.ts";
import { readFirstDeaths, type FirstDeathRow } from "./queries/first-deaths.ts";
import { readLastAlive, type LastAliveRow } from "./queries/last-alive.ts";
import { readManAdvantage, type AdvantageRow } from "./queries/man-advantage.ts";
import { readOpenings, type OpeningRow } from "./queries/openings.ts";
import { readSample, type Sample } from "./queries/sample.ts";
import { readTrades, type TradeRow } from "./queries/trades.ts";
import { wilson, type Rate } from "./statistics.ts";

/** A player and the first downs of fights; rates of decided fights that their side won. */
export interface Opening extends OpeningRow {
  /** First downs made, of those in which they had a part. */
  readonly madeRate: Rate;
  readonly wonAfterMade: Rate;
  readonly wonAfterSuffered: Rate;
}

/** A direction of avenging. */
export interface Trade extends TradeRow {
  readonly tradeRate: Rate;
}

/** Downs at one difference of living players. */
export interface Advantage extends AdvantageRow {
  /** Downs made, of those made and suffered. */
  readonly madeRate: Rate;
}

/** What a player did as the last one alive against so many. */
export interface LastAlive extends LastAliveRow {
  readonly wonRate: Rate;
  readonly survivedRate: Rate;
}

/** The first down of a round, and the named area where it was; null where the place has no name. */
export interface FirstDeath extends FirstDeathRow {
  readonly area: string | null;
}

/** What {@link reportSituations} tells. */
export interface SituationsReport {
  readonly sample: Sample;
  readonly openings: readonly Opening[];
  /** Of the first downs that those asked for made: decided fights that the side of the first down won. */
  readonly openingPays: Rate;
  /** The latest round first. */
  readonly firstDeaths: readonly FirstDeath[];
  readonly trades: readonly Trade[];
  /** Most behind first; where all of both teams are asked for, only the side that has more: the other's downs are the same. */
  readonly advantage: readonly Advantage[];
  /** Null where it was not read: it knows no classes, weapons and shapes. */
  readonly lastAlive: readonly LastAlive[] | null;
  readonly notes: readonly string[];
}

/** Reads the situations. Throws `E_NOTHING_FOUND`. */
export async function reportSituations(sql: Sql, request: FilterRequest): Promise<SituationsReport> {
  const { filters, words } = await resolveFilters(sql, request);
  const isOfAll =
    filters.engagement === undefined &&
    [filters.classes, filters.weapons, filters.means].every((values) => (values ?? []).length === 0);
  const sample = await readSample(sql, filters);
  const [openings, firstDeaths, trades, advantage, lastAlive, mixed, namePlace] = await Promise.all([
    readOpenings(sql, filters),
    readFirstDeaths(sql, filters),
    readTrades(sql, filters),
    readManAdvantage(sql, filters),
    isOfAll ? readLastAlive(sql, filters) : Promise.resolve(null),
    tellMixedRules(sql, filters, FIGHT_RULES),
    readPlaceNames(sql),
  ]);
  if (openings.length + advantage.length + trades.length === 0)
    throw nothingFound("down by an enemy", filters, words);
  const total = (of: (row: OpeningRow) => number): number => openings.reduce((sum, row) => sum + of(row), 0);
  return {
    sample,
    openings: openings.map((row) => ({
      ...row,
      madeRate: wilson(row.made, row.made + row.suffered),
      wonAfterMade: wilson(row.madeWon, row.madeDecided),
      wonAfterSuffered: wilson(row.sufferedWon, row.sufferedDecided),
    })),
    openingPays: wilson(
      total(({ madeWon }) => madeWon),
      total(({ madeDecided }) => madeDecided),
    ),
    firstDeaths: firstDeaths.map((row) => ({ ...row, area: namePlace(row.map, row.x, row.y, row.z) })),
    trades: trades.map((row) => ({ ...row, tradeRate: wilson(row.trades, row.chances) })),
    advantage: advantage
      .filter((row) => row.advantage > 0 || hasSubject(filters))
      .map((row) => ({ ...row, madeRate: wilson(row.made, row.made + row.suffered) })),
    lastAlive:
      lastAlive?.map((row) => ({
        ...row,
        wonRate: wilson(row.won, row.times),
        survivedRate: wilson(row.survived, row.times),
      })) ?? null,
    notes: [
      describeSample(sample),
      ...words,
      describeBots(filters.bots === "with"),
      ...(isOfAll ? [] : ["the last one alive is not told by class, weapon or shape"]),
      ...mixed,
    ],
  };
}
