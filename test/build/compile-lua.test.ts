import { expect, test } from "vitest";

import { compileLua } from "../../src/build/compile-lua.ts";
import { packagePath } from "../../src/package-root.ts";
import { ProxError } from "../../src/errors.ts";

function project(name: string): string {
  return packagePath(`test/fixtures/lua-projects/${name}/tsconfig.json`);
}

function failure(name: string): ProxError {
  try {
    compileLua(project(name));
  } catch (error) {
    if (error instanceof ProxError) return error;
    throw error;
  }
  throw new Error(`${name} compiled`);
}

test("a project without diagnostics becomes one bundle", () => {
  expect(compileLua(project("good"))).toMatch(/et_RunFrame = function\(levelTimeMs\)/);
});

test("an error of TypeScript is told with file, line, column and code, and gives no Lua", () => {
  const error = failure("type-error");
  expect(error).toMatchObject({ code: "E_BUILD", exit: "build" });
  expect(error.message).toMatch(/main\.ts:1:14: TS2322: .*not assignable/);
  expect(error.details?.["diagnostics"]).toEqual([
    expect.objectContaining({ line: 1, column: 14, code: "TS2322" }),
  ]);
});

test("a warning of TypeScriptToLua counts as an error: 0 is true in Lua", () => {
  expect(failure("truthiness").message).toMatch(/main\.ts:2:\d+: TSTL\d+: /);
});
