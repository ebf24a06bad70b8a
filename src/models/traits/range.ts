import type { Trait } from "./trait.ts";

/** From how far somebody kills. */
export const RANGE: Trait = {
  name: "range",
  says: "mean distance of their kills of enemies by bullets",
  unit: "units",
  of: "kills",
  rows: (sql, rounds) => sql`
    select k.round_id, k.attacker_player_id as player_id, k.attacker_team as team, sum(k.distance_units) as amount, count(*) as chances
    from combat_events k join means_of_death m using (means_of_death)
    where k.round_id = any(${rounds}) and k.event = 'kill' and k.relation = 'enemy' and m.has_accuracy and k.distance_units is not null
    group by k.round_id, k.attacker_player_id, k.attacker_team`,
};
