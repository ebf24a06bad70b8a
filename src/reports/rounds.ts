/** The list of rounds. */
import type { Sql } from "../db/driver/connect.ts";
import { camelRows, type CamelRow, type Columns } from "../db/rows.ts";
import { counted } from "../counts.ts";
import { describeBots } from "./describe.ts";
import { eventConditions, eventfulRoundConditions } from "./event-conditions.ts";
import { personOf } from "./filters.ts";
import type { Filters } from "./filters.ts";

interface RoundColumns
  extends
    Columns<"rounds", "round_id" | "round_key" | "match_key" | "map" | "round" | "started_at" | "end_ms">,
    Columns<"rounds", "server_name" | "winner_team" | "is_complete" | "end_reason">,
    Columns<"rounds", "position_rows" | "combat_rows" | "engagement_rows" | "heatmap_rows">,
    Columns<"rounds", "objective_rows" | "format_version">,
    Columns<"rounds", "source" | "source_notes" | "tracker_version" | "captures">,
    Columns<
      "rounds",
      "rows_lost" | "rows_rejected" | "began_ms" | "pieces" | "excluded_at" | "excluded_reason"
    > {
  /** People and bots of the two teams. */
  readonly players: number;
  readonly bots: number;
  /** Of enemies; with bots in them or not, as the filters say. Null where events of the round are not here. */
  readonly kills: number | null;
}

/** A round as the list shows it; the rows of a kind are null where the file is missing. */
export type RoundRow = CamelRow<RoundColumns>;

/** Rounds in which what the filters ask for happened, the latest first. */
export async function listRounds(sql: Sql, filters: Filters, limit: number): Promise<RoundRow[]> {
  const rows = await sql<RoundColumns[]>`
    select
      r.round_id, r.round_key, r.match_key, r.map, r.round,
      r.started_at, r.end_ms, r.server_name,
      r.winner_team, r.is_complete, r.end_reason,
      p.players, p.bots, k.kills,
      r.position_rows, r.combat_rows,
      r.engagement_rows, r.heatmap_rows, r.objective_rows, r.format_version,
      r.rows_lost, r.rows_rejected, r.began_ms, r.pieces, r.source, r.source_notes, r.tracker_version, r.captures,
      r.excluded_at, r.excluded_reason
    from (select * from rounds r where ${eventfulRoundConditions(sql, filters)} order by started_at desc limit ${limit}) r
    cross join lateral (
      select
        count(distinct ${personOf(sql, sql`p.player_id`)}) filter (where not is_bot)::int as players,
        count(distinct ${personOf(sql, sql`p.player_id`)}) filter (where is_bot)::int as bots
      from round_players p where p.round_id = r.round_id and p.team in (1, 2)) p
    cross join lateral (
      select case when r.combat_rows is not null then count(*)::int end as kills from combat_events e
      where e.round_id = r.round_id and is_enemy_kill(e.event, e.relation)
        and ${eventConditions(sql, { bots: filters.bots }, "attacker")}) k
    order by r.started_at desc`;
  return camelRows(rows);
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
    : `${bots}, and ${counted(botRounds, "round")} with bots only; --bots counts them`;
}
