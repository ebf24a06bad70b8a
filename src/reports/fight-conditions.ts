/** What filters mean for fights, crossfires, baits and chances to avenge, as SQL. */
import type { Sql } from "../db/driver/connect.ts";
import {
  allOf,
  botArray,
  classCondition,
  engagementCondition,
  given,
  hasSubject,
  hasTool,
  phaseCondition,
  shapeCondition,
  teamConditions,
  toolConditions,
  withoutBots,
} from "./filters.ts";
import type { Filters, Fragment } from "./filters.ts";

/**
 * A hit on a living enemy by a player in a stretch of time, with what was asked for; undefined where nothing was.
 * @param row a table with `round_id`, `start_ms` and `time_ms`.
 */
function damageCondition(
  sql: Sql,
  filters: Filters,
  row: Fragment,
  player: Fragment,
  target?: Fragment,
): Fragment | undefined {
  if (!hasTool(filters)) return undefined;
  return sql`exists (
    select from combat_events e
    where e.attacker_player_id = ${player} and is_enemy_hit(e.event, e.relation, e.target_is_wounded)
      and e.round_id = ${row}.round_id and e.time_ms between ${row}.start_ms and ${row}.time_ms
      and ${allOf(sql, [target === undefined ? undefined : sql`e.target_player_id = ${target}`, ...toolConditions(sql, filters)])})`;
}

/**
 * Conditions on one of `engagement_participants`, named `alias`: who took part, in what team, as what when joining, and
 * with what the participant did damage in the fight.
 */
export function participantConditions(sql: Sql, filters: Filters, alias: Fragment): Fragment {
  const { playerIds } = filters;
  return allOf(sql, [
    given(playerIds) ? sql`${alias}.player_id = any(${[...playerIds]}::int[])` : undefined,
    teamConditions(sql, filters, { round: sql`${alias}.round_id`, team: sql`${alias}.team` }),
    classCondition(sql, filters, {
      round: sql`${alias}.round_id`,
      slot: sql`${alias}.slot`,
      time: sql`${alias}.start_ms`,
    }),
    damageCondition(sql, filters, alias, sql`${alias}.player_id`),
  ]);
}

/** The fight `engagement_analysis g` began in the phase. */
const begunInPhase = (sql: Sql, filters: Filters): Fragment | undefined =>
  phaseCondition(sql, filters, { round: sql`g.round_id`, time: sql`g.start_ms` });

/** Conditions on `engagement_analysis g`: that it began in the phase, and its shape as the side of a participant sees it. */
export function shapeConditions(sql: Sql, filters: Filters, side?: Fragment): Fragment {
  return allOf(sql, [begunInPhase(sql, filters), shapeCondition(sql, filters, side)]);
}

/** Conditions on `engagement_analysis g`: no bot took part, where bots are left out. */
export function fightWithoutBots(sql: Sql, filters: Filters): Fragment {
  if (filters.bots === "with") return sql`true`;
  return sql`not exists (
    select from engagement_participants b
    where b.round_id = g.round_id and b.engagement = g.engagement and b.player_id = any(${botArray(sql)}))`;
}

/**
 * Conditions on `engagement_analysis g`, all but the rounds: its phase, one participant as asked for, and its shape as that
 * participant's side sees it.
 */
export function fightConditions(sql: Sql, filters: Filters): Fragment {
  return allOf(sql, [
    hasSubject(filters)
      ? sql`${begunInPhase(sql, filters) ?? sql`true`} and exists (
          select from engagement_participants p
          where p.round_id = g.round_id and p.engagement = g.engagement
            and ${allOf(sql, [participantConditions(sql, filters, sql`p`), shapeCondition(sql, filters, sql`p.side`)])})`
      : shapeConditions(sql, filters),
    fightWithoutBots(sql, filters),
  ]);
}

/**
 * Conditions on `proximity_events v`, all but the rounds: one of the two hit the enemy with what was asked for, from
 * its begin to its end.
 */
export function teamPlayConditions(sql: Sql, filters: Filters): Fragment {
  if (!hasTool(filters)) return sql`true`;
  const [first, second] = [sql`v.player_id`, sql`v.partner_player_id`].map(
    (player) => damageCondition(sql, filters, sql`v`, player, sql`v.enemy_player_id`) ?? sql`true`,
  );
  return sql`(${first ?? sql`true`} or ${second ?? sql`true`})`;
}

/**
 * Conditions on crossfires and baits `v` of `proximity_events`, all but the rounds and with what: one of the two is as asked for,
 * in a fight of the shape. They belong to the phase in which their fight began, without fight to that in which they did.
 */
export function actConditions(sql: Sql, filters: Filters): Fragment {
  const { engagement, phase, playerIds } = filters;
  const [first, second] = (["player_id", "partner_player_id"] as const).map((player, index) =>
    allOf(sql, [
      given(playerIds) ? sql`v.${sql(player)} = any(${[...playerIds]}::int[])` : undefined,
      classCondition(sql, filters, {
        round: sql`v.round_id`,
        slot: index === 0 ? sql`v.slot` : sql`v.partner_slot`,
        time: sql`v.time_ms`,
      }),
    ]),
  );
  const fight = (columns: Fragment, condition: Fragment): Fragment => sql`(
    select ${columns} from engagement_analysis g
    where g.round_id = v.round_id and g.engagement = v.engagement and ${condition})`;
  const began = sql`coalesce(${fight(sql`g.start_ms`, sql`true`)}, v.start_ms)`;
  const side = sql`case when v.team = g.team then 'attackers'::engagement_side else 'defenders' end`;
  return allOf(sql, [
    teamConditions(sql, filters, { round: sql`v.round_id`, team: sql`v.team` }),
    sql`(${first ?? sql`true`} or ${second ?? sql`true`})`,
    phase === undefined ? undefined : phaseCondition(sql, filters, { round: sql`v.round_id`, time: began }),
    engagement === undefined
      ? undefined
      : sql`exists ${fight(sql`1`, shapeCondition(sql, filters, side) ?? sql`true`)}`,
    withoutBots(sql, filters, sql`v.player_id`, sql`v.partner_player_id`),
  ]);
}

/**
 * Conditions on chances to avenge `o` of `trade_chances`, all but the rounds. One of the two is as asked
 * for, and the death was in a fight of the shape. With what it was avenged is no condition on the chance.
 */
export function chanceConditions(sql: Sql, filters: Filters): Fragment {
  const { playerIds } = filters;
  const [victim, mate] = (["victim", "mate"] as const).map((who) =>
    allOf(sql, [
      given(playerIds) ? sql`o.${sql(`${who}_player_id`)} = any(${[...playerIds]}::int[])` : undefined,
      classCondition(sql, filters, {
        round: sql`o.round_id`,
        slot: sql`o.${sql(`${who}_slot`)}`,
        time: sql`o.time_ms`,
      }),
    ]),
  );
  return allOf(sql, [
    teamConditions(sql, filters, { round: sql`o.round_id`, team: sql`o.team` }),
    phaseCondition(sql, filters, { round: sql`o.round_id`, time: sql`o.time_ms` }),
    engagementCondition(sql, filters, sql`o.victim_player_id`, sql`o.time_ms`, sql`o.round_id`),
    sql`(${victim ?? sql`true`} or ${mate ?? sql`true`})`,
    withoutBots(sql, filters, sql`o.victim_player_id`, sql`o.mate_player_id`),
  ]);
}
