/** How the rounds on a map ended. */
import type { Sql } from "../db/driver/connect.ts";
import { nothingFound } from "./describe.ts";
import { type FilterRequest, resolveFilters } from "./filter-request.ts";
import { readSample, type Sample } from "./queries/sample.ts";
import { listRounds } from "./rounds.ts";
import { type Rate, wilson } from "./statistics.ts";

/** Results on one map. */
export interface MapResults {
  readonly map: string;
  readonly sample: Sample;
  /** Of the rounds that somebody won. */
  readonly axisWins: Rate;
  readonly alliesWins: Rate;
  readonly completeRounds: number;
  /** How long the complete ones were on average, ms; null without any. */
  readonly meanMs: number | null;
}

const ALL_ROUNDS = 1_000_000;

/** Reads the results on the map that the request names. Throws `E_NOTHING_FOUND` where no round of it is left. */
export async function reportMapResults(
  sql: Sql,
  request: FilterRequest & { readonly map: string },
): Promise<MapResults> {
  const { filters, words } = await resolveFilters(sql, request);
  const [rounds, sample] = await Promise.all([
    listRounds(sql, filters, ALL_ROUNDS),
    readSample(sql, filters),
  ]);
  if (rounds.length === 0) throw nothingFound(`round on ${request.map}`, filters, words);
  const decided = rounds.filter(({ winnerTeam }) => winnerTeam !== null).length;
  const wins = (team: number): Rate =>
    wilson(rounds.filter(({ winnerTeam }) => winnerTeam === team).length, decided);
  const complete = rounds.filter(({ isComplete }) => isComplete);
  return {
    map: filters.map ?? request.map,
    sample,
    axisWins: wins(1),
    alliesWins: wins(2),
    completeRounds: complete.length,
    meanMs:
      complete.length === 0 ? null : complete.reduce((sum, { endMs }) => sum + endMs, 0) / complete.length,
  };
}
