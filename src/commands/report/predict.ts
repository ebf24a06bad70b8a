import { Flags } from "@oclif/core";

import { databaseFlag } from "../../cli/database-flag.ts";
import { formFlagsFor, ReportCommand } from "../../cli/report-command.ts";
import { fightPredictionView, roundPredictionView } from "../../cli/views/prediction.ts";
import { ProxError } from "../../errors.ts";
import {
  predictFight,
  predictRound,
  type FightPrediction,
  type RoundPrediction,
} from "../../models/predict.ts";
import { requireModel } from "../../models/stored.ts";
import { resolveRounds } from "../../reports/find-rounds.ts";

export default class ReportPredict extends ReportCommand {
  static override summary = "show who would win a round, second by second, and what moved it";
  static override description =
    "by the model that `prox model train` made last: the probability that Axis win at each moment, the moments that moved it most, and what each " +
    "player added to their team's chance; of a fight, who wins it by what is known at its first hit. The model's 95 % interval stands beside each";
  static override examples = [
    "<%= config.bin %> <%= command.id %> --round latest",
    "<%= config.bin %> <%= command.id %> --round latest --png curve.png --csv curve.csv",
    "<%= config.bin %> <%= command.id %> --engagement latest#3 --json",
  ];
  static override flags = {
    ...databaseFlag,
    round: Flags.string({
      summary: "this round: its key, the start of its key, or latest",
      helpValue: "KEY",
      exclusive: ["engagement"],
    }),
    engagement: Flags.string({
      summary: "this fight: round and number, as `report engagements` lists them",
      helpValue: "KEY#NUMBER",
    }),
    limit: Flags.integer({ summary: "maximum number of moments", default: 10, min: 1, max: 1000 }),
    ...formFlagsFor("csv", "html", "png", "svg"),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(ReportPredict);
    if (flags.engagement === undefined) {
      const prediction = await this.#round(flags, flags.round ?? "latest", flags.limit);
      await this.present(roundPredictionView(prediction), flags);
      return prediction;
    }
    const [, key = "", number = ""] = /^(.+)#(\d{1,9})$/su.exec(flags.engagement) ?? [];
    if (key === "") {
      throw new ProxError("E_USAGE", "--engagement takes a round and a number, like latest#3", {
        suggestions: ["`prox report engagements --round latest` lists the fights of a round"],
      });
    }
    const prediction = await this.#fight(flags, key, Number(number));
    await this.present(fightPredictionView(prediction), flags);
    return prediction;
  }

  #round(
    source: { readonly "database-url"?: string | undefined },
    key: string,
    mostMoments: number,
  ): Promise<RoundPrediction> {
    return this.withReports(source, async (sql) => {
      const model = await requireModel(sql, "round");
      const [round] = await resolveRounds(sql, [key]);
      const prediction = await predictRound(sql, round?.roundId ?? 0, model, mostMoments);
      if (prediction !== undefined) return prediction;
      throw new ProxError("E_NOTHING_FOUND", "nothing is recorded of who lived and fell in this round", {
        suggestions: ["`prox report rounds` lists the recorded rounds"],
      });
    });
  }

  #fight(
    source: { readonly "database-url"?: string | undefined },
    key: string,
    engagement: number,
  ): Promise<FightPrediction> {
    return this.withReports(source, async (sql) => {
      const model = await requireModel(sql, "fight");
      const [round] = await resolveRounds(sql, [key]);
      return predictFight(sql, round?.roundId ?? 0, engagement, model);
    });
  }
}
