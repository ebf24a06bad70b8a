/**
 * Programs of the tests for processes of their own. They are compiled here, once, and use prox as `npm run build` made
 * it: to compile all of it in each process would take longer than what is tested.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";

import * as ts from "typescript";

import { packagePath } from "../../src/package-root.ts";
import { afterFile } from "./clean-ups.ts";

/** Where modules find what is installed. */
const COMPILED = packagePath("node_modules/.cache/test-programs");
const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
let folder: string | undefined;

/** The built file of a module of prox: `process/file-lock.ts`. Throws where it is older than its source. */
function builtModule(file: string): string {
  const source = packagePath(`src/${file}`);
  const built = packagePath(`dist/${file.replace(/\.ts$/, ".js")}`);
  if (!existsSync(built) || statSync(built).mtimeMs < statSync(source).mtimeMs)
    throw new Error(`${built} is older than its source: run npm run build`);
  return built;
}

/** Compiles a program of `test/` and the modules beside it that it needs; returns the file for Node. */
export function childProgram(source: string): string {
  if (folder === undefined) {
    mkdirSync(COMPILED, { recursive: true });
    const made = mkdtempSync(path.join(COMPILED, "run-"));
    folder = made;
    afterFile(async () => {
      folder = undefined;
      await rm(made, { recursive: true, force: true });
    });
  }
  return compile(path.resolve(source), folder);
}

function compile(source: string, into: string): string {
  const target = path.join(into, path.basename(source).replace(/\.ts$/, ".mjs"));
  if (existsSync(target)) return target;
  const { outputText } = ts.transpileModule(readFileSync(source, "utf8"), { compilerOptions });
  writeFileSync(
    target,
    outputText.replaceAll(/(?<=\b(?:from |import\()")(\.[^"]*\.ts)(?=")/g, (specifier) => {
      const imported = path.resolve(path.dirname(source), specifier);
      const inProx = path.relative(packagePath("src"), imported);
      return inProx.startsWith("..") ? compile(imported, into) : builtModule(inProx);
    }),
  );
  return target;
}
