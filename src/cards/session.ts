/** The card of a session: who won what, and who stood out. */
import { counted, formatDuration, whole } from "../counts.ts";
import { nameRuns, safeText } from "../names.ts";
import { botMark, countPlayers } from "../reports/describe.ts";
import { sumScores } from "../reports/highlights.ts";
import type { RoundReport } from "../reports/round.ts";
import type { Session } from "../reports/sessions.ts";
import type { Card, CardFact, CardResult } from "./card.ts";
import { describeCardSample, formatPeriod, plain } from "./words.ts";

const labelOf = ({ isBot, name }: { readonly isBot: boolean; readonly name: string }): CardFact["label"] => [
  ...nameRuns(name),
  ...(isBot ? [plain(botMark(isBot))] : []),
];

/** Most kills, most damage and the longest spree of rounds, as far as there are any; then counts, until there are three. */
export function standOutFacts(
  reports: readonly Pick<RoundReport, "moments" | "scores">[],
  counts: readonly CardFact[],
): CardFact[] {
  const sums = sumScores(reports.flatMap(({ scores }) => scores));
  const [killer] = sums;
  const [hitter] = [...sums].sort((a, b) => b.damageGiven - a.damageGiven);
  const [spree] = reports
    .flatMap(({ moments }) => moments)
    .filter(({ kind, name }) => kind === "spree" && name !== null)
    .sort((a, b) => b.count - a.count);
  const facts: CardFact[] = [];
  if (killer !== undefined && killer.kills > 0)
    facts.push({ value: whole(killer.kills), label: labelOf(killer), details: ["most kills"] });
  if (hitter !== undefined && hitter.damageGiven > 0)
    facts.push({ value: whole(hitter.damageGiven), label: labelOf(hitter), details: ["most damage"] });
  if (spree !== undefined)
    facts.push({
      value: String(spree.count),
      label: labelOf({ name: spree.name ?? "", isBot: spree.isBot }),
      details: ["downed in a row"],
    });
  return [...facts, ...counts].slice(0, 3);
}

/** Rounds that follow each other on a map, as one line. */
function resultsOf(reports: readonly RoundReport[]): CardResult[] {
  const maps: { map: string; results: CardResult["results"][number][] }[] = [];
  for (const { round } of reports) {
    const result = { winnerTeam: round.winnerTeam, lengthMs: round.endMs };
    const last = maps.at(-1);
    if (last?.map === safeText(round.map)) last.results.push(result);
    else maps.push({ map: safeText(round.map), results: [result] });
  }
  return maps;
}

/**
 * The card of a session.
 * @param reports of its rounds, the earliest first.
 */
export function sessionCard(
  session: Session,
  reports: readonly RoundReport[],
  areBotsCounted: boolean,
): Card {
  const maps = resultsOf(reports);
  const players = countPlayers(session, areBotsCounted);
  const lengthMs = session.endedAt.getTime() - session.startedAt.getTime();
  const counts = [
    { value: whole(players), label: [plain(players === 1 ? "player" : "players")], details: [] },
    { value: whole(reports.length), label: [plain(reports.length === 1 ? "round" : "rounds")], details: [] },
    { value: formatDuration(lengthMs), label: [plain("long")], details: [] },
  ];
  const size = `${counted(reports.length, "round")} on ${counted(new Set(maps.map(({ map }) => map)).size, "map")}`;
  const server = session.serverName === null ? [] : nameRuns(session.serverName);
  return {
    kind: "session",
    kicker: `Session · ${session.startedAt.toISOString().slice(0, 16).replace("T", " ")} UTC`,
    headline: session.name === null ? [plain(size)] : nameRuns(session.name),
    subline: session.name === null ? server : [plain(server.length === 0 ? size : `${size} · `), ...server],
    facts: standOutFacts(reports, counts),
    picture: { kind: "results", maps },
    pictureWords: "who won each round",
    sample: describeCardSample(
      reports.length,
      players,
      formatPeriod(session.startedAt, session.endedAt),
      areBotsCounted,
    ),
  };
}
