/**
 * The engine of a recorded match: it loads the modules, plays the recording's records, and calls the modules'
 * callbacks as ET:Legacy does. It is compiled to Lua, so that the same host runs in every Lua.
 */
import { type Disk, makeFiles } from "./files.ts";
import { type Module, type ModuleSource, type Server, makeModule, strangeGlobals } from "./module.ts";
import type { ReportKind } from "./report.ts";
import { allMatches, splitFields, unescape } from "./text.ts";
import { makeWorld, setField, setTime } from "./world.ts";

type ModuleFunction = (this: void, ...args: unknown[]) => unknown;

interface Platform {
  disk: Disk;
  report: (this: void, kind: ReportKind, first: string, second: string | number) => void;
  /** Calls a module's callback in place of `pcall`; measurements put themselves in between. */
  around?: (
    this: void,
    callback: string,
    target: ModuleFunction,
    ...args: unknown[]
  ) => LuaMultiReturn<[boolean, unknown]>;
  /** Vectors are parsed when the recording states them, not when a module reads them: the time is the host's. */
  parsesAtOnce?: boolean;
}

interface Host {
  /** Plays whole lines of a recording. */
  play: (this: void, lines: string) => void;
  /** The recording is over. */
  finish: (this: void) => void;
}

/** Position of the first text among the arguments of a callback; all others are numbers. */
const TEXT_ARGUMENT: Readonly<Record<string, number>> = {
  et_Print: 1,
  et_DPrint: 1,
  et_Error: 1,
  et_ConsoleCommand: 1,
  et_ClientCommand: 2,
  et_IPCReceive: 2,
  et_Chat: 3,
};

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

const BYTE_HASH = 35;
const BYTE_C = 67;
const BYTE_S = 83;

// Lua 5.4 has it in `table`, LuaJIT among the globals.
const unpack = (table.unpack as typeof table.unpack | undefined) ?? (_G as unknown as typeof table).unpack;

function increment(counts: LuaTable<string, number | undefined>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function sortedKeys(counts: LuaTable<string, number | undefined>): string[] {
  const keys: string[] = [];
  for (const [key] of pairs(counts)) keys.push(key);
  table.sort(keys);
  return keys;
}

/**
 * A host for one recording. Each VM loads `sources` in this order; `cvars` are set before the first, and where the
 * recording states one of them its value wins. `play` raises `line N: …` where the recording is malformed; what modules
 * do wrong is reported.
 */
export function createHost(
  sources: ModuleSource[],
  cvars: LuaTable<string, string>,
  platform: Platform,
): Host {
  const { report } = platform;
  const parsesAtOnce = platform.parsesAtOnce === true;
  const around: NonNullable<Platform["around"]> =
    platform.around ??
    ((_callback, target, ...args) => pcall(target, ...args) as LuaMultiReturn<[boolean, unknown]>);

  let line = 0;
  let hasVm = false;
  let hasModules = false;
  /** Calls that came before the modules were loaded. */
  let early: string[][] = [];
  let hasQuit = false;
  let dropped: string | undefined;
  let calls = new LuaTable<string, number | undefined>();
  const unrecorded = new LuaTable<string, number | undefined>();
  const unsupported = new LuaTable<string, number | undefined>();

  const drop = (message: string): never => {
    if (dropped === undefined) {
      dropped = message;
      report("drop", message, line);
    }
    return error(message, 0);
  };

  const server: Server = {
    world: makeWorld(0),
    persistentCvars: new LuaTable(),
    files: makeFiles(platform.disk, drop),
    modules: [],
    command: [],
    print: (text) => {
      report("console", text, "");
    },
    drop,
    noteUnrecorded: (field) => {
      increment(unrecorded, field);
    },
    noteUnsupported: (name) => {
      increment(unsupported, name);
    },
    call: (module, callback, ...args) => call(module, callback, args, args.length),
  };
  for (const [name, value] of pairs(cvars)) server.persistentCvars.set(string.lower(name), value);

  function call(module: Module, callback: string, args: unknown[], count: number): unknown {
    const target = module.globals.get(callback);
    if (type(target) !== "function") return undefined;
    const [isOk, answer] = around(callback, target as ModuleFunction, ...unpack(args, 1, count));
    if (isOk) return answer;
    if (dropped === undefined) {
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
    if (dropped !== undefined) return;
    if (!isOk) {
      server.print(`${CONSOLE_PREFIX}G_LuaStartVM error running lua script: ${tostring(failure)}\n`);
      server.print(`${CONSOLE_PREFIX}Lua VM start failed ( ${source.name} )\n`);
      report("error", "load", tostring(failure));
      return;
    }
    server.modules.push(module);
    server.print(`${CONSOLE_PREFIX}file '${source.name}' loaded into Lua VM\n`);
  }

  function stops(callback: string, answer: unknown): boolean {
    if (answer === undefined) return false;
    const rule = CHAIN_STOPS[callback];
    if (rule === undefined) return false;
    if (rule === "text") return type(answer) === "string" || type(answer) === "number";
    return answer === (rule === "one" ? 1 : -1);
  }

  function dispatch(callback: string, args: unknown[], count: number): void {
    increment(calls, callback);
    for (const module of server.modules) {
      const answer = call(module, callback, args, count);
      if (dropped !== undefined || stops(callback, answer)) return;
    }
  }

  function endVm(): void {
    if (!hasVm) return;
    for (const callback of sortedKeys(calls)) report("calls", callback, calls.get(callback) ?? 0);
    for (const module of server.modules) {
      for (const name of strangeGlobals(module)) report("global", module.source.name, name);
    }
    if (hasQuit) {
      for (const name of server.files.openNames()) report("leak", name, "");
    } else if (dropped === undefined) {
      server.files.kill();
      report("crash", "", line);
    }
    hasVm = false;
  }

  function startVm(fields: string[]): void {
    endVm();
    hasVm = true;
    hasModules = false;
    early = [];
    hasQuit = false;
    calls = new LuaTable();
    server.modules = [];
    const unixTime = tonumber(fields[2] ?? "");
    if (fields[0] !== "# et-recording 1" || unixTime === undefined) {
      error(`line ${line}: this is no recording of a version that is known: ${fields[0]}`, 0);
    }
    server.world = makeWorld(unixTime);
    for (const [name, value] of pairs(server.persistentCvars)) server.world.cvars.set(name, value);
    report("vm", fields[1] ?? "", unixTime);
  }

  /**
   * The engine loads its modules before all else. A recording first has what was printed then, and only after that the
   * cvars that the modules could read all the time: so what is printed early waits until they are known.
   */
  function receiveCall(fields: string[]): void {
    if (!hasModules) {
      if (fields[1] === "et_Print") {
        early.push(fields);
        return;
      }
      hasModules = true;
      setTime(server.world, tonumber((early[0] ?? fields)[2] ?? "") ?? 0);
      for (const source of sources) {
        if (dropped === undefined) loadModule(source);
      }
      for (const waiting of early) {
        if (dropped === undefined) callFrom(waiting);
      }
    }
    if (dropped === undefined) callFrom(fields);
  }

  function callFrom(fields: string[]): void {
    const callback = fields[1] ?? "";
    const { world } = server;
    setTime(world, tonumber(fields[2] ?? "") ?? world.milliseconds);
    const args: unknown[] = [];
    const count = fields.length - 3;
    const textFrom = TEXT_ARGUMENT[callback] ?? 99;
    for (const index of $range(1, count)) {
      const raw = fields[index + 2] ?? "";
      if (index >= textFrom) args[index - 1] = unescape(raw);
      else args[index - 1] = raw === "nil" ? undefined : tonumber(raw);
    }
    if (callback === "et_ClientCommand" || callback === "et_ConsoleCommand") {
      server.command = allMatches(args[count - 1] as string, "%S+");
    }
    dispatch(callback, args, count);
    if (callback === "et_Quit") hasQuit = true;
  }

  function playOther(text: string): void {
    const fields = splitFields(text);
    const kind = fields[0] ?? "";
    if (string.byte(kind, 1) === BYTE_HASH) {
      startVm(fields);
      return;
    }
    const { world } = server;
    const name = unescape(fields[1] ?? "");
    const value = unescape(fields[2] ?? "");
    if (kind === "V") world.cvars.set(string.lower(name), value);
    else if (kind === "G") world.configstrings.set(tonumber(name) ?? -1, value);
    else if (kind === "U") world.userinfos.set(tonumber(name) ?? -1, value);
    else if (kind === "K") world.constants.set(name, tonumber(value) ?? value);
    else if (kind === "T") {
      world.baseUnixTime = tonumber(name) ?? world.baseUnixTime;
      world.baseMilliseconds = undefined;
    } else if (kind === "!") world.fieldErrors.set(string.lower(name), unescape(fields[3] ?? ""));
    else if (kind === "N") {
      for (const index of $range(2, fields.length)) world.functions.set(fields[index - 1] ?? "", true);
    } else error(`line ${line}: unknown kind of record '${kind}'`, 0);
  }

  function play(lines: string): void {
    let position = 1;
    const size = lines.length;
    while (position <= size && dropped === undefined) {
      line += 1;
      const end = string.find(lines, "\n", position, true)[0] as number | undefined;
      const last = (end ?? size + 1) - 1;
      const kind = string.byte(lines, position);
      if (!hasVm && kind !== BYTE_HASH) error(`line ${line}: a recording begins with '# et-recording 1'`, 0);
      if (kind === BYTE_S) {
        const [entity, field, raw] = string.match(lines, "^S\t(%d+)\t([^\t\n]*)\t([^\n]*)", position);
        if (entity === undefined || field === undefined || raw === undefined) {
          return error(`line ${line}: a record S needs entity, field and value`, 0);
        }
        const value = field === "pers.netname" ? unescape(raw) : raw;
        setField(server.world, tonumber(entity) ?? 0, field, value, parsesAtOnce);
      } else {
        const text = string.sub(lines, position, last);
        if (kind === BYTE_C) receiveCall(splitFields(text));
        else playOther(text);
      }
      position = last + 2;
    }
  }

  function finish(): void {
    endVm();
    for (const field of sortedKeys(unrecorded)) report("unrecorded", field, unrecorded.get(field) ?? 0);
    for (const name of sortedKeys(unsupported)) report("unsupported", name, unsupported.get(name) ?? 0);
  }

  return { play, finish };
}
