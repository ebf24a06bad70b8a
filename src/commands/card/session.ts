import { Args } from "@oclif/core";

import { readSessionCard } from "../../cards/read-card.ts";
import { CARD_FLAGS, CardCommand } from "../../cli/card-command.ts";

export default class CardSession extends CardCommand {
  static override summary = "draw a session's card: who won each round, and who stood out";
  static override description =
    "one headline, three facts and one picture, for chats and sites; without --png or --svg the facts are printed";
  static override examples = [
    "<%= config.bin %> <%= command.id %> latest --png evening.png",
    '<%= config.bin %> <%= command.id %> "Cup final" --svg final.svg',
  ];
  static override args = {
    session: Args.string({ description: "name, id or day of the session, or latest", required: true }),
  };
  static override flags = { ...CARD_FLAGS };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(CardSession);
    return this.draw(flags, (sql) => readSessionCard(sql, args.session, flags.bots));
  }
}
