/** Reads what a card says from the reports. */
import type { Sql } from "../db/driver/connect.ts";
import { ProxError } from "../errors.ts";
import { plainName } from "../names.ts";
import { engagementPicture } from "../reports/engagement-picture.ts";
import { reportEngagement } from "../reports/engagements.ts";
import { type FilterRequest, resolveFilters } from "../reports/filter-request.ts";
import { type HeatmapReport, reportHeatmap } from "../reports/heatmap.ts";
import { reportMapResults } from "../reports/map-results.ts";
import { reportPlayer } from "../reports/player.ts";
import { type PlayerCandidate, resolvePlayer } from "../reports/players.ts";
import { reportRound, type RoundReport } from "../reports/round.ts";
import { listRounds, type RoundRow } from "../reports/rounds.ts";
import { resolveSession } from "../reports/sessions.ts";
import { reportTeamPlay } from "../reports/team-play.ts";
import type { Card } from "./card.ts";
import { duoCard } from "./duo.ts";
import { fightCard } from "./fight.ts";
import { mapCard } from "./map.ts";
import { playerCard } from "./player.ts";
import { roundCard } from "./round.ts";
import { sessionCard } from "./session.ts";

const ALL_ROUNDS = 1_000_000;

/** Where kills were made from; undefined where there are none. */
async function tryHeatmap(sql: Sql, filters: FilterRequest): Promise<HeatmapReport | undefined> {
  try {
    return await reportHeatmap(sql, { what: "kills", filters });
  } catch (error) {
    if (error instanceof ProxError && error.code === "E_NOTHING_FOUND") return undefined;
    throw error;
  }
}

/** The card of a player, by name or GUID. Throws `E_NOT_FOUND`, `E_AMBIGUOUS` and `E_NOTHING_FOUND`. */
export async function readPlayerCard(sql: Sql, who: string, request: FilterRequest): Promise<Card> {
  const report = await reportPlayer(sql, who, request);
  const { isBot, guid, name } = report.player;
  const bots = request.bots === true || isBot;
  const map = request.map ?? report.maps[0]?.map;
  const player = [guid ?? plainName(name)];
  return playerCard(report, await tryHeatmap(sql, { ...request, map, player, bots }), bots);
}

/** The card of a session, by id, name, day or `latest`. Throws `E_NOT_FOUND` and `E_AMBIGUOUS`. */
export async function readSessionCard(sql: Sql, name: string, bots: boolean): Promise<Card> {
  const session = await resolveSession(sql, name);
  const rows = await sql<{ round_key: string }[]>`
    select round_key from rounds where round_id = any(${[...session.roundIds]}::int[]) order by started_at, round_id`;
  const reports: RoundReport[] = [];
  for (const row of rows) reports.push(await reportRound(sql, row.round_key, { bots }));
  return sessionCard(session, reports, bots);
}

/** The card of a round, by key, the beginning of the key or `latest`. Throws `E_NOT_FOUND` and `E_AMBIGUOUS`. */
export async function readRoundCard(sql: Sql, key: string, bots: boolean): Promise<Card> {
  return roundCard(await reportRound(sql, key, { bots }), bots);
}

/** The card of a fight, by `<round key>#<number>`. Throws `E_NOT_FOUND`, `E_AMBIGUOUS` and `E_USAGE`. */
export async function readFightCard(sql: Sql, id: string): Promise<Card> {
  const report = await reportEngagement(sql, id);
  return fightCard(report, await engagementPicture(sql, report));
}

/** The rounds of the filters in which both played, the latest first. */
async function roundsOfBoth(
  sql: Sql,
  request: FilterRequest,
  players: readonly PlayerCandidate[],
  bots: boolean,
): Promise<RoundRow[]> {
  const { filters } = await resolveFilters(sql, { ...request, bots });
  const [first = [], second = []] = await Promise.all(
    players.map(({ playerIds }) => listRounds(sql, { ...filters, playerIds }, ALL_ROUNDS)),
  );
  const ids = new Set(second.map(({ roundId }) => roundId));
  return first.filter(({ roundId }) => ids.has(roundId));
}

/** The name that comes most often; of equals the first. */
function mostPlayed(maps: readonly string[]): string | undefined {
  const times = new Map<string, number>();
  for (const map of maps) times.set(map, (times.get(map) ?? 0) + 1);
  return [...times].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** The card of two players. Throws `E_NOT_FOUND`, `E_AMBIGUOUS`, and `E_NOTHING_FOUND` where they never played together. */
export async function readDuoCard(
  sql: Sql,
  [one, other]: readonly [string, string],
  request: FilterRequest,
): Promise<Card> {
  const [first, second] = [await resolvePlayer(sql, one), await resolvePlayer(sql, other)];
  const ids = [first.playerId, second.playerId];
  const who = [first, second].map(({ guid, name }) => guid ?? plainName(name));
  const bots = request.bots === true || first.isBot || second.isBot;
  const { pairs } = await reportTeamPlay(sql, { ...request, player: who.slice(0, 1), bots });
  const pair = pairs.find(({ partnerId, playerId }) => ids.includes(playerId) && ids.includes(partnerId));
  if (pair === undefined || first.playerId === second.playerId) {
    throw new ProxError(
      "E_NOTHING_FOUND",
      `${plainName(first.name)} and ${plainName(second.name)} did not fight side by side in these rounds`,
      { suggestions: ["`prox report synergy` lists who did"] },
    );
  }
  const both = await roundsOfBoth(sql, request, [first, second], bots);
  const map = request.map ?? mostPlayed(both.map((round) => round.map));
  return duoCard(pair, both, await tryHeatmap(sql, { ...request, player: who, map, bots }), bots);
}

/** The card of a map. Throws `E_NOT_FOUND` and `E_NOTHING_FOUND`. */
export async function readMapCard(sql: Sql, map: string, request: FilterRequest): Promise<Card> {
  const results = await reportMapResults(sql, { ...request, map });
  return mapCard(results, await tryHeatmap(sql, { ...request, map }), request.bots === true);
}
