import { LESSON_FLAGS, lessonFilters } from "../../cli/model-flags.ts";
import { formFlagsFor, ReportCommand } from "../../cli/report-command.ts";
import { modelView } from "../../cli/views/model.ts";
import { withDatabase } from "../../db/open.ts";
import { learn, readLessons } from "../../models/learn.ts";
import { storeModel } from "../../models/stored.ts";

export default class ModelTrain extends ReportCommand {
  static override summary = "fit a model of who wins to the stored rounds, judge it, and keep it";
  static override description =
    "the model is a ridge logistic regression; it is judged by cross-validation over matches, beside the base rate and beside saying that " +
    "more people win. Reports show what it says from then on, until another one is trained. Where there are too few rounds or fights " +
    "prox refuses and says how many it needs. docs/metrics.md defines the features and the numbers";
  static override examples = [
    "<%= config.bin %> <%= command.id %>",
    "<%= config.bin %> <%= command.id %> --kind fight --since 90d",
    "<%= config.bin %> <%= command.id %> --bots --seed 7 --png calibration.png --json",
  ];
  static override flags = { ...LESSON_FLAGS, ...formFlagsFor("csv", "html", "png", "svg") };

  async run(): Promise<object> {
    const { flags } = await this.parse(ModelTrain);
    const stored = await withDatabase(
      { databaseUrl: flags["database-url"], isWriter: true, signal: this.interrupted },
      async ({ sql }) => {
        const lessons = await readLessons(sql, flags.kind, await lessonFilters(sql, flags));
        return storeModel(sql, learn(lessons, flags.seed));
      },
    );
    await this.present(modelView(stored), flags);
    const { draws, ...result } = stored;
    return { ...result, draws: draws.length };
  }
}
