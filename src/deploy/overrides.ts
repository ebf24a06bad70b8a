/** What changes the module lists after the server's cfg files were executed: league configs and map configs. */
import type { Evaluation } from "./cfg-evaluation.ts";
import { winnerOf } from "./cfg-evaluation.ts";
import { parseCfg } from "./cfg-grammar.ts";
import type { GameFiles } from "./game-files.ts";
import { listsModule } from "../server/module-list.ts";

/** The variables that say which modules the engine loads, in lower case. */
export const LIST_NAMES: readonly string[] = ["lua_modules", "g_luamodulelist", "lua_allowedmodules"];

/** An assignment in such a file. */
export interface Override {
  /** `PATH:LINE`. */
  readonly place: string;
  readonly name: string;
  readonly value: string;
  /** Whether it takes effect on every map as the server is set up now. */
  readonly isActive: boolean;
  /** Whether the engine unloads the config when the variable gets another value (`setl`). */
  readonly isLocked: boolean;
  /** When it takes effect, in words. */
  readonly when: string;
  /** The league config whose block holds it, undefined elsewhere; a loose one can be edited. */
  readonly league?: { readonly path: string; readonly isLoose: boolean };
}

/** All overrides in the map configs that `g_mapConfigs` names. */
export async function findMapOverrides(game: GameFiles, evaluation: Evaluation): Promise<Override[]> {
  const mapFolder = winnerOf(evaluation, "g_mapConfigs")?.value ?? "";
  const mapConfigs = mapFolder === "" ? [] : await game.list(mapFolder, ".cfg");
  const ofMaps = mapConfigs.map(async (name): Promise<Override[]> => {
    const file = await game.find(`${mapFolder}/${name}`);
    return parseCfg(file?.bytes.toString("latin1") ?? "").commands.flatMap(({ words, line }) => {
      const variable = words[1]?.text.toLowerCase() ?? "";
      if (!/^set[asu]?$/i.test(words[0]?.text ?? "") || !LIST_NAMES.includes(variable) || words.length < 3)
        return [];
      const isActive = name === "default.cfg";
      const when = `after ${isActive ? "each map" : `the map ${name.slice(0, -4)}`} has started, as g_mapConfigs says`;
      const value = words
        .slice(2)
        .map((word) => word.text)
        .join(" ");
      return [
        { place: `${file?.path ?? name}:${line}`, name: variable, value, isActive, isLocked: false, when },
      ];
    });
  });
  return (await Promise.all(ofMaps)).flat();
}

/** Whether the tracker still loads with an override in force. */
export function isHarmless(override: Override, module: string, sha1: string): boolean {
  if (override.name === "lua_modules") return listsModule(override.value, module);
  if (override.name === "lua_allowedmodules") {
    return override.value === "" || override.value.toLowerCase().includes(sha1);
  }
  return override.value === "";
}
