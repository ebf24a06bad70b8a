/** The manifest of an export: what it is of, its tables and its files. What it does not name is not part of the export. */
import { open, readFile, rename } from "node:fs/promises";
import path from "node:path";

import { errorCodeOf, messageOf, ProxError } from "../errors.ts";
import { EXPORT_FORMATS, type ExportFormat, isExportPath, MANIFEST_NAME, type Partition } from "./layout.ts";
import type { ExportTable } from "./tables.ts";

const FORMAT = 1;

/** A file of an export. */
export interface ExportFile {
  readonly table: string;
  /** Below the export's folder, with `/`. */
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** A round of an export. */
export interface ExportedRound {
  readonly key: string;
  /** `round_id` in all tables. */
  readonly id: number;
  /** Tells whether the round's rows are still those of the database. */
  readonly stamp: string;
  /** When the round was stored, for rounds of which the database has no positions any more. */
  readonly importedAt: string;
}

/** Rounds of a partition, and their files: at most one for each table, none where the rounds have no row in it. */
export interface ExportPart extends Partition {
  readonly rounds: readonly ExportedRound[];
  readonly files: readonly ExportFile[];
}

/** What {@link MANIFEST_NAME} says. */
export interface Manifest {
  /** Of the manifest and the folders. */
  readonly format: typeof FORMAT;
  /** The prox that wrote it last. */
  readonly prox: string;
  /** Number of the database's last migration. */
  readonly schemaVersion: number;
  readonly fileFormat: ExportFormat;
  /** The filters as they were asked for, in words; none for everything. */
  readonly filters: readonly string[];
  readonly leftOut: Readonly<Record<string, string>>;
  readonly tables: readonly ExportTable[];
  /** Files of tables that do not belong to rounds. */
  readonly files: readonly ExportFile[];
  readonly parts: readonly ExportPart[];
}

/** The error of an export that cannot be used. */
export function badExport(folder: string, reason: string, cause?: unknown): ProxError {
  return new ProxError("E_EXPORT", `cannot use the export in ${folder}: ${reason}`, {
    suggestions: ["name the folder that `prox export` wrote, or let it write a new one"],
    cause,
  });
}

/** All files of an export. */
export function filesOf({ files, parts }: Pick<Manifest, "files" | "parts">): ExportFile[] {
  return [...files, ...parts.flatMap((part) => part.files)];
}

const isText = (value: unknown): value is string => typeof value === "string";

function isManifest(value: unknown): value is Manifest {
  const { fileFormat, files, parts, tables } = value as Partial<Manifest>;
  if (!EXPORT_FORMATS.some((format) => format === fileFormat)) return false;
  if (!Array.isArray(files) || !Array.isArray(parts) || !Array.isArray(tables)) return false;
  const all = filesOf(value as Manifest);
  return (
    all.every((file) => isText(file.path) && isExportPath(file.path)) &&
    (tables as ExportTable[]).every(({ columns, name }) => isText(name) && Array.isArray(columns))
  );
}

/** Reads the manifest; undefined where the folder has none. Throws `E_EXPORT` for one that is damaged or of a newer prox. */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  let text: string;
  try {
    text = await readFile(path.join(folder, MANIFEST_NAME), "utf8");
  } catch (error) {
    if (errorCodeOf(error) === "ENOENT" || errorCodeOf(error) === "ENOTDIR") return undefined;
    throw badExport(folder, messageOf(error), error);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw badExport(folder, `${MANIFEST_NAME} is damaged`, error);
  }
  if (typeof value !== "object" || value === null || !("format" in value))
    throw badExport(folder, `${MANIFEST_NAME} is not that of an export`);
  if (value.format !== FORMAT) throw badExport(folder, "a newer prox wrote it, in another format", undefined);
  try {
    if (isManifest(value)) return value;
  } catch (error) {
    throw badExport(folder, `${MANIFEST_NAME} is damaged`, error);
  }
  throw badExport(folder, `${MANIFEST_NAME} is damaged`);
}

/** Puts the manifest in the place of the one before, at once: whoever reads it sees the old or the new. */
export async function writeManifest(
  folder: string,
  unfinished: string,
  manifest: Omit<Manifest, "format">,
): Promise<void> {
  const draft = path.join(unfinished, MANIFEST_NAME);
  const handle = await open(draft, "w");
  try {
    await handle.writeFile(`${JSON.stringify({ format: FORMAT, ...manifest }, undefined, 1)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, path.join(folder, MANIFEST_NAME));
}
