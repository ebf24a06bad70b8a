/**
 * What earlier builds read of each round, in a file beside the site: a build reads only rounds that have changed since. The file can be
 * deleted at any time; the next build reads everything again. It holds numbers of players and names that are on pages, and no GUID.
 */
import type { AreaFacts } from "../reports/area-facts.ts";
import type { ScoreRow } from "../reports/queries/round.ts";
import type { RoundTotals } from "../reports/totals-reader.ts";
import { LineFile } from "./line-file.ts";
import { packRows, type PackedRows, unpackRows } from "./packed-rows.ts";

/** What is read of a round. */
export interface RoundFacts {
  readonly scores: readonly ScoreRow[];
  readonly totals: RoundTotals;
  /** Numbers of its biggest fights. */
  readonly fights: readonly number[];
  /** What happened in the named areas of its map; null where there are none. */
  readonly areas: AreaFacts | null;
}

/** The same in the file: most of it are rows with the same keys. */
interface Entry extends Pick<RoundFacts, "areas" | "fights"> {
  /** What it was read from. */
  readonly stamp: string;
  readonly scores: PackedRows;
  readonly totals: Pick<RoundTotals, "kills"> &
    Readonly<Record<Exclude<keyof RoundTotals, "kills">, PackedRows>>;
}

function pack({ areas, fights, scores, totals }: RoundFacts): Omit<Entry, "stamp"> {
  const { combat, kills, lives, movement, pairs, results, shapes } = totals;
  return {
    scores: packRows(scores),
    totals: {
      combat: packRows(combat),
      kills,
      lives: packRows(lives),
      movement: packRows(movement),
      pairs: packRows(pairs),
      results: packRows(results),
      shapes: packRows(shapes),
    },
    fights,
    areas,
  };
}

function unpack({ areas, fights, scores, totals }: Entry): RoundFacts {
  const { combat, kills, lives, movement, pairs, results, shapes } = totals;
  return {
    scores: unpackRows(scores),
    totals: {
      combat: unpackRows(combat),
      kills,
      lives: unpackRows(lives),
      movement: unpackRows(movement),
      pairs: unpackRows(pairs),
      results: unpackRows(results),
      shapes: unpackRows(shapes),
    },
    fights,
    areas,
  };
}

/** The facts of rounds by their keys. */
export class RoundCache {
  readonly #lines: LineFile<Entry>;

  /** @param isFull whether nothing of earlier builds is used. */
  constructor(file: string, isFull: boolean) {
    this.#lines = new LineFile(file, isFull);
  }

  /** What is known of a round as it is now; undefined where it has to be read. */
  get(roundKey: string, stamp: string): RoundFacts | undefined {
    const entry = this.#lines.get(roundKey);
    if (entry?.stamp === stamp) return unpack(entry);
    this.#lines.drop(roundKey);
    return undefined;
  }

  /** Remembers what was read of a round. */
  set(roundKey: string, stamp: string, facts: RoundFacts): void {
    this.#lines.set(roundKey, { stamp, ...pack(facts) });
  }

  /** Writes the file, where something has changed. */
  save(): void {
    this.#lines.save();
  }
}
