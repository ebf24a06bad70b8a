import type { Trait } from "./trait.ts";

/** What counts as work at an objective. */
const DEEDS = [
  "dynamite_arm",
  "dynamite_defuse",
  "construct_stage",
  "construct_finish",
  "carry_take",
  "carry_pickup",
  "carry_return",
  "carry_secure",
  "spawn_capture",
] as const;

/** Who works at objectives. */
export const OBJECTIVE: Trait = {
  name: "objective",
  says: "plants, defuses, stages built, takes, returns and captures at objectives, for each minute alive",
  unit: "a minute",
  of: "min",
  rows: (sql, rounds) => sql`
    select l.round_id, l.player_id, l.team, 0 as amount, sum(l.alive_ms) / 60000.0 as chances
    from player_lives l join rounds r using (round_id)
    where l.round_id = any(${rounds}) and l.alive_ms is not null and r.objective_rows is not null
      and exists (select from objectives o where o.round_id = r.round_id)
    group by l.round_id, l.player_id, l.team
    union all
    select o.round_id, o.player_id, o.team, count(*), 0
    from objective_events o
    where o.round_id = any(${rounds}) and o.objective is not null and o.event::text = any(${[...DEEDS]}::text[])
    group by o.round_id, o.player_id, o.team`,
};
