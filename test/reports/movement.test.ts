import { beforeAll, describe, expect, it } from "vitest";

import { createPool, type Sql } from "../../src/db/driver/connect.ts";
import { inTransaction } from "../../src/db/driver/transaction.ts";
import { reportMovement } from "../../src/reports/movement.ts";
import { readFlows } from "../../src/reports/queries/movement.ts";
import type { FlowRow } from "../../src/reports/queries/movement.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { createEvenings } from "../support/evenings.ts";
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
      flows.set(key, { ...flow, times: flow.times + 1, players: flow.slots.add(sample.slot).size });
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
    const sorting = createPool(`${url}${url.includes("?") ? "&" : "?"}enable_hashagg=off`, {
      connections: 1,
    });
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

  it("are counted in a transaction that is begun already, as answers of a chat read, and leave its settings", async () => {
    await inTransaction(
      database.sql,
      async (transaction) => {
        const settings = () => transaction`
          select current_setting('enable_sort') as sort, current_setting('work_mem') as memory`;
        const before = await settings();
        const flows = await readFlows(transaction as unknown as Sql, { bots: "without" }, CELL_UNITS, 10_000);
        expect(flows).toEqual(countFlows(walks, () => true));
        expect(await settings()).toEqual(before);
      },
      "isolation level repeatable read read only",
    );
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

describe("samples and lives", () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
    const al = { guid: "AAAA", name: "Al", team: 1 } as const;
    const often = await addRound(database.sql, { key: "often", map: "often", sampleMs: 500, players: [al] });
    const sample = { slot: 0, at: [50, 50, 0], distance: 50, stationaryMs: 250 } as const;
    await often.addPositions([
      { ...sample, timeMs: 500, speed: 100 },
      { ...sample, timeMs: 1000, speed: 200, stance: 1 },
      { ...sample, timeMs: 1500, speed: 300, stance: 2 },
      { ...sample, timeMs: 2000, speed: 400, isSprinting: true },
    ]);
    const seldom = await addRound(database.sql, {
      key: "seldom",
      map: "seldom",
      sampleMs: 5000,
      players: [al],
    });
    await seldom.addPositions([
      { slot: 0, timeMs: 5000, at: [50, 50, 0] },
      { slot: 0, timeMs: 15_000, at: [150, 50, 0] },
      { slot: 0, timeMs: 25_050, at: [250, 50, 0] },
      { slot: 0, timeMs: 35_101, at: [350, 50, 0] },
    ]);
    // Al leaves, and comes back in another slot at once: their first life there is not the first one before.
    const back = await addRound(database.sql, { key: "back", map: "back", players: [al, al] });
    await back.addPositions([
      { slot: 0, timeMs: 1000, at: [50, 50, 0] },
      { slot: 1, timeMs: 2000, at: [150, 50, 0] },
    ]);
  });

  // In a phase the samples are read one by one, else lives as they were summed up.
  it.each([[{}], [{ phase: "0:00-" }]])("a sample stands for the time between two: %o", async (request) => {
    const { classes, places } = await reportMovement(database.sql, { map: "often", ...request }, CELL_UNITS);
    expect(places).toEqual([{ cellX: 0, cellY: 0, presenceS: 2, stationaryS: 1, meanSpeedUps: 250 }]);
    expect(classes).toMatchObject([
      {
        aliveS: 2,
        lives: 1,
        players: 1,
        speedUps: { value: 250 },
        unitsPerMinute: { value: 6000 },
        stationary: { value: 0.5 },
        crouching: { value: 0.25 },
        prone: { value: 0.25 },
        sprinting: { value: 0.25 },
      },
    ]);
  });

  it("two intervals of the round's own and a frame are no gap yet", async () => {
    const { flows } = await reportMovement(database.sql, { map: "seldom" }, CELL_UNITS);
    expect(flows.map(({ fromX, toX }) => [fromX, toX])).toEqual([[0, 1]]);
  });

  it.each([[{}], [{ phase: "0:00-" }]])("a life is one of a slot: %o", async (request) => {
    const { classes, flows } = await reportMovement(database.sql, { map: "back", ...request }, CELL_UNITS);
    expect(classes).toMatchObject([{ lives: 2, players: 1, aliveS: 2 }]);
    expect(flows).toEqual([]);
  });
});

describe("reportMovement", () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createEvenings();
  });

  it("finds places, and ways within one life without gaps", async () => {
    const { classes, flows, places } = await reportMovement(database.sql, { map: "arena" }, 100);
    expect(places).toEqual([
      { cellX: 1, cellY: 0, presenceS: 3, stationaryS: 0, meanSpeedUps: 150 },
      { cellX: 2, cellY: 0, presenceS: 3, stationaryS: 1, meanSpeedUps: 50 },
      { cellX: 0, cellY: 0, presenceS: 2, stationaryS: 0, meanSpeedUps: 100 },
    ]);
    expect(flows).toEqual([
      { fromX: 1, fromY: 0, toX: 2, toY: 0, times: 2, players: 2 },
      { fromX: 0, fromY: 0, toX: 1, toY: 0, times: 1, players: 1 },
    ]);
    expect(classes).toMatchObject([
      {
        class: 0,
        players: 2,
        lives: 3,
        aliveS: 8,
        unitsPerMinute: { value: 5100 },
        stationary: { value: 1 / 8 },
      },
    ]);
  });
});
