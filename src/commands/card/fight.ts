import { Args } from "@oclif/core";

import { readFightCard } from "../../cards/read-card.ts";
import { CARD_FLAGS, CardCommand } from "../../cli/card-command.ts";

export default class CardFight extends CardCommand {
  static override summary = "draw a fight's card: who fought whom, with a map of it";
  static override description =
    "one headline, three facts and one picture, for chats and sites; without --png or --svg the facts are printed; bots who took part are in it";
  static override examples = ["<%= config.bin %> <%= command.id %> latest#3 --png fight.png"];
  static override args = {
    fight: Args.string({
      description: "round and number of the fight, like latest#3, see `prox report engagements`",
      required: true,
    }),
  };
  static override flags = { ...CARD_FLAGS };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(CardFight);
    return this.draw(flags, (sql) => readFightCard(sql, args.fight));
  }
}
