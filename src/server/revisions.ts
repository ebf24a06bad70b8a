/**
 * What was deployed when: `prox/revisions.log` on the server, a line of JSON for each change, only ever added to; the
 * modules themselves lie in `prox/revisions/`, named by their SHA-1.
 */
import path from "node:path/posix";

import type { RemoteFiles } from "../remote/remote-files.ts";
import type { ServerFolders } from "./folders.ts";

/** One change of a server. */
export interface Revision {
  /** From 1, without gaps. */
  readonly revision: number;
  /** UTC, as 2026-01-31T12:00:00.000Z. */
  readonly at: string;
  /** Who: `user@machine`. */
  readonly by: string;
  readonly action: "deploy" | "rollback" | "undeploy";
  /** SHA-1 of the module since then, null for none. */
  readonly sha1: string | null;
  /** Version of the module, null where it is not known. */
  readonly version: string | null;
  /** SHA-1 of the module before, null for none. */
  readonly previousSha1: string | null;
  /** Whether prox keeps the tracker in the league configs since then; earlier versions of prox did not. */
  readonly hasLeagueConfigs?: boolean;
  /** The files that were changed, with the backup of each. */
  readonly files: readonly { readonly path: string; readonly backup: string | null }[];
}

function logPath(folders: ServerFolders): string {
  return path.join(folders.prox, "revisions.log");
}

/** Where the module of a SHA-1 is kept. */
export function storedModulePath(folders: ServerFolders, sha1: string): string {
  return path.join(folders.prox, "revisions", `${sha1}.lua`);
}

function isRevision(value: unknown): value is Revision {
  return (
    typeof value === "object" && value !== null && "revision" in value && "sha1" in value && "at" in value
  );
}

/** All revisions of a server, the oldest first. A line that was cut while it was written is passed over. */
export async function readRevisions(files: RemoteFiles, folders: ServerFolders): Promise<Revision[]> {
  const text = (await files.read(logPath(folders)))?.toString("utf8") ?? "";
  return text.split("\n").flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return isRevision(value) ? [value] : [];
    } catch {
      return [];
    }
  });
}

/** Adds a revision to the log; it gets the next number. */
export async function appendRevision(
  files: RemoteFiles,
  folders: ServerFolders,
  entry: Omit<Revision, "revision">,
): Promise<Revision> {
  const last = (await readRevisions(files, folders)).at(-1);
  const revision = { revision: (last?.revision ?? 0) + 1, ...entry };
  // The line end in front ends a line that was cut before.
  await files.append(
    logPath(folders),
    Buffer.from(`${last === undefined ? "" : "\n"}${JSON.stringify(revision)}\n`),
  );
  return revision;
}
