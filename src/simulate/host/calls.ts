/** Loads modules and calls their callbacks as the engine's Lua does: `etlegacy/etlegacy` `src/game/g_lua.c`. */
import { type Counts, increment } from "./counts.ts";
import { type Module, type ModuleSource, type Server, makeModule } from "./module.ts";
import type { ModuleFunction, Platform, Playback } from "./server.ts";

/** What a module's answer must be for the engine to ask no further module. */
const CHAIN_STOPS: Readonly<Record<string, "one" | "minus one" | "text">> = {
  et_ClientConnect: "text",
  et_Obituary: "text",
  et_ClientCommand: "one",
  et_ConsoleCommand: "one",
  et_UpgradeSkill: "minus one",
  et_SetPlayerSkill: "minus one",
  et_Revive: "one",
  et_Damage: "one",
  et_WeaponFire: "one",
  et_FixedMGFire: "one",
  et_MountedMGFire: "one",
  et_AAGunFire: "one",
};

/** How the engine's Lua begins its lines on the console, with the colour. */
const CONSOLE_PREFIX = "Lua 5.4 API: ^$";

// Lua 5.4 has it in `table`, LuaJIT among the globals.
const unpack = (table.unpack as typeof table.unpack | undefined) ?? (_G as unknown as typeof table).unpack;

function stops(callback: string, answer: unknown): boolean {
  if (answer === undefined) return false;
  const rule = CHAIN_STOPS[callback];
  if (rule === undefined) return false;
  if (rule === "text") return type(answer) === "string" || type(answer) === "number";
  return answer === (rule === "one" ? 1 : -1);
}

/** The calls of one VM after the other. */
export interface Calls {
  /** How often each callback was called in this VM. */
  counts: Counts;
  /** Loads a module into the VM; what it does wrong is reported. */
  load: (this: void, source: ModuleSource) => void;
  /** Calls a callback of all modules, until one of them ends the chain. */
  dispatch: (this: void, callback: string, args: unknown[], count: number) => void;
}

/** The means to call the modules of a server, which it gets as `server.call` too. */
export function makeCalls(server: Server, platform: Platform, playback: Playback): Calls {
  const { report } = platform;
  const around: NonNullable<Platform["around"]> =
    platform.around ??
    ((_callback, target, ...args) => pcall(target, ...args) as LuaMultiReturn<[boolean, unknown]>);

  function call(module: Module, callback: string, args: unknown[], count: number): unknown {
    const target = module.globals.get(callback);
    if (type(target) !== "function") return undefined;
    const [isOk, answer] = around(callback, target as ModuleFunction, ...unpack(args, 1, count));
    if (isOk) return answer;
    if (playback.dropped === undefined) {
      server.print(`${CONSOLE_PREFIX}${callback} error running lua script: '${tostring(answer)}'\n`);
      report("error", callback, tostring(answer));
    }
    return undefined;
  }

  function loadModule(source: ModuleSource): void {
    const module = makeModule(server, source);
    const { globals } = module;
    globals.set("load", (chunk: string, name?: string, mode?: "b" | "t" | "bt", environment?: object) =>
      load(chunk, name, mode, environment ?? globals),
    );
    const [chunk, message] = load(source.text, source.name, "t", globals);
    if (chunk === undefined) {
      server.print(`${CONSOLE_PREFIX}syntax error during pre-compilation: ${message}\n`);
      report("error", "load", tostring(message));
      return;
    }
    const [isOk, failure] = around("load", chunk);
    if (playback.dropped !== undefined) return;
    if (!isOk) {
      server.print(`${CONSOLE_PREFIX}G_LuaStartVM error running lua script: ${tostring(failure)}\n`);
      server.print(`${CONSOLE_PREFIX}Lua VM start failed ( ${source.name} )\n`);
      report("error", "load", tostring(failure));
      return;
    }
    server.modules.push(module);
    server.print(`${CONSOLE_PREFIX}file '${source.name}' loaded into Lua VM\n`);
  }

  function dispatch(callback: string, args: unknown[], count: number): void {
    increment(calls.counts, callback);
    for (const module of server.modules) {
      const answer = call(module, callback, args, count);
      if (playback.dropped !== undefined || stops(callback, answer)) return;
    }
  }

  const calls: Calls = { counts: new LuaTable(), load: loadModule, dispatch };
  server.call = (module, callback, ...args) => call(module, callback, args, args.length);
  return calls;
}
