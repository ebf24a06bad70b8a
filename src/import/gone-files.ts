/** Marks what earlier imports refused and what is no longer in its folder: it is remembered, and no longer counted. */
import path from "node:path";

import type { Sql } from "../db/driver/connect.ts";
import { pipeline } from "../db/driver/pipeline.ts";
import { inTransaction } from "../db/driver/transaction.ts";

/** So many characters of a path are kept. */
const PATH_CHARACTERS = 1000;
/** What is gone for so long is forgotten, and news when it comes back: a folder may be unmounted for a while. */
const FORGOTTEN_AFTER_DAYS = 30;

/** The path of a file, or of the archive that a label names, as the ledger keeps it. */
export function ledgerPath(label: string): string {
  const [file = ""] = label.split("!", 1);
  return path.resolve(file.replaceAll("\0", "\\x00")).slice(0, PATH_CHARACTERS);
}

/** What all paths below a folder begin with. */
function prefixOf(folder: string): string {
  const absolute = path.resolve(folder);
  return absolute.endsWith(path.sep) ? absolute : absolute + path.sep;
}

/** The time of the database's clock, by which it says when a file was refused last. */
export async function databaseTime(sql: Sql): Promise<string> {
  const [now] = await sql<{ at: string }[]>`select clock_timestamp()::text as at`;
  return now?.at ?? "";
}

/**
 * To be called after an import that looked at everything below the folders, except for those that it could not list.
 * `startedAt` is the database's time before it.
 */
export async function markGone(
  sql: Sql,
  folders: readonly string[],
  unlisted: readonly string[],
  startedAt: string,
): Promise<void> {
  if (folders.length === 0) return;
  await inTransaction(sql, async (transaction) => {
    const wasLookedAt = transaction`
      gone_at is null
      and exists (select from unnest(${folders.map(prefixOf)}::text[]) as folder where starts_with(path, folder))
      and not exists (select from unnest(${unlisted.map(prefixOf)}::text[]) as folder where starts_with(path, folder))`;
    await pipeline([
      transaction`
        update refused_paths set gone_at = now()
        where seen_at < ${startedAt}::timestamptz and ${wasLookedAt}`,
      transaction`
        update import_files set gone_at = now()
        where status = 'rejected' and decided_at < ${startedAt}::timestamptz and ${wasLookedAt}`,
      transaction`delete from refused_paths where gone_at < now() - make_interval(days => ${FORGOTTEN_AFTER_DAYS})`,
    ]);
  });
}
