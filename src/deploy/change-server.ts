/** One change of a server from beginning to end: lock, plan, consent, files, reload, log. */
import type { ServerSettings } from "../config/settings.ts";
import { ProxError } from "../errors.ts";
import type { RemoteFiles } from "../remote/remote-files.ts";
import type { LoadedModule, Rcon } from "../remote/rcon.ts";
import { applyPlan, clearLeftOvers } from "./apply.ts";
import { serverFolders } from "../server/folders.ts";
import type { LockOwner } from "../process/lock-owner.ts";
import { readLeftOver, takeLock } from "../server/lock.ts";
import { type ServerPlan, sha1Of } from "./server-plan.ts";
import { assertGameFolder } from "./survey.ts";
import { listWarnings, readGameState, reloadModules, reloadWarnings } from "./reload.ts";
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
  readonly signal?: AbortSignal;
  /** Shows the plan, and throws when it is not to be carried out. */
  readonly approve: (plan: ServerPlan, warnings: readonly string[]) => Promise<void>;
  readonly report?: (step: string) => void;
}

/** What {@link changeServer} did; of a dry run, only what it would do. */
export interface ServerChangeResult {
  readonly plan: ServerPlan;
  /** The log's new entry, undefined where nothing was to do, or nothing was done. */
  readonly revision: Revision | undefined;
  /** What the game has loaded after a reload, undefined without one. */
  readonly loaded: readonly LoadedModule[] | undefined;
}

/** Changes a server, or, with `isDryRun`, only finds out what would be changed. */
export async function changeServer(files: RemoteFiles, change: ServerChange): Promise<ServerChangeResult> {
  const { server, rcon, isDryRun, approve, signal, report = () => undefined } = change;
  const folders = serverFolders(server);
  await assertGameFolder(files, folders, server);
  if (isDryRun) {
    const plan = await change.plan(files, await readLeftOver(files, folders));
    await approve(plan, await warningsOf(plan, rcon));
    return { plan, revision: undefined, loaded: undefined };
  }
  await files.makeFolder(folders.prox);
  const lock = await takeLock(files, folders, { serverName: server.name, what: change.what });
  let isDone = false;
  try {
    if (lock.takenFrom !== undefined) report(`took over ${lock.takenFrom}`);
    const plan = await change.plan(files, lock.cutOff);
    await assertOwned(files, plan, lock.userId);
    signal?.throwIfAborted();
    await approve(plan, await warningsOf(plan, rcon));
    signal?.throwIfAborted();
    // Whoever was asked for consent may have taken their time.
    await lock.assertHeld();
    const revision = plan.hasWork
      ? await applyPlan(files, plan, { report, ...(signal === undefined ? {} : { signal }) })
      : undefined;
    if (!plan.hasWork) await clearLeftOvers(files, plan);
    const loaded = rcon === undefined ? undefined : await reloadModules(rcon, plan, report);
    isDone = true;
    return { plan, revision, loaded };
  } finally {
    const releasing = lock.release();
    // After an error the connection may be gone; the error that came first is the one to tell.
    await (isDone ? releasing : releasing.catch(() => undefined));
  }
}

/** Refuses a plan that changes files of another user, before anything of the game is written. Throws E_REMOTE_OWNER. */
async function assertOwned(files: RemoteFiles, plan: ServerPlan, userId: number): Promise<void> {
  const stats = await Promise.all(plan.changes.map(({ path }) => files.stat(path)));
  const foreign = plan.changes.flatMap(({ path }, index) => {
    const owner = stats[index]?.owner;
    return owner === undefined || owner === userId ? [] : [`${path} belongs to user ${owner}`];
  });
  if (foreign.length === 0) return;
  throw new ProxError(
    "E_REMOTE_OWNER",
    [`cannot change files of another user; prox signs in as user ${userId}:`, ...foreign],
    { suggestions: ["sign in as the user that the files belong to; nothing was changed"] },
  );
}

async function warningsOf(plan: ServerPlan, rcon: Rcon | undefined): Promise<string[]> {
  if (rcon === undefined) return [...plan.warnings];
  const state = await readGameState(rcon);
  return [...plan.warnings, ...reloadWarnings(state), ...(await listWarnings(rcon, plan))];
}

/** The result as programs get it. */
export function toJson({ plan, revision, loaded }: ServerChangeResult): object {
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
  };
}
