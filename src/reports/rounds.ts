/** The list of rounds. */
import type { Sql } from "../db/driver/connect.ts";
import { counted } from "../counts.ts";
import { describeBots } from "./describe.ts";
import { eventConditions, eventfulRoundConditions } from "./filters.ts";
import type { Filters } from "./filters.ts";

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
      where e.round_id = r.round_id and is_enemy_kill(e.event, e.relation)
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
