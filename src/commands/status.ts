import { Flags } from "@oclif/core";

import { loadModule } from "../cli/load-module.ts";
import { SERVER_ARGUMENT, SETTING_FLAGS, ServerCommand } from "../cli/server-command.ts";
import { nameAndValue } from "../cli/render/name-and-value.ts";
import { describeServerStatus } from "../cli/views/server-status.ts";
import { readServerStatus } from "../status/server-status.ts";
import { databaseStatus } from "../db/status.ts";
import { EXIT_CODES } from "../errors/exit-codes.ts";
import { ProxError } from "../errors.ts";
import { ABANDONED_MINUTES } from "../pull/pull.ts";

export default class Status extends ServerCommand {
  static override summary = "show a game server's status: tracker, lock, rounds";
  static override description =
    "compares the built tracker, the one on the server and the one that the running game has loaded (over rcon, " +
    "where configured), and shows revisions, lock, waiting rounds, the last pull and the last import; exit code 7 " +
    "when something differs";
  static override examples = [
    "<%= config.bin %> <%= command.id %> main",
    "<%= config.bin %> <%= command.id %> main --json",
  ];
  static override args = { server: SERVER_ARGUMENT };
  static override flags = {
    file: Flags.string({ summary: "module to compare with instead of a fresh build", helpValue: "FILE" }),
    ...SETTING_FLAGS,
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Status);
    const settings = await this.loadSettings(flags);
    const server = settings.server(args.server);
    const module = await loadModule(flags.file);
    const rcon = this.rconIfKnown(server);
    const status = await this.withConnection(server, ({ files }) =>
      readServerStatus(files, server, {
        module,
        rcon,
        dataFolder: settings.dataFolder,
        abandonedS: ABANDONED_MINUTES * 60,
      }),
    );
    const { lastImport, rejectedFiles } = await this.#import(settings.databaseUrl);
    for (const line of nameAndValue(describeServerStatus(status, lastImport, rejectedFiles))) this.log(line);
    for (const difference of status.drift) this.warn(difference);
    if (status.drift.length > 0) process.exitCode = EXIT_CODES.verification;
    return { ...status, loadedSha1: status.loadedSha1 ?? null, lastImport, rejectedFiles };
  }

  /** When a round was imported last, or why that is not known, and how many files and paths are refused. */
  async #import(
    databaseUrl: string | undefined,
  ): Promise<{ lastImport: string; rejectedFiles: number | null }> {
    const unknown = (reason: string) => ({ lastImport: `unknown: ${reason}`, rejectedFiles: null });
    try {
      const { contents, isRunning } = await databaseStatus(databaseUrl);
      if (!isRunning) return unknown("the embedded database is not running");
      const lastImport = contents?.lastImportAt?.toISOString() ?? "never";
      return { lastImport, rejectedFiles: contents?.rejectedFiles ?? null };
    } catch (error) {
      if (error instanceof ProxError) return unknown(error.message);
      throw error;
    }
  }
}
