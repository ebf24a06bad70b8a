/** Lua of the tracker's sources with one mutant each: all of them are compiled as one program, which takes seconds. */
import { readFileSync } from "node:fs";
import path from "node:path";

import ts from "typescript";
import { parseConfigFileWithSystem, Transpiler } from "typescript-to-lua";

import { packagePath } from "../../src/package-root.ts";
import { type Mutant, withMutant } from "./mutants.ts";

/**
 * Adds to a program, beside each file, copies of it that hold one mutant each, and returns the Lua of files and copies, by
 * their paths below the package's folder and by the mutants' numbers. Where TypeScriptToLua has no Lua for a mutant, it is
 * missing.
 */
export function compileVariants(mutants: readonly Mutant[]): {
  files: Map<string, string>;
  variants: Map<string, string>;
} {
  const { fileNames, options } = parseConfigFileWithSystem(packagePath("src/lua/tsconfig.json"));
  const separate: ts.CompilerOptions = { ...(options as ts.CompilerOptions), outDir: "/lua" };
  delete separate["luaBundle"];
  delete separate["luaBundleEntry"];
  const files = [...new Set(mutants.map(({ file }) => file))];
  const texts = new Map<string, string>();
  const ids = new Map<string, string>();
  for (const mutant of mutants) {
    const name = packagePath(mutant.file.replace(/\.ts$/, `.mutant${mutant.id}.ts`));
    ids.set(name, mutant.id);
    texts.set(name, withMutant(readFileSync(packagePath(mutant.file), "utf8"), mutant));
  }
  const host = ts.createCompilerHost(separate);
  host.fileExists = (name) => texts.has(name) || ts.sys.fileExists(name);
  host.getSourceFile = (name, version) => {
    const text = texts.get(name) ?? ts.sys.readFile(name);
    return text === undefined ? undefined : ts.createSourceFile(name, text, version, true);
  };
  const program = ts.createProgram([...fileNames, ...ids.keys()], separate, host);
  const result = { files: new Map<string, string>(), variants: new Map<string, string>() };
  for (const name of [...files.map(packagePath), ...ids.keys()]) {
    const source = program.getSourceFile(name);
    if (source === undefined) throw new Error(`${name} is not part of the program`);
    const base = path.basename(name, ".ts").replaceAll(".", "_");
    new Transpiler().emit({
      program,
      sourceFiles: [source],
      writeFile: (output, lua) => {
        if (path.basename(output, ".lua").replaceAll(".", "_") !== base) return;
        const id = ids.get(name);
        if (id === undefined) result.files.set(path.relative(packagePath("."), name), lua);
        else result.variants.set(id, lua);
      },
    });
  }
  return result;
}
