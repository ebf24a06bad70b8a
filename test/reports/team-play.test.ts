import { beforeAll, describe, expect, it } from "vitest";

import { reportTeamPlay } from "../../src/reports/team-play.ts";
import type { TestDatabase } from "../support/database.ts";
import { createEvenings } from "../support/evenings.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createEvenings();
});

describe("reportTeamPlay", () => {
  it("counts pairs by opportunity, whichever of the two is named first", async () => {
    const { pairs } = await reportTeamPlay(database.sql, {});
    expect(pairs).toHaveLength(2);
    expect(pairs[0]).toMatchObject({
      name: "^1Al",
      partnerName: "Amy",
      rounds: 2,
      sharedFights: 2,
      wonFights: 1,
      lostFights: 0,
      crossfires: 2,
      crossfireFights: 1,
      crossfireDamage: 100,
      medianAngleDeg: 75,
      downs: 1,
      trades: 1,
      baits: 1,
      aliveS: 60,
      nearS: 30,
      // 10 of 40 and 20 of 20 seconds: two rounds that differ much tell little.
      nearShare: { value: 0.5, low: 0, high: 1, sample: 2, sampleUnit: "rounds" },
    });
    expect(pairs[0]?.crossfireRate).toMatchObject({ successes: 1, trials: 2, share: 0.5 });
    expect(pairs[0]?.tradeRate).toMatchObject({ successes: 1, trials: 1 });
    expect(pairs[1]).toMatchObject({ name: "Bo", partnerName: "Bea", sharedFights: 1, crossfires: 0 });
  });

  it("counts time together in all rounds in which both were alive, of one side where asked", async () => {
    const seconds = async (request: object): Promise<unknown[]> => {
      const { pairs } = await reportTeamPlay(database.sql, request);
      const pair = pairs.find(({ name }) => name === "^1Al");
      return [pair?.aliveS, pair?.nearS, pair?.nearShare?.sample];
    };
    expect(await seconds({ player: ["Amy"] })).toEqual([60, 30, 2]);
    expect(await seconds({ team: "axis" })).toEqual([55, 25, 2]);
    // It is known of whole rounds and of all that players did.
    for (const request of [
      { phase: "0:00-" },
      { engagement: "2v1" },
      { class: ["medic"] },
      { weapon: ["mp40"] },
      { means: ["mp40"] },
    ]) {
      expect(await seconds(request), JSON.stringify(request)).toEqual([null, null, undefined]);
    }
  });

  it("counts what was done with a weapon from its begin to its end, but chances whatever they were taken with", async () => {
    const { pairs } = await reportTeamPlay(database.sql, { weapon: ["mp40"], round: ["one"] });
    expect(pairs[0]).toMatchObject({
      sharedFights: 1,
      crossfires: 1,
      crossfireDamage: 60,
      medianAngleDeg: 90,
      downs: 1,
      trades: 0,
    });
  });

  it("filters by player, shape and round", async () => {
    const count = async (request: object): Promise<number | undefined> =>
      (await reportTeamPlay(database.sql, request)).pairs.find(({ name }) => name === "^1Al")?.sharedFights;
    expect(await count({ player: ["Amy"], engagement: "2v2" })).toBe(1);
    expect(await count({ round: ["one"] })).toBe(1);
    expect(await count({ player: ["Bo"] })).toBeUndefined();
  });
});
