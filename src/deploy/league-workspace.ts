/** The league configs of a server, with edits over what lies there. */
import { isSameModule, listItems, listsModule } from "../server/module-list.ts";
import type { RemoteFiles } from "../remote/remote-files.ts";
import { evaluateCfgs } from "./cfg-evaluation.ts";
import type { GameFile, GameFiles } from "./game-files.ts";
import { type LeagueWinner, runLeagueConfig, winnersOf } from "./league-config.ts";
import { editLeagueConfig } from "./league-edits.ts";
import { EditRefusal, type ListEnd, withItem, withoutItem } from "./list-edits.ts";
import { LIST_NAMES, type Override } from "./overrides.ts";
import { readPk3File, searchPk3s } from "./pk3-files.ts";

/** A league config that the game can load, or that players can vote for. */
export interface LeagueConfig {
  /** Its name in the game: that of the file without `.config`. */
  readonly name: string;
  /** Where it lies, as a person finds it: a path, for one in a pk3 with the name of the pk3. */
  readonly place: string;
  readonly text: string;
  /** The loose file; undefined for one in a pk3, which prox does not change. */
  readonly file: GameFile | undefined;
  /** Whether `g_customConfig` names it. */
  readonly isActive: boolean;
}

/** The config that the game loads unless told otherwise. */
export const DEFAULT_CONFIG = "defaultpublic";
const SUFFIX = ".config";
const IN_PK3 = /^configs\/.+\.config$/;

/** The league configs of a server, and what prox could not find out about them. */
export interface LeagueConfigs {
  readonly configs: readonly LeagueConfig[];
  readonly doubts: readonly string[];
}

/** All loose league configs, and that which `g_customConfig` names (undefined where nothing sets it) by its full path. */
export async function findLeagueConfigs(
  game: GameFiles,
  customConfig: string | undefined,
): Promise<LeagueConfig[]> {
  const active = (customConfig ?? DEFAULT_CONFIG).toLowerCase();
  const listed = await game.list("configs", SUFFIX);
  const isListed = listed.some((file) => file.toLowerCase() === active + SUFFIX);
  // One below a further folder is in no list, and is loaded all the same.
  const isElsewhere = !isListed && customConfig !== undefined && customConfig !== "";
  const names = isElsewhere ? [...listed, customConfig + SUFFIX] : listed;
  const found = names.map(async (fileName): Promise<LeagueConfig[]> => {
    const file = await game.find(`configs/${fileName}`);
    if (file === undefined) return [];
    const name = fileName.slice(0, -SUFFIX.length);
    const isActive = name.toLowerCase() === active;
    return [{ name, place: file.path, text: file.bytes.toString("latin1"), file, isActive }];
  });
  return (await Promise.all(found)).flat();
}

/** The league configs in pk3 files; the game prefers the loose ones of the same names, from any of its folders. */
export async function findPk3Configs(
  files: RemoteFiles,
  folders: readonly string[],
  customConfig: string | undefined,
  loose: readonly LeagueConfig[],
): Promise<LeagueConfigs> {
  const active = (customConfig ?? DEFAULT_CONFIG).toLowerCase();
  const search = await searchPk3s(files, folders, IN_PK3);
  const doubts = search.doubts.map((doubt) => `${doubt}: prox does not know the league configs in it`);
  const known = new Set(loose.map(({ name }) => name.toLowerCase()));
  const configs: LeagueConfig[] = [];
  for (const each of search.files) {
    const name = each.name.slice("configs/".length, -SUFFIX.length);
    if (known.has(name)) continue;
    known.add(name);
    const place = `${each.pk3}: ${each.name}`;
    const bytes = await readPk3File(files, each);
    if (bytes === undefined) doubts.push(`${place} cannot be read: prox does not know what it sets`);
    else
      configs.push({
        name,
        place,
        text: bytes.toString("latin1"),
        file: undefined,
        isActive: name === active,
      });
  }
  return { configs, doubts };
}

/** When a config's assignment counts, in words. */
function describeWhen({ isActive }: LeagueConfig, { assignment, isGeneral, maps }: LeagueWinner): string {
  const onMaps = `on the ${maps.length === 1 ? "map" : "maps"} ${maps.join(", ")}`;
  const when = isActive
    ? `${isGeneral ? "at each map" : onMaps}, as g_customConfig names this file`
    : `${isGeneral ? "" : `${onMaps} `}when this config is voted in`;
  return `${when}${assignment.isLocked ? ", and locks it" : ""}`;
}

/** The league configs of a server, and what they would be. */
export class LeagueWorkspace {
  readonly configs: readonly LeagueConfig[];
  readonly #game: GameFiles;
  readonly #hasListFile: boolean;
  readonly #edits = new Map<string, string>();
  readonly #refusals = new Map<string, string>();

  /** `hasListFile` says whether `g_luaModuleList` names a file as the server is started: then `lua_modules` does not count. */
  constructor(game: GameFiles, configs: readonly LeagueConfig[], hasListFile: boolean) {
    this.#game = game;
    this.configs = configs;
    this.#hasListFile = hasListFile;
  }

  /** Whether the engine reads `lua_modules` while a config is loaded. */
  #countsList(text: string): boolean {
    return !this.#hasListFile || winnersOf(text, "g_luamodulelist").length > 0;
  }

  /** The edited files by path: their new text. */
  get edits(): ReadonlyMap<string, string> {
    return this.#edits;
  }

  /** Why files could not be edited, by path. */
  get refusals(): ReadonlyMap<string, string> {
    return this.#refusals;
  }

  /** Names of the configs that lock `lua_modules` as they are now, in lower case. */
  get lockingConfigs(): string[] {
    return this.configs
      .filter(({ text }) => winnersOf(text, "lua_modules").some(({ assignment }) => assignment.isLocked))
      .map(({ name }) => name.toLowerCase());
  }

  #textOf(config: LeagueConfig): string {
    return this.#edits.get(config.place) ?? config.text;
  }

  #edit(
    name: string,
    change: (value: string) => string,
    isMeant: (text: string) => boolean = () => true,
  ): void {
    for (const config of this.configs) {
      const text = this.#textOf(config);
      if (config.file === undefined || !isMeant(text)) continue;
      try {
        const edited = editLeagueConfig(text, name, change);
        if (edited !== text) this.#edits.set(config.place, edited);
      } catch (error) {
        if (!(error instanceof EditRefusal)) throw error;
        this.#refusals.set(config.place, `${config.place}:${error.message}`);
      }
    }
  }

  /** Allows a module by its SHA-1 wherever modules are restricted, and forgets others there. */
  allow(sha1: string, outdated: readonly string[]): void {
    const isOutdated = (item: string): boolean =>
      item.toLowerCase() !== sha1 && outdated.includes(item.toLowerCase());
    this.#edit("lua_allowedmodules", (value) => {
      if (value === "") return value;
      let kept = value;
      while (listItems(kept).some(isOutdated)) kept = withoutItem(kept, isOutdated);
      return kept.toLowerCase().includes(sha1) ? kept : withItem(kept, sha1.toUpperCase(), "first");
    });
  }

  /** Lists a module in every config that sets the list. */
  list(module: string, listEnd: ListEnd): void {
    const add = (value: string): string =>
      listsModule(value, module) ? value : withItem(value, module, listEnd);
    this.#edit("lua_modules", add, (text) => this.#countsList(text));
  }

  /** Takes a module out of every list, and its SHA-1s, unless that would leave none, which allows all modules. */
  unlist(module: string, sha1s: readonly string[]): void {
    const isModule = (item: string): boolean => isSameModule(item, module);
    const isGone = (item: string): boolean => sha1s.includes(item.toLowerCase());
    this.#edit("lua_modules", (value) => {
      let kept = value;
      while (listsModule(kept, module)) kept = withoutItem(kept, isModule);
      return kept;
    });
    this.#edit("lua_allowedmodules", (value) => {
      if (listItems(value).every(isGone)) return value;
      let kept = value;
      while (listItems(kept).some(isGone)) kept = withoutItem(kept, isGone);
      return kept;
    });
  }

  /** What is odd about the configs: the engine stops in the active one, or prox does not follow what stands in one. */
  get doubts(): string[] {
    return this.configs.flatMap(({ isActive, place, text }) => {
      const { directiveLine, stoppedLine } = runLeagueConfig(text, undefined);
      if (directiveLine !== undefined) {
        return [
          `${place}:${directiveLine} has a directive: prox does not know what the engine reads behind it`,
        ];
      }
      return isActive && stoppedLine !== undefined
        ? [
            `${place}:${stoppedLine} has a word that the engine does not expect: it reads no further, and says that the config failed`,
          ]
        : [];
    });
  }

  /** What the configs set, with the edits: of each list, the assignments that count in the end. */
  async overrides(): Promise<Override[]> {
    const all = this.configs.map(async (config): Promise<Override[]> => {
      const text = this.#textOf(config);
      const names = this.#countsList(text) ? LIST_NAMES : LIST_NAMES.filter((name) => name !== "lua_modules");
      const ofBlocks = names.flatMap((name) =>
        winnersOf(text, name).map((winner): Override => {
          const { assignment, isGeneral } = winner;
          return {
            place: `${config.place}:${assignment.line}`,
            name,
            value: assignment.value,
            isActive: config.isActive && isGeneral,
            isLocked: assignment.isLocked,
            when: describeWhen(config, winner),
            league: { path: config.place, isLoose: config.file !== undefined },
          };
        }),
      );
      return [...ofBlocks, ...(await this.#commandOverrides(config, text))];
    });
    return (await Promise.all(all)).flat();
  }

  /** What the console commands of a config set; the engine runs them when it has read it. */
  async #commandOverrides(config: LeagueConfig, text: string): Promise<Override[]> {
    const general = runLeagueConfig(text, undefined);
    const ofMaps = general.maps.flatMap((map) => runLeagueConfig(text, map).commands);
    const generalLines = new Set(general.commands.map(({ line }) => line));
    const commands = [...general.commands, ...ofMaps.filter(({ line }) => !generalLines.has(line))];
    const own = { path: config.place, text: commands.map((command) => command.text).join("\n") };
    const { assignments } = await evaluateCfgs([""], async (name) => {
      const file = name === "" ? undefined : await this.#game.find(name);
      return name === "" ? own : file && { path: file.path, text: file.bytes.toString("latin1") };
    });
    return assignments.flatMap(({ file, line, name, value }): Override[] => {
      if (!LIST_NAMES.includes(name)) return [];
      const ownLine = file === own ? commands[line - 1]?.line : undefined;
      const isGeneral = ownLine === undefined || generalLines.has(ownLine);
      return [
        {
          place: `${file.path}:${ownLine ?? line}`,
          name,
          value,
          isActive: config.isActive && isGeneral,
          isLocked: false,
          when: `by a command of ${config.name}${SUFFIX}, ${config.isActive ? "at each map" : "when it is voted in"}`,
        },
      ];
    });
  }
}
