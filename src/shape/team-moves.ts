/** Pushes and regroupings of one team, found second by second: the rules are in docs/metrics.md. */
import {
  PUSH_APPROACH_UNITS,
  PUSH_CONTACT_UNITS,
  PUSH_GAP_SECONDS,
  PUSH_PLAYERS,
  PUSH_SECONDS,
  PUSH_SHARE,
  REGROUP_HOLD_SECONDS,
  REGROUP_PLAYERS,
  REGROUP_WITHIN_SECONDS,
  SPLIT_SHARE,
  TOGETHER_SHARE,
} from "./rules.ts";
import { SLOTS } from "../format/column.ts";
import { PARTS_PER_UNIT, type TeamSecond } from "./second.ts";

/** A push or a regrouping; lengths in tenths of a unit, as in the table `team_moves`. */
export interface TeamMove {
  readonly move: "push" | "regroup";
  readonly team: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly players: number;
  readonly teamPlayers: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly approach: number | null;
  /** Infinite without enemies. */
  readonly enemy: number;
}

/** Where a move ended, and beside whom. */
type MoveEnd = Pick<TeamMove, "x" | "y" | "z" | "enemy" | "teamPlayers">;

interface Push {
  readonly from: number;
  last: number;
  players: number;
  approach: number;
  end: MoveEnd;
}

/** Finds the pushes of a team. */
class Pushes {
  #push: Push | undefined;

  /** To be called for each second, in the order of time. Returns a push that is over. */
  add(stand: TeamSecond): TeamMove | undefined {
    const over =
      this.#push !== undefined && stand.second - this.#push.last > PUSH_GAP_SECONDS + 1
        ? this.finish(stand.team)
        : undefined;
    const { group, number, sum } = advancing(stand);
    if (number < PUSH_PLAYERS || number < PUSH_SHARE * stand.slots.length) return over;
    this.#push ??= {
      from: stand.second,
      last: stand.second,
      players: 0,
      approach: 0,
      end: { x: 0, y: 0, z: 0, teamPlayers: 0, enemy: 0 },
    };
    const push = this.#push;
    push.last = stand.second;
    push.players = Math.max(push.players, number);
    push.approach += sum / number;
    push.end = foremost(stand, group);
    return over;
  }

  /** Returns the push that goes on, if it is one; to be called at the end, too. */
  finish(team: number): TeamMove | undefined {
    const push = this.#push;
    this.#push = undefined;
    if (push === undefined) return undefined;
    const { approach, end, from, last, players } = push;
    const isPush =
      last - from + 1 >= PUSH_SECONDS &&
      approach >= PUSH_APPROACH_UNITS * PARTS_PER_UNIT &&
      end.enemy <= PUSH_CONTACT_UNITS * PARTS_PER_UNIT;
    // The first second tells of the way since the second before it.
    const [fromMs, toMs] = [(from - 1) * 1000, last * 1000];
    return isPush ? { move: "push", team, fromMs, toMs, players, approach, ...end } : undefined;
  }
}

/** Players who advance, and how fast they come nearer in all, by the number of their group. */
const numbers = new Int8Array(SLOTS);
const sums = new Float64Array(SLOTS);

/** The group in which most advance; of equals, the one with the lowest slot. */
function advancing({ players, slots }: TeamSecond): {
  readonly group: number;
  readonly number: number;
  readonly sum: number;
} {
  const { advance, groups } = players;
  const count = slots.length;
  for (let at = 0; at < count; at++) {
    const slot = slots[at] ?? 0;
    numbers[slot] = sums[slot] = 0;
  }
  let most = slots[0] ?? 0;
  for (let at = 0; at < count; at++) {
    const slot = slots[at] ?? 0;
    const speed = advance[slot] ?? 0;
    if (speed === 0) continue;
    const group = groups[slot] ?? 0;
    numbers[group] = (numbers[group] ?? 0) + 1;
    sums[group] = (sums[group] ?? 0) + speed;
  }
  for (let at = 1; at < count; at++) {
    const slot = slots[at] ?? 0;
    if ((numbers[slot] ?? 0) > (numbers[most] ?? 0)) most = slot;
  }
  return { group: most, number: numbers[most] ?? 0, sum: sums[most] ?? 0 };
}

/** The one next to an enemy of those in a group who advance. */
function foremost({ players, slots }: TeamSecond, group: number): MoveEnd {
  let first: number | undefined;
  for (const slot of slots) {
    if (players.groups[slot] !== group || players.advance[slot] === 0) continue;
    if (first === undefined || (players.enemySquares[slot] ?? 0) < (players.enemySquares[first] ?? 0))
      first = slot;
  }
  const at = first ?? group;
  const enemy = Math.sqrt(players.enemySquares[at] ?? 0);
  return { ...placeOf(players, at), enemy, teamPlayers: slots.length };
}

const placeOf = ({ x, y, z }: TeamSecond["players"], slot: number): Pick<TeamMove, "x" | "y" | "z"> => ({
  x: x[slot] ?? 0,
  y: y[slot] ?? 0,
  z: z[slot] ?? 0,
});

/** The groups of a second, to be looked at later. */
class Split {
  second = -Infinity;
  readonly #ids = new Int32Array(SLOTS);
  readonly #lives = new Int32Array(SLOTS);
  readonly #groups = new Int8Array(SLOTS);

  take({ players, second, slots }: TeamSecond): void {
    this.second = second;
    this.#groups.fill(-1);
    for (const slot of slots) {
      this.#ids[slot] = players.ids[slot] ?? 0;
      this.#lives[slot] = players.lives[slot] ?? 0;
      this.#groups[slot] = players.groups[slot] ?? 0;
    }
  }

  /** The group in which the player who is in a slot now was then, in the same life; undefined for others. */
  groupOf({ ids, lives }: TeamSecond["players"], slot: number): number | undefined {
    const group = this.#groups[slot] ?? 0;
    return group >= 0 && this.#ids[slot] === ids[slot] && this.#lives[slot] === lives[slot]
      ? group
      : undefined;
  }
}

/** A team that has just come together. */
interface Gathering {
  readonly second: number;
  last: number;
  readonly found: TeamMove | undefined;
}

/** Finds the regroupings of a team. */
class Regroupings {
  readonly #split = new Split();
  #gathering: Gathering | undefined;

  /** To be called for each second, in the order of time. Returns a regrouping that has held. */
  add(stand: TeamSecond): TeamMove | undefined {
    const { largestSize, second, slots } = stand;
    const isTeam = slots.length >= REGROUP_PLAYERS;
    if (!isTeam || largestSize < TOGETHER_SHARE * slots.length) {
      this.#gathering = undefined;
      if (isTeam && largestSize <= SPLIT_SHARE * slots.length) this.#split.take(stand);
      return undefined;
    }
    if (this.#gathering !== undefined && second !== this.#gathering.last + 1) this.#gathering = undefined;
    if (this.#gathering === undefined) {
      if (second - this.#split.second > REGROUP_WITHIN_SECONDS) return undefined;
      this.#gathering = { second, last: second, found: regroupingOf(this.#split, stand) };
    }
    this.#gathering.last = second;
    if (second - this.#gathering.second + 1 < REGROUP_HOLD_SECONDS) return undefined;
    const { found } = this.#gathering;
    this.#gathering = undefined;
    this.#split.second = -Infinity;
    return found;
  }
}

/**
 * The regrouping of a team that is together now, of those who lived through it; undefined where these were not apart: the others died,
 * or spawned beside them.
 */
function regroupingOf(
  split: Split,
  { enemy, largestGroup, middle, players, second, slots, team }: TeamSecond,
): TeamMove | undefined {
  const apart = new Map<number, number>();
  let number = 0;
  for (const slot of slots) {
    const group = players.groups[slot] === largestGroup ? split.groupOf(players, slot) : undefined;
    if (group === undefined) continue;
    number += 1;
    apart.set(group, (apart.get(group) ?? 0) + 1);
  }
  if (number < REGROUP_PLAYERS || Math.max(...apart.values()) >= TOGETHER_SHARE * number) return undefined;
  return {
    move: "regroup",
    team,
    fromMs: split.second * 1000,
    toMs: second * 1000,
    players: number,
    teamPlayers: slots.length,
    ...placeOf(players, middle),
    approach: null,
    enemy,
  };
}

/** Finds the pushes and regroupings of one team. */
export class TeamMoves {
  readonly #team: number;
  readonly #pushes = new Pushes();
  readonly #regroupings = new Regroupings();
  /** In the order in which they were over. */
  readonly found: TeamMove[] = [];

  constructor(team: number) {
    this.#team = team;
  }

  /** Adds a second in which the team had living players. */
  add(stand: TeamSecond): void {
    this.#keep(this.#pushes.add(stand));
    this.#keep(this.#regroupings.add(stand));
  }

  /** To be called after the last second. */
  finish(): void {
    this.#keep(this.#pushes.finish(this.#team));
  }

  #keep(move: TeamMove | undefined): void {
    if (move !== undefined) this.found.push(move);
  }
}
