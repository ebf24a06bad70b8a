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
  leagueChanges,
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

/** What becomes of the league configs: they get the tracker, lose it, or stay as they are. */
export type LeagueWish = "add" | "remove" | "leave";

/** What is left of overrides that keep the tracker from loading. */
interface OverrideFindings {
  readonly overrides: readonly Override[];
  readonly reasons: readonly string[];
  readonly warnings: readonly string[];
  readonly suggestions: readonly string[];
}

/** Overrides that keep the tracker from loading, with the edits that are planned: on all maps a reason, else a warning. */
async function overrideFindings(
  { folders, leagues, mapOverrides, server }: ServerState,
  sha1: string,
  { action, wish }: { action: "deploy" | "rollback"; wish: LeagueWish },
): Promise<OverrideFindings> {
  const overrides = [...(await leagues.overrides()), ...mapOverrides];
  const harmful = overrides.filter((override) => !isHarmless(override, server.module, sha1));
  const describe = ({ league, name, place, value, when }: Override): string => {
    const text = `${place} sets ${name} to ${JSON.stringify(value)} ${when}`;
    const refusal = league === undefined ? undefined : leagues.refusals.get(league.path);
    if (league?.isLoose === false) {
      return `${text}; prox changes no pk3: copy this file to ${folders.write}/configs, where the game finds it first`;
    }
    return refusal === undefined ? text : `${text}, and prox cannot edit it: ${refusal}`;
  };
  const loose = harmful.flatMap(({ league }) => (league?.isLoose === true ? [league.path] : []));
  const flag = wish === "add" || loose.length === 0 ? undefined : "--league-configs";
  const how = action === "deploy" ? `run: prox deploy ${server.name} ${flag ?? ""}` : `give ${flag ?? ""}`;
  return {
    overrides,
    reasons: harmful.filter(({ isActive }) => isActive).map(describe),
    warnings: harmful
      .filter(({ isActive }) => !isActive)
      .map((override) => {
        const advice =
          flag !== undefined && override.league?.isLoose === true ? `; ${flag} adds it there` : "";
        return `${describe(override)}: nothing is recorded then${advice}`;
      }),
    suggestions:
      flag === undefined ? [] : [`to add the tracker in ${[...new Set(loose)].join(", ")}, ${how}`],
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

/** Edits the league configs as it is wished; returns them as they are once the module is allowed, before it is listed. */
function editLeagues(state: ServerState, module: Module, wish: LeagueWish): ReadonlyMap<string, string> {
  const { leagues, revisions, server } = state;
  const all = revisions.flatMap(({ sha1 }) => (sha1 === null ? [] : [sha1]));
  if (wish === "remove") leagues.unlist(server.module, [...all, module.sha1]);
  if (wish !== "add") return new Map();
  const previous = moduleBefore(state, module.sha1);
  leagues.allow(
    module.sha1,
    all.filter((sha1) => sha1 !== previous),
  );
  const allowing = new Map(leagues.edits);
  leagues.list(server.module, server.position);
  return allowing;
}

/** How a deploy differs from the usual one. */
interface DeployOptions {
  readonly action?: "deploy" | "rollback";
  /** By default what the settings say: `add` or `leave`. */
  readonly leagues?: LeagueWish;
  /** Whether league configs in pk3 files count, which takes a while to find out; they do unless this says otherwise. */
  readonly isWithPk3s?: boolean;
}

/** What must be done so that the engine loads this module. Throws E_DEPLOY_*. */
export async function planDeploy(
  files: RemoteFiles,
  server: ServerSettings,
  module: Module,
  options: DeployOptions = {},
): Promise<ServerPlan> {
  const { action = "deploy", leagues: wish = server.leagueConfigs ? "add" : "leave" } = options;
  const found = await readServerState(files, server, options.isWithPk3s);
  const { cfgs, modulePath, own, revisions, warnings } = found;
  const reasons = moduleReasons(module, server.module);
  const live = await found.game.find(server.module);
  if (live !== undefined && own === undefined) {
    warnings.push(`${live.path} exists already and will be hidden from the game by ${modulePath}`);
  }
  const { allowing, inFront, listChanges: ofListFile, wasListed } = await editLists(found, module, reasons);
  const allowingLeagues = editLeagues(found, module, wish);
  const findings = await overrideFindings(found, module.sha1, { action, wish });
  warnings.push(...findings.warnings, ...placeWarnings(server, inFront));
  const ofCfgs = [...(await cfgChanges(found)), ...leagueChanges(found)];
  reasons.push(...findings.reasons, ...readOnlyReasons([...ofCfgs, ...ofListFile]));
  if (reasons.length > 0) throw refuse(server.name, reasons, findings.suggestions);
  const after = await cfgs.evaluate();
  warnings.push(...mapLoadWarnings(after));

  // First the module is allowed, then it is put in place, then it is listed: a cut in between does no harm.
  const isOnlyAllowing = ({ path, after: bytes }: FileChange): boolean =>
    (allowing.get(path) ?? allowingLeagues.get(path)) === bytes?.toString("latin1");
  const changes = [
    ...ofCfgs.filter(isOnlyAllowing),
    ...moduleChanges(found, module),
    ...ofCfgs.filter((change) => !isOnlyAllowing(change)),
    ...ofListFile,
  ];
  const hadLeagues = revisions.at(-1)?.hasLeagueConfigs ?? false;
  const hasLeagueConfigs = wish === "leave" ? hadLeagues : wish === "add";
  return planOf(found, after, findings.overrides, { action, module, changes, wasListed, hasLeagueConfigs });
}
