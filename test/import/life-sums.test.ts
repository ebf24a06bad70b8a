import { expect, test } from "vitest";

import { LifeSums } from "../../src/import/life-sums.ts";
import { KEY_COLUMNS } from "../../src/parsers/row-values.ts";

type Values = Partial<Record<(typeof KEY_COLUMNS.positions)[number], number>>;

/** Sums these samples up; the rows as text, `player slot life team class` first. */
function sumUp(samples: readonly (Values & { player: number; team: number })[]): string[] | undefined {
  const sums = new LifeSums();
  for (const { player, team, ...values } of samples)
    sums.add(
      new Int32Array([99, ...KEY_COLUMNS.positions.map((name) => values[name] ?? 0)]),
      1,
      player,
      team,
    );
  if (!sums.isUsable) return undefined;
  return sums.lives.map((life) => Object.values(life).join(" "));
}

test("sums up each life, by team and class", () => {
  const one = { player: 7, team: 1, slot: 3, life: 1, class: 2 };
  expect(
    sumUp([
      { ...one, time_ms: 0, stance: 1, is_sprinting: 1, speed_ups: 200, distance_units: 1, stationary_ms: 0 },
      { ...one, time_ms: 1000, stance: 2, speed_ups: 5, distance_units: 2, stationary_ms: 900 },
      { ...one, time_ms: 2000, class: 4, distance_units: 40 },
      { ...one, time_ms: 3000, speed_ups: 1 },
      { ...one, time_ms: 4000, life: 2 },
      { ...one, time_ms: 4000, player: 8, team: 2, slot: 9 },
    ]),
  ).toEqual([
    // 0.1 and 0.2 as a real holds them.
    `7 3 1 1 2 3 1 1 1 900 206 ${Math.fround(0.1) + Math.fround(0.2)} 0 3000`,
    "7 3 1 1 4 1 0 0 0 0 0 4 2000 2000",
    "7 3 2 1 2 1 0 0 0 0 0 0 4000 4000",
    "8 9 1 2 2 1 0 0 0 0 0 0 4000 4000",
  ]);
});

test("leaves a round to the database in which somebody moved without a team", () => {
  const one = { slot: 3, life: 1 };
  expect(
    sumUp([
      { ...one, player: 7, team: 1 },
      { ...one, player: 7, team: 3 },
    ]),
  ).toBeUndefined();
});
