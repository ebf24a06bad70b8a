/** Files that change the module lists after the server's cfg files were executed: league configs and map configs. */
import type { Evaluation } from "./cfg-evaluation.ts";
import { winnerOf } from "./cfg-evaluation.ts";
import { parseCfg } from "./cfg-grammar.ts";
import type { GameFiles } from "./game-files.ts";
import { listsModule } from "../server/module-list.ts";

/** An assignment in such a file. */
export interface Override {
  /** `PATH:LINE`. */
  readonly place: string;
  readonly name: string;
  readonly value: string;
  /** Whether it takes effect on every map as the server is set up now. */
  readonly isActive: boolean;
  /** When it takes effect, in words. */
  readonly when: string;
}

const NAMES = new Set(["lua_modules", "g_luamodulelist", "lua_allowedmodules"]);
/** The config that the game loads unless told otherwise. */
const DEFAULT_CONFIG = "defaultpublic";

/** Assignments of a `.config` file (blocks of `set` and `setl` statements) to the module lists, with their lines. */
function configAssignments(text: string): { name: string; value: string; line: number; isLocked: boolean }[] {
  const words = [...text.matchAll(/\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"([^"\n]*)"?|[{}]|[^\s"{}]+/g)]
    .filter((match) => !/^\/[/*]/.test(match[0]))
    .map((match) => ({ text: match[1] ?? match[0], index: match.index }));
  return words.flatMap((word, index) => {
    const [name, value] = [words[index + 1]?.text.toLowerCase() ?? "", words[index + 2]?.text ?? ""];
    const verb = word.text.toLowerCase();
    if ((verb !== "set" && verb !== "setl") || !NAMES.has(name)) return [];
    const line = text.slice(0, word.index).split("\n").length;
    return [{ name, value, line, isLocked: verb === "setl" }];
  });
}

/** All overrides that the server's files hold. */
export async function findOverrides(game: GameFiles, evaluation: Evaluation): Promise<Override[]> {
  const valueOf = (name: string): string | undefined => winnerOf(evaluation, name)?.value;
  const active = (valueOf("g_customConfig") ?? DEFAULT_CONFIG).toLowerCase();
  const mapFolder = valueOf("g_mapConfigs") ?? "";
  const configs = await game.list("configs", ".config");
  const mapConfigs = mapFolder === "" ? [] : await game.list(mapFolder, ".cfg");
  const ofConfigs = configs.map(async (name): Promise<Override[]> => {
    const file = await game.find(`configs/${name}`);
    const isActive = name.toLowerCase() === `${active}.config`;
    return configAssignments(file?.bytes.toString("latin1") ?? "").map(
      ({ name: variable, value, line, isLocked }) => ({
        place: `${file?.path ?? name}:${line}`,
        name: variable,
        value,
        isActive,
        when: `${isActive ? "at each map, as g_customConfig names this file" : "when this config is voted in"}${
          isLocked ? ", and locks it" : ""
        }`,
      }),
    );
  });
  const ofMaps = mapConfigs.map(async (name): Promise<Override[]> => {
    const file = await game.find(`${mapFolder}/${name}`);
    return parseCfg(file?.bytes.toString("latin1") ?? "").commands.flatMap(({ words, line }) => {
      const variable = words[1]?.text.toLowerCase() ?? "";
      if (!/^set[asu]?$/i.test(words[0]?.text ?? "") || !NAMES.has(variable) || words.length < 3) return [];
      const isActive = name === "default.cfg";
      const when = `after ${isActive ? "each map" : `the map ${name.slice(0, -4)}`} has started, as g_mapConfigs says`;
      const value = words
        .slice(2)
        .map((word) => word.text)
        .join(" ");
      return [{ place: `${file?.path ?? name}:${line}`, name: variable, value, isActive, when }];
    });
  });
  return (await Promise.all([...ofConfigs, ...ofMaps])).flat();
}

/** Whether the tracker still loads with an override in force. */
export function isHarmless(override: Override, module: string, sha1: string): boolean {
  if (override.name === "lua_modules") return listsModule(override.value, module);
  if (override.name === "lua_allowedmodules") {
    return override.value === "" || override.value.toLowerCase().includes(sha1);
  }
  return override.value === "";
}
