/**
 * The moments at which the tracker let time go on for the rules. It did so in frames of the server, at least every
 * {@link TICK_MS} and with every sample. Frames are not stored; but everything happens in one, and all last equally long.
 */
import { TICK_MS } from "../rules/facts.ts";

/** The engine's usual frame: `sv_fps 20`. */
const USUAL_FRAME_MS = 50;
/** No server has shorter frames. */
const SHORTEST_FRAME_MS = 5;

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** How long the frames of a round are, ms: all times at which something happened are so far apart, or several times so far. */
export function frameLength(timesMs: Iterable<number>): number {
  let first: number | undefined;
  let divisor = 0;
  for (const timeMs of timesMs) {
    first ??= timeMs;
    divisor = greatestDivisor(Math.abs(timeMs - first), divisor);
  }
  // Where little happened, or a frame was longer than the others, the times do not tell.
  return divisor % USUAL_FRAME_MS === 0 || divisor < SHORTEST_FRAME_MS ? USUAL_FRAME_MS : divisor;
}

/** Goes from frame to frame, as the tracker did. */
export class Ticks {
  readonly #frameMs: number;
  readonly #sampleMs: number;
  #frame: number;
  #nextTickMs: number;
  #nextSampleMs: number;
  /** Whether the tick of the present frame was given out. */
  #isFrameDone = false;

  constructor(beganMs: number, frameMs: number, sampleMs: number) {
    this.#frame = beganMs;
    this.#frameMs = frameMs;
    this.#sampleMs = sampleMs;
    this.#nextTickMs = beganMs;
    this.#nextSampleMs = Math.ceil(beganMs / sampleMs) * sampleMs;
  }

  /** The ticks that follow, of frames before a time, at which there is a frame; `isThrough`: with that of this frame. */
  *until(timeMs: number, isThrough: boolean): Generator<number> {
    for (;;) {
      if (this.#frame > timeMs || (this.#frame === timeMs && !isThrough)) return;
      if (!this.#isFrameDone) {
        this.#isFrameDone = true;
        if (this.#isTick(this.#frame)) yield this.#frame;
      }
      if (this.#frame === timeMs) return;
      this.#frame = Math.min(this.#frame + this.#frameMs, timeMs);
      this.#isFrameDone = false;
    }
  }

  #isTick(timeMs: number): boolean {
    const isSample = timeMs >= this.#nextSampleMs;
    if (!isSample && timeMs < this.#nextTickMs) return false;
    this.#nextTickMs = timeMs + TICK_MS;
    if (isSample) this.#nextSampleMs = (Math.floor(timeMs / this.#sampleMs) + 1) * this.#sampleMs;
    return true;
  }
}
