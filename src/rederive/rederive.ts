/** Applies the rules of this prox to stored rounds, each in a transaction of its own. */
import type { Sql } from "../db/driver/connect.ts";
import { deriveRound } from "../db/derive.ts";
import { withRetries, type RetryOptions } from "../db/driver/retry.ts";
import { inTransaction } from "../db/driver/transaction.ts";
import { lockRound } from "../db/round-lock.ts";
import { applyRules, type RuleOutcome } from "./apply-rules.ts";
import { RULE_VERSIONS, RULES, type RuleName } from "./rule-names.ts";
import { findDue, type DueRound } from "./rule-state.ts";

/** What {@link rederive} is told. */
export interface RederiveOptions extends RetryOptions {
  /** The rules; all of them where nothing is said. */
  readonly rules?: readonly RuleName[];
  /** The rounds; all of them where nothing is said. */
  readonly roundIds?: readonly number[] | undefined;
  /** Whether what this prox's version has made is made again. */
  readonly again?: boolean;
  readonly isExact?: boolean;
  readonly isDryRun?: boolean;
  /** Told how many rounds there are to do, and after each how many are done. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What became of a rule in all rounds. */
export interface RuleSummary {
  readonly rule: RuleName;
  readonly version: number;
  /** Rounds that it was applied to, and those of them whose rows differ now. */
  rounds: number;
  changedRounds: number;
  /** Rounds with positions further apart than the rule looks. */
  betweenPositions: number;
  /** Rows before and now, and how many differ. */
  before: number;
  after: number;
  different: number;
  /** Rounds in which it cannot be applied, by the reason. */
  cannot: Record<string, number>;
}

/** What was done, or with `isDryRun` would be. */
export interface RederiveReport {
  readonly isDryRun: boolean;
  /** Rounds that something was to be done in. */
  rounds: number;
  /** Rounds that are through. */
  done: number;
  readonly rules: readonly RuleSummary[];
}

/** A report of nothing done yet, for {@link rederive} to fill. */
export function newReport(rules: readonly RuleName[] = RULES, isDryRun = false): RederiveReport {
  return {
    isDryRun,
    rounds: 0,
    done: 0,
    rules: rules.map((rule) => ({
      rule,
      version: RULE_VERSIONS[rule],
      rounds: 0,
      changedRounds: 0,
      betweenPositions: 0,
      before: 0,
      after: 0,
      different: 0,
      cannot: {},
    })),
  };
}

function addOutcome(report: RederiveReport, outcome: RuleOutcome): void {
  const summary = report.rules.find(({ rule }) => rule === outcome.rule);
  if (summary === undefined) return;
  if (outcome.status === "cannot") {
    summary.cannot[outcome.reason] = (summary.cannot[outcome.reason] ?? 0) + 1;
    return;
  }
  summary.rounds += 1;
  summary.before += outcome.before;
  summary.after += outcome.after;
  summary.different += outcome.different;
  if (outcome.different > 0) summary.changedRounds += 1;
  if (outcome.positionsMs !== null) summary.betweenPositions += 1;
}

/**
 * Applies rules to the rounds that they were not applied to in this prox's version, one after another. What was done before an
 * abort or an error stays done and is in `report`; the next call goes on.
 */
export async function rederive(
  sql: Sql,
  options: RederiveOptions = {},
  report = newReport(options.rules, options.isDryRun),
): Promise<RederiveReport> {
  const { again = false, roundIds, rules = RULES, signal } = options;
  const due = await findDue(sql, { rules, roundIds, again });
  report.rounds = due.length;
  options.onProgress?.(0, due.length);
  for (const round of due) {
    signal?.throwIfAborted();
    const outcomes = await withRetries(() => rederiveRound(sql, round, options), options);
    for (const outcome of outcomes) addOutcome(report, outcome);
    report.done += 1;
    options.onProgress?.(report.done, due.length);
  }
  return report;
}

/** Applies rules to a round, unless it is gone meanwhile, or another process has done so. */
async function rederiveRound(
  sql: Sql,
  { roundId, roundKey, rules }: DueRound,
  { again = false, isDryRun = false, isExact = false }: RederiveOptions,
): Promise<RuleOutcome[]> {
  return inTransaction(sql, async (transaction) => {
    await lockRound(transaction, roundKey);
    const [due] = await findDue(transaction, { rules, roundIds: [roundId], again });
    if (due === undefined) return [];
    const outcomes = await applyRules(transaction, roundId, { rules: due.rules, isDryRun, isExact });
    const isStored = !isDryRun && outcomes.some(({ status }) => status === "applied");
    if (isStored) await deriveRound(transaction, roundId);
    return outcomes;
  });
}
