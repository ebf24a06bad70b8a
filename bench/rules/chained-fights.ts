/**
 * Fights as versions 1 to 4 of the rule cut them, for comparison: every hit makes one fight of the two that its people are in. Without
 * escape by distance, which needs positions.
 */
import type { RoundFact } from "./facts.ts";
import type { FoundFights } from "./measure.ts";

interface Chain {
  number: number;
  startMs: number;
  endMs: number;
  inside: Map<number, number>;
  people: Set<number>;
  damage: [number, number];
  into: Chain | undefined;
}

const SILENCE_MS = 10_000;

/** The fights of a round, and of each kill of an enemy the fight of its victim. */
export function chainedFights(facts: readonly RoundFact[]): FoundFights {
  const all: Chain[] = [];
  const open = new Set<Chain>();
  const chainOf = new Map<number, Chain>();
  const lastMs = new Map<number, number>();
  const ofKills: (Chain | undefined)[] = [];

  function go(slot: number, timeMs: number): void {
    const chain = chainOf.get(slot);
    chainOf.delete(slot);
    if (chain?.inside.delete(slot) !== true) return;
    if (new Set(chain.inside.values()).size === 2) return;
    chain.endMs = timeMs;
    open.delete(chain);
    for (const other of chain.inside.keys()) chainOf.delete(other);
  }

  function chainFor(attacker: number, target: number, timeMs: number): Chain {
    const [one, other] = [chainOf.get(attacker), chainOf.get(target)];
    if (one !== undefined && other !== undefined && one !== other) {
      const [older, younger] = one.number < other.number ? [one, other] : [other, one];
      for (const [slot, team] of younger.inside) {
        older.inside.set(slot, team);
        chainOf.set(slot, older);
      }
      for (const slot of younger.people) older.people.add(slot);
      older.damage = [older.damage[0] + younger.damage[0], older.damage[1] + younger.damage[1]];
      younger.into = older;
      open.delete(younger);
      return older;
    }
    const known = one ?? other;
    if (known !== undefined) return known;
    const chain: Chain = {
      number: all.length + 1,
      startMs: timeMs,
      endMs: timeMs,
      inside: new Map(),
      people: new Set(),
      damage: [0, 0],
      into: undefined,
    };
    all.push(chain);
    open.add(chain);
    return chain;
  }

  for (const fact of facts) {
    const { timeMs } = fact;
    for (const chain of open)
      for (const slot of chain.inside.keys())
        if (timeMs - (lastMs.get(slot) ?? 0) >= SILENCE_MS) go(slot, (lastMs.get(slot) ?? 0) + SILENCE_MS);
    if (fact.kind === "kill") ofKills.push(chainOf.get(fact.attack.target));
    else if (fact.kind === "hit") {
      const { attacker, attackerTeam, damage, isAttackerUp, target, targetTeam } = fact.attack;
      if (!isAttackerUp) continue;
      const chain = chainFor(attacker, target, timeMs);
      chain.damage[attackerTeam === 1 ? 0 : 1] += damage;
      for (const [slot, team] of [
        [attacker, attackerTeam],
        [target, targetTeam],
      ] as const) {
        chain.inside.set(slot, team);
        chain.people.add(slot);
        chainOf.set(slot, chain);
        lastMs.set(slot, timeMs);
      }
    } else if ("slot" in fact && fact.kind !== "revive") go(fact.slot, timeMs);
  }
  const lastFactMs = facts.at(-1)?.timeMs ?? 0;
  for (const chain of open) chain.endMs = lastFactMs;
  const finalOf = (chain: Chain): Chain => (chain.into === undefined ? chain : finalOf(chain.into));
  return {
    fights: all
      .filter(({ into }) => into === undefined)
      .map(({ damage, endMs, number, people, startMs }) => ({
        number,
        startMs,
        endMs,
        people: people.size,
        damage,
      })),
    fightOfKill: ofKills.map((chain) => (chain === undefined ? undefined : finalOf(chain).number)),
  };
}
