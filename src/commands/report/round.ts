import { Args } from "@oclif/core";

import { databaseFlag } from "../../cli/database-flag.ts";
import { csvFlag, ReportCommand } from "../../cli/report-command.ts";
import { renderRound, SCORE_COLUMNS } from "../../cli/round-view.ts";
import { renderCsv } from "../../cli/table.ts";
import { reportRound } from "../../reports/round.ts";

export default class ReportRound extends ReportCommand {
  static override summary = "tell the story of a round: scores, momentum, moments, key fights";
  static override description =
    "KEY is the round's key or the beginning of it, or latest; everybody is in it, bots too; --csv writes the scores";
  static override examples = [
    "<%= config.bin %> <%= command.id %> latest",
    "<%= config.bin %> <%= command.id %> 2026-11-22-15 --csv scores.csv",
  ];
  static override args = { key: Args.string({ description: "the round", required: true }) };
  static override flags = { ...databaseFlag, ...csvFlag };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(ReportRound);
    const report = await this.withReports(flags["database-url"], (sql) => reportRound(sql, args.key));
    await this.writeOutputs(flags, { csv: () => renderCsv(SCORE_COLUMNS, report.scores) });
    this.say(renderRound(report, this.terminal));
    return report;
  }
}
