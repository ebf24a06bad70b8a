/** Faults to put into source files, and the files with all of them in, each behind a switch. */
import { readFileSync } from "node:fs";

import { type File, Instrumenter } from "@stryker-mutator/instrumenter";

import { packagePath } from "../../src/package-root.ts";

/** One fault. */
export interface Mutant {
  /** Unique among those that were made together. */
  readonly id: string;
  /** Below the package's folder. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** The text of that line, without the white space around it. */
  readonly lineText: string;
  /** Where the text is that it replaces, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  readonly original: string;
}

const silent = (): void => undefined;
const no = (): boolean => false;
const LOGGER = {
  isTraceEnabled: no,
  isDebugEnabled: no,
  isInfoEnabled: no,
  isWarnEnabled: no,
  isErrorEnabled: no,
  isFatalEnabled: no,
  trace: silent,
  debug: silent,
  info: silent,
  warn: silent,
  error: silent,
  fatal: silent,
};

/** Where a place is that is given by line and column, both from 0. */
function offsetOf(text: string, { line, column }: { line: number; column: number }): number {
  let offset = 0;
  for (let left = line; left > 0; left--) offset = text.indexOf("\n", offset) + 1;
  return offset + column;
}

/** The mutants of files below the package's folder, and each file's text with all its mutants in, none of them on. */
export async function mutantsOf(
  files: readonly string[],
): Promise<{ mutants: Mutant[]; instrumented: Map<string, string> }> {
  const sources: File[] = files.map((name) => ({
    name,
    content: readFileSync(packagePath(name), "utf8"),
    mutate: true,
  }));
  const texts = new Map(sources.map(({ name, content }) => [name, content]));
  const result = await new Instrumenter(LOGGER).instrument(sources, {
    plugins: null,
    excludedMutations: [],
    ignorers: [],
  });
  const mutants = result.mutants.map(({ id, fileName, location, replacement }) => {
    const text = texts.get(fileName) ?? "";
    const start = offsetOf(text, location.start);
    const end = offsetOf(text, location.end);
    return {
      id,
      file: fileName,
      line: location.start.line + 1,
      lineText: text.split("\n")[location.start.line]?.trim() ?? "",
      start,
      end,
      replacement,
      original: text.slice(start, end),
    };
  });
  return { mutants, instrumented: new Map(result.files.map(({ name, content }) => [name, content])) };
}

/** A source's text with a mutant in it. */
export function withMutant(text: string, { start, end, replacement }: Mutant): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

/** What became of a mutant. `unjudged`: it changes nothing that tests run, but only what a module does as it loads, or its Lua is the same. */
export type Fate =
  { readonly kind: "found"; readonly by: string } | { readonly kind: "survived" | "unreached" | "unjudged" };

/** By the mutants' ids. */
export type Fates = Map<string, Fate>;
