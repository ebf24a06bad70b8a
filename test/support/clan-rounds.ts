/** Rounds of two clans with planted spacing, first downs, trades and results; and what is true of them, counted on paper. */
import type { Sql } from "../../src/db/driver/connect.ts";
import { addRound, type HandPlayer, type HandPosition } from "./hand-made.ts";

/** The members of both clans, the tags in different ways; and a guest. */
export const CLANS = {
  SaT: ["[SaT]Birch", "SaT.Elder", "Hazel|sat", "[SaT]Alder"],
  AG: ["=AG=Bravo", "ag.Charlie", "=AG=Delta", "=AG=Echo"],
} as const;
const GUEST = "Maple";
const SECONDS = 40;

/** A round in which the clans met. */
export interface MetRound {
  readonly key: string;
  readonly map: string;
  /** The team of SaT, and whether it attacks. */
  readonly team: 1 | 2;
  readonly isAttack: boolean;
  /** Undefined without a winner. */
  readonly isWon: boolean | undefined;
  /** Distance between neighbours of a clan, who stand in a line: SaT's and AG's, units. */
  readonly gaps: readonly [number, number];
  /** Whether SaT makes the first down, and whether that is avenged two seconds later. */
  readonly isOpener: boolean;
  readonly isAvenged: boolean;
  /** Whether the side of the first down wins the fight. */
  readonly isHeld: boolean;
}

/** Twelve rounds: SaT attacks in each second one, on two maps. */
export const MET: readonly MetRound[] = Array.from({ length: 12 }, (_, n) => ({
  key: `met-${String(n).padStart(2, "0")}`,
  map: n % 4 < 2 ? "arena" : "keep",
  team: n % 2 === 0 ? 1 : 2,
  isAttack: n % 2 === 0,
  isWon: n === 11 ? undefined : n % 3 !== 0,
  gaps: [n % 2 === 0 ? 200 + 10 * n : 400, 300 + 5 * n],
  isOpener: n % 4 !== 3,
  isAvenged: n % 2 === 0 || n % 8 === 3,
  isHeld: n % 5 !== 0,
}));

const guidOf = (name: string): string =>
  Array.from(name, (letter) => (letter.codePointAt(0) ?? 0).toString(16))
    .join("")
    .toUpperCase()
    .padEnd(32, "0")
    .slice(0, 32);
const player = (name: string, team: 1 | 2): HandPlayer => ({ guid: guidOf(name), name, team });

/** The players of SaT have slots 0 to 3, those of AG 4 to 7. */
async function storeMet(sql: Sql, round: MetRound, index: number): Promise<void> {
  const { gaps, isAttack, isAvenged, isHeld, isOpener, isWon, team } = round;
  const other = team === 1 ? 2 : 1;
  const stored = await addRound(sql, {
    ...{ key: round.key, map: round.map, endMs: SECONDS * 1000 },
    startedAt: new Date(Date.UTC(2026, 9, 1, 20, 10 * index)).toISOString(),
    attackingTeam: isAttack ? team : other,
    ...(isWon === undefined ? {} : { winnerTeam: isWon ? team : other }),
    players: [...CLANS.SaT.map((name) => player(name, team)), ...CLANS.AG.map((name) => player(name, other))],
  });
  const [killer, victim, avenger] = isOpener ? [0, 5, 6] : [4, 1, 2];
  // Four on each side; the victim's has three after the first down, and both have after the second.
  const isAxis = (team === 1) === isOpener;
  const kill = (timeMs: number, attacker: number, target: number, alive: readonly [number, number]) => ({
    alive,
    ...{ event: "kill", timeMs, attacker, target, weapon: 3, means: 8 },
    ...{ from: [0, 0, 0] as const, to: [300, 0, 0] as const },
  });
  await stored.addEvents([
    kill(10_000, killer, victim, isAxis ? [4, 3] : [3, 4]),
    ...(isAvenged ? [kill(12_000, avenger, killer, [3, 3])] : []),
  ]);
  const winner = isHeld === isOpener ? team : other;
  await stored.addEngagements([
    {
      ...{ number: 1, startMs: 9000, endMs: 13_000, winnerTeam: winner },
      ...{ attackers: [killer], defenders: [victim, avenger] },
      did: {
        [killer]: [1, isAvenged ? 1 : 0, 100, isAvenged ? 100 : 0],
        [victim]: [0, 1, 0, 100],
        [avenger]: [isAvenged ? 1 : 0, 0, isAvenged ? 100 : 0, 0],
      },
    },
  ]);
  if (isAvenged)
    await stored.addTeamPlay([
      {
        ...{ record: "trade", startMs: 10_000, timeMs: 12_000, engagement: 1 },
        ...{ slot: avenger, partner: victim, enemy: killer },
      },
    ]);
  const deadFrom = new Map([[victim, 10], ...(isAvenged ? [[killer, 12] as const] : [])]);
  const positions: HandPosition[] = [];
  for (let second = 0; second < SECONDS; second += 1)
    for (let slot = 0; slot < 8; slot += 1)
      if (second < (deadFrom.get(slot) ?? Infinity))
        positions.push({
          ...{ timeMs: second * 1000, slot },
          // SaT walks along the line.
          at: slot < 4 ? [slot * gaps[0] + 100 * second, 0, 0] : [(slot - 4) * gaps[1], 6000, 0],
        });
  await stored.addPositions(positions);
}

/** Stores {@link MET}, a round of SaT with a guest against others, and one in which SaT plays on both sides. */
export async function storeClanRounds(sql: Sql): Promise<void> {
  for (const [index, round] of MET.entries()) await storeMet(sql, round, index);
  const [birch, elder, hazel, alder] = CLANS.SaT;
  // Birch begins on the other side, and changes after a second.
  await addRound(sql, {
    ...{ key: "mixed", map: "arena", startedAt: "2026-10-02T20:00:00Z", endMs: 40_000, winnerTeam: 1 },
    players: [
      ...[player(birch, 2), player(elder, 1), player(hazel, 1), player(GUEST, 1)],
      ...CLANS.AG.slice(0, 2).map((name) => player(name, 2)),
    ],
    changes: [{ ...player(birch, 1), slot: 0, fromMs: 1000 }],
  });
  await addRound(sql, {
    ...{ key: "split", map: "arena", startedAt: "2026-10-02T21:00:00Z", endMs: 40_000, winnerTeam: 1 },
    players: [player(birch, 1), player(elder, 1), player(hazel, 2), player(alder, 2)],
  });
}

/** Seconds and summed distance to the nearest teammate of a clan of a round, while so many of it were alive. */
export function trueNearest(round: MetRound, clan: 0 | 1, players: number): { x: number; y: number } {
  const { gaps, isAvenged, isOpener } = round;
  const gap = gaps[clan];
  const isVictims = isOpener === (clan === 1);
  // The victim is the second in the line, the killer the first: who is left at an end has two gaps to the next. The table has whole units.
  const rest = {
    x: SECONDS - (isVictims ? 10 : 12),
    each: isVictims ? Math.round((2 * gap + gap + gap) / 3) : gap,
  };
  const loses = isVictims || isAvenged;
  if (players === 4)
    return { x: loses ? SECONDS - rest.x : SECONDS, y: (loses ? SECONDS - rest.x : SECONDS) * gap };
  return players === 3 && loses ? { x: rest.x, y: rest.x * rest.each } : { x: 0, y: 0 };
}
