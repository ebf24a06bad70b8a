/** How the page follows objectives: every moment of the known round's objectives is known. */
import { expect, it } from "vitest";

import { packReplay } from "../../src/replay/pack.ts";
import {
  buildDynamites,
  buildGoals,
  builtAt,
  explodedAgo,
  fuseLeft,
  placeAt,
  stateAt,
  type Goal,
} from "../../src/replay/page/objectives.ts";
import type { ReplayData } from "../../src/replay/replay-data.ts";
import { OBJECTIVE_ROUND } from "../support/known-round.ts";

const goalsOf = (data: ReplayData): Goal[] => buildGoals(packReplay(data));
const [gate, bridge, gold, flag, tank, truck] = goalsOf(OBJECTIVE_ROUND) as [
  Goal,
  Goal,
  Goal,
  Goal,
  Goal,
  Goal,
];

it("a wall stands until it is destroyed", () => {
  expect([0, 12.9, 13, 20].map((second) => stateAt(gate, second * 1000).stands)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

it("a construction grows stage by stage, and shrinks when it is damaged", () => {
  const built = (goal: Goal, second: number): number => builtAt(stateAt(goal, second * 1000), second * 1000);
  expect([0, 1, 2, 5, 11, 12, 13, 14].map((second) => built(bridge, second))).toEqual([
    0, 0, 0.125, 0.5, 0.5, 0.5, 0.75, 1,
  ]);
  expect(stateAt(bridge, 13_999).stands).toBe(false);
  expect(stateAt(bridge, 14_000).stands).toBe(true);
  const event = OBJECTIVE_ROUND.objectiveEvents[0];
  if (event === undefined) throw new Error("nothing is built");
  const [, damaged] = goalsOf({
    ...OBJECTIVE_ROUND,
    objectiveEvents: [
      { ...event, timeMs: 2000, event: "construct_damage", stage: 2 },
      { ...event, timeMs: 4000, event: "construct_destroy", stage: 1 },
    ],
  });
  // What is destroyed before it was built stood from the beginning.
  expect([0, 2, 4].map((second) => damaged && built(damaged, second))).toEqual([1, 0.5, 0]);
  const [, left] = goalsOf({
    ...OBJECTIVE_ROUND,
    objectiveEvents: [
      { ...event, timeMs: 1000 },
      { ...event, timeMs: 33_000, event: "construct_decay", sharePercent: 40 },
    ],
  });
  expect([1, 2, 3, 20, 33].map((second) => left && built(left, second))).toEqual([0, 0.1, 0.2, 0.2, 0]);
});

it("documents are in their place, carried, dropped, or brought away", () => {
  expect([7, 8, 15].map((second) => stateAt(gold, second * 1000).carrier)).toEqual([undefined, 2, 2]);
  expect([0, 8, 16, 18].map((second) => placeAt(gold, second * 1000))).toEqual([
    { x: 1900, y: 800 },
    undefined,
    { x: 2000, y: 700 },
    { x: 1900, y: 800 },
  ]);
});

it("flags change hands, vehicles move and stand, goals stay", () => {
  expect([0, 3].map((second) => stateAt(flag, second * 1000).team)).toEqual([0, 1]);
  expect([0, 4.25, 5, 20].map((second) => placeAt(tank, second * 1000))).toEqual([
    { x: 0, y: -400 },
    { x: 100, y: -400 },
    { x: 400, y: -400 },
    { x: 400, y: -400 },
  ]);
  expect([9, 10, 15].map((second) => stateAt(tank, second * 1000).stands)).toEqual([true, false, true]);
  expect(placeAt(truck, 20_000)).toEqual({ x: -400, y: 800 });
});

it("dynamite burns for 30 s from its arming, unless it is defused before", () => {
  const [first, second] = buildDynamites(packReplay(OBJECTIVE_ROUND));
  if (first === undefined || second === undefined) throw new Error("two were armed");
  expect([1.9, 2, 5.9, 6].map((time) => fuseLeft(first, time * 1000))).toEqual([
    undefined,
    30_000,
    26_100,
    undefined,
  ]);
  expect([7, 12.9, 13].map((time) => fuseLeft(second, time * 1000))).toEqual([30_000, 24_100, undefined]);
  expect([12.9, 13, 14].map((time) => explodedAgo(second, time * 1000))).toEqual([undefined, 0, 1000]);
  expect(explodedAgo(first, 20_000)).toBeUndefined();
});
