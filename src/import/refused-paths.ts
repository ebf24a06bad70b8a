/** Remembers what is refused before its content is known, so that it is told once: there is no hash to tell it by. */
import { createHash } from "node:crypto";

import type { Sql } from "../db/driver/connect.ts";
import { packageVersion } from "../package-root.ts";
import type { FileFault } from "./file-fault.ts";
import { databaseTime, ledgerPath } from "./gone-files.ts";

/** So many characters of a path are kept. */
const LABEL_CHARACTERS = 1000;
/** Paths that were refused before and may be readable again are looked for among so many. */
const MOST_REMEMBERED = 10_000;

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");
/** Text as a column takes it. */
const storable = (text: string): string => text.replaceAll("\0", "\\x00").slice(0, LABEL_CHARACTERS);

/** The paths that were refused, in the database. A rehearsal changes nothing there. */
export class RefusedPaths {
  readonly #sql: Sql;
  readonly #isRehearsal: boolean;
  /** Hashes of paths that were refused before this import, or at which something was. */
  readonly #paths: Set<string>;
  readonly #startedAt: string;

  private constructor(sql: Sql, isRehearsal: boolean, paths: Set<string>, startedAt: string) {
    this.#sql = sql;
    this.#isRehearsal = isRehearsal;
    this.#paths = paths;
    this.#startedAt = startedAt;
  }

  /** Reads what earlier imports refused. */
  static async open(sql: Sql, isRehearsal: boolean): Promise<RefusedPaths> {
    const rows = await sql<{ path_sha256: string }[]>`
      select path_sha256 from refused_paths group by path_sha256 order by max(seen_at) desc limit ${MOST_REMEMBERED}`;
    const paths = new Set(rows.map((row) => row.path_sha256));
    return new RefusedPaths(sql, isRehearsal, paths, await databaseTime(sql));
  }

  /** Remembers a fault of what was found at a path; returns whether an earlier import told it for the same reason. */
  async remember(path: string, label: string, { code, message }: FileFault): Promise<boolean> {
    const entry = {
      label_sha256: hashOf(label),
      path_sha256: hashOf(path),
      label: storable(label),
      path: ledgerPath(path),
      gone_at: null,
      error_code: code,
      error_message: storable(message),
      prox_version: packageVersion(),
    };
    const known = this.#sql`
      select from refused_paths where label_sha256 = ${entry.label_sha256}
        and error_code = ${entry.error_code} and error_message = ${entry.error_message}`;
    if (this.#isRehearsal) return (await known).length > 0;
    const [row] = await this.#sql<{ is_known: boolean }[]>`
      with known as (${known}), remembered as (
        insert into refused_paths ${this.#sql(entry)}
        on conflict (label_sha256) do update
        set ${this.#sql(entry)}, seen_at = clock_timestamp(),
          refused_at = case when exists (select from known) then refused_paths.refused_at else now() end
      )
      select exists (select from known) as is_known`;
    return row?.is_known ?? false;
  }

  /** Forgets what was refused at a path before this import: it was read to its end now. */
  async forget(path: string): Promise<void> {
    const hash = this.#paths.size > 0 ? hashOf(path) : "";
    if (this.#isRehearsal || !this.#paths.delete(hash)) return;
    await this.#sql`
      delete from refused_paths where path_sha256 = ${hash} and seen_at < ${this.#startedAt}::timestamptz`;
  }
}
