/** `/crossfire_report`: who shoots at the same enemies together. */
import { readDuoCard } from "../../cards/read-card.ts";
import { rateFact } from "../../cards/words.ts";
import { counted } from "../../counts.ts";
import { ProxError } from "../../errors.ts";
import { discordText } from "../../posts/discord-text.ts";
import { reportTeamPlay } from "../../reports/team-play.ts";
import { resolveWho } from "../name-book.ts";
import type { SlashCommand } from "../slash-command.ts";
import { boldName, cardPictureIfAny, factWords, sampleWords, SESSION_OPTION } from "../words.ts";

const PAIRS_TOLD = 10;

/** The command. */
export const CROSSFIRE_REPORT: SlashCommand = {
  name: "crossfire_report",
  description: "Who shoots at the same enemies together, and how often",
  options: [SESSION_OPTION, { name: "map", description: "one map", names: "maps" }],
  answer: async (sql, { map, session = "latest" }) => {
    const request = { map, session };
    const report = await reportTeamPlay(sql, request);
    const pairs = report.pairs.filter(({ crossfires }) => crossfires > 0);
    const [first] = pairs;
    if (first === undefined) throw new ProxError("E_NOTHING_FOUND", "no crossfires in these rounds");
    const lines = pairs
      .slice(0, PAIRS_TOLD)
      .map(
        ({ crossfireRate, crossfires, name, partnerName }) =>
          `${boldName(name)} and ${boldName(partnerName)}: ${counted(crossfires, "crossfire")}, ` +
          factWords(rateFact("of shared fights with one", crossfireRate)),
      );
    const more = pairs.length - lines.length;
    return {
      title: "Crossfires",
      lines: more === 0 ? lines : [...lines, discordText(`and ${counted(more, "more pair")}`)],
      footer: sampleWords(report.notes),
      // A player who is hidden has no card.
      picture: await cardPictureIfAny(async () => {
        const one = await resolveWho(sql, `#${first.playerId}`);
        const other = await resolveWho(sql, `#${first.partnerId}`);
        return readDuoCard(sql, [one, other], request);
      }),
    };
  },
};
