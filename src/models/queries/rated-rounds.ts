/** Rounds with who played in them and for how long, from the database. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRows, type CamelRow } from "../../db/rows.ts";
import { personOf, type Filters } from "../../reports/filters.ts";
import { readSeats } from "../../reports/queries/seats.ts";
import type { Deeds, RatedRound, Seat } from "../contests.ts";
import { findLearningRounds } from "./round-facts.ts";

/** The engine's number of stopwatch. */
const STOPWATCH = 3;

type HeadColumns = Readonly<{
  round_id: number;
  round_key: string;
  match_key: string;
  session: string;
  map: string;
  round: number;
  is_stopwatch: boolean;
  started_at: Date;
  end_ms: number;
  winner_team: 1 | 2;
  attacking_team: number | null;
}>;
type DeedColumns = Readonly<{ round_id: number; person_id: number; kills: number; minutes: number }>;

function byRound<Row extends { readonly roundId: number }>(rows: readonly Row[]): Map<number, Row[]> {
  const found = new Map<number, Row[]>();
  for (const row of rows) found.set(row.roundId, [...(found.get(row.roundId) ?? []), row]);
  return found;
}

/**
 * The rounds that can be rated: those a model can learn from, see {@link findLearningRounds}. Bots are nobody in them unless the filters ask for
 * bots.
 */
export async function readRatedRounds(sql: Sql, filters: Filters): Promise<RatedRound[]> {
  const roundIds = await findLearningRounds(sql, filters);
  const ids = sql`any(${roundIds}::int[])`;
  const [heads, seats, deeds] = await Promise.all([
    sql<HeadColumns[]>`
      select r.round_id, r.round_key, r.match_key, s.session, r.map, r.round, r.game_type = ${STOPWATCH} as is_stopwatch,
        r.started_at, r.end_ms, r.winner_team, r.attacking_team
      from rounds r join sessions s using (round_id) where r.round_id = ${ids} order by r.started_at, r.round_key`,
    readSeats(sql, ids, filters.bots),
    sql<DeedColumns[]>`
      select round_id, person_id, sum(kills)::int as kills, sum(minutes)::float8 as minutes from (
        select e.round_id, ${personOf(sql, sql`e.attacker_player_id`)} as person_id, sum(e.times) as kills, 0 as minutes
        from combat_counts e
        where e.round_id = ${ids} and is_enemy_kill(e.event, e.relation) and e.attacker_player_id is not null
        group by 1, 2
        union all
        select l.round_id, ${personOf(sql, sql`l.player_id`)}, 0, sum(l.alive_ms) / 60000.0
        from player_lives l where l.round_id = ${ids} group by 1, 2) d
      group by 1, 2`,
  ]);
  const seatsOf = byRound(seats);
  const deedsOf = byRound(camelRows(deeds));
  return camelRows(heads).map(({ roundId, ...head }: CamelRow<HeadColumns>) => ({
    ...head,
    seats: (seatsOf.get(roundId) ?? []).map(({ ms, personId, team }): Seat => ({ personId, team, ms })),
    deeds: (deedsOf.get(roundId) ?? []).map(({ kills, minutes, personId }): Deeds => ({
      personId,
      kills,
      minutes,
    })),
  }));
}
