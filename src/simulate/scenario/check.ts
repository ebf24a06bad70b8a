/** Holds what a simulation wrote against what a scenario expects. */
import type { Expectation, ExpectedValue } from "./definition.ts";
import type { RecordedRound, RecordedRow } from "./recorded.ts";

/** How one expectation fared. */
export interface Verdict {
  readonly that: string;
  readonly line: number;
  readonly isMet: boolean;
  /** What was found instead, ready to print; empty when it is met. */
  readonly differences: readonly string[];
}

/** Numbers in files are rounded: a difference below this is none. */
const TOLERANCE = 0.0500001;
/** So many rows are shown for an expectation that failed. */
const ROWS_SHOWN = 3;

function isMatch(text: string | undefined, expected: ExpectedValue): boolean {
  if (text === undefined) return expected === null;
  if (expected === null) return text === "";
  if (typeof expected === "string") return text === expected;
  if (text === "") return false;
  const value = Number(text);
  if (typeof expected === "number") {
    return text.includes(".") ? Math.abs(value - expected) <= TOLERANCE : value === expected;
  }
  return value >= expected[0] && value <= expected[1];
}

function show(expected: ExpectedValue | undefined): string {
  if (expected === null || expected === undefined) return "nothing";
  return typeof expected === "object" ? `${expected[0]} to ${expected[1]}` : String(expected);
}

function mismatches(row: RecordedRow, expected: Expectation["row"]): string[] {
  return Object.keys(expected).filter((field) => !isMatch(row[field], expected[field] ?? null));
}

/** A row of the files by the fields that the expectation speaks of, with what is wrong in it. */
function explain(row: RecordedRow, expectation: Expectation): string {
  const wrong = new Set(mismatches(row, expectation.row));
  const fields = Object.keys(expectation.row).map((field) => {
    const found = row[field] ?? "";
    const value = found === "" ? "nothing" : found;
    return wrong.has(field) ? `${field} ${value} (not ${show(expectation.row[field])})` : `${field} ${value}`;
  });
  return fields.join(", ");
}

function subjectRows(rounds: readonly RecordedRound[], expectation: Expectation): readonly RecordedRow[] {
  if (expectation.subject === "rounds") return rounds.map(({ facts }) => facts);
  return rounds[expectation.round - 1]?.rows[expectation.subject] ?? [];
}

function checkExpectation(rounds: readonly RecordedRound[], expectation: Expectation): Verdict {
  const { that, line, times, row: expected, subject, round } = expectation;
  const rows = subjectRows(rounds, expectation);
  const matching = rows.filter((row) => mismatches(row, expected).length === 0);
  const [least, most] = typeof times === "number" ? [times, times] : times;
  const isMet = matching.length >= least && matching.length <= most;
  if (isMet) return { that, line, isMet, differences: [] };
  const wanted = least === most ? String(least) : `${least} to ${most}`;
  const where = subject === "rounds" ? "rounds" : `${subject} of round ${round}`;
  const differences = [`${where}: ${matching.length} of ${rows.length} rows match, not ${wanted}`];
  const shown =
    matching.length > most
      ? matching.slice(0, ROWS_SHOWN)
      : [...rows]
          .filter((row) => !matching.includes(row))
          .sort((a, b) => mismatches(a, expected).length - mismatches(b, expected).length)
          .slice(0, ROWS_SHOWN);
  differences.push(...shown.map((row) => explain(row, expectation)));
  return { that, line, isMet, differences };
}

/** Judges all expectations, and that the files are ones that an import takes. */
export function checkExpectations(
  rounds: readonly RecordedRound[],
  expectations: readonly Expectation[],
): Verdict[] {
  const issues = rounds.flatMap((round) => round.issues);
  const files: Verdict = {
    that: "every file is one that an import takes",
    line: 0,
    isMet: issues.length === 0,
    differences: issues,
  };
  return [files, ...expectations.map((expectation) => checkExpectation(rounds, expectation))];
}
