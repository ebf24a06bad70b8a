/**
 * The script of a page: the modules of its folder as one text.
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
const ROOT = packagePath(IS_BUILT ? "dist" : "src");

/** Folders of modules for browsers; each has a module `main`. */
type PageFolder = "replay/page" | "site/page";

function readModules(page: PageFolder, extension: string): { name: string; text: string }[] {
  const folder = path.join(ROOT, page);
  return readdirSync(folder)
    .filter((name) => name.endsWith(extension) && !name.endsWith(".d.ts"))
    .sort()
    .map((name) => ({ name, text: readFileSync(path.join(folder, name), "utf8") }));
}

function compileModules(page: PageFolder): { name: string; text: string }[] {
  const ts = createRequire(import.meta.url)("typescript") as typeof TypeScript;
  const compilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.CommonJS,
    removeComments: true,
  };
  return readModules(page, ".ts").map(({ name, text }) => ({
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

const scripts = new Map<PageFolder, string>();

/** The script of a page. Runs its module `main`. */
export function pageScript(page: PageFolder): string {
  const known = scripts.get(page);
  if (known !== undefined) return known;
  const libraries = page === "replay/page" ? [{ name: "gifenc", text: gifLibrary() }] : [];
  const script = bundle(IS_BUILT ? readModules(page, ".js") : compileModules(page), libraries);
  scripts.set(page, script);
  return script;
}

interface Module {
  readonly name: string;
  readonly text: string;
}

function bundle(modules: readonly Module[], libraries: readonly Module[]): string {
  const named = [...modules.map(({ name, text }) => ({ name: `./${name}`, text })), ...libraries];
  const known = new Set(named.map(({ name }) => name));
  for (const { name, text } of named)
    for (const [, wanted = ""] of text.matchAll(/\brequire\("([^"]+)"\)/g))
      if (!known.has(wanted))
        throw new Error(`${name} of a page imports ${wanted}, which is no module of it`);
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
