/**
 * The ways of players on each map, round by round, in a file beside the site: a build reads only rounds that have changed since. The file has
 * a line for each map, and can be deleted at any time. It holds keys of rounds and places, no player.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";

import type { Sql } from "../db/driver/connect.ts";
import { packageVersion } from "../package-root.ts";
import { type Filters, roundConditions } from "../reports/filters.ts";
import { readWays, type RoundWays, type Way } from "../reports/queries/ways.ts";

/** A way as it stands in the file, its points in base 64. */
type StoredWay = readonly [
  team: number,
  tookMs: number,
  lengthUnits: number,
  points: string,
  isFirst: boolean,
  result: Way["result"],
  given: number,
  taken: number,
  isWon: boolean | null,
  hasGain: boolean | null,
];

/** What is known of a round; null for one of which no ways can be known. */
type StoredRound = { readonly stamp: string } & (
  (Omit<RoundWays, "ways"> & { readonly ways: readonly StoredWay[] }) | { readonly ways: null }
);

/** What is known of a map. */
interface Entry {
  /** Of what it was made: the version of prox, and whether bots count. */
  readonly made: string;
  /** By the keys of rounds. */
  readonly rounds: Readonly<Record<string, StoredRound>>;
}

const pack = ({ ways, ...counts }: RoundWays): Omit<RoundWays, "ways"> & { ways: StoredWay[] } => ({
  ...counts,
  ways: ways.map(({ given, hasGain, isFirst, isWon, lengthUnits, points, result, taken, team, tookMs }) => [
    ...([team, tookMs, lengthUnits] as const),
    Buffer.from(points.buffer, points.byteOffset, points.byteLength).toString("base64"),
    ...([isFirst, result, given, taken, isWon, hasGain] as const),
  ]),
});

function unpack(stored: StoredRound): RoundWays | undefined {
  if (stored.ways === null) return undefined;
  const { withoutContact, withoutWay } = stored;
  const ways = stored.ways.map((way): Way => {
    const [team, tookMs, lengthUnits, text, isFirst, result, given, taken, isWon, hasGain] = way;
    const points = new Int16Array(new Uint8Array(Buffer.from(text, "base64")).buffer);
    return { team, tookMs, lengthUnits, points, isFirst, result, given, taken, isWon, hasGain };
  });
  return { ways, withoutContact, withoutWay };
}

/** Ways on maps, see above. */
export class WaysCache {
  readonly #sql: Sql;
  readonly #bots: Filters["bots"];
  readonly #stamps: ReadonlyMap<number, string>;
  readonly #file: string;
  /** The lines of the file as they are, by their maps: only those that are asked for are read. */
  readonly #lines: Map<string, string>;
  #isChanged = false;

  /**
   * @param file of {@link RoundCache}: this one lies beside it.
   * @param isFull whether nothing of earlier builds is used.
   * @param stamps another one for each round, by its id, when something of it has changed.
   */
  constructor(
    sql: Sql,
    file: string,
    { bots, isFull, stamps }: { bots: Filters["bots"]; isFull: boolean; stamps: ReadonlyMap<number, string> },
  ) {
    this.#sql = sql;
    this.#bots = bots;
    this.#stamps = stamps;
    const { dir, ext, name } = path.parse(file);
    this.#file = path.join(dir, `${name}.ways${ext}`);
    const text = isFull || !existsSync(this.#file) ? "" : readFileSync(this.#file, "utf8");
    this.#lines = new Map(
      text.split("\n").map((line) => {
        const tab = line.indexOf("\t");
        return [line.slice(0, tab), line.slice(tab + 1)] as const;
      }),
    );
    this.#lines.delete("");
  }

  /** The ways of the rounds on a map, by their ids. */
  async waysOf(map: string): Promise<Map<number, RoundWays>> {
    const sql = this.#sql;
    const filters = { map, bots: this.#bots };
    const listed = await sql<{ round_id: number; round_key: string }[]>`
      select r.round_id, r.round_key from rounds r where ${roundConditions(sql, filters)} order by r.round_id`;
    const line = JSON.stringify(map);
    const made = `${packageVersion()} ${this.#bots}`;
    const entry = this.#readEntry(line);
    const known = entry?.made === made ? entry.rounds : {};
    const rounds: Record<string, StoredRound> = {};
    const found = new Map<number, RoundWays>();
    const unknown: { round_id: number; round_key: string }[] = [];
    for (const row of listed) {
      const stored = known[row.round_key];
      const ways = stored && unpack(stored);
      const stamp = this.#stamps.get(row.round_id);
      if (stored === undefined || stamp === undefined || stored.stamp !== stamp) unknown.push(row);
      else {
        rounds[row.round_key] = stored;
        if (ways !== undefined) found.set(row.round_id, ways);
      }
    }
    if (unknown.length > 0) {
      const roundIds = unknown.map(({ round_id }) => round_id);
      const read = await readWays(sql, { ...filters, roundIds });
      for (const { round_id: id, round_key: key } of unknown) {
        const ways = read.get(id);
        if (ways !== undefined) found.set(id, ways);
        const stamp = this.#stamps.get(id) ?? "";
        rounds[key] = ways === undefined ? { stamp, ways: null } : { stamp, ...pack(ways) };
      }
    }
    if (unknown.length > 0 || Object.keys(known).length !== Object.keys(rounds).length) {
      this.#lines.set(line, JSON.stringify({ made, rounds } satisfies Entry));
      this.#isChanged = true;
    }
    return found;
  }

  /** Writes the file, where something has changed: what is known of these maps. */
  save(maps: ReadonlySet<string>): void {
    const kept = new Set([...maps].map((map) => JSON.stringify(map)));
    for (const line of this.#lines.keys())
      if (!kept.has(line)) {
        this.#lines.delete(line);
        this.#isChanged = true;
      }
    if (!this.#isChanged) return;
    const part = `${this.#file}.part`;
    writeFileSync(part, [...this.#lines].map(([map, entry]) => `${map}\t${entry}\n`).join(""), {
      mode: 0o600,
    });
    renameSync(part, this.#file);
  }

  #readEntry(line: string): Entry | undefined {
    try {
      return JSON.parse(this.#lines.get(line) ?? "null") as Entry | undefined;
    } catch {
      // What is there but damaged is as good as nothing.
      return undefined;
    }
  }
}
