/** What round models know of rounds, from the database. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRows, type CamelRow, type Columns } from "../../db/rows.ts";
import { personOf, roundConditions, type Filters } from "../../reports/filters.ts";
import { LEAST_ROUND_MS } from "../round-features.ts";
import type { DoneObjective, LifeEvent, RoundFacts } from "../round-states.ts";

/** So many rounds are read at once. */
const ROUNDS_AT_ONCE = 50;
/** Of those who play, so many in a hundred may be bots in a round that counts as one of people. */
const MOST_BOTS_PERCENT = 25;

/** The rounds that a model can learn from: decided, whole, recorded by prox, and of people unless bots are asked for; the earliest first. */
export async function findLearningRounds(sql: Sql, filters: Filters): Promise<number[]> {
  const rows = await sql<{ round_id: number }[]>`
    select r.round_id from rounds r
    where ${roundConditions(sql, { ...filters, isOwn: true })}
      and r.winner_team is not null and r.is_complete and r.combat_rows is not null and r.end_ms >= ${LEAST_ROUND_MS}
      and coalesce(r.began_ms, 0) = 0
      and (${filters.bots === "with"} or (
        select count(*) filter (where is_bot) * 100 <= ${MOST_BOTS_PERCENT} * count(*)
        from (select distinct player_id, is_bot from round_players p where p.round_id = r.round_id and team in (1, 2)) seats))
    order by r.started_at, r.round_key`;
  return rows.map((row) => row.round_id);
}

type HeadColumns = Columns<
  "rounds",
  "round_id" | "round_key" | "match_key" | "end_ms" | "time_limit_ms" | "winner_team" | "attacking_team"
>;
type SeatRow = CamelRow<Columns<"round_players", "round_id" | "slot" | "team"> & { time_ms: number }>;
type Owned<Item> = Item & { readonly roundId: number };

const byRound = <Row extends { readonly roundId: number }>(rows: readonly Row[]): Map<number, Row[]> => {
  const found = new Map<number, Row[]>();
  for (const row of rows) {
    const list = found.get(row.roundId);
    if (list === undefined) found.set(row.roundId, [row]);
    else list.push(row);
  }
  return found;
};

async function readSome(sql: Sql, roundIds: readonly number[]): Promise<RoundFacts[]> {
  const ids = sql`any(${[...roundIds]}::int[])`;
  const [heads, seats, lives, objectives] = await Promise.all([
    sql<HeadColumns[]>`
      select round_id, round_key, match_key, end_ms, time_limit_ms, winner_team, attacking_team from rounds
      where round_id = ${ids}`,
    sql`select round_id, slot, team, from_ms as time_ms from round_players where round_id = ${ids} order by from_ms, slot`,
    sql`
      select round_id, time_ms, event, target_slot as slot, target_team as team, relation,
        target_next_wave_ms as next_wave_ms, ${personOf(sql, sql`target_player_id`)} as player_id,
        ${personOf(sql, sql`attacker_player_id`)} as by_player_id
      from combat_events
      where round_id = ${ids} and event in ('spawn', 'kill', 'revive', 'gib', 'tapout', 'leave') and target_slot is not null
      order by round_id, event_number`,
    sql`
      select o.round_id, o.time_ms, o.team, ${personOf(sql, sql`o.player_id`)} as player_id
      from objective_events o join objectives n using (round_id, objective)
      where o.round_id = ${ids} and o.team in (1, 2) and is_objective_done(n.kind, o.event)
      order by o.round_id, o.event_number`,
  ]);
  const seatsOf = byRound(camelRows(seats) as unknown as SeatRow[]);
  const livesOf = byRound(camelRows(lives) as unknown as Owned<LifeEvent>[]);
  const objectivesOf = byRound(camelRows(objectives) as unknown as Owned<DoneObjective>[]);
  const headOf = new Map(camelRows(heads).map((head) => [head.roundId, head]));
  return roundIds.flatMap((roundId) => {
    const head = headOf.get(roundId);
    if (head === undefined) return [];
    const { timeLimitMs, ...rest } = head;
    return [
      {
        ...rest,
        timeLimitMs: timeLimitMs ?? 0,
        seats: seatsOf.get(roundId) ?? [],
        lives: livesOf.get(roundId) ?? [],
        objectives: objectivesOf.get(roundId) ?? [],
      },
    ];
  });
}

/** The facts of rounds, in the order asked for, some rounds at a time. */
export async function* readRoundFacts(sql: Sql, roundIds: readonly number[]): AsyncGenerator<RoundFacts> {
  for (let from = 0; from < roundIds.length; from += ROUNDS_AT_ONCE)
    yield* await readSome(sql, roundIds.slice(from, from + ROUNDS_AT_ONCE));
}
