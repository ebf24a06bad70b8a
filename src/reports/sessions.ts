/**
 * Sessions: the evenings. Rounds of one server belong to one session while less than {@link SESSION_GAP_MINUTES} lie
 * between the end of one and the start of the next; midnight does not matter.
 */
import type { Sql } from "../db/connect.ts";
import { ProxError } from "../errors.ts";
import { safeText } from "../names.ts";
import type { Fragment } from "./filters.ts";

/** More time without play than this ends a session. */
export const SESSION_GAP_MINUTES = 90;

export interface Session {
  /** Day and time of its first round in UTC, `2026-11-23-2030`. */
  id: string;
  serverName: string;
  startedAt: Date;
  endedAt: Date;
  roundIds: number[];
  maps: string[];
  completeRounds: number;
  /** Who played for a team. */
  players: number;
  bots: number;
}

/** Sessions, the latest first. */
export async function listSessions(sql: Sql, where: Fragment = sql`true`): Promise<Session[]> {
  return sql<Session[]>`
    with ends as (
      select r.*, r.started_at + make_interval(secs => r.end_ms / 1000.0) as played_until from rounds r
    ), starts as (
      select ends.*, coalesce(
        started_at - max(played_until) over (
          partition by server_name order by started_at, round_id rows between unbounded preceding and 1 preceding)
          > make_interval(mins => ${SESSION_GAP_MINUTES}), true) as is_start
      from ends
    ), numbered as (
      select starts.*, count(*) filter (where is_start) over (partition by server_name order by started_at, round_id) as number
      from starts
    ), sessions as (
      select
        to_char(min(started_at) at time zone 'UTC', 'YYYY-MM-DD-HH24MI') as id,
        server_name, min(started_at) as started_at, max(played_until) as ended_at,
        array_agg(round_id order by started_at, round_id) as round_ids,
        array_agg(distinct map) as maps,
        count(*) filter (where is_complete)::int as complete_rounds
      from numbered r
      where ${where}
      group by server_name, number
    )
    select id, server_name as "serverName", started_at as "startedAt", ended_at as "endedAt", round_ids as "roundIds",
      maps, complete_rounds as "completeRounds", p.players, p.bots
    from sessions
    cross join lateral (
      select count(distinct player_id) filter (where not is_bot)::int as players,
        count(distinct player_id) filter (where is_bot)::int as bots
      from round_players where round_id = any(round_ids) and team in (1, 2)) p
    order by started_at desc`;
}

/** A session by id, by day where it is the only one of that day, or `latest`. */
export async function resolveSession(sql: Sql, name: string): Promise<Session> {
  const sessions = await listSessions(sql);
  const found =
    name === "latest"
      ? sessions.slice(0, 1)
      : sessions.filter(({ id }) => id === name || id.startsWith(`${name}-`));
  const [first] = found;
  if (first === undefined) {
    throw new ProxError("E_NOT_FOUND", `there is no session ${safeText(name)}`, {
      exit: "input",
      suggestions: ["list them with `prox report sessions`, or write `--session latest`"],
    });
  }
  if (found.length > 1) {
    throw new ProxError("E_AMBIGUOUS", `there are ${found.length} sessions ${safeText(name)}`, {
      exit: "usage",
      suggestions: found.slice(0, 10).map(({ id, serverName }) => `${id} on ${safeText(serverName)}`),
      details: { candidates: found.map(({ id }) => id) },
    });
  }
  return first;
}
