/** Loads the rows that an export's files are made of, while files are written. */
import type { Exporter } from "./exporter.ts";
import type { ExportTable } from "./tables.ts";

/** Rows that PostgreSQL gives at once. */
export interface Piece {
  readonly table: ExportTable;
  /** Which rows these are. */
  readonly condition: string;
  readonly rows: number;
}

/** Of the pieces that come next, so many rows are loaded while a file is written. */
const AHEAD_ROWS = 500_000;

/** Gives pieces as tables of DuckDB's; PostgreSQL already gives the next ones while a file is made of one. */
export class Loader {
  readonly #exporter: Exporter;
  /** How many files still need a piece. */
  readonly #uses = new Map<Piece, number>();
  /** The next one last. */
  readonly #waiting: Piece[];
  readonly #loaded = new Map<Piece, Promise<string>>();
  #last: Promise<unknown> = Promise.resolve();
  #aheadRows = 0;
  #isStopped = false;

  /** @param pieces those of each file, in the order in which the files are written. */
  constructor(exporter: Exporter, pieces: readonly Piece[]) {
    this.#exporter = exporter;
    for (const piece of pieces) this.#uses.set(piece, (this.#uses.get(piece) ?? 0) + 1);
    this.#waiting = [...this.#uses.keys()].reverse();
    this.#loadAhead();
  }

  /** The table of a piece. */
  async get(piece: Piece): Promise<string> {
    let loaded = this.#loaded.get(piece);
    while (loaded === undefined) {
      this.#loadNext();
      loaded = this.#loaded.get(piece);
    }
    return loaded;
  }

  /** Removes the table of a piece that no other file needs, and loads more in its place. */
  async release(piece: Piece): Promise<void> {
    const uses = (this.#uses.get(piece) ?? 0) - 1;
    this.#uses.set(piece, uses);
    if (uses > 0) return;
    await this.#exporter.unload(await this.get(piece));
    this.#loaded.delete(piece);
    this.#aheadRows -= piece.rows;
    this.#loadAhead();
  }

  /** Loads no more, and waits for what is on its way: the transaction cannot end before. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.allSettled(this.#loaded.values());
  }

  #loadAhead(): void {
    while (this.#waiting.length > 0 && this.#aheadRows < AHEAD_ROWS) this.#loadNext();
  }

  #loadNext(): void {
    const piece = this.#waiting.pop();
    if (piece === undefined) throw new Error("a piece of an export is missing");
    this.#aheadRows += piece.rows;
    const loading = this.#load(piece, this.#last);
    // Its error is for who asks for it.
    loading.catch(() => undefined);
    this.#last = loading;
    this.#loaded.set(piece, loading);
  }

  async #load({ condition, table }: Piece, before: Promise<unknown>): Promise<string> {
    await before;
    if (this.#isStopped) throw new Error("the export was stopped");
    return this.#exporter.load(table, condition);
  }
}
