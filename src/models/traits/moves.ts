import type { Trait } from "./trait.ts";

/** Who is on the way. */
export const MOVES: Trait = {
  name: "moves",
  says: "way, for each minute alive",
  unit: "units a minute",
  of: "min",
  rows: (sql, rounds) => sql`
    select l.round_id, l.player_id, l.team, sum(l.distance_units) as amount, sum(l.alive_ms) / 60000.0 as chances
    from player_lives l where l.round_id = any(${rounds}) and l.samples > 0 and l.alive_ms is not null
    group by l.round_id, l.player_id, l.team`,
};
