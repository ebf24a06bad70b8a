/**
 * What earlier builds read of each round, in a file beside the site: a build reads only rounds that have changed since. The file can be
 * deleted at any time; the next build reads everything again. It holds numbers of players and names that are on pages, and no GUID.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

import type { AreaFacts } from "../reports/area-facts.ts";
import type { ScoreRow } from "../reports/queries/round.ts";
import type { RoundTotals } from "../reports/totals-reader.ts";

/** What is read of a round. */
export interface RoundFacts {
  readonly scores: readonly ScoreRow[];
  readonly totals: RoundTotals;
  /** Numbers of its biggest fights. */
  readonly fights: readonly number[];
  /** What happened in the named areas of its map; null where there are none. */
  readonly areas: AreaFacts | null;
}

interface Entry extends RoundFacts {
  /** What it was read from. */
  readonly stamp: string;
}

/** Reads the file; what is there but damaged is as good as nothing. */
function readEntries(file: string): Map<string, Entry> {
  try {
    return new Map(Object.entries(JSON.parse(readFileSync(file, "utf8")) as Record<string, Entry>));
  } catch {
    return new Map();
  }
}

/** The facts of rounds by their keys. */
export class RoundCache {
  readonly #file: string;
  readonly #before: ReadonlyMap<string, Entry>;
  readonly #now = new Map<string, Entry>();

  /** @param isFull whether nothing of earlier builds is used. */
  constructor(file: string, isFull: boolean) {
    this.#file = file;
    this.#before = isFull || !existsSync(file) ? new Map() : readEntries(file);
  }

  /** What is known of a round as it is now; undefined where it has to be read. */
  get(roundKey: string, stamp: string): RoundFacts | undefined {
    const entry = this.#before.get(roundKey);
    if (entry?.stamp !== stamp) return undefined;
    this.#now.set(roundKey, entry);
    return entry;
  }

  /** Remembers what was read of a round. */
  set(roundKey: string, stamp: string, facts: RoundFacts): void {
    this.#now.set(roundKey, { stamp, ...facts });
  }

  /** Writes the file, where something has changed. */
  save(): void {
    const isSame =
      this.#now.size === this.#before.size &&
      [...this.#now].every(([key, entry]) => this.#before.get(key) === entry);
    if (isSame && existsSync(this.#file)) return;
    writeFileSync(`${this.#file}.part`, JSON.stringify(Object.fromEntries(this.#now)), { mode: 0o600 });
    renameSync(`${this.#file}.part`, this.#file);
  }
}
