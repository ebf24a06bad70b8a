/** What `prox doctor` found, as lines. */
import type { Finding, FindingState } from "../../doctor/finding.ts";

const WORDS: Readonly<Record<FindingState, string>> = {
  ok: "ok",
  warn: "warn",
  fail: "FAIL",
  unknown: "?",
};
const STATE_WIDTH = 4;
const CHECK_WIDTH = 13;

/** A line for each finding, and one for what to do about it. */
export function describeFindings(findings: readonly Finding[]): string[] {
  return findings.flatMap(({ advice, check, message, state }) => [
    `  ${WORDS[state].padEnd(STATE_WIDTH)}  ${check.padEnd(CHECK_WIDTH)}  ${message}`,
    ...(advice === null ? [] : [`${" ".repeat(STATE_WIDTH + CHECK_WIDTH + 6)}→ ${advice}`]),
  ]);
}
