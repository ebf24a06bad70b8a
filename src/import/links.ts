/** What an import leaves to be put together at its end: rounds that two sources saw, players that two sources know. */
import type { Sql } from "../db/driver/connect.ts";
import { OWN_SOURCE } from "./round-row.ts";

/** Two clocks of one server, read at the same moment by two modules, differ by no more, seconds; rounds of a map are further apart. */
const LONGEST_DIFFERENCE_S = 5;
/** Note of a round whose start is not known in UTC, so that it cannot be compared. */
const LOCAL_START = "start_local";

/**
 * Links each round of another tracker to the round that a better source saw of the same match: the same map, the same start,
 * a player in common, no other server. Ours is the best; then the one with more kinds of rows, then the one that was stored first. A round
 * that is linked does not count. Links that no longer hold are undone.
 */
export async function linkRounds(sql: Sql): Promise<void> {
  const place = (alias: string) => sql`(
    case when ${sql(alias)}.source = ${OWN_SOURCE} then 0 else 1 end,
    case when ${sql(alias)}.position_rows is null then 1 else 0 end,
    case when ${sql(alias)}.combat_rows is null then 1 else 0 end,
    ${sql(alias)}.round_id)`;
  const tolerance = sql`${LONGEST_DIFFERENCE_S} * interval '1 second'`;
  await sql`
    with found as (
      select theirs.round_id, (
        select ours.round_id
        from rounds ours
        where ours.map = theirs.map and ours.source <> theirs.source
          and ours.started_at between theirs.started_at - ${tolerance} and theirs.started_at + ${tolerance}
          and ${place("ours")} < ${place("theirs")}
          and not ${LOCAL_START} = any(ours.source_notes || theirs.source_notes)
          and coalesce(ours.server_name = theirs.server_name, true)
          and exists (
            select from round_players one join round_players other
              on one.player_id = other.player_id or one.name = other.name
            where one.round_id = ours.round_id and other.round_id = theirs.round_id)
        order by ${place("ours")}
        limit 1) as same_as_round_id
      from rounds theirs
      where theirs.source <> ${OWN_SOURCE}
    )
    update rounds
    set same_as_round_id = found.same_as_round_id
    from found
    where rounds.round_id = found.round_id and rounds.same_as_round_id is distinct from found.same_as_round_id`;
}

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
