/**
 * Lives of players as far as routes go: from a spawn to the first contact with an enemy, and what came of it. Put together from events in
 * the order in which they happened, and samples of where players were.
 */
import type { Place3 } from "./ways.ts";

/** What happens within this time after a first contact came of the way, ms. */
export const CONTACT_MS = 10_000;
/** A life as it is put together while its events pass by. */
export interface Life {
  readonly team: number;
  readonly slot: number;
  readonly playerId: number;
  readonly spawnEvent: number;
  readonly spawnMs: number;
  readonly spawnAt: Place3 | undefined;
  contactEvent?: number;
  contactMs: number;
  contactAt?: Place3 | undefined;
  otherId: number;
  isFirst: boolean;
  result: "downed" | "fell" | null;
  given: number;
  taken: number;
  isDown: boolean;
  /** Null: until the end of the round. */
  endMs: number | null;
  readonly samples: (readonly [timeMs: number, at: Place3])[];
}

/** What an event is to a life, as a number among the columns of {@link Lives.take}. */
export const EVENT_KINDS = { spawn: 1, leave: 2, hit: 3, kill: 4 } as const;
/** So many numbers tell of an event. */
export const EVENT_COLUMNS = 17;

/** The place whose x, y and z begin at a column; undefined where it is not known. */
export const placeAt = (values: Readonly<Float64Array>, at: number): Place3 | undefined => {
  const [x = NaN, y = NaN, z = NaN] = values.subarray(at, at + 3);
  return Number.isNaN(x) || Number.isNaN(y) ? undefined : [x, y, Number.isNaN(z) ? 0 : z];
};

/** Puts the lives of one round together from its events, which come in order. */
export class Lives {
  readonly #open = new Map<number, Life>();
  readonly all: Life[] = [];

  take(values: Readonly<Float64Array>): void {
    const [, event = 0, timeMs = 0, kind = 0, isEnemy = 0, attackerSlot = NaN, attackerId = NaN] = values;
    const [targetSlot = NaN, targetId = NaN] = values.subarray(10, 12);
    const [damage = 0, team = 0] = values.subarray(15, 17);
    if (kind === EVENT_KINDS.spawn || kind === EVENT_KINDS.leave) {
      const before = this.#open.get(targetSlot);
      if (before !== undefined) before.endMs = timeMs;
      this.#open.delete(targetSlot);
      if (kind === EVENT_KINDS.leave || (team !== 1 && team !== 2)) return;
      const life: Life = {
        ...{ team, slot: targetSlot, playerId: targetId, spawnEvent: event, spawnMs: timeMs },
        ...{ spawnAt: placeAt(values, 12), contactMs: 0, otherId: NaN, isFirst: false, result: null },
        ...{ given: 0, taken: 0, isDown: false, endMs: null, samples: [] },
      };
      this.#open.set(targetSlot, life);
      this.all.push(life);
      return;
    }
    const target = this.#lifeOf(targetSlot, targetId);
    if (isEnemy === 1) {
      const attacker = this.#lifeOf(attackerSlot, attackerId);
      touch(attacker, { event, timeMs, at: placeAt(values, 7), otherId: targetId, isFirst: true });
      touch(target, { event, timeMs, at: placeAt(values, 12), otherId: attackerId, isFirst: false });
      if (isOpen(attacker, timeMs)) {
        attacker.given += damage;
        if (kind === EVENT_KINDS.kill) attacker.result ??= "downed";
      }
      if (isOpen(target, timeMs)) {
        target.taken += damage;
        if (kind === EVENT_KINDS.kill) target.result ??= "fell";
      }
    }
    if (kind === EVENT_KINDS.kill && target !== undefined) {
      if (isOpen(target, timeMs)) target.result ??= "fell";
      target.isDown = true;
    }
  }

  #lifeOf(slot: number, playerId: number): Life | undefined {
    const life = this.#open.get(slot);
    return life?.playerId === playerId ? life : undefined;
  }
}

/** Begins the contact of a life, if it has none yet, and its player stands. */
function touch(
  life: Life | undefined,
  {
    at,
    event,
    isFirst,
    otherId,
    timeMs,
  }: Pick<Life, "isFirst" | "otherId"> & {
    readonly event: number;
    readonly timeMs: number;
    readonly at: Place3 | undefined;
  },
): void {
  if (life === undefined || life.isDown || life.contactEvent !== undefined) return;
  life.contactEvent = event;
  life.contactMs = timeMs;
  life.contactAt = at;
  life.otherId = otherId;
  life.isFirst = isFirst;
}

/** Whether what happens to a life belongs to its first contact. */
function isOpen(life: Life | undefined, timeMs: number): life is Life {
  return life?.contactEvent !== undefined && !life.isDown && timeMs <= life.contactMs + CONTACT_MS;
}

/** The places of a way in order; undefined where more than one sample in a row is missing. */
export function placesOfLife(life: Life, sampleMs: number): Place3[] | undefined {
  const stops: (readonly [timeMs: number, at: Place3])[] = [
    ...(life.spawnAt === undefined ? [] : [[life.spawnMs, life.spawnAt] as const]),
    ...life.samples.toSorted(([a], [b]) => a - b),
    ...(life.contactAt === undefined ? [] : [[life.contactMs, life.contactAt] as const]),
  ];
  let before = life.spawnMs;
  for (const timeMs of [...stops.map(([time]) => time), life.contactMs]) {
    if (timeMs - before > 2 * sampleMs) return undefined;
    before = timeMs;
  }
  return stops.length === 0 ? undefined : stops.map(([, at]) => at);
}
