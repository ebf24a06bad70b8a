import { Flags } from "@oclif/core";

import { startProgress, type Progress } from "../cli/progress.ts";
import { pullSummary } from "../cli/views/pull-summary.ts";
import { SERVER_ARGUMENT, SETTING_FLAGS, ServerCommand } from "../cli/server-command.ts";
import type { ServerSettings } from "../config/settings.ts";
import { counted } from "../counts.ts";
import { ProxError } from "../errors.ts";
import { ABANDONED_MINUTES, type PullOptions, type PullResult, pullServer } from "../pull/pull.ts";

/** Whether there is anything to tell when nobody asks. */
function isWorthTelling({ fetchedFiles, archivedFiles, deletedFiles }: PullResult): boolean {
  return fetchedFiles + archivedFiles + deletedFiles > 0;
}

export default class Pull extends ServerCommand {
  static override summary = "fetch new rounds from game servers";
  static override description =
    "fetches the rounds that are not here yet over one connection, checks each file against its own checksum, and " +
    "leaves those that are still being played for the next time. Without a name it pulls from all servers of the " +
    "configuration. Where there is no terminal it says nothing when there is nothing to do, so that cron stays silent. What --archive moved away can be moved back on the server and is not fetched twice; --delete cannot be undone";
  static override examples = [
    "<%= config.bin %> <%= command.id %>",
    "<%= config.bin %> <%= command.id %> main --archive && <%= config.bin %> import",
    "<%= config.bin %> <%= command.id %> main --verbose --json",
  ];
  static override args = { server: SERVER_ARGUMENT };
  static override flags = {
    archive: Flags.boolean({
      summary: "move the server's files into its archive folder once they are safe here",
      exclusive: ["delete"],
    }),
    delete: Flags.boolean({ summary: "delete the server's files once they are safe here" }),
    "abandoned-after": Flags.integer({
      summary: "minutes without a change after which an unfinished round is fetched as it is",
      default: ABANDONED_MINUTES,
      min: 1,
      helpValue: "MINUTES",
    }),
    "data-folder": Flags.string({ summary: "folder for the rounds on this machine", helpValue: "FOLDER" }),
    verbose: Flags.boolean({ char: "v", summary: "also say when there is nothing to do" }),
    ...SETTING_FLAGS,
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Pull);
    const settings = await this.loadSettings(flags, { dataFolder: flags["data-folder"] });
    const isAll = args.server === undefined && settings.defaultServer === undefined;
    const names = isAll && settings.serverNames.length > 0 ? settings.serverNames : [args.server];
    const servers = names.map((name) => settings.server(name));
    const results: PullResult[] = [];
    const failures: ProxError[] = [];
    for (const server of servers) {
      try {
        const result = await this.#pull(server, settings.dataFolder, {
          afterwards: flags.archive ? "archive" : flags.delete ? "delete" : "keep",
          abandonedS: flags["abandoned-after"] * 60,
          signal: this.interrupted,
        });
        results.push(result);
        this.#tell(result, flags.verbose);
      } catch (error) {
        if (!(error instanceof ProxError) || error.exit === "interrupted") throw error;
        failures.push(error);
      }
    }
    this.#judge(servers, results, failures);
    return { servers: results };
  }

  #pull(server: ServerSettings, dataFolder: string, options: PullOptions): Promise<PullResult> {
    let bar: Progress | undefined;
    return this.withConnection(server, async ({ files }) => {
      try {
        return await pullServer(files, server, dataFolder, {
          ...options,
          progress: (done, total) => {
            bar ??= startProgress(`pull ${server.name}`, total);
            bar.update(done);
          },
        });
      } finally {
        bar?.stop();
      }
    });
  }

  #tell(result: PullResult, isVerbose: boolean): void {
    if (isVerbose || process.stdout.isTTY || isWorthTelling(result)) this.log(pullSummary(result));
    for (const { name, message } of result.damaged) this.warn(`${result.server}: ${name} ${message}`);
    for (const { name, message } of result.failed) this.warn(`${result.server}: ${name}: ${message}`);
  }

  /** Ends with an error where something went wrong; what was fetched is kept in any case. */
  #judge(
    servers: readonly ServerSettings[],
    results: readonly PullResult[],
    failures: readonly ProxError[],
  ): void {
    const [first] = failures;
    const result = { servers: results };
    if (first !== undefined) {
      const { code, exit, suggestions, details } = first;
      const message = failures.map((failure) => failure.message).join("\n");
      throw new ProxError(code, message, {
        exit: servers.length > 1 && results.length > 0 ? "partial" : exit,
        suggestions,
        result,
        ...(details === undefined ? {} : { details }),
        cause: first,
      });
    }
    const damaged = results.reduce((sum, each) => sum + each.damaged.length, 0);
    if (damaged > 0) {
      throw new ProxError("E_PULL_DAMAGED", `${counted(damaged, "file")} damaged on the server`, {
        exit: "verification",
        suggestions: ["look at the lines above; they are fetched again when they change there"],
        result,
      });
    }
    const failed = results.reduce((sum, each) => sum + each.failed.length, 0);
    if (failed > 0) {
      throw new ProxError("E_PULL_PARTIAL", `${counted(failed, "file")} could not be fetched or put away`, {
        exit: "partial",
        suggestions: ["look at the lines above; the next pull tries again"],
        result,
      });
    }
  }
}
