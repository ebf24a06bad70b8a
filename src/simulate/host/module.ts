/** One Lua module as the engine runs it: globals of its own, a slot, a name, a signature. */
import type { Files } from "./files.ts";
import { hasMatch, infoValue, infoWithout } from "./text.ts";
import { type World, clientCount, elapsedSeconds, readField } from "./world.ts";

/** A module before it is loaded: the same for all VMs of a recording. */
export interface ModuleSource {
  /** File name as in `lua_modules`. */
  name: string;
  text: string;
  /** 40 upper-case hex digits. */
  sha1: string;
}

type Callback = (this: void, ...args: unknown[]) => LuaMultiReturn<unknown[]>;
type Globals = LuaTable<string, unknown>;

/** A module in one VM. */
export interface Module {
  source: ModuleSource;
  /** The name that it gave itself with `et.RegisterModname`; empty before. */
  modName: string;
  globals: Globals;
  /** Names of the globals that it was given. */
  given: LuaTable<string, true>;
}

/** What the modules of one VM share. */
export interface Server {
  world: World;
  /** Cvars that modules set; they survive the VM. By lower-case name. */
  persistentCvars: LuaTable<string, string>;
  files: Files;
  /** Loaded modules in slot order. */
  modules: Module[];
  /** The words of the command at hand. */
  command: string[];
  /** A line for the server's console. */
  print: (this: void, text: string) => void;
  /** Ends the map, as ERR_DROP does. */
  drop: (this: void, message: string) => never;
  noteUnrecorded: (this: void, field: string) => void;
  noteUnsupported: (this: void, name: string) => void;
  /** Calls a callback of one module. */
  call: (this: void, module: Module, callback: string, ...args: unknown[]) => unknown;
}

const MAXIMUM_PRINT_BYTES = 1023;
const MAXIMUM_CVAR_BYTES = 255;
const MAXIMUM_CONFIGSTRINGS = 1024;

function copyOf(original: LuaTable<string, unknown>): LuaTable<string, unknown> {
  const copy = new LuaTable<string, unknown>();
  for (const [key, value] of pairs(original)) copy.set(key, value);
  return copy;
}

/** The globals of a new VM: the host's, as they were when it was loaded. */
const standard = copyOf(_G as unknown as Globals);

/** The `os` of a module: its clock is the recording's. */
function makeOs(world: World): LuaTable<string, unknown> {
  const library = copyOf(os as unknown as LuaTable<string, unknown>);
  const now = (): number => world.baseUnixTime + math.floor(elapsedSeconds(world));
  library.set("time", (when?: LuaDateInfo) => (when === undefined ? now() : os.time(when)));
  library.set("date", (format?: string, when?: number) => os.date(format ?? "%c", when ?? now()));
  library.set("clock", () => elapsedSeconds(world));
  return library;
}

function makeEt(server: Server, self: Module): LuaTable<string, unknown> {
  const { world, files } = server;
  const et = new LuaTable<string, unknown>();
  for (const [name, value] of pairs(world.constants)) et.set(name, value);

  function checkIndex(kind: string, index: number, limit: number): void {
    if (index % 1 !== 0 || index < 0 || index >= limit) server.drop(`${kind}: bad index ${index}`);
  }
  function findSelf(): number | undefined {
    for (const index of $range(1, server.modules.length)) {
      if (server.modules[index - 1] === self) return index - 1;
    }
    return undefined;
  }

  const functions: Record<string, Callback> = {};
  function define(name: string, implementation: (this: void, ...args: never[]) => unknown): void {
    functions[name] = implementation as unknown as Callback;
  }

  define("RegisterModname", (name: string) => {
    if (findSelf() !== undefined) self.modName = name;
  });
  define("FindSelf", findSelf);
  define("FindMod", (slot: number): LuaMultiReturn<[string | undefined, string | undefined]> => {
    const module = server.modules[slot];
    return $multi(module?.modName, module?.source.sha1);
  });
  define("IPCSend", (slot: number, text: string) => {
    const receiver = server.modules[slot];
    if (receiver?.globals.get("et_IPCReceive") === undefined) return 0;
    server.call(receiver, "et_IPCReceive", findSelf() ?? -1, text);
    return 1;
  });
  const print = (text: string): void => {
    server.print(string.sub(text, 1, MAXIMUM_PRINT_BYTES));
  };
  define("G_Print", print);
  define("G_LogPrint", print);
  define("trap_Argc", () => server.command.length);
  define("trap_Argv", (index: number) => server.command[index] ?? "");
  define("ConcatArgs", (from: number) => {
    const rest: string[] = [];
    for (const index of $range(from, server.command.length - 1)) rest.push(server.command[index] ?? "");
    return table.concat(rest, " ");
  });
  define("trap_Cvar_Get", (name: string) =>
    string.sub(world.cvars.get(string.lower(name)) ?? "", 1, MAXIMUM_CVAR_BYTES),
  );
  define("trap_Cvar_Set", (name: string, value: string) => {
    world.cvars.set(string.lower(name), tostring(value));
    server.persistentCvars.set(string.lower(name), tostring(value));
  });
  define("trap_GetConfigstring", (index: number) => {
    checkIndex("SV_GetConfigstring", index, MAXIMUM_CONFIGSTRINGS);
    return world.configstrings.get(index) ?? "";
  });
  define("trap_SetConfigstring", (index: number, value: string) => {
    checkIndex("SV_SetConfigstring", index, MAXIMUM_CONFIGSTRINGS);
    world.configstrings.set(index, value);
  });
  define("trap_GetUserinfo", (slot: number) => {
    checkIndex("SV_GetUserinfo", slot, clientCount(world));
    return world.userinfos.get(slot) ?? "";
  });
  define("Info_ValueForKey", infoValue);
  define("Info_RemoveKey", infoWithout);
  define("Info_SetValueForKey", (info: string, key: string, value: string) =>
    value === "" ? infoWithout(info, key) : `${infoWithout(info, key)}\\${key}\\${value}`,
  );
  define("Q_CleanStr", (text: string) => {
    const [withoutColours] = string.gsub(text, "%^[^%^]", "");
    return string.gsub(withoutColours, "[^ -~]", "")[0];
  });
  define("isBitSet", (mask: number, value: number) => math.floor(value / mask) % 2 === 1);
  define("trap_Milliseconds", () => world.milliseconds);
  define("trap_SendServerCommand", (slot: number, text: string) => {
    server.print(`> to ${slot}: ${text}\n`);
  });
  define("trap_SendConsoleCommand", (_when: number, text: string) => {
    server.print(`> ${text}\n`);
  });
  define("trap_FS_FOpenFile", files.open);
  define("trap_FS_Write", files.write);
  define("trap_FS_Read", files.read);
  define("trap_FS_FCloseFile", files.close);
  define("trap_FS_Rename", files.rename);
  define("gentity_get", (entity: number, field: string, index?: number) => {
    const [value, problem] = readField(world, entity, field, index, server.noteUnrecorded, server.drop);
    // Level 2 puts the module's line before the message, as the engine does.
    if (problem !== undefined) error(problem, 2);
    return value;
  });

  for (const [name] of pairs(world.functions)) {
    const implementation = functions[name];
    // A recording is fixed: what would change the game, or ask for its geometry, has no answer in it.
    if (implementation === undefined)
      et.set(name, () => {
        server.noteUnsupported(name);
      });
    else et.set(name, implementation);
  }
  return et;
}

/** A module with fresh globals, not yet loaded. */
export function makeModule(server: Server, source: ModuleSource): Module {
  const globals: Globals = new LuaTable();
  for (const [key, value] of pairs(standard)) {
    const isLibrary = type(value) === "table" && key !== "_G";
    globals.set(key, isLibrary ? copyOf(value as LuaTable<string, unknown>) : value);
  }
  const module: Module = { source, modName: "", globals, given: new LuaTable() };
  globals.set("_G", globals);
  globals.set("os", makeOs(server.world));
  globals.set("et", makeEt(server, module));
  globals.set("LUA_PATH", "?.lua");
  globals.set("LUA_CPATH", "?.so");
  globals.set("LUA_DIRSEP", "/");
  for (const [key] of pairs(globals)) module.given.set(key, true);
  return module;
}

/** Names of the globals that a module has made besides callbacks. */
export function strangeGlobals(module: Module): string[] {
  const names: string[] = [];
  for (const [name] of pairs(module.globals)) {
    if (!module.given.has(name) && !hasMatch(name, "^et_%u")) names.push(name);
  }
  return names;
}
