/** The rules, and what plays facts through them, for Lua. */
import type { LuaProject } from "../../src/build/lua-bundle.ts";

export const RULES_PROJECT: LuaProject = {
  name: "rules",
  tsconfig: "test/rules/lua/tsconfig.json",
  sources: [
    "src/engine",
    "src/format",
    "src/lua/tsconfig.json",
    "src/rules",
    "test/rules/lua/tsconfig.json",
    "test/rules/play.ts",
  ],
};
