/**
 * Where the files of an export lie: `TABLE/month=2026-11/map=supply/HASH.parquet` for what belongs to rounds, `TABLE/HASH.parquet`
 * for the rest. Names are made of the file's content, so that a file that is there is never written again, and the folders are
 * those that engines of analysis know ("hive partitioning").
 */
import path from "node:path";

/** The forms that an export can have. */
export const EXPORT_FORMATS = ["parquet", "csv", "ndjson"] as const;
/** A form of an export's files. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** The list of an export's files. */
export const MANIFEST_NAME = "manifest.json";
/** Where files lie until they are whole. */
export const UNFINISHED_NAME = ".unfinished";
/** Held while an export is written. */
export const LOCK_NAME = ".lock";

/** How the names of files end. */
const EXTENSIONS: Readonly<Record<ExportFormat, string>> = {
  parquet: "parquet",
  csv: "csv.gz",
  ndjson: "ndjson.gz",
};

/** So much of the content's SHA-256 is in a name. */
const HASH_DIGITS = 16;
/** Names of files that prox writes. */
const FILE_NAME = /^[0-9a-f]{16}\.(?:parquet|csv\.gz|ndjson\.gz)$/;
/** Characters that stand for themselves in the name of a folder. */
const PLAIN = /[A-Za-z0-9_-]/;

/** Rounds that lie together: those of a month (UTC, `2026-11`) and a map. */
export interface Partition {
  readonly month: string;
  readonly map: string;
}

/** A value as a part of a folder's name, as hive has it: all but letters and digits as `%41`. `NULL` would be read as null. */
function folderValue(value: string): string {
  const isNull = value.toLowerCase() === "null";
  return Array.from(Buffer.from(value), (byte, index) => {
    const character = String.fromCharCode(byte);
    const isPlain = PLAIN.test(character) && !(isNull && index === 0);
    return isPlain ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("");
}

/** The path of a file below the export's folder, with `/` on every system. */
export function filePath(
  table: string,
  partition: Partition | undefined,
  sha256: string,
  format: ExportFormat,
): string {
  const folders =
    partition === undefined
      ? []
      : [`month=${folderValue(partition.month)}`, `map=${folderValue(partition.map)}`];
  return [table, ...folders, `${sha256.slice(0, HASH_DIGITS)}.${EXTENSIONS[format]}`].join("/");
}

/** Whether a path below the export's folder is one that {@link filePath} makes. */
export function isExportPath(relative: string): boolean {
  const [table = "", ...rest] = relative.split("/");
  const name = rest.pop() ?? "";
  if (!/^[a-z_0-9]+$/.test(table) || !FILE_NAME.test(name)) return false;
  const [month, map, ...others] = rest;
  if (month === undefined) return true;
  return (
    /^month=[\w%-]*$/.test(month) && map !== undefined && /^map=[\w%-]*$/.test(map) && others.length === 0
  );
}

/** The partition of a round. */
export function partitionOf(round: {
  readonly startedAt: Date | null;
  readonly map: string | null;
}): Partition {
  // PostgreSQL also has times without end, which no Date is.
  const startedMs = round.startedAt?.getTime() ?? NaN;
  return {
    month: Number.isNaN(startedMs) ? "unknown" : new Date(startedMs).toISOString().slice(0, 7),
    map: round.map ?? "unknown",
  };
}

/** The same text for the same partition, and in the order in which partitions are written. */
export function partitionKey({ map, month }: Partition): string {
  return path.posix.join(folderValue(month), folderValue(map));
}
