/**
 * Makes the running game load the tracker, or drop it, and confirms what is loaded. Changing `lua_modules` unloads all
 * modules on the next frame; they come back with `lua_restart`, which must not fall into the same frame.
 */
import { ProxError } from "../errors.ts";
import type { LoadedModule, Rcon } from "../remote/rcon.ts";
import { MAXIMUM_VALUE_LENGTH, isSameModule, listItems } from "../server/module-list.ts";
import { DEFAULT_CONFIG } from "./league-workspace.ts";
import type { ServerPlan } from "./server-plan.ts";

/** Value of the cvar `gamestate` while a round is played. */
const PLAYING = "0";
/** A cvar has room for this many SHA-1s. */
const MAXIMUM_ALLOWED = 6;
/** How often a question is put again that got no answer; it changes nothing, so that asking again is safe. */
const QUESTIONS = 3;

/** What goes on in the game, as far as a reload disturbs it. */
export interface GameState {
  readonly map: string;
  readonly humans: number;
  readonly isPlaying: boolean;
}

/** Asks again when there is no answer; only for questions. */
async function ask<T>(question: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await question();
    } catch (error) {
      const isSilent = error instanceof ProxError && error.code === "E_RCON_SILENT";
      if (!isSilent || attempt === QUESTIONS) throw error;
    }
  }
}

/** Looks at the game before a reload. */
export async function readGameState(rcon: Rcon): Promise<GameState> {
  const { map, humans } = await ask(() => rcon.info());
  const gamestate = await ask(() => rcon.cvar("gamestate"));
  return { map, humans, isPlaying: gamestate === PLAYING };
}

/** What a reload will do to a game in this state, in words; empty where nobody notices. */
export function reloadWarnings({ map, humans, isPlaying }: GameState): string[] {
  if (humans === 0) return [];
  const players = humans === 1 ? "1 player is" : `${humans} players are`;
  return [
    isPlaying
      ? `${players} on ${map}, in the middle of a round: all Lua modules are reloaded and lose their state; ` +
        "this round will be recorded as incomplete, and other modules may lose its statistics"
      : `${players} on ${map}: all Lua modules are reloaded and lose their state`,
  ];
}

/** The list that the running game should have: what it has, with the tracker or without it. */
function runningList(value: string, { module, server }: ServerPlan): string {
  const items = listItems(value);
  const others = items.filter((item) => !isSameModule(item, server.module));
  if (module === undefined) return others.length === items.length ? value : others.join(" ");
  if (others.length < items.length) return value;
  return (server.position === "first" ? [server.module, ...items] : [...items, server.module]).join(" ");
}

/** What changing the running game's list does, in words; empty where it stays as it is. */
export async function listWarnings(rcon: Rcon, plan: ServerPlan): Promise<string[]> {
  if (plan.cvars.g_luaModuleList !== "") return [];
  const value = (await ask(() => rcon.cvar("lua_modules"))) ?? "";
  const wanted = runningList(value, plan);
  if (wanted === value) return [];
  return [
    `lua_modules of the running game is changed from ${JSON.stringify(value)} to ${JSON.stringify(wanted)}: ` +
      "that unloads all its Lua modules at once; the lua_restart a second later loads them again",
  ];
}

/**
 * Why the running game is left as it is; undefined where it can be reloaded. A config that it has loaded and that locks
 * `lua_modules` is unloaded by the engine, in the midst of a match, when that gets another value.
 */
export async function reloadHindrance(rcon: Rcon, plan: ServerPlan): Promise<string | undefined> {
  if (plan.lockingConfigs.length === 0 || plan.cvars.g_luaModuleList !== "") return undefined;
  const value = (await ask(() => rcon.cvar("lua_modules"))) ?? "";
  if (runningList(value, plan) === value) return undefined;
  const loaded = ((await ask(() => rcon.cvar("g_customConfig"))) ?? DEFAULT_CONFIG).toLowerCase();
  if (!plan.lockingConfigs.includes(loaded)) return undefined;
  return (
    `prox does not reload the running game: its config ${loaded} locks lua_modules, and the engine unloads that config ` +
    "when the list changes; the change takes effect with the next map"
  );
}

/** Sends a command that changes something: silence may mean that only the answer was lost. */
async function tell(rcon: Rcon, command: string): Promise<void> {
  try {
    await rcon.command(command);
  } catch (error) {
    const isSilent = error instanceof ProxError && error.code === "E_RCON_SILENT";
    if (!isSilent) throw error;
  }
}

/** Makes a cvar what it should be, and looks whether it is: changing it unloads all modules on the next frame. */
async function setCvar(rcon: Rcon, name: string, wanted: (value: string) => string): Promise<void> {
  const value = wanted((await ask(() => rcon.cvar(name))) ?? "");
  if (value.length > MAXIMUM_VALUE_LENGTH) {
    throw new ProxError("E_RELOAD", `${name} of the running game would be too long: ${value}`, {
      suggestions: ["remove modules that are not needed from the running list"],
    });
  }
  for (let attempt = 1; attempt <= QUESTIONS; attempt += 1) {
    if ((await ask(() => rcon.cvar(name))) === value) return;
    await tell(rcon, `set ${name} "${value}"`);
  }
  if ((await ask(() => rcon.cvar(name))) === value) return;
  throw new ProxError("E_RELOAD", `the game refuses ${name} ${JSON.stringify(value)}`, {
    suggestions: ["look at the server's console; a league config may lock this cvar"],
  });
}

/** Reloads the game's modules. Throws E_RELOAD when the module that is loaded then is not the one of the plan. */
export async function reloadModules(
  rcon: Rcon,
  plan: ServerPlan,
  report: (step: string) => void = () => undefined,
): Promise<readonly LoadedModule[]> {
  const { cvars, module, server } = plan;
  const isOwn = ({ file }: LoadedModule): boolean => isSameModule(file, server.module);
  const isRight = (modules: readonly LoadedModule[]): boolean => {
    const own = modules.find(isOwn);
    return module === undefined ? own === undefined : own?.sha1 === module.sha1;
  };
  const now = await ask(() => rcon.modules());
  if (isRight(now)) {
    report("the game has loaded it already");
    return now;
  }
  report("set the lists of the running game");
  if (module !== undefined) {
    await setCvar(rcon, "lua_allowedModules", (value) =>
      value === "" || value.toLowerCase().includes(module.sha1)
        ? value
        : [module.sha1.toUpperCase(), ...listItems(value)].slice(0, MAXIMUM_ALLOWED).join(" "),
    );
  }
  if (cvars.g_luaModuleList === "") await setCvar(rcon, "lua_modules", (value) => runningList(value, plan));
  report("reload the modules");
  await tell(rcon, "lua_restart");
  const loaded = await ask(() => rcon.modules());
  if (isRight(loaded)) return loaded;
  const own = loaded.find(isOwn);
  const found = own === undefined ? "not loaded" : `loaded with SHA-1 ${own.sha1}`;
  const wanted = module === undefined ? "gone" : `loaded with SHA-1 ${module.sha1}`;
  throw new ProxError(
    "E_RELOAD",
    `the reload failed: ${server.module} should be ${wanted}, but is ${found}`,
    {
      suggestions: [
        "look for lines with `Lua` in the server's console (etconsole.log): they say why a module was not loaded",
        "check that homepath and game are those of the running process",
      ],
      details: { loaded },
    },
  );
}
