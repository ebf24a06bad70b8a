/** Carries a plan out, file by file, so that a cut at any point leaves what was or what is to be. */
import { hostname, userInfo } from "node:os";
import path from "node:path/posix";

import { ProxError } from "../errors.ts";
import type { RemoteFiles, RemoteStat } from "../remote/remote-files.ts";
import { isRefused } from "../remote/sftp-errors.ts";
import { asidePath, temporaryPath } from "./game-files.ts";
import { type FileChange, type ServerPlan, sha1Of } from "./server-plan.ts";
import { type Revision, appendRevision, storedModulePath } from "../server/revisions.ts";

/** Makes the folders of a path below one that is there. */
async function makeFolders(files: RemoteFiles, from: string, to: string): Promise<void> {
  let folder = from;
  for (const name of path.relative(from, to).split("/")) {
    if (name === "") continue;
    folder = path.join(folder, name);
    await files.makeFolder(folder);
  }
}

/** Reads a file that was just written, and compares. */
async function verify(files: RemoteFiles, file: string, wanted: Buffer): Promise<void> {
  const bytes = await files.read(file);
  if (bytes?.equals(wanted) === true) return;
  throw new ProxError(
    "E_DEPLOY_VERIFY",
    `the check of ${file} failed: it reads back with ${bytes?.length ?? 0} of ${wanted.length} bytes, SHA-1 ${sha1Of(bytes ?? Buffer.alloc(0))} instead of ${sha1Of(wanted)}`,
    {
      suggestions: [
        "the disk may be full or failing: look at it on the server",
        "nothing that the game uses was changed",
      ],
    },
  );
}

/** Whose a file is to be, like another one. */
type Ownership = Pick<FileChange, "mode" | "group">;

/**
 * Keeps a copy that nobody can read who could not read the original, unless there is one with the same bytes. Where the
 * server does not give it the original's group, its owner alone can.
 */
async function keep(
  files: RemoteFiles,
  file: string,
  bytes: Buffer,
  { group, mode }: Ownership,
): Promise<void> {
  const present = await files.stat(file);
  const isLikeIt = present?.size === bytes.length && (present.mode & ~mode) === 0;
  if (isLikeIt && (await files.read(file))?.equals(bytes) === true) return;
  try {
    await files.write(file, bytes, { mode, group });
  } catch (error) {
    if (group === undefined || !isRefused(error)) throw error;
    await files.write(file, bytes, { mode: mode & 0o700 });
  }
  await verify(files, file, bytes);
}

/** Refuses to overwrite what someone else changed in the file since prox read it. */
async function assertUnchanged(files: RemoteFiles, change: FileChange): Promise<void> {
  const now = await files.read(change.path);
  // A file that lies aside is missing under its own name, and prox is repairing that.
  if (now === undefined || change.before?.equals(now) === true) return;
  throw new ProxError("E_DEPLOY_CHANGED", `${change.path} changed on the server while prox was working`, {
    suggestions: ["run the command again: it reads the server again"],
  });
}

async function applyChange(files: RemoteFiles, change: FileChange): Promise<void> {
  const { path: file, after, mode, group } = change;
  const [temporary, aside] = [temporaryPath(file), asidePath(file)];
  if (after === undefined) {
    await assertUnchanged(files, change);
    await files.remove(file);
  } else {
    await files.write(temporary, after, { mode, group });
    await verify(files, temporary, after);
    await assertUnchanged(files, change);
    const [live, fresh] = await Promise.all([files.stat(file), files.stat(temporary)]);
    const whose = (stat: RemoteStat): string => `user ${stat.owner} and group ${stat.group}`;
    if (live !== undefined && fresh !== undefined && whose(live) !== whose(fresh)) {
      await files.remove(temporary);
      throw new ProxError(
        "E_REMOTE_OWNER",
        `cannot replace ${file}: it belongs to ${whose(live)}, and the new one would belong to ${whose(fresh)}`,
        { suggestions: ["sign in as the user that the file belongs to"] },
      );
    }
    await files.replace(temporary, file, aside);
    await verify(files, file, after);
  }
}

/** Folders that the lock, the backups and the revisions need. */
async function prepareFolders(files: RemoteFiles, plan: Pick<ServerPlan, "folders">): Promise<void> {
  const { prox } = plan.folders;
  for (const folder of [prox, path.join(prox, "backups"), path.join(prox, "revisions")]) {
    await files.makeFolder(folder);
  }
}

/** Removes what a run that was cut off left beside the files. */
export async function clearLeftOvers(files: RemoteFiles, plan: ServerPlan): Promise<void> {
  await Promise.all(
    plan.files.flatMap((file) => [files.remove(temporaryPath(file)), files.remove(asidePath(file))]),
  );
}

/**
 * Carries a plan out and writes it into the server's log. `signal` stops it between two files. Throws what the server
 * refuses; the next run goes on from there.
 */
export async function applyPlan(
  files: RemoteFiles,
  plan: ServerPlan,
  options: { signal?: AbortSignal; report?: (step: string) => void } = {},
): Promise<Revision> {
  const { folders, module, changes } = plan;
  const { signal, report = () => undefined } = options;
  await prepareFolders(files, plan);
  const stamp = new Date().toISOString().replaceAll(/[-:.]/g, "");
  const kept: { path: string; backup: string | null }[] = [];
  if (module !== undefined) {
    report(`keep the module as ${storedModulePath(folders, module.sha1)}`);
    const like = changes.find(({ kind }) => kind === "module") ?? { mode: 0o644, group: undefined };
    await keep(files, storedModulePath(folders, module.sha1), module.bytes, like);
  }
  for (const change of changes) {
    signal?.throwIfAborted();
    let backup: string | null = null;
    if (change.before !== undefined) {
      backup =
        change.kind === "module"
          ? storedModulePath(folders, sha1Of(change.before))
          : path.join(folders.prox, "backups", `${path.basename(change.path)}.${stamp}`);
      report(`keep ${change.path} as ${backup}`);
      await keep(files, backup, change.before, change);
    }
    report(`${change.after === undefined ? "remove" : "write"} ${change.path}`);
    if (change.kind === "module") await makeFolders(files, folders.write, path.dirname(change.path));
    await applyChange(files, change);
    kept.push({ path: change.path, backup });
  }
  await clearLeftOvers(files, plan);
  const last = plan.revisions.at(-1);
  return appendRevision(files, folders, {
    at: new Date().toISOString(),
    by: `${userInfo().username}@${hostname()}`,
    action: plan.action,
    sha1: module?.sha1 ?? null,
    version: module?.version ?? null,
    // Where a run before this one was cut off, its log entry is missing and the live module is this one already.
    hasLeagueConfigs: plan.hasLeagueConfigs,
    previousSha1: (plan.liveSha1 === module?.sha1 ? last?.sha1 : plan.liveSha1) ?? null,
    files: kept,
  });
}
