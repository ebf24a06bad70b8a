import { expect, test } from "vitest";

import { TEAMMATES_COLUMNS, TeammateDistances } from "../../src/import/teammate-distances.ts";
import { KEY_COLUMNS } from "../../src/parsers/row-values.ts";

interface Sample {
  at: readonly [x: number, y: number, z: number];
  timeMs: number;
  slot: number;
  player: number;
  team?: number;
}

const NEAR: ReadonlyMap<string, string> = new Map([["prox_near_units", "300"]]);

function add(sums: TeammateDistances, { at, player, slot, team = 1, timeMs }: Sample): void {
  const [x, y, z] = at.map((units) => Math.round(units * 10)) as [number, number, number];
  const values: Partial<Record<(typeof KEY_COLUMNS.positions)[number], number>> = {
    time_ms: timeMs,
    slot,
    x,
    y,
    z,
  };
  sums.add(new Int32Array([77, ...KEY_COLUMNS.positions.map((name) => values[name] ?? 0)]), 1, player, team);
}

/** The rows as lines: players, team, samples, near samples, sum of the distances. */
function sumUp(samples: readonly Sample[], configuration = NEAR): string[] {
  const sums = new TeammateDistances(configuration);
  for (const sample of samples) add(sums, sample);
  expect(sums.finish()).toBe(true);
  const lines =
    Buffer.concat([...sums.rows(9)])
      .toString()
      .match(/.+\n/g) ?? [];
  return lines
    .map((line) => {
      const [round, ...fields] = line.trimEnd().split("\t");
      expect([round, fields.length]).toEqual(["9", TEAMMATES_COLUMNS.length - 1]);
      return fields.join(" ");
    })
    .sort();
}

test("counts every moment in which two teammates were alive, and those within the round's near units", () => {
  const at = (timeMs: number, x: number): Sample[] => [
    { timeMs, slot: 0, player: 5, at: [0, 0, 0] },
    { timeMs, slot: 1, player: 4, at: [x, 0, 0] },
  ];
  expect(sumUp([...at(0, 300), ...at(1000, 300.1), ...at(9000, 3), ...at(10_000, 0).slice(1)])).toEqual([
    "4 5 1 3 2 603.1",
  ]);
  expect(sumUp(at(0, 1), new Map())).toEqual(["4 5 1 1  1"]);
  expect(sumUp(at(0, 1), new Map([["prox_near_units", "0"]]))).toEqual(["4 5 1 1  1"]);
});

test("measures in three dimensions, and no enemies, no spectators and nobody with themselves", () => {
  const both: Omit<Sample, "slot" | "player" | "at"> = { timeMs: 0 };
  expect(
    sumUp([
      { ...both, slot: 0, player: 1, at: [0, 0, 0] },
      { ...both, slot: 1, player: 2, at: [2, 3, 6] },
      { ...both, slot: 2, player: 3, team: 2, at: [0, 0, 0] },
      { ...both, slot: 3, player: 4, team: 3, at: [0, 0, 0] },
      { ...both, slot: 4, player: 5, team: 3, at: [0, 0, 0] },
      { ...both, slot: 5, player: 1, at: [0, 0, 0] },
    ]),
  ).toEqual(["1 2 1 2 2 14"]);
});

test("knows who was in a slot, and in which team", () => {
  const pair = (timeMs: number, first: number, second: number, team = 1): Sample[] => [
    { timeMs, slot: 0, player: first, team, at: [0, 0, 0] },
    { timeMs, slot: 9, player: second, team, at: [0, 10, 0] },
  ];
  expect(
    sumUp([
      ...pair(0, 1, 2),
      ...pair(1000, 1, 3),
      ...pair(2000, 1, 2),
      ...pair(3000, 1, 2, 2),
      ...pair(4000, 2, 1, 2),
    ]),
  ).toEqual(["1 2 1 2 2 20", "1 2 2 2 2 20", "1 3 1 1 1 10"]);
});

test("gives up on more pairs than a round has, instead of filling the memory", () => {
  const sums = new TeammateDistances(NEAR);
  for (let moment = 0; moment < 60_000; moment++) {
    add(sums, { timeMs: moment, slot: 0, player: 1, at: [0, 0, 0] });
    add(sums, { timeMs: moment, slot: 1, player: moment + 2, at: [0, 0, 0] });
  }
  expect(sums.finish()).toBe(false);
});
