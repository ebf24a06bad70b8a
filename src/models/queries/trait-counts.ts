/** What players did of each trait in each match, from the database. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRows, type CamelRow } from "../../db/rows.ts";
import { botArray, personOf, type Filters } from "../../reports/filters.ts";
import type { TraitPart } from "../reliability.ts";
import type { TraitRound } from "../trait-tests.ts";
import { TRAITS } from "../traits/all-traits.ts";
import { findLearningRounds } from "./round-facts.ts";

/** Rounds with who won them, and the parts of each trait, by its name. */
export interface TraitCounts {
  readonly rounds: readonly TraitRound[];
  readonly parts: ReadonlyMap<string, readonly TraitPart[]>;
}

type RoundColumns = Readonly<{ round_id: number; match_key: string; winner_team: number; started_at: Date }>;
type PartColumns = Readonly<{
  round_id: number;
  person_id: number;
  team: number;
  amount: number;
  chances: number;
}>;

/**
 * Reads all traits in the rounds that models learn from, see {@link findLearningRounds}.
 * @param most reads the latest so many rounds only.
 */
export async function readTraitCounts(sql: Sql, filters: Filters, most = Infinity): Promise<TraitCounts> {
  const all = await findLearningRounds(sql, filters);
  const roundIds = all.slice(Math.max(0, all.length - most));
  const ids = sql`${roundIds}::int[]`;
  const isMeant = filters.bots === "with" ? sql`true` : sql`t.player_id <> all(${botArray(sql)})`;
  const [rounds, ...counts] = await Promise.all([
    sql<RoundColumns[]>`
      select round_id, match_key, winner_team, started_at from rounds where round_id = any(${ids}) order by started_at, round_key`,
    ...TRAITS.map(
      ({ rows }) => sql<PartColumns[]>`
        select t.round_id, ${personOf(sql, sql`t.player_id`)} as person_id, t.team::int as team, sum(t.amount)::float8 as amount,
          sum(t.chances)::float8 as chances
        from (${rows(sql, ids)}) t
        where t.team in (1, 2) and t.player_id is not null and ${isMeant}
        group by 1, 2, 3 having sum(t.chances) > 0 order by 1, 2, 3`,
    ),
  ]);
  const matchOf = new Map(rounds.map((round) => [round.round_id, round.match_key]));
  return {
    rounds: camelRows(rounds),
    parts: new Map(
      TRAITS.map(({ name }, index) => [
        name,
        camelRows(counts[index] ?? []).map((row: CamelRow<PartColumns>) => ({
          ...row,
          match: matchOf.get(row.roundId) ?? "",
        })),
      ]),
    ),
  };
}
