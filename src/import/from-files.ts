/** Round files as a database for a moment: imported into a PostgreSQL of their own, which is deleted at the end. */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { createPool, type Sql } from "../db/driver/connect.ts";
import { deleteCluster, startCluster } from "../db/embedded/cluster.ts";
import { migrate } from "../db/migrations.ts";
import { writingAdvice } from "../disk-advice.ts";
import { messageOf, ProxError } from "../errors.ts";
import { importRounds } from "./import-rounds.ts";
import type { ImportReport } from "./report.ts";
import { findPaths } from "./find-paths.ts";

/**
 * Imports the files at and below the paths into a database of their own, does the work with it, and deletes it.
 * @param work also gets what became of the files.
 */
export async function withFiles<Result>(
  paths: readonly string[],
  signal: AbortSignal,
  work: (sql: Sql, imported: ImportReport) => Promise<Result>,
): Promise<Result> {
  const place = await mkdtemp(path.join(tmpdir(), "prox-from-")).catch((cause: unknown) => {
    throw new ProxError("E_WRITE", `cannot make a folder for the files' database: ${messageOf(cause)}`, {
      suggestions: [
        ...writingAdvice(cause, []),
        `set TMPDIR, which is ${tmpdir()} now, to a folder that exists, has room, and that you may write to`,
      ],
      cause,
    });
  });
  // Run by root, the server works as another user, who has to get in.
  await chmod(place, 0o711);
  const folder = path.join(place, "postgres");
  try {
    const sql = createPool(await startCluster({ folder, isDurable: false }));
    try {
      await migrate(sql);
      const options = { badRows: "reject-file", replace: false, dryRun: false, signal } as const;
      return await work(sql, await importRounds(sql, findPaths(paths), options));
    } finally {
      await sql.end({ timeout: 1 });
    }
  } finally {
    await deleteCluster({ folder });
    await rm(place, { recursive: true, force: true });
  }
}
