import type { Trait } from "./trait.ts";

/** Who dies alone. */
export const ISOLATED: Trait = {
  name: "isolated",
  says: "deaths by enemies with no living teammate near, of those where that is recorded",
  unit: "share",
  of: "deaths",
  rows: (sql, rounds) => sql`
    select k.round_id, k.target_player_id as player_id, k.target_team as team,
      count(*) filter (where k.target_allies_near = 0) as amount, count(*) as chances
    from combat_events k
    where k.round_id = any(${rounds}) and k.event = 'kill' and k.relation = 'enemy' and k.target_allies_near is not null
    group by k.round_id, k.target_player_id, k.target_team`,
};
