/** The tracker, ready for a game server: compiled, stamped, verified in a Lua VM. */
import { createHash } from "node:crypto";

import { compileLua } from "./compile-lua.ts";
import { packagePath, packageVersion } from "../package-root.ts";
import type { CompiledSettings } from "./settings.ts";
import { TRACKER_FILE_NAME } from "./tracker-name.ts";
import { verifyModule } from "./verify-module.ts";

/** What {@link buildTracker} makes: the module as text, and what is told of it. To write it is left to the caller. */
export interface TrackerBuild {
  /** Version of prox, stamped into the module. */
  version: string;
  /** Size of the file. */
  bytes: number;
  /** SHA-1 of the file, 40 lower-case hex digits; `lua_status` on the server shows the same in upper case. */
  sha1: string;
  /** Settings that are compiled in: they apply where the server has no cvar of that name. */
  settings: CompiledSettings;
  /** The callbacks that it defines, sorted. */
  callbacks: string[];
  /** The file's text: ASCII or UTF-8, LF. */
  lua: string;
}

let compiled: string | undefined;

/** The lines before the bundle: what the file is, and the constant that the tracker reads as `PROX_BUILD`. */
function header(version: string, settings: CompiledSettings): string {
  const pairs = Object.entries(settings).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  return [
    `-- ${TRACKER_FILE_NAME} ${version}: records a round of ET:Legacy. Made by "prox build"; do not edit.`,
    `local PROX_BUILD = { version = ${JSON.stringify(version)}, settings = { ${pairs.join(", ")} } }`,
    "",
  ].join("\n");
}

/**
 * Compiles `src/lua`, stamps and verifies it. Writes nothing. The compiler runs once a process, as the sources do
 * not change under a running command. Throws E_BUILD with the compiler's diagnostics, E_BUILD_VERIFY when the
 * engine would not take the module.
 */
export async function buildTracker(settings: CompiledSettings = {}): Promise<TrackerBuild> {
  compiled ??= compileLua(packagePath("src/lua/tsconfig.json"));
  const version = packageVersion();
  const lua = header(version, settings) + compiled;
  const callbacks = await verifyModule(lua, TRACKER_FILE_NAME);
  const sha1 = createHash("sha1").update(lua).digest("hex");
  return { version, bytes: Buffer.byteLength(lua), sha1, settings, callbacks, lua };
}
