/** The tracker as a file for a game server: the settings that are compiled in, as a header, in front of the bundle. */
import { createHash } from "node:crypto";

import { packagePath, packageVersion } from "../package-root.ts";
import { luaBundle, type LuaProject } from "./lua-bundle.ts";
import type { CompiledSettings } from "./settings.ts";
import { TRACKER_FILE_NAME } from "./tracker-name.ts";

/** The module for a game server. */
export interface TrackerModule {
  /** Version of prox, stamped into the module. */
  version: string;
  /** SHA-1 of the file, 40 lower-case hex digits; `lua_status` on the server shows the same in upper case. */
  sha1: string;
  /** The file's text: ASCII or UTF-8, LF. */
  lua: string;
}

/** What {@link buildTracker} makes: the module, and what it found out about it. The caller writes the file. */
export interface TrackerBuild extends TrackerModule {
  /** Size of the file. */
  bytes: number;
  /** Settings that are compiled in: they apply where the server has no cvar of that name. */
  settings: CompiledSettings;
  /** The callbacks that it defines, sorted. */
  callbacks: string[];
}

/** The lines before the bundle: what the file is, and the constant that the tracker reads as `PROX_BUILD`. */
function header(version: string, settings: CompiledSettings): string {
  const pairs = Object.entries(settings).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  return [
    `-- ${TRACKER_FILE_NAME} ${version}: records a round of ET:Legacy. Made by "prox build"; do not edit.`,
    `local PROX_BUILD = { version = ${JSON.stringify(version)}, settings = { ${pairs.join(", ")} } }`,
    "",
  ].join("\n");
}

function stamp(bundle: string, settings: CompiledSettings): TrackerModule {
  const version = packageVersion();
  const lua = header(version, settings) + bundle;
  return { version, sha1: createHash("sha1").update(lua).digest("hex"), lua };
}

async function callbacksOf(lua: string): Promise<string[]> {
  const { verifyModule } = await import("./verify-module.ts");
  return verifyModule(lua, TRACKER_FILE_NAME);
}

/** The tracker's sources. */
export const TRACKER_PROJECT: LuaProject = {
  name: "tracker",
  tsconfig: "src/lua/tsconfig.json",
  sources: ["src/engine", "src/format", "src/lua", "src/rules"],
  verify: (bundle) => callbacksOf(stamp(bundle, {}).lua),
};

/**
 * The tracker of this prox, the very bytes that {@link buildTracker} makes. It is compiled only where the sources were
 * edited since it was compiled last; then throws as {@link buildTracker} does.
 */
export async function trackerModule(settings: CompiledSettings = {}): Promise<TrackerModule> {
  return stamp(await luaBundle(TRACKER_PROJECT), settings);
}

/**
 * Compiles `src/lua`, stamps and verifies it. Writes nothing. Throws E_BUILD with the compiler's diagnostics,
 * E_BUILD_VERIFY when the engine would not take the module.
 */
export async function buildTracker(settings: CompiledSettings = {}): Promise<TrackerBuild> {
  const { compileLua } = await import("./compile-lua.ts");
  const module = stamp(compileLua(packagePath(TRACKER_PROJECT.tsconfig)), settings);
  const callbacks = await callbacksOf(module.lua);
  return { ...module, bytes: Buffer.byteLength(module.lua), settings, callbacks };
}
