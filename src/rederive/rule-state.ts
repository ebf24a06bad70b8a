/** Which version of the rules stands behind the rows of stored rounds. */
import type { Sql, Transaction } from "../db/driver/connect.ts";
import type { Columns } from "../db/rows.ts";
import { RULE_VERSIONS, RULES, type RuleName } from "./rule-names.ts";

/** A round, and the rules that are to be applied to it. */
export interface DueRound {
  readonly roundId: number;
  readonly roundKey: string;
  readonly rules: readonly RuleName[];
}

/** Which rounds and rules are meant. */
export interface DueRequest {
  readonly rules: readonly RuleName[];
  /** All rounds where nothing is said. */
  readonly roundIds?: readonly number[] | undefined;
  /** Whether what this prox's version has made is meant too. */
  readonly again: boolean;
}

type DueRow = Columns<"rounds", "round_id" | "round_key"> & { readonly rules: RuleName[] };

/**
 * The rounds in which a rule was not applied, or in an earlier version than this prox has. Where a game server found nothing, the
 * version of its rule is the one that the same tracker had in other rounds.
 */
export async function findDue(sql: Sql | Transaction, request: DueRequest): Promise<DueRound[]> {
  const { again, roundIds, rules } = request;
  const wanted = RULES.filter((rule) => rules.includes(rule));
  const versions = wanted.map((rule) => RULE_VERSIONS[rule]);
  const rows = await sql<DueRow[]>`
    with trackers as (
      select r.tracker_sha1, s.rule, max(s.version) as version
      from round_rules s join rounds r using (round_id)
      where s.derived_by = 'server' and r.tracker_sha1 is not null
      group by 1, 2
    )
    select r.round_id, r.round_key, array_agg(w.rule order by w.rule::rule_name) as rules
    from rounds r
    cross join unnest(${wanted}::text[], ${versions}::integer[]) as w (rule, version)
    left join round_rules s on s.round_id = r.round_id and s.rule = w.rule::rule_name
    left join trackers t on t.tracker_sha1 = r.tracker_sha1 and t.rule = s.rule and s.derived_by = 'server'
      and coalesce(r.captures ->> w.rule, 'on') <> 'failed'
    where (${again} or coalesce(s.version, t.version, 0) < w.version)
      and ${roundIds === undefined ? sql`true` : sql`r.round_id = any(${[...roundIds]}::integer[])`}
    group by r.round_id, r.round_key
    order by r.started_at, r.round_id`;
  return rows.map((row) => ({ roundId: row.round_id, roundKey: row.round_key, rules: row.rules }));
}
