import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect, test } from "vitest";

import { DUCKDB_VERSION } from "../../src/export/duckdb.ts";
import { packagePath } from "../../src/package-root.ts";

test("the version to install is the one that prox is tested with, and npm does not install it by itself", () => {
  const { devDependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
    readFileSync(packagePath("package.json"), "utf8"),
  ) as Record<string, Record<string, unknown>>;
  const name = "@duckdb/node-api";
  expect(devDependencies?.[name]).toBe(DUCKDB_VERSION);
  expect(peerDependencies?.[name]).toBe(DUCKDB_VERSION);
  expect(peerDependenciesMeta?.[name]).toEqual({ optional: true });
  expect(optionalDependencies?.[name]).toBeUndefined();
});

test("where DuckDB is missing, the error says how to install it", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "prox-test-"));
  try {
    // Node itself finds no such package.
    const hooks = path.join(folder, "hooks.cjs");
    writeFileSync(
      hooks,
      `const Module = require("node:module");
      const { _resolveFilename } = Module;
      Module._resolveFilename = (name, ...others) => {
        if (name === "@duckdb/node-api") throw new Error("Cannot find package");
        return _resolveFilename(name, ...others);
      };`,
    );
    const script = `
      const { withDuckDb } = await import(${JSON.stringify(new URL("../../src/export/duckdb.ts", import.meta.url).href)});
      await withDuckDb({ memoryMb: 64, threads: 1, overflow: "." }, new AbortController().signal, () => undefined)
        .catch(({ code, suggestions }) => console.log(code, suggestions[0]));`;
    const { stderr, stdout } = spawnSync(
      process.execPath,
      ["--require", hooks, "--import", "tsx", "--input-type=module", "-e", script],
      { encoding: "utf8", cwd: packagePath(".") },
    );
    expect(stderr).toBe("");
    expect(stdout).toBe(
      `E_NO_DUCKDB install it beside prox, 72 MB: npm install --global @duckdb/node-api@${DUCKDB_VERSION}\n`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
