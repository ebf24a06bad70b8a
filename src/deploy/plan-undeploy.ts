/** What an undeploy would change on a server: found out by reading only. */
import type { ServerSettings } from "../config/settings.ts";
import type { RemoteFiles } from "../remote/remote-files.ts";
import { listsModule } from "../server/module-list.ts";
import { removeFromModuleFile } from "./module-file.ts";
import type { Override } from "./overrides.ts";
import type { FileChange, ServerPlan } from "./server-plan.ts";
import {
  type ServerState,
  cfgChanges,
  leagueChanges,
  listChanges,
  planOf,
  readOnlyReasons,
  refuse,
  readServerState,
  tryEdit,
} from "./server-state.ts";

/** Overrides that list the module, which prox leaves alone. */
function overrideWarnings({ leagues, server }: ServerState, overrides: readonly Override[]): string[] {
  return [
    ...leagues.refusals.values(),
    ...overrides
      .filter(({ name, value }) => name === "lua_modules" && listsModule(value, server.module))
      .map(({ place, when }) => `${place} lists the tracker too, ${when}: remove it there by hand`),
  ];
}

/** What must be done so that the engine knows nothing of the tracker any more. Throws E_DEPLOY_*. */
export async function planUndeploy(files: RemoteFiles, server: ServerSettings): Promise<ServerPlan> {
  const found = await readServerState(files, server, false);
  const { cfgs, leagues, listFile, modulePath, own, revisions, warnings } = found;
  const reasons: string[] = [];
  const wasListed = listsModule(await cfgs.valueOf("lua_modules"), server.module);
  const sha1s = revisions.flatMap(({ sha1 }) => (sha1 === null ? [] : [sha1]));
  if (own !== undefined) sha1s.push(own.sha1);
  await tryEdit(reasons, async () => {
    await cfgs.unlist(server.module);
    await cfgs.disallow(sha1s);
  });
  leagues.unlist(server.module, sha1s);
  const ofListFile =
    listFile === undefined
      ? []
      : listChanges(listFile, removeFromModuleFile(listFile.bytes.toString("latin1"), server.module));
  const overrides = [...(await leagues.overrides()), ...found.mapOverrides];
  warnings.push(...overrideWarnings(found, overrides));
  const ofCfgs = [...(await cfgChanges(found)), ...leagueChanges(found)];
  reasons.push(...readOnlyReasons([...ofCfgs, ...ofListFile]));
  if (reasons.length > 0) throw refuse(server.name, reasons);
  const removal: FileChange[] =
    own === undefined
      ? []
      : [
          {
            path: modulePath,
            kind: "module",
            before: own.bytes,
            after: undefined,
            mode: own.mode,
            group: own.group,
          },
        ];
  return planOf(found, await cfgs.evaluate(), overrides, {
    action: "undeploy",
    module: undefined,
    changes: [...ofCfgs, ...ofListFile, ...removal],
    wasListed,
    hasLeagueConfigs: false,
  });
}
