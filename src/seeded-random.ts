/** Random numbers that are the same for the same seed, on every machine. */

/** A stream of random numbers: sfc32, by Chris Doty-Humphrey, in the public domain. */
export class Random {
  #a: number;
  #b = 0x9e3779b9;
  #c = 0x243f6a88;
  #counter = 1;

  constructor(seed: number) {
    this.#a = seed | 0;
    for (let round = 0; round < 15; round++) this.#next();
  }

  #next(): number {
    const result = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0;
    return result >>> 0;
  }

  /** At least 0, less than 1. */
  unit(): number {
    return this.#next() / 4294967296;
  }

  /** At least `from`, less than `to`. */
  between(from: number, to: number): number {
    return from + (to - from) * this.unit();
  }

  /** A whole number from `from` to `to`. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.unit() * (to - from + 1));
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  pick<T>(list: readonly T[]): T {
    const found = list[Math.floor(this.unit() * list.length)];
    if (found === undefined) throw new Error("nothing to pick from");
    return found;
  }
}
