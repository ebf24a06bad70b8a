import { describe, expect, it } from "vitest";

import { packReplay } from "../../src/replay/pack.ts";
import { buildRound, type Round } from "../../src/replay/page/round.ts";
import { healthAt, lifeAt, positionAt, sampleAt, type Track } from "../../src/replay/page/track.ts";
import type { ReplayData } from "../../src/replay/replay-data.ts";
import { KNOWN_ROUND, makeEvent, makeSample } from "../support/known-round.ts";

function trackOf(round: Round, index: number): Track {
  const track = round.tracks[index];
  if (track === undefined) throw new Error(`there is no track ${index}`);
  return track;
}

function positionIn(data: ReplayData, actor: number, timeMs: number) {
  const round = buildRound(packReplay(data));
  return positionAt(trackOf(round, actor), timeMs, round.sampleIntervalMs);
}

const onePlayer = (samples: ReplayData["samples"], events: ReplayData["events"] = []): ReplayData => ({
  ...KNOWN_ROUND,
  samples,
  events,
  engagements: [],
  teamPlay: [],
});

describe("where a player is", () => {
  it("lies on the straight way between two samples", () => {
    expect(positionIn(KNOWN_ROUND, 0, 2250)).toEqual({ x: 225, y: 0, z: 24, yawDeg: 0, ageMs: 0 });
  });

  it("is where a shot says, between the samples", () => {
    const data = onePlayer(
      [makeSample(0, 0, { x: 0 }), makeSample(0, 1000, { x: 100 })],
      [makeEvent(500, "fire", { attacker: 0, attackerAt: { x: 10, y: 40, z: 24 }, attackerYawDeg: 90 })],
    );
    expect(positionIn(data, 0, 500)).toMatchObject({ x: 10, y: 40, yawDeg: 90 });
    expect(positionIn(data, 0, 250)).toMatchObject({ x: 5, y: 20, yawDeg: 45 });
  });

  it("turns the shorter way round", () => {
    const data = onePlayer([makeSample(0, 0, { yawDeg: 170 }), makeSample(0, 1000, { yawDeg: -170 })]);
    expect(positionIn(data, 0, 500)?.yawDeg).toBe(180);
  });

  it("is not carried over a death and a spawn", () => {
    const target = (timeMs: number) => positionIn(KNOWN_ROUND, 1, timeMs);
    expect(target(5400)).toMatchObject({ x: 1000, y: 500 });
    expect(target(6000)).toBeUndefined();
    expect(target(11_999)).toBeUndefined();
    expect(target(12_000)).toMatchObject({ x: -500, y: -500, ageMs: 0 });
  });

  it("is not carried over a new life that no event announced", () => {
    const data = onePlayer([makeSample(0, 0), makeSample(0, 1000, { x: 400, life: 2 })]);
    expect(positionIn(data, 0, 900)).toMatchObject({ x: 0, ageMs: 900 });
    expect(positionIn(data, 0, 1000)).toMatchObject({ x: 400 });
  });

  it("stays where it was until a teleport is seen, and says how old that is", () => {
    expect(positionIn(KNOWN_ROUND, 2, 3900)).toMatchObject({ x: 0, y: 800, ageMs: 900 });
    expect(positionIn(KNOWN_ROUND, 2, 4000)).toMatchObject({ x: 2000, y: 800, ageMs: 0 });
  });

  it("grows old where samples are missing", () => {
    expect(positionIn(KNOWN_ROUND, 2, 12_500)).toMatchObject({ x: 2000, ageMs: 4500 });
  });

  it("goes on with the same life after a revive, from where the player lay", () => {
    const data = onePlayer(
      [makeSample(0, 0), makeSample(0, 1000, { x: 100 }), makeSample(0, 6000, { x: 130, health: 40 })],
      [
        makeEvent(1500, "kill", { target: 0, targetLife: 1, targetAt: { x: 120, y: 0, z: 24 } }),
        makeEvent(5000, "revive", { target: 0, targetLife: 1 }),
      ],
    );
    expect(positionIn(data, 0, 3000)).toBeUndefined();
    expect(positionIn(data, 0, 5000)).toMatchObject({ x: 120 });
    expect(positionIn(data, 0, 5500)).toMatchObject({ x: 125 });
  });
});

describe("how a player fares", () => {
  const round = buildRound(packReplay(KNOWN_ROUND));

  it.each([
    [0, "alive"],
    [5499, "alive"],
    [5500, "down"],
    [7999, "down"],
    [8000, "waiting"],
    [11_999, "waiting"],
    [12_000, "alive"],
  ])("at %i ms is %s", (timeMs, life) => {
    expect(lifeAt(trackOf(round, 1), timeMs).life).toBe(life);
  });

  it("is gone after leaving and before the first life", () => {
    expect(lifeAt(trackOf(round, 2), 18_000).life).toBe("gone");
    const late = buildRound(packReplay(onePlayer([makeSample(0, 5000)])));
    expect(lifeAt(trackOf(late, 0), 4999).life).toBe("gone");
  });

  it("has the health of the latest sample or hit of this life", () => {
    const data = onePlayer(
      [makeSample(0, 0, { health: 90 }), makeSample(0, 1000, { health: 60 })],
      [makeEvent(400, "hit", { target: 0, targetHealth: 90, damageEffective: 30 })],
    );
    const track = trackOf(buildRound(packReplay(data)), 0);
    expect([0, 399, 400, 1000].map((timeMs) => healthAt(track, timeMs))).toEqual([90, 90, 60, 60]);
    expect(healthAt(trackOf(round, 1), 12_000)).toBe(100);
  });

  it("has stance, class and weapon of the latest sample of this life", () => {
    expect(sampleAt(trackOf(round, 1), 4000)).toMatchObject({ stance: 1, class: 1, weapon: 3 });
    expect(sampleAt(trackOf(round, 2), 12_000)).toMatchObject({ weapon: 10, class: 4 });
  });

  it("counts kills of enemies and deaths", () => {
    expect(trackOf(round, 0).killTimes).toEqual([5500]);
    expect(trackOf(round, 1).deathTimes).toEqual([5500]);
  });
});

describe("the round", () => {
  it("shows the part of the world that the data knows, with a margin", () => {
    const { bounds } = buildRound(packReplay(KNOWN_ROUND));
    expect(bounds).toMatchObject({ minX: -650, maxX: 2150, minY: -650, maxY: 950 });
  });

  it("takes the map's own bounds where they are given", () => {
    const bounds = { minX: -4096, minY: -2048, maxX: 4096, maxY: 2048 };
    expect(buildRound(packReplay({ ...KNOWN_ROUND, ground: { bounds } })).bounds).toEqual(bounds);
  });

  it("loses nobody where the map's bounds are wrong", () => {
    const bounds = { minX: 3000, minY: 0, maxX: 4000, maxY: 500 };
    const round = buildRound(packReplay({ ...KNOWN_ROUND, ground: { bounds } }));
    expect(round.mapBounds).toEqual(bounds);
    expect(round.bounds).toMatchObject({ minX: -500, maxX: 4000, minY: -500, maxY: 800 });
  });

  it("survives a round without anybody", () => {
    const empty = buildRound(
      packReplay({ ...KNOWN_ROUND, actors: [], samples: [], events: [], teamPlay: [], engagements: [] }),
    );
    expect(empty.tracks).toEqual([]);
    expect(empty.bounds.maxX).toBeGreaterThan(empty.bounds.minX);
  });
});
