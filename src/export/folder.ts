/** The folder of an export: what may lie in it, and what is removed from it. */
import { readdir, rm, rmdir } from "node:fs/promises";
import path from "node:path";

import { errorCodeOf, messageOf, ProxError } from "../errors.ts";
import { isExportPath, LOCK_NAME, UNFINISHED_NAME } from "./layout.ts";
import { filesOf, type Manifest } from "./manifest.ts";
import type { ExportOptions } from "./options.ts";

function refuse(folder: string, reason: string, suggestions: readonly string[]): ProxError {
  return new ProxError("E_EXPORT_FOLDER", `cannot export into ${folder}: ${reason}`, { suggestions });
}

/** Throws `E_EXPORT_FOLDER` where the folder holds something else than an export, or another one. */
export async function requireOwnFolder(
  folder: string,
  before: Manifest | undefined,
  options: ExportOptions,
): Promise<void> {
  if (before === undefined) {
    const names = await readdir(folder).catch((error: unknown): string[] => {
      if (errorCodeOf(error) === "ENOENT") return [];
      throw refuse(folder, messageOf(error), ["name a folder that you may write to"]);
    });
    const others = names.filter((name) => !name.startsWith(LOCK_NAME));
    if (others.length > 0 && !others.includes(UNFINISHED_NAME))
      throw refuse(folder, "it holds other files", ["name an empty folder, or one that does not exist yet"]);
    return;
  }
  if (before.fileFormat !== options.format)
    throw refuse(folder, `it is an export as ${before.fileFormat}`, [
      `ask for --format ${before.fileFormat}, or name another folder`,
    ]);
  if (JSON.stringify(before.filters) !== JSON.stringify(options.filters)) {
    const said = before.filters.length === 0 ? "all rounds" : before.filters.join(" ");
    throw refuse(folder, `it is an export of ${said}`, [
      "give the same filters again, or name another folder: rounds that the filters leave out would go",
    ]);
  }
}

/** Throws where an export would lose everything, as it does with the wrong database. */
export function requireSameDatabase(
  folder: string,
  before: Manifest | undefined,
  found: ReadonlySet<string>,
): void {
  if (found.size === 0) {
    throw new ProxError("E_NOTHING_FOUND", "the database has no round to export", {
      suggestions: ["import rounds with `prox import`, leave out a filter, or name another database"],
    });
  }
  const exported = (before?.parts ?? []).flatMap((part) => part.rounds);
  if (exported.length > 0 && !exported.some(({ key }) => found.has(key)))
    throw refuse(folder, "it is of another database: none of its rounds is in this one", [
      "name another folder, or the database that it is of with --database-url",
    ]);
}

/** Removes files that the manifest does not name: of rounds that are gone, and of an export that was killed. */
export async function sweep(folder: string, manifest: Pick<Manifest, "files" | "parts">): Promise<void> {
  const known = new Set(filesOf(manifest).map((file) => file.path));
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const folders = new Set<string>();
  for (const entry of entries) {
    const file = path.join(entry.parentPath, entry.name);
    const relative = path.relative(folder, file).split(path.sep).join("/");
    if (!entry.isFile() || !isExportPath(relative) || known.has(relative)) continue;
    await rm(file, { force: true });
    for (let parent = entry.parentPath; parent !== folder; parent = path.dirname(parent)) folders.add(parent);
  }
  // The deepest first; those that still hold something stay.
  for (const empty of [...folders].sort().reverse()) await rmdir(empty).catch(() => undefined);
}
