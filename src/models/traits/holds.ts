import type { Trait } from "./trait.ts";

/** Who holds a place. */
export const HOLDS: Trait = {
  name: "holds",
  says: "time stationary, of the time alive",
  unit: "share",
  of: "min",
  rows: (sql, rounds) => sql`
    select l.round_id, l.player_id, l.team, sum(l.stationary_ms) / 60000.0 as amount, sum(l.alive_ms) / 60000.0 as chances
    from player_lives l where l.round_id = any(${rounds}) and l.samples > 0 and l.alive_ms is not null
    group by l.round_id, l.player_id, l.team`,
};
