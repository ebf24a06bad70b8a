/** The card of a round. */
import { whole } from "../counts.ts";
import { TEAM_NAMES } from "../engine/players.ts";
import { nameRuns, safeText } from "../names.ts";
import { countPlayers } from "../reports/describe.ts";
import { formatClock } from "../clock.ts";
import type { RoundReport } from "../reports/round.ts";
import type { Card } from "./card.ts";
import { standOutFacts } from "./session.ts";
import { describeCardSample, formatPeriod, plain } from "./words.ts";

/** The card of a round's story. */
export function roundCard(report: RoundReport, areBotsCounted: boolean): Card {
  const { momentum, round } = report;
  const kills = momentum.reduce((sum, { alliesKills, axisKills }) => sum + axisKills + alliesKills, 0);
  const result = round.winnerTeam === null ? "no result" : `${TEAM_NAMES[round.winnerTeam] ?? ""} win`;
  const players = countPlayers(round, areBotsCounted);
  const server = round.serverName === null ? [] : [plain(" · "), ...nameRuns(round.serverName)];
  const counts = [
    { value: whole(players), label: [plain(players === 1 ? "player" : "players")], details: [] },
    { value: formatClock(round.endMs), label: [plain("played")], details: [] },
    { value: whole(kills), label: [plain("kills of enemies")], details: [] },
  ];
  return {
    kind: "round",
    kicker: `Round ${round.round} · ${round.startedAt.toISOString().slice(0, 16).replace("T", " ")} UTC`,
    headline: [plain(`${safeText(round.map)}: ${result}`)],
    subline: [plain(`${formatClock(round.endMs)}${round.isComplete ? "" : ", incomplete"}`), ...server],
    facts: standOutFacts([report], counts),
    picture: kills === 0 ? undefined : { kind: "momentum", steps: momentum, endMs: round.endMs },
    pictureWords: "kills by team over the round",
    sample: describeCardSample(1, players, formatPeriod(round.startedAt, round.startedAt), areBotsCounted),
  };
}
