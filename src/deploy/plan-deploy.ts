/** What a deploy or rollback would change on a server, and why it might not work: found out by reading only. */
import path from "node:path/posix";

import type { ServerSettings } from "../config/settings.ts";
import { MAXIMUM_MODULE_BYTES } from "../engine/modules.ts";
import type { RemoteFiles } from "../remote/remote-files.ts";
import { type Evaluation, winnerOf } from "./cfg-evaluation.ts";
import { serverFolders } from "../server/folders.ts";
import { EditRefusal, type Position } from "./list-edits.ts";
import { MAXIMUM_ITEM_LENGTH, isSameModule, listsModule } from "../server/module-list.ts";
import { addToModuleFile, moduleFileWords } from "./module-file.ts";
import { type Override, isHarmless } from "./overrides.ts";
import { readRevisions } from "../server/revisions.ts";
import type { FileChange, Module, ServerPlan } from "./server-plan.ts";
import { cfgChanges, readFileChange, readOnlyReasons, refuse, survey, touchable } from "./survey.ts";

/** Whether the first map is loaded before the list is set: the modules would be unloaded again at once. */
function mapLoadWarnings(evaluation: Evaluation): string[] {
  const winner = winnerOf(evaluation, "lua_modules");
  const load = evaluation.mapLoads[0];
  const index = winner === undefined ? -1 : evaluation.assignments.lastIndexOf(winner);
  if (winner === undefined || load === undefined || index < load.assignmentsBefore) return [];
  return [
    `${load.path}:${load.line} loads a map before ${winner.file.path}:${winner.line} sets lua_modules: ` +
      "on that first map no module runs",
  ];
}

function overrideReasons(
  overrides: readonly Override[],
  module: string,
  sha1: string,
): { reasons: string[]; warnings: string[] } {
  const harmful = overrides.filter((override) => !isHarmless(override, module, sha1));
  const describe = ({ place, name, value, when }: Override): string =>
    `${place} sets ${name} to ${JSON.stringify(value)} ${when}`;
  return {
    reasons: harmful.filter(({ isActive }) => isActive).map(describe),
    warnings: harmful
      .filter(({ isActive }) => !isActive)
      .map((override) => `${describe(override)}: no recording then`),
  };
}

/** What must be done so that the engine loads this module. Throws E_DEPLOY_*. */
export async function planDeploy(
  files: RemoteFiles,
  server: ServerSettings,
  module: Module,
  options: { position?: Position; action?: "deploy" | "rollback" } = {},
): Promise<ServerPlan> {
  const { position = server.position, action = "deploy" } = options;
  const folders = serverFolders(server);
  const found = await survey(files, folders, server);
  const { game, cfgs, evaluation, warnings } = found;
  const reasons: string[] = [];
  const attempt = async (edit: () => Promise<void>): Promise<void> => {
    try {
      await edit();
    } catch (error) {
      if (!(error instanceof EditRefusal)) throw error;
      reasons.push(error.message);
    }
  };

  if (module.bytes.length > MAXIMUM_MODULE_BYTES) {
    reasons.push(`the module has ${module.bytes.length} bytes, and the engine ignores more than 1 MiB`);
  }
  if (server.module.length > MAXIMUM_ITEM_LENGTH) {
    reasons.push(
      `the name ${server.module} is longer than the engine keeps (${MAXIMUM_ITEM_LENGTH} characters)`,
    );
  }
  const modulePath = path.join(folders.write, server.module);
  const live = await game.find(server.module);
  const own = await readFileChange(files, modulePath);
  const revisions = await readRevisions(files, folders);
  if (live !== undefined && own === undefined) {
    warnings.push(`${live.path} is there already and will be hidden from the game by ${modulePath}`);
  }

  // The allow-list first: the module before this one stays allowed, as the running game still has it loaded.
  const last = revisions.at(-1);
  const previous =
    own?.sha1 !== module.sha1 ? own?.sha1 : last?.sha1 === module.sha1 ? last.previousSha1 : last?.sha1;
  const outdated = revisions.flatMap(({ sha1 }) => (sha1 === null || sha1 === previous ? [] : [sha1]));
  await attempt(() => cfgs.allow(module.sha1, outdated));
  const allowEdits = new Map(cfgs.edits);
  const listFileName = winnerOf(evaluation, "g_luaModuleList")?.value ?? "";
  const listChanges: FileChange[] = [];
  let wasListed: boolean;
  if (listFileName === "") {
    wasListed = listsModule(await cfgs.valueOf("lua_modules"), server.module);
    await attempt(() => cfgs.list(server.module, position));
  } else {
    const listFile = await game.find(listFileName);
    const text = listFile?.bytes.toString("latin1") ?? "";
    wasListed = moduleFileWords(text).some((word) => isSameModule(word.text, server.module));
    await attempt(() => {
      if (listFile === undefined) {
        throw new EditRefusal(`g_luaModuleList names ${listFileName}, which is no loose file`);
      }
      const after = Buffer.from(addToModuleFile(text, server.module, position), "latin1");
      if (listFile.isAside || !after.equals(listFile.bytes)) {
        listChanges.push({
          path: listFile.path,
          kind: "list",
          before: listFile.bytes,
          after,
          mode: listFile.mode,
        });
      }
      return Promise.resolve();
    });
  }
  const overrides = overrideReasons(found.overrides, server.module, module.sha1);
  reasons.push(...overrides.reasons);
  warnings.push(...overrides.warnings);

  const changesOfCfgs = await cfgChanges(found, server, folders);
  reasons.push(...readOnlyReasons([...changesOfCfgs, ...listChanges]));
  if (reasons.length > 0) throw refuse(server.name, reasons);
  const after = await cfgs.evaluate();
  warnings.push(...mapLoadWarnings(after));

  const isOnlyAllowing = ({ path: file, after: bytes }: FileChange): boolean =>
    allowEdits.get(file) === bytes?.toString("latin1");
  const moduleChange: FileChange[] =
    own?.sha1 === module.sha1
      ? []
      : [
          {
            path: modulePath,
            kind: "module",
            before: own?.bytes,
            after: module.bytes,
            mode: own?.mode ?? 0o644,
          },
        ];
  const allowing = changesOfCfgs.filter(isOnlyAllowing);
  const listing = [...changesOfCfgs.filter((change) => !isOnlyAllowing(change)), ...listChanges];
  const changes = [...allowing, ...moduleChange, ...listing];
  const valueAfter = (name: string): string => winnerOf(after, name)?.value ?? "";
  return {
    action,
    server,
    folders,
    modulePath,
    module,
    liveSha1: own?.sha1,
    changes,
    files: touchable(evaluation, modulePath, changes),
    cvars: {
      lua_modules: valueAfter("lua_modules"),
      lua_allowedModules: valueAfter("lua_allowedModules"),
      g_luaModuleList: listFileName,
    },
    wasListed,
    revisions,
    warnings,
    hasWork: changes.length > 0 || last?.sha1 !== module.sha1,
  };
}
