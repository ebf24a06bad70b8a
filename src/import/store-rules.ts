/** Which rules stand behind the rows of a round: those of the game server, or prox's own. */
import type { Transaction } from "../db/driver/connect.ts";
import { pipeline } from "../db/driver/pipeline.ts";
import type { Columns } from "../db/rows.ts";
import type { Kind } from "../format/columns.ts";
import { applyRules } from "../rederive/apply-rules.ts";
import type { RuleName } from "../rederive/rule-names.ts";

/** The kind of file in which a tracker writes what each rule found. */
const KIND_OF: Readonly<Record<RuleName, Kind>> = {
  engagement: "engagements",
  crossfire: "engagements",
  bait: "engagements",
  trade: "engagements",
  heatmap: "heatmap",
};

/**
 * Applies prox's own rules to a round of another tracker, as far as it recorded what they need: others' fights follow other
 * rules. The row of the round must be complete.
 */
export async function applyOwnRules(transaction: Transaction, roundId: number): Promise<void> {
  await applyRules(transaction, roundId);
}

/**
 * Notes which rules the server applied, where files of these kinds were stored in this transaction. What prox's own rules had
 * found, and no file says, is found again from the facts as they are now. The row of the round must be complete.
 */
export async function recordServerRules(
  transaction: Transaction,
  roundId: number,
  kinds: readonly Kind[],
): Promise<void> {
  const rules = (Object.keys(KIND_OF) as RuleName[]).filter((rule) => kinds.includes(KIND_OF[rule]));
  const [, , own] = await pipeline([
    transaction`
      delete from round_rules where round_id = ${roundId} and rule::text = any(${rules}::text[])`,
    transaction`
      insert into round_rules (round_id, rule, version, derived_by)
      select ${roundId}, rule::rule_name,
        case when coalesce(r.captures ->> rule, 'on') <> 'failed' then case rule
          when 'engagement' then (select max(rule_version) from engagement_analysis g where g.round_id = ${roundId})
          when 'heatmap' then (select max(rule_version) from proximity_heatmap h where h.round_id = ${roundId})
          else (
            select max(rule_version) from proximity_events v where v.round_id = ${roundId} and v.record::text = rule)
        end end,
        'server'
      from rounds r, unnest(${rules}::text[]) as rule
      where r.round_id = ${roundId} and coalesce(r.captures ->> rule, 'on') not in ('off', 'unavailable')`,
    transaction<Columns<"round_rules", "rule">[]>`
      select rule from round_rules where round_id = ${roundId} and derived_by = 'prox'`,
  ]);
  if (own.length > 0) await applyRules(transaction, roundId, { rules: own.map(({ rule }) => rule) });
}
