/**
 * Where players were, as the tracker knew it at each tick of the round: where they were sampled, there; between samples and
 * events, on the straight line between the two nearest; who lies dead, where they fell.
 */
import { SLOTS } from "../format/column.ts";
import type { Place } from "./facts.ts";

const NUMBERS = 4;

/** Moments in the order of time, each with a place: time, x, y, z in one array. */
class Moments {
  #values = new Float64Array(64 * NUMBERS);
  #length = 0;
  /** How many of them are not later than the time that was asked for last. */
  #passed = 0;

  add(timeMs: number, x: number, y: number, z: number): void {
    const at = this.#length * NUMBERS;
    if (at === this.#values.length) {
      const longer = new Float64Array(2 * at);
      longer.set(this.#values);
      this.#values = longer;
    }
    this.#values[at] = timeMs;
    this.#values[at + 1] = x;
    this.#values[at + 2] = y;
    this.#values[at + 3] = z;
    this.#length += 1;
  }

  /** Goes on to a time, which never is earlier than the one before. */
  goTo(timeMs: number): void {
    while (this.#passed < this.#length && (this.#values[this.#passed * NUMBERS] ?? 0) <= timeMs)
      this.#passed += 1;
  }

  /** Begins again. */
  rewind(): void {
    this.#passed = 0;
  }

  /** Where the last moment until now, or with 1 the next one, stands in {@link Moments.at}; undefined where there is none. */
  index(step: 0 | 1): number | undefined {
    const index = this.#passed - 1 + step;
    return index >= 0 && index < this.#length ? index * NUMBERS : undefined;
  }

  *times(): Generator<number> {
    for (let index = 0; index < this.#length; index++) yield this.#values[index * NUMBERS] ?? 0;
  }

  at(index: number): number {
    return this.#values[index] ?? 0;
  }
}

/** What was seen of one slot. */
interface Track {
  readonly samples: Moments;
  readonly sights: Moments;
  /** Times of new lives, at which a player is suddenly elsewhere. */
  readonly comings: Moments;
}

/** Where players were seen. All is to be added in the order of time, samples and events each for themselves. */
export class Tracks {
  readonly #tracks: Track[] = Array.from({ length: SLOTS }, () => ({
    samples: new Moments(),
    sights: new Moments(),
    comings: new Moments(),
  }));

  /** A living player was sampled. */
  addSample(slot: number, timeMs: number, x: number, y: number, z: number): void {
    this.#tracks[slot]?.samples.add(timeMs, x, y, z);
  }

  /** A player was seen at an event. `isComing`: they came to life there. */
  addSight(slot: number, timeMs: number, { x, y, z }: Place, isComing = false): void {
    const track = this.#tracks[slot];
    track?.sights.add(timeMs, x, y, z);
    if (isComing) track?.comings.add(timeMs, x, y, z);
  }

  /** The times of all samples, slot by slot. */
  *sampleTimes(): Generator<number> {
    for (const { samples } of this.#tracks) yield* samples.times();
  }

  /** How far apart the samples of a player usually are, ms; 0 where there are none. */
  intervalMs(): number {
    const counts = new Map<number, number>();
    for (const { samples } of this.#tracks) {
      let last: number | undefined;
      for (const timeMs of samples.times()) {
        if (last !== undefined) counts.set(timeMs - last, (counts.get(timeMs - last) ?? 0) + 1);
        last = timeMs;
      }
    }
    return [...counts].reduce((most, next) => (next[1] > most[1] ? next : most), [0, 0])[0];
  }

  /** Begins again with the first moment. */
  rewind(): void {
    for (const track of this.#tracks)
      for (const moments of [track.samples, track.sights, track.comings]) moments.rewind();
  }

  /**
   * Moves living players to where they were at a time, which never is earlier than the one before. `isAlive` is by slot; who is
   * sampled is alive.
   */
  moveAll(timeMs: number, places: (Place | undefined)[], isAlive: boolean[]): void {
    for (const [slot, { comings, samples, sights }] of this.#tracks.entries()) {
      samples.goTo(timeMs);
      const sample = samples.index(0);
      if (sample !== undefined && samples.at(sample) === timeMs) {
        isAlive[slot] = true;
        places[slot] = { x: samples.at(sample + 1), y: samples.at(sample + 2), z: samples.at(sample + 3) };
        continue;
      }
      if (isAlive[slot] !== true) continue;
      sights.goTo(timeMs);
      comings.goTo(timeMs);
      const [before, from] = later(samples, sample, sights, sights.index(0));
      const [after, to] = earlier(samples, samples.index(1), sights, sights.index(1));
      if (from === undefined || to === undefined) continue;
      const nextLife = comings.index(1);
      // The next that is known of the player is where another life begins.
      if (nextLife !== undefined && comings.at(nextLife) <= after.at(to)) continue;
      const share = (timeMs - before.at(from)) / (after.at(to) - before.at(from));
      const between = (axis: number): number =>
        before.at(from + axis) + share * (after.at(to + axis) - before.at(from + axis));
      places[slot] = { x: between(1), y: between(2), z: between(3) };
    }
  }
}

type Moment = readonly [Moments, number | undefined];

function later(
  samples: Moments,
  sample: number | undefined,
  sights: Moments,
  sight: number | undefined,
): Moment {
  if (sight === undefined) return [samples, sample];
  return sample !== undefined && samples.at(sample) >= sights.at(sight) ? [samples, sample] : [sights, sight];
}

function earlier(
  samples: Moments,
  sample: number | undefined,
  sights: Moments,
  sight: number | undefined,
): Moment {
  if (sight === undefined) return [samples, sample];
  return sample !== undefined && samples.at(sample) <= sights.at(sight) ? [samples, sample] : [sights, sight];
}
