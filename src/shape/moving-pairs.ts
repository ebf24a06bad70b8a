/** Who moved with whom: seconds counted pair by pair. */
import { SLOTS } from "../format/column.ts";
import type { ShapeSample } from "./second.ts";

/** Seconds in which two players moved, and those in which they moved together. */
interface PairSums {
  moving: number;
  together: number;
}

/** Counts the seconds in which two players of a team moved. */
export class MovingPairs {
  readonly #sums = new Map<string, PairSums>();
  /** Who was last seen in each slot, and in which team. */
  readonly #ids = new Int32Array(SLOTS);
  readonly #teams = new Int8Array(SLOTS);
  /** Counts of slots, the smaller one first, since another player came to one of the two slots. */
  readonly #moving = new Int32Array(SLOTS * SLOTS);
  readonly #together = new Int32Array(SLOTS * SLOTS);

  /** Says who is in a slot; to be called before {@link MovingPairs.add} of a second. */
  sit({ playerId, slot, team }: ShapeSample): void {
    if (this.#ids[slot] === playerId && this.#teams[slot] === team) return;
    this.#takeOut(slot);
    this.#ids[slot] = playerId;
    this.#teams[slot] = team;
  }

  /** Counts a second in which both moved, by slot, the smaller one first. */
  readonly add = (one: number, other: number, areTogether: boolean): void => {
    const pair = one * SLOTS + other;
    this.#moving[pair] = (this.#moving[pair] ?? 0) + 1;
    if (areTogether) this.#together[pair] = (this.#together[pair] ?? 0) + 1;
  };

  #takeOut(slot: number): void {
    for (let other = 0; other < SLOTS; other++) {
      const pair = slot < other ? slot * SLOTS + other : other * SLOTS + slot;
      const moving = this.#moving[pair] ?? 0;
      if (moving === 0) continue;
      const [one, two] = [this.#ids[slot] ?? 0, this.#ids[other] ?? 0];
      // One player in two slots is nobody's teammate.
      if (one !== two) {
        const key = `${Math.min(one, two)}\t${Math.max(one, two)}\t${this.#teams[slot] ?? 0}`;
        const sums = this.#sums.get(key) ?? { moving: 0, together: 0 };
        this.#sums.set(key, sums);
        sums.moving += moving;
        sums.together += this.#together[pair] ?? 0;
      }
      this.#moving[pair] = this.#together[pair] = 0;
    }
  }

  /** The counts of all pairs: player, teammate and team, with tabs between, and their seconds. To be called after the last second. */
  sums(): ReadonlyMap<string, Readonly<PairSums>> {
    for (let slot = 0; slot < SLOTS; slot++) this.#takeOut(slot);
    return this.#sums;
  }
}
