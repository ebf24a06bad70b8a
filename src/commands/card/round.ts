import { Args } from "@oclif/core";

import { readRoundCard } from "../../cards/read-card.ts";
import { CARD_FLAGS, CardCommand } from "../../cli/card-command.ts";

export default class CardRound extends CardCommand {
  static override summary = "draw a round's card: kills over time, and who stood out";
  static override description =
    "one headline, three facts and one picture, for chats and sites; without --png or --svg the facts are printed";
  static override examples = [
    "<%= config.bin %> <%= command.id %> latest --png round.png",
    "<%= config.bin %> <%= command.id %> 2026-11-22-153252 --png round.png --bots",
  ];
  static override args = {
    round: Args.string({ description: "key of the round, the start of its key, or latest", required: true }),
  };
  static override flags = { ...CARD_FLAGS };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(CardRound);
    return this.draw(flags, (sql) => readRoundCard(sql, args.round, flags.bots));
  }
}
