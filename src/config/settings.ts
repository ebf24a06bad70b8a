/**
 * The settings in force. What stands further left wins: flags, environment, project file (`prox.config.json` in this
 * folder or the nearest one above), user file (`prox/config.json` below `XDG_CONFIG_HOME`), defaults.
 */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

import { detail } from "../details.ts";
import { messageOf, ProxError } from "../errors.ts";
import { userFolder } from "../user-folders.ts";
import { nearestName } from "../nearest-name.ts";
import { rememberSecret } from "../secrets.ts";
import { settingFault } from "./check-values.ts";
import { type ConfigFile, readConfigFile } from "./config-file.ts";
import {
  GENERAL_SETTINGS,
  SERVER_SETTINGS,
  SITE_SETTINGS,
  type Setting,
  type Values,
  serverVariable,
} from "./definition.ts";

/** Name of the project file. */
export const CONFIG_FILE_NAME = "prox.config.json";

type ServerValues = Values<typeof SERVER_SETTINGS>;

/** A game server's settings: local paths absolute. */
export interface ServerSettings extends ServerValues {
  readonly name: string;
  readonly host: string;
}

/** The settings outside of `servers`, and the names of those. */
export interface Settings {
  /** The files that were read, the more important first. */
  readonly files: readonly string[];
  /** Absolute path of the folder for pulled rounds. */
  readonly dataFolder: string;
  /** The database, undefined for the embedded one. */
  readonly databaseUrl: string | undefined;
  /** Failures in a row after which an unattended import reports the database. */
  readonly databaseTellAfter: number;
  readonly defaultServer: string | undefined;
  /** How the site looks; `links` are addresses by their words. */
  readonly site: Values<typeof SITE_SETTINGS> & { readonly links: Readonly<Record<string, string>> };
  /** Names of all servers, in the order of the files. */
  readonly serverNames: readonly string[];
  /** Names of servers, by the name of the group; of two files with the same group the more important one counts. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** The settings of the server of that name, or, without a name, of the only or the default one. Throws E_CONFIG. */
  server(name?: string): ServerSettings;
}

/** Where settings come from; all but `flags` have their usual meaning as default. */
export interface SettingsSources {
  /** `--config`: this file instead of the project's. */
  readonly configFile?: string | undefined;
  /** Values of flags, by the names of the settings. */
  readonly flags?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly environment?: NodeJS.ProcessEnv;
  readonly workingFolder?: string;
}

/** `~` and `~/…` mean the home folder, everything else is relative to `folder`. */
function expandPath(file: string, folder: string): string {
  if (file === "~" || file.startsWith("~/")) return path.join(homedir(), file.slice(1));
  return path.resolve(folder, file);
}

/** The nearest project file from `folder` upwards. */
function findProjectFile(folder: string): string | undefined {
  for (let here = folder; ; here = path.dirname(here)) {
    const file = path.join(here, CONFIG_FILE_NAME);
    if (existsSync(file)) return file;
    if (here === path.dirname(here)) return undefined;
  }
}

/** A value of a setting. */
type Scalar = string | number | boolean;

/** What a text means as a value of the setting. */
function fromText({ type }: Setting, text: string): Scalar {
  if (type === "integer") return Number(text);
  return type === "boolean" && /^(?:true|false)$/.test(text) ? text === "true" : text;
}

/** A value from an environment variable or a flag, checked as one of a file would be. */
function checked(setting: Setting, raw: Scalar, from: string): Scalar {
  const value = typeof raw === "string" ? fromText(setting, raw) : raw;
  const fault = settingFault(setting, value);
  if (fault === undefined) return value;
  throw new ProxError("E_CONFIG", `${from} ${fault}`, { suggestions: [setting.description] });
}

/** A group of values together with the folder at which its relative paths start. */
interface Layer {
  readonly values: Readonly<Record<string, Scalar>>;
  readonly folder: string;
}

/** Merges layers, the most important first, over the defaults. */
function merge(
  settings: Readonly<Record<string, Setting>>,
  layers: readonly Layer[],
): Record<string, unknown> {
  const merged: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(settings)) {
    const layer = layers.find(({ values }) => Object.hasOwn(values, name));
    const value = layer === undefined ? setting.default : layer.values[name];
    if (value === undefined) continue;
    merged[name] =
      setting.type === "path" && layer !== undefined ? expandPath(String(value), layer.folder) : value;
  }
  return merged;
}

/** The values that the environment holds for a group of settings. */
function environmentValues(
  settings: Readonly<Record<string, Setting>>,
  environment: NodeJS.ProcessEnv,
  variableOf: (name: string, setting: Setting) => string | undefined,
): Layer["values"] {
  const values: Record<string, Scalar> = {};
  for (const [name, setting] of Object.entries(settings)) {
    const variable = variableOf(name, setting);
    const raw = variable === undefined ? undefined : environment[variable];
    if (variable !== undefined && raw !== undefined && raw !== "") {
      values[name] = checked(setting, raw, `the environment variable ${variable}`);
    }
  }
  return values;
}

function flagValues(
  settings: Readonly<Record<string, Setting>>,
  flags: NonNullable<SettingsSources["flags"]>,
): Layer["values"] {
  const values: Record<string, Scalar> = {};
  for (const [name, setting] of Object.entries(settings)) {
    const raw = flags[name];
    if (raw !== undefined) values[name] = checked(setting, raw, `the value of "${name}"`);
  }
  return values;
}

/** The files that settings come from, the more important first; one that is named need not be there. */
export function configFiles(
  sources: Pick<SettingsSources, "configFile" | "environment" | "workingFolder"> = {},
): {
  readonly project: string | undefined;
  readonly all: readonly string[];
} {
  const { environment = process.env, workingFolder = process.cwd() } = sources;
  const named =
    sources.configFile ?? environment["PROX_CONFIG"] ?? findProjectFile(path.resolve(workingFolder));
  const project = named === undefined ? undefined : path.resolve(workingFolder, named);
  const user = path.join(userFolder("XDG_CONFIG_HOME", environment), "config.json");
  const all = [...(project === undefined ? [] : [project]), ...(existsSync(user) ? [user] : [])];
  return { project, all: [...new Set(all)] };
}

/** Reads the settings in force. Throws E_CONFIG, and E_CONFIG_FILE for a file. */
export async function loadSettings(sources: SettingsSources = {}): Promise<Settings> {
  const { environment = process.env, workingFolder = process.cwd(), flags = {} } = sources;
  const { all, project: projectFile } = configFiles({ ...sources, environment, workingFolder });
  const files: ConfigFile[] = [];
  for (const file of all) files.push(await readConfigFile(file));

  const fileLayers = files.map(({ file, general }) => ({ values: general, folder: path.dirname(file) }));
  const general = merge(GENERAL_SETTINGS, [
    { values: flagValues(GENERAL_SETTINGS, flags), folder: workingFolder },
    {
      values: environmentValues(GENERAL_SETTINGS, environment, (_name, setting) => setting.variable),
      folder: workingFolder,
    },
    ...fileLayers,
  ]) as Values<typeof GENERAL_SETTINGS>;
  const ownData =
    projectFile === undefined
      ? userFolder("XDG_DATA_HOME", environment)
      : path.join(path.dirname(projectFile), "prox-data");
  const serverNames = [...new Set(files.flatMap(({ servers }) => Object.keys(servers)))];

  const groups = new Map(files.toReversed().flatMap((file) => Object.entries(file.groups)));

  const server = (asked?: string): ServerSettings => {
    const name = asked ?? general.defaultServer ?? (serverNames.length === 1 ? serverNames[0] : undefined);
    if (name === undefined) throw noServer(serverNames);
    if (!serverNames.includes(name)) throw unknownServer(name, serverNames, files, groups.keys());
    const values = merge(SERVER_SETTINGS, [
      { values: flagValues(SERVER_SETTINGS, flags), folder: workingFolder },
      {
        values: environmentValues(SERVER_SETTINGS, environment, (setting) => serverVariable(name, setting)),
        folder: workingFolder,
      },
      ...files.map(({ file, servers }) => ({ values: servers[name] ?? {}, folder: path.dirname(file) })),
    ]) as ServerValues;
    const { host } = values;
    if (host === undefined) throw missing(name, "host", files);
    return { ...values, name, host };
  };

  detail(() => `configuration: ${files.length === 0 ? "no file" : files.map(({ file }) => file).join(", ")}`);
  return {
    files: files.map(({ file }) => file),
    dataFolder: general.dataFolder ?? ownData,
    databaseUrl: general.databaseUrl,
    databaseTellAfter: general.databaseTellAfter,
    defaultServer: general.defaultServer,
    site: {
      ...(merge(
        SITE_SETTINGS,
        files.map(({ file, site }) => ({ values: site, folder: path.dirname(file) })),
      ) as Values<typeof SITE_SETTINGS>),
      links: files.find(({ siteLinks }) => Object.keys(siteLinks).length > 0)?.siteLinks ?? {},
    },
    serverNames,
    groups,
    server,
  };
}

function noServer(names: readonly string[]): ProxError {
  return names.length === 0
    ? new ProxError("E_CONFIG", "no server is configured", {
        suggestions: ["write a configuration with `prox init --host HOST --basepath PATH`"],
      })
    : new ProxError("E_CONFIG", `cannot choose between the configured servers ${names.join(", ")}`, {
        suggestions: ["name one on the command line, or set defaultServer"],
      });
}

function unknownServer(
  name: string,
  names: readonly string[],
  files: readonly ConfigFile[],
  groups: Iterable<string>,
): ProxError {
  const nearest = nearestName(name, [...names, ...groups]);
  const where = files.map(({ file }) => file).join(" and ");
  const known =
    names.length === 0 ? "no server is configured" : `the configured servers are ${names.join(", ")}`;
  return new ProxError("E_CONFIG", `unknown server "${name}": ${known}`, {
    suggestions: [
      ...(nearest === undefined ? [] : [`did you mean "${nearest}"?`]),
      ...(where === "" ? ["write a configuration with `prox init`"] : [`servers are defined in ${where}`]),
    ],
  });
}

function missing(server: string, key: string, files: readonly ConfigFile[]): ProxError {
  return new ProxError("E_CONFIG", `server "${server}" has no "${key}"`, {
    suggestions: [
      `add "${key}" below servers.${server} in ${files[0]?.file ?? CONFIG_FILE_NAME}`,
      `or set ${serverVariable(server, key)}`,
    ],
  });
}

/** Where pulled rounds lie, a folder a server: what `prox import` reads unless it is told otherwise. */
export function roundsFolder(dataFolder: string): string {
  return path.join(dataFolder, "rounds");
}

/** The basepath of a server, which every command that touches its files needs. Throws E_CONFIG. */
export function requireBasepath(server: ServerSettings): string {
  if (server.basepath !== undefined) return server.basepath;
  throw missing(server.name, "basepath", []);
}

/** The user of a server that is reached over FTP, which knows no user of this machine. Throws E_CONFIG. */
export function requireFtpUser({ name, protocol, user }: ServerSettings): string {
  if (user !== undefined || protocol === "sftp") return user ?? "";
  throw missing(name, "user", []);
}

/** The secret, which is not shown from now on. */
function kept(secret: string): string {
  rememberSecret(secret);
  return secret;
}

/**
 * A secret of a server, `password` or `rconPassword`: from `PROX_<SERVER>_PASSWORD`, or from the file that
 * `PROX_<SERVER>_PASSWORD_FILE` names (without its final newline). Undefined where neither is set.
 */
export function serverSecret(
  server: string,
  secret: "password" | "rconPassword",
  environment: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const variable = serverVariable(server, secret);
  const value = environment[variable];
  if (value !== undefined && value !== "") return kept(value);
  const file = environment[`${variable}_FILE`];
  if (file === undefined || file === "") return undefined;
  try {
    return kept(readFileSync(file, "utf8").replace(/\r?\n$/, ""));
  } catch (cause) {
    throw new ProxError("E_SECRET", `cannot read the file that ${variable}_FILE names: ${messageOf(cause)}`, {
      suggestions: [`correct ${variable}_FILE, or set ${variable}`],
      cause,
    });
  }
}
