/** Going back to a module that was on the server before. */
import type { ServerSettings } from "../config/settings.ts";
import { ProxError } from "../errors.ts";
import type { RemoteFiles } from "../remote/remote-files.ts";
import { serverFolders } from "../server/folders.ts";
import { type LeagueWish, planDeploy } from "./plan-deploy.ts";
import { type Module, type ServerPlan, sha1Of } from "./server-plan.ts";
import type { LockOwner } from "../process/lock-owner.ts";
import { type Revision, readRevisions, storedModulePath } from "../server/revisions.ts";

/** What a rollback goes back to. */
interface RollbackTarget {
  readonly sha1: string;
  /** The revision with that module, undefined where the log does not have it. */
  readonly revision: Revision | undefined;
}

/** What to go back to. Throws E_NO_REVISION. */
function targetOf(
  revisions: readonly Revision[],
  asked: number | undefined,
  cutOff: LockOwner | undefined,
  serverName: string,
): RollbackTarget {
  const refuse = (message: string, suggestions: string[]): ProxError =>
    new ProxError("E_NO_REVISION", message, { suggestions });
  const last = revisions.at(-1);
  if (last === undefined) {
    throw refuse(`cannot roll back "${serverName}": prox never deployed to it`, [
      `deploy with \`prox deploy ${serverName}\``,
    ]);
  }
  if (asked === undefined) {
    // A rollback that was cut off after its log entry goes on to where it was going.
    const isUnfinished = cutOff !== undefined && Date.parse(last.at) >= Date.parse(cutOff.at);
    if (isUnfinished && last.action === "rollback" && last.sha1 !== null) {
      return { sha1: last.sha1, revision: last };
    }
    if (last.previousSha1 !== null) return { sha1: last.previousSha1, revision: revisions.at(-2) };
    throw refuse(`cannot roll back "${serverName}": it had no tracker before revision ${last.revision}`, [
      `to remove it, run: prox undeploy ${serverName}`,
    ]);
  }
  const revision = revisions.find((each) => each.revision === asked);
  const sha1 = revision?.sha1 ?? null;
  if (sha1 !== null) return { sha1, revision };
  const known = revisions.filter((each) => each.sha1 !== null).map((each) => each.revision);
  throw refuse(
    revision === undefined
      ? `unknown revision: ${asked}`
      : `cannot go back to revision ${asked}: it removed the tracker`,
    [
      `revisions with a module: ${known.join(", ")}`,
      ...(revision === undefined ? [] : [`to remove it, run: prox undeploy ${serverName}`]),
    ],
  );
}

/** Whether the league configs get the tracker: as the settings say, else as it was with the revision. */
function leagueWish(
  server: ServerSettings,
  revisions: readonly Revision[],
  target: Revision | undefined,
): LeagueWish {
  if (server.leagueConfigs || target?.hasLeagueConfigs === true) return "add";
  return revisions.at(-1)?.hasLeagueConfigs === true ? "remove" : "leave";
}

/**
 * What must be done to bring back the module of a revision, by default the one before the last change. `cutOff` is who
 * held the lock when their command was cut off: what a rollback had logged by then is finished first.
 */
export async function planRollback(
  files: RemoteFiles,
  server: ServerSettings,
  asked: number | undefined,
  cutOff?: LockOwner,
): Promise<ServerPlan> {
  const folders = serverFolders(server);
  const revisions = await readRevisions(files, folders);
  const { revision, sha1 } = targetOf(revisions, asked, cutOff, server.name);
  const file = storedModulePath(folders, sha1);
  const bytes = await files.read(file);
  if (bytes === undefined || sha1Of(bytes) !== sha1) {
    throw new ProxError(
      "E_REVISION_FILE",
      `cannot go back: ${file} is ${bytes === undefined ? "missing" : "damaged"}`,
      {
        suggestions: ["deploy that version again from its own sources with `prox deploy --file`"],
      },
    );
  }
  const version = revisions.findLast((each) => each.sha1 === sha1)?.version ?? null;
  const module: Module = { bytes, sha1, version };
  const leagues = leagueWish(server, revisions, revision);
  return planDeploy(files, server, module, { action: "rollback", leagues });
}
