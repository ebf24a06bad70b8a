/**
 * Positions spread over the servers of a Citus cluster. They are three quarters of all bytes, and the only table that is
 * distributed: everything else lies on the coordinator, where its queries are those of any PostgreSQL.
 */
import { ProxError } from "../errors.ts";
import type { Sql } from "./driver/connect.ts";
import { inTransaction } from "./driver/transaction.ts";
import { POSITIONS_TABLE } from "./tables.ts";

/** Where positions lie. */
export interface Distribution {
  /** Whether they were distributed just now, rather than before. */
  readonly isNew: boolean;
  /** Servers that hold some of them. */
  readonly servers: number;
}

const CREATE_EXTENSION =
  "on every server of the cluster, as a superuser: create extension citus; then on the coordinator, for each worker: " +
  "select citus_add_node('HOST', 5432); see docs/scale.md";

function unfit(reason: string, remedy: string): ProxError {
  return new ProxError("E_DATABASE_UNFIT", `cannot distribute the positions: ${reason}`, {
    suggestions: [remedy],
    details: { reasons: [reason] },
  });
}

/** Throws `E_DATABASE_UNFIT` where the database is not the coordinator's of a Citus cluster. */
export async function requireCoordinator(sql: Sql): Promise<void> {
  const [found] = await sql`select from pg_extension where extname = 'citus'`;
  if (found === undefined) throw unfit("this database does not have the extension citus", CREATE_EXTENSION);
  const [group] = await sql<{ groupid: number }[]>`select groupid from pg_dist_local_group`;
  if (group?.groupid !== 0)
    throw unfit("this server is a worker of its Citus cluster", "name the coordinator with --database-url");
}

/**
 * Distributes the positions of a migrated schema by their round, with all that are stored; does nothing where they are
 * distributed already. All rows of a round lie on one server.
 */
export async function distributePositions(sql: Sql): Promise<Distribution> {
  await requireCoordinator(sql);
  const { table } = POSITIONS_TABLE;
  return inTransaction(sql, async (transaction) => {
    const [known] = await transaction`select from pg_dist_partition where logicalrelid = ${table}::regclass`;
    if (known === undefined) {
      // Not together with tables of others: moving theirs would move ours.
      await transaction`select create_distributed_table(${table}::regclass, 'round_id', colocate_with => 'none')`;
    }
    const [count] = await transaction<{ servers: number }[]>`
      select count(distinct groupid)::int as servers
      from pg_dist_placement join pg_dist_shard using (shardid) where logicalrelid = ${table}::regclass`;
    return { isNew: known === undefined, servers: count?.servers ?? 0 };
  });
}
