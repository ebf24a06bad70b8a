/** `/proximity_stats`: the card of a player. */
import { readPlayerCard } from "../../cards/read-card.ts";
import { discordText } from "../../posts/discord-text.ts";
import { resolveWho } from "../name-book.ts";
import type { SlashCommand } from "../slash-command.ts";
import { boldName, cardPicture, factLine, LAST_OPTION } from "../words.ts";

/** The command. */
export const PROXIMITY_STATS: SlashCommand = {
  name: "proximity_stats",
  description: "A player's card: kills per death, damage, fights won, where they kill",
  options: [{ name: "player", description: "the player", isRequired: true, names: "players" }, LAST_OPTION],
  answer: async (sql, { last, player = "" }) => {
    const card = await readPlayerCard(sql, await resolveWho(sql, player), { since: last });
    return {
      title: "Player",
      lines: [
        `${boldName(card.headline.map((run) => run.text).join(""))}, ${discordText(card.subline.map((run) => run.text).join(""))}`,
        ...card.facts.map(factLine),
        ...(card.pictureWords === "" ? [] : [discordText(card.pictureWords)]),
      ],
      footer: card.sample,
      picture: await cardPicture(card),
    };
  },
};
