/** The sources of the host, which plays matches for the tracker in any Lua. */
import type { LuaProject } from "./lua-bundle.ts";

/** A chunk that returns `{createHost}`. */
export const HOST_PROJECT: LuaProject = {
  name: "host",
  tsconfig: "src/simulate/host/tsconfig.json",
  sources: ["src/lua/tsconfig.json", "src/simulate/host"],
};
