/** Plays a recorded match through Lua modules in an embedded Lua VM, with the engine's semantics. */
import { createHash } from "node:crypto";

import { HOST_PROJECT } from "../build/host-project.ts";
import { luaBundle } from "../build/lua-bundle.ts";
import { messageOf, ProxError } from "../errors.ts";
import type { ReportKind } from "./host/report.ts";
import { createLuaVm } from "../build/lua-vm.ts";
import { type WrittenFile, createOutputFolder } from "./output-folder.ts";

/** A module as it would stand in `lua_modules`. */
export interface LuaModule {
  name: string;
  lua: string;
}

/** One life of the engine's Lua VM: a round with its intermission, or a warm-up. */
interface SimulatedVm {
  /** Version of Lua on the server that was recorded. */
  lua: string;
  /** When it began, seconds since 1970. */
  unixTime: number;
  /** How often the engine called, by callback, whether the module defines it or not. */
  callbacks: Record<string, number>;
}

interface ModuleError {
  /** The callback, or `load` for the chunk. */
  callback: string;
  message: string;
  count: number;
}

/** What modules did in a match, and what they did wrong. */
export interface Simulation {
  /** All that the modules wrote and did not rename away, sorted by name. */
  files: WrittenFile[];
  /** In the order in which they ran. */
  vms: SimulatedVm[];
  /** Equal ones are counted together. */
  moduleErrors: ModuleError[];
  /** What stood on the server's console. */
  console: string[];
  /** Globals besides callbacks that the modules left, as `module: name`. */
  strangeGlobals: string[];
  /** Files that a module left open for ever. */
  leakedFiles: string[];
  /** Whether the server died while the last VM ran. */
  isCrash: boolean;
  /** Why the engine would have ended the map on account of a module, or undefined. */
  drop: string | undefined;
  /** Fields that were read and are not in the recording: the engine's initial value was given. */
  unrecordedFields: Record<string, number>;
  /** Functions that were called and have no answer in a recording. */
  unsupportedFunctions: Record<string, number>;
}

/** What is played, through which modules, and where they write. */
export interface SimulateOptions {
  /** In the order in which the engine loads them. */
  modules: readonly LuaModule[];
  /** Cvars that are set before the first VM, as server.cfg would. */
  cvars?: Readonly<Record<string, string>>;
  /** The recording in pieces of whole lines. */
  recording: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Stands for `fs_homepath/fs_game`. */
  outputFolder: string;
  /** Aborting ends the simulation after the piece at hand, with the signal's reason. */
  signal?: AbortSignal;
  /** Called after each piece of the recording. */
  onPiece?: () => void;
}

/** Joins the host, the module texts and the functions of JavaScript; leaves the global `prox_play` behind. */
const GLUE = `
local createHost = prox_create_host
local modules, cvars = {}, {}
for i = 1, prox_module_count do
  modules[i] = { name = prox_module_name(i), text = prox_module_text(i), sha1 = prox_module_sha1(i) }
end
for i = 1, prox_cvar_count do cvars[prox_cvar_name(i)] = prox_cvar_value(i) end
local read = prox_read
local host = createHost(modules, cvars, {
  disk = {
    open = prox_open, write = prox_write, close = prox_close, rename = prox_rename,
    size = prox_size,
    read = function(path) return read(0, path) end,
  },
  report = prox_report,
})
prox_play, prox_finish = host.play, host.finish
`;

function emptySimulation(): Simulation {
  return {
    files: [],
    vms: [],
    moduleErrors: [],
    console: [],
    strangeGlobals: [],
    leakedFiles: [],
    isCrash: false,
    drop: undefined,
    unrecordedFields: {},
    unsupportedFunctions: {},
  };
}

/** Enters one report of the host. */
function enter(result: Simulation, kind: ReportKind, first: string, second: string | number): void {
  switch (kind) {
    case "vm":
      result.vms.push({ lua: first, unixTime: Number(second), callbacks: {} });
      result.isCrash = false;
      break;
    case "console":
      result.console.push(first);
      break;
    case "error": {
      const message = String(second);
      const known = result.moduleErrors.find(
        (error) => error.callback === first && error.message === message,
      );
      if (known) known.count += 1;
      else result.moduleErrors.push({ callback: first, message, count: 1 });
      break;
    }
    case "global":
      result.strangeGlobals.push(`${first}: ${second}`);
      break;
    case "calls": {
      const vm = result.vms.at(-1);
      if (vm) vm.callbacks[first] = Number(second);
      break;
    }
    case "leak":
      result.leakedFiles.push(first);
      break;
    case "crash":
      result.isCrash = true;
      break;
    case "drop":
      result.drop = first;
      break;
    case "unrecorded":
      result.unrecordedFields[first] = Number(second);
      break;
    case "unsupported":
      result.unsupportedFunctions[first] = Number(second);
      break;
  }
}

/**
 * Plays a recording. Modules write below the output folder, under the names that they choose. Throws E_RECORDING when
 * the recording is malformed, E_WRITE when the output folder is closed; errors of the modules are part of the result.
 */
export async function simulate(options: SimulateOptions): Promise<Simulation> {
  const { modules, cvars = {}, recording, signal, onPiece } = options;
  const result = emptySimulation();
  const folder = createOutputFolder(options.outputFolder);
  const decoder = new TextDecoder();
  const host = await luaBundle(HOST_PROJECT);
  const vm = await createLuaVm();
  try {
    // First of all, as a module's globals are the ones that stand here when the host is loaded.
    vm.run(`prox_create_host = (function(...) ${host} end)().createHost`);
    const list = Object.entries(cvars);
    vm.set("prox_module_count", modules.length);
    vm.set("prox_module_name", (index: number) => modules[index - 1]?.name);
    vm.set("prox_module_text", (index: number) => modules[index - 1]?.lua);
    vm.set("prox_module_sha1", (index: number) =>
      createHash("sha1")
        .update(modules[index - 1]?.lua ?? "")
        .digest("hex")
        .toUpperCase(),
    );
    vm.set("prox_cvar_count", list.length);
    vm.set("prox_cvar_name", (index: number) => list[index - 1]?.[0]);
    vm.set("prox_cvar_value", (index: number) => list[index - 1]?.[1]);
    vm.set("prox_open", (name: string, appends: boolean) => folder.open(name, appends));
    vm.setBytesFunction("prox_write", (handle, bytes) => folder.write(handle, bytes));
    vm.set("prox_close", (handle: number) => {
      folder.close(handle);
    });
    vm.set("prox_rename", (from: string, to: string) => {
      folder.rename(from, to);
    });
    vm.set("prox_size", (name: string) => folder.size(name));
    vm.setBytesFunction("prox_read", (_unused, name) => folder.read(decoder.decode(name)));
    vm.set("prox_report", (kind: ReportKind, first: string, second: string | number) => {
      enter(result, kind, first, second);
    });
    vm.run(GLUE);
    for await (const lines of recording) {
      signal?.throwIfAborted();
      vm.callWithBytes("prox_play", lines);
      onPiece?.();
    }
    vm.run("prox_finish()");
  } catch (cause) {
    const message = messageOf(cause);
    if (/^line \d+: /.test(message)) {
      throw new ProxError("E_RECORDING", `the recording is malformed: ${message}`, {
        suggestions: ["correct that line, or record the match again"],
        cause,
      });
    }
    throw cause;
  } finally {
    vm.close();
    folder.closeAll();
  }
  result.files = folder.written();
  return result;
}
