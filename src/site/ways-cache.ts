/**
 * The ways of players on each map, round by round, in a file beside the site: a build reads only rounds that have changed since, and adds
 * those that are new. The file can be deleted at any time. It holds keys of rounds and places, no player.
 */
import path from "node:path";

import type { Sql } from "../db/driver/connect.ts";
import { packageVersion } from "../package-root.ts";
import { type Filters, roundConditions } from "../reports/filters.ts";
import { readWays, type RoundWays, type Way } from "../reports/queries/ways.ts";
import { LineFile } from "./line-file.ts";

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
type StoredRound = {
  /** Of what it was made: the version of prox, whether bots count, and what the round was then. */
  readonly made: string;
} & ((Omit<RoundWays, "ways"> & { readonly ways: readonly StoredWay[] }) | { readonly ways: null });

/** The map of a line, which is called by the key of its round, a space, and the map. */
const mapOf = (key: string): string => key.slice(key.indexOf(" ") + 1);

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
  readonly #lines: LineFile<StoredRound>;
  /** The maps that were asked for: of these, rounds that were not are gone. */
  readonly #asked = new Set<string>();

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
    this.#lines = new LineFile(path.join(dir, `${name}.ways${ext}`), isFull);
  }

  /** The ways of the rounds on a map, by their ids. */
  async waysOf(map: string): Promise<Map<number, RoundWays>> {
    const sql = this.#sql;
    const filters = { map, bots: this.#bots };
    const listed = await sql<{ round_id: number; round_key: string }[]>`
      select r.round_id, r.round_key from rounds r where ${roundConditions(sql, filters)} order by r.round_id`;
    this.#asked.add(map);
    const found = new Map<number, RoundWays>();
    const unknown: { readonly id: number; readonly key: string; readonly made: string }[] = [];
    for (const { round_id: id, round_key: roundKey } of listed) {
      const key = `${roundKey} ${map}`;
      const made = `${packageVersion()} ${this.#bots} ${this.#stamps.get(id) ?? ""}`;
      const stored = this.#lines.get(key);
      if (stored?.made !== made || !this.#stamps.has(id)) unknown.push({ id, key, made });
      else {
        const ways = unpack(stored);
        if (ways !== undefined) found.set(id, ways);
      }
    }
    if (unknown.length === 0) return found;
    const read = await readWays(sql, { ...filters, roundIds: unknown.map(({ id }) => id) });
    for (const { id, key, made } of unknown) {
      const ways = read.get(id);
      if (ways !== undefined) found.set(id, ways);
      this.#lines.set(key, ways === undefined ? { made, ways: null } : { made, ...pack(ways) });
    }
    return found;
  }

  /** Writes the file, where something has changed: what is known of these maps. */
  save(maps: ReadonlySet<string>): void {
    for (const key of this.#lines.keys) {
      const map = mapOf(key);
      if (maps.has(map) && !this.#asked.has(map)) this.#lines.keep(key);
    }
    this.#lines.save();
  }
}
