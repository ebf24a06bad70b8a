import type { Trait } from "./trait.ts";

/** Who begins fights. */
export const OPENS: Trait = {
  name: "opens",
  says: "fights that they opened with the first hit, of the fights in which they took part",
  unit: "share",
  of: "fights",
  rows: (sql, rounds) => sql`
    select p.round_id, p.player_id, p.team, count(*) filter (where g.player_id = p.player_id and g.slot = p.slot) as amount, count(*) as chances
    from engagement_participants p
    join engagement_analysis g on g.round_id = p.round_id and g.engagement = p.engagement
    where p.round_id = any(${rounds}) and g.round_id = any(${rounds})
    group by p.round_id, p.player_id, p.team`,
};
