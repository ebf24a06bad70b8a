/**
 * The filters that all reports share, and the pieces of SQL that are the same for every table: fragments of postgres.js,
 * every value a parameter. Conditions on fights are in `fight-conditions.ts`, on events, positions and rounds in
 * `event-conditions.ts`.
 */
import type postgres from "postgres";

import type { Sql } from "../db/driver/connect.ts";
import type { Schema } from "../db/schema.ts";
import type { TEAM_ALLIES, TEAM_AXIS } from "../engine/players.ts";

/** A piece of a query, with its parameters. */
export type Fragment = postgres.PendingQuery<postgres.Row[]>;

/** The sides of a round, see `rounds.attacking_team`. */
export const ROUND_SIDES = ["attack", "defence"] as const;
/** A side of a round. */
export type RoundSide = (typeof ROUND_SIDES)[number];

/** Parts of a round as an objective divides it, see `objective_phases`: before it first stands, while it stands, and after. */
export const OBJECTIVE_PARTS = ["before", "while", "after"] as const;

/** The parts of rounds in which an objective stands, or does not. */
interface ObjectivePhase {
  readonly part: (typeof OBJECTIVE_PARTS)[number];
  readonly objective: Pick<Schema["objectives"], "kind" | "name" | "team">;
}

/** A part of the round. */
export type Phase =
  /** In ms of round time; `toMs` is not part of it any more. */
  { readonly fromMs: number; readonly toMs: number } | ObjectivePhase;

/** A team in a round: 1 Axis, 2 Allies. */
export interface RoundTeam {
  readonly roundId: number;
  readonly team: number;
}

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
  /** Whose actions: the subjects of the report. */
  readonly playerIds?: readonly number[] | undefined;
  readonly team?: typeof TEAM_AXIS | typeof TEAM_ALLIES | undefined;
  readonly classes?: readonly number[] | undefined;
  readonly weapons?: readonly number[] | undefined;
  readonly means?: readonly number[] | undefined;
  /** Players of the side that has to reach the map's objectives, or of the other; only rounds that say which team attacks. */
  readonly side?: RoundSide | undefined;
  /** These teams in these rounds, and no other round: what a clan played as. An empty list, unlike the others here, leaves nothing. */
  readonly roundTeams?: readonly RoundTeam[] | undefined;
  /** Part of the round. */
  readonly phase?: Phase | undefined;
  /** Fights of this shape: so many on the side of those asked for, so many on the other. */
  readonly engagement?: { readonly own: number; readonly enemies: number } | undefined;
  readonly bots: BotChoice;
  /** Only rounds of our own tracker: for what others do not record, the time alive above all. */
  readonly isOwn?: boolean;
  /** Rounds that somebody left out of reports: they alone, or they too; without it they do not count. */
  readonly exclusion?: "only" | "with" | undefined;
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

/** Whether a list of choices restricts anything. */
export const given = <Value>(values: readonly Value[] | undefined): values is readonly Value[] =>
  values !== undefined && values.length > 0;

/** Which rounds: conditions on `rounds r`. */
export function roundConditions(sql: Sql, filters: Filters): Fragment {
  return allOf(sql, [
    filters.exclusion === "with"
      ? undefined
      : filters.exclusion === "only"
        ? sql`r.excluded_at is not null`
        : sql`r.excluded_at is null`,
    filters.isOwn === true ? sql`r.source = 'prox'` : undefined,
    filters.map === undefined ? undefined : sql`r.map = ${filters.map}`,
    filters.since === undefined ? undefined : sql`r.started_at >= ${filters.since}`,
    filters.until === undefined ? undefined : sql`r.started_at < ${filters.until}`,
    // Of a round that two sources saw one counts, unless the other is asked for.
    filters.roundIds === undefined
      ? sql`r.same_as_round_id is null`
      : sql`r.round_id = any(${[...filters.roundIds]}::int[])`,
    filters.side === undefined ? undefined : sql`r.attacking_team is not null`,
    filters.roundTeams === undefined
      ? undefined
      : sql`r.round_id = any(${filters.roundTeams.map(({ roundId }) => roundId)}::int[])`,
    filters.phase !== undefined && "part" in filters.phase
      ? sql`exists (
          select 1 from objective_phases phases, objectives things
          where ${isAboutObjective(sql, filters.phase, sql`r.round_id`)})`
      : undefined,
  ]);
}

/** What of the filters depends on what is known of a round, left out: which rounds would be chosen if it were known. */
export function withoutUnknown(filters: Filters): Filters {
  const { phase, ...rest } = filters;
  return { ...rest, side: undefined, phase: phase !== undefined && "part" in phase ? undefined : phase };
}

/**
 * The rounds as an array, for `round_id = any(…)`: written so, the planner goes to the big tables by their keys; a
 * join with `rounds` would make it read them whole.
 */
export function roundIdArray(sql: Sql, filters: Filters): Fragment {
  return sql`array(select r.round_id from rounds r where ${roundConditions(sql, filters)})`;
}

/** The person that a player is, see the view `people`; players are their own but where somebody merged them. */
export function personOf(sql: Sql, player: Fragment): Fragment {
  return sql`coalesce((select alias.person_id from player_aliases alias where alias.player_id = ${player}), ${player})`;
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

/** Conditions on `objective_phases phases` and `objectives things`: they are of a round, and about the objective of a phase. */
function isAboutObjective(sql: Sql, { objective }: ObjectivePhase, round: Fragment): Fragment {
  const { kind, name, team } = objective;
  return sql`phases.round_id = ${round} and things.round_id = phases.round_id and things.objective = phases.objective
    and things.kind = ${kind} and things.name = ${name} and things.team = ${team}`;
}

/** The spans of time of a phase in a round, as rows of `from_ms` and `to_ms`. */
export function phaseSpans(sql: Sql, phase: Phase, round: Fragment): Fragment {
  if (!("part" in phase))
    return sql`(values (${phase.fromMs}::int, ${phase.toMs}::int)) as h (from_ms, to_ms)`;
  return sql`(
    select phases.from_ms, coalesce(phases.to_ms, 2147483647) as to_ms from objective_phases phases, objectives things
    where ${isAboutObjective(sql, phase, round)} and phases.phase = ${phase.part}) h`;
}

/** The spans of a phase in rounds, an array of ids, as a subquery: `round_id` and `spans`, a multirange of round time. */
export function objectiveSpans(sql: Sql, phase: ObjectivePhase, rounds: Fragment): Fragment {
  return sql`(
    select phases.round_id, range_agg(int4range(phases.from_ms, phases.to_ms)) as spans
    from objective_phases phases, objectives things
    where ${isAboutObjective(sql, phase, sql`any(${rounds})`)} and phases.phase = ${phase.part}
    group by phases.round_id)`;
}

/** A time, ms of round time, is in the phase of its round; undefined without one. */
export function phaseCondition(
  sql: Sql,
  { phase }: Filters,
  { round, time }: { readonly round: Fragment; readonly time: Fragment },
): Fragment | undefined {
  if (phase === undefined) return undefined;
  if (!("part" in phase)) return sql`${time} >= ${phase.fromMs} and ${time} < ${phase.toMs}`;
  // All conditions stand in one "where": only so the planner makes a join of it, and does not look for each row.
  return sql`exists (
    select 1 from objective_phases phases, objectives things
    where ${isAboutObjective(sql, phase, round)} and phases.phase = ${phase.part}
      and ${time} >= phases.from_ms and (phases.to_ms is null or ${time} < phases.to_ms))`;
}

/** The team of a row is the one asked for, and on the side asked for. */
export function teamConditions(
  sql: Sql,
  { roundTeams, side, team }: Filters,
  at: { readonly round: Fragment; readonly team: Fragment },
): Fragment | undefined {
  if (side === undefined && team === undefined && roundTeams === undefined) return undefined;
  const roundsAs = (asked: number): number[] =>
    (roundTeams ?? []).flatMap((one) => (one.team === asked ? [one.roundId] : []));
  // "is true" keeps the planner from making a join of it, which would read the big tables whole.
  return allOf(sql, [
    team === undefined ? undefined : sql`${at.team} = ${team}`,
    roundTeams === undefined
      ? undefined
      : sql`case ${at.team} when 1 then ${at.round} = any(${roundsAs(1)}::int[])
          when 2 then ${at.round} = any(${roundsAs(2)}::int[]) else false end`,
    side === undefined
      ? undefined
      : sql`((${at.round}, ${at.team}) in (
          select s.round_id, case when ${side === "attack"} then s.attacking_team else 3 - s.attacking_team end
          from rounds s where s.attacking_team is not null)) is true`,
  ]);
}

/** The class that a slot had at a time is one of those asked for. */
export function classCondition(
  sql: Sql,
  { classes }: Filters,
  at: { readonly round: Fragment; readonly slot: Fragment; readonly time: Fragment },
): Fragment | undefined {
  if (!given(classes)) return undefined;
  return sql`(select c.class from round_players c
             where c.round_id = ${at.round} and c.slot = ${at.slot} and c.from_ms <= ${at.time}
             order by c.from_ms desc limit 1) = any(${[...classes]}::int[])`;
}

/** The weapon and means of an event `e`: what struck, or else the weapon that was fired or is in hand. */
export function toolConditions(sql: Sql, { means, weapons }: Filters): (Fragment | undefined)[] {
  return [
    given(weapons)
      ? sql`case when e.means_of_death is null then e.weapon = any(${[...weapons]}::int[])
                 else e.means_of_death = any(array(
                   select m.means_of_death from means_of_death m where m.weapons && ${[...weapons]}::smallint[])) end`
      : undefined,
    given(means) ? sql`e.means_of_death = any(${[...means]}::int[])` : undefined,
  ];
}

/** Whether the filters choose a weapon or a means of death. */
export const hasTool = ({ means, weapons }: Filters): boolean => given(weapons) || given(means);

/** Whether the filters choose a player, a team, a side, a class, a weapon or a means of death. */
export const hasSubject = (filters: Filters): boolean =>
  given(filters.playerIds) ||
  filters.team !== undefined ||
  filters.side !== undefined ||
  filters.roundTeams !== undefined ||
  given(filters.classes) ||
  hasTool(filters);

/** The shape of `engagement_analysis g`, as the side of a participant sees it; without side, as either side does. */
export function shapeCondition(sql: Sql, { engagement }: Filters, side?: Fragment): Fragment | undefined {
  if (engagement === undefined) return undefined;
  const { enemies, own } = engagement;
  if (side === undefined) {
    return sql`(g.attackers = ${own} and g.defenders = ${enemies} or g.attackers = ${enemies} and g.defenders = ${own})`;
  }
  return sql`own_players(${side}, g.attackers, g.defenders) = ${own}
    and enemy_players(${side}, g.attackers, g.defenders) = ${enemies}`;
}

/** The subject took part in an engagement of the shape asked for, on the side of so many, at the time of the event. */
export function engagementCondition(
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

/**
 * When players were in fights of the shape asked for, on the side of so many, in rounds, an array of ids: a subquery with
 * `round_id`, `player_id` and `spans`, a multirange of round time.
 */
export function fightSpans(sql: Sql, filters: Filters, rounds: Fragment): Fragment {
  return sql`(
    select t.round_id, t.player_id, range_agg(int4range(g.start_ms, g.time_ms, '[]')) as spans
    from engagement_analysis g
    join engagement_participants t using (round_id, engagement)
    where g.round_id = any(${rounds}) and ${shapeCondition(sql, filters, sql`t.side`) ?? sql`true`}
    group by 1, 2)`;
}
