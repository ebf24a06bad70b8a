/** A bound on how fast rounds are fetched, shared by all servers of a run. */

/** What was not used a moment ago may be used now: timers are never exact. */
const CATCH_UP_MS = 50;

interface Waiting {
  readonly bytes: number;
  readonly signal: AbortSignal;
  readonly go: () => void;
  readonly stop: (reason: unknown) => void;
}

/** Gives out bytes at a rate, first come, first served. */
export class RateLimit {
  readonly #bytesPerMs: number;
  #queue: Waiting[] = [];
  /** When everything that was given out so far has had its time. */
  #freeAtMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(bytesPerS: number) {
    this.#bytesPerMs = bytesPerS / 1000;
  }

  /** Waits until so many bytes may be fetched. Throws the signal's reason, when the next one's turn has come. */
  take(bytes: number, signal: AbortSignal): Promise<void> {
    return new Promise((go, stop) => {
      this.#queue.push({ bytes, signal, go, stop });
      this.#giveOut();
    });
  }

  #giveOut(): void {
    if (this.#timer !== undefined) return;
    // Not by listening to the signals: each would have as many listeners as requests wait.
    for (const { signal, stop } of this.#queue) if (signal.aborted) stop(signal.reason);
    this.#queue = this.#queue.filter(({ signal }) => !signal.aborted);
    const now = performance.now();
    this.#freeAtMs = Math.max(this.#freeAtMs, now - CATCH_UP_MS);
    while (this.#freeAtMs <= now) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      this.#freeAtMs += next.bytes / this.#bytesPerMs;
      next.go();
    }
    if (this.#queue.length === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#giveOut();
    }, this.#freeAtMs - now);
  }
}
