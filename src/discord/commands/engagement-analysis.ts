/** `/engagement_analysis`: the largest fights of a session. */
import { fightShape } from "../../fight-shape.ts";
import { readFightCard } from "../../cards/read-card.ts";
import { counted, whole } from "../../counts.ts";
import { TEAM_NAMES } from "../../engine/players.ts";
import { ProxError } from "../../errors.ts";
import { discordText } from "../../posts/discord-text.ts";
import { engagementId, reportEngagements } from "../../reports/engagements.ts";
import { formatClock } from "../../clock.ts";
import type { EngagementRow } from "../../reports/queries/engagements.ts";
import type { SlashCommand } from "../slash-command.ts";
import { boldName, cardPictureIfAny, sampleWords, SESSION_OPTION } from "../words.ts";

const FIGHTS_TOLD = 8;

function fightLine(row: EngagementRow): string {
  const { attackers, damageGiven, damageReceived, deaths, defenders, kills, map, openerName, startMs } = row;
  const team = (number: number): string => TEAM_NAMES[number] ?? "";
  const result = row.winnerTeam === null ? "nobody wins" : `${team(row.winnerTeam)} win`;
  const opener = openerName === null ? "" : `, opened by ${boldName(openerName)}`;
  return (
    `**${fightShape(attackers, defenders)}** ${discordText(`${map} ${formatClock(startMs)}: ${result}`)}${opener}, ` +
    discordText(
      `downs ${kills}:${deaths}, damage ${whole(damageGiven)}:${whole(damageReceived)}, ${counted(row.crossfires, "crossfire")}`,
    )
  );
}

/** The command. */
export const ENGAGEMENT_ANALYSIS: SlashCommand = {
  name: "engagement_analysis",
  description: "The largest fights of an evening, and a picture of the largest",
  options: [SESSION_OPTION],
  answer: async (sql, { session = "latest" }) => {
    const { engagements, hasMore, mixed, words } = await reportEngagements(
      sql,
      { session },
      "size",
      FIGHTS_TOLD,
    );
    const [first] = engagements;
    if (first === undefined) throw new ProxError("E_NOTHING_FOUND", "no fights in this session");
    return {
      title: hasMore
        ? `The ${FIGHTS_TOLD} largest fights`
        : counted(engagements.length, "fight").replace(/^1 /u, "One "),
      lines: engagements.map(fightLine),
      footer: sampleWords(["downs and damage: the side that opened first", ...words, ...mixed]),
      picture: await cardPictureIfAny(() => readFightCard(sql, engagementId(first))),
    };
  },
};
