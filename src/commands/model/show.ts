import { databaseFlag } from "../../cli/database-flag.ts";
import { kindFlag } from "../../cli/model-flags.ts";
import { formFlagsFor, ReportCommand } from "../../cli/report-command.ts";
import { modelView } from "../../cli/views/model.ts";
import { requireModel } from "../../models/stored.ts";

export default class ModelShow extends ReportCommand {
  static override summary = "show the model that reports use: what it knows, and how right it was";
  static override examples = [
    "<%= config.bin %> <%= command.id %>",
    "<%= config.bin %> <%= command.id %> --kind fight --json",
  ];
  static override flags = {
    ...databaseFlag,
    kind: kindFlag,
    ...formFlagsFor("csv", "html", "png", "svg"),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(ModelShow);
    const model = await this.withReports(flags, (sql) => requireModel(sql, flags.kind));
    await this.present(modelView(model), flags);
    return model;
  }
}
