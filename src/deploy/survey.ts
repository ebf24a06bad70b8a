/** A look at a server before it is changed: its cfg files and lists, and what would have to be written. */
import path from "node:path/posix";

import type { ServerSettings } from "../config/settings.ts";
import { ProxError } from "../errors.ts";
import type { RemoteFiles } from "../remote/remote-files.ts";
import type { Evaluation } from "./cfg-evaluation.ts";
import { CfgWorkspace } from "./cfg-workspace.ts";
import { GameFiles } from "./game-files.ts";
import { type ServerFolders } from "../server/folders.ts";
import { type Override, findOverrides } from "./overrides.ts";
import { type FileChange, sha1Of } from "./server-plan.ts";

/** Everything that stands in the way, at once. */
export function refuse(serverName: string, reasons: readonly string[]): ProxError {
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
export interface Survey {
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

/** Reads the cfg files and lists of a server. Throws E_DEPLOY_FOLDER and E_DEPLOY_CFG. */
export async function survey(
  files: RemoteFiles,
  folders: ServerFolders,
  server: ServerSettings,
): Promise<Survey> {
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

/** All names by which the evaluation met files: what `find` was asked for. */
function executedNames(server: ServerSettings, evaluation: Evaluation, folders: ServerFolders): string[] {
  const ofFiles = evaluation.files.map(({ path: file }) => {
    const folder = folders.search.find((each) => file.startsWith(`${each}/`));
    return folder === undefined ? path.basename(file) : path.relative(folder, file);
  });
  return [...new Set([server.cfg, ...ofFiles])];
}

/** What is to become of the cfg files: edits, and files that lie aside since an exchange was cut off. */
export async function cfgChanges(
  { game, cfgs, evaluation }: Survey,
  server: ServerSettings,
  folders: ServerFolders,
): Promise<FileChange[]> {
  const names = executedNames(server, evaluation, folders);
  const found = await Promise.all(names.map((name) => game.find(name)));
  const edited = [...cfgs.edits].flatMap(([file, text]) => {
    const known = found.find((each) => each?.path === file);
    if (known === undefined) return [];
    const after = Buffer.from(text, "latin1");
    if (!known.isAside && known.bytes.equals(after)) return [];
    return [{ path: file, kind: "cfg" as const, before: known.bytes, after, mode: known.mode }];
  });
  const restored = found.flatMap((file) =>
    file?.isAside === true && !cfgs.edits.has(file.path)
      ? [{ path: file.path, kind: "cfg" as const, before: file.bytes, after: file.bytes, mode: file.mode }]
      : [],
  );
  return [...edited, ...restored];
}

/** Why these changes cannot be made: files that are somebody's wish to keep as they are. */
export function readOnlyReasons(changes: readonly FileChange[]): string[] {
  return changes
    .filter(({ mode }) => (mode & 0o200) === 0)
    .map(({ path: file }) => `${file} is read-only, and must be changed`);
}

/** All files that prox may change on a server, those of this plan included: each once. */
export function touchable(
  evaluation: Evaluation,
  modulePath: string,
  changes: readonly FileChange[],
): string[] {
  const all = [
    modulePath,
    ...evaluation.files.map((file) => file.path),
    ...changes.map((change) => change.path),
  ];
  return [...new Set(all)];
}

/** A file that prox itself owns, by its path. */
export async function readFileChange(
  files: RemoteFiles,
  file: string,
): Promise<{ bytes: Buffer; sha1: string; mode: number } | undefined> {
  const [stat, bytes] = await Promise.all([files.stat(file), files.read(file)]);
  return stat === undefined || bytes === undefined
    ? undefined
    : { bytes, sha1: sha1Of(bytes), mode: stat.mode };
}
