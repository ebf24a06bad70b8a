/** Finds the files at and below paths, before any is opened. */
import { opendir, stat } from "node:fs/promises";
import path from "node:path";

import { messageOf, ProxError } from "../errors.ts";

/** Entries of a folder that the system is asked for at a time. */
const LISTED_AT_ONCE = 1024;

/** What an entry of a folder is, as far as it matters here. */
type EntryType = "folder" | "file" | "link";

/** Names and types in a folder, in order of names. One text each, as a folder may hold very many: no name has a NUL. */
async function listFolder(folder: string): Promise<string[]> {
  const entries: string[] = [];
  for await (const entry of await opendir(folder, { bufferSize: LISTED_AT_ONCE })) {
    const add = (type: EntryType): number => entries.push(`${entry.name}\0${type}`);
    if (entry.isDirectory()) add("folder");
    else if (entry.isFile()) add("file");
    else if (entry.isSymbolicLink()) add("link");
  }
  return entries.sort();
}

async function* pathsIn(folder: string): AsyncGenerator<FoundPath> {
  let entries: string[];
  try {
    entries = await listFolder(folder);
  } catch (error) {
    yield { path: folder, isNamed: false, error };
    return;
  }
  for (const entry of entries) {
    const [name, type] = entry.split("\0") as [string, EntryType];
    const file = path.join(folder, name);
    // Links to folders are not followed: they could lead in circles.
    if (type === "folder") yield* pathsIn(file);
    else if (type === "file" || (await isFile(file))) yield { path: file, isNamed: false };
  }
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

/** Which of the paths are folders. */
export async function foldersOf(paths: readonly string[]): Promise<string[]> {
  const isFolder = (named: string): Promise<boolean> =>
    stat(named).then(
      (stats) => stats.isDirectory(),
      () => false,
    );
  const folders = await Promise.all(paths.map(async (named) => ((await isFolder(named)) ? [named] : [])));
  return folders.flat();
}

/** A file to look into, before it is opened. */
export interface FoundPath {
  readonly path: string;
  /** Whether the user named it, and not a folder above it. */
  readonly isNamed: boolean;
  /** Of a folder that cannot be listed: why. */
  readonly error?: unknown;
}

/**
 * All files at or below the paths, folders in order of names. A path that is not there comes as a file, which
 * `openPath` then refuses by name; where none of several is there, throws `E_PATH`.
 */
export async function* findPaths(paths: readonly string[]): AsyncGenerator<FoundPath> {
  const folders = new Set<string>();
  const missing = new Map<string, unknown>();
  for (const named of paths) {
    try {
      if ((await stat(named)).isDirectory()) folders.add(named);
    } catch (cause) {
      missing.set(named, cause);
    }
  }
  const [first] = missing;
  if (first !== undefined && paths.every((named) => missing.has(named))) {
    const [named, cause] = first;
    throw new ProxError("E_PATH", `cannot read ${named}: ${messageOf(cause)}`, {
      suggestions: ["name files, folders or archives that exist and that you may read"],
      cause,
    });
  }
  for (const named of paths) {
    if (!folders.has(named)) yield { path: named, isNamed: true };
    else yield* pathsIn(named);
  }
}
