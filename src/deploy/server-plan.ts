/** A plan to change a server: what it holds. */
import { createHash } from "node:crypto";

import type { ServerSettings } from "../config/settings.ts";
import type { ServerFolders } from "../server/folders.ts";
import type { Revision } from "../server/revisions.ts";

/** A module to be put on a server. */
export interface Module {
  readonly bytes: Buffer;
  /** 40 lower-case hex digits. */
  readonly sha1: string;
  /** Null where it is not known. */
  readonly version: string | null;
}

/** One file that is to change. */
export interface FileChange {
  readonly path: string;
  /** What it is: the module, a cfg file, the file that g_luaModuleList names, or a league config. */
  readonly kind: "module" | "cfg" | "list" | "league";
  /** Undefined where it is not there now. */
  readonly before: Buffer | undefined;
  /** Undefined where it is to be removed. */
  readonly after: Buffer | undefined;
  readonly mode: number;
  /** Number of the group that it belongs to, undefined for a file that is new. */
  readonly group: number | undefined;
}

/** What a deploy, rollback or undeploy does to a server: found out by reading only, carried out by `applyPlan`. */
export interface ServerPlan {
  readonly action: Revision["action"];
  readonly server: ServerSettings;
  readonly folders: ServerFolders;
  /** Path of the module on the server. */
  readonly modulePath: string;
  /** The module from then on, undefined for none. */
  readonly module: Module | undefined;
  /** SHA-1 of the module that is there now, undefined for none. */
  readonly liveSha1: string | undefined;
  /** In the order in which they are made: a cut between any two leaves what was or what will be. */
  readonly changes: readonly FileChange[];
  /** All files that prox may change on this server: what a cut left beside them is cleared away. */
  readonly files: readonly string[];
  /** The lists that the engine will hold after its next start. */
  readonly cvars: Readonly<Record<"lua_modules" | "lua_allowedModules" | "g_luaModuleList", string>>;
  /** Whether the engine was told to load the module before. */
  readonly wasListed: boolean;
  readonly revisions: readonly Revision[];
  readonly warnings: readonly string[];
  /** Whether prox keeps the tracker in the league configs from then on. */
  readonly hasLeagueConfigs: boolean;
  /** Names of the league configs that lock `lua_modules` as they are now, in lower case. */
  readonly lockingConfigs: readonly string[];
  /** False where everything is as it should be, the log included. */
  readonly hasWork: boolean;
}

/** SHA-1 of a file as `lua_status` has it, but in lower case: 40 hex digits. */
export function sha1Of(bytes: Buffer): string {
  return createHash("sha1").update(bytes).digest("hex");
}
