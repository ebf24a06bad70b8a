/** What a deploy or rollback would change on a server, and why it might not work: found out by reading only. */
import type { ServerSettings } from "../config/settings.ts";
import { MAXIMUM_MODULE_BYTES } from "../engine/modules.ts";
import type { RemoteFiles } from "../remote/remote-files.ts";
import { MAXIMUM_ITEM_LENGTH, isSameModule, listItems } from "../server/module-list.ts";
import { type Evaluation, winnerOf } from "./cfg-evaluation.ts";
import { addToModuleFile, moduleFileWords } from "./module-file.ts";
import { type Override, isHarmless } from "./overrides.ts";
import type { FileChange, Module, ServerPlan } from "./server-plan.ts";
import {
  type ServerState,
  cfgChanges,
  listChanges,
  moduleBefore,
  planOf,
  readOnlyReasons,
  refuse,
  readServerState,
  tryEdit,
} from "./server-state.ts";

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
  /** Modules that stood before this one in the list. */
  readonly inFront: readonly string[];
  /** The cfg files as they are once the module is allowed, before it is listed. */
  readonly allowing: ReadonlyMap<string, string>;
  /** Of the file that `g_luaModuleList` names. */
  readonly listChanges: readonly FileChange[];
  readonly wasListed: boolean;
}

/** Whether a list names the module, and what stands before it there. */
function placeInList(names: readonly string[], module: string): Pick<ListEdits, "inFront" | "wasListed"> {
  const index = names.findIndex((name) => isSameModule(name, module));
  return { inFront: names.slice(0, Math.max(index, 0)), wasListed: index >= 0 };
}

/**
 * What is told of a module that is listed behind others: the list is left as it is, because the others' order is not prox's
 * to change without being asked.
 */
function placeWarnings(server: ServerSettings, inFront: readonly string[]): string[] {
  if (server.position !== "first" || inFront.length === 0) return [];
  return [
    `${server.module} stays behind ${inFront.join(", ")} in the list: a module in front that returns a value keeps events ` +
      `from it, kills above all; to move it to the front, run: prox undeploy ${server.name}, then prox deploy ${server.name}; ` +
      'to leave it there, set "position" to "last"',
  ];
}

/** Allows and lists the module; what cannot be edited is added to the reasons. */
async function editLists(found: ServerState, module: Module, reasons: string[]): Promise<ListEdits> {
  const { cfgs, listFile, listFileName, revisions, server } = found;
  // The module before this one stays allowed, as the running game still has it loaded.
  const previous = moduleBefore(found, module.sha1);
  const outdated = revisions.flatMap(({ sha1 }) => (sha1 === null || sha1 === previous ? [] : [sha1]));
  await tryEdit(reasons, () => cfgs.allow(module.sha1, outdated));
  const allowing = new Map(cfgs.edits);
  if (listFileName === "") {
    const listed = placeInList(listItems(await cfgs.valueOf("lua_modules")), server.module);
    await tryEdit(reasons, () => cfgs.list(server.module, server.position));
    return { allowing, listChanges: [], ...listed };
  }
  if (listFile === undefined) {
    reasons.push(`g_luaModuleList names ${listFileName}, which is not a loose file`);
    return { allowing, listChanges: [], ...placeInList([], server.module) };
  }
  const text = listFile.bytes.toString("latin1");
  const changes: FileChange[] = [];
  await tryEdit(reasons, () => {
    changes.push(...listChanges(listFile, addToModuleFile(text, server.module, server.position)));
  });
  const names = moduleFileWords(text).map((word) => word.text);
  return { allowing, listChanges: changes, ...placeInList(names, server.module) };
}

function moduleChanges({ modulePath, own }: ServerState, module: Module): FileChange[] {
  if (own?.sha1 === module.sha1) return [];
  const mode = own?.mode ?? 0o644;
  return [
    { path: modulePath, kind: "module", before: own?.bytes, after: module.bytes, mode, group: own?.group },
  ];
}

/** What must be done so that the engine loads this module. Throws E_DEPLOY_*. */
export async function planDeploy(
  files: RemoteFiles,
  server: ServerSettings,
  module: Module,
  action: "deploy" | "rollback" = "deploy",
): Promise<ServerPlan> {
  const found = await readServerState(files, server);
  const { cfgs, modulePath, own, warnings } = found;
  const reasons = moduleReasons(module, server.module);
  const live = await found.game.find(server.module);
  if (live !== undefined && own === undefined) {
    warnings.push(`${live.path} exists already and will be hidden from the game by ${modulePath}`);
  }
  const { allowing, inFront, listChanges: ofListFile, wasListed } = await editLists(found, module, reasons);
  const overrides = overrideReasons(found.overrides, server.module, module.sha1);
  warnings.push(...overrides.warnings, ...placeWarnings(server, inFront));
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
