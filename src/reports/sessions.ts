/** Sessions: the evenings, as the view `sessions` tells them apart. */
import type { Sql } from "../db/driver/connect.ts";
import { camelRows, type CamelRow, type Columns, type KnownColumns } from "../db/rows.ts";
import type { Schema } from "../db/schema.ts";
import { ProxError } from "../errors.ts";
import { safeText } from "../names.ts";
import { nearestName } from "../nearest-name.ts";
import { personOf } from "./filters.ts";
import type { Fragment } from "./filters.ts";

/** More time without play on its server than this ends a session; the view has the number. */
export const SESSION_GAP_MINUTES = 90;

interface SessionColumns
  extends Columns<"sessions", "server_name" | "name">, KnownColumns<"sessions", "tags"> {
  /** Day and time of the first of all its rounds in UTC, `2026-11-23-2030`, whichever of them are asked for. */
  readonly id: NonNullable<Schema["sessions"]["session"]>;
  /** From the start of the first round asked for to the end of the last. */
  readonly started_at: Date;
  readonly ended_at: Date;
  /** In order of their start. */
  readonly round_ids: readonly Schema["rounds"]["round_id"][];
  readonly maps: readonly Schema["rounds"]["map"][];
  readonly complete_rounds: number;
  /** Who played for a team. */
  readonly players: number;
  readonly bots: number;
}

/** An evening, and those of its rounds that were asked for. */
export type Session = CamelRow<SessionColumns>;

/**
 * Sessions, the latest first.
 * @param where conditions on `rounds r`; sessions without such a round are left out.
 */
export async function listSessions(sql: Sql, where: Fragment = sql`true`): Promise<Session[]> {
  const rows = await sql<SessionColumns[]>`
    with chosen as (
      select s.session as id, s.server_name, s.name, s.tags, min(r.started_at) as started_at,
        max(r.started_at + r.end_ms * interval '1 millisecond') as ended_at,
        array_agg(r.round_id order by r.started_at, r.round_id) as round_ids, array_agg(distinct r.map) as maps,
        count(*) filter (where r.is_complete)::int as complete_rounds
      from sessions s join rounds r using (round_id)
      where ${where}
      group by s.session, s.server_name, s.name, s.tags
    )
    select id, server_name, name, tags, started_at, ended_at, round_ids,
      maps, complete_rounds, p.players, p.bots
    from chosen
    cross join lateral (
      select count(distinct ${personOf(sql, sql`s.player_id`)}) filter (where not is_bot)::int as players,
        count(distinct ${personOf(sql, sql`s.player_id`)}) filter (where is_bot)::int as bots
      from round_players s where round_id = any(round_ids) and team in (1, 2)) p
    order by started_at desc, id desc`;
  return camelRows(rows);
}

/** Rounds of all sessions that have a tag. */
export async function resolveTag(sql: Sql, tag: string): Promise<number[]> {
  const sessions = await listSessions(sql);
  const tagged = sessions.filter(({ tags }) => tags.includes(tag.toLowerCase()));
  if (tagged.length > 0) return tagged.flatMap(({ roundIds }) => roundIds);
  const tags = [...new Set(sessions.flatMap((session) => session.tags))].sort();
  const nearest = nearestName(tag, tags);
  throw new ProxError("E_NOT_FOUND", `no session has the tag ${safeText(tag)}`, {
    suggestions: [
      ...(nearest === undefined ? [] : [`did you mean ${nearest}?`]),
      tags.length === 0 ? "tag one with `prox session tag`" : `there are: ${tags.slice(0, 20).join(", ")}`,
    ],
  });
}

/** A session by id, by name, by day where it is the only one of that day, or `latest`. */
export async function resolveSession(sql: Sql, name: string): Promise<Session> {
  const sessions = await listSessions(sql);
  const wanted = name.toLowerCase();
  const ways: ((session: Session, index: number) => boolean)[] = [
    ({ id }, index) => (name === "latest" ? index === 0 : id === name),
    (session) => session.name?.toLowerCase() === wanted,
    ({ id }) => id.startsWith(`${name}-`),
  ];
  const found = ways.map((way) => sessions.filter(way)).find((some) => some.length > 0) ?? [];
  const [first] = found;
  if (first === undefined) {
    const nearest = nearestName(
      name,
      sessions.flatMap((session) => [session.name ?? [], session.id].flat()),
    );
    throw new ProxError("E_NOT_FOUND", `unknown session: ${safeText(name)}`, {
      suggestions: [
        ...(nearest === undefined ? [] : [`did you mean ${safeText(nearest)}?`]),
        "list them with `prox report sessions`, or write `--session latest`",
      ],
    });
  }
  if (found.length > 1) {
    throw new ProxError("E_AMBIGUOUS", `${safeText(name)} matches ${found.length} sessions`, {
      suggestions: found
        .slice(0, 10)
        .map(({ id, serverName }) => `${id} on ${safeText(serverName ?? "a server that is not recorded")}`),
      details: { candidates: found.map(({ id }) => id) },
    });
  }
  return first;
}
