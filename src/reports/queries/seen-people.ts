/** Everybody who played: one row a person, however many GUIDs they have. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRows, type CamelRow, type Columns, type KnownColumns } from "../../db/rows.ts";

interface PersonColumns extends Columns<"people", "is_hidden">, KnownColumns<"people", "name" | "is_bot"> {
  readonly player_id: number;
  /** All players that are this person. */
  readonly player_ids: readonly number[];
  /** Of all of those, that of the person first; to tell people apart, and never to be shown. */
  readonly guids: readonly string[];
  /** All names that they used, the latest first, colour codes included; none of those of who is hidden or was given a name. */
  readonly names: readonly string[];
  readonly first_seen_at: Date;
  readonly last_seen_at: Date;
}

/** Somebody who played for a team in a round that counts. */
export type Person = CamelRow<PersonColumns>;

/** People by the time when they were first seen. */
export async function listPeople(sql: Sql): Promise<Person[]> {
  const rows = await sql<PersonColumns[]>`
    with used as (
      select p.person_id, s.name, max(r.started_at) as last_at
      from round_players s join people p using (player_id) join rounds r using (round_id)
      where r.excluded_at is null and s.team in (1, 2)
      group by p.person_id, s.name
    ), seen as (
      select p.person_id, min(r.started_at) as first_at, max(r.started_at) as last_at
      from round_players s join people p using (player_id) join rounds r using (round_id)
      where r.excluded_at is null and s.team in (1, 2)
      group by p.person_id
    )
    select p.person_id as player_id, p.name, p.is_bot, p.is_hidden,
      array_agg(p.player_id order by p.player_id <> p.person_id, p.player_id) as player_ids,
      coalesce(array_agg(q.guid order by p.player_id <> p.person_id, p.player_id) filter (where q.guid is not null), '{}') as guids,
      case when p.is_renamed then '{}' else
        array(select u.name from used u where u.person_id = p.person_id order by u.last_at desc, u.name) end as names,
      seen.first_at as first_seen_at, seen.last_at as last_seen_at
    from people p join players q on q.player_id = p.player_id join seen on seen.person_id = p.person_id
    group by p.person_id, p.name, p.is_bot, p.is_hidden, p.is_renamed, seen.first_at, seen.last_at
    order by seen.first_at, p.person_id`;
  return camelRows(rows);
}
