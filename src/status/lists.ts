/** Whether the game would load the tracker at its next start, and what has taken it out since prox put it there. */
import type { ServerSettings } from "../config/settings.ts";
import { planDeploy } from "../deploy/plan-deploy.ts";
import type { FileChange, Module } from "../deploy/server-plan.ts";
import { ProxError } from "../errors.ts";
import type { RemoteFiles } from "../remote/remote-files.ts";
import type { Revision } from "../server/revisions.ts";

/** How the lists of a server stand. */
export interface ListState {
  /** Whether the game is told to load the module at its next start; null where a deploy would be refused. */
  readonly isListed: boolean | null;
  /** Why the game would not load the tracker though it is listed. */
  readonly reasons: readonly string[];
  /** What an update or a new container has taken out, in words that say what to do. */
  readonly takenOut: readonly string[];
}

/** How to put back what was taken out. */
function deployCommand({ leagueConfigs, name }: ServerSettings, last: Revision): string {
  const isNamed = last.hasLeagueConfigs === true && !leagueConfigs;
  return `prox deploy ${name}${isNamed ? " --league-configs" : ""}`;
}

const CAUSE = "an update or a new container has replaced it";

function describeChange({ kind, path }: FileChange, server: ServerSettings, last: Revision): string {
  const what = kind === "league" ? "the league config " : "";
  return (
    `${what}${path} no longer names the tracker, as revision ${last.revision} made it do: ${CAUSE}; ` +
    `to put it back, run: ${deployCommand(server, last)}`
  );
}

/** What is told where the module itself is gone. */
export function describeGone(server: ServerSettings, last: Revision): string {
  return (
    `the tracker is not on the server, where revision ${last.revision} put it: ${CAUSE}; ` +
    `to put it back, run: ${deployCommand(server, last)}`
  );
}

/**
 * Looks at the lists as a deploy of `module` does. `last` is the last revision where that module is its own: every file
 * that such a deploy would change is one that was changed since. `isWithPk3s` as for a deploy.
 */
export async function readLists(
  files: RemoteFiles,
  server: ServerSettings,
  module: Module,
  last: Revision | undefined,
  isWithPk3s: boolean,
): Promise<ListState> {
  const isWanted = server.leagueConfigs || last?.hasLeagueConfigs === true;
  try {
    const plan = await planDeploy(files, server, module, { leagues: isWanted ? "add" : "leave", isWithPk3s });
    const replaced = plan.changes.filter(({ kind }) => kind !== "module");
    const takenOut = last === undefined ? [] : replaced.map((change) => describeChange(change, server, last));
    return { isListed: plan.wasListed, reasons: [], takenOut };
  } catch (error) {
    if (!(error instanceof ProxError) || error.code !== "E_DEPLOY_REFUSED") throw error;
    const { reasons } = error.details as { reasons: readonly string[] };
    const found = reasons.map((reason) => `the tracker would not load: ${reason}`);
    return { isListed: null, reasons: [...found, ...error.suggestions.slice(0, -1)], takenOut: [] };
  }
}
