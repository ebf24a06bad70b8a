/** What a deploy, rollback or undeploy would change on a server, and why it might not work: found out by reading only. */
import { createHash } from "node:crypto";
import path from "node:path/posix";

import type { ServerSettings } from "../config/settings.ts";
import { ProxError } from "../errors.ts";
import type { RemoteFiles } from "../remote/remote-files.ts";
import { type Evaluation, winnerOf } from "./cfg-evaluation.ts";
import { CfgWorkspace } from "./cfg-workspace.ts";
import { GameFiles, type ServerFolders, serverFolders } from "./game-files.ts";
import {
  EditRefusal,
  MAXIMUM_ITEM_LENGTH,
  type Position,
  addToModuleFile,
  isSameModule,
  listItems,
  moduleFileWords,
  removeFromModuleFile,
} from "./module-list.ts";
import { type Override, findOverrides, isHarmless } from "./overrides.ts";
import { type Revision, readRevisions } from "./revisions.ts";

/** A module to be put on a server. */
export interface Module {
  readonly bytes: Buffer;
  /** 40 lower-case hex digits. */
  readonly sha1: string;
  /** Null where it is not known. */
  readonly version: string | null;
}

/** One file that is to change. */
export interface FileChange {
  readonly path: string;
  /** What it is: the module, a cfg file, or the file that g_luaModuleList names. */
  readonly kind: "module" | "cfg" | "list";
  /** Undefined where it is not there now. */
  readonly before: Buffer | undefined;
  /** Undefined where it is to be removed. */
  readonly after: Buffer | undefined;
  readonly mode: number;
}

export interface ServerPlan {
  readonly action: Revision["action"];
  readonly server: ServerSettings;
  readonly folders: ServerFolders;
  /** Path of the module on the server. */
  readonly modulePath: string;
  /** The module from then on, undefined for none. */
  readonly module: Module | undefined;
  /** SHA-1 of the module that is there now, undefined for none. */
  readonly liveSha1: string | undefined;
  /** In the order in which they are made: a cut between any two leaves what was or what will be. */
  readonly changes: readonly FileChange[];
  /** All files that prox may change on this server: what a cut left beside them is cleared away. */
  readonly files: readonly string[];
  /** The lists that the engine will hold after its next start. */
  readonly cvars: Readonly<Record<"lua_modules" | "lua_allowedModules" | "g_luaModuleList", string>>;
  /** Whether the engine was told to load the module before. */
  readonly wasListed: boolean;
  readonly revisions: readonly Revision[];
  readonly warnings: readonly string[];
  /** False where everything is as it should be, the log included. */
  readonly hasWork: boolean;
}

/** The engine ignores a larger module. */
const MAXIMUM_MODULE_BYTES = 1024 * 1024;

export function sha1Of(bytes: Buffer): string {
  return createHash("sha1").update(bytes).digest("hex");
}

/** Everything that stands in the way, at once. */
function refuse(serverName: string, reasons: readonly string[]): ProxError {
  return new ProxError(
    "E_DEPLOY_REFUSED",
    [`the tracker would not load on "${serverName}":`, ...reasons.map((reason) => `- ${reason}`)].join("\n"),
    {
      exit: "verification",
      suggestions: ["correct these lines on the server, then run the command again; nothing was changed"],
      details: { reasons },
    },
  );
}

/** The server's cfg files and lists as they are, and the means to edit them. */
interface Survey {
  readonly game: GameFiles;
  readonly cfgs: CfgWorkspace;
  readonly evaluation: Evaluation;
  readonly overrides: readonly Override[];
  readonly warnings: string[];
}

/** Throws E_DEPLOY_FOLDER where the game's folder is not where the settings say. */
export async function assertGameFolder(
  files: RemoteFiles,
  folders: ServerFolders,
  server: ServerSettings,
): Promise<void> {
  if ((await files.stat(folders.write))?.kind !== "folder") {
    throw new ProxError("E_DEPLOY_FOLDER", `the game's folder ${folders.write} is not there`, {
      exit: "remote",
      suggestions: [
        `check basepath, homepath and game of server "${server.name}"`,
        "the game makes the folder below its homepath when it is started once",
      ],
    });
  }
}

async function survey(files: RemoteFiles, folders: ServerFolders, server: ServerSettings): Promise<Survey> {
  await assertGameFolder(files, folders, server);
  const game = new GameFiles(files, folders);
  const main = await game.find(server.cfg);
  if (main === undefined) {
    const names = await game.list(".", ".cfg");
    const known = names.length === 0 ? "there is no cfg file at all" : `there are ${names.join(", ")}`;
    throw new ProxError("E_DEPLOY_CFG", `${server.cfg} is in none of ${folders.search.join(", ")}`, {
      exit: "remote",
      suggestions: [
        `set "cfg" of server "${server.name}" to the file that the game is started with: ${known}`,
      ],
    });
  }
  const cfgs = new CfgWorkspace({
    main: { path: main.path, text: main.bytes.toString("latin1") },
    mainName: server.cfg,
    find: async (name) => {
      const file = await game.find(name);
      return file && { path: file.path, text: file.bytes.toString("latin1") };
    },
    today: new Date().toISOString().slice(0, 10),
  });
  const evaluation = await cfgs.evaluate();
  const warnings = evaluation.doubts.map((doubt) => `${doubt}: what the engine makes of it is not certain`);
  for (const { path: place, line, name } of evaluation.missing) {
    warnings.push(`${place}:${line} executes ${name}, which is no loose file: what it sets is not known`);
  }
  if (main.shadowed.length > 0) warnings.push(`${main.path} hides ${main.shadowed.join(", ")} from the game`);
  return { game, cfgs, evaluation, overrides: await findOverrides(game, evaluation), warnings };
}

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

/** The edited cfg files as changes. */
async function cfgChanges(
  game: GameFiles,
  cfgs: CfgWorkspace,
  names: readonly string[],
): Promise<FileChange[]> {
  const found = await Promise.all(names.map((name) => game.find(name)));
  return [...cfgs.edits].flatMap(([file, text]) => {
    const known = found.find((each) => each?.path === file);
    if (known === undefined) return [];
    const after = Buffer.from(text, "latin1");
    if (!known.isAside && known.bytes.equals(after)) return [];
    return [{ path: file, kind: "cfg" as const, before: known.bytes, after, mode: known.mode }];
  });
}

/** All names by which the evaluation met files: what `find` was asked for. */
function executedNames(server: ServerSettings, evaluation: Evaluation, folders: ServerFolders): string[] {
  const ofFiles = evaluation.files.map(({ path: file }) => {
    const folder = folders.search.find((each) => file.startsWith(`${each}/`));
    return folder === undefined ? path.basename(file) : path.relative(folder, file);
  });
  return [...new Set([server.cfg, ...ofFiles])];
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

  // The allow-list first: while the old module is live, both are allowed.
  const outdated = revisions.flatMap(({ sha1 }) => (sha1 === null || sha1 === own?.sha1 ? [] : [sha1]));
  await attempt(() => cfgs.allow(module.sha1, outdated));
  const allowEdits = new Map(cfgs.edits);
  const listFileName = winnerOf(evaluation, "g_luaModuleList")?.value ?? "";
  const listChanges: FileChange[] = [];
  let wasListed: boolean;
  if (listFileName === "") {
    wasListed = listItems(await cfgs.valueOf("lua_modules")).some((item) =>
      isSameModule(item, server.module),
    );
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

  const names = executedNames(server, evaluation, folders);
  const changesOfCfgs = [
    ...(await cfgChanges(game, cfgs, names)),
    ...(await restoredCfgs(game, cfgs, names)),
  ];
  for (const { path: file, mode } of [...changesOfCfgs, ...listChanges]) {
    if ((mode & 0o200) === 0) reasons.push(`${file} is read-only, and must be changed`);
  }
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
  const first = changesOfCfgs.filter(isOnlyAllowing);
  const last = [...changesOfCfgs.filter((change) => !isOnlyAllowing(change)), ...listChanges];
  const changes = [...first, ...moduleChange, ...last];
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
    hasWork: changes.length > 0 || (revisions.at(-1)?.sha1 ?? undefined) !== module.sha1,
  };
}

/** Cfg files that need no edit, but lie aside since an exchange was cut off. */
async function restoredCfgs(
  game: GameFiles,
  cfgs: CfgWorkspace,
  names: readonly string[],
): Promise<FileChange[]> {
  const found = await Promise.all(names.map((name) => game.find(name)));
  return found.flatMap((file) =>
    file?.isAside === true && !cfgs.edits.has(file.path)
      ? [{ path: file.path, kind: "cfg" as const, before: file.bytes, after: file.bytes, mode: file.mode }]
      : [],
  );
}

function touchable(evaluation: Evaluation, modulePath: string, changes: readonly FileChange[]): string[] {
  const all = [
    modulePath,
    ...evaluation.files.map((file) => file.path),
    ...changes.map((change) => change.path),
  ];
  return [...new Set(all)];
}

/** A file that prox itself owns, by its path. */
async function readFileChange(
  files: RemoteFiles,
  file: string,
): Promise<{ bytes: Buffer; sha1: string; mode: number } | undefined> {
  const [stat, bytes] = await Promise.all([files.stat(file), files.read(file)]);
  return stat === undefined || bytes === undefined
    ? undefined
    : { bytes, sha1: sha1Of(bytes), mode: stat.mode };
}

/** What must be done so that the engine knows nothing of the tracker any more. Throws E_DEPLOY_*. */
export async function planUndeploy(files: RemoteFiles, server: ServerSettings): Promise<ServerPlan> {
  const folders = serverFolders(server);
  const { game, cfgs, evaluation, overrides, warnings } = await survey(files, folders, server);
  const modulePath = path.join(folders.write, server.module);
  const own = await readFileChange(files, modulePath);
  const revisions = await readRevisions(files, folders);
  const reasons: string[] = [];
  const wasListed = listItems(await cfgs.valueOf("lua_modules")).some((item) =>
    isSameModule(item, server.module),
  );
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
    if (override.name !== "lua_modules") continue;
    if (!listItems(override.value).some((item) => isSameModule(item, server.module))) continue;
    warnings.push(`${override.place} lists the tracker too, ${override.when}: remove it there by hand`);
  }
  const names = executedNames(server, evaluation, folders);
  const changesOfCfgs = [
    ...(await cfgChanges(game, cfgs, names)),
    ...(await restoredCfgs(game, cfgs, names)),
  ];
  for (const { path: file, mode } of [...changesOfCfgs, ...listChanges]) {
    if ((mode & 0o200) === 0) reasons.push(`${file} is read-only, and must be changed`);
  }
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
