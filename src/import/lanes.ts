/**
 * Does pieces of work side by side, a bounded number at a time, and hands over what they came to in the order in which
 * they were begun.
 */
export class Lanes {
  readonly #width: number;
  readonly #running = new Set<Promise<unknown>>();
  #handedOver: Promise<unknown> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;

  constructor(width: number) {
    this.#width = width;
  }

  /** Begins a piece of work as soon as a lane is free. Once one has failed no other is begun: throws its error. */
  async start<Result>(work: () => Promise<Result>, handOver: (result: Result) => void): Promise<void> {
    while (this.#running.size >= this.#width) await Promise.race(this.#running);
    this.#throwFailure();
    const result = work();
    const running = result
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
    this.#handedOver = Promise.allSettled([result, this.#handedOver]).then(([settled]) => {
      if (settled.status === "fulfilled") handOver(settled.value);
    });
  }

  /** Waits for everything that was begun. */
  async settle(): Promise<void> {
    await this.#handedOver;
  }

  /** Waits for everything that was begun; throws the first error. */
  async end(): Promise<void> {
    await this.settle();
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
