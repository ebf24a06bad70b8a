/**
 * The engagement rule once more, written from the text of docs/metrics.md alone: simple and slow, with other data than the rule
 * has. What both find in the same facts has to be the same.
 */
import type { RoundFact } from "../../bench/rules/facts.ts";

const LOOK_MS = 500;
const TIED = 8;
const HELD_MS = 3000;

interface Person {
  slot: number;
  team: number;
  joinedMs: number;
  given: number;
  received: number;
  hits: number;
  kills: number;
  deaths: number;
  /** Where they last did or took damage in it, and when. */
  at: readonly number[];
  atMs: number;
}

interface Fight {
  number: number;
  startMs: number;
  lastMs: number;
  attackers: number;
  defenders: number;
  label: [number, number];
  opener: number;
  target: number;
  people: Person[];
  outcome: string;
  winner: number | undefined;
  close: Fight | undefined;
}

/** A fight as the engagements file tells it. */
export interface ReferenceFight {
  number: number;
  startMs: number;
  endMs: number;
  team: number;
  label: readonly [number, number];
  outcome: string;
  winner: number | undefined;
  opener: number;
  target: number;
  endDistance: number;
  /** Slot, team, when they joined, damage given and received, hits, kills, deaths. */
  people: readonly (readonly number[])[];
}

export function referenceFights(
  facts: readonly RoundFact[],
  endMs: number,
  { silenceMs = 5000, graceMs = 3000 } = {},
): ReferenceFight[] {
  const heat = new Map<string, number>();
  const fightOf = new Map<number, Fight>();
  const teamOf = new Map<number, number>();
  const damageMs = new Map<number, number>();
  const killMs = new Map<number, number>();
  let going: Fight[] = [];
  const found: ReferenceFight[] = [];
  let numbers = 0;
  let lookMs = LOOK_MS;

  const pairOf = (a: number, b: number): string => `${Math.min(a, b)} ${Math.max(a, b)}`;
  const heatOf = (a: number, b: number): number => heat.get(pairOf(a, b)) ?? 0;
  const inside = (fight: Fight): number[] =>
    [...fightOf.keys()].filter((slot) => fightOf.get(slot) === fight).sort((a, b) => a - b);
  const sideOf = (fight: Fight, team: number): number[] =>
    inside(fight).filter((slot) => teamOf.get(slot) === team);
  const isAbandoned = (fight: Fight): boolean =>
    sideOf(fight, fight.attackers).length === 0 || sideOf(fight, fight.defenders).length === 0;
  const isHeld = (slot: number, timeMs: number): boolean =>
    killMs.has(slot) && timeMs - (killMs.get(slot) ?? 0) <= HELD_MS;
  const person = (fight: Fight, slot: number, team: number): Person | undefined =>
    fight.people.find((one) => one.slot === slot && one.team === team);

  function takePart(fight: Fight, slot: number, team: number, timeMs: number): Person {
    const known = person(fight, slot, team);
    if (known !== undefined) return known;
    const sums = { given: 0, received: 0, hits: 0, kills: 0, deaths: 0 };
    const one = { slot, team, joinedMs: timeMs, ...sums, at: [], atMs: -1 };
    fight.people.push(one);
    return one;
  }

  function relabel(fight: Fight): void {
    const now: [number, number] = [
      sideOf(fight, fight.attackers).length,
      sideOf(fight, fight.defenders).length,
    ];
    if (now[0] + now[1] > fight.label[0] + fight.label[1]) fight.label = now;
  }

  function goIn(fight: Fight, slot: number, team: number, timeMs: number): void {
    takePart(fight, slot, team, timeMs);
    teamOf.set(slot, team);
    fightOf.set(slot, fight);
    relabel(fight);
  }

  function goOut(slot: number, how: string): void {
    const fight = fightOf.get(slot);
    if (fight === undefined) return;
    fightOf.delete(slot);
    const own = teamOf.get(slot) ?? 0;
    const other = own === fight.attackers ? fight.defenders : fight.attackers;
    if (sideOf(fight, own).length > 0) return;
    const isOtherThere = sideOf(fight, other).length > 0;
    if (!isOtherThere && how !== "death") return;
    fight.outcome = how;
    fight.winner = how === "death" && isOtherThere ? other : undefined;
  }

  function over(fight: Fight, timeMs: number, outcome: string): void {
    going = going.filter((one) => one !== fight);
    for (const slot of inside(fight)) fightOf.delete(slot);
    const from = person(fight, fight.opener, fight.attackers)?.at ?? [];
    const to = person(fight, fight.target, fight.defenders)?.at ?? [];
    found.push({
      number: fight.number,
      startMs: fight.startMs,
      endMs: timeMs,
      team: fight.attackers,
      label: fight.label,
      outcome,
      winner: outcome === "death" ? fight.winner : undefined,
      opener: fight.opener,
      target: fight.target,
      endDistance: Math.hypot(...from.map((value, axis) => value - (to[axis] ?? 0))),
      people: fight.people.map((one) => [
        one.slot,
        one.team,
        one.joinedMs,
        one.given,
        one.received,
        one.hits,
        one.kills,
        one.deaths,
      ]),
    });
  }

  function change(timeMs: number): void {
    for (const slot of [...fightOf.keys()].sort((a, b) => a - b)) {
      const own = fightOf.get(slot);
      if (own === undefined || isHeld(slot, timeMs)) continue;
      const withFight = (fight: Fight): number =>
        inside(fight).reduce((sum, other) => sum + heatOf(slot, other), 0);
      const most = Math.max(...going.map(withFight));
      const best = going.find((fight) => withFight(fight) === most);
      if (best === undefined || most < TIED || most <= withFight(own)) continue;
      goOut(slot, "escape");
      goIn(best, slot, teamOf.get(slot) ?? 0, timeMs);
    }
  }

  function heatBetween(one: Fight, other: Fight): number {
    let sum = 0;
    for (const a of inside(one)) for (const b of inside(other)) if (a !== b) sum += heatOf(a, b);
    return one === other ? sum / 2 : sum;
  }

  function merge(): void {
    const before = going;
    const closest = before.map((fight) => {
      const older = before.filter((one) => one.number < fight.number);
      const close = older.filter((one) => {
        const least = Math.min(heatBetween(one, one), heatBetween(fight, fight));
        return heatBetween(one, fight) >= TIED && heatBetween(one, fight) >= least;
      });
      const most = Math.max(...close.map((one) => heatBetween(one, fight)));
      return close.find((one) => heatBetween(one, fight) === most);
    });
    const became = new Map<Fight, Fight>();
    before.forEach((fight, index) => {
      const older = closest[index];
      const isAgain = older !== undefined && older === fight.close;
      fight.close = older;
      if (!isAgain) return;
      const into = became.get(older) ?? older;
      became.set(fight, into);
      join(into, fight);
    });
  }

  function join(into: Fight, fight: Fight): void {
    into.lastMs = Math.max(into.lastMs, fight.lastMs);
    const isSameSide = into.attackers === fight.attackers;
    const label: [number, number] = isSameSide ? fight.label : [fight.label[1], fight.label[0]];
    if (label[0] + label[1] > into.label[0] + into.label[1]) into.label = label;
    for (const one of fight.people) {
      const known = person(into, one.slot, one.team);
      if (known === undefined) {
        into.people.push(one);
        continue;
      }
      known.joinedMs = Math.min(known.joinedMs, one.joinedMs);
      for (const sum of ["given", "received", "hits", "kills", "deaths"] as const) known[sum] += one[sum];
      if (one.atMs < known.atMs) continue;
      known.at = one.at;
      known.atMs = one.atMs;
    }
    for (const slot of inside(fight)) fightOf.set(slot, into);
    going = going.filter((one) => one !== fight);
    relabel(into);
  }

  function split(timeMs: number): void {
    for (const fight of going) {
      const groups: number[][] = [];
      for (const slot of inside(fight)) {
        const touching = groups.filter((group) => group.some((other) => heatOf(slot, other) >= TIED));
        const joined = [slot, ...touching.flat()].sort((a, b) => a - b);
        for (const group of touching) groups.splice(groups.indexOf(group), 1);
        groups.push(joined);
      }
      const tied = groups
        .filter((group) => group.length > 1)
        .sort((one, other) => other.length - one.length || (one[0] ?? 0) - (other[0] ?? 0));
      const going = tied
        .slice(1)
        .flat()
        .filter((slot) => !isHeld(slot, timeMs));
      for (const slot of going.sort((a, b) => a - b)) goOut(slot, "escape");
    }
  }

  function look(timeMs: number): void {
    for (const [pair, points] of heat) heat.set(pair, Math.floor((points * 4) / 5));
    for (const slot of [...fightOf.keys()].sort((a, b) => a - b))
      if (timeMs - (damageMs.get(slot) ?? 0) >= silenceMs) goOut(slot, "silence");
    if (going.length > 1) {
      change(timeMs);
      merge();
    }
    split(timeMs);
    for (const fight of going)
      if (isAbandoned(fight) && timeMs - fight.lastMs > graceMs) over(fight, fight.lastMs, fight.outcome);
  }

  function forget(slot: number, how: string): void {
    goOut(slot, how);
    killMs.delete(slot);
    for (const pair of heat.keys()) if (pair.split(" ").map(Number).includes(slot)) heat.delete(pair);
  }

  for (const fact of facts) {
    const { timeMs } = fact;
    for (; lookMs <= timeMs; lookMs += LOOK_MS) look(lookMs);
    if (fact.kind === "hit") {
      const { attacker: a, target: b, attackerTeam, targetTeam, damage, isAttackerUp } = fact.attack;
      let fight = fightOf.get(b);
      if (isAttackerUp) {
        heat.set(pairOf(a, b), heatOf(a, b) + Math.min(100, Math.floor(damage)));
        fight ??= fightOf.get(a);
        if (fight === undefined) {
          numbers += 1;
          fight = {
            number: numbers,
            startMs: timeMs,
            lastMs: timeMs,
            attackers: attackerTeam,
            defenders: targetTeam,
            label: [0, 0],
            opener: a,
            target: b,
            people: [],
            outcome: "silence",
            winner: undefined,
            close: undefined,
          };
          going.push(fight);
        }
        if (!fightOf.has(a)) goIn(fight, a, attackerTeam, timeMs);
        if (!fightOf.has(b)) goIn(fight, b, targetTeam, timeMs);
        takePart(fight, a, attackerTeam, timeMs);
        damageMs.set(a, timeMs);
      }
      if (fight === undefined) continue;
      const from = person(fight, a, attackerTeam);
      if (from === undefined) continue;
      const to = takePart(fight, b, targetTeam, timeMs);
      damageMs.set(b, timeMs);
      fight.lastMs = timeMs;
      from.given += damage;
      from.hits += 1;
      to.received += damage;
      from.at = [fact.attack.attackerX, fact.attack.attackerY, fact.attack.attackerZ];
      to.at = [fact.attack.targetX, fact.attack.targetY, fact.attack.targetZ];
      from.atMs = timeMs;
      to.atMs = timeMs;
    } else if (fact.kind === "kill") {
      const { attacker: a, target: b, attackerTeam } = fact.attack;
      const fight = fightOf.get(b);
      if (fight === undefined) continue;
      const killer = person(fight, a, attackerTeam);
      if (killer !== undefined) killer.kills += 1;
      if (!fightOf.has(a)) continue;
      killMs.set(a, timeMs);
      if (fightOf.get(a) === fight) continue;
      goOut(a, "escape");
      goIn(fight, a, attackerTeam, timeMs);
    } else if ("slot" in fact && fact.kind !== "revive") {
      const { slot } = fact;
      const fight = fightOf.get(slot);
      if (fight !== undefined && fact.kind !== "spawn") fight.lastMs = timeMs;
      const one = fight === undefined ? undefined : person(fight, slot, teamOf.get(slot) ?? 0);
      if (one !== undefined && fact.kind === "down") one.deaths += 1;
      forget(slot, fact.kind === "down" ? "death" : "escape");
      if (fact.kind !== "leave") continue;
      for (const left of going)
        if (isAbandoned(left) && left.people.some((other) => other.slot === slot))
          over(left, left.lastMs, left.outcome);
    }
  }
  for (; lookMs <= endMs; lookMs += LOOK_MS) look(lookMs);
  for (const fight of going)
    if (isAbandoned(fight)) over(fight, fight.lastMs, fight.outcome);
    else over(fight, endMs, "round_end");
  return found.sort((a, b) => a.number - b.number);
}
