/** Applies rules to the stored facts of one round, in the transaction of whoever asks. */
import type { Transaction } from "../db/driver/connect.ts";
import { TICK_MS } from "../rules/facts.ts";
import { compareRule, type Difference } from "./compare-rows.ts";
import { readFacts } from "./read-facts.ts";
import { RULE_VERSIONS, RULES, type RuleName } from "./rule-names.ts";
import { runRules } from "./run-rules.ts";
import { missingFacts, needsPositions, readStoredRound } from "./stored-round.ts";
import { storeResults } from "./store-rows.ts";

/** What became of a rule in a round. */
export type RuleOutcome =
  | ({
      readonly rule: RuleName;
      readonly status: "applied";
      /** How far apart the positions are, ms, where the rule looks more often; null where it saw all. */
      readonly positionsMs: number | null;
    } & Difference)
  | {
      readonly rule: RuleName;
      readonly status: "cannot";
      /** Which fact is missing, in words. What is stored stays. */
      readonly reason: string;
    };

/** How to apply rules. */
export interface ApplyOptions {
  /** The rules; all of them where nothing is said. */
  readonly rules?: readonly RuleName[];
  /** Whether a rule cannot be applied where positions lie further apart than it looks. */
  readonly isExact?: boolean;
  /** Whether nothing is stored. */
  readonly isDryRun?: boolean;
}

/**
 * Applies rules to what is stored of a round: its row in `rounds` with configuration and captures, its players and facts. What a
 * rule finds takes the place of what is stored of it; where a fact is missing it finds nothing, and what is stored stays. Call
 * `lockRound` before, and `deriveRound` after it. The files of other trackers come to their fights in the same way.
 */
export async function applyRules(
  transaction: Transaction,
  roundId: number,
  { isDryRun = false, isExact = false, rules = RULES }: ApplyOptions = {},
): Promise<RuleOutcome[]> {
  const round = await readStoredRound(transaction, roundId);
  if (round === undefined) return [];
  const missing = new Map(rules.map((rule) => [rule, missingFacts(round, rule)]));
  if (![...missing.values()].includes(undefined)) {
    return rules.map((rule) => ({ rule, status: "cannot", reason: missing.get(rule) ?? "" }));
  }
  const facts = await readFacts(transaction, round);
  const results = runRules(facts);
  const intervalMs = facts.tracks.intervalMs();
  const outcomes: RuleOutcome[] = [];
  for (const rule of rules) {
    const positionsMs = needsPositions(rule) && intervalMs > TICK_MS ? intervalMs : null;
    const reason =
      missing.get(rule) ??
      (isExact && positionsMs !== null ? `positions only every ${positionsMs} ms` : undefined);
    outcomes.push(
      reason === undefined
        ? {
            rule,
            status: "applied",
            positionsMs,
            ...(await compareRule(transaction, roundId, rule, results)),
          }
        : { rule, status: "cannot", reason },
    );
  }
  const applied = outcomes.flatMap((outcome) =>
    outcome.status === "applied"
      ? [{ rule: outcome.rule, version: RULE_VERSIONS[outcome.rule], positionsMs: outcome.positionsMs }]
      : [],
  );
  if (!isDryRun && applied.length > 0) await storeResults(transaction, roundId, applied, results);
  return outcomes;
}
