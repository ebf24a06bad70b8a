import { describe, expect, test } from "vitest";

import { type Engagement, distanceOf, isApart } from "../../src/rules/fight.ts";

const PARTICIPANT = {
  joinedMs: 0,
  lastDamageMs: 0,
  damageGiven: 0,
  damageReceived: 0,
  hitsGiven: 0,
  kills: 0,
  deaths: 0,
};
const at = (x: number) => ({ x, y: 0, z: 0 });

test.each([
  ["of two players", [at(0), at(300)], 300],
  ["from one who is nowhere", [undefined, at(300)], undefined],
  ["to one who is nowhere", [at(0), undefined], undefined],
])("the distance %s", (_name, positions, distance) => {
  expect(distanceOf(0, 1, positions)).toBe(distance);
});

describe("a player is apart", () => {
  test.each([
    ["from an opponent at the distance", { team: 2, isIn: true }, at(1000), true],
    ["not from one a unit nearer", { team: 2, isIn: true }, at(999), false],
    ["from one who is out of the fight", { team: 2, isIn: false }, at(10), true],
    ["from a teammate", { team: 1, isIn: true }, at(10), true],
    ["from one who is nowhere", { team: 2, isIn: true }, undefined, true],
  ])("%s", (_name, other, position, expected) => {
    const player = { ...PARTICIPANT, slot: 0, team: 1, isIn: true };
    const engagement: Engagement = {
      number: 1,
      startMs: 0,
      nextExitMs: 0,
      attackers: 1,
      defenders: 1,
      attackerTeam: 1,
      opener: 0,
      firstTarget: 1,
      distance: 0,
      ...at(0),
      isOver: false,
      mergedInto: undefined,
      participants: [player, { ...PARTICIPANT, slot: 1, ...other }],
    };
    expect(isApart(engagement, player, 1000, [at(0), position])).toBe(expected);
  });
});
