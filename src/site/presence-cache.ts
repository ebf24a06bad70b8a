/**
 * Where players were on each map in the fine cells of smooth pictures, in a file beside the site: a build adds the rounds that are new,
 * and reads all rounds of a map again only when one that it knows has changed or is gone. The file can be deleted at any time. It holds
 * keys of rounds and times, no player.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";

import type { Sql } from "../db/driver/connect.ts";
import { packageVersion } from "../package-root.ts";
import { DENSITY_CELL_UNITS } from "../pictures/density.ts";
import { type Filters, roundConditions } from "../reports/filters.ts";
import {
  presenceCells,
  type PresenceReader,
  presenceReader,
  readTeamPresence,
  type TeamPresence,
} from "../reports/queries/heat-cells.ts";

/** What is known of a map. */
interface Entry {
  /** Of what all of it was made: the version of prox, and whether bots count. */
  readonly made: string;
  /** What each round was when it was added, by its key. */
  readonly rounds: Readonly<Record<string, string>>;
  /** Column, row, team and nanoseconds, over and over. */
  readonly cells: readonly number[];
}

const NUMBERS = 4;

function readEntries(file: string): Map<string, Entry> {
  try {
    return new Map(Object.entries(JSON.parse(readFileSync(file, "utf8")) as Record<string, Entry>));
  } catch {
    // What is there but damaged is as good as nothing.
    return new Map();
  }
}

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
  #entries: Map<string, Entry> | undefined;
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
    this.#isFull = isFull;
    const { dir, ext, name } = path.parse(file);
    this.#file = path.join(dir, `${name}.presence${ext}`);
  }

  /** What reads the presence on a map. */
  readerOf(map: string): PresenceReader {
    const filters = { map, bots: this.#bots };
    const others = presenceReader(this.#sql, filters);
    let fine: Promise<readonly TeamPresence[]> | undefined;
    return async (team, cellUnits) => {
      if (cellUnits !== DENSITY_CELL_UNITS) return others(team, cellUnits);
      fine ??= this.#readFine(filters);
      return presenceCells(await fine, team);
    };
  }

  /** Writes the file, where something has changed. */
  save(): void {
    if (!this.#isChanged || this.#entries === undefined) return;
    const part = `${this.#file}.part`;
    writeFileSync(part, JSON.stringify(Object.fromEntries(this.#entries)), { mode: 0o600 });
    renameSync(part, this.#file);
  }

  async #readFine(filters: Filters & { readonly map: string }): Promise<readonly TeamPresence[]> {
    const sql = this.#sql;
    const listed = await sql<{ round_id: number; round_key: string }[]>`
      select r.round_id, r.round_key from rounds r where ${roundConditions(sql, filters)} order by r.round_id`;
    const rounds = new Map(listed.map((row) => [row.round_key, this.#stamps.get(row.round_id) ?? ""]));
    this.#entries ??= this.#isFull || !existsSync(this.#file) ? new Map() : readEntries(this.#file);
    const made = `${packageVersion()} ${DENSITY_CELL_UNITS} ${this.#bots}`;
    const entry = this.#entries.get(filters.map);
    const isUsable =
      entry?.made === made &&
      Object.entries(entry.rounds).every(([key, stamp]) => stamp !== "" && rounds.get(key) === stamp);
    const known = isUsable ? entry : undefined;
    const added = listed.filter(({ round_key }) => known?.rounds[round_key] === undefined);
    if (known !== undefined && added.length === 0) return toRows(known);
    const roundIds = added.map(({ round_id }) => round_id);
    const read = await readTeamPresence(sql, { ...filters, roundIds }, DENSITY_CELL_UNITS);
    const rows = known === undefined ? read : addUp(toRows(known), read);
    this.#entries.set(filters.map, {
      made,
      rounds: Object.fromEntries(rounds),
      cells: rows.flatMap(({ cellX, cellY, ns, team }) => [cellX, cellY, team, ns]),
    });
    this.#isChanged = true;
    return rows;
  }
}
