/** The tracker compiles where prox is installed as a package: with the files that ship, below node_modules. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect, test } from "vitest";

import { compileLua } from "../../src/build/compile-lua.ts";
import { packagePath } from "../../src/package-root.ts";

test.each([
  ["src/lua", "et_RunFrame = function"],
  ["src/simulate/host", "function ____exports.createHost"],
])("%s compiles", (project, part) => {
  const folder = mkdtempSync(path.join(tmpdir(), "prox-installed-"));
  try {
    const modules = path.join(folder, "node_modules");
    const installed = path.join(modules, "prox");
    mkdirSync(installed, { recursive: true });
    const manifest = JSON.parse(readFileSync(packagePath("package.json"), "utf8")) as { files: string[] };
    for (const file of manifest.files.filter((name) => name.startsWith("src/"))) {
      cpSync(packagePath(file), path.join(installed, file), { recursive: true });
    }
    // The dependencies lie beside it, as npm puts them.
    for (const name of readdirSync(packagePath("node_modules"))) {
      if (!name.startsWith(".")) symlinkSync(packagePath(`node_modules/${name}`), path.join(modules, name));
    }
    expect(compileLua(path.join(installed, project, "tsconfig.json"))).toContain(part);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
