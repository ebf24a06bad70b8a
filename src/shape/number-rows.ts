/** Rows of whole numbers as COPY takes them, written digit by digit: texts of so many rows would be garbage to collect. */

const CHUNK_BYTES = 65_536;
/** A sign and the digits of the largest whole number that a double holds exactly, and what ends the field. */
const MAXIMUM_FIELD_BYTES = 18;
const [TAB, LINE_FEED, MINUS, ZERO] = [9, 10, 45, 48] as const;

/** Collects rows, field by field, into chunks of bytes. */
export class NumberRows {
  readonly #full: Buffer[] = [];
  #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #length = 0;
  /** Whether the field to come is the first of its row. */
  #isFirst = true;

  /** Adds a field, empty for null. The number must be whole. */
  add(value: number | null): void {
    if (this.#length + MAXIMUM_FIELD_BYTES > CHUNK_BYTES) this.#flush();
    const chunk = this.#chunk;
    let at = this.#length;
    if (this.#isFirst) this.#isFirst = false;
    else chunk[at++] = TAB;
    if (value !== null) {
      let rest = value;
      if (rest < 0) {
        chunk[at++] = MINUS;
        rest = -rest;
      }
      if (rest < 10) chunk[at++] = ZERO + rest;
      else {
        let end = at + 1;
        for (let power = 10; power <= rest; power *= 10) end++;
        at = end;
        while (rest > 0) {
          const tens = Math.floor(rest / 10);
          chunk[--end] = ZERO + rest - tens * 10;
          rest = tens;
        }
      }
    }
    this.#length = at;
  }

  endRow(): void {
    if (this.#length === CHUNK_BYTES) this.#flush();
    this.#chunk[this.#length++] = LINE_FEED;
    this.#isFirst = true;
  }

  #flush(): void {
    this.#full.push(this.#chunk.subarray(0, this.#length));
    this.#chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    this.#length = 0;
  }

  /** All rows so far. */
  get chunks(): readonly Buffer[] {
    return [...this.#full, this.#chunk.subarray(0, this.#length)];
  }
}
