import { readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";

import { Flags } from "@oclif/core";

import { BaseCommand } from "../cli/base-command.ts";
import { addServer } from "../config/add-server.ts";
import { SERVER_NAME, serverVariable } from "../config/definition.ts";
import { parseConfig } from "../config/config-file.ts";
import { configSchema } from "../config/json-schema.ts";
import { plainFtpWarning } from "../config/plain-ftp.ts";
import { CONFIG_FILE_NAME } from "../config/settings.ts";
import { writingAdvice } from "../disk-advice.ts";
import { errorCodeOf, messageOf, ProxError } from "../errors.ts";

const SCHEMA_FILE_NAME = "prox.config.schema.json";

const toJson = (content: object): string => `${JSON.stringify(content, undefined, 2)}\n`;

/** Writes a file that must not exist yet, unless `force` says otherwise. */
async function writeNew(file: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(file, text, { flag: force ? "w" : "wx" });
  } catch (cause) {
    const exists = errorCodeOf(cause) === "EEXIST";
    throw new ProxError(
      "E_WRITE",
      exists ? `${file} exists already` : `cannot write ${file}: ${messageOf(cause)}`,
      {
        suggestions: exists
          ? ["edit it, or overwrite it with --force"]
          : writingAdvice(cause, ["name a writable folder with --folder"]),
        cause,
      },
    );
  }
}

/** The text of a file, undefined where there is none. */
async function readPresent(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    if (errorCodeOf(cause) === "ENOENT") return undefined;
    throw cannotWrite(file, cause);
  }
}

function cannotWrite(file: string, cause: unknown): ProxError {
  return new ProxError("E_WRITE", `cannot write ${file}: ${messageOf(cause)}`, {
    suggestions: ["name a writable folder with --folder"],
    cause,
  });
}

/** Puts a new text in the place of a file at once, with the file's permissions. */
async function replaceFile(file: string, text: string): Promise<void> {
  // A link stays one.
  const target = await realpath(file);
  const temporary = `${target}.new-${process.pid}`;
  try {
    const { mode } = await stat(target);
    await writeFile(temporary, text, { mode, flag: "wx" });
    await rename(temporary, target);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cannotWrite(file, cause);
  }
}

export default class Init extends BaseCommand {
  static override summary = "write prox.config.json, the configuration of servers and folders";
  static override description =
    "writes prox.config.json with one server, and beside it the JSON schema that editors use to complete and check " +
    "it. Where the file exists already, --server NAME adds a server to it and leaves the rest as it is. Secrets do not " +
    "belong in it: use the SSH agent, key files or the environment";
  static override examples = [
    "<%= config.bin %> <%= command.id %> --host et.example.org --user et --basepath /home/et/etlegacy",
    "<%= config.bin %> <%= command.id %> --server league --host league-alias --basepath /opt/et --cfg league.cfg --rcon 192.0.2.7:27960",
    "<%= config.bin %> <%= command.id %> --server public --host public.example.org --basepath /opt/et --force",
  ];
  static override flags = {
    server: Flags.string({
      summary: "name that commands use for the server",
      default: "main",
      helpValue: "NAME",
    }),
    host: Flags.string({
      summary: "host name, address or alias of ~/.ssh/config",
      default: "et.example.org",
      helpValue: "HOST",
    }),
    protocol: Flags.option({ options: ["sftp", "ftps", "ftp"] as const })({
      summary: "how files are reached; over ftps and ftp only `prox pull` works",
    }),
    port: Flags.integer({ summary: "SSH or FTP port", min: 1, max: 65_535, helpValue: "PORT" }),
    user: Flags.string({ summary: "SSH or FTP user", helpValue: "USER" }),
    key: Flags.string({ summary: "SSH private key file", helpValue: "FILE" }),
    "host-key": Flags.string({ summary: "fingerprint of the server's host key", helpValue: "SHA256:…" }),
    basepath: Flags.string({
      summary: "fs_basepath on the server",
      default: "/home/et/etlegacy",
      helpValue: "PATH",
    }),
    homepath: Flags.string({ summary: "fs_homepath on the server", helpValue: "PATH" }),
    game: Flags.string({ summary: "fs_game on the server", default: "legacy", helpValue: "NAME" }),
    cfg: Flags.string({
      summary: "cfg file that the server is started with",
      default: "etl_server.cfg",
      helpValue: "NAME",
    }),
    rcon: Flags.string({ summary: "address of the game for rcon", helpValue: "HOST:PORT" }),
    folder: Flags.string({ summary: "folder to write to", default: ".", helpValue: "FOLDER" }),
    force: Flags.boolean({
      summary: "overwrite the file; with --server, only that server in it",
    }),
  };

  async run(): Promise<object> {
    const { flags, raw } = await this.parse(Init);
    const { server, folder, force, host, port, user, key, basepath, homepath, game, cfg, rcon } = flags;
    if (!SERVER_NAME.test(server)) {
      throw new ProxError("E_USAGE", `server name "${server}" must consist of letters, digits, "-" and "_"`, {
        suggestions: ["choose a name such as main"],
      });
    }
    const file = path.resolve(folder, CONFIG_FILE_NAME);
    const schemaFile = path.resolve(folder, SCHEMA_FILE_NAME);
    const { protocol } = flags;
    const values = {
      protocol,
      host,
      port,
      user,
      key,
      hostKey: flags["host-key"],
      basepath,
      homepath,
      game,
      cfg,
      rcon,
    };
    const isGiven = (name: string): boolean => raw.some((word) => word.type === "flag" && word.flag === name);
    const present = isGiven("server") ? await readPresent(file) : undefined;
    if (present === undefined) {
      const config = toJson({
        $schema: `./${SCHEMA_FILE_NAME}`,
        dataFolder: "prox-data",
        servers: { [server]: values },
      });
      parseConfig(config, file);
      await writeNew(file, config, force);
    } else {
      if (!isGiven("host")) {
        throw new ProxError("E_USAGE", `cannot add server "${server}" to ${file}: its host is missing`, {
          suggestions: ["name it with --host"],
        });
      }
      await replaceFile(file, addServer(present, file, { name: server, values }, force));
    }
    await writeNew(schemaFile, toJson(configSchema()), true);
    this.tell(present === undefined ? `wrote ${file} and its schema` : `added server "${server}" to ${file}`);
    const warning = plainFtpWarning({ name: server, protocol: protocol ?? "sftp" });
    if (warning !== undefined) this.warn(warning);
    if (protocol !== undefined && protocol !== "sftp") {
      this.tell(
        `next: set ${serverVariable(server, "password")}, then \`prox doctor ${server}\` and \`prox pull ${server}\``,
      );
      return { file, schemaFile, server };
    }
    this.tell(
      `next: check the paths in it, then \`prox status ${server}\` and \`prox deploy ${server} --dry-run\``,
    );
    return { file, schemaFile, server };
  }
}
