/**
 * The engine of a recorded match: it loads the modules, plays the recording's records, and calls the modules'
 * callbacks as ET:Legacy does. It is compiled to Lua, so that the same host runs in every Lua.
 */
import { makeCalls } from "./calls.ts";
import { sortedKeys } from "./counts.ts";
import { type ModuleSource, type Server, strangeGlobals } from "./module.ts";
import { applyRecord, readArguments } from "./records.ts";
import { type Lacks, type Platform, type Playback, makeServer } from "./server.ts";
import { allMatches, splitFields } from "./text.ts";
import { makeWorld, setField, setTime } from "./world.ts";

interface Host {
  /** Plays whole lines of a recording. */
  play: (this: void, lines: string) => void;
  /** The recording is over. */
  finish: (this: void) => void;
}

const BYTE_HASH = 35;
const BYTE_C = 67;
const BYTE_S = 83;

/** The VMs of a recording, one after the other. */
interface Vms {
  /** Whether a recording has begun. */
  isRunning: (this: void) => boolean;
  /** Begins one, by the fields of the record that does. */
  start: (this: void, fields: string[]) => void;
  /** Plays a call, by the fields of its record. */
  receive: (this: void, fields: string[]) => void;
  end: (this: void) => void;
}

function makeVms(sources: ModuleSource[], platform: Platform, server: Server, playback: Playback): Vms {
  const { report } = platform;
  const calls = makeCalls(server, platform, playback);
  let hasVm = false;
  let hasModules = false;
  /** Calls that came before the modules were loaded. */
  let early: string[][] = [];
  let hasQuit = false;

  function endVm(): void {
    if (!hasVm) return;
    for (const callback of sortedKeys(calls.counts))
      report("calls", callback, calls.counts.get(callback) ?? 0);
    for (const module of server.modules) {
      for (const name of strangeGlobals(module)) report("global", module.source.name, name);
    }
    if (hasQuit) {
      for (const name of server.files.openNames()) report("leak", name, "");
    } else if (playback.dropped === undefined) {
      server.files.kill();
      report("crash", "", playback.line);
    }
    hasVm = false;
  }

  function startVm(fields: string[]): void {
    endVm();
    hasVm = true;
    hasModules = false;
    early = [];
    hasQuit = false;
    calls.counts = new LuaTable();
    server.modules = [];
    const unixTime = tonumber(fields[2] ?? "");
    if (fields[0] !== "# et-recording 1" || unixTime === undefined) {
      error(`line ${playback.line}: this is no recording of a version that is known: ${fields[0]}`, 0);
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
        if (playback.dropped === undefined) calls.load(source);
      }
      for (const waiting of early) {
        if (playback.dropped === undefined) callFrom(waiting);
      }
    }
    if (playback.dropped === undefined) callFrom(fields);
  }

  function callFrom(fields: string[]): void {
    const callback = fields[1] ?? "";
    setTime(server.world, tonumber(fields[2] ?? "") ?? server.world.milliseconds);
    const { args, count } = readArguments(fields);
    if (callback === "et_ClientCommand" || callback === "et_ConsoleCommand") {
      server.command = allMatches(args[count - 1] as string, "%S+");
    }
    calls.dispatch(callback, args, count);
    if (callback === "et_Quit") hasQuit = true;
  }

  return { isRunning: () => hasVm, start: startVm, receive: receiveCall, end: endVm };
}

/** States a field of an entity, by the line that begins at a place. */
function playField(
  server: Server,
  lines: string,
  position: number,
  line: number,
  parsesAtOnce: boolean,
): void {
  const [entity, field, raw] = string.match(lines, "^S\t(%d+)\t([^\t\n]*)\t([^\n]*)", position);
  if (entity === undefined || field === undefined || raw === undefined) {
    return error(`line ${line}: a record S needs entity, field and value`, 0);
  }
  setField(server.world, tonumber(entity) ?? 0, field, raw, parsesAtOnce);
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
  const { parsesAtOnce = false, report } = platform;
  const playback: Playback = { line: 0, dropped: undefined };
  const lacks: Lacks = { unrecorded: new LuaTable(), unsupported: new LuaTable() };
  const server = makeServer(cvars, platform, playback, lacks);
  const vms = makeVms(sources, platform, server, playback);

  function play(lines: string): void {
    let position = 1;
    const size = lines.length;
    while (position <= size && playback.dropped === undefined) {
      playback.line += 1;
      const { line } = playback;
      const end = string.find(lines, "\n", position, true)[0] as number | undefined;
      const last = (end ?? size + 1) - 1;
      const kind = string.byte(lines, position);
      if (!vms.isRunning() && kind !== BYTE_HASH) {
        error(`line ${line}: a recording begins with '# et-recording 1'`, 0);
      }
      if (kind === BYTE_S) playField(server, lines, position, line, parsesAtOnce);
      else {
        const fields = splitFields(string.sub(lines, position, last));
        if (kind === BYTE_C) vms.receive(fields);
        else if (kind === BYTE_HASH) vms.start(fields);
        else applyRecord(server.world, fields, line);
      }
      position = last + 2;
    }
  }

  function finish(): void {
    vms.end();
    const { unrecorded, unsupported } = lacks;
    for (const field of sortedKeys(unrecorded)) report("unrecorded", field, unrecorded.get(field) ?? 0);
    for (const name of sortedKeys(unsupported)) report("unsupported", name, unsupported.get(name) ?? 0);
  }

  return { play, finish };
}
