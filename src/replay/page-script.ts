/**
 * The page's script: the modules of the page as one text.
 *
 * Each module, compiled to CommonJS, becomes a function in a table, and `require` looks it up there. The modules import
 * each other by relative paths, and nothing but types from outside their folder, except one library in a single file, so
 * this is all that is needed.
 */
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

import type TypeScript from "typescript";

import { packagePath } from "../package-root.ts";

/** The build compiles the page's modules. Run from sources, they are compiled on the way. */
const IS_BUILT = !import.meta.url.endsWith(".ts");
// Not beside this module, which may be a part of the one file that prox starts from.
const FOLDER = packagePath(IS_BUILT ? "dist/replay/page" : "src/replay/page");

function readModules(extension: string): { name: string; text: string }[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(extension) && !name.endsWith(".d.ts"))
    .map((name) => ({ name, text: readFileSync(path.join(FOLDER, name), "utf8") }));
}

function compileModules(): { name: string; text: string }[] {
  const ts = createRequire(import.meta.url)("typescript") as typeof TypeScript;
  const compilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.CommonJS,
    removeComments: true,
  };
  return readModules(".ts").map(({ name, text }) => ({
    name,
    text: ts.transpileModule(text, { fileName: name, compilerOptions }).outputText,
  }));
}

/** Writes GIFs. Its licence wants to go with every copy, so it stands in the page. */
function gifLibrary(): string {
  const at = (folder: string): string =>
    packagePath(IS_BUILT ? "dist/replay/gifenc" : `node_modules/gifenc/${folder}`);
  const licence = readFileSync(path.join(at("."), "LICENSE.md"), "utf8");
  const code = readFileSync(path.join(at("dist"), "gifenc.js"), "utf8");
  return `/* gifenc\n${licence.trim()}\n*/\n${code.replace(/^\/\/# sourceMappingURL=.*$/mu, "")}`;
}

let script: string | undefined;

/** The script of the page. Runs its module `main`. */
export function pageScript(): string {
  script ??= bundle(IS_BUILT ? readModules(".js") : compileModules());
  return script;
}

function bundle(modules: readonly { name: string; text: string }[]): string {
  const named = [
    ...modules.map(({ name, text }) => ({ name: `./${name}`, text })),
    { name: "gifenc", text: gifLibrary() },
  ];
  const entries = named.map(({ name, text }) => `"${name}"(exports, require) {\n${text}}`);
  return `"use strict";
{
const loaded = {};
const modules = {
${entries.join(",\n")}
};
const require = (name) => {
  if (loaded[name] === undefined) modules[name]((loaded[name] = {}), require);
  return loaded[name];
};
require("./main.${IS_BUILT ? "js" : "ts"}");
}`;
}
