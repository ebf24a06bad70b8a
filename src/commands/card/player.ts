import { Args } from "@oclif/core";

import { readPlayerCard } from "../../cards/read-card.ts";
import { CARD_FILTERS, CARD_FLAGS, CardCommand } from "../../cli/card-command.ts";
import { readFilterFlags } from "../../cli/filter-flags.ts";

export default class CardPlayer extends CardCommand {
  static override summary = "draw a player's card: kills per death, damage, fights won, where they killed";
  static override description =
    "one headline, three facts and one picture, for chats and sites; without --png or --svg the facts are printed; WHO is any name that the player ever used, or a GUID; `others` are all other players in the same rounds";
  static override examples = [
    "<%= config.bin %> <%= command.id %> Bravo --png bravo.png",
    "<%= config.bin %> <%= command.id %> Bravo --since 30d --map supply --png bravo.png --square",
  ];
  static override args = {
    who: Args.string({ description: "name or GUID", required: true }),
  };
  static override flags = { ...CARD_FILTERS.flags, ...CARD_FLAGS };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(CardPlayer);
    const request = readFilterFlags(flags, CARD_FILTERS.refused);
    return this.draw(flags, (sql) => readPlayerCard(sql, args.who, request));
  }
}
