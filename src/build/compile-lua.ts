/** TypeScript to one bundled Lua chunk, in memory: a project with any diagnostic yields no Lua at all. */
import path from "node:path";

import ts from "typescript";
import { transpileProject } from "typescript-to-lua";

import { ProxError } from "../errors.ts";

/** One complaint of the compiler. Lines and columns count from 1; a complaint about the project has none. */
interface CompilerDiagnostic {
  file: string | undefined;
  line: number | undefined;
  column: number | undefined;
  /** `TS2322` of TypeScript, `TSTL100018` of TypeScriptToLua. */
  code: string;
  message: string;
}

function toDiagnostic(diagnostic: ts.Diagnostic): CompilerDiagnostic {
  const prefix = diagnostic.source === "typescript-to-lua" ? "TSTL" : "TS";
  const start = diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0);
  return {
    file: diagnostic.file && path.relative(process.cwd(), diagnostic.file.fileName),
    line: start && start.line + 1,
    column: start && start.character + 1,
    code: `${prefix}${diagnostic.code}`,
    message: ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n"),
  };
}

function formatDiagnostic({ file, line, column, code, message }: CompilerDiagnostic): string {
  const place = file === undefined ? "" : `${file}:${line ?? 0}:${column ?? 0}: `;
  return `${place}${code}: ${message}`;
}

/**
 * Compiles the TypeScriptToLua project of a `tsconfig.json` that asks for a bundle, and returns the bundle's text.
 * Warnings count as errors: the ones of TypeScriptToLua tell of code that means something else in Lua, such as the
 * truth of `0`. Throws E_BUILD with all diagnostics.
 */
export function compileLua(tsconfig: string): string {
  let lua: string | undefined;
  const { diagnostics } = transpileProject(tsconfig, {}, (_fileName, text) => {
    // The compiler hands over the bundle even when there are errors, so nothing is written from here.
    lua = text;
  });
  if (diagnostics.length > 0 || lua === undefined) {
    const found = diagnostics.map(toDiagnostic);
    const count = found.length === 1 ? "1 error" : `${found.length} errors`;
    throw new ProxError(
      "E_BUILD",
      [`${count} in the tracker`, ...found.map(formatDiagnostic)].flatMap((text) => text.split("\n")),
      {
        details: { diagnostics: found },
        suggestions: ["correct the lines above; nothing was written"],
      },
    );
  }
  return lua;
}
