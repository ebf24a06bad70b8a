/** What an undeploy would change on a server: found out by reading only. */
import path from "node:path/posix";

import type { ServerSettings } from "../config/settings.ts";
import type { RemoteFiles } from "../remote/remote-files.ts";
import { winnerOf } from "./cfg-evaluation.ts";
import { serverFolders } from "../server/folders.ts";
import { EditRefusal } from "./list-edits.ts";
import { listsModule } from "../server/module-list.ts";
import { removeFromModuleFile } from "./module-file.ts";
import { readRevisions } from "../server/revisions.ts";
import type { FileChange, ServerPlan } from "./server-plan.ts";
import { cfgChanges, readFileChange, readOnlyReasons, refuse, survey, touchable } from "./survey.ts";

/** What must be done so that the engine knows nothing of the tracker any more. Throws E_DEPLOY_*. */
export async function planUndeploy(files: RemoteFiles, server: ServerSettings): Promise<ServerPlan> {
  const folders = serverFolders(server);
  const found = await survey(files, folders, server);
  const { game, cfgs, evaluation, overrides, warnings } = found;
  const modulePath = path.join(folders.write, server.module);
  const own = await readFileChange(files, modulePath);
  const revisions = await readRevisions(files, folders);
  const reasons: string[] = [];
  const wasListed = listsModule(await cfgs.valueOf("lua_modules"), server.module);
  const sha1s = revisions.flatMap(({ sha1 }) => (sha1 === null ? [] : [sha1]));
  try {
    await cfgs.unlist(server.module);
    await cfgs.disallow(own === undefined ? sha1s : [...sha1s, own.sha1]);
  } catch (error) {
    if (!(error instanceof EditRefusal)) throw error;
    reasons.push(error.message);
  }
  const listFileName = winnerOf(evaluation, "g_luaModuleList")?.value ?? "";
  const listFile = listFileName === "" ? undefined : await game.find(listFileName);
  const listChanges: FileChange[] = [];
  if (listFile !== undefined) {
    const after = Buffer.from(
      removeFromModuleFile(listFile.bytes.toString("latin1"), server.module),
      "latin1",
    );
    if (!after.equals(listFile.bytes)) {
      listChanges.push({
        path: listFile.path,
        kind: "list",
        before: listFile.bytes,
        after,
        mode: listFile.mode,
      });
    }
  }
  for (const override of overrides) {
    if (override.name !== "lua_modules" || !listsModule(override.value, server.module)) continue;
    warnings.push(`${override.place} lists the tracker too, ${override.when}: remove it there by hand`);
  }
  const changesOfCfgs = await cfgChanges(found, server, folders);
  reasons.push(...readOnlyReasons([...changesOfCfgs, ...listChanges]));
  if (reasons.length > 0) throw refuse(server.name, reasons);
  const after = await cfgs.evaluate();
  const removal: FileChange[] =
    own === undefined
      ? []
      : [{ path: modulePath, kind: "module", before: own.bytes, after: undefined, mode: own.mode }];
  const changes = [...changesOfCfgs, ...listChanges, ...removal];
  return {
    action: "undeploy",
    server,
    folders,
    modulePath,
    module: undefined,
    liveSha1: own?.sha1,
    changes,
    files: touchable(evaluation, modulePath, changes),
    cvars: {
      lua_modules: winnerOf(after, "lua_modules")?.value ?? "",
      lua_allowedModules: winnerOf(after, "lua_allowedModules")?.value ?? "",
      g_luaModuleList: listFileName,
    },
    wasListed,
    revisions,
    warnings,
    hasWork: changes.length > 0 || (revisions.at(-1)?.sha1 ?? null) !== null,
  };
}
