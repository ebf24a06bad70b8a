import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { createPool } from "../../src/db/connect.ts";
import { readFlows } from "../../src/reports/queries/movement.ts";
import type { FlowRow } from "../../src/reports/queries/movement.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { addRound } from "../support/hand-made.ts";

const CELL_UNITS = 100;
const SAMPLE_MS = 1000;
const ROUNDS = 2;

interface Sample {
  timeMs: number;
  slot: number;
  life: number;
  at: readonly [number, number, number];
}

/** Small whole numbers, the same in each run. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/** Walks of three players around the origin, with gaps, respawns and standing still. */
function wander(seed: number): Sample[] {
  const random = createRandom(seed);
  return [0, 1, 2].flatMap((slot) => {
    const samples: Sample[] = [];
    let [life, x, y] = [1, 0, 0];
    for (let timeMs = SAMPLE_MS; timeMs <= 200 * SAMPLE_MS; timeMs += SAMPLE_MS) {
      if (random(15) === 0) life += 1;
      x += (random(3) - 1) * 60;
      y += (random(3) - 1) * 60;
      // Beyond two intervals from one sample to the next is a gap.
      if (random(4) > 0) samples.push({ timeMs: timeMs + random(2) * 50, slot, life, at: [x, y, 0] });
    }
    return samples;
  });
}

/** The ways, counted one sample after another. */
function countFlows(
  rounds: readonly (readonly Sample[])[],
  isCounted: (sample: Sample) => boolean,
): FlowRow[] {
  const flows = new Map<string, FlowRow & { slots: Set<number> }>();
  for (const samples of rounds) {
    const last = new Map<string, Sample>();
    for (const sample of samples.filter(isCounted)) {
      const before = last.get(`${sample.slot}/${sample.life}`);
      last.set(`${sample.slot}/${sample.life}`, sample);
      if (before === undefined || sample.timeMs - before.timeMs > 2 * SAMPLE_MS) continue;
      const [fromX, fromY, toX, toY] = [before.at[0], before.at[1], sample.at[0], sample.at[1]].map((units) =>
        Math.floor(units / CELL_UNITS),
      ) as [number, number, number, number];
      if (fromX === toX && fromY === toY) continue;
      const key = [fromX, fromY, toX, toY].join();
      const flow = flows.get(key) ?? { fromX, fromY, toX, toY, times: 0, players: 0, slots: new Set() };
      flow.times += 1;
      flow.players = flow.slots.add(sample.slot).size;
      flows.set(key, flow);
    }
  }
  return [...flows.values()]
    .map(({ fromX, fromY, toX, toY, times, players }) => ({ fromX, fromY, toX, toY, times, players }))
    .sort(
      (a, b) => b.times - a.times || a.fromX - b.fromX || a.fromY - b.fromY || a.toX - b.toX || a.toY - b.toY,
    );
}

describe("ways between cells", () => {
  let database: TestDatabase;
  const walks = Array.from({ length: ROUNDS }, (_, index) => wander(index + 1));

  beforeAll(async () => {
    database = await createTestDatabase();
    for (const [index, samples] of walks.entries()) {
      const round = await addRound(database.sql, {
        key: `round ${index}`,
        players: [
          { guid: "AAAA", name: "Al", team: 1 },
          { guid: "BBBB", name: "Bo", team: 2 },
          { guid: "CCCC", name: "Cy", team: 2 },
        ],
      });
      await round.addPositions(samples);
    }
  });
  afterAll(() => database.drop());

  it("are counted within one life, without gaps, in all four quadrants", async () => {
    const expected = countFlows(walks, () => true);
    expect(expected.length).toBeGreaterThan(50);
    expect(expected.some(({ fromX, fromY }) => fromX < 0 && fromY < 0)).toBe(true);
    expect(expected.some(({ fromX, fromY }) => fromX >= 0 && fromY >= 0)).toBe(true);
    expect(expected.some(({ players }) => players > 1)).toBe(true);
    const flows = await readFlows(database.sql, { bots: "without" }, CELL_UNITS, 10_000);
    expect(flows.map((flow) => ({ ...flow }))).toEqual(expected);
  });

  it("are the same where the server sorts by life instead of hashing", async () => {
    const { url } = database;
    const sorting = createPool(`${url}${url.includes("?") ? "&" : "?"}enable_hashagg=off`, 1);
    try {
      const [{ setting }] = await sorting<
        [{ setting: string }]
      >`select current_setting('enable_hashagg') as setting`;
      expect(setting).toBe("off");
      const flows = await readFlows(sorting, { bots: "without" }, CELL_UNITS, 10_000);
      expect(flows).toEqual(countFlows(walks, () => true));
    } finally {
      await sorting.end();
    }
  });

  it("are those taken most where only some are asked for", async () => {
    const flows = await readFlows(database.sql, { bots: "without" }, CELL_UNITS, 7);
    expect(flows.map((flow) => ({ ...flow }))).toEqual(countFlows(walks, () => true).slice(0, 7));
  });

  it("are those of the filters", async () => {
    const filters = { bots: "without", phase: { fromMs: 50_000, toMs: 120_000 } } as const;
    const flows = await readFlows(database.sql, filters, CELL_UNITS, 10_000);
    const expected = countFlows(walks, ({ timeMs }) => timeMs >= 50_000 && timeMs < 120_000);
    expect(flows.map((flow) => ({ ...flow }))).toEqual(expected);
  });
});
