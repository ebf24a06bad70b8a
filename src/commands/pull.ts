import { Flags } from "@oclif/core";

import { AFTER_RUN_FLAGS } from "../cli/after-run.ts";
import type { FleetBoard } from "../cli/fleet-board.ts";
import { FLEET_FLAGS, FleetCommand, SERVERS_ARGUMENT, fleetFailureJson } from "../cli/fleet-command.ts";
import { startProgress, type Progress } from "../cli/progress.ts";
import { megabytes, pullSummary } from "../cli/views/pull-summary.ts";
import { LIMIT_RATE_FLAG } from "../cli/rate-flag.ts";
import { SETTING_FLAGS } from "../cli/server-command.ts";
import { plainFtpWarning } from "../config/plain-ftp.ts";
import type { ServerSettings } from "../config/settings.ts";
import { counted } from "../counts.ts";
import { EXIT_CODES } from "../errors/exit-codes.ts";
import { messageOf, ProxError } from "../errors.ts";
import { endOutage, isNewFailure } from "../outage.ts";
import { ABANDONED_MINUTES, type PullOptions, type PullResult, pullPaths, pullServer } from "../pull/pull.ts";
import { RateLimit } from "../pull/rate-limit.ts";
import { type TrackerWatch, watchTracker } from "../status/tracker-watch.ts";
import { type FleetFailure, runFleet } from "../server/fleet.ts";

/** Whether there is anything to tell when nobody asks. */
function isWorthTelling({ fetchedFiles, archivedFiles, deletedFiles }: PullResult): boolean {
  return fetchedFiles + archivedFiles + deletedFiles > 0;
}

/** Failures that often pass by themselves. */
const PASSING: ReadonlySet<string> = new Set([
  "E_SSH_CONNECT",
  "E_FTP_CONNECT",
  "E_SSH_TIMEOUT",
  "E_REMOTE_LOST",
  "E_REMOTE_TIMEOUT",
]);

/** What was pulled, and whether the game would still load the tracker; undefined where that cannot be found out. */
interface WatchedPull extends PullResult {
  readonly tracker: TrackerWatch | undefined;
}

/** A server that could not be pulled from. */
interface Failure extends FleetFailure {
  /** Whether it is to be told now. */
  readonly isNews: boolean;
}

export default class Pull extends FleetCommand {
  static override summary = "fetch new rounds from game servers";
  static override description =
    "fetches, over one connection, the rounds that this machine does not have yet, checks each file against its own " +
    "checksum, and leaves rounds that are still being played for the next time. Without a name it pulls from every " +
    "server of the configuration, unless defaultServer is set; several servers are pulled side by side. Without a terminal it prints nothing when there is nothing to do, so that cron " +
    "stays silent; it reports a server that cannot be reached once, after `tellAfter` failures in a row, and once " +
    "more when the server is back. It also reports, once, when an update of cfg files or league configs, or a new " +
    "container, has taken out the tracker that `prox deploy` put there. The exit code is 0 when prox could pull from at least one server, unless --strict " +
    "is given. Files that --archive moved can be moved back on the server, and prox does not fetch them twice; " +
    "--delete cannot be undone";
  static override examples = [
    "<%= config.bin %> <%= command.id %>",
    "<%= config.bin %> <%= command.id %> main --archive && <%= config.bin %> import",
    "<%= config.bin %> <%= command.id %> main --verbose --json",
    "<%= config.bin %> <%= command.id %> --all --limit-rate 2M",
  ];
  static override args = { servers: SERVERS_ARGUMENT };
  static override flags = {
    archive: Flags.boolean({
      summary: "move the server's files into its archive folder once they are safe on this machine",
      exclusive: ["delete"],
    }),
    delete: Flags.boolean({ summary: "delete the server's files once they are safe on this machine" }),
    "abandoned-after": Flags.integer({
      summary: "minutes without a change after which an unfinished round is fetched as it is",
      default: ABANDONED_MINUTES,
      min: 1,
      helpValue: "MINUTES",
    }),
    "data-folder": Flags.string({ summary: "folder for the rounds on this machine", helpValue: "FOLDER" }),
    strict: Flags.boolean({
      summary: "exit with an error when any server or file failed: for monitoring",
    }),
    "limit-rate": LIMIT_RATE_FLAG,
    ...AFTER_RUN_FLAGS,
    ...FLEET_FLAGS,
    ...SETTING_FLAGS,
  };

  protected override readonly worksOverFtp = true;

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Pull);
    const settings = await this.loadSettings(flags, { dataFolder: flags["data-folder"] });
    const isAll = args.servers === undefined && settings.defaultServer === undefined;
    const { servers } = this.select(settings, args.servers, { ...flags, all: flags.all || isAll });
    const isTold = flags.verbose || process.stdout.isTTY || this.jsonEnabled();
    for (const server of isTold ? servers : []) {
      const warning = plainFtpWarning(server);
      if (warning !== undefined) this.warn(warning);
    }
    const limit = flags["limit-rate"];
    const rateLimit = limit === undefined ? undefined : new RateLimit(limit);
    const board = this.startBoard(servers);
    const stopped = { parallel: flags.parallel, isStoppedByFailure: false };
    const { done, failed, left } = await runFleet(servers, stopped, async (server) => {
      board.step(server.name, "connects");
      const { outage } = pullPaths(settings.dataFolder, server.name);
      try {
        const result = await this.#pull(server, settings.dataFolder, board, servers.length > 1, {
          afterwards: flags.archive ? "archive" : flags.delete ? "delete" : "keep",
          abandonedS: flags["abandoned-after"] * 60,
          rateLimit,
          signal: this.interrupted,
        });
        const ended = endOutage(outage);
        board.step(server.name, pullSummary(result));
        board.write(() => {
          if (ended !== undefined && (isTold || ended.told !== undefined)) {
            this.warn(
              `${server.name}: can be pulled from again; it failed since ${ended.since}, ${counted(ended.failures, "time")}`,
            );
          }
          this.#tell(result, flags.verbose);
          this.#tellOfTracker(result, isTold);
        });
        return result;
      } catch (error) {
        board.step(server.name, messageOf(error));
        throw error;
      }
    }).finally(() => {
      board.stop();
    });
    const results = done.map(({ result }) => result);
    const interruption = failed.find(({ error }) => error.exit === "interrupted");
    if (interruption !== undefined) {
      throw interruption.error.withResult({ servers: results, failed: failed.map(fleetFailureJson), left });
    }
    const byName = new Map(servers.map((server) => [server.name, server]));
    const failures = failed.map(({ server: name, error }) => {
      const server = byName.get(name);
      const { outage } = pullPaths(settings.dataFolder, name);
      return {
        server: name,
        error,
        isNews: isTold || server === undefined || this.#isNews(outage, server, error),
      };
    });
    this.#reportFailures(results, failures, flags.strict);
    const news = failures.filter(({ isNews }) => isNews);
    if (news.length > 0) this.noteFailure({ servers: results, failed: news.map(fleetFailureJson) });
    return { servers: results, failed: failures.map(fleetFailureJson), left };
  }

  /** Whether an unattended run tells of a failure. */
  #isNews(file: string, server: ServerSettings, error: ProxError): boolean {
    // Another pull at work is no failure of the server.
    if (error.exit === "locked") return false;
    return isNewFailure(file, { reason: error.code, mayPass: PASSING.has(error.code) }, server.tellAfter);
  }

  #pull(
    server: ServerSettings,
    dataFolder: string,
    board: FleetBoard,
    isOneOfMany: boolean,
    options: PullOptions,
  ): Promise<WatchedPull> {
    let bar: Progress | undefined;
    return this.withConnection(
      server,
      async ({ files }) => {
        try {
          const result = await pullServer(files, server, dataFolder, {
            ...options,
            progress: (done, total) => {
              board.step(server.name, `${Math.floor((100 * done) / total)} % of ${megabytes(total)} fetched`);
              if (isOneOfMany) return;
              bar ??= startProgress(`pull ${server.name}`, total);
              bar.update(done);
            },
          });
          // Over FTP each look costs a request in turn, and prox never deploys there.
          const isWatched = server.protocol === "sftp";
          const { tracker } = pullPaths(dataFolder, server.name);
          return { ...result, tracker: isWatched ? await watchTracker(files, server, tracker) : undefined };
        } finally {
          bar?.stop();
        }
      },
      true,
    );
  }

  #tell(result: PullResult, isVerbose: boolean): void {
    if (isVerbose || process.stdout.isTTY || isWorthTelling(result)) this.logDone(pullSummary(result));
    for (const { name, message } of result.damaged) this.warn(`${result.server}: ${name} ${message}`);
    for (const { name, message } of result.failed) this.warn(`${result.server}: ${name}: ${message}`);
  }

  /** Tells whether something has taken the tracker out of the game's lists: to those who look, and once of each change. */
  #tellOfTracker({ server, tracker }: WatchedPull, isTold: boolean): void {
    if (tracker === undefined || (!tracker.isNews && !isTold)) return;
    for (const problem of tracker.problems) this.warn(`${server}: ${problem}`);
    if (tracker.isNews && tracker.problems.length === 0) {
      this.warn(`${server}: the game's lists name the tracker again`);
    }
  }

  /**
   * Ends with an error where no server could be pulled from. What single servers or files failed with is a warning,
   * so that `prox pull && prox import` imports what the others gave; with `isStrict` it is an error, for a monitor.
   */
  #reportFailures(results: readonly PullResult[], failures: readonly Failure[], isStrict: boolean): void {
    const [first] = failures;
    const result = { servers: results, failed: failures.map(fleetFailureJson) };
    if (first !== undefined && results.length === 0) {
      const { code, exit, suggestions, details } = first.error;
      // Told before, and nobody is looking: the exit code says it.
      if (!isStrict && !failures.some(({ isNews }) => isNews)) this.exit(EXIT_CODES[exit]);
      const lines = failures.map(({ server, error }) => `${server}: ${messageOf(error)}`);
      throw new ProxError(code, lines, { suggestions, details, result, cause: first.error });
    }
    if (first !== undefined && isStrict) {
      const lines = failures.map(({ server, error }) => `${server}: ${messageOf(error)} [${error.code}]`);
      throw new ProxError("E_PULL_SERVERS", lines, {
        suggestions: first.error.suggestions,
        details: { failures: failures.map(fleetFailureJson) },
        result,
        cause: first.error,
      });
    }
    for (const { server, error, isNews } of failures) {
      if (isNews) this.warn(`${server}: ${messageOf(error)} [${error.code}]`);
    }
    if (!isStrict) return;
    const damaged = results.reduce((sum, each) => sum + each.damaged.length, 0);
    if (damaged > 0) {
      throw new ProxError("E_PULL_DAMAGED", `${counted(damaged, "file")} damaged on the server`, {
        suggestions: ["see the lines above; prox fetches a file again when it changes on the server"],
        result,
      });
    }
    const failed = results.reduce((sum, each) => sum + each.failed.length, 0);
    if (failed > 0) {
      throw new ProxError(
        "E_PULL_PARTIAL",
        `${counted(failed, "file")} could not be fetched, archived or deleted`,
        {
          suggestions: ["see the lines above; the next pull tries again"],
          result,
        },
      );
    }
  }
}
