import { describe, expect, it } from "vitest";

import { describeDowns } from "../../src/reports/downs.ts";
import { cutFight } from "../../src/reports/fight-stretches.ts";

describe("cutFight", () => {
  it("leaves a short fight whole, with how the players came there", () => {
    expect(cutFight({ startMs: 20_000, endMs: 35_000 }, [22_000, 34_000], [21_000])).toEqual({
      drawn: [{ fromMs: 15_000, toMs: 35_000, downs: [0, 1] }],
      leftOut: { stretches: 0, downs: 0 },
    });
  });

  it("cuts a longer one around its downs: at most five, at most 8 s apart, none before the last down", () => {
    const downs = [22_000, 30_000, 30_001, 31_000, 32_000, 33_000, 34_000, 34_500, 60_000];
    expect(cutFight({ startMs: 20_000, endMs: 60_200 }, downs, []).drawn).toEqual([
      { fromMs: 19_000, toMs: 30_000, downs: [0, 1] },
      { fromMs: 30_001, toMs: 32_500, downs: [2, 3, 4] },
      { fromMs: 32_001, toMs: 35_000, downs: [5, 6, 7] },
      { fromMs: 57_000, toMs: 60_200, downs: [8] },
    ]);
  });

  it("leaves downs of the same moment together: none is between two stretches", () => {
    const downs = [20_000, 21_000, 22_000, 22_000, 23_000, 24_000];
    const { drawn } = cutFight({ startMs: 18_000, endMs: 40_000 }, downs, []);
    expect(drawn.map((stretch) => stretch.downs)).toEqual([
      [0, 1, 2, 3],
      [4, 5],
    ]);
    for (const timeMs of downs)
      expect(drawn.filter(({ fromMs, toMs }) => timeMs >= fromMs && timeMs <= toMs)).toHaveLength(1);
  });

  it("draws the eight stretches with most downs in their order, and counts the others", () => {
    // Ten stretches; the third and the seventh have two downs.
    const downs = Array.from({ length: 10 }, (_, index) => index * 10_000);
    downs.push(20_100, 60_100);
    downs.sort((a, b) => a - b);
    const { drawn, leftOut } = cutFight({ startMs: 0, endMs: 100_000 }, downs, []);
    expect(leftOut).toEqual({ stretches: 2, downs: 2 });
    expect(drawn.map(({ downs: { length } }) => length)).toEqual([1, 1, 2, 1, 1, 1, 2, 1]);
    expect(drawn.flatMap((stretch) => stretch.downs)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("cuts a fight without downs around its hits", () => {
    const { drawn } = cutFight({ startMs: 0, endMs: 30_000 }, [], [0, 1000, 29_000]);
    expect(drawn).toEqual([
      { fromMs: -3000, toMs: 1500, downs: [] },
      { fromMs: 26_000, toMs: 29_500, downs: [] },
    ]);
  });
});

describe("describeDowns", () => {
  const kill = (relation: "enemy" | "team" | "self" | "world") => ({ event: "kill", relation }) as const;
  it("says by whom, where not all were enemies", () => {
    const hit = { event: "hit", relation: "team" } as const;
    expect(describeDowns([kill("enemy"), hit, kill("enemy")])).toBe("2 downs");
    expect(describeDowns([kill("enemy"), kill("team"), kill("self"), kill("world")])).toBe(
      "4 downs (1 by enemies, 1 by team mates, 2 by themselves or the world)",
    );
    expect(describeDowns([])).toBe("0 downs");
  });
});
