/** Keeps the files of a round that are read twice in memory while it is stored, as far as they are small. */

const PAGE_BYTES = 256 << 10;
/** A round of half an hour with twenty players has 3 MB. What is beyond is read from the disk again. */
const MAXIMUM_PAGES = 16;
/** Memory that no round needs at the moment, used again: what the collector had to free would pile up until it does. */
const freePages: Buffer[] = [];

/** The memory of one round. */
export class RoundMemory {
  readonly #pages: Buffer[] = [];

  /** Gives a way to read a file of so many bytes as often as needed, which reads it once where it fits. */
  once(open: () => AsyncIterable<Buffer>, sizeBytes: number): () => AsyncIterable<Buffer> {
    let kept: readonly Buffer[] | undefined;
    const keep = async (): Promise<readonly Buffer[]> => {
      const parts: Buffer[] = [];
      let page: Buffer | undefined;
      let length = 0;
      for await (const chunk of open()) {
        for (let at = 0; at < chunk.length;) {
          page ??= this.#take();
          const copied = chunk.copy(page, length, at);
          at += copied;
          length += copied;
          if (length < PAGE_BYTES) continue;
          parts.push(page);
          page = undefined;
          length = 0;
        }
      }
      if (page !== undefined) parts.push(page.subarray(0, length));
      return parts;
    };
    const needed = Math.ceil(sizeBytes / PAGE_BYTES);
    return () => {
      if (kept === undefined && this.#pages.length + needed > MAXIMUM_PAGES) return open();
      return (async function* () {
        yield* (kept ??= await keep());
      })();
    };
  }

  #take(): Buffer {
    const page = freePages.pop() ?? Buffer.allocUnsafeSlow(PAGE_BYTES);
    this.#pages.push(page);
    return page;
  }

  /** Gives the memory free; nothing may be read any more. */
  free(): void {
    freePages.push(...this.#pages.splice(0));
  }
}
