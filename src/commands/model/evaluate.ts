import { LESSON_FLAGS, lessonFilters } from "../../cli/model-flags.ts";
import { formFlagsFor, ReportCommand } from "../../cli/report-command.ts";
import { evaluationView } from "../../cli/views/model.ts";
import { judge, readLessons } from "../../models/learn.ts";

export default class ModelEvaluate extends ReportCommand {
  static override summary = "show how right a model is on matches that it did not see";
  static override description =
    "each match is predicted by a model of the others: log loss, Brier score and calibration, beside the base rate and beside saying that more " +
    "people win, with 95 % intervals over matches. Changes nothing. docs/metrics.md says how to read it";
  static override examples = [
    "<%= config.bin %> <%= command.id %>",
    "<%= config.bin %> <%= command.id %> --kind fight --bots",
    "<%= config.bin %> <%= command.id %> --png calibration.png --json",
  ];
  static override flags = { ...LESSON_FLAGS, ...formFlagsFor("csv", "html", "png", "svg") };

  async run(): Promise<object> {
    const { flags } = await this.parse(ModelEvaluate);
    const judged = await this.withReports(flags, async (sql) => {
      const lessons = await readLessons(sql, flags.kind, await lessonFilters(sql, flags));
      const { bots, fingerprint, kind, rounds } = lessons;
      return { kind, rounds, bots, fingerprint, seed: flags.seed, evaluation: judge(lessons, flags.seed) };
    });
    await this.present(evaluationView(judged), flags);
    return judged;
  }
}
