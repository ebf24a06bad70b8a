/** Makes up a round: players who run between places, fight whom they meet, die and come back. For volume and looks. */
import type {
  ReplayActor,
  ReplayData,
  ReplayEngagement,
  ReplayEvent,
  ReplayParticipant,
  ReplayPoint,
  ReplaySample,
  ReplayTeamPlay,
} from "../../src/replay/replay-data.ts";

export interface GeneratedRound {
  readonly players: number;
  readonly seconds: number;
  readonly sampleIntervalMs: number;
  readonly seed: number;
}

const FRAME_MS = 50;
/** Looking around costs most: it is done every so many frames. */
const FRAMES_A_LOOK = 6;
const RUN_UPS = 280;
const SIGHT_UNITS = 800;
const WAVE_MS = 20_000;
const TEAM_TRADE_MS = 3000;
const CROSSFIRE_MS = 1000;
const ENGAGEMENT_TAIL_MS = 3000;
const LARGEST_ENGAGEMENT = 5;
const SPAWNS = [
  { x: -1800, y: -1300, z: 24 },
  { x: 1900, y: 1400, z: 24 },
] as const;
/** Places and the ways between them, so that the ground looks like a map and not like noise. */
const PLACES: readonly (ReplayPoint & { readonly to: readonly number[] })[] = [
  { x: -1800, y: -1300, z: 24, to: [1, 2] },
  { x: -700, y: -1250, z: 24, to: [0, 3, 4] },
  { x: -1700, y: -100, z: 120, to: [0, 3, 5] },
  { x: -500, y: -100, z: 24, to: [1, 2, 4, 6] },
  { x: 700, y: -1000, z: 24, to: [1, 3, 7] },
  { x: -1300, y: 1200, z: 200, to: [2, 6] },
  { x: 300, y: 700, z: 80, to: [3, 5, 7, 8] },
  { x: 1700, y: -300, z: 24, to: [4, 6, 8] },
  { x: 1900, y: 1400, z: 24, to: [6, 7] },
];
const NAMES = ["^1Anvil", "^4Brook", "^7Cinder", "^2Dor^3ian", "Ember", "^5Frost", "^xGale", "^8Hazel"];
const PRIMARY = [3, 3, 8, 10, 3] as const;

function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Runner {
  readonly index: number;
  readonly team: number;
  readonly class: number;
  isAlive: boolean;
  life: number;
  at: ReplayPoint;
  yawDeg: number;
  health: number;
  place: number;
  stance: number;
  enemy: number | undefined;
  spawnMs: number;
}

export function generateRound({ players, sampleIntervalMs, seconds, seed }: GeneratedRound): ReplayData {
  const random = createRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[Math.floor(random() * items.length)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  };
  const actors: ReplayActor[] = [];
  const runners: Runner[] = [];
  const samples: ReplaySample[] = [];
  const events: ReplayEvent[] = [];
  const engagements: (ReplayEngagement & { endMs: number; participants: ReplayParticipant[] })[] = [];
  const teamPlay: ReplayTeamPlay[] = [];
  const nothing = {
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
  } as const;
  const runnerAt = (index: number): Runner => {
    const runner = runners[index];
    if (runner === undefined) throw new Error(`there is no player ${index}`);
    return runner;
  };

  const spawn = (runner: Runner, timeMs: number): void => {
    const home = SPAWNS[runner.team - 1] ?? SPAWNS[0];
    runner.isAlive = true;
    runner.life += 1;
    runner.at = { x: home.x + random() * 300 - 150, y: home.y + random() * 300 - 150, z: home.z };
    runner.health = 100;
    runner.place = runner.team === 1 ? 0 : PLACES.length - 1;
    runner.stance = 0;
    runner.enemy = undefined;
    events.push({
      ...nothing,
      timeMs,
      event: "spawn",
      target: runner.index,
      targetLife: runner.life,
      targetAt: runner.at,
    });
  };

  for (let index = 0; index < players; index += 1) {
    const team = (index % 2) + 1;
    const name = `${NAMES[index % NAMES.length] ?? ""}${index >= NAMES.length ? String(index) : ""}`;
    const playerClass = index % 5;
    actors.push({
      slot: index,
      isBot: false,
      identities: [{ fromMs: 0, name, team, class: playerClass }],
    });
    runners.push({
      index,
      team,
      class: playerClass,
      isAlive: false,
      life: 0,
      at: SPAWNS[0],
      yawDeg: 0,
      health: 0,
      place: 0,
      stance: 0,
      enemy: undefined,
      spawnMs: 0,
    });
  }

  const distance = (a: Runner, b: Runner): number => Math.hypot(a.at.x - b.at.x, a.at.y - b.at.y);
  const walk = (runner: Runner): void => {
    const goal = PLACES[runner.place] ?? SPAWNS[0];
    const [x, y] = [goal.x - runner.at.x, goal.y - runner.at.y];
    const left = Math.hypot(x, y);
    if (left < 90) {
      runner.place = pick(PLACES[runner.place]?.to ?? [0]);
      runner.stance = random() < 0.15 ? 1 + Math.floor(random() * 2) : 0;
      return;
    }
    const step = (RUN_UPS * FRAME_MS) / 1000 / (1 + runner.stance);
    const sway = Math.sin(runner.index * 7 + left / 120) * 0.5;
    const yaw = Math.atan2(y, x) + sway;
    runner.yawDeg = (yaw * 180) / Math.PI;
    runner.at = {
      x: runner.at.x + Math.cos(yaw) * step,
      y: runner.at.y + Math.sin(yaw) * step,
      z: runner.at.z + Math.max(-10, Math.min(10, (goal.z - runner.at.z) * 0.05)),
    };
  };

  /** The events of one kind since a moment, newest first. */
  const recent = (kind: ReplayEvent["event"], sinceMs: number): ReplayEvent[] => {
    const start = events.findLastIndex((event) => event.timeMs <= sinceMs);
    return events
      .slice(start + 1)
      .filter(({ event }) => event === kind)
      .reverse();
  };

  const openEngagement = (attacker: Runner, target: Runner, timeMs: number): void => {
    const open = engagements
      .slice(-players)
      .find(
        ({ endMs, participants }) =>
          endMs >= timeMs &&
          participants.length < LARGEST_ENGAGEMENT &&
          participants.some(({ actor }) => actor === attacker.index || actor === target.index),
      );
    if (open === undefined) {
      engagements.push({
        number: engagements.length + 1,
        startMs: timeMs,
        endMs: timeMs + ENGAGEMENT_TAIL_MS,
        team: attacker.team,
        attackers: 1,
        defenders: 1,
        outcome: "death",
        winnerTeam: attacker.team,
        participants: [
          { actor: attacker.index, side: "attackers", startMs: timeMs, endMs: timeMs + ENGAGEMENT_TAIL_MS },
          { actor: target.index, side: "defenders", startMs: timeMs, endMs: timeMs + ENGAGEMENT_TAIL_MS },
        ],
      });
      return;
    }
    open.endMs = timeMs + ENGAGEMENT_TAIL_MS;
    open.participants = open.participants.map((member) =>
      member.actor === attacker.index || member.actor === target.index
        ? { ...member, endMs: timeMs + ENGAGEMENT_TAIL_MS }
        : member,
    );
    for (const { index, team } of [attacker, target]) {
      if (open.participants.some(({ actor }) => actor === index)) continue;
      const side = team === open.team ? "attackers" : "defenders";
      open.participants.push({ actor: index, side, startMs: timeMs, endMs: timeMs + ENGAGEMENT_TAIL_MS });
    }
    const count = (side: string): number => open.participants.filter((member) => member.side === side).length;
    Object.assign(open, { attackers: count("attackers"), defenders: count("defenders") });
  };

  const kill = (attacker: Runner, target: Runner, timeMs: number): void => {
    target.isAlive = false;
    events.push({
      ...nothing,
      timeMs,
      event: "kill",
      attacker: attacker.index,
      target: target.index,
      relation: "enemy",
      weapon: PRIMARY[attacker.class] ?? 3,
      meansOfDeath: attacker.team === 1 ? 8 : 9,
      targetLife: target.life,
      distanceUnits: distance(attacker, target),
      attackerAt: attacker.at,
      attackerYawDeg: attacker.yawDeg,
      targetAt: target.at,
    });
    const avenged = recent("kill", timeMs - TEAM_TRADE_MS).find((event) => event.attacker === target.index);
    if (avenged !== undefined) {
      teamPlay.push({
        record: "trade",
        startMs: avenged.timeMs,
        endMs: timeMs,
        actor: attacker.index,
        partner: avenged.target,
        enemy: target.index,
        angleDeg: null,
      });
    }
    const isRevived = random() < 0.25;
    const waveMs = Math.ceil((timeMs + 4000) / WAVE_MS) * WAVE_MS;
    target.spawnMs = isRevived ? -(timeMs + 2500) : waveMs;
  };

  const shoot = (runner: Runner, target: Runner, timeMs: number): void => {
    runner.yawDeg =
      (Math.atan2(target.at.y - runner.at.y, target.at.x - runner.at.x) * 180) / Math.PI + random() * 8 - 4;
    const weapon = random() < 0.02 ? 4 : (PRIMARY[runner.class] ?? 3);
    events.push({
      ...nothing,
      timeMs,
      event: "fire",
      attacker: runner.index,
      weapon,
      attackerAt: runner.at,
      attackerYawDeg: runner.yawDeg,
    });
    if (random() > 0.3) return;
    const damage = 14 + Math.floor(random() * 10);
    const isHeadshot = random() < 0.15;
    events.push({
      ...nothing,
      timeMs,
      event: "hit",
      attacker: runner.index,
      target: target.index,
      relation: "enemy",
      weapon,
      meansOfDeath: 8,
      damageEffective: Math.min(damage, target.health),
      isHeadshot,
      targetHealth: target.health,
      attackerAt: runner.at,
      attackerYawDeg: runner.yawDeg,
      targetAt: target.at,
    });
    openEngagement(runner, target, timeMs);
    const partner = recent("hit", timeMs - CROSSFIRE_MS).find(
      (event) => event.target === target.index && event.attacker !== runner.index,
    );
    if (partner?.attacker !== undefined && partner.attacker !== null && random() < 0.1) {
      teamPlay.push({
        record: "crossfire",
        startMs: partner.timeMs,
        endMs: timeMs,
        actor: partner.attacker,
        partner: runner.index,
        enemy: target.index,
        angleDeg: 40 + random() * 100,
      });
    }
    target.health -= damage;
    if (target.health <= 0) kill(runner, target, timeMs);
  };

  for (let timeMs = 0; timeMs <= seconds * 1000; timeMs += FRAME_MS) {
    for (const runner of runners) {
      if (runner.isAlive) continue;
      if (timeMs === 0 || (runner.spawnMs > 0 && timeMs >= runner.spawnMs)) spawn(runner, timeMs);
      else if (runner.spawnMs < 0 && timeMs >= -runner.spawnMs) {
        runner.isAlive = true;
        runner.health = 40;
        events.push({
          ...nothing,
          timeMs,
          event: "revive",
          target: runner.index,
          targetLife: runner.life,
          targetAt: runner.at,
        });
      }
    }
    for (const runner of runners) {
      if (!runner.isAlive) continue;
      if ((timeMs / FRAME_MS + runner.index) % FRAMES_A_LOOK === 0) {
        const seen = runners.filter(
          (other) => other.team !== runner.team && other.isAlive && distance(runner, other) < SIGHT_UNITS,
        );
        if (!seen.some(({ index }) => index === runner.enemy)) runner.enemy = seen[0]?.index;
      }
      if (runner.enemy !== undefined && !runnerAt(runner.enemy).isAlive) runner.enemy = undefined;
      if (runner.enemy === undefined || random() < 0.5) walk(runner);
      if (runner.enemy !== undefined && (timeMs / FRAME_MS + runner.index) % 6 === 0) {
        shoot(runner, runnerAt(runner.enemy), timeMs);
      }
    }
    if (timeMs % sampleIntervalMs === 0) {
      for (const runner of runners) {
        if (!runner.isAlive) continue;
        samples.push({
          ...runner.at,
          actor: runner.index,
          timeMs,
          life: runner.life,
          yawDeg: runner.yawDeg,
          health: runner.health,
          stance: runner.stance,
          class: runner.class,
          weapon: PRIMARY[runner.class] ?? 3,
        });
      }
    }
  }
  return {
    round: {
      roundKey: "generated",
      map: "made_up",
      round: 1,
      startedAt: new Date("2026-11-20T19:30:00Z"),
      serverName: "^4Test ^7server",
      endMs: seconds * 1000,
      timeLimitMs: seconds * 1000,
      winnerTeam: 2,
      isComplete: true,
      endReason: "finished",
    },
    actors,
    samples,
    events,
    engagements,
    teamPlay,
    objectives: [],
    objectiveEvents: [],
  };
}
