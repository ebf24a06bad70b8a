/** A look at a server before it is changed: its cfg files and lists, and what would have to be written. */
import path from "node:path/posix";

import type { ServerSettings } from "../config/settings.ts";
import { ProxError } from "../errors.ts";
import type { RemoteFiles } from "../remote/remote-files.ts";
import { type ServerFolders, serverFolders } from "../server/folders.ts";
import { type Revision, readRevisions } from "../server/revisions.ts";
import { type Evaluation, cfgFileName, winnerOf } from "./cfg-evaluation.ts";
import { CfgWorkspace } from "./cfg-workspace.ts";
import { type GameFile, GameFiles } from "./game-files.ts";
import { EditRefusal } from "./list-edits.ts";
import { LeagueWorkspace, findLeagueConfigs, findPk3Configs } from "./league-workspace.ts";
import { type Override, findMapOverrides } from "./overrides.ts";
import { type FileChange, type ServerPlan, sha1Of } from "./server-plan.ts";

/** Everything that stands in the way, at once. */
export function refuse(
  serverName: string,
  reasons: readonly string[],
  suggestions: readonly string[] = [],
): ProxError {
  return new ProxError(
    "E_DEPLOY_REFUSED",
    [`the tracker would not load on "${serverName}":`, ...reasons.map((reason) => `- ${reason}`)],
    {
      suggestions: [
        ...suggestions,
        "correct these lines on the server, then run the command again; nothing was changed",
      ],
      details: { reasons },
    },
  );
}

/** A file that prox itself owns. */
interface OwnFile {
  readonly bytes: Buffer;
  readonly sha1: string;
  readonly mode: number;
  /** Number of the group that it belongs to. */
  readonly group: number;
}

/** A server as it is: its cfg files and lists, its module, its log; and the means to edit the cfg files. */
export interface ServerState {
  readonly server: ServerSettings;
  readonly folders: ServerFolders;
  readonly game: GameFiles;
  readonly cfgs: CfgWorkspace;
  readonly evaluation: Evaluation;
  readonly leagues: LeagueWorkspace;
  readonly mapOverrides: readonly Override[];
  /** Path of the module on the server. */
  readonly modulePath: string;
  /** The module that is there now. */
  readonly own: OwnFile | undefined;
  /** What `g_luaModuleList` names, empty for nothing; and the file of that name, undefined where there is none. */
  readonly listFileName: string;
  readonly listFile: GameFile | undefined;
  readonly revisions: readonly Revision[];
  readonly warnings: string[];
}

/** Throws E_DEPLOY_FOLDER where the game's folder is not where the settings say. */
export async function assertGameFolder(
  files: RemoteFiles,
  folders: ServerFolders,
  server: ServerSettings,
): Promise<void> {
  if ((await files.stat(folders.write))?.kind !== "folder") {
    throw new ProxError("E_DEPLOY_FOLDER", `the game's folder ${folders.write} is missing`, {
      suggestions: [
        `check basepath, homepath and game of server "${server.name}"`,
        "the game makes the folder below its homepath when it is started once",
      ],
    });
  }
}

/** The file that the game is started with. Throws E_DEPLOY_CFG. */
async function findMainCfg(
  game: GameFiles,
  folders: ServerFolders,
  server: ServerSettings,
): Promise<GameFile> {
  const name = cfgFileName(server.cfg);
  const main = await game.find(name);
  if (main !== undefined) return main;
  const names = await game.list(".", ".cfg");
  const known = names.length === 0 ? "none was found" : `found: ${names.join(", ")}`;
  throw new ProxError(
    "E_DEPLOY_CFG",
    `cannot find the server's cfg: ${name} is in none of ${folders.search.join(", ")}`,
    {
      suggestions: [
        `set "cfg" of server "${server.name}" to the file that the game is started with: ${known}`,
      ],
    },
  );
}

function cfgWarnings(main: GameFile, { doubts, missing }: Evaluation): string[] {
  return [
    ...doubts.map((doubt) => `${doubt}: prox is not certain how the engine reads this`),
    ...missing.map(
      ({ path: place, line, name }) =>
        `${place}:${line} executes ${name}, which is not a loose file: prox cannot know what it sets`,
    ),
    ...(main.shadowed.length > 0 ? [`${main.path} hides ${main.shadowed.join(", ")} from the game`] : []),
  ];
}

/** Looks at a server, and, with `isWithPk3s`, for league configs in its pk3 files too. Throws E_DEPLOY_FOLDER and E_DEPLOY_CFG. */
export async function readServerState(
  files: RemoteFiles,
  server: ServerSettings,
  isWithPk3s = true,
): Promise<ServerState> {
  const folders = serverFolders(server);
  await assertGameFolder(files, folders, server);
  const game = new GameFiles(files, folders);
  const main = await findMainCfg(game, folders, server);
  const cfgs = new CfgWorkspace({
    main: { path: main.path, text: main.bytes.toString("latin1") },
    mainName: cfgFileName(server.cfg),
    find: async (name) => {
      const file = await game.find(name);
      return file && { path: file.path, text: file.bytes.toString("latin1") };
    },
    today: new Date().toISOString().slice(0, 10),
  });
  const evaluation = await cfgs.evaluate();
  const modulePath = path.join(folders.write, server.module);
  const listFileName = winnerOf(evaluation, "g_luaModuleList")?.value ?? "";
  const customConfig = winnerOf(evaluation, "g_customConfig")?.value;
  const loose = await findLeagueConfigs(game, customConfig);
  const packed = isWithPk3s
    ? await findPk3Configs(files, folders.search, customConfig, loose)
    : { configs: [], doubts: [] };
  const leagues = new LeagueWorkspace(game, [...loose, ...packed.configs], listFileName !== "");
  return {
    server,
    folders,
    game,
    cfgs,
    evaluation,
    leagues,
    mapOverrides: await findMapOverrides(game, evaluation),
    modulePath,
    own: await readOwnFile(files, modulePath),
    listFileName,
    listFile: listFileName === "" ? undefined : await game.find(listFileName),
    revisions: await readRevisions(files, folders),
    warnings: [...cfgWarnings(main, evaluation), ...packed.doubts, ...leagues.doubts],
  };
}

/** The module that was there before this one came, by its SHA-1. */
export function moduleBefore({ own, revisions }: ServerState, sha1: string): string | null | undefined {
  if (own?.sha1 !== sha1) return own?.sha1;
  const last = revisions.at(-1);
  return last?.sha1 === sha1 ? last.previousSha1 : last?.sha1;
}

/** Runs an edit of a list; why it cannot be made is one reason more. */
export async function tryEdit(reasons: string[], edit: () => void | Promise<void>): Promise<void> {
  try {
    await edit();
  } catch (error) {
    if (!(error instanceof EditRefusal)) throw error;
    reasons.push(error.message);
  }
}

/** All names by which the evaluation met files: what `find` was asked for. */
function executedNames({ evaluation, folders, server }: ServerState): string[] {
  const ofFiles = evaluation.files.map(({ path: file }) => {
    const folder = folders.search.find((each) => file.startsWith(`${each}/`));
    return folder === undefined ? path.basename(file) : path.relative(folder, file);
  });
  return [...new Set([cfgFileName(server.cfg), ...ofFiles])];
}

/** What is to become of the cfg files: edits, and files that lie aside since an exchange was cut off. */
export async function cfgChanges(state: ServerState): Promise<FileChange[]> {
  const { cfgs, game } = state;
  const found = await Promise.all(executedNames(state).map((name) => game.find(name)));
  const edited = [...cfgs.edits].flatMap(([file, text]) => {
    const known = found.find((each) => each?.path === file);
    if (known === undefined) return [];
    const after = Buffer.from(text, "latin1");
    if (!known.isAside && known.bytes.equals(after)) return [];
    return [changeOf("cfg", known, after)];
  });
  const restored = found.flatMap((file) =>
    file?.isAside === true && !cfgs.edits.has(file.path) ? [changeOf("cfg", file, file.bytes)] : [],
  );
  return [...edited, ...restored];
}

/** What is to become of the league configs, those among them that lie aside. */
export function leagueChanges({ leagues }: ServerState): FileChange[] {
  return leagues.configs.flatMap(({ file, place }) => {
    const text = leagues.edits.get(place);
    if (file === undefined || (text === undefined && !file.isAside)) return [];
    return [changeOf("league", file, text === undefined ? file.bytes : Buffer.from(text, "latin1"))];
  });
}

/** The new text of the file that `g_luaModuleList` names; none where it stays as it is. */
export function listChanges(file: GameFile, text: string): FileChange[] {
  const after = Buffer.from(text, "latin1");
  return file.isAside || !after.equals(file.bytes) ? [changeOf("list", file, after)] : [];
}

function changeOf(kind: FileChange["kind"], file: GameFile, after: Buffer): FileChange {
  return { path: file.path, kind, before: file.bytes, after, mode: file.mode, group: file.group };
}

/** Why these changes cannot be made: files that are read-only or belong to another user. */
export function readOnlyReasons(changes: readonly FileChange[]): string[] {
  return changes
    .filter(({ mode }) => (mode & 0o200) === 0)
    .map(({ path: file }) => `${file} is read-only, and prox must change it`);
}

/** All files that prox may change on a server, those of this plan included: each once. */
function touchable(
  { evaluation, leagues, modulePath }: ServerState,
  changes: readonly FileChange[],
): string[] {
  const all = [
    modulePath,
    ...evaluation.files.map((file) => file.path),
    ...leagues.configs.flatMap(({ file }) => (file === undefined ? [] : [file.path])),
    ...changes.map((change) => change.path),
  ];
  return [...new Set(all)];
}

/** The plan that these changes make, given what the cfg files say after them, and what is in force on every map then. */
export function planOf(
  found: ServerState,
  after: Evaluation,
  overrides: readonly Override[],
  what: Pick<ServerPlan, "action" | "module" | "changes" | "wasListed" | "hasLeagueConfigs">,
): ServerPlan {
  const valueAfter = (name: string): string =>
    overrides.findLast((each) => each.isActive && each.name === name.toLowerCase())?.value ??
    winnerOf(after, name)?.value ??
    "";
  const { folders, listFileName, modulePath, own, revisions, server, warnings } = found;
  const last = revisions.at(-1);
  const isLogged =
    (last?.sha1 ?? null) === (what.module?.sha1 ?? null) &&
    (last?.hasLeagueConfigs ?? false) === what.hasLeagueConfigs;
  return {
    ...what,
    server,
    folders,
    modulePath,
    liveSha1: own?.sha1,
    files: touchable(found, what.changes),
    cvars: {
      lua_modules: valueAfter("lua_modules"),
      lua_allowedModules: valueAfter("lua_allowedModules"),
      g_luaModuleList: listFileName,
    },
    revisions,
    warnings,
    lockingConfigs: found.leagues.lockingConfigs,
    hasWork: what.changes.length > 0 || !isLogged,
  };
}

async function readOwnFile(files: RemoteFiles, file: string): Promise<OwnFile | undefined> {
  const [stat, bytes] = await Promise.all([files.stat(file), files.read(file)]);
  return stat === undefined || bytes === undefined
    ? undefined
    : { bytes, sha1: sha1Of(bytes), mode: stat.mode, group: stat.group };
}
