/** The card of a fight. */
import { fightShape } from "../fight-shape.ts";
import { formatDuration, whole } from "../counts.ts";
import { TEAM_NAMES } from "../engine/players.ts";
import { safeText } from "../names.ts";
import type { EngagementPicture } from "../pictures/engagement.ts";
import type { EngagementReport } from "../reports/engagements.ts";
import { formatClock } from "../clock.ts";
import type { Card } from "./card.ts";
import { joinNames, plain } from "./words.ts";

/** The card of a fight; bots who took part are in it. */
export function fightCard({ participants, row }: EngagementReport, fight: EngagementPicture): Card {
  const side = (name: "attackers" | "defenders"): string[] => [
    ...new Set(participants.filter((one) => one.side === name).map((one) => one.name)),
  ];
  const team = (number: number): string => TEAM_NAMES[number] ?? "";
  const teams = `${team(row.team)} : ${team(3 - row.team)}`;
  const seconds = (row.endMs - row.startMs) / 1000;
  const winner = row.winnerTeam === null ? "nobody wins" : `${team(row.winnerTeam)} win`;
  return {
    kind: "fight",
    kicker: `Fight · ${safeText(row.map)}, ${formatClock(row.startMs)}`,
    headline: [plain(`${fightShape(row.attackers, row.defenders)}: ${winner}`)],
    subline: [
      ...joinNames(side("attackers"), ", "),
      plain(" against "),
      ...joinNames(side("defenders"), ", "),
    ],
    facts: [
      { value: `${row.kills}:${row.deaths}`, label: [plain("downs")], details: [teams] },
      {
        value: `${whole(row.damageGiven)}:${whole(row.damageReceived)}`,
        label: [plain("damage")],
        details: [teams],
      },
      {
        value: seconds < 60 ? `${seconds.toFixed(1)} s` : formatDuration(row.endMs - row.startMs),
        label: [plain("long")],
        details: [`${row.crossfires} crossfires, ${row.trades} trades`],
      },
    ],
    picture: { kind: "fight", fight },
    pictureWords: "ways, hits and downs (crosses)",
    sample: `1 fight · ${row.roundStartedAt.toISOString().slice(0, 10)} · bots included`,
  };
}
