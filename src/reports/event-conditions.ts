/** What filters mean for events and for rounds with a match, as SQL. */
import type { Sql } from "../db/driver/connect.ts";
import { fightConditions } from "./fight-conditions.ts";
import {
  allOf,
  botArray,
  classCondition,
  engagementCondition,
  given,
  hasSubject,
  hasTool,
  phaseCondition,
  phaseSpans,
  roundConditions,
  teamConditions,
  toolConditions,
  withoutBots,
} from "./filters.ts";
import type { Filters, Fragment, Subject } from "./filters.ts";

/**
 * Conditions on `rounds r`: the chosen rounds in which the chosen players (without bots: people only)
 * - fired or hit with the weapon or the means of death, where one is given;
 * - had a fight of the shape, where one is given;
 * - played in the phase, otherwise.
 */
export function eventfulRoundConditions(sql: Sql, filters: Filters): Fragment {
  const { engagement, phase, playerIds } = filters;
  const rounds = allOf(sql, [
    roundConditions(sql, filters),
    phase === undefined
      ? undefined
      : sql`exists (select from ${phaseSpans(sql, phase, sql`r.round_id`)} where r.end_ms > h.from_ms)`,
  ]);
  if (hasTool(filters)) {
    return sql`${rounds} and exists (
      select from combat_events e where e.round_id = r.round_id and e.event in ('fire', 'hit', 'kill')
        and ${eventConditions(sql, filters, "attacker")})`;
  }
  if (engagement !== undefined) {
    return sql`${rounds} and exists (
      select from engagement_analysis g where g.round_id = r.round_id and ${fightConditions(sql, filters)})`;
  }
  if (!hasSubject(filters)) {
    if (filters.bots === "with") return rounds;
    // A round of which no player is known is there, and something of it is missing.
    const anybody = sql`select from round_players s where s.round_id = r.round_id and s.team in (1, 2)`;
    return sql`${rounds} and (not exists (${anybody}) or exists (${anybody} and s.player_id <> all(${botArray(sql)})))`;
  }
  return sql`${rounds} and exists (
    select from round_players s where s.round_id = r.round_id and ${allOf(sql, [
      sql`s.team in (1, 2)`,
      teamConditions(sql, filters, { round: sql`s.round_id`, team: sql`s.team` }),
      given(playerIds) ? sql`s.player_id = any(${[...playerIds]}::int[])` : undefined,
      given(filters.classes) ? sql`s.class = any(${[...filters.classes]}::int[])` : undefined,
      phase === undefined
        ? undefined
        : sql`exists (
            select from ${phaseSpans(sql, phase, sql`r.round_id`)} where s.from_ms < h.to_ms and not exists (
              select from round_players n
              where n.round_id = s.round_id and n.slot = s.slot and n.from_ms > s.from_ms and n.from_ms <= h.from_ms))`,
      withoutBots(sql, filters, sql`s.player_id`),
    ])})`;
}

/** Conditions on `combat_events e`, all but the rounds: whose actions, how, when, in what kind of fight; no bot in it. */
export function eventConditions(sql: Sql, filters: Filters, subject: Subject): Fragment {
  return allOf(sql, [
    subjectConditions(sql, filters, subject),
    withoutBots(sql, filters, subject === "attacker" ? sql`e.target_player_id` : sql`e.attacker_player_id`),
  ]);
}

/** {@link eventConditions}, but that the other one in the event may be a bot, whatever the filters say. */
export function subjectConditions(sql: Sql, filters: Filters, subject: Subject): Fragment {
  const player = subject === "attacker" ? sql`e.attacker_player_id` : sql`e.target_player_id`;
  const team = subject === "attacker" ? sql`e.attacker_team` : sql`e.target_team`;
  const slot = subject === "attacker" ? sql`e.attacker_slot` : sql`e.target_slot`;
  return allOf(sql, [
    given(filters.playerIds) ? sql`${player} = any(${[...filters.playerIds]}::int[])` : undefined,
    teamConditions(sql, filters, { round: sql`e.round_id`, team }),
    classCondition(sql, filters, { round: sql`e.round_id`, slot, time: sql`e.time_ms` }),
    ...toolConditions(sql, filters),
    phaseCondition(sql, filters, { round: sql`e.round_id`, time: sql`e.time_ms` }),
    engagementCondition(sql, filters, player, sql`e.time_ms`, sql`e.round_id`),
    withoutBots(sql, filters, player),
  ]);
}

/**
 * Conditions on `objective_events o`, all but the rounds: who did it, in which team and class, when, and what it was done
 * with where the event says that; no bot in it. What the map itself did has no player, and stays unless one is asked for.
 */
export function objectiveConditions(sql: Sql, filters: Filters): Fragment {
  const { means, playerIds, weapons } = filters;
  return allOf(sql, [
    given(playerIds) ? sql`o.player_id = any(${[...playerIds]}::int[])` : undefined,
    teamConditions(sql, filters, { round: sql`o.round_id`, team: sql`o.team` }),
    classCondition(sql, filters, { round: sql`o.round_id`, slot: sql`o.slot`, time: sql`o.time_ms` }),
    given(weapons)
      ? sql`o.means_of_death = any(array(
          select m.means_of_death from means_of_death m where m.weapons && ${[...weapons]}::smallint[]))`
      : undefined,
    given(means) ? sql`o.means_of_death = any(${[...means]}::int[])` : undefined,
    phaseCondition(sql, filters, { round: sql`o.round_id`, time: sql`o.time_ms` }),
    engagementCondition(sql, filters, sql`o.player_id`, sql`o.time_ms`, sql`o.round_id`),
    withoutBots(sql, filters, sql`o.player_id`, sql`o.other_player_id`),
  ]);
}
