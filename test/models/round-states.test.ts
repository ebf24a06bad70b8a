/** A small round on paper: who lives, lies and waits, what the model is told of it, and whom its changes count for. */
import { describe, expect, test } from "vitest";

import { roundFeatures, roundObservations } from "../../src/models/round-features.ts";
import { roundCurve, roundMoments, winProbabilityAdded } from "../../src/models/round-curve.ts";
import { playRound, statesAt, type LifeEvent, type RoundFacts } from "../../src/models/round-states.ts";
import type { Trained } from "../../src/models/train.ts";
import { waveSchedule } from "../../src/models/wave-schedule.ts";

const life = (
  timeMs: number,
  event: LifeEvent["event"],
  slot: number,
  more: Partial<LifeEvent> = {},
): LifeEvent => ({
  timeMs,
  event,
  slot,
  playerId: slot + 100,
  team: slot < 2 ? 1 : 2,
  byPlayerId: null,
  relation: null,
  nextWaveMs: null,
  ...more,
});
const kill = (timeMs: number, slot: number, by: number, nextWaveMs: number | null = null): LifeEvent =>
  life(timeMs, "kill", slot, { byPlayerId: by + 100, relation: "enemy", nextWaveMs });

/** Slots 0 and 1 are Axis, 2 and 3 Allies; Allies attack, and win. */
const FACTS: RoundFacts = {
  roundId: 1,
  roundKey: "r",
  matchKey: "m",
  endMs: 65_000,
  timeLimitMs: 100_000,
  winnerTeam: 2,
  attackingTeam: 2,
  seats: [0, 1, 2, 3].map((slot) => ({ timeMs: 0, slot, team: slot < 2 ? 1 : 2 })),
  lives: [
    ...[0, 1, 2, 3].map((slot) => life(500, "spawn", slot)),
    kill(10_000, 0, 2, 5000),
    life(12_000, "revive", 0, { byPlayerId: 101 }),
    kill(20_000, 0, 3, 10_000),
    life(21_000, "gib", 0),
    kill(25_000, 2, 1, 4000),
    life(30_000, "spawn", 0),
    life(41_000, "tapout", 2),
    kill(50_000, 3, 0, 7000),
    life(60_000, "leave", 1),
  ],
  objectives: [{ timeMs: 45_000, team: 2, playerId: 103 }],
};
const played = playRound(FACTS);
const at = (timeMs: number): ReturnType<typeof stateAt> => stateAt(timeMs);
const stateAt = (timeMs: number) => {
  const [found] = [...statesAt(played, [timeMs])];
  if (found === undefined) throw new Error("no state");
  return found.state;
};

describe("states", () => {
  test.each([
    [400, [0, 0], [0, 0], [2, 2]],
    [500, [2, 2], [0, 0], [2, 2]],
    [10_000, [1, 2], [1, 0], [2, 2]],
    [12_000, [2, 2], [0, 0], [2, 2]],
    [20_500, [1, 2], [1, 0], [2, 2]],
    [21_000, [1, 2], [0, 0], [2, 2]],
    [25_000, [1, 1], [0, 1], [2, 2]],
    [30_000, [2, 1], [0, 1], [2, 2]],
    [41_000, [2, 1], [0, 0], [2, 2]],
    [50_000, [2, 0], [0, 1], [2, 2]],
    [60_000, [1, 0], [0, 1], [1, 2]],
  ])("at %i ms", (timeMs, alive, down, people) => {
    expect(at(timeMs)).toMatchObject({ alive, down, people });
  });

  test("objectives add up", () => {
    expect([at(44_000).done, at(45_000).done]).toEqual([
      [0, 0],
      [0, 1],
    ]);
  });

  test("a slot that changes teams waits for its new team's wave", () => {
    const moved = playRound({ ...FACTS, seats: [...FACTS.seats, { timeMs: 15_000, slot: 2, team: 1 }] });
    expect([...statesAt(moved, [15_000])][0]?.state).toMatchObject({ alive: [2, 1], people: [3, 1] });
  });
});

describe("waves", () => {
  test("come at the interval that kills tell of", () => {
    const next = waveSchedule([
      { timeMs: 10_000, nextWaveMs: 5000 },
      { timeMs: 70_050, nextWaveMs: 4950 },
      { timeMs: 32_000, nextWaveMs: 3000 },
    ]);
    expect([next?.(0), next?.(14_000), next?.(15_000), next?.(36_000)]).toEqual([15_000, 1000, 0, 19_000]);
  });

  test("are not known from one wave, or from what fits no interval", () => {
    expect(waveSchedule([{ timeMs: 10_000, nextWaveMs: 5000 }])).toBeUndefined();
    expect(
      waveSchedule([
        { timeMs: 0, nextWaveMs: 5000 },
        { timeMs: 0, nextWaveMs: 8000 },
        { timeMs: 0, nextWaveMs: 10_000 },
      ]),
    ).toBeUndefined();
  });
});

describe("features", () => {
  test("are the attackers'", () => {
    // One Axis player lives and one lies, two Allies live; 20.5 s of 100 s are over.
    const [alive, people, revivable, , time, objectives] = roundFeatures(played, 20_500, at(20_500));
    expect(alive).toBeCloseTo(Math.log(3 / 2), 12);
    expect([people, revivable, objectives]).toEqual([0, -0.5, 0]);
    expect(time).toBeCloseTo(0.795 - 0.5, 12);
    expect(roundFeatures(played, 46_000, at(46_000))[5]).toBe(1);
  });

  test("say nothing of time and objectives where nobody attacks, and are those of Axis", () => {
    const even = playRound({ ...FACTS, attackingTeam: null });
    const features = roundFeatures(even, 46_000, [...statesAt(even, [46_000])][0]?.state ?? at(0));
    expect(features[0]).toBeCloseTo(Math.log(3 / 2), 12);
    expect(features.slice(4)).toEqual([0, 0]);
  });

  test("a wave that comes sooner for the attackers is above 0", () => {
    // Axis waves at 15, 30 and 45 s; Allies at 29 and 57 s, so every 28 s.
    const waves = playRound(FACTS);
    expect(waves.nextWaveMs[0]?.(16_000)).toBe(14_000);
    expect(waves.nextWaveMs[1]?.(16_000)).toBe(13_000);
    expect(roundFeatures(waves, 16_000, at(16_000))[3]).toBeCloseTo(0.1, 12);
  });

  test("moments are ten seconds apart, and weigh as one round", () => {
    const observations = roundObservations(FACTS);
    expect(observations).toHaveLength(6);
    expect(observations.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(observations.every(({ group, isWon }) => group === "m" && isWon)).toBe(true);
  });
});

describe("what a model makes of a round", () => {
  /** Only living players count, one for one in log-odds; a second fit says twice as much. */
  const trained: Trained = {
    model: { intercept: 0, coefficients: [1, 0, 0, 0, 0, 0], scales: [1, 1, 1, 1, 1, 1] },
    draws: [
      [0, 1, 0, 0, 0, 0, 0],
      [0, 2, 0, 0, 0, 0, 0],
    ],
  };

  test("the curve is Axis', from beginning to end", () => {
    const curve = roundCurve(played, trained);
    expect(curve).toHaveLength(66);
    // Allies live two to one: odds of 2 for Axis' one less, (1 + 1) to (2 + 1).
    expect(curve[11]?.axis).toBeCloseTo(2 / 5, 12);
    expect(curve[11]?.low).toBeCloseTo(0.025 * 0.4 + 0.975 * (4 / 13), 12);
    expect(curve[5]).toEqual({ timeMs: 5000, axis: 0.5, low: 0.5, high: 0.5 });
  });

  test("moments are ranked by how far they move it", () => {
    const [first] = roundMoments(played, trained);
    // Axis lead two to one when the last of the Allies falls: from 3 in 5 to 3 in 4.
    expect(first?.timeMs).toBe(50_000);
    expect([first?.before, first?.after]).toEqual([expect.closeTo(3 / 5, 12), expect.closeTo(3 / 4, 12)]);
  });

  test("what players added is counted for both, and adds up to nothing", () => {
    const added = winProbabilityAdded(played, trained);
    const of = (playerId: number) => added.find((row) => row.playerId === playerId);
    // Revived at 12 s: from 2 in 5 back to 1 in 2. Made a down at 25 s: from 2 in 5 to 1 in 2.
    expect(of(101)?.given).toBeCloseTo(0.2, 12);
    expect(of(101)?.taken).toBe(0);
    // Fell twice from 1 in 2 to 2 in 5, and made the down at 50 s.
    expect(of(100)?.taken).toBeCloseTo(-0.2, 12);
    expect(of(100)?.given).toBeCloseTo(0.15, 12);
    expect(of(100)?.events).toBe(3);
    const ofDowns = added.reduce((sum, { given, taken }) => sum + given + taken, 0);
    // Downs cancel; the revive of 0.1 has no other side.
    expect(ofDowns).toBeCloseTo(0.1, 12);
    expect(of(101)?.added.low).toBeLessThan(of(101)?.added.high ?? 0);
  });
});
