/** Exported names say what they are. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import ts from "typescript";
import { expect, test } from "vitest";

import { packagePath } from "../../src/package-root.ts";

/** Commands speak through their summaries. */
const COMMANDS = "commands/";

function withoutComment(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  return source.statements.flatMap((statement) => {
    if (!ts.canHaveModifiers(statement)) return [];
    const isExported = ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (isExported !== true || ts.getJSDocCommentsAndTags(statement).length > 0) return [];
    const { line } = source.getLineAndCharacterOfPosition(statement.getStart());
    return [`src/${file}:${line + 1}`];
  });
}

test("each exported function, class, type and constant has a comment", () => {
  const files = readdirSync(packagePath("src"), { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !file.startsWith(COMMANDS),
  );
  expect(files.length).toBeGreaterThan(200);
  expect(
    files.flatMap((file) => withoutComment(file, readFileSync(path.join(packagePath("src"), file), "utf8"))),
  ).toEqual([]);
  expect(withoutComment("x.ts", "/** One. */\nexport const one = 1;\nexport const two = 2;\n")).toEqual([
    "src/x.ts:3",
  ]);
});
