/** What an import leaves to be put together at its end: rounds that two sources saw, players that two sources know. */
import type { Sql } from "../db/driver/connect.ts";
import { OWN_SOURCE } from "./round-row.ts";

/** Two clocks of one server, read at the same moment by two modules, differ by no more, seconds; rounds of a map are further apart. */
const LONGEST_DIFFERENCE_S = 5;
/** Note of a round whose start is told by a clock of an unknown zone. */
const LOCAL_START = "start_local";

/** Moments of two sources, one of which has to make them out from minutes with one decimal, differ by no more, seconds. */
const LOCAL_DIFFERENCE_S = 10;
/** Time zones lie so far apart, or a multiple of it, and no further from UTC than the second, seconds. */
const ZONE_STEP_S = 1800;
const LONGEST_ZONE_S = 50_400;

/** Note of a round whose players are told apart by their names. */
const BY_NAME = "players_by_name";

/** So often links of clocks of unknown zones are looked for at most: each time those that are linked are out of the others' way. */
const MOST_LINK_ROUNDS = 5;

/**
 * From the best source of a round to the worst: ours, then the one with more kinds of rows, then the one with GUIDs, then the one that
 * was stored first.
 */
const placeOf = (sql: Sql, alias: string) => sql`(
  case when ${sql(alias)}.source = ${OWN_SOURCE} then 0 else 1 end,
  case when ${sql(alias)}.position_rows is null then 1 else 0 end,
  case when ${sql(alias)}.combat_rows is null then 1 else 0 end,
  case when ${BY_NAME} = any(${sql(alias)}.source_notes) then 1 else 0 end,
  ${sql(alias)}.round_id)`;

/** Whether two rounds are of different sources, or of two logs of one engine, of which one has the GUIDs. */
const isOtherSource = (sql: Sql) => sql`(
  ours.source <> theirs.source
  or (${BY_NAME} = any(ours.source_notes)) <> (${BY_NAME} = any(theirs.source_notes)))`;

/** How many players of the second round were in the first, by GUID or name. */
const commonPlayers = (sql: Sql) => sql`(
  select count(distinct other.player_id)
  from round_players one join round_players other
    on one.player_id = other.player_id or one.name = other.name
  where one.round_id = ours.round_id and other.round_id = theirs.round_id)`;

/**
 * Links each round of another tracker to the round that a better source saw of the same match: the same map, the same start,
 * a player in common, no other server. A round that is linked does not count. Links that no longer hold are undone.
 */
export async function linkRounds(sql: Sql): Promise<void> {
  const tolerance = sql`${LONGEST_DIFFERENCE_S} * interval '1 second'`;
  const link = (found: ReturnType<typeof placeOf>, isLocal: boolean) => sql`
    with found as (${found})
    update rounds
    set same_as_round_id = found.same_as_round_id
    from found
    where rounds.round_id = found.round_id and rounds.same_as_round_id is distinct from found.same_as_round_id
      and ${LOCAL_START} = any(rounds.source_notes) = ${isLocal}`;
  await link(
    sql`
      select theirs.round_id, (
        select ours.round_id
        from rounds ours
        where ours.map = theirs.map and ours.source <> theirs.source
          and ours.started_at between theirs.started_at - ${tolerance} and theirs.started_at + ${tolerance}
          and ${placeOf(sql, "ours")} < ${placeOf(sql, "theirs")}
          and not ${LOCAL_START} = any(ours.source_notes || theirs.source_notes)
          and coalesce(ours.server_name = theirs.server_name, true)
          and ${commonPlayers(sql)} > 0
        order by ${placeOf(sql, "ours")}
        limit 1) as same_as_round_id
      from rounds theirs
      where theirs.source <> ${OWN_SOURCE}`,
    false,
  );
  for (let times = 0; times < MOST_LINK_ROUNDS; times++)
    if ((await link(linksOfLocal(sql), true)).count === 0) return;
}

/**
 * The links of rounds whose clock is of an unknown zone: to the only round whose end differs by whole zones, which took as long or
 * whose start differs as much, and which at least half of the players were in.
 */
const linksOfLocal = (sql: Sql) => sql`
  select theirs.round_id, (
    select case when count(*) = 1 then min(ours.round_id) end
    from rounds ours
    cross join lateral (
      select
        extract(epoch from ours.ended_at - theirs.ended_at) as ends_apart_s,
        extract(epoch from ours.started_at - theirs.started_at) as starts_apart_s
    ) clock
    cross join lateral (select ${ZONE_STEP_S} * round(ends_apart_s / ${ZONE_STEP_S}) as zone_s) zone
    where ours.map = theirs.map and ${isOtherSource(sql)} and ours.same_as_round_id is null
      and ours.started_at between theirs.started_at - ${LONGEST_ZONE_S} * interval '1 second'
        and theirs.started_at + ${LONGEST_ZONE_S} * interval '1 second'
      and ${placeOf(sql, "ours")} < ${placeOf(sql, "theirs")}
      and abs(ends_apart_s - zone_s) <= ${LOCAL_DIFFERENCE_S}
      and (
        abs(starts_apart_s - zone_s) <= ${LOCAL_DIFFERENCE_S}
        or abs(ours.end_ms - theirs.end_ms) <= ${LOCAL_DIFFERENCE_S * 1000}
      )
      and coalesce(ours.server_name = theirs.server_name, true)
      and 2 * ${commonPlayers(sql)} >= (
        select count(distinct player_id) from round_players where round_id = theirs.round_id
      )
      and ${commonPlayers(sql)} > 0
  ) as same_as_round_id
  from rounds theirs
  where ${LOCAL_START} = any(theirs.source_notes)`;

/**
 * Links each player that is known by the first 8 characters of a GUID to the one whose GUID begins with them, while there is
 * only one; bots' GUIDs differ after them.
 */
export async function linkShortGuids(sql: Sql): Promise<void> {
  await sql`
    with found as (
      select short.player_id, case when count(*) = 1 then min(whole.player_id) end as same_as_player_id
      from players short left join players whole on left(whole.guid, 8) = short.guid and length(whole.guid) > 8
      where length(short.guid) = 8 and not short.is_bot
      group by short.player_id
    )
    update players
    set same_as_player_id = found.same_as_player_id
    from found
    where players.player_id = found.player_id and players.same_as_player_id is distinct from found.same_as_player_id`;
}
