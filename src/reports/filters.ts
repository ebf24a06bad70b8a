/**
 * The filters that all reports share, and the SQL that they become: fragments of postgres.js, every value a
 * parameter.
 */
import type postgres from "postgres";

import type { Sql } from "../db/driver/connect.ts";
import type { TEAM_ALLIES, TEAM_AXIS } from "../engine/players.ts";

/** A piece of a query, with its parameters. */
export type Fragment = postgres.PendingQuery<postgres.Row[]>;

/** Whether players that are bots count. */
export type BotChoice = "without" | "with";

/** What a report is about. Whatever is undefined or empty does not restrict. */
export interface Filters {
  readonly map?: string | undefined;
  /** Rounds that began at this time or later. */
  readonly since?: Date | undefined;
  /** Rounds that began before this time. */
  readonly until?: Date | undefined;
  /** Rounds by id: named ones, or those of a session. An empty list, unlike the others here, leaves no round. */
  readonly roundIds?: readonly number[] | undefined;
  /** Whose doings: the subjects of the report. */
  readonly playerIds?: readonly number[] | undefined;
  readonly team?: typeof TEAM_AXIS | typeof TEAM_ALLIES | undefined;
  readonly classes?: readonly number[] | undefined;
  readonly weapons?: readonly number[] | undefined;
  readonly means?: readonly number[] | undefined;
  /** Part of the round, in ms of round time; `toMs` is not part of it any more. */
  readonly phase?: { readonly fromMs: number; readonly toMs: number } | undefined;
  /** Fights of this shape: so many on the side of those asked for, so many on the other. */
  readonly engagement?: { readonly own: number; readonly enemies: number } | undefined;
  readonly bots: BotChoice;
}

/** The side of a combat event that a report looks at. */
export type Subject = "attacker" | "target";

/** Joins conditions with `and`; no condition is `true`. */
export function allOf(sql: Sql, conditions: readonly (Fragment | undefined)[]): Fragment {
  return conditions.reduce<Fragment>(
    (joined, condition) => (condition === undefined ? joined : sql`${joined} and ${condition}`),
    sql`true`,
  );
}

const given = <Value>(values: readonly Value[] | undefined): values is readonly Value[] =>
  values !== undefined && values.length > 0;

/** Which rounds: conditions on `rounds r`. */
export function roundConditions(sql: Sql, filters: Filters): Fragment {
  return allOf(sql, [
    filters.map === undefined ? undefined : sql`r.map = ${filters.map}`,
    filters.since === undefined ? undefined : sql`r.started_at >= ${filters.since}`,
    filters.until === undefined ? undefined : sql`r.started_at < ${filters.until}`,
    filters.roundIds === undefined ? undefined : sql`r.round_id = any(${[...filters.roundIds]}::int[])`,
  ]);
}

/**
 * The rounds as an array, for `round_id = any(…)`: written so, the planner goes to the big tables by their keys; a
 * join with `rounds` would make it read them whole.
 */
export function roundIdArray(sql: Sql, filters: Filters): Fragment {
  return sql`array(select r.round_id from rounds r where ${roundConditions(sql, filters)})`;
}

/** The players that are bots, as an array. */
export function botArray(sql: Sql): Fragment {
  return sql`array(select b.player_id from players b where b.is_bot)`;
}

/** Bots left out: none of these columns (null allowed) is a bot. */
export function withoutBots(
  sql: Sql,
  filters: Filters,
  ...columns: readonly Fragment[]
): Fragment | undefined {
  if (filters.bots === "with") return undefined;
  return allOf(
    sql,
    columns.map((column) => sql`(${column} is null or ${column} <> all(${botArray(sql)}))`),
  );
}

function phaseCondition(sql: Sql, { phase }: Filters, column: Fragment): Fragment | undefined {
  if (phase === undefined) return undefined;
  return sql`${column} >= ${phase.fromMs} and ${column} < ${phase.toMs}`;
}

/** The class that a slot had at a time is one of those asked for. */
function classCondition(
  sql: Sql,
  { classes }: Filters,
  at: { readonly round: Fragment; readonly slot: Fragment; readonly time: Fragment },
): Fragment | undefined {
  if (!given(classes)) return undefined;
  return sql`(select c.class from round_players c
             where c.round_id = ${at.round} and c.slot = ${at.slot} and c.from_ms <= ${at.time}
             order by c.from_ms desc limit 1) = any(${[...classes]}::int[])`;
}

/** With what an event `e` was done: what struck, and where nothing did, the weapon that was fired or is in hand. */
function toolConditions(sql: Sql, { means, weapons }: Filters): (Fragment | undefined)[] {
  return [
    given(weapons)
      ? sql`case when e.means_of_death is null then e.weapon = any(${[...weapons]}::int[])
                 else e.means_of_death = any(array(
                   select m.means_of_death from means_of_death m where m.weapons && ${[...weapons]}::smallint[])) end`
      : undefined,
    given(means) ? sql`e.means_of_death = any(${[...means]}::int[])` : undefined,
  ];
}

/** Whether a weapon or a means of death is asked for. */
const hasTool = ({ means, weapons }: Filters): boolean => given(weapons) || given(means);

/** Whether it is asked for a player, a team, a class, a weapon or a means of death. */
const hasSubject = (filters: Filters): boolean =>
  given(filters.playerIds) || filters.team !== undefined || given(filters.classes) || hasTool(filters);

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
  const { playerIds, team } = filters;
  return allOf(sql, [
    given(playerIds) ? sql`${alias}.player_id = any(${[...playerIds]}::int[])` : undefined,
    team === undefined ? undefined : sql`${alias}.team = ${team}`,
    classCondition(sql, filters, {
      round: sql`${alias}.round_id`,
      slot: sql`${alias}.slot`,
      time: sql`${alias}.start_ms`,
    }),
    damageCondition(sql, filters, alias, sql`${alias}.player_id`),
  ]);
}

/** The shape of `engagement_analysis g`, as the side of a participant sees it; without side, as either side does. */
function shapeCondition(sql: Sql, { engagement }: Filters, side?: Fragment): Fragment | undefined {
  if (engagement === undefined) return undefined;
  const { enemies, own } = engagement;
  if (side === undefined) {
    return sql`(g.attackers = ${own} and g.defenders = ${enemies} or g.attackers = ${enemies} and g.defenders = ${own})`;
  }
  return sql`own_players(${side}, g.attackers, g.defenders) = ${own}
    and enemy_players(${side}, g.attackers, g.defenders) = ${enemies}`;
}

/** Conditions on `engagement_analysis g`: that it began in the phase, and its shape as the side of a participant sees it. */
export function shapeConditions(sql: Sql, filters: Filters, side?: Fragment): Fragment {
  return allOf(sql, [phaseCondition(sql, filters, sql`g.start_ms`), shapeCondition(sql, filters, side)]);
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
      ? sql`${phaseCondition(sql, filters, sql`g.start_ms`) ?? sql`true`} and exists (
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
  const { engagement, phase, playerIds, team } = filters;
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
    team === undefined ? undefined : sql`v.team = ${team}`,
    sql`(${first ?? sql`true`} or ${second ?? sql`true`})`,
    phase === undefined ? undefined : phaseCondition(sql, filters, began),
    engagement === undefined
      ? undefined
      : sql`exists ${fight(sql`1`, shapeCondition(sql, filters, side) ?? sql`true`)}`,
    withoutBots(sql, filters, sql`v.player_id`, sql`v.partner_player_id`),
  ]);
}

/**
 * Conditions on chances to avenge `o`, all but the rounds: a victim and a mate in a team at a time. One of the two is as asked
 * for, and the death was in a fight of the shape. With what it was avenged is no condition on the chance.
 */
export function chanceConditions(sql: Sql, filters: Filters): Fragment {
  const { playerIds, team } = filters;
  const [victim, mate] = (["victim", "mate"] as const).map((who) =>
    allOf(sql, [
      given(playerIds) ? sql`o.${sql(who)} = any(${[...playerIds]}::int[])` : undefined,
      classCondition(sql, filters, {
        round: sql`o.round_id`,
        slot: sql`o.${sql(`${who}_slot`)}`,
        time: sql`o.time_ms`,
      }),
    ]),
  );
  return allOf(sql, [
    team === undefined ? undefined : sql`o.team = ${team}`,
    phaseCondition(sql, filters, sql`o.time_ms`),
    engagementCondition(sql, filters, sql`o.victim`, sql`o.time_ms`, sql`o.round_id`),
    sql`(${victim ?? sql`true`} or ${mate ?? sql`true`})`,
    withoutBots(sql, filters, sql`o.victim`, sql`o.mate`),
  ]);
}

/**
 * Conditions on `rounds r`: the rounds chosen in which what is asked for happened; without bots, by people. With a weapon or a means of death:
 * somebody as asked for fired or hit with it. With a shape: there was such a fight. Otherwise somebody as asked for
 * played, in the phase.
 */
export function eventfulRoundConditions(sql: Sql, filters: Filters): Fragment {
  const { engagement, phase, playerIds, team } = filters;
  const rounds = allOf(sql, [
    roundConditions(sql, filters),
    phase === undefined ? undefined : sql`r.end_ms > ${phase.fromMs}`,
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
      team === undefined ? sql`s.team in (1, 2)` : sql`s.team = ${team}`,
      given(playerIds) ? sql`s.player_id = any(${[...playerIds]}::int[])` : undefined,
      given(filters.classes) ? sql`s.class = any(${[...filters.classes]}::int[])` : undefined,
      phase === undefined
        ? undefined
        : sql`s.from_ms < ${phase.toMs} and not exists (
            select from round_players n
            where n.round_id = s.round_id and n.slot = s.slot and n.from_ms > s.from_ms and n.from_ms <= ${phase.fromMs})`,
      withoutBots(sql, filters, sql`s.player_id`),
    ])})`;
}

/** The subject took part in an engagement of the shape asked for, on the side of so many, at the time of the event. */
function engagementCondition(
  sql: Sql,
  filters: Filters,
  player: Fragment,
  time: Fragment,
  round: Fragment,
): Fragment | undefined {
  if (filters.engagement === undefined) return undefined;
  return sql`exists (
    select from engagement_analysis g
    join engagement_participants t using (round_id, engagement)
    where g.round_id = ${round} and ${shapeCondition(sql, filters, sql`t.side`) ?? sql`true`}
      and t.player_id = ${player} and ${time} between g.start_ms and g.time_ms)`;
}

/** Conditions on `combat_events e`, all but the rounds: whose doings, how, when, in what kind of fight; no bot in it. */
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
    filters.team === undefined ? undefined : sql`${team} = ${filters.team}`,
    classCondition(sql, filters, { round: sql`e.round_id`, slot, time: sql`e.time_ms` }),
    ...toolConditions(sql, filters),
    phaseCondition(sql, filters, sql`e.time_ms`),
    engagementCondition(sql, filters, player, sql`e.time_ms`, sql`e.round_id`),
    withoutBots(sql, filters, player),
  ]);
}

/** Conditions on `player_positions p`, all but the rounds. */
export function positionConditions(sql: Sql, filters: Filters): Fragment {
  return allOf(sql, [
    given(filters.playerIds) ? sql`p.player_id = any(${[...filters.playerIds]}::int[])` : undefined,
    filters.team === undefined ? undefined : sql`p.team = ${filters.team}`,
    given(filters.classes) ? sql`p.class = any(${[...filters.classes]}::int[])` : undefined,
    given(filters.weapons) ? sql`p.weapon = any(${[...filters.weapons]}::int[])` : undefined,
    phaseCondition(sql, filters, sql`p.time_ms`),
    engagementCondition(sql, filters, sql`p.player_id`, sql`p.time_ms`, sql`p.round_id`),
    withoutBots(sql, filters, sql`p.player_id`),
  ]);
}

interface PositionOptions {
  readonly groupBy?: Fragment | undefined;
  /** Lives have columns of the same names, as far as filters that do not choose samples look at them. */
  readonly table?: "player_positions" | "player_lives";
  readonly who?: Fragment | undefined;
}

/** Whether the filters are about single samples of a life: not about its rounds, player, team and class alone. */
export function choosesSamples({ engagement, phase, weapons }: Filters): boolean {
  return engagement !== undefined || phase !== undefined || given(weapons);
}

/**
 * The samples of the chosen rounds, round by round: `columns` of `player_positions p`, and the time that one stands for
 * as `sample_s`: the player's time alive in the round, in this team and class, shared out evenly among the samples. With
 * `groupBy` the columns are sums over groups of samples of one player, team and class within a round: much less than all
 * samples to hand on. Each "offset 0" keeps the planner from making one big join of it.
 */
export function positionSource(
  sql: Sql,
  filters: Filters,
  columns: Fragment,
  { groupBy, table = "player_positions", who }: PositionOptions = {},
): Fragment {
  return sql`
    (select r.round_id from rounds r where ${roundConditions(sql, filters)} offset 0) r
    cross join lateral (
      select ${columns}, sample_s from ${sql(table)} p
      join ${sampleTimes(sql, sql`l.round_id = r.round_id`)} using (round_id, player_id, team, class)
      where p.round_id = r.round_id and ${allOf(sql, [who, positionConditions(sql, filters)])}
      ${groupBy === undefined ? sql`` : sql`group by ${groupBy}, sample_s`} offset 0) p`;
}

/**
 * The time that a sample of a player in a team and class stands for in a round, seconds, as `sample_times`: 0 where nothing was
 * sampled.
 * @param rounds a condition on the `round_id` of `player_lives l`.
 */
export function sampleTimes(sql: Sql, rounds: Fragment): Fragment {
  return sql`(
    select l.round_id, l.player_id, l.team, l.class,
      coalesce(sum(l.alive_ms)::float8 / 1000 / nullif(sum(l.samples), 0), 0) as sample_s
    from player_lives l where ${rounds} group by 1, 2, 3, 4) sample_times`;
}
