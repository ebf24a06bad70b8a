import { Args } from "@oclif/core";

import { csvFlag, htmlFlag, ReportCommand, sourceFlags } from "../../cli/report-command.ts";
import { renderRound, SCORE_COLUMNS } from "../../cli/round-view.ts";
import { renderCsv } from "../../cli/table.ts";
import { loadReplay } from "../../replay/load-replay.ts";
import { renderReplay } from "../../replay/render.ts";
import { reportRound } from "../../reports/round.ts";

export default class ReportRound extends ReportCommand {
  static override summary = "tell the story of a round: scores, momentum, moments, key fights";
  static override description =
    "KEY is the round's key or the beginning of it, or latest; everybody is in it, bots too; --csv writes the scores, " +
    "--html a page that replays the round on the map: it is one file, works without network and can be sent to anybody";
  static override examples = [
    "<%= config.bin %> <%= command.id %> latest",
    "<%= config.bin %> <%= command.id %> 2026-11-22-15 --csv scores.csv",
    "<%= config.bin %> <%= command.id %> latest --html replay.html",
  ];
  static override args = { key: Args.string({ description: "the round", required: true }) };
  static override flags = { ...sourceFlags, ...csvFlag, ...htmlFlag };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(ReportRound);
    const { replay, report } = await this.withReports(flags, async (sql) => {
      const report = await reportRound(sql, args.key);
      const replay = flags.html === undefined ? undefined : await loadReplay(sql, report.round.roundKey);
      return { replay, report };
    });
    await this.writeOutputs(flags, {
      csv: () => renderCsv(SCORE_COLUMNS, report.scores),
      ...(replay === undefined ? {} : { html: () => renderReplay(replay) }),
    });
    this.say(renderRound(report, this.terminal));
    return report;
  }
}
