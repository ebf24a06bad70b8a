/** Reading one `prox.config.json`: what is wrong in it is named with line and column, and with the nearest right key. */
import { readFile } from "node:fs/promises";

import type { Node, ObjectLiteralElementLike } from "typescript";

import { messageOf, ProxError } from "../errors.ts";
import {
  GENERAL_SETTINGS,
  SECRET_KEYS,
  SERVER_NAME,
  SERVER_SETTINGS,
  type Setting,
  serverVariable,
} from "./definition.ts";

/** The values of a file as they stand in it, checked. */
export interface ConfigFile {
  readonly file: string;
  readonly general: Readonly<Record<string, string | number>>;
  readonly servers: Readonly<Record<string, Readonly<Record<string, string | number>>>>;
}

/** What is wrong, and the keys that lead to it. */
interface Problem {
  readonly keys: readonly string[];
  readonly message: string;
}

/** How many letters must be inserted, removed or exchanged to make `b` of `a`. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const exchange = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(exchange, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}

/** The name most like `wrong`, or undefined where none is like it. */
export function nearestName(wrong: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((name) => ({ name, distance: editDistance(wrong.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(2, wrong.length / 3) ? best.name : undefined;
}

/** Why a value is not what the setting takes, or undefined when it is. */
export function settingFault(setting: Setting, value: unknown): string | undefined {
  if (setting.type === "integer") {
    const { minimum, maximum } = setting;
    const fits = typeof value === "number" && Number.isInteger(value) && value >= minimum && value <= maximum;
    return fits ? undefined : `must be a whole number from ${minimum} to ${maximum}`;
  }
  if (typeof value !== "string" || value === "") return "must be a text";
  if (setting.type === "path") return undefined;
  if (setting.choices !== undefined && !setting.choices.includes(value)) {
    return `must be one of ${setting.choices.join(", ")}`;
  }
  if (setting.pattern !== undefined && !new RegExp(`^(?:${setting.pattern})$`).test(value)) {
    return `must look like ${JSON.stringify(setting.example)}`;
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function* unknownKeyProblem(keys: readonly string[], known: readonly string[]): Generator<Problem> {
  const key = keys.at(-1) ?? "";
  if (SECRET_KEYS.includes(key)) {
    const server = keys[0] === "servers" ? keys[1] : undefined;
    const secret = key.toLowerCase().startsWith("rcon") ? "rconPassword" : "password";
    const variable = serverVariable(server ?? "<SERVER>", secret);
    yield {
      keys,
      message: `secrets do not belong into this file: use the SSH agent or a key file, or set ${variable}, or ${variable}_FILE`,
    };
    return;
  }
  const nearest = nearestName(key, known);
  const hint = nearest === undefined ? `known are ${known.join(", ")}` : `did you mean "${nearest}"?`;
  yield { keys, message: `unknown key "${key}": ${hint}` };
}

function* groupProblems(
  group: Record<string, unknown>,
  settings: Readonly<Record<string, Setting>>,
  parents: readonly string[],
  others: readonly string[] = [],
): Generator<Problem> {
  for (const [key, value] of Object.entries(group)) {
    const keys = [...parents, key];
    const setting = Object.hasOwn(settings, key) ? settings[key] : undefined;
    if (setting !== undefined) {
      const fault = settingFault(setting, value);
      if (fault !== undefined) yield { keys, message: `"${key}" ${fault}` };
    } else if (!others.includes(key)) {
      yield* unknownKeyProblem(keys, [...others, ...Object.keys(settings)]);
    }
  }
}

function* problems(root: unknown): Generator<Problem> {
  if (!isObject(root)) {
    yield { keys: [], message: "the file must hold one object { … }" };
    return;
  }
  yield* groupProblems(root, GENERAL_SETTINGS, [], ["$schema", "servers"]);
  const url = root["databaseUrl"];
  if (typeof url === "string" && URL.canParse(url) && new URL(url).password !== "") {
    yield {
      keys: ["databaseUrl"],
      message: "the database's password does not belong into this file: set DATABASE_URL or PGPASSWORD",
    };
  }
  const servers = root["servers"];
  if (servers === undefined) return;
  if (!isObject(servers)) {
    yield { keys: ["servers"], message: '"servers" must be an object of servers by name' };
    return;
  }
  for (const [name, server] of Object.entries(servers)) {
    const keys = ["servers", name];
    if (!SERVER_NAME.test(name)) {
      yield { keys, message: `server name "${name}" must consist of letters, digits, "-" and "_"` };
    }
    if (isObject(server)) yield* groupProblems(server, SERVER_SETTINGS, keys);
    else yield { keys, message: `server "${name}" must be an object { … }` };
  }
}

/** Line and column (from 1) of a key, and of a syntax error where there is one; the compiler's JSON parser knows them. */
async function locator(text: string): Promise<{
  syntaxError: { place: string; message: string } | undefined;
  placeOf: (keys: readonly string[]) => string;
}> {
  const { default: ts } = await import("typescript");
  const source = ts.parseJsonText("prox.config.json", text);
  const place = (position: number): string => {
    const { line, character } = source.getLineAndCharacterOfPosition(position);
    return `${line + 1}:${character + 1}`;
  };
  // The parser keeps what it found wrong in a property that its types do not show.
  const { parseDiagnostics } = source as unknown as {
    parseDiagnostics: readonly { start: number; messageText: string | { messageText: string } }[];
  };
  const first = parseDiagnostics[0];
  const placeOf = (keys: readonly string[]): string => {
    let node: Node | undefined = source.statements[0]?.expression;
    let position = node?.getStart(source) ?? 0;
    for (const key of keys) {
      if (node === undefined || !ts.isObjectLiteralExpression(node)) break;
      // Of a doubled key the last one counts.
      const property: ObjectLiteralElementLike | undefined = node.properties.findLast(
        (each) => each.name !== undefined && ts.isStringLiteral(each.name) && each.name.text === key,
      );
      if (property === undefined) break;
      position = property.getStart(source);
      node = ts.isPropertyAssignment(property) ? property.initializer : undefined;
    }
    return place(position);
  };
  return {
    syntaxError: first && {
      place: place(first.start),
      message: typeof first.messageText === "string" ? first.messageText : first.messageText.messageText,
    },
    placeOf,
  };
}

function broken(lines: readonly string[]): ProxError {
  return new ProxError("E_CONFIG", lines.join("\n"), {
    exit: "input",
    suggestions: [
      "correct the lines above; all settings are explained in the schema that `prox init` writes beside the file",
    ],
  });
}

/** Checks the text of a configuration file. Throws E_CONFIG naming everything that is wrong in it, with its place. */
export async function parseConfig(text: string, file: string): Promise<ConfigFile> {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (error) {
    const { syntaxError } = await locator(text);
    const message = syntaxError?.message ?? messageOf(error);
    throw broken([`${file}:${syntaxError?.place ?? "1:1"}: no valid JSON: ${message}`]);
  }
  const found = [...problems(root)];
  if (found.length > 0) {
    const { placeOf } = await locator(text);
    throw broken(found.map(({ keys, message }) => `${file}:${placeOf(keys)}: ${message}`));
  }
  const { servers = {}, ...others } = root as { servers?: ConfigFile["servers"] } & Record<
    string,
    string | number
  >;
  const general = Object.fromEntries(Object.entries(others).filter(([key]) => key !== "$schema"));
  return { file, general, servers };
}

/** Reads and checks a configuration file. Throws E_CONFIG. */
export async function readConfigFile(file: string): Promise<ConfigFile> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new ProxError("E_CONFIG", `cannot read ${file}: ${messageOf(cause)}`, {
      exit: "input",
      suggestions: ["name an existing file with --config, or write one with `prox init`"],
      cause,
    });
  });
  return parseConfig(text, file);
}
