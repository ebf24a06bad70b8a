import { Args } from "@oclif/core";

import { BaseCommand } from "../cli/base-command.ts";
import { readPathList } from "../cli/path-list.ts";
import { counted } from "../counts.ts";
import { ProxError } from "../errors.ts";
import { formatFileFault } from "../import/file-fault.ts";
import { findPaths } from "../import/find-paths.ts";
import { describeChanges } from "../import/transfer-changes.ts";
import { validateFiles, type ValidatedFile, type ValidationReport } from "../import/validate-files.ts";

export default class Validate extends BaseCommand {
  static override summary = "check round files without a database";
  static override description =
    "reads files, folders and archives as prox import does and names every problem with file, line and column; " +
    "nothing is stored; the exit code is 3 when a file would be rejected";
  static override examples = [
    "<%= config.bin %> <%= command.id %> legacy/gamestats",
    "<%= config.bin %> <%= command.id %> archive-2026.tar.gz --json",
  ];
  static override strict = false;
  static override args = {
    path: Args.string({
      description: "files, folders or archives; - for a list of paths on standard input",
      required: true,
    }),
  };

  async run(): Promise<ValidationReport> {
    const { argv } = await this.parse(Validate);
    const report = await validateFiles(findPaths(await readPathList(argv as string[])), {
      signal: this.interrupted,
      // People read each file as it is checked, so that nothing is kept for the end.
      ...(this.jsonEnabled() ? {} : { mostListed: 0, onFile: this.#showFile.bind(this) }),
    });
    const { invalid, passedOver, rows, valid } = report.totals;
    for (const { missing, roundKey } of report.incompleteRounds) {
      this.log(`round ${roundKey}: no file of ${missing.join(", ")}`);
    }
    const others = passedOver > 0 ? `, ${passedOver} other files ignored` : "";
    const summary = `${counted(valid, "valid round file")} with ${counted(rows, "row")}, ${invalid} invalid${others}`;
    if (invalid > 0) {
      throw new ProxError("E_FILES_INVALID", summary, {
        suggestions: ["see the lines above; `prox help` with a code explains it"],
        result: report,
      });
    }
    this.tell(summary);
    return report;
  }

  #showFile({ changes, issueCount, issues, label, valid }: ValidatedFile): void {
    if (valid && changes.length > 0) this.log(`${label}: ${describeChanges(changes)}`);
    for (const issue of issues) this.log(`${label}: ${formatFileFault(issue)}`);
    if (issueCount > issues.length) this.log(`${label}: and ${issueCount - issues.length} more`);
  }
}
