import { Args, Flags } from "@oclif/core";

import { BaseCommand } from "../cli/base-command.ts";
import { ImportBar, importSummary } from "../cli/import-output.ts";
import { readPathList } from "../cli/path-list.ts";
import { withDatabase } from "../db/open.ts";
import { ProxError } from "../errors.ts";
import { importRounds } from "../import/import-rounds.ts";
import { BAD_ROW_POLICIES } from "../import/read-rows.ts";
import { formatRefusal } from "../import/refusal.ts";
import { emptyReport, type ImportReport } from "../import/report.ts";
import { findPaths } from "../import/sources.ts";

export default class Import extends BaseCommand {
  static override summary = "load round files into the database";
  static override description = [
    "reads files, folders with everything below them, and archives (.gz, .tar, .tar.gz, .zip), puts rounds together by",
    "the round key in the files, and stores each round in one transaction; what is stored already is skipped, a complete",
    "file takes the place of one that was cut, a bad file is named with its reason and stored nowhere while the others",
    "go on (exit code 3)",
  ].join(" ");
  static override examples = [
    "<%= config.bin %> <%= command.id %> legacy/gamestats",
    "<%= config.bin %> <%= command.id %> archive-2026.tar.gz --database-url postgres://prox@db/prox --json",
    "find . -newer last-run -name '*.txt' | <%= config.bin %> <%= command.id %> - --quiet",
  ];
  static override strict = false;
  static override args = {
    path: Args.string({
      description: "files, folders or archives; - for a list of paths on standard input",
      required: true,
    }),
  };
  static override flags = {
    "database-url": Flags.string({
      summary: "the database; without it DATABASE_URL, without that the embedded database",
      helpValue: "URL",
    }),
    "bad-rows": Flags.option({ options: BAD_ROW_POLICIES })({
      summary: "refuse a file with a bad row, or leave such rows out and count them",
      default: "reject-file",
    }),
    replace: Flags.boolean({
      default: false,
      summary: "let a complete file take the place of another one of the same round",
    }),
    "dry-run": Flags.boolean({
      default: false,
      summary: "check everything, say what would be done, write nothing",
    }),
    quiet: Flags.boolean({ default: false, char: "q", summary: "say nothing when all is well" }),
  };

  async run(): Promise<ImportReport> {
    const { argv, flags } = await this.parse(Import);
    const paths = await readPathList(argv as string[]);
    const isSilent = flags.quiet || this.jsonEnabled() || !process.stderr.isTTY;
    const bar = isSilent ? undefined : new ImportBar();
    const startedMs = Date.now();
    const report = emptyReport(flags["dry-run"]);
    try {
      await withDatabase({ databaseUrl: flags["database-url"] }, ({ sql }) =>
        importRounds(
          sql,
          findPaths(paths),
          {
            badRows: flags["bad-rows"],
            replace: flags.replace,
            dryRun: flags["dry-run"],
            signal: this.interrupted,
            progress: bar,
          },
          report,
        ),
      );
    } catch (error) {
      throw withReport(error, report);
    } finally {
      bar?.stop();
    }
    return this.#conclude(report, flags.quiet, Date.now() - startedMs);
  }

  #conclude(report: ImportReport, isQuiet: boolean, elapsedMs: number): ImportReport {
    for (const { badRows, error, label, rowsRejected, tornBytes } of report.files) {
      if (error !== null && !this.jsonEnabled()) this.logToStderr(`${label}: ${formatRefusal(error)}`);
      if (rowsRejected > 0)
        this.warn(`${label}: ${rowsRejected} bad rows left out, the first at line ${badRows[0]?.line}`);
      if (tornBytes > 0 && !isQuiet)
        this.logToStderr(`${label}: ended in mid-line; the torn line was left out`);
    }
    const summary = importSummary(report, elapsedMs);
    const { rejected } = report.totals.files;
    if (rejected > 0) {
      throw new ProxError("E_FILES_REJECTED", summary, {
        exit: "partial",
        suggestions: [
          "see the lines above, or the table import_files; a file that is mended is taken at the next import",
        ],
        result: report,
      });
    }
    if (!isQuiet) this.log(summary);
    return report;
  }
}

/** The error with what was done before it. */
function withReport(error: unknown, report: ImportReport): unknown {
  if (!(error instanceof ProxError)) return error;
  const { code, details, exit, message, suggestions } = error;
  const options = { exit, suggestions, result: report, cause: error };
  return new ProxError(code, message, details === undefined ? options : { ...options, details });
}
