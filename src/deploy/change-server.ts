/** One change of a server from beginning to end: lock, plan, consent, files, reload, log. */
import path from "node:path/posix";

import type { ServerSettings } from "../config/settings.ts";
import { ProxError } from "../errors.ts";
import type { RemoteFiles } from "../remote/remote-files.ts";
import { isRefused } from "../remote/sftp-errors.ts";
import type { LoadedModule, Rcon } from "../remote/rcon.ts";
import { applyPlan, clearLeftOvers } from "./apply.ts";
import { serverFolders } from "../server/folders.ts";
import type { LockOwner } from "../process/lock-owner.ts";
import { type HeldLock, readLeftOver, takeLock } from "../server/lock.ts";
import { type ServerPlan, sha1Of } from "./server-plan.ts";
import { assertGameFolder } from "./server-state.ts";
import { removeOutdated } from "./retention.ts";
import { listWarnings, readGameState, reloadHindrance, reloadModules, reloadWarnings } from "./reload.ts";
import type { Revision } from "../server/revisions.ts";

/** What {@link changeServer} is to do, and whom it asks and tells on the way. */
export interface ServerChange {
  readonly server: ServerSettings;
  /** What the lock says that is being done. */
  readonly what: string;
  /**
   * Reads the server; called under the lock, but for a dry run, which takes none. `cutOff` is who held the lock when their
   * command was cut off, undefined where none was.
   */
  readonly plan: (files: RemoteFiles, cutOff: LockOwner | undefined) => Promise<ServerPlan>;
  /** The game to reload, undefined for none. */
  readonly rcon: Rcon | undefined;
  readonly isDryRun: boolean;
  /** How many revisions keep their modules and backups, undefined for all. */
  readonly keep?: number;
  readonly signal?: AbortSignal;
  /** Shows the plan, and throws when it is not to be carried out. */
  readonly approve: (plan: ServerPlan, warnings: readonly string[]) => Promise<void>;
  readonly report?: (step: string) => void;
}

/** What {@link changeServer} did; of a dry run, only what it would do. */
export interface ServerChangeResult {
  readonly plan: ServerPlan;
  /** The log's new entry, undefined when there was nothing to do, or when the user declined. */
  readonly revision: Revision | undefined;
  /** What the game has loaded after a reload, undefined without one. */
  readonly loaded: readonly LoadedModule[] | undefined;
  /** Old modules and backups that were removed from the server, by their paths. */
  readonly removed: readonly string[];
}

/** Changes a server, or, with `isDryRun`, only finds out what would be changed. */
export async function changeServer(files: RemoteFiles, change: ServerChange): Promise<ServerChangeResult> {
  const { server, rcon, isDryRun, approve, signal, report = () => undefined } = change;
  const folders = serverFolders(server);
  await assertGameFolder(files, folders, server);
  if (isDryRun) {
    const plan = await change.plan(files, await readLeftOver(files, folders));
    await assertOwned(files, plan, undefined);
    const { warnings } = await lookAtGame(plan, rcon);
    await approve(plan, [...(await groupWarnings(files, plan)), ...warnings]);
    return { plan, revision: undefined, loaded: undefined, removed: [] };
  }
  await files.makeFolder(folders.prox);
  const lock = await takeLock(files, folders, { serverName: server.name, what: change.what });
  let isDone = false;
  try {
    if (lock.takenFrom !== undefined) report(`took over ${lock.takenFrom}`);
    const plan = await change.plan(files, lock.cutOff);
    await assertOwned(files, plan, lock);
    signal?.throwIfAborted();
    const { canReload, warnings } = await lookAtGame(plan, rcon);
    await approve(plan, warnings);
    signal?.throwIfAborted();
    // The user may have taken a while to answer.
    await lock.assertHeld();
    const revision = plan.hasWork
      ? await applyPlan(files, plan, { report, ...(signal === undefined ? {} : { signal }) })
      : undefined;
    if (!plan.hasWork) await clearLeftOvers(files, plan);
    const loaded = rcon === undefined || !canReload ? undefined : await reloadModules(rcon, plan, report);
    const revisions = [...plan.revisions, ...(revision === undefined ? [] : [revision])];
    const removed =
      change.keep === undefined ? [] : await removeOutdated(files, revisions, folders, change.keep);
    isDone = true;
    return { plan, revision, loaded, removed };
  } finally {
    const releasing = lock.release();
    // After an error the connection may be gone; the error that came first is the one to tell.
    await (isDone ? releasing : releasing.catch(() => undefined));
  }
}

/** Whether the user that is signed in is the server's root, who may do everything: changed files would become root's. */
async function isRoot(files: RemoteFiles): Promise<boolean> {
  const top = await files.stat("/");
  return top?.owner === 0 && (await files.isOwn("/", top.mode));
}

/** Which files of a plan belong to another user than new files would, each with the reason. */
async function foreignFiles(
  files: RemoteFiles,
  plan: ServerPlan,
  userId: number | undefined,
): Promise<string[]> {
  const stats = await Promise.all(plan.changes.map(({ path }) => files.stat(path)));
  const isRoots = userId === undefined && (await isRoot(files));
  const reasons = stats.map(async (stat, index) => {
    const path = plan.changes[index]?.path ?? "";
    if (stat === undefined) return [];
    const isOurs =
      userId === undefined && !isRoots ? await files.isOwn(path, stat.mode) : stat.owner === (userId ?? 0);
    return isOurs ? [] : [`${path} belongs to user ${stat.owner}`];
  });
  return (await Promise.all(reasons)).flat();
}

/** Files that a new one takes the place of. */
function replacedBy(plan: ServerPlan): ServerPlan["changes"] {
  return plan.changes.filter(({ after, before }) => after !== undefined && before !== undefined);
}

/** What a dry run says of groups, which it cannot try: those of the files that are replaced, where they are not their folder's. */
async function groupWarnings(files: RemoteFiles, plan: ServerPlan): Promise<string[]> {
  const warnings = replacedBy(plan).map(async ({ group, path: file }) => {
    const folder = await files.stat(path.dirname(file));
    if (group === undefined || group === folder?.group) return [];
    return [
      `${file} belongs to group ${group}, which it keeps: without --dry-run this is refused where the user is not in that group`,
    ];
  });
  return (await Promise.all(warnings)).flat();
}

/** Groups of files that are to be replaced, and that a new file cannot be given to, each with the reason. */
async function foreignGroups(files: RemoteFiles, plan: ServerPlan, ownGroup: number): Promise<string[]> {
  const replaced = replacedBy(plan);
  const groups = new Set(replaced.map(({ group }) => group ?? ownGroup));
  const reasons: string[] = [];
  for (const group of groups) {
    if (group === ownGroup) continue;
    const probe = `${plan.folders.prox}/group-probe`;
    try {
      await files.write(probe, Buffer.alloc(0), { mode: 0o600, group });
    } catch (error) {
      if (!isRefused(error)) throw error;
      const paths = replaced.filter((change) => change.group === group).map(({ path }) => path);
      reasons.push(`${paths.join(", ")} belongs to group ${group}, which this user cannot give a file to`);
    } finally {
      await files.remove(probe);
    }
  }
  return reasons;
}

/**
 * Refuses a plan that would change whose a file is, before anything of the game is written. `held` is the lock, undefined
 * in a dry run, which sees owners, and of groups only which there are: it writes nothing. Throws E_REMOTE_OWNER.
 */
async function assertOwned(files: RemoteFiles, plan: ServerPlan, held: HeldLock | undefined): Promise<void> {
  const foreign = await foreignFiles(files, plan, held?.userId);
  if (held !== undefined) foreign.push(...(await foreignGroups(files, plan, held.groupId)));
  if (foreign.length === 0) return;
  const who = held === undefined ? "" : `; prox signs in as user ${held.userId}`;
  throw new ProxError("E_REMOTE_OWNER", [`cannot change files of another user${who}:`, ...foreign], {
    suggestions: ["sign in as the user that the files belong to; nothing was changed"],
  });
}

/** Everything to be told before the change, and whether the running game, if any is meant, can be reloaded after it. */
async function lookAtGame(
  plan: ServerPlan,
  rcon: Rcon | undefined,
): Promise<{ warnings: readonly string[]; canReload: boolean }> {
  if (rcon === undefined) return { warnings: plan.warnings, canReload: false };
  const hindrance = await reloadHindrance(rcon, plan);
  if (hindrance !== undefined) return { warnings: [...plan.warnings, hindrance], canReload: false };
  const state = await readGameState(rcon);
  const warnings = [...plan.warnings, ...reloadWarnings(state), ...(await listWarnings(rcon, plan))];
  return { warnings, canReload: true };
}

/** The result as programs get it. */
export function toJson({ plan, revision, loaded, removed }: ServerChangeResult) {
  return {
    server: plan.server.name,
    action: plan.action,
    hasWork: plan.hasWork,
    module: { path: plan.modulePath, sha1: plan.module?.sha1 ?? null, version: plan.module?.version ?? null },
    previousSha1: plan.liveSha1 ?? null,
    changes: plan.changes.map(({ path, kind, before, after }) => ({
      path,
      kind,
      sha1Before: before === undefined ? null : sha1Of(before),
      sha1After: after === undefined ? null : sha1Of(after),
    })),
    cvars: plan.cvars,
    revision: revision ?? null,
    loaded: loaded ?? null,
    removed,
  };
}
