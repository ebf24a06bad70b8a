import { Args } from "@oclif/core";

import { readDuoCard } from "../../cards/read-card.ts";
import { CARD_FILTERS, CARD_FLAGS, CardCommand } from "../../cli/card-command.ts";
import { readFilterFlags } from "../../cli/filter-flags.ts";

export default class CardDuo extends CardCommand {
  static override summary =
    "draw the card of two who play together: fights won, deaths avenged, time near each other";
  static override description =
    "one headline, three facts and one picture, for chats and sites; without --png or --svg the facts are printed; the numbers are those of `prox report synergy`";
  static override examples = [
    "<%= config.bin %> <%= command.id %> Alfa Bravo --png duo.png",
    "<%= config.bin %> <%= command.id %> Alfa Bravo --tag season-3 --png duo.png --square",
  ];
  static override args = {
    one: Args.string({ description: "name or GUID", required: true }),
    other: Args.string({ description: "name or GUID", required: true }),
  };
  static override flags = { ...CARD_FILTERS.flags, ...CARD_FLAGS };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(CardDuo);
    const request = readFilterFlags(flags, CARD_FILTERS.refused);
    return this.draw(flags, (sql) => readDuoCard(sql, [args.one, args.other], request));
  }
}
