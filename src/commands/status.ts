import { Flags } from "@oclif/core";

import { loadModule } from "../cli/load-module.ts";
import { FLEET_FLAGS, FleetCommand, SERVERS_ARGUMENT } from "../cli/fleet-command.ts";
import { sameCommand } from "../cli/same-command.ts";
import { SETTING_FLAGS } from "../cli/server-command.ts";
import { nameAndValue } from "../cli/render/name-and-value.ts";
import { describeServerStatus, serverStatusLine } from "../cli/views/server-status.ts";
import { readServerStatus } from "../status/server-status.ts";
import { databaseStatus } from "../db/status.ts";
import { EXIT_CODES } from "../errors/exit-codes.ts";
import { ProxError } from "../errors.ts";
import { ABANDONED_MINUTES } from "../pull/pull.ts";

/** What the database knows of imports. */
interface ImportState {
  readonly lastImport: string;
  readonly rejectedFiles: number | null;
}

export default class Status extends FleetCommand {
  static override summary = "show a game server's status: tracker, lock, rounds";
  static override description =
    "compares the built tracker, the one on the server and the one that the running game has loaded (over rcon, " +
    "where configured), and shows revisions, lock, waiting rounds, the last pull and the last import; exit code 7 " +
    "when something differs";
  static override examples = [
    "<%= config.bin %> <%= command.id %> main",
    "<%= config.bin %> <%= command.id %> main --json",
    "<%= config.bin %> <%= command.id %> --all",
  ];
  static override args = { servers: SERVERS_ARGUMENT };
  static override flags = {
    file: Flags.string({ summary: "module to compare with instead of a fresh build", helpValue: "FILE" }),
    ...FLEET_FLAGS,
    ...SETTING_FLAGS,
  };

  async run(): Promise<object> {
    const { args, flags, raw } = await this.parse(Status);
    const settings = await this.loadSettings(flags);
    const selection = this.select(settings, args.servers, flags);
    const module = await loadModule(flags.file);
    const again = (servers: readonly string[]) => sameCommand("status", raw, Status.flags, servers);
    let importing: Promise<ImportState> | undefined;
    const { answer, results } = await this.onServers(
      selection,
      { parallel: flags.parallel, isStoppedByFailure: false, again },
      async (server, voice) => {
        const rcon = this.rconIfKnown(server);
        const status = await this.withConnection(server, ({ files }) =>
          readServerStatus(files, server, {
            module,
            rcon,
            dataFolder: settings.dataFolder,
            abandonedS: ABANDONED_MINUTES * 60,
          }),
        );
        const { lastImport, rejectedFiles } = await (importing ??= this.#import(settings.databaseUrl));
        const lines = nameAndValue(describeServerStatus(status, lastImport, rejectedFiles));
        for (const line of lines) voice.log(line);
        for (const difference of status.drift) voice.warn(difference);
        return {
          result: { ...status, loadedSha1: status.loadedSha1 ?? null, lastImport, rejectedFiles },
          summary: serverStatusLine(status),
        };
      },
    );
    if (results.some(({ drift }) => drift.length > 0)) process.exitCode = EXIT_CODES.verification;
    return answer;
  }

  /** When a round was imported last, or why that is not known, and how many files and paths are refused. */
  async #import(databaseUrl: string | undefined): Promise<ImportState> {
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
