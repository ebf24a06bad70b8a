import type { Trait } from "./trait.ts";

/** Who avenges teammates. */
export const TRADES: Trait = {
  name: "trades",
  says: "kills that avenged a teammate in time (a trade), of all kills of enemies",
  unit: "share",
  of: "kills",
  rows: (sql, rounds) => sql`
    select k.round_id, k.attacker_player_id as player_id, k.attacker_team as team, 0 as amount, count(*) as chances
    from combat_events k join rounds r using (round_id)
    where k.round_id = any(${rounds}) and k.event = 'kill' and k.relation = 'enemy' and r.engagement_rows is not null
    group by k.round_id, k.attacker_player_id, k.attacker_team
    union all
    select v.round_id, v.player_id, v.team, count(distinct v.time_ms * 64 + v.enemy_slot), 0
    from proximity_events v where v.round_id = any(${rounds}) and v.record = 'trade'
    group by v.round_id, v.player_id, v.team`,
};
