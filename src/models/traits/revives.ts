import type { Trait } from "./trait.ts";

/** Which medics revive: nobody else can. */
const MEDIC = 1;

/** Who brings teammates back. */
export const REVIVES: Trait = {
  name: "revives",
  says: "revives, for each minute alive as a medic",
  unit: "a minute",
  of: "min",
  rows: (sql, rounds) => sql`
    select l.round_id, l.player_id, l.team, 0 as amount, sum(l.alive_ms) / 60000.0 as chances
    from player_lives l where l.round_id = any(${rounds}) and l.class = ${MEDIC} and l.alive_ms is not null
    group by l.round_id, l.player_id, l.team
    union all
    select c.round_id, c.attacker_player_id, c.attacker_team, sum(c.times), 0
    from combat_counts c where c.round_id = any(${rounds}) and c.event = 'revive'
    group by c.round_id, c.attacker_player_id, c.attacker_team`,
};
