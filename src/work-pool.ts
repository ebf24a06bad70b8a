/** Does work side by side, a bounded number of pieces at a time. */

/** Hands over the results of pieces of work in the order in which they were started. */
export class WorkPool {
  readonly #width: number;
  readonly #running = new Set<Promise<unknown>>();
  #handedOver: Promise<unknown> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;

  /** @param width how many pieces run at once. */
  constructor(width: number) {
    this.#width = width;
  }

  /** Starts a piece of work as soon as there is room. Once one has failed, starts no other: throws its error. */
  async start<Result>(work: () => Promise<Result>, handOver?: (result: Result) => void): Promise<void> {
    while (this.#running.size >= this.#width) await Promise.race(this.#running);
    this.#throwFailure();
    const result = work();
    const running = result
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
    // Nobody may wait for this before the end: an error of `handOver` is kept, as one of the work is.
    this.#handedOver = Promise.allSettled([result, this.#handedOver]).then(([settled]) => {
      try {
        if (settled.status === "fulfilled") handOver?.(settled.value);
      } catch (error) {
        this.#failure ??= { error };
      }
    });
  }

  /** Waits for everything that was started. */
  async waitForAll(): Promise<void> {
    await this.#handedOver;
  }

  /** Waits for everything that was started; throws the first error. */
  async end(): Promise<void> {
    await this.waitForAll();
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}

/** Runs `work` over all items, `width` at once. The first error stops the rest; it is thrown when nothing runs any more. */
export async function forEachAtOnce<Item>(
  items: Iterable<Item>,
  width: number,
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const pool = new WorkPool(width);
  try {
    for (const item of items) await pool.start(() => work(item));
  } finally {
    await pool.waitForAll();
  }
  await pool.end();
}
