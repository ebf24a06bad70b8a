/** Rounds in which the ways from the spawn to the first contact are planted, and what came of them. */
import type { Sql } from "../../src/db/driver/connect.ts";
import type { Place3 } from "../../src/reports/ways.ts";
import { addRound, type HandEvent, type HandPosition } from "./hand-made.ts";

/** Where planted ways go; all but the last are routes. */
export const LANES = {
  north: [
    [0, 0, 24],
    [0, 1500, 24],
    [1500, 1500, 24],
  ],
  middle: [
    [0, 0, 24],
    [1800, 0, 24],
  ],
  south: [
    [0, 0, 24],
    [0, -1500, 24],
    [1200, -1500, 24],
  ],
  stray: [
    [0, 0, 24],
    [-2000, 0, 24],
  ],
} as const satisfies Record<string, readonly Place3[]>;

/** A life of an Axis player, who runs along a lane until they hit, or are hit by, an enemy. */
export interface PlantedWay {
  readonly lane: keyof typeof LANES;
  readonly slot: number;
  readonly seconds: number;
  readonly isFirst: boolean;
  readonly result: "downed" | "fell" | null;
  /** Later in that life they plant dynamite. */
  readonly gains: boolean;
  /** Out of the lane, units. */
  readonly aside: number;
}

/** So many ways a lane; slots, times, and what comes of them go round. */
const COUNTS = { north: 10, middle: 6, south: 5, stray: 1 } as const;

/** All ways, three to a wave; four waves a round. */
export const PLANTED: readonly PlantedWay[] = (Object.keys(COUNTS) as (keyof typeof COUNTS)[])
  .flatMap((lane, kind) =>
    Array.from({ length: COUNTS[lane] }, (_, index): PlantedWay => ({
      lane,
      slot: 0,
      seconds: 4 + kind * 2 + (index % 3),
      isFirst: index % 2 === 0,
      result: (["downed", "downed", "fell", null] as const)[(index + kind) % 4] ?? null,
      gains: lane === "north" && index % 5 === 0,
      aside: (index % 4) * 40,
    })),
  )
  .map((way, index) => ({ ...way, slot: index % 3 }));

const PER_ROUND = 6;
const WAVE_MS = 40_000;
const ENEMY = 3;

/** The place so far along a lane, from 0 to 1 of its length. */
function along(lane: readonly Place3[], share: number, aside: number): Place3 {
  const lengths = lane.slice(1).map((to, index) => {
    const from = lane[index] ?? to;
    return Math.hypot(to[0] - from[0], to[1] - from[1]);
  });
  let left = share * lengths.reduce((sum, length) => sum + length, 0);
  for (const [index, length] of lengths.entries()) {
    const [from, to] = [lane[index] ?? [0, 0, 0], lane[index + 1] ?? [0, 0, 0]];
    if (left <= length || index === lengths.length - 1) {
      const part = left / length;
      return [
        from[0] + (to[0] - from[0]) * part + aside,
        from[1] + (to[1] - from[1]) * part + aside,
        from[2],
      ];
    }
    left -= length;
  }
  return lane[0] ?? [0, 0, 0];
}

/**
 * Stores the planted ways, on the map "lanes", where Axis attack.
 * @param isReversed whether rounds and samples are stored in another order.
 */
export async function storePlantedWays(sql: Sql, isReversed = false): Promise<void> {
  const rounds = Array.from({ length: Math.ceil(PLANTED.length / PER_ROUND) }, (_, index) => index);
  for (const index of isReversed ? rounds.toReversed() : rounds) {
    const ways = PLANTED.slice(index * PER_ROUND, (index + 1) * PER_ROUND);
    const round = await addRound(sql, {
      key: `lanes-${index}`,
      map: "lanes",
      startedAt: `2026-11-2${index}T20:00:00Z`,
      attackingTeam: 1,
      endMs: 600_000,
      players: [
        { guid: "A0", name: "Al", team: 1 },
        { guid: "A1", name: "Amy", team: 1, class: 1 },
        { guid: "A2", name: "Ann", team: 1 },
        { guid: "B0", name: "Bo", team: 2 },
      ],
    });
    const [events, samples]: [HandEvent[], HandPosition[]] = [[], []];
    const gains: number[][] = [];
    for (const [nth, { aside, gains: hasGain, isFirst, lane, result, seconds, slot }] of ways.entries()) {
      const spawnMs = (nth + 1) * WAVE_MS;
      const contactMs = spawnMs + seconds * 1000 + 500;
      const at = (timeMs: number): Place3 =>
        along(LANES[lane], (timeMs - spawnMs) / (contactMs - spawnMs), aside);
      const [by, to] = isFirst ? [slot, ENEMY] : [ENEMY, slot];
      const shot = { means: 8, weapon: 3, damage: 20 } as const;
      const there = { from: isFirst ? at(contactMs) : FAR, to: isFirst ? FAR : at(contactMs) };
      events.push({ event: "spawn", timeMs: spawnMs, target: slot, to: at(spawnMs) });
      events.push({ event: "hit", timeMs: contactMs, attacker: by, target: to, ...shot, ...there });
      // Within the contact, and one hit after it.
      if (result !== null) {
        const [killer, victim] = result === "downed" ? [slot, ENEMY] : [ENEMY, slot];
        events.push({ event: "hit", timeMs: contactMs + 2000, attacker: killer, target: victim, ...shot });
        events.push({ event: "kill", timeMs: contactMs + 2000, attacker: killer, target: victim, means: 8 });
      }
      events.push({ event: "hit", timeMs: contactMs + 10_001, attacker: ENEMY, target: slot, ...shot });
      events.push({ event: "spawn", timeMs: spawnMs + WAVE_MS - 1, target: ENEMY, to: FAR });
      if (hasGain) gains.push([contactMs + 5000, slot]);
      for (let timeMs = spawnMs + 1000; timeMs < contactMs + 3000; timeMs += 1000)
        samples.push({ timeMs, slot, at: at(timeMs), life: nth + 2 });
    }
    await round.addEvents(events);
    await round.addPositions(isReversed ? samples.toReversed() : samples);
    await round.addObjectives(
      [{ objective: 1, kind: "explosive", name: "Gate" }],
      [
        { event: "objective_destroy", timeMs: 590_000, objective: 1 },
        ...gains.map(([timeMs = 0, slot = 0]) => ({ event: "dynamite_arm", timeMs, slot, objective: 1 })),
      ],
    );
  }
}

const FAR: Place3 = [4000, 4000, 24];
