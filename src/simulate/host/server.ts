/** What the host knows of the server that a recording plays on, over all of its VMs. */
import { type Counts, increment } from "./counts.ts";
import { type Disk, makeFiles } from "./files.ts";
import type { Server } from "./module.ts";
import type { ReportKind } from "./report.ts";
import { makeWorld } from "./world.ts";

/** A function of a module, as `pcall` takes it. */
export type ModuleFunction = (this: void, ...args: unknown[]) => unknown;

/** What the host gets from the program that it runs in. */
export interface Platform {
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

/** How far a recording was played. */
export interface Playback {
  /** The line at hand, from 1. */
  line: number;
  /** Why the engine ended the map, undefined as long as it did not. */
  dropped: string | undefined;
}

/** What modules asked for that recordings do not have, or the host does not do. */
export interface Lacks {
  readonly unrecorded: Counts;
  readonly unsupported: Counts;
}

/** A server with these cvars and no module yet; `makeCalls` gives it the means to call modules. */
export function makeServer(
  cvars: LuaTable<string, string>,
  { disk, report }: Platform,
  playback: Playback,
  lacks: Lacks,
): Server {
  const drop = (message: string): never => {
    if (playback.dropped === undefined) {
      playback.dropped = message;
      report("drop", message, playback.line);
    }
    return error(message, 0);
  };
  const persistentCvars = new LuaTable<string, string>();
  for (const [name, value] of pairs(cvars)) persistentCvars.set(string.lower(name), value);
  return {
    world: makeWorld(0),
    persistentCvars,
    files: makeFiles(disk, drop),
    modules: [],
    command: [],
    print: (text) => {
      report("console", text, "");
    },
    drop,
    noteUnrecorded: (field) => {
      increment(lacks.unrecorded, field);
    },
    noteUnsupported: (name) => {
      increment(lacks.unsupported, name);
    },
    call: () => undefined,
  };
}
