/**
 * Remembers what a look at a path found, so that the next import need not open what is still the same there. It decides
 * nothing else: what is stored says the ledger, by content.
 */
import { stat } from "node:fs/promises";
import path from "node:path";

import type { Sql } from "../db/driver/connect.ts";
import { packageVersion } from "../package-root.ts";
import type { FoundPath } from "./find-paths.ts";
import type { Inside } from "./sources.ts";
import type { Surveyed } from "./survey.ts";

/** What was found at a path, or at one entry of the archive there. */
export type KnownContent = Surveyed & { readonly inside?: Inside | undefined };

/** What the file system says of a file. */
interface Stamp {
  readonly sizeBytes: bigint;
  readonly modifiedNs: bigint;
  /** No program can set it back: a file that was replaced by one of the same size and time of change shows here. */
  readonly changedNs: bigint;
}

/** A file that changed so shortly before it was read may have changed again without another time: some systems count 2 s at once. */
const RACY_NS = 2_000_000_000n;
const NS_PER_MS = 1_000_000n;
/** After so long a file is read once more; so rows of paths that are gone do not stay for ever. */
const KEPT_DAYS = 180;
/** Longer paths are read each time: an index takes no more. */
const MAX_PATH_BYTES = 1000;
/** Faults of reading may pass by themselves, and names are no content. */
const PASSING_CODES: ReadonlySet<string> = new Set(["E_READ", "E_ARCHIVE", "E_NAME", "E_FILE_CHANGED"]);

async function stampOf(file: string): Promise<Stamp | undefined> {
  try {
    const stats = await stat(file, { bigint: true });
    if (!stats.isFile()) return undefined;
    return { sizeBytes: stats.size, modifiedNs: stats.mtimeNs, changedNs: stats.ctimeNs };
  } catch {
    // Opening it says why.
    return undefined;
  }
}

const isSame = (one: Stamp, other: Stamp): boolean =>
  one.sizeBytes === other.sizeBytes &&
  one.modifiedNs === other.modifiedNs &&
  one.changedNs === other.changedNs;

/** Whether the same would be found where the path is found again: what is no round file counts otherwise where it is named. */
const isLasting = ({ isNamed }: FoundPath, contents: readonly KnownContent[]): boolean =>
  contents.every((content) => content.is === "round file" || !isNamed);

/** Some paths that were found, with what is known of them. */
export class KnownPaths {
  readonly #sql: Sql;
  readonly #stamps: ReadonlyMap<string, Stamp>;
  readonly #contents: ReadonlyMap<string, readonly KnownContent[]>;
  readonly #startedNs: bigint;
  readonly #read = new Map<string, { stamp: Stamp; contents: readonly KnownContent[] }>();

  private constructor(
    sql: Sql,
    stamps: ReadonlyMap<string, Stamp>,
    contents: ReadonlyMap<string, readonly KnownContent[]>,
    startedNs: bigint,
  ) {
    this.#sql = sql;
    this.#stamps = stamps;
    this.#contents = contents;
    this.#startedNs = startedNs;
  }

  /** Looks the paths up. With `isVerified` nothing counts as known, so that all are read. */
  static async find(sql: Sql, found: readonly FoundPath[], isVerified: boolean): Promise<KnownPaths> {
    const startedNs = BigInt(Date.now()) * NS_PER_MS;
    const stamps = new Map<string, Stamp>();
    await Promise.all(
      found.map(async ({ error, path: file }) => {
        const key = path.resolve(file);
        if (error !== undefined || Buffer.byteLength(key) > MAX_PATH_BYTES) return;
        const stamp = await stampOf(key);
        if (stamp !== undefined) stamps.set(key, stamp);
      }),
    );
    const paths = [...stamps.keys()];
    const numbers = (of: keyof Stamp): string[] => [...stamps.values()].map((stamp) => String(stamp[of]));
    const rows = isVerified
      ? []
      : await sql<{ number: number; contents: readonly KnownContent[] }[]>`
          select number::integer, contents
          from unnest(
            ${paths}::text[], ${numbers("sizeBytes")}::text[]::bigint[],
            ${numbers("modifiedNs")}::text[]::bigint[], ${numbers("changedNs")}::text[]::bigint[]
          ) with ordinality as here (path, size_bytes, modified_ns, changed_ns, number)
          join known_paths using (path, size_bytes, modified_ns, changed_ns)
          where prox_version = ${packageVersion()}`;
    const contents = new Map(rows.map((row) => [paths[row.number - 1] ?? "", row.contents]));
    return new KnownPaths(sql, stamps, contents, startedNs);
  }

  /** What is at a path, where that is known without opening it. */
  contentsOf(found: FoundPath): readonly KnownContent[] | undefined {
    const contents = this.#contents.get(path.resolve(found.path));
    return contents !== undefined && isLasting(found, contents) ? contents : undefined;
  }

  /** To be called when a path was read to its end, with all that was in it: remembers it if nobody changed it on the way. */
  async add(found: FoundPath, contents: readonly KnownContent[]): Promise<void> {
    const key = path.resolve(found.path);
    const stamp = this.#stamps.get(key);
    if (stamp === undefined || !isLasting(found, contents)) return;
    const latestNs = stamp.changedNs > stamp.modifiedNs ? stamp.changedNs : stamp.modifiedNs;
    if (latestNs > this.#startedNs - RACY_NS) return;
    if (contents.some((content) => content.is === "refused" && PASSING_CODES.has(content.fault.code))) return;
    const now = await stampOf(key);
    if (now !== undefined && isSame(stamp, now)) this.#read.set(key, { stamp, contents });
  }

  /** Writes down what was read. */
  async save(): Promise<void> {
    if (this.#read.size === 0) return;
    // In one order, so that two imports never wait for each other.
    const entries = [...this.#read].sort(([one], [other]) => (one < other ? -1 : 1));
    const rows = entries.map(([key, { contents, stamp }]) => ({
      path: key,
      size_bytes: String(stamp.sizeBytes),
      modified_ns: String(stamp.modifiedNs),
      changed_ns: String(stamp.changedNs),
      contents: this.#sql.json(contents as never),
      prox_version: packageVersion(),
    }));
    await this.#sql`
      insert into known_paths ${this.#sql(rows)}
      on conflict (path) do update
      set (size_bytes, modified_ns, changed_ns, contents, prox_version, read_at) =
          (excluded.size_bytes, excluded.modified_ns, excluded.changed_ns, excluded.contents, excluded.prox_version, now())`;
  }
}

/** Forgets what was read too long ago. */
export async function forgetOldPaths(sql: Sql): Promise<void> {
  await sql`delete from known_paths where read_at < now() - make_interval(days => ${KEPT_DAYS})`;
}
