/** Every setting of `prox.config.json`: the one place that defines them. */
import { TRACKER_FILE_NAME } from "../build/tracker-name.ts";
import { OUTPUT_FOLDER } from "../format/file.ts";

interface SettingBase {
  readonly description: string;
  readonly example: string | number | boolean;
  /** The environment variable of a setting outside of `servers`; those below get theirs from {@link serverVariable}. */
  readonly variable?: string;
}

/** Text; `pattern` is a regular expression for the whole value, `choices` the only values allowed. */
export interface TextSetting extends SettingBase {
  readonly type: "text";
  readonly default?: string;
  readonly pattern?: string;
  readonly choices?: readonly string[];
}

/** A whole number from `minimum` to `maximum`, both allowed; its unit stands in the description. */
export interface IntegerSetting extends SettingBase {
  readonly type: "integer";
  readonly default?: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** A file or folder on this machine; a relative one starts at the folder of the file that states it. */
export interface PathSetting extends SettingBase {
  readonly type: "path";
  readonly default?: string;
}

/** Yes or no. */
export interface BooleanSetting extends SettingBase {
  readonly type: "boolean";
  readonly default: boolean;
}

/** One setting; `type` tells how a value is checked, and what {@link Values} holds for it. */
export type Setting = TextSetting | IntegerSetting | PathSetting | BooleanSetting;

/** A name or path on the server that cannot climb out of the folder it is below. */
const RELATIVE_PATH = "(?!.*(^|/)\\.\\.?(/|$))[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*";

/** The settings outside of `servers`. */
export const GENERAL_SETTINGS = {
  dataFolder: {
    type: "path",
    description: "folder on this machine for pulled rounds, with one folder per server below it",
    example: "prox-data",
    variable: "PROX_DATA_FOLDER",
  },
  databaseUrl: {
    type: "text",
    description:
      "the PostgreSQL database, as URL or host=… dbname=…, without password; leave it out to use the embedded one",
    example: "postgres://prox@db.example.org/prox",
    variable: "DATABASE_URL",
    pattern: "(postgres(ql)?://.+|[a-z_]+ *=.+)",
  },
  databaseTellAfter: {
    type: "integer",
    description:
      "failures in a row after which an unattended import reports that the database cannot be reached",
    example: 3,
    default: 3,
    minimum: 1,
    maximum: 10_000,
    variable: "PROX_DATABASE_TELL_AFTER",
  },
  defaultServer: {
    type: "text",
    description: "the server to use when a command names none; not needed where there is only one",
    example: "main",
    variable: "PROX_SERVER",
  },
} as const satisfies Record<string, Setting>;

/** The settings of one of the `servers`. */
export const SERVER_SETTINGS = {
  protocol: {
    type: "text",
    description:
      "how files are reached: sftp, or, where the host offers nothing else, ftps or ftp; over these two, `prox pull` alone " +
      "works, and ftp sends the password in clear text",
    example: "sftp",
    default: "sftp",
    choices: ["sftp", "ftps", "ftp"],
  },
  host: {
    type: "text",
    description: "host name, address, or an alias of ~/.ssh/config",
    example: "et.example.org",
    pattern: "[^\\s@/]+",
  },
  port: {
    type: "integer",
    description: "SSH or FTP port; by default what ~/.ssh/config says, or 22; for FTP 21",
    example: 22,
    minimum: 1,
    maximum: 65535,
  },
  user: {
    type: "text",
    description: "SSH or FTP user; by default what ~/.ssh/config says, or your own name; FTP needs it",
    example: "et",
    pattern: "[^\\s@]+",
  },
  key: {
    type: "path",
    description: "SSH private key file; by default the agent's keys and what ~/.ssh/config says",
    example: "~/.ssh/id_ed25519",
  },
  hostKey: {
    type: "text",
    description:
      "fingerprint of the server's host key, or with ftps of its certificate; by default known_hosts, or the usual authorities decide",
    example: "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
    pattern: "SHA256:[A-Za-z0-9+/]{43}",
  },
  timeoutS: {
    type: "integer",
    description: "seconds without an answer after which the server counts as unreachable",
    example: 20,
    default: 20,
    minimum: 1,
    maximum: 3600,
  },
  connectAttempts: {
    type: "integer",
    description:
      "how often prox tries to connect when a connection is refused or breaks, with pauses of 1, 2, 4 … seconds",
    example: 3,
    default: 3,
    minimum: 1,
    maximum: 10,
  },
  tellAfter: {
    type: "integer",
    description: "failures in a row after which an unattended pull reports that the server cannot be reached",
    example: 3,
    default: 3,
    minimum: 1,
    maximum: 10_000,
  },
  maximumFileMb: {
    type: "integer",
    description: "megabytes of the largest round file that is fetched from the server",
    example: 256,
    default: 256,
    minimum: 1,
    maximum: 100_000,
  },
  pullMinutes: {
    type: "integer",
    description: "minutes after which a pull stops; the next one goes on where it stopped",
    example: 60,
    default: 60,
    minimum: 1,
    maximum: 10_000,
  },
  keepFreeMb: {
    type: "integer",
    description: "megabytes that a pull leaves free on the disk of the data folder",
    example: 500,
    default: 500,
    minimum: 0,
    maximum: 10_000_000,
  },
  basepath: {
    type: "text",
    description: "fs_basepath: absolute path of the game's installation on the server",
    example: "/home/et/etlegacy",
    pattern: "/.*",
  },
  homepath: {
    type: "text",
    description: "fs_homepath: where the game writes; on Linux usually ~/.etlegacy; by default the basepath",
    example: "/home/et/.etlegacy",
    pattern: "/.*",
  },
  game: {
    type: "text",
    description: "fs_game: the folder of the mod",
    example: "legacy",
    default: "legacy",
    pattern: "[A-Za-z0-9._-]*[A-Za-z0-9][A-Za-z0-9._-]*",
  },
  cfg: {
    type: "text",
    description: "the cfg file that the server is started with (+exec), by the name that the game uses",
    example: "etl_server.cfg",
    default: "etl_server.cfg",
    pattern: RELATIVE_PATH,
  },
  module: {
    type: "text",
    description: "path of the tracker's module below fs_game, as lua_modules names it",
    example: TRACKER_FILE_NAME,
    default: TRACKER_FILE_NAME,
    pattern: `${RELATIVE_PATH}\\.lua`,
  },
  position: {
    type: "text",
    description: "where the first deploy puts the tracker in the list of modules",
    example: "first",
    default: "first",
    choices: ["first", "last"],
  },
  leagueConfigs: {
    type: "boolean",
    description: "whether a deploy also adds the tracker in the league configs (configs/*.config)",
    example: true,
    default: false,
  },
  keep: {
    type: "integer",
    description:
      "how many of the last revisions keep their modules and backups on the server when the tracker is deployed",
    example: 10,
    default: 10,
    minimum: 1,
    maximum: 10_000,
  },
  rcon: {
    type: "text",
    description: "address of the game for rcon, host:port; leave it out to go without rcon",
    example: "et.example.org:27960",
    pattern: "[^\\s]+:[0-9]{1,5}",
  },
  output: {
    type: "text",
    description: "folder of the recorded rounds below fs_game",
    example: OUTPUT_FOLDER,
    default: OUTPUT_FOLDER,
    pattern: RELATIVE_PATH,
  },
  archive: {
    type: "text",
    description:
      "folder below fs_game where `prox pull --archive` puts the rounds that are safe on this machine",
    example: `${OUTPUT_FOLDER}-archive`,
    default: `${OUTPUT_FOLDER}-archive`,
    pattern: RELATIVE_PATH,
  },
} as const satisfies Record<string, Setting>;

/** The settings of `site`, for `prox site build`. */
export const SITE_SETTINGS = {
  title: {
    type: "text",
    description: "name of the site, as it stands on every page",
    example: "Tuesday Night Rounds",
    default: "Rounds",
  },
  baseUrl: {
    type: "text",
    description:
      "address at which the site will be; previews in chats and the feed need it, links between pages do not",
    example: "https://stats.example.org",
    pattern: "https?://[^\\s?#]+",
  },
  language: {
    type: "text",
    description: "language in which days and months are written",
    example: "en-GB",
    default: "en",
  },
  timeZone: {
    type: "text",
    description: "time zone in which days and times are written",
    example: "Europe/Berlin",
    default: "UTC",
  },
  logo: {
    type: "path",
    description: "picture beside the title: PNG, JPEG, SVG or WebP",
    example: "logo.png",
  },
  theme: {
    type: "path",
    description: "style sheet that comes after that of the site",
    example: "theme.css",
  },
  roster: {
    type: "path",
    description:
      "JSON or CSV file of clans: names or GUIDs of members by the name of the clan, over what tags in names say; reports read it, too",
    example: "roster.json",
  },
  contact: {
    type: "text",
    description: "who runs the site and how they are reached, for its page on privacy",
    example: "the admins, admins@example.org",
  },
} as const satisfies Record<string, Setting>;

/** What the name of a server looks like: it becomes part of folder names and of environment variables. */
export const SERVER_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?$/;

/** Keys that people try, and that must not stand in a file. */
export const SECRET_KEYS: readonly string[] = ["password", "passphrase", "rconPassword", "rconpassword"];

type Value<S extends Setting> = S extends { readonly type: "integer" }
  ? number
  : S extends { readonly type: "boolean" }
    ? boolean
    : S extends { readonly choices: readonly (infer C)[] }
      ? C
      : string;

/** The values of a group of settings: present where there is a default, else perhaps missing. */
export type Values<D extends Record<string, Setting>> = {
  readonly [K in keyof D as D[K] extends { readonly default: unknown } ? K : never]: Value<D[K]>;
} & { readonly [K in keyof D as D[K] extends { readonly default: unknown } ? never : K]?: Value<D[K]> };

/** `hostKey` as in an environment variable: `HOST_KEY`. */
function upperSnake(name: string): string {
  return name
    .replaceAll(/([a-z])([A-Z])/g, "$1_$2")
    .replaceAll(/[^A-Za-z0-9]+/g, "_")
    .toUpperCase();
}

/** The environment variable of a server's setting or secret: `PROX_MAIN_HOST_KEY`. */
export function serverVariable(server: string, name: string): string {
  return `PROX_${upperSnake(server)}_${upperSnake(name)}`;
}
