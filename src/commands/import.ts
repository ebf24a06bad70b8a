import { existsSync } from "node:fs";

import { Args, Flags } from "@oclif/core";

import { AFTER_RUN_FLAGS, ON_IMPORTED_FLAG } from "../cli/after-run.ts";
import { BaseCommand } from "../cli/base-command.ts";
import { databaseFlag } from "../cli/database-flag.ts";
import { DatabaseOutage, describeEnd } from "../cli/database-outage.ts";
import { ImportBar } from "../cli/import-bar.ts";
import { importSummary } from "../cli/views/import-summary.ts";
import { readPathList } from "../cli/path-list.ts";
import { showsProgress, writeMessage } from "../cli/output.ts";
import { counted } from "../counts.ts";
import { type Sql } from "../db/driver/connect.ts";
import { databaseFailure, explainDatabaseError } from "../db/driver/errors.ts";
import { withDatabase } from "../db/open.ts";
import { whoseDatabase } from "../db/whose.ts";
import { detail } from "../details.ts";
import { EXIT_CODES } from "../errors/exit-codes.ts";
import { messageOf, ProxError } from "../errors.ts";
import { loadSettings, roundsFolder } from "../config/settings.ts";
import { importRounds, type ImportOptions } from "../import/import-rounds.ts";
import { BAD_ROW_POLICIES } from "../import/read-rows.ts";
import { formatFileFault } from "../import/file-fault.ts";
import { describeChanges } from "../import/transfer-changes.ts";
import { addTotals, ReportWriter, type FileReport, type ImportReport } from "../import/report.ts";
import { findPaths, foldersOf, type FoundPath } from "../import/find-paths.ts";
import { watchPaths } from "../import/watch.ts";
import type { Outage } from "../outage.ts";

/** The folder that `prox pull` fills. */
async function pulledRounds(): Promise<string> {
  const folder = roundsFolder((await loadSettings()).dataFolder);
  if (existsSync(folder)) return folder;
  throw new ProxError("E_NO_ROUNDS", `there is nothing to import: ${folder} does not exist`, {
    suggestions: ["name files or folders to import", "or fetch rounds from a server with `prox pull`"],
  });
}

export default class Import extends BaseCommand {
  static override summary = "load round files into the database";
  static override description =
    "reads files, folders with everything below them, and archives (.zip, .tar, .7z, .rar; gzip, bzip2, xz, zstd), groups the files into " +
    "rounds by the round key in them, and stores each round in one transaction; it skips what the database has " +
    "already, without opening files that are at their path as before (same size and times), lets a complete file replace one that was cut, and names a bad file with the reason, stores nothing of " +
    "it and goes on with the others (exit code 3); without a terminal, as from cron, it names a file that it rejects again " +
    "for the same reason only once, and a database that cannot be reached once, after `databaseTellAfter` failures in a " +
    "row, and once more when it is back; the exit code is 5 each time";
  static override examples = [
    "<%= config.bin %> pull && <%= config.bin %> <%= command.id %>",
    "<%= config.bin %> <%= command.id %> legacy/gamestats",
    "<%= config.bin %> <%= command.id %> archive-2026.tar.gz --database-url postgres://prox@db/prox --json",
    "<%= config.bin %> <%= command.id %> --watch legacy/gamestats",
    "find . -newer last-run -name '*.txt' | <%= config.bin %> <%= command.id %> - --quiet",
  ];
  static override strict = false;
  static override args = {
    path: Args.string({
      description:
        "files, folders or archives; - for a list of paths on standard input; by default all rounds that " +
        "`prox pull` fetched",
    }),
  };
  static override flags = {
    ...databaseFlag,
    "bad-rows": Flags.option({ options: BAD_ROW_POLICIES })({
      summary: "refuse a file with a bad row, or leave such rows out and count them",
      default: "reject-file",
    }),
    replace: Flags.boolean({
      default: false,
      summary: "let a complete file replace another complete one of the same round and kind",
    }),
    "dry-run": Flags.boolean({
      default: false,
      summary: "do the whole import, undo it, and say what it would have done",
    }),
    again: Flags.boolean({
      default: false,
      summary: "bring back rounds that `prox round forget` deleted",
    }),
    verify: Flags.boolean({
      default: false,
      summary: "read every file, those that are known by path, size and time, too",
    }),
    watch: Flags.boolean({
      default: false,
      summary: "keep running: import what arrives in the folders, until Ctrl-C",
    }),
    ...ON_IMPORTED_FLAG,
    ...AFTER_RUN_FLAGS,
  };

  async run(): Promise<ImportReport> {
    const { argv, flags } = await this.parse(Import);
    const isDefault = argv.length === 0;
    const paths = isDefault ? [await pulledRounds()] : await readPathList(argv as string[]);
    const startedMs = Date.now();
    const outage = await DatabaseOutage.of(flags["database-url"]);
    const isTold =
      process.stdout.isTTY || process.stderr.isTTY || this.jsonEnabled() || flags["dry-run"] || flags.watch;
    const isBarShown = showsProgress() && !flags.watch && !this.jsonEnabled();
    const bar = isBarShown ? new ImportBar() : undefined;
    const hasReader = flags["on-imported"] !== undefined || flags["on-failed"] !== undefined;
    const isListed = hasReader || (this.jsonEnabled() && !flags.watch);
    const newWriter = (): ReportWriter =>
      new ReportWriter(flags["dry-run"], {
        // People read each file as its fate is known, so that nothing is kept for the end, unless a program reads that.
        ...(isListed ? {} : { mostListed: 0 }),
        onFile: (file) => {
          const tellsAgain = this.#tellsAgain(flags["dry-run"]);
          this.#showFile(file, { say: bar?.beside.bind(bar) ?? call, isVerbose: flags.verbose, tellsAgain });
        },
      });
    const writer = newWriter();
    const { report } = writer;
    const options = {
      badRows: flags["bad-rows"],
      replace: flags.replace,
      dryRun: flags["dry-run"],
      again: flags.again,
      verify: flags.verify,
      signal: this.interrupted,
      progress: bar,
    };
    try {
      const database = {
        databaseUrl: flags["database-url"],
        isWriter: true,
        isPatient: true,
        signal: this.interrupted,
      };
      await withDatabase(database, async ({ embedded, recover, sql, url }) => {
        const toImport = { ...options, recover };
        if (embedded) await this.#tellWhose();
        if (flags.watch) await this.#watch(sql, url, paths, toImport, { all: report, newWriter });
        else
          await importRounds(sql, findPaths(paths), { ...toImport, folders: await foldersOf(paths) }, writer);
      });
    } catch (error) {
      // Told before, and nobody is looking: the exit code says it.
      if (!isTold && error instanceof ProxError && error.exit === "database" && !outage.isNews(error))
        this.exit(EXIT_CODES.database);
      throw withReport(error, report);
    } finally {
      bar?.stop();
    }
    const ended = outage.end();
    if (ended !== undefined && (isTold || ended.told !== undefined)) this.warn(describeEnd(ended));
    if (!flags.watch) await this.#tellImported(report);
    const summary = importSummary(report, Date.now() - startedMs);
    const { files, rejectedBefore } = report.totals;
    if (files.rejected > (this.#tellsAgain(report.dryRun) ? 0 : rejectedBefore) && !flags.watch) {
      throw new ProxError("E_FILES_REJECTED", summary, {
        suggestions: ["see the lines above, or the table import_files; fix each file and import it again"],
        result: report,
      });
    }
    const { imported, replaced } = report.totals.rounds;
    // After a pull that brought nothing, cron has nothing to hear.
    const isIdle = isDefault && imported + replaced === 0 && !process.stdout.isTTY && !flags.verbose;
    if (!isIdle) this.logDone(summary);
    return report;
  }

  /** Tells the user's own command of rounds that are in the database now. */
  async #tellImported(report: ImportReport): Promise<void> {
    const { imported, replaced } = report.totals.rounds;
    if (imported + replaced > 0 && !report.dryRun) await this.tellImported(report);
  }

  /** Says that the rounds go into a database that other users of the project do not ask; cron has heard it before. */
  async #tellWhose(): Promise<void> {
    const { asked, others } = await whoseDatabase(undefined);
    if (others.length > 0 && (process.stderr.isTTY || this.jsonEnabled()))
      this.warn(`the rounds go into ${asked}; ${others.join(", ")}`);
  }

  /** Imports what arrives, until Ctrl-C; a database that is away for longer is waited for. */
  async #watch(
    sql: Sql,
    url: string,
    paths: readonly string[],
    options: ImportOptions,
    { all, newWriter }: { all: ImportReport; newWriter: () => ReportWriter },
  ): Promise<void> {
    let outage: Outage | undefined;
    const importFiles = async (files: readonly FoundPath[]): Promise<boolean> => {
      const writer = newWriter();
      const { report } = writer;
      const startedMs = Date.now();
      let failure: unknown;
      try {
        await importRounds(sql, files, options, writer);
      } catch (error) {
        failure = explainDatabaseError(error, url);
        const isPassing = failure instanceof ProxError && ["database", "interrupted"].includes(failure.exit);
        if (!isPassing) throw failure;
      }
      addTotals(all, report);
      await this.#tellImported(report);
      const { imported, rejected, replaced } = report.totals.rounds;
      const isNews = imported + replaced + rejected > 0;
      if (isNews) this.logDone(importSummary(report, Date.now() - startedMs));
      if (failure instanceof ProxError && failure.exit === "database") {
        const { reason } = databaseFailure(failure);
        if (outage?.told !== reason) this.warn(messageOf(failure));
        const { failures, since } = outage ?? { failures: 0, since: new Date().toISOString() };
        outage = { failures: failures + 1, since, told: reason };
      } else if (failure === undefined && outage !== undefined) {
        this.warn(describeEnd(outage));
        outage = undefined;
      }
      return failure === undefined;
    };
    this.logToStderr(`watching ${paths.join(", ")}; press Ctrl-C to stop`);
    await watchPaths(paths, importFiles, this.interrupted);
  }

  /**
   * Whether a file that is rejected again for the same reason is told again: to a person, who watches or rehearses, and not
   * to cron.
   */
  #tellsAgain(isRehearsal: boolean): boolean {
    return process.stderr.isTTY || isRehearsal;
  }

  /** Tells of a file what people must know; `say` prints, where a bar is drawn beside it. */
  #showFile(
    { badRows, changes, error, fate, isKnown, label, rowsRejected, tornBytes }: FileReport,
    {
      say,
      isVerbose,
      tellsAgain,
    }: { say: (print: () => void) => void; isVerbose: boolean; tellsAgain: boolean },
  ): void {
    if (error === null && isVerbose)
      say(() => {
        detail(() => `${label}: ${fate}`);
      });
    if (error !== null && (!isKnown || tellsAgain) && !this.jsonEnabled())
      say(() => {
        writeMessage("", [`${label}: ${formatFileFault(error)}`]);
      });
    if (rowsRejected > 0)
      say(() => {
        this.warn(
          `${label}: ${counted(rowsRejected, "bad row")} left out, the first at line ${badRows[0]?.line ?? 0}`,
        );
      });
    if (changes.length > 0 && fate === "imported")
      say(() => {
        this.warn(`${label}: ${describeChanges(changes)}`);
      });
    if (tornBytes > 0)
      say(() => {
        this.logToStderr(`${label}: the file ends in the middle of a line; that line was left out`);
      });
  }
}

const call = (print: () => void): void => {
  print();
};

/** The error with what was done before it. */
function withReport(error: unknown, report: ImportReport): unknown {
  return error instanceof ProxError ? error.withResult(report) : error;
}
