/** Checks of the values of a configuration file against the definition of the settings. Pure. */
import { nearestName } from "../nearest-name.ts";
import {
  GENERAL_SETTINGS,
  SECRET_KEYS,
  SERVER_NAME,
  SERVER_SETTINGS,
  SITE_SETTINGS,
  type Setting,
  serverVariable,
} from "./definition.ts";

/** What is wrong, and the keys that lead to it. */
export interface Problem {
  readonly keys: readonly string[];
  readonly message: string;
  /** What to do about it, where the message does not say so itself. */
  readonly advice?: string;
}

/** Why a value is not what the setting takes, or undefined when it is. */
export function settingFault(setting: Setting, value: unknown): string | undefined {
  if (setting.type === "integer") {
    const { minimum, maximum } = setting;
    const fits = typeof value === "number" && Number.isInteger(value) && value >= minimum && value <= maximum;
    return fits ? undefined : `must be a whole number from ${minimum} to ${maximum}`;
  }
  if (setting.type === "boolean") return typeof value === "boolean" ? undefined : "must be true or false";
  if (typeof value !== "string" || value === "") return "must be text";
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
    const variable =
      server === undefined
        ? serverVariable("x", secret).replace("_X_", "_<SERVER>_")
        : serverVariable(server, secret);
    yield {
      keys,
      message: `secrets do not belong in this file: use the SSH agent or a key file, or set ${variable}, or ${variable}_FILE`,
    };
    return;
  }
  const nearest = nearestName(key, known);
  const hint = nearest === undefined ? `known keys: ${known.join(", ")}` : `did you mean "${nearest}"?`;
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
      if (fault !== undefined) {
        const advice = `${setting.description}; for example ${JSON.stringify(setting.example)}`;
        yield { keys, message: `"${key}" ${fault}`, advice };
      }
    } else if (!others.includes(key)) {
      yield* unknownKeyProblem(keys, [...others, ...Object.keys(settings)]);
    }
  }
}

/** A password in a database URL, in its query, or in a list `keyword=value`. */
const PASSWORD_IN_ADDRESS = /^[a-z]+:\/\/[^/?#@:]*:[^@]+@|\bpassword\s*=/i;

/** Everything that is wrong in the values of a configuration file. */
export function* findProblems(root: unknown): Generator<Problem> {
  if (!isObject(root)) {
    yield { keys: [], message: "the file must hold one object { … }" };
    return;
  }
  yield* groupProblems(root, GENERAL_SETTINGS, [], ["$schema", "servers", "groups", "site"]);
  const url = root["databaseUrl"];
  if (typeof url === "string" && PASSWORD_IN_ADDRESS.test(url)) {
    yield {
      keys: ["databaseUrl"],
      message:
        "the database's password does not belong in this file: set DATABASE_URL or PGPASSWORD, or use ~/.pgpass",
    };
  }
  yield* serverProblems(root["servers"]);
  yield* siteProblems(root["site"]);
  yield* groupsProblems(root["groups"], isObject(root["servers"]) ? root["servers"] : {});
}

function* siteProblems(site: unknown): Generator<Problem> {
  if (site === undefined) return;
  if (!isObject(site)) {
    yield { keys: ["site"], message: '"site" must be an object { … }' };
    return;
  }
  yield* groupProblems(site, SITE_SETTINGS, ["site"], ["links"]);
  const { links } = site;
  if (links === undefined) return;
  const isLink = (address: unknown): boolean =>
    typeof address === "string" && /^https?:\/\/\S+$/u.test(address);
  if (!isObject(links) || !Object.values(links).every(isLink)) {
    yield {
      keys: ["site", "links"],
      message:
        '"links" must be an object of addresses by their words, such as { "Discord": "https://discord.gg/…" }',
    };
  }
}

function* serverProblems(servers: unknown): Generator<Problem> {
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

/** What is wrong in `groups`. Whether the servers of a group exist, all files together say. */
function* groupsProblems(groups: unknown, servers: Record<string, unknown>): Generator<Problem> {
  if (groups === undefined) return;
  if (!isObject(groups)) {
    yield { keys: ["groups"], message: '"groups" must be an object of lists of servers by name' };
    return;
  }
  for (const [name, members] of Object.entries(groups)) {
    const keys = ["groups", name];
    if (!SERVER_NAME.test(name)) {
      yield { keys, message: `group name "${name}" must consist of letters, digits, "-" and "_"` };
    }
    if (Object.hasOwn(servers, name)) {
      yield {
        keys,
        message: `group "${name}" has the name of a server: choose another name for one of them`,
      };
    }
    const isList = Array.isArray(members) && members.length > 0;
    if (!isList || !members.every((member) => typeof member === "string" && SERVER_NAME.test(member))) {
      yield { keys, message: `group "${name}" must be a list of names of servers, such as ["main"]` };
    }
  }
}
