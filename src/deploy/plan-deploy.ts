/** What a deploy or rollback would change on a server, and why it might not work: found out by reading only. */
import type { ServerSettings } from "../config/settings.ts";
import { MAXIMUM_MODULE_BYTES } from "../engine/modules.ts";
import type { RemoteFiles } from "../remote/remote-files.ts";
import { MAXIMUM_ITEM_LENGTH, isSameModule, listsModule } from "../server/module-list.ts";
import { type Evaluation, winnerOf } from "./cfg-evaluation.ts";
import { addToModuleFile, moduleFileWords } from "./module-file.ts";
import { type Override, isHarmless } from "./overrides.ts";
import type { FileChange, Module, ServerPlan } from "./server-plan.ts";
import {
  type Survey,
  cfgChanges,
  listChanges,
  moduleBefore,
  planOf,
  readOnlyReasons,
  refuse,
  survey,
  tryEdit,
} from "./survey.ts";

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
      .map((override) => `${describe(override)}: nothing is recorded then`),
  };
}

/** Why the engine would not take this module under this name. */
function moduleReasons(module: Module, name: string): string[] {
  return [
    ...(module.bytes.length > MAXIMUM_MODULE_BYTES
      ? [`the module has ${module.bytes.length} bytes, and the engine ignores more than 1 MiB`]
      : []),
    ...(name.length > MAXIMUM_ITEM_LENGTH
      ? [`the name ${name} is longer than the engine keeps (${MAXIMUM_ITEM_LENGTH} characters)`]
      : []),
  ];
}

/** The lists with the module in them. */
interface ListEdits {
  /** The cfg files as they are once the module is allowed, before it is listed. */
  readonly allowing: ReadonlyMap<string, string>;
  /** Of the file that `g_luaModuleList` names. */
  readonly listChanges: readonly FileChange[];
  readonly wasListed: boolean;
}

/** Allows and lists the module; what cannot be edited is added to the reasons. */
async function editLists(found: Survey, module: Module, reasons: string[]): Promise<ListEdits> {
  const { cfgs, listFile, listFileName, revisions, server } = found;
  // The module before this one stays allowed, as the running game still has it loaded.
  const previous = moduleBefore(found, module.sha1);
  const outdated = revisions.flatMap(({ sha1 }) => (sha1 === null || sha1 === previous ? [] : [sha1]));
  await tryEdit(reasons, () => cfgs.allow(module.sha1, outdated));
  const allowing = new Map(cfgs.edits);
  if (listFileName === "") {
    const wasListed = listsModule(await cfgs.valueOf("lua_modules"), server.module);
    await tryEdit(reasons, () => cfgs.list(server.module, server.position));
    return { allowing, listChanges: [], wasListed };
  }
  if (listFile === undefined) {
    reasons.push(`g_luaModuleList names ${listFileName}, which is not a loose file`);
    return { allowing, listChanges: [], wasListed: false };
  }
  const text = listFile.bytes.toString("latin1");
  const changes: FileChange[] = [];
  await tryEdit(reasons, () => {
    changes.push(...listChanges(listFile, addToModuleFile(text, server.module, server.position)));
  });
  const wasListed = moduleFileWords(text).some((word) => isSameModule(word.text, server.module));
  return { allowing, listChanges: changes, wasListed };
}

function moduleChanges({ modulePath, own }: Survey, module: Module): FileChange[] {
  if (own?.sha1 === module.sha1) return [];
  const mode = own?.mode ?? 0o644;
  return [{ path: modulePath, kind: "module", before: own?.bytes, after: module.bytes, mode }];
}

/** What must be done so that the engine loads this module. Throws E_DEPLOY_*. */
export async function planDeploy(
  files: RemoteFiles,
  server: ServerSettings,
  module: Module,
  action: "deploy" | "rollback" = "deploy",
): Promise<ServerPlan> {
  const found = await survey(files, server);
  const { cfgs, modulePath, own, warnings } = found;
  const reasons = moduleReasons(module, server.module);
  const live = await found.game.find(server.module);
  if (live !== undefined && own === undefined) {
    warnings.push(`${live.path} exists already and will be hidden from the game by ${modulePath}`);
  }
  const { allowing, listChanges: ofListFile, wasListed } = await editLists(found, module, reasons);
  const overrides = overrideReasons(found.overrides, server.module, module.sha1);
  warnings.push(...overrides.warnings);
  const ofCfgs = await cfgChanges(found);
  reasons.push(...overrides.reasons, ...readOnlyReasons([...ofCfgs, ...ofListFile]));
  if (reasons.length > 0) throw refuse(server.name, reasons);
  const after = await cfgs.evaluate();
  warnings.push(...mapLoadWarnings(after));

  // First the module is allowed, then it is put in place, then it is listed: a cut in between does no harm.
  const isOnlyAllowing = ({ path, after: bytes }: FileChange): boolean =>
    allowing.get(path) === bytes?.toString("latin1");
  const changes = [
    ...ofCfgs.filter(isOnlyAllowing),
    ...moduleChanges(found, module),
    ...ofCfgs.filter((change) => !isOnlyAllowing(change)),
    ...ofListFile,
  ];
  return planOf(found, after, { action, module, changes, wasListed });
}
