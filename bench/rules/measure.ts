/** What a way to cut a round into fights gives, in the numbers that it is judged by. */
import type { RoundFact } from "./facts.ts";

/** A fight as the measure sees it. */
export interface FoundFight {
  readonly number: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Everyone who took part. */
  readonly people: number;
  /** Effective damage by each of the two teams. */
  readonly damage: readonly [number, number];
}

/** Fights of a round, and the number of the fight that each kill of an enemy was in; undefined for none. */
export interface FoundFights {
  readonly fights: readonly FoundFight[];
  readonly fightOfKill: readonly (number | undefined)[];
}

/** Most time between a teammate's death and the death of their killer. */
const TRADE_MS = 3000;
/** What counts as long. */
const LONG_MS = 60000;

export interface FightMeasures {
  fights: number;
  longestS: number;
  /** Of all downs by enemies, per cent. */
  inLong: number;
  mostInOne: number;
  /** Trades of which both downs are in the same fight, per cent, and how many trades there are. */
  tradesKept: number;
  trades: number;
  medianPeople: number;
  /** Fights in which one side did no damage, and those of them with one player a side. */
  oneSided: number;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}

/** Pairs of kills, by their place among the kills, of which the second avenges the first. */
function tradesOf(facts: readonly RoundFact[]): [number, number][] {
  const trades: [number, number][] = [];
  const kills = facts.filter((fact) => fact.kind === "kill");
  kills.forEach((kill, at) => {
    if (kill.kind !== "kill") return;
    kills.slice(0, at).forEach((earlier, before) => {
      if (earlier.kind !== "kill" || kill.timeMs - earlier.timeMs > TRADE_MS) return;
      const isAvenged =
        earlier.attack.attacker === kill.attack.target &&
        earlier.attack.targetTeam === kill.attack.attackerTeam &&
        earlier.attack.target !== kill.attack.attacker;
      const isOpen = !trades.some(([avenged]) => avenged === before);
      if (isAvenged && isOpen) trades.push([before, at]);
    });
  });
  return trades;
}

export function measureFights(
  facts: readonly RoundFact[],
  { fights, fightOfKill }: FoundFights,
): FightMeasures {
  const perCent = (part: number, whole: number): number => (whole === 0 ? NaN : (100 * part) / whole);
  const downs = new Map<number, number>();
  for (const number of fightOfKill) if (number !== undefined) downs.set(number, (downs.get(number) ?? 0) + 1);
  const lastingMs = (fight: FoundFight): number => fight.endMs - fight.startMs;
  const long = fights.filter((fight) => lastingMs(fight) > LONG_MS);
  const trades = tradesOf(facts);
  const kept = trades.filter(
    ([avenged, by]) => fightOfKill[avenged] !== undefined && fightOfKill[avenged] === fightOfKill[by],
  );
  return {
    fights: fights.length,
    longestS: Math.max(0, ...fights.map(lastingMs)) / 1000,
    inLong: perCent(
      long.reduce((sum, { number }) => sum + (downs.get(number) ?? 0), 0),
      fightOfKill.length,
    ),
    mostInOne: perCent(Math.max(0, ...downs.values()), fightOfKill.length),
    tradesKept: perCent(kept.length, trades.length),
    trades: trades.length,
    medianPeople: median(fights.map(({ people }) => people)),
    oneSided: fights.filter(({ damage }) => damage[0] === 0 || damage[1] === 0).length,
  };
}
