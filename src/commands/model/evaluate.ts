import { Flags } from "@oclif/core";

import { LESSON_FLAGS, lessonFilters } from "../../cli/model-flags.ts";
import { formFlagsFor, ReportCommand } from "../../cli/report-command.ts";
import { evaluationView } from "../../cli/views/model.ts";
import { backtestView } from "../../cli/views/ratings.ts";
import { traitsView } from "../../cli/views/traits.ts";
import { evaluateTraits } from "../../models/evaluate-traits.ts";
import { MODEL_KINDS } from "../../models/kinds.ts";
import { judge, readLessons } from "../../models/learn.ts";
import { backtest } from "../../models/rating-backtest.ts";
import { readTraitCounts } from "../../models/queries/trait-counts.ts";
import { readContests } from "../../models/report-ratings.ts";

export default class ModelEvaluate extends ReportCommand {
  static override summary = "show how right a model is on matches that it did not see";
  static override description =
    "each match is predicted by a model of the others: log loss, Brier score and calibration, beside the base rate and beside saying that more " +
    "people win, with 95 % intervals over matches. Changes nothing. docs/metrics.md says how to read it";
  static override examples = [
    "<%= config.bin %> <%= command.id %>",
    "<%= config.bin %> <%= command.id %> --kind fight --bots",
    "<%= config.bin %> <%= command.id %> --kind rating --tag season-3",
    "<%= config.bin %> <%= command.id %> --kind trait --csv traits.csv",
    "<%= config.bin %> <%= command.id %> --png calibration.png --json",
  ];
  static override flags = {
    ...LESSON_FLAGS,
    kind: Flags.option({ options: [...MODEL_KINDS, "rating", "trait"] as const })({
      summary:
        "who wins a round, at any moment of it; who wins a fight, at its first hit; ratings of players; or traits of players",
      default: "round",
    }),
    ...formFlagsFor("csv", "html", "png", "svg"),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(ModelEvaluate);
    const { kind } = flags;
    if (kind === "rating") {
      const found = await this.withReports(flags, async (sql) => {
        const { contests } = await readContests(sql, await lessonFilters(sql, flags));
        return { kind, bots: flags.bots, seed: flags.seed, backtest: backtest(contests, flags.seed) };
      });
      await this.present(backtestView(found.backtest, found), flags);
      return found;
    }
    if (kind === "trait") {
      const found = await this.withReports(flags, async (sql) => {
        const counts = await readTraitCounts(sql, await lessonFilters(sql, flags));
        return { kind, bots: flags.bots, seed: flags.seed, evaluation: evaluateTraits(counts, flags.seed) };
      });
      await this.present(traitsView(found.evaluation, found), flags);
      return found;
    }
    const judged = await this.withReports(flags, async (sql) => {
      const lessons = await readLessons(sql, kind, await lessonFilters(sql, flags));
      const { bots, fingerprint, rounds } = lessons;
      return { kind, rounds, bots, fingerprint, seed: flags.seed, evaluation: judge(lessons, flags.seed) };
    });
    await this.present(evaluationView(judged), flags);
    return judged;
  }
}
