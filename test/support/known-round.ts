/** A replay of a few seconds in which every position and every moment is known. */
import type { ReplayData, ReplayEvent, ReplaySample } from "../../src/replay/replay-data.ts";

const NOTHING: Omit<ReplayEvent, "timeMs" | "event"> = {
  attacker: null,
  target: null,
  relation: null,
  weapon: null,
  meansOfDeath: null,
  damageEffective: null,
  isHeadshot: false,
  targetHealth: null,
  targetIsWounded: false,
  targetLife: null,
  distanceUnits: null,
  attackerAt: null,
  attackerYawDeg: null,
  targetAt: null,
};

export function makeEvent(
  timeMs: number,
  event: ReplayEvent["event"],
  fields: Partial<ReplayEvent> = {},
): ReplayEvent {
  return { ...NOTHING, timeMs, event, ...fields };
}

export function makeSample(actor: number, timeMs: number, fields: Partial<ReplaySample> = {}): ReplaySample {
  const standing = { life: 1, x: 0, y: 0, z: 24, yawDeg: 0, health: 100, stance: 0, class: 0, weapon: 3 };
  return { ...standing, actor, timeMs, ...fields };
}

const SECONDS = 20;
const seconds = Array.from({ length: SECONDS + 1 }, (_, second) => second);

/**
 * - Runner (Axis, slot 2) runs along y = 0 at 100 units a second from x = 0, looking along it.
 * - Target (Allies, slot 5) stands at (1000, 500), crouching; shot by Runner at 5.5 s, wounded until 8 s, waits, spawns
 *   at 12 s at (-500, -500) and stands there.
 * - Jumper (Allies, slot 7) stands at (0, 800) and is teleported to (2000, 800) between 3 and 4 s; not sampled from 9
 *   to 15 s; leaves at 18 s.
 */
export const KNOWN_ROUND: ReplayData = {
  round: {
    roundKey: "known",
    map: "known_map",
    round: 2,
    startedAt: new Date("2026-11-20T19:30:00Z"),
    serverName: "^4Known ^7server",
    endMs: SECONDS * 1000,
    timeLimitMs: 600_000,
    winnerTeam: 1,
    isComplete: true,
    endReason: "finished",
  },
  actors: [
    { slot: 2, isBot: false, identities: [{ fromMs: 0, name: "^1Run^7ner", team: 1, class: 0 }] },
    { slot: 5, isBot: false, identities: [{ fromMs: 0, name: "Target", team: 2, class: 1 }] },
    { slot: 7, isBot: true, identities: [{ fromMs: 0, name: "Jumper", team: 2, class: 4 }] },
  ],
  samples: seconds.flatMap((second) => [
    makeSample(0, second * 1000, { x: second * 100 }),
    ...(second <= 5 ? [makeSample(1, second * 1000, { x: 1000, y: 500, stance: 1, class: 1 })] : []),
    ...(second >= 12 ? [makeSample(1, second * 1000, { x: -500, y: -500, life: 2, class: 1 })] : []),
    ...(second < 9 || (second >= 15 && second <= 18)
      ? [makeSample(2, second * 1000, { x: second <= 3 ? 0 : 2000, y: 800, class: 4, weapon: 10 })]
      : []),
  ]),
  events: [
    makeEvent(0, "spawn", { target: 0, targetLife: 1 }),
    makeEvent(0, "spawn", { target: 1, targetLife: 1 }),
    makeEvent(5000, "fire", {
      attacker: 0,
      weapon: 3,
      attackerAt: { x: 500, y: 0, z: 24 },
      attackerYawDeg: 45,
    }),
    makeEvent(5500, "fire", {
      attacker: 0,
      weapon: 3,
      attackerAt: { x: 550, y: 0, z: 24 },
      attackerYawDeg: 48,
    }),
    makeEvent(5500, "hit", {
      attacker: 0,
      target: 1,
      relation: "enemy",
      weapon: 3,
      meansOfDeath: 8,
      damageEffective: 100,
      isHeadshot: true,
      targetHealth: 100,
      attackerAt: { x: 550, y: 0, z: 24 },
      targetAt: { x: 1000, y: 500, z: 24 },
    }),
    makeEvent(5500, "kill", {
      attacker: 0,
      target: 1,
      relation: "enemy",
      weapon: 3,
      meansOfDeath: 8,
      targetLife: 1,
      distanceUnits: 673,
      attackerAt: { x: 550, y: 0, z: 24 },
      targetAt: { x: 1000, y: 500, z: 24 },
    }),
    makeEvent(8000, "tapout", { target: 1, targetLife: 1 }),
    makeEvent(12000, "spawn", { target: 1, targetLife: 2, targetAt: { x: -500, y: -500, z: 24 } }),
    makeEvent(18000, "leave", { target: 2 }),
  ],
  engagements: [
    {
      number: 1,
      startMs: 5000,
      endMs: 8500,
      team: 1,
      attackers: 1,
      defenders: 1,
      outcome: "death",
      winnerTeam: 1,
      participants: [
        { actor: 0, side: "attackers", startMs: 5000, endMs: 8500 },
        { actor: 1, side: "defenders", startMs: 5000, endMs: 5500 },
      ],
    },
  ],
  teamPlay: [
    { record: "crossfire", startMs: 5000, endMs: 5500, actor: 0, partner: 2, enemy: 1, angleDeg: 71.6 },
  ],
};
