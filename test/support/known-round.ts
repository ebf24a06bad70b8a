/** A replay of a few seconds in which every position and every moment is known. */
import type {
  ReplayData,
  ReplayEvent,
  ReplayObjectiveEvent,
  ReplaySample,
} from "../../src/replay/replay-data.ts";

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
  objectives: [],
  objectiveEvents: [],
};

const NO_DETAILS: Omit<ReplayObjectiveEvent, "timeMs" | "event"> = {
  actor: null,
  team: null,
  objective: null,
  charge: null,
  stage: null,
  stages: null,
  sharePercent: null,
  reason: null,
  at: null,
};
const told = (
  second: number,
  event: ReplayObjectiveEvent["event"],
  fields: Partial<ReplayObjectiveEvent> = {},
): ReplayObjectiveEvent => ({ ...NO_DETAILS, timeMs: second * 1000, event, ...fields });

/**
 * The known round with something to fight for.
 * - The gate (Axis): Jumper plants at 2 s, Runner defuses at 6 s; Jumper plants again at 7 s, it explodes at 13 s.
 * - The bridge (Allies): Target builds the first of two stages from 1 to 5 s and the second from 12 to 14 s.
 * - The gold (Axis): Jumper takes it at 8 s, drops it at (2000, 700) at 16 s, and it comes back at 18 s.
 * - The flag: nobody's until Runner captures it at 3 s.
 * - The tank (Allies): drives from (0, -400) at 4 s to (400, -400) at 5 s, is disabled at 10 s and repaired at 15 s.
 */
export const OBJECTIVE_ROUND: ReplayData = {
  ...KNOWN_ROUND,
  objectives: [
    { kind: "explosive", team: 1, stands: null, name: "^1Main ^7Gate", x: 1500, y: 300, z: 0 },
    { kind: "constructible", team: 2, stands: null, name: "Bridge", x: 300, y: -500, z: 0 },
    { kind: "documents", team: 1, stands: null, name: "Gold", x: 1900, y: 800, z: 0 },
    { kind: "spawn", team: 0, stands: null, name: "", x: 300, y: 300, z: 0 },
    { kind: "vehicle", team: 2, stands: null, name: "Tank", x: 0, y: -400, z: 0 },
    { kind: "goal", team: 1, stands: null, name: "Truck", x: -400, y: 800, z: 0 },
  ],
  objectiveEvents: [
    told(1, "construct_start", { actor: 1, team: 2, objective: 1, stage: 1, stages: 2 }),
    told(2, "dynamite_arm", { actor: 2, team: 2, objective: 0, charge: 1, at: { x: 1490, y: 260, z: 0 } }),
    told(3, "spawn_capture", { actor: 0, team: 1, objective: 3 }),
    told(4, "vehicle_move", { objective: 4, at: { x: 0, y: -400, z: 0 } }),
    told(5, "vehicle_move", { objective: 4, at: { x: 400, y: -400, z: 0 } }),
    told(5, "construct_stage", { actor: 1, team: 2, objective: 1, stage: 1, stages: 2 }),
    told(6, "dynamite_defuse", { actor: 0, team: 1, objective: 0, charge: 1 }),
    told(7, "dynamite_arm", { actor: 2, team: 2, objective: 0, charge: 2, at: { x: 1490, y: 260, z: 0 } }),
    told(8, "carry_take", { actor: 2, team: 2, objective: 2 }),
    told(10, "vehicle_disable", { actor: 0, team: 1, objective: 4 }),
    told(12, "construct_start", { actor: 1, team: 2, objective: 1, stage: 2, stages: 2 }),
    told(13, "dynamite_explode", { actor: 2, team: 2, objective: 0, charge: 2 }),
    told(13, "objective_destroy", { actor: 2, team: 2, objective: 0 }),
    told(14, "construct_finish", { actor: 1, team: 2, objective: 1, stage: 2, stages: 2 }),
    told(15, "vehicle_repair", { actor: 1, team: 2, objective: 4 }),
    told(16, "carry_drop", {
      actor: 2,
      team: 2,
      objective: 2,
      reason: "command",
      at: { x: 2000, y: 700, z: 0 },
    }),
    told(18, "carry_return", { team: 1, objective: 2, reason: "time" }),
  ],
};
