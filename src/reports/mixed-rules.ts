/** What reports say where rules found the same thing by several versions of themselves: such rounds cannot be compared. */
import type { Sql } from "../db/driver/connect.ts";
import { describeMixedRules, readMixedRules, type RuleVersion } from "../db/rule-versions.ts";
import { roundConditions, type Filters } from "./filters.ts";

/** The rules behind everything that reports tell of fights and team play. */
export const FIGHT_RULES: readonly RuleVersion["rule"][] = ["engagement", "crossfire", "bait", "trade"];

/**
 * A sentence for each of these rules that comes in several versions in the rounds of the filters. Of fights that the filters ask for
 * (`--engagement`), `resolveFilters` tells in every report.
 */
export async function tellMixedRules(
  sql: Sql,
  filters: Filters,
  rules: readonly RuleVersion["rule"][],
): Promise<string[]> {
  const told = filters.engagement === undefined ? rules : rules.filter((rule) => rule !== "engagement");
  const mixed = await readMixedRules(sql, roundConditions(sql, filters));
  return describeMixedRules(mixed.filter(({ rule }) => told.includes(rule)));
}

/** Of one round: a sentence for each of {@link FIGHT_RULES} of which other rounds have another version. */
export async function tellRulesOfRound(sql: Sql, roundId: number): Promise<string[]> {
  const own = await sql<Pick<RuleVersion, "rule" | "version">[]>`
    select rule, version from round_rules where round_id = ${roundId} and version is not null and rule::text = any(${[...FIGHT_RULES]})`;
  const mixed = await readMixedRules(sql);
  return own.flatMap(({ rule, version }) => {
    const others = mixed.filter((one) => one.rule === rule && one.version !== version);
    if (others.length === 0) return [];
    const versions = others.map((one) => one.version).join(", ");
    return `${rule} by version ${version} of the rule, other rounds by ${versions}; prox db rederive makes them one`;
  });
}
