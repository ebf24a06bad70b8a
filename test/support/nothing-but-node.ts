/**
 * Set-up of the project `fast`: what the other projects are for is refused here, so that `fast` stays fast. A file whose
 * imports do not show what it needs (see projects.ts) fails, and says which project it belongs to.
 */
import childProcess from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import { Socket } from "node:net";

import { vi } from "vitest";

/** A function, which can be a constructor too, that says where a need is to be named. */
function refuse(what: string, project: string): () => never {
  return function () {
    throw new Error(
      `the project fast has ${what}: name what this file needs in test/support/projects.ts, under ${project}`,
    );
  };
}

for (const name of ["exec", "execFile", "execFileSync", "execSync", "fork", "spawn", "spawnSync"] as const) {
  Reflect.set(childProcess, name, refuse("no processes", "lua"));
}
syncBuiltinESMExports();
Reflect.set(Socket.prototype, "connect", refuse("no servers", "database or ssh"));

vi.mock("wasmoon", () => ({ LuaFactory: refuse("no Lua VM", "lua") }));
vi.mock("typescript-to-lua", () => ({ transpileProject: refuse("no compiler", "lua") }));
