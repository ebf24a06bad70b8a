/** Rounds by name, and the list of them. */
import type { Sql } from "../db/driver/connect.ts";
import { ProxError } from "../errors.ts";
import { counted } from "../counts.ts";
import { safeText } from "../names.ts";
import { describeBots } from "./describe.ts";
import { eventConditions, eventfulRoundConditions } from "./filters.ts";
import type { Filters, Fragment } from "./filters.ts";

/** A round as the list shows it. */
export interface RoundRow {
  roundId: number;
  roundKey: string;
  matchKey: string;
  map: string;
  round: number;
  startedAt: Date;
  /** Round time at the end, ms. */
  endMs: number;
  serverName: string;
  winnerTeam: number | null;
  isComplete: boolean;
  endReason: string;
  /** People and bots of the two teams. */
  players: number;
  bots: number;
  /** Of enemies; with bots in them or not, as the filters say. */
  kills: number;
  /** Rows of each kind; null where the file is missing. */
  positionRows: number | null;
  combatRows: number | null;
  engagementRows: number | null;
  heatmapRows: number | null;
  rowsLost: number;
  rowsRejected: number;
}

/** Rounds in which what the filters ask for happened, the latest first. */
export async function listRounds(sql: Sql, filters: Filters, limit: number): Promise<RoundRow[]> {
  return sql<RoundRow[]>`
    select
      r.round_id as "roundId", r.round_key as "roundKey", r.match_key as "matchKey", r.map, r.round,
      r.started_at as "startedAt", r.end_ms as "endMs", r.server_name as "serverName",
      r.winner_team as "winnerTeam", r.is_complete as "isComplete", r.end_reason as "endReason",
      p.players, p.bots, k.kills,
      r.position_rows as "positionRows", r.combat_rows as "combatRows",
      r.engagement_rows as "engagementRows", r.heatmap_rows as "heatmapRows",
      r.rows_lost as "rowsLost", r.rows_rejected as "rowsRejected"
    from (select * from rounds r where ${eventfulRoundConditions(sql, filters)} order by started_at desc limit ${limit}) r
    cross join lateral (
      select
        count(distinct player_id) filter (where not is_bot)::int as players,
        count(distinct player_id) filter (where is_bot)::int as bots
      from round_players p where p.round_id = r.round_id and p.team in (1, 2)) p
    cross join lateral (
      select count(*)::int as kills from combat_events e
      where e.round_id = r.round_id and e.event = 'kill' and e.relation = 'enemy'
        and ${eventConditions(sql, { bots: filters.bots }, "attacker")}) k
    order by r.started_at desc`;
}

/** Rounds that would be listed, too, if bots counted. */
export async function countBotRounds(sql: Sql, filters: Filters): Promise<number> {
  const [{ count }] = await sql<[{ count: number }]>`
    select count(*)::int as count from rounds r
    where ${eventfulRoundConditions(sql, { ...filters, bots: "with" })}
      and not (${eventfulRoundConditions(sql, filters)})`;
  return count;
}

/** What a list says of bots, and of the rounds that it leaves out for them. */
export function describeBotRounds(isCounted: boolean, botRounds: number): string {
  const bots = describeBots(isCounted);
  return isCounted || botRounds === 0
    ? bots
    : `${bots}, and ${counted(botRounds, "round")} of bots alone; --bots counts them`;
}

interface FoundRound {
  roundId: number;
  roundKey: string;
  map: string;
  startedAt: Date;
}

/**
 * Rounds by key, by the beginning of a key where it is the only one, or `latest`.
 * @param among conditions on `rounds r`: the rounds that can be meant.
 */
export async function resolveRounds(
  sql: Sql,
  keys: readonly string[],
  among: Fragment = sql`true`,
): Promise<FoundRound[]> {
  return Promise.all(
    keys.map(async (key) => {
      const found = await sql<FoundRound[]>`
        select round_id as "roundId", round_key as "roundKey", map, started_at as "startedAt" from rounds r
        where ${among} and ${key === "latest" ? sql`true` : sql`starts_with(round_key, ${key})`}
        order by round_key <> ${key}, started_at desc limit 6`;
      const [first, second] = found;
      if (first === undefined) {
        throw new ProxError("E_NOT_FOUND", `no round has the key ${safeText(key)}`, {
          exit: "input",
          suggestions: ["list them with `prox report rounds`, with the same filters if there are any"],
        });
      }
      if (key !== "latest" && first.roundKey !== key && second !== undefined) {
        throw new ProxError("E_AMBIGUOUS", `the keys of several rounds begin with ${safeText(key)}`, {
          exit: "usage",
          suggestions: found.map(({ roundKey }) => roundKey),
          details: { candidates: found.map(({ roundKey }) => roundKey) },
        });
      }
      return first;
    }),
  );
}

/** The map's name as the rounds have it; case does not matter. */
export async function requireMap(sql: Sql, name: string): Promise<string> {
  const maps = await sql<{ map: string; rounds: number }[]>`
    select map, count(*)::int as rounds from rounds group by map order by rounds desc, map`;
  const found =
    maps.find(({ map }) => map === name) ?? maps.find(({ map }) => map.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found.map;
  throw new ProxError("E_NOT_FOUND", `no round was played on a map ${safeText(name)}`, {
    exit: "input",
    suggestions:
      maps.length === 0
        ? ["there are no rounds yet: import some with `prox import`"]
        : [`maps with rounds: ${maps.map(({ map, rounds }) => `${safeText(map)} (${rounds})`).join(", ")}`],
  });
}
