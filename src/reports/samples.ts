/** What filters mean for the samples of where players were, and for what is summed up of them, as SQL. */
import type { Sql } from "../db/driver/connect.ts";
import {
  allOf,
  fightSpans,
  given,
  objectiveSpans,
  roundIdArray,
  teamConditions,
  withoutBots,
} from "./filters.ts";
import type { Filters, Fragment } from "./filters.ts";

/** Whether the filters are about single samples of a life: not about its rounds, player, team and class alone. */
export function choosesSamples({ engagement, phase, weapons }: Filters): boolean {
  return engagement !== undefined || phase !== undefined || given(weapons);
}

/** Whose samples: conditions on `p`, which is `player_positions` or a sum of it: lives, cells, ways. */
export function personConditions(sql: Sql, filters: Filters): Fragment {
  return allOf(sql, [
    given(filters.playerIds) ? sql`p.player_id = any(${[...filters.playerIds]}::int[])` : undefined,
    teamConditions(sql, filters, { round: sql`p.round_id`, team: sql`p.team` }),
    given(filters.classes) ? sql`p.class = any(${[...filters.classes]}::int[])` : undefined,
    withoutBots(sql, filters, sql`p.player_id`),
  ]);
}

/** Which samples {@link sampleSource} gives: of which rounds, an array of their ids, and of whom, a condition on `p`. */
interface Chosen {
  readonly rounds?: Fragment | undefined;
  readonly who?: Fragment | undefined;
}

/**
 * The chosen samples, as `player_positions p` and its conditions, to stand after "from".
 *
 * Positions may be distributed over servers that know no other table. So a query of samples stands for itself:
 * what it needs of other tables it joins as a subquery that refers to nothing around it, and it groups by the round.
 */
export function sampleSource(
  sql: Sql,
  filters: Filters,
  { rounds = roundIdArray(sql, filters), who }: Chosen = {},
): Fragment {
  const { engagement, phase, weapons } = filters;
  const ofObjective = phase !== undefined && "part" in phase ? phase : undefined;
  const ofTime = phase !== undefined && !("part" in phase) ? phase : undefined;
  return sql`
    player_positions p
    ${
      ofObjective === undefined
        ? sql``
        : sql`join ${objectiveSpans(sql, ofObjective, rounds)} h on h.round_id = p.round_id and p.time_ms <@ h.spans`
    }
    ${
      engagement === undefined
        ? sql``
        : sql`join ${fightSpans(sql, filters, rounds)} f
            on f.round_id = p.round_id and f.player_id = p.player_id and p.time_ms <@ f.spans`
    }
    where p.round_id = any(${rounds}) and ${allOf(sql, [
      who,
      personConditions(sql, filters),
      given(weapons) ? sql`p.weapon = any(${[...weapons]}::int[])` : undefined,
      ofTime === undefined ? undefined : sql`p.time_ms >= ${ofTime.fromMs} and p.time_ms < ${ofTime.toMs}`,
    ])}`;
}

/**
 * The time that a sample of a player in a team and class stands for in a round, seconds, as `sample_times`: 0 where nothing was
 * sampled.
 */
export function sampleTimes(sql: Sql, filters: Filters): Fragment {
  return sql`(
    select l.round_id, l.player_id, l.team, l.class,
      coalesce(sum(l.alive_ms)::float8 / 1000 / nullif(sum(l.samples), 0), 0) as sample_s
    from player_lives l where l.round_id = any(${roundIdArray(sql, filters)}) group by 1, 2, 3, 4) sample_times`;
}
