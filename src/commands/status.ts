import { Flags } from "@oclif/core";

import { loadModule } from "../cli/load-module.ts";
import { MAX_AGE_FLAG } from "../cli/age-flag.ts";
import { AFTER_RUN_FLAGS } from "../cli/after-run.ts";
import { FLEET_FLAGS, FleetCommand, SERVERS_ARGUMENT, type Voice } from "../cli/fleet-command.ts";
import { sameCommand } from "../cli/same-command.ts";
import { SETTING_FLAGS } from "../cli/server-command.ts";
import { nameAndValue } from "../cli/render/name-and-value.ts";
import { describeServerStatus, serverStatusLine } from "../cli/views/server-status.ts";
import type { ServerSettings } from "../config/settings.ts";
import { type MaximumAges, describeLate, findLate } from "../status/lateness.ts";
import { type DatabaseFacts, prometheusText } from "../status/metrics.ts";
import { type ServerStatus, readServerStatus } from "../status/server-status.ts";
import { writeTextfile } from "../status/write-textfile.ts";
import { describeMixedRules, type RuleVersion } from "../db/rule-versions.ts";
import { databaseStatus } from "../db/status.ts";
import { EXIT_CODES } from "../errors/exit-codes.ts";
import { ProxError } from "../errors.ts";
import { ABANDONED_MINUTES } from "../pull/pull.ts";

/** What the database knows of imports. */
interface ImportState extends DatabaseFacts {
  /** When a round was last imported, or why that is not known. */
  readonly lastImport: string;
  /** Why it is not known; null where it is. */
  readonly unknown: string | null;
  /** Rules of which rounds have rows of several versions. */
  readonly mixedRules: readonly RuleVersion[];
}

const UNKNOWN = {
  lastImportAt: null,
  rejectedFiles: null,
  trackers: [],
  mixedRules: [],
};

export default class Status extends FleetCommand {
  static override summary = "show a game server's status: tracker, lock, rounds";
  static override description =
    "compares the built tracker, the one on the server and the one that the running game has loaded (over rcon, " +
    "where configured), and shows revisions, lock, waiting rounds, the last pull and the last import; exit code 7 " +
    "when something differs, or is older than --max-age allows. With --textfile it also writes prox.prom, metrics in the " +
    "text format of Prometheus; a server that cannot be reached is 0 there";
  static override examples = [
    "<%= config.bin %> <%= command.id %> main",
    "<%= config.bin %> <%= command.id %> main --json",
    "<%= config.bin %> <%= command.id %> --all --max-age pull=15m --max-age round=2d",
    "<%= config.bin %> <%= command.id %> --all --textfile /var/lib/node_exporter",
  ];
  static override args = { servers: SERVERS_ARGUMENT };
  static override flags = {
    file: Flags.string({ summary: "module to compare with instead of a fresh build", helpValue: "FILE" }),
    "max-age": MAX_AGE_FLAG,
    textfile: Flags.string({
      summary: "folder where to write prox.prom, metrics for Prometheus",
      helpValue: "FOLDER",
    }),
    ...AFTER_RUN_FLAGS,
    ...FLEET_FLAGS,
    ...SETTING_FLAGS,
  };

  async run(): Promise<object> {
    const { args, flags, raw } = await this.parse(Status);
    const settings = await this.loadSettings(flags);
    const selection = this.select(settings, args.servers, flags);
    const module = await loadModule(flags.file);
    const maximum: MaximumAges = Object.assign({}, ...(flags["max-age"] ?? [])) as MaximumAges;
    const again = (servers: readonly string[]) => sameCommand("status", raw, Status.flags, servers);
    const importing = this.#import(settings.databaseUrl);
    // Whatever becomes of the servers, it is waited for below.
    importing.catch(() => undefined);
    const found = new Map<string, ServerStatus | undefined>(
      selection.servers.map(({ name }) => [name, undefined]),
    );
    const look = async (server: ServerSettings, voice: Voice) => {
      const rcon = this.rconIfKnown(server);
      const status = await this.withConnection(server, ({ files }) =>
        readServerStatus(files, server, {
          module,
          rcon,
          dataFolder: settings.dataFolder,
          abandonedS: ABANDONED_MINUTES * 60,
        }),
      );
      found.set(server.name, status);
      const { lastImport, lastImportAt, mixedRules, rejectedFiles, unknown } = await importing;
      const { lastPullAt, lastRoundAt } = status.rounds;
      const late = findLate({ pull: lastPullAt, import: lastImportAt, round: lastRoundAt }, maximum);
      const lines = nameAndValue(describeServerStatus(status, lastImport, rejectedFiles));
      for (const line of lines) voice.answer(line);
      for (const words of describeMixedRules(mixedRules)) voice.answer(words);
      for (const difference of status.drift) voice.warn(difference);
      for (const each of late) voice.warn(describeLate(each));
      const loadedSha1 = status.loadedSha1 ?? null;
      const imported = { lastImport, lastImportAt, lastImportUnknown: unknown, rejectedFiles, mixedRules };
      return { result: { ...status, loadedSha1, ...imported, late }, summary: serverStatusLine(status) };
    };
    try {
      const { answer, results } = await this.onServers(
        selection,
        { parallel: flags.parallel, isStoppedByFailure: false, again },
        look,
      );
      const isWrong = results.some(({ drift, late }) => drift.length + late.length > 0);
      if (isWrong) process.exitCode = EXIT_CODES.verification;
      return answer;
    } finally {
      // Also of servers that could not be reached; an interruption says nothing of them.
      if (flags.textfile !== undefined && !this.interrupted.aborted) {
        const database = await importing;
        await writeTextfile(flags.textfile, prometheusText({ servers: found, database, atMs: Date.now() }));
      }
    }
  }

  /** What the database says of imports and of the tracker's own cost, or why that is not known. */
  async #import(databaseUrl: string | undefined): Promise<ImportState> {
    const without = (reason: string, isReachable: false | null): ImportState => ({
      ...UNKNOWN,
      isReachable,
      lastImport: `unknown: ${reason}`,
      unknown: reason,
    });
    try {
      const { contents, isRunning } = await databaseStatus(databaseUrl);
      if (!isRunning) return without("the embedded database is not running", null);
      const lastImportAt = contents?.lastImportAt?.toISOString() ?? null;
      const known = { isReachable: true, lastImport: lastImportAt ?? "never", unknown: null };
      return { ...UNKNOWN, ...contents, ...known, lastImportAt };
    } catch (error) {
      if (error instanceof ProxError) return without(error.message, false);
      throw error;
    }
  }
}
