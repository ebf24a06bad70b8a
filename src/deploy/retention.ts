/** Removes old modules and backups from the server: only prox's own, and none that may still be needed. */
import path from "node:path/posix";

import type { RemoteFiles } from "../remote/remote-files.ts";
import { isRefused } from "../remote/sftp-errors.ts";
import type { ServerFolders } from "../server/folders.ts";
import { type Revision, storedModulePath } from "../server/revisions.ts";

const SHA1 = /^[0-9a-f]{40}$/;

/** Backups of cfg files, by the log. The log lies on the server: what is strange or elsewhere in it counts for nothing. */
function backupsOf(revisions: readonly Revision[], folder: string): { file: string; backup: string }[] {
  return revisions.flatMap(({ files }) =>
    (Array.isArray(files) ? files : []).flatMap(({ path: file, backup }: Revision["files"][number]) =>
      backup !== null && path.normalize(backup) === backup && path.dirname(backup) === folder
        ? [{ file, backup }]
        : [],
    ),
  );
}

/** Stored modules that the revisions put on the server or replaced. */
function modulesOf(revisions: readonly Revision[], folders: ServerFolders): string[] {
  return revisions
    .flatMap(({ previousSha1, sha1 }) => [sha1, previousSha1])
    .flatMap((sha1) => (sha1 !== null && SHA1.test(sha1) ? [storedModulePath(folders, sha1)] : []));
}

/**
 * What may go when the last `keep` revisions are to stay: the modules and backups of older ones. The module in use and the
 * one before it belong to the last revision. The first backup of each cfg file stays for ever: it is as the server's
 * owner wrote it.
 */
export function outdatedFiles(
  revisions: readonly Revision[],
  folders: ServerFolders,
  keep: number,
): string[] {
  const [older, kept] = [revisions.slice(0, -keep), revisions.slice(-keep)];
  const folder = path.join(folders.prox, "backups");
  const firsts = new Map(
    backupsOf(revisions, folder)
      .toReversed()
      .map(({ backup, file }) => [file, backup]),
  );
  const needed = new Set([
    ...modulesOf(kept, folders),
    ...backupsOf(kept, folder).map(({ backup }) => backup),
    ...firsts.values(),
  ]);
  const all = [...modulesOf(older, folders), ...backupsOf(older, folder).map(({ backup }) => backup)];
  return [...new Set(all)].filter((file) => !needed.has(file));
}

/** Removes what is outdated and there; returns the paths. What the server does not let go stays. */
export async function removeOutdated(
  files: RemoteFiles,
  revisions: readonly Revision[],
  folders: ServerFolders,
  keep: number,
): Promise<string[]> {
  const removed: string[] = [];
  for (const file of outdatedFiles(revisions, folders, keep)) {
    try {
      if (await files.remove(file)) removed.push(file);
    } catch (error) {
      if (!isRefused(error)) throw error;
    }
  }
  return removed;
}
