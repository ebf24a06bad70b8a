import { Args, Flags } from "@oclif/core";

import { filterFlagsFor, readFilterFlags } from "../../cli/filter-flags.ts";
import type { RefusedFilters } from "../../cli/filter-flags.ts";
import { formFlagsFor, ReportCommand, sourceFlags } from "../../cli/report-command.ts";
import { roundView } from "../../cli/views/round.ts";
import { predictIfTrained } from "../../models/predict.ts";
import { loadReplay } from "../../replay/load-replay.ts";
import { reportRound } from "../../reports/round.ts";

const REFUSED: RefusedFilters = {
  round: { reason: "KEY names the round", instead: "leave it out, or write its key instead of KEY" },
};

export default class ReportRound extends ReportCommand {
  static override summary = "tell the story of a round: scores, momentum, moments, key fights";
  static override description =
    "KEY is a round's key, the start of its key, or latest, among the rounds that --map, --since, --until and " +
    "--session choose; the other filters restrict scores, momentum, moments, objectives and fights; --csv writes the scores, --objectives what " +
    "happened to the objectives; where a model is trained (`prox model train`) it says who would win; " +
    "--html a page that replays the whole round on the map, bots included: one file that works without network and " +
    "can be sent to anyone";
  static override examples = [
    "<%= config.bin %> <%= command.id %> latest",
    "<%= config.bin %> <%= command.id %> 2026-11-22-15 --csv scores.csv",
    "<%= config.bin %> <%= command.id %> latest --html replay.html",
  ];
  static override args = { key: Args.string({ description: "the round", required: true }) };
  static override flags = {
    ...sourceFlags,
    ...filterFlagsFor(REFUSED),
    ...formFlagsFor("csv", "html"),
    objectives: Flags.string({
      summary: "write what happened to the objectives as CSV; - is standard output",
      helpValue: "FILE",
      helpGroup: "OUTPUT",
    }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(ReportRound);
    const request = readFilterFlags(flags, REFUSED);
    const { prediction, replay, report } = await this.withReports(flags, async (sql) => {
      const report = await reportRound(sql, args.key, request);
      const replay = flags.html === undefined ? undefined : await loadReplay(sql, report.round.roundKey);
      return { prediction: await predictIfTrained(sql, report.round.roundId, flags.bots), replay, report };
    });
    const view = roundView(report, replay, prediction);
    await this.present(view, flags, [{ file: flags.objectives, content: view.objectives }]);
    return prediction === undefined ? report : { ...report, prediction };
  }
}
