import { Args } from "@oclif/core";

import { readMapCard } from "../../cards/read-card.ts";
import { CARD_FLAGS, MAP_CARD_FILTERS, CardCommand } from "../../cli/card-command.ts";
import { readFilterFlags } from "../../cli/filter-flags.ts";

export default class CardMap extends CardCommand {
  static override summary = "draw a map's card: who wins on it, how long it takes, where kills are made";
  static override description =
    "one headline, three facts and one picture, for chats and sites; without --png or --svg the facts are printed";
  static override examples = [
    "<%= config.bin %> <%= command.id %> supply --png supply.png",
    "<%= config.bin %> <%= command.id %> supply --since 90d --square --png supply.png",
  ];
  static override args = {
    map: Args.string({ description: "name of the map", required: true }),
  };
  static override flags = { ...MAP_CARD_FILTERS.flags, ...CARD_FLAGS };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(CardMap);
    const request = readFilterFlags(flags, MAP_CARD_FILTERS.refused);
    return this.draw(flags, (sql) => readMapCard(sql, args.map, request));
  }
}
