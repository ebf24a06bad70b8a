/** The rounds that an export is of, and how it is known that one has changed. */
import { createHash } from "node:crypto";

import type { Transaction } from "../db/driver/connect.ts";
import { POSITIONS_TABLE } from "../db/tables.ts";
import { quoted } from "./duckdb.ts";
import type { ExportTable } from "./tables.ts";

/** A round as the database has it now. */
export interface StoredRound {
  readonly id: number;
  readonly key: string;
  readonly map: string | null;
  readonly startedAt: Date | null;
  readonly importedAt: string;
  /** Whether the database has deleted the round's positions to save space. */
  readonly isPruned: boolean;
  /** Another one when any row of the round was written again. */
  readonly stamp: string;
  /** Number of rows in each table that has some. */
  readonly rows: ReadonlyMap<string, number>;
}

interface Found {
  readonly id: number;
  readonly key: string;
  readonly map: string | null;
  readonly startedAt: Date | null;
  readonly importedAt: Date | null;
  readonly isPruned: boolean;
  readonly hash: string;
}

/**
 * The rounds of these ids, or all, the earliest first. A round's stamp is made of its row in `rounds` and, of every other table,
 * the number of its rows and of the transactions that wrote them (`xmin`): whatever changes a row, prox or a person, gives another
 * one, and no row has to be sent for it. Players who are hidden count too. Of positions that a cluster of Citus has spread over its
 * servers nobody tells these transactions: there, their number and all other rows have to do.
 */
export async function storedRounds(
  transaction: Transaction,
  tables: readonly ExportTable[],
  ids: readonly number[] | undefined,
): Promise<StoredRound[]> {
  const chosen = ids === undefined ? null : [...ids];
  const [citus] = await transaction`select from pg_extension where extname = 'citus'`;
  const found = await transaction<Found[]>`
    select round_id as id, round_key as key, map, started_at as "startedAt", imported_at as "importedAt",
      positions_pruned_at is not null as "isPruned", md5(r::text) as hash
    from rounds r where ${chosen}::int[] is null or round_id = any(${chosen}::int[])
    order by started_at, round_key`;
  const sums = new Map(
    found.map(({ hash, id }) => [
      id,
      { hash: createHash("sha1").update(hash), rows: new Map<string, number>() },
    ]),
  );
  for (const { name } of tables.filter((table) => table.ofRounds)) {
    const isSpread = citus !== undefined && name === POSITIONS_TABLE.table;
    const writers = isSpread ? "''" : "sum(xmin::text::bigint)::text";
    const counted = await transaction.unsafe<{ id: number; rows: number; writers: string }[]>(
      `select round_id as id, count(*)::int as rows, ${writers} as writers from ${quoted(name)} ` +
        `where $1::int[] is null or round_id = any($1::int[]) group by round_id`,
      [chosen],
    );
    for (const { id, rows, writers } of counted) {
      const sum = sums.get(id);
      sum?.hash.update(`\n${name} ${rows} ${writers}`);
      sum?.rows.set(name, rows);
    }
  }
  const hidden = await transaction<{ id: number; names: string }[]>`
    select round_id as id, string_agg(distinct p.player_id || ' ' || p.name, ', ' order by p.player_id || ' ' || p.name) as names
    from round_players join people p using (player_id) where p.is_hidden group by round_id`;
  for (const { id, names } of hidden) sums.get(id)?.hash.update(`\nhidden ${names}`);
  return found.map(({ id, importedAt, isPruned, key, map, startedAt }) => {
    const sum = sums.get(id);
    return {
      id,
      key,
      map,
      startedAt,
      isPruned,
      importedAt: importedAt?.toISOString() ?? "",
      stamp: sum?.hash.digest("hex") ?? "",
      rows: sum?.rows ?? new Map<string, number>(),
    };
  });
}
