/**
 * Where players were on each map, in the cells of pictures and of tables, in a file beside the site: a build adds the rounds that are new,
 * and reads all rounds of a map again only when one that it knows has changed or is gone. The file can be deleted at any time. It holds
 * keys of rounds and times, no player.
 */
import path from "node:path";

import type { Sql } from "../db/driver/connect.ts";
import { packageVersion } from "../package-root.ts";
import { type Filters, roundConditions } from "../reports/filters.ts";
import {
  presenceCells,
  type PresenceReader,
  readTeamPresence,
  type TeamPresence,
} from "../reports/queries/heat-cells.ts";
import { LineFile } from "./line-file.ts";

/** What is known of a map in cells of one size. */
interface Entry {
  /** Of what all of it was made: the version of prox, and whether bots count. */
  readonly made: string;
  /** What each round was when it was added, by its key. */
  readonly rounds: Readonly<Record<string, string>>;
  /** Column, row, team and nanoseconds, over and over. */
  readonly cells: readonly number[];
}

const NUMBERS = 4;

/** The map of a line, which is called by the size of the cells, a space, and the map. */
const mapOf = (key: string): string => key.slice(key.indexOf(" ") + 1);

const toRows = ({ cells }: Entry): TeamPresence[] =>
  Array.from({ length: cells.length / NUMBERS }, (_, row) => {
    const [cellX = 0, cellY = 0, team = 0, ns = 0] = cells.slice(row * NUMBERS, (row + 1) * NUMBERS);
    return { cellX, cellY, team, ns };
  });

/** Two lists of presence together, by column, row and team. */
function addUp(one: readonly TeamPresence[], other: readonly TeamPresence[]): TeamPresence[] {
  const sums = new Map<string, TeamPresence>();
  for (const row of [...one, ...other]) {
    const key = `${row.cellX} ${row.cellY} ${row.team}`;
    sums.set(key, { ...row, ns: row.ns + (sums.get(key)?.ns ?? 0) });
  }
  return [...sums.values()].sort((a, b) => a.cellX - b.cellX || a.cellY - b.cellY || a.team - b.team);
}

/** Presence on maps, see above. */
export class PresenceCache {
  readonly #sql: Sql;
  readonly #bots: Filters["bots"];
  readonly #stamps: ReadonlyMap<number, string>;
  readonly #file: string;
  readonly #isFull: boolean;
  #lines: LineFile<Entry> | undefined;

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
    this.#isFull = isFull;
    const { dir, ext, name } = path.parse(file);
    this.#file = path.join(dir, `${name}.presence${ext}`);
  }

  /** What reads the presence on a map. */
  readerOf(map: string): PresenceReader {
    const filters = { map, bots: this.#bots };
    const read = new Map<number, Promise<readonly TeamPresence[]>>();
    return async (team, cellUnits) => {
      const rows = read.get(cellUnits) ?? this.#read(filters, cellUnits);
      read.set(cellUnits, rows);
      return presenceCells(await rows, team);
    };
  }

  /**
   * Writes the file, where something has changed.
   * @param maps those of the site: nothing is kept of others.
   */
  save(maps: ReadonlySet<string>): void {
    if (this.#lines === undefined) return;
    for (const key of this.#lines.keys) if (maps.has(mapOf(key))) this.#lines.keep(key);
    this.#lines.save();
  }

  async #read(
    filters: Filters & { readonly map: string },
    cellUnits: number,
  ): Promise<readonly TeamPresence[]> {
    const sql = this.#sql;
    const listed = await sql<{ round_id: number; round_key: string }[]>`
      select r.round_id, r.round_key from rounds r where ${roundConditions(sql, filters)} order by r.round_id`;
    const rounds = new Map(listed.map((row) => [row.round_key, this.#stamps.get(row.round_id) ?? ""]));
    this.#lines ??= new LineFile(this.#file, this.#isFull);
    const key = `${cellUnits} ${filters.map}`;
    const made = `${packageVersion()} ${this.#bots}`;
    const entry = this.#lines.get(key);
    const isUsable =
      entry?.made === made &&
      Object.entries(entry.rounds).every(([round, stamp]) => stamp !== "" && rounds.get(round) === stamp);
    const known = isUsable ? entry : undefined;
    const added = listed.filter(({ round_key }) => known?.rounds[round_key] === undefined);
    if (known !== undefined && added.length === 0) return toRows(known);
    const roundIds = added.map(({ round_id }) => round_id);
    const read = await readTeamPresence(sql, { ...filters, roundIds }, cellUnits);
    const rows = known === undefined ? read : addUp(toRows(known), read);
    this.#lines.set(key, {
      made,
      rounds: Object.fromEntries(rounds),
      cells: rows.flatMap(({ cellX, cellY, ns, team }) => [cellX, cellY, team, ns]),
    });
    return rows;
  }
}
