/** Reading one `prox.config.json`: what is wrong in it is named with line and column, and with the nearest right key. */
import { readFile } from "node:fs/promises";

import { messageOf, ProxError } from "../errors.ts";
import {
  type JsonNode,
  type TextPlace,
  parseJsonText,
  placeAt,
  propertyOf,
  readJsonText,
  valueOf,
} from "../json-text.ts";
import { findProblems } from "./check-values.ts";

/** The values of a file as they stand in it, checked. */
export interface ConfigFile {
  readonly file: string;
  readonly general: Readonly<Record<string, string | number | boolean>>;
  readonly servers: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;
  readonly site: Readonly<Record<string, string | number | boolean>>;
  /** Links of the site: addresses by their words. */
  readonly siteLinks: Readonly<Record<string, string>>;
  /** Names of servers, by the name of the group. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
}

/** Something that is wrong, and where. */
export interface ConfigProblem extends TextPlace {
  readonly file: string;
  readonly message: string;
  /** What to do about it; empty where the message says so itself. */
  readonly advice: string;
}

/** Where the last of these keys stands, or the nearest one above it that does. */
function placeOf(text: string, tree: JsonNode, keys: readonly string[]): TextPlace {
  let node: JsonNode | undefined = tree;
  let { offset } = tree;
  for (const key of keys) {
    const property = propertyOf(node, key);
    if (property === undefined) break;
    ({ offset } = property.key);
    node = property.value;
  }
  return placeAt(text, offset);
}

function broken(lines: readonly string[]): ProxError {
  return new ProxError("E_CONFIG_FILE", lines, {
    suggestions: [
      "correct the lines above; the schema that `prox init` writes beside the file explains every setting",
    ],
  });
}

/** `prox.config.json:3:7: "port" must be …`. */
export function problemLine({ column, file, line, message }: ConfigProblem): string {
  return `${file}:${line}:${column}: ${message}`;
}

function valueProblems(text: string, tree: JsonNode, root: unknown, file: string): ConfigProblem[] {
  return [...findProblems(root)].map(({ keys, message, advice = "" }) => ({
    file,
    ...placeOf(text, tree, keys),
    message,
    advice,
  }));
}

/** Everything that is wrong in the text of a configuration file: as JSON, and in its values. */
export function problemsOf(text: string, file: string): ConfigProblem[] {
  const { faults, tree } = readJsonText(text);
  return [
    ...faults.map(({ message, place }) => ({
      file,
      ...place,
      message: `not valid JSON: ${message}`,
      advice: "look at this place and just before it: JSON has no comments, and no comma before } or ]",
    })),
    ...(tree === undefined ? [] : valueProblems(text, tree, valueOf(tree), file)),
  ];
}

/** A problem at keys of a configuration file that may be broken elsewhere. */
export function problemAt(
  text: string,
  file: string,
  keys: readonly string[],
  what: Pick<ConfigProblem, "advice" | "message">,
): ConfigProblem {
  const { tree } = readJsonText(text);
  return { file, ...(tree === undefined ? { line: 1, column: 1 } : placeOf(text, tree, keys)), ...what };
}

/** Checks the text of a configuration file. Throws E_CONFIG_FILE naming everything that is wrong in it, with its place. */
export function parseConfig(text: string, file: string): ConfigFile {
  const parsed = parseJsonText(text);
  if ("fault" in parsed) {
    const { message, place } = parsed.fault;
    throw broken([`${file}:${place.line}:${place.column}: not valid JSON: ${message}`]);
  }
  const root: unknown = JSON.parse(text);
  const found = valueProblems(text, parsed.tree, root, file);
  if (found.length > 0) throw broken(found.map(problemLine));
  const {
    groups = {},
    servers = {},
    site: { links: siteLinks = {}, ...site } = {},
    ...others
  } = root as Partial<Pick<ConfigFile, "groups" | "servers">> & {
    readonly site?: Readonly<Record<string, string | number | boolean>> & {
      readonly links?: Record<string, string>;
    };
  } & Record<string, string | number | boolean>;
  const general = Object.fromEntries(Object.entries(others).filter(([key]) => key !== "$schema"));
  return { file, general, servers, groups, site, siteLinks };
}

/** Reads and checks a configuration file. Throws E_CONFIG_FILE. */
export async function readConfigFile(file: string): Promise<ConfigFile> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new ProxError("E_CONFIG_FILE", `cannot read ${file}: ${messageOf(cause)}`, {
      suggestions: ["name an existing file with --config, or write one with `prox init`"],
      cause,
    });
  });
  return parseConfig(text, file);
}
