/** The numbers of engagements while they run: who is in which, and when a number is final. */
import { expect, test } from "vitest";

import { createEngagementRule, type EngagementRule } from "../../src/rules/engagement.ts";

const [A, B, X, Y] = [1, 2, 11, 12];
const teamOf = (slot: number): number => (slot < 10 ? 1 : 2);
const PLACES = { attackerX: 0, attackerY: 0, attackerZ: 0, targetX: 0, targetY: 0, targetZ: 0 };

/** A rule after four engagements of an earlier piece of the round, with the numbers that it reports. */
function ruleAndNumbers(): { rule: EngagementRule; reported: number[] } {
  const reported: number[] = [];
  const thresholds = { silenceMs: 5000, graceMs: 3000 };
  const rule = createEngagementRule(thresholds, ({ number }) => void reported.push(number), 4);
  return { rule, reported };
}

function hit(rule: EngagementRule, timeMs: number, attacker: number, target: number, damage = 10): void {
  const teams = { attackerTeam: teamOf(attacker), targetTeam: teamOf(target) };
  rule.onHit({ ...PLACES, ...teams, timeMs, attacker, target, isAttackerUp: true, damage });
}

test("numbers follow those of before, and a player is in one fight at a time", () => {
  const { rule } = ruleAndNumbers();
  expect([rule.count(), rule.fightOf(A)]).toEqual([4, undefined]);
  hit(rule, 1000, A, X);
  expect([rule.count(), rule.fightOf(A)?.number, rule.fightOf(X)?.number]).toEqual([5, 5, 5]);
  hit(rule, 1100, B, Y);
  expect([rule.count(), rule.fightOf(B)?.number, rule.fightOf(A)?.number]).toEqual([6, 6, 5]);
});

test("a number is final when no older fight is open", () => {
  const { reported, rule } = ruleAndNumbers();
  hit(rule, 1000, A, X);
  hit(rule, 1100, B, Y);
  const [older, younger] = [rule.fightOf(A), rule.fightOf(B)];
  if (older === undefined || younger === undefined) throw new Error("both fight");
  expect([rule.finalNumberOf(older), rule.finalNumberOf(younger)]).toEqual([5, undefined]);
  rule.onDown(X, 2000);
  // It can still go on.
  rule.onTick(5499);
  expect([rule.finalNumberOf(older), rule.finalNumberOf(younger)]).toEqual([5, undefined]);
  rule.onTick(5500);
  expect([rule.finalNumberOf(older), rule.finalNumberOf(younger)]).toEqual([5, 6]);
  rule.onRoundEnd(6000);
  expect([rule.finalNumberOf(older), rule.finalNumberOf(younger)]).toEqual([5, 6]);
  expect(reported).toEqual([5, 6]);
});

test("a fight that became part of an older one has its number", () => {
  const { reported, rule } = ruleAndNumbers();
  hit(rule, 1000, A, X);
  hit(rule, 1100, B, Y);
  const younger = rule.fightOf(B);
  if (younger === undefined) throw new Error("B fights");
  for (const [attacker, target] of [
    [A, X],
    [B, Y],
  ] as const)
    hit(rule, 1150, attacker, target, 20);
  hit(rule, 1200, B, X, 20);
  hit(rule, 1200, A, Y, 20);
  rule.onTick(1999);
  expect([rule.fightOf(B)?.number, rule.finalNumberOf(younger)]).toEqual([6, undefined]);
  rule.onTick(2000);
  expect([rule.fightOf(B)?.number, rule.fightOf(Y)?.number, rule.finalNumberOf(younger)]).toEqual([5, 5, 5]);
  rule.onRoundEnd(3000);
  expect([rule.finalNumberOf(younger), reported]).toEqual([5, [5]]);
});
