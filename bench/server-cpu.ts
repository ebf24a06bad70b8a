/** What a PostgreSQL server on this machine took of its processors. */
import { readFile } from "node:fs/promises";

import type { Sql } from "../src/db/driver/connect.ts";

/** CPU of the server: of the postmaster and of all its children that have ended. */
export async function serverCpuSeconds(sql: Sql): Promise<number> {
  const [row] = await sql<{ pid: string }[]>`select pg_read_file('postmaster.pid', 0, 12) as pid`;
  const stats =
    (await readFile(`/proc/${Number.parseInt(row?.pid ?? "")}/stat`, "utf8")).split(") ")[1]?.split(" ") ??
    [];
  return stats.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}
