import { describe, expect, test } from "vitest";

import { MOVEMENT_COLUMNS, MovementSums } from "../../src/import/movement-sums.ts";
import { KEY_COLUMNS } from "../../src/parsers/row-values.ts";
import { useRecordedRounds } from "../support/recorded-rounds.ts";

const CONFIGURATION = { prox_heatmap_cell_units: "100", prox_sample_ms: "1000" };
const sumsFor = (configuration: Readonly<Record<string, string>>): MovementSums | undefined =>
  MovementSums.of(new Map(Object.entries(configuration)));

interface Sample {
  timeMs: number;
  x: number;
  y?: number;
  slot?: number;
  player?: number;
  team?: number;
  class?: number;
  life?: number;
  speed?: number;
  stationaryMs?: number;
}

/** The rows of the sums of some samples, each as its columns. */
function sumUp(samples: readonly Sample[]): Record<string, number | number[]>[] {
  const sums = sumsFor(CONFIGURATION);
  if (sums === undefined) throw new Error("no sums for the configuration");
  for (const {
    life = 1,
    player = 7,
    slot = 0,
    speed = 0,
    stationaryMs = 0,
    team = 1,
    timeMs,
    x,
    y = 0,
    ...who
  } of samples) {
    const values: Record<(typeof KEY_COLUMNS.positions)[number], number> = {
      time_ms: timeMs,
      slot,
      life,
      // In tenths of a unit, as the parser has them.
      x: Math.round(x * 10),
      y: Math.round(y * 10),
      z: 0,
      class: who.class ?? 0,
      speed_ups: speed,
      stationary_ms: stationaryMs,
      stance: 0,
      is_sprinting: 0,
      distance_units: 0,
    };
    sums.add(new Int32Array([99, ...KEY_COLUMNS.positions.map((name) => values[name])]), 1, player, team);
  }
  const lines =
    Buffer.concat([...sums.rows(3)])
      .toString()
      .match(/.+\n/g) ?? [];
  return lines.map((row) => {
    const fields = row.trimEnd().split("\t");
    return Object.fromEntries(
      MOVEMENT_COLUMNS.map((name, index) => {
        const field = fields[index] ?? "";
        return [name, JSON.parse(field.replace("{", "[").replace("}", "]")) as number | number[]];
      }),
    );
  });
}

/** Ways as text, each with how often it was taken. */
const waysOf = (samples: readonly Sample[]): string[] =>
  sumUp(samples).flatMap((row) => {
    const [fromX = [], fromY = [], toX = [], toY = [], times = []] = (
      ["way_from_x", "way_from_y", "way_to_x", "way_to_y", "way_times"] as const
    ).map((name) => row[name] as number[]);
    return times.map((count, way) => `${fromX[way]} ${fromY[way]} to ${toX[way]} ${toY[way]}: ${count}`);
  });

describe("MovementSums", () => {
  test("adds up the samples of each cell", () => {
    expect(
      sumUp([
        { timeMs: 1000, x: 99.9, y: -0.1, speed: 10, stationaryMs: 5 },
        { timeMs: 2000, x: 0, y: -100, speed: 30, stationaryMs: 0 },
        { timeMs: 3000, x: -65536, y: 65536, speed: 1, stationaryMs: 2 },
      ]),
    ).toEqual([
      {
        round_id: 3,
        player_id: 7,
        team: 1,
        class: 0,
        cell_x: [0, -656],
        cell_y: [-1, 655],
        samples: [2, 1],
        stationary_ms: [5, 2],
        speed_sum_ups: [40, 1],
        way_from_x: [0],
        way_from_y: [-1],
        way_to_x: [-656],
        way_to_y: [655],
        way_times: [1],
      },
    ]);
  });

  test("has a row for each player, team and class, whatever the slot", () => {
    const rows = sumUp([
      { timeMs: 1000, x: 0 },
      { timeMs: 1000, x: 0, slot: 1, player: 8 },
      { timeMs: 2000, x: 0, slot: 2 },
      { timeMs: 3000, x: 0, team: 2 },
      { timeMs: 4000, x: 0, class: 4 },
    ]);
    expect(rows.map((row) => [row["player_id"], row["team"], row["class"], row["samples"]])).toEqual([
      [7, 1, 0, [2]],
      [8, 1, 0, [1]],
      [7, 2, 0, [1]],
      [7, 1, 4, [1]],
    ]);
  });

  test("counts ways by their ends, there and back", () => {
    const there = { x: 50, y: 50 };
    const back = { x: 150, y: 50 };
    expect(
      waysOf([there, there, back, there, back].map((place, index) => ({ ...place, timeMs: index * 1000 }))),
    ).toEqual(["0 0 to 1 0: 2", "1 0 to 0 0: 1"]);
  });

  test.each<[string, Sample, string[]]>([
    ["two samples' time apart", { timeMs: 3000, x: 150 }, ["0 0 to 1 0: 1"]],
    ["further apart", { timeMs: 3001, x: 150 }, []],
    ["in a new life", { timeMs: 2000, x: 150, life: 2 }, []],
    ["of another player in the slot", { timeMs: 2000, x: 150, player: 8 }, []],
    ["of the player in another slot", { timeMs: 2000, x: 150, slot: 1 }, []],
    ["of another class", { timeMs: 2000, x: 150, class: 1 }, []],
    ["in another team", { timeMs: 2000, x: 150, team: 2 }, []],
    ["in the same cell", { timeMs: 2000, x: 99.9 }, []],
  ])("a sample %s", (_, next, ways) => {
    expect(waysOf([{ timeMs: 1000, x: 50 }, next])).toEqual(ways);
  });

  test.each([
    ["a size", { prox_sample_ms: "1000" }],
    ["an interval", { prox_heatmap_cell_units: "256" }],
    ["a size that is a number", { ...CONFIGURATION, prox_heatmap_cell_units: "large" }],
    ["a size that cells can have", { ...CONFIGURATION, prox_heatmap_cell_units: "7" }],
  ])("is not to be had without %s", (_, configuration) => {
    expect(sumsFor(CONFIGURATION)?.cellUnits).toBe(100);
    expect(sumsFor(configuration)).toBeUndefined();
  });

  test("gives up on more cells than a round has, instead of filling the memory", () => {
    const sums = sumsFor({ ...CONFIGURATION, prox_heatmap_cell_units: "8" });
    const keys = new Int32Array(KEY_COLUMNS.positions.length);
    const add = (cells: number, row: number): void => {
      keys[KEY_COLUMNS.positions.indexOf("y")] = row * 80;
      for (let cell = 0; cell < cells; cell++) {
        keys[KEY_COLUMNS.positions.indexOf("x")] = cell * 80;
        // Far apart, so that no ways are counted.
        keys[0] = (keys[0] ?? 0) + 5000;
        sums?.add(keys, 0, 1, 1);
      }
    };
    for (let row = 0; row < 50; row++) add(4000, row);
    expect(sums?.isTooMuch).toBe(false);
    add(1, 50);
    expect(sums?.isTooMuch).toBe(true);
  });
});

describe("what an import sums up of the recordings", () => {
  const recorded = useRecordedRounds();

  interface Row {
    roundId: number;
    playerId: number;
    slot: number;
    life: number;
    team: number;
    class: number;
    timeMs: number;
    x: number;
    y: number;
    speedUps: number;
    stationaryMs: number;
  }

  const counted = (lines: Iterable<string>): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const line of lines) counts[line] = (counts[line] ?? 0) + 1;
    return counts;
  };

  test("is what the samples say, one after another", async () => {
    const { sql } = recorded;
    const samples = await sql<Row[]>`
      select round_id as "roundId", player_id as "playerId", slot, life, team, class, time_ms as "timeMs", x, y,
        speed_ups as "speedUps", stationary_ms as "stationaryMs"
      from player_positions order by round_id, slot, life, time_ms`;
    const cell = ({ x, y }: Row): string => `${Math.floor(x / 256)} ${Math.floor(y / 256)}`;
    const who = (row: Row): string => [row.roundId, row.playerId, row.team, row.class].join("/");

    const cells = await sql<{ line: string; samples: number; speedUps: number; stationaryMs: number }[]>`
      select round_id || '/' || player_id || '/' || team || '/' || class || ': ' || cell_x || ' ' || cell_y as line,
        samples, speed_sum_ups as "speedUps", stationary_ms as "stationaryMs"
      from player_cells`;
    expect(cells.length).toBeGreaterThan(500);
    expect(Object.fromEntries(cells.map(({ line, samples: count }) => [line, count]))).toEqual(
      counted(samples.map((sample) => `${who(sample)}: ${cell(sample)}`)),
    );
    const total = (rows: readonly { speedUps: number; stationaryMs: number }[]): number[] => [
      rows.reduce((sum, { speedUps }) => sum + speedUps, 0),
      rows.reduce((sum, { stationaryMs }) => sum + stationaryMs, 0),
    ];
    expect(total(cells)).toEqual(total(samples));

    const steps = samples.flatMap((to, index) => {
      const from = samples[index - 1];
      const isStep =
        from?.roundId === to.roundId &&
        from.slot === to.slot &&
        from.life === to.life &&
        to.timeMs - from.timeMs <= 2000 &&
        cell(from) !== cell(to);
      return isStep ? [`${who(to)}: ${cell(from)} to ${cell(to)}`] : [];
    });
    const ways = await sql<{ line: string; times: number }[]>`
      select round_id || '/' || player_id || '/' || team || '/' || class || ': ' || from_x || ' ' || from_y
        || ' to ' || to_x || ' ' || to_y as line, times
      from player_ways`;
    expect(ways.length).toBeGreaterThan(500);
    expect(Object.fromEntries(ways.map(({ line, times }) => [line, times]))).toEqual(counted(steps));
  });
});
