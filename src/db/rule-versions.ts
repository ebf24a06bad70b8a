/** Rules of which rounds have rows of several versions: such rounds cannot be compared in what the rules find. */
import type postgres from "postgres";

import { counted } from "../counts.ts";
import type { Sql } from "./driver/connect.ts";
import { camelRows, type CamelRow, type KnownColumns } from "./rows.ts";

type Row = KnownColumns<"round_rules", "rule" | "version"> & { readonly rounds: number };

/** How many rounds have rows of a rule in this version. */
export type RuleVersion = CamelRow<Row>;

/**
 * The versions of rules that come in more than one, the earliest first.
 * @param among conditions on `rounds r`; all rounds where nothing is said.
 */
export async function readMixedRules(
  sql: Sql,
  among: postgres.PendingQuery<postgres.Row[]> = sql`true`,
): Promise<RuleVersion[]> {
  const rows = await sql<Row[]>`
    select rule, version, rounds
    from (
      select s.rule, s.version, count(*) as rounds, count(*) over (partition by s.rule) as versions
      from round_rules s join rounds r using (round_id)
      where s.version is not null and ${among}
      group by s.rule, s.version
    ) counted
    where versions > 1
    order by rule, version`;
  return camelRows(rows);
}

/** A sentence for each rule: which versions, of how many rounds, and what to do. */
export function describeMixedRules(mixed: readonly RuleVersion[]): string[] {
  return [...new Set(mixed.map(({ rule }) => rule))].map((rule) => {
    const versions = mixed
      .filter((one) => one.rule === rule)
      .map(({ rounds, version }) => `${version} (${counted(rounds, "round")})`);
    return `${rule} by several versions of the rule: ${versions.join(", ")}; prox db rederive makes them one`;
  });
}
