/** How what rules find differs from what is stored. */
import type { Transaction } from "../db/driver/connect.ts";
import { fieldText } from "./rule-rows.ts";
import type { RuleName } from "./rule-names.ts";
import type { RuleResults } from "./run-rules.ts";
import { RULE_TABLES, type RuleTable } from "./store-rows.ts";

/** Rows of a rule in a round: as stored, as found now, and how many of the longer list have no equal in the other. */
export interface Difference {
  readonly before: number;
  readonly after: number;
  readonly different: number;
}

/** What is no part of what a row says: a fight keeps all it says when another one before it gives it another number. */
const NOT_COMPARED = ["engagement", "rule_version", "record"];
/** Lengths and angles are computed of places that files give in tenths of a unit: so much less or more is no difference. */
const IS_COMPUTED = /_units$|_deg$/;
const COMPUTED_TOLERANCE = 0.25;

type Values = Readonly<Record<string, number | string | null | undefined>>;

/** Whether all that is computed of places is as far apart in one row as in the other. */
function isAlike(one: Values, other: Values, computed: readonly string[]): boolean {
  return computed.every((column) => {
    const [first, second] = [one[column] ?? undefined, other[column] ?? undefined];
    if (first === undefined || second === undefined) return first === second;
    return Math.abs(Number(first) - Number(second)) <= COMPUTED_TOLERANCE;
  });
}

async function compareTable(
  transaction: Transaction,
  roundId: number,
  { record, rows, table }: RuleTable,
  results: RuleResults,
): Promise<Difference> {
  const columns = table.fields.filter((field) => !NOT_COMPARED.includes(field));
  const computed = columns.filter((column) => IS_COMPUTED.test(column));
  const others = columns.filter((column) => !IS_COMPUTED.test(column));
  const keyOf = (row: Values): string =>
    others.map((column) => fieldText(column, row[column] ?? undefined)).join("\t");
  const isOfRule = record === undefined ? transaction`true` : transaction`record = ${record}`;
  const stored = await transaction<Values[]>`
    select ${transaction(columns)} from ${transaction(table.table)} where round_id = ${roundId} and ${isOfRule}`;
  const left = new Map<string, Values[]>();
  for (const row of stored) left.set(keyOf(row), [...(left.get(keyOf(row)) ?? []), row]);
  const found = rows(results);
  let equal = 0;
  for (const row of found) {
    const candidates = left.get(keyOf(row)) ?? [];
    const index = candidates.findIndex((candidate) => isAlike(candidate, row, computed));
    if (index < 0) continue;
    candidates.splice(index, 1);
    equal += 1;
  }
  return {
    before: stored.length,
    after: found.length,
    different: Math.max(stored.length, found.length) - equal,
  };
}

/** Compares what a rule finds with what is stored of it. */
export async function compareRule(
  transaction: Transaction,
  roundId: number,
  rule: RuleName,
  results: RuleResults,
): Promise<Difference> {
  const sums = { before: 0, after: 0, different: 0 };
  for (const table of RULE_TABLES[rule]) {
    const { after, before, different } = await compareTable(transaction, roundId, table, results);
    sums.before += before;
    sums.after += after;
    sums.different += different;
  }
  return sums;
}
