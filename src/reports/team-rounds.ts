/**
 * The rounds that a clan played as a team. A member's side in a round is the one where they played longest. The clan's side is the one that
 * at least three of its members were on, while fewer than three were on the other; so a round in which it played itself belongs to no side.
 */
import type { Sql } from "../db/driver/connect.ts";
import { camelRows, type CamelRow, type Columns } from "../db/rows.ts";
import { type Filters, roundConditions, roundIdArray, type RoundSide, type RoundTeam } from "./filters.ts";
import { readSeats, type SeatRow } from "./queries/seats.ts";

/** So many members on one side play as a team. */
export const TOGETHER = 3;

/** The side of a clan in a round, and how many of its members were on it; undefined where it is none. */
function clanSide(
  seats: readonly Pick<SeatRow, "personId" | "team" | "ms">[],
  members: ReadonlySet<number>,
): { readonly team: 1 | 2; readonly members: number } | undefined {
  const longest = new Map<number, Pick<SeatRow, "team" | "ms">>();
  for (const { ms, personId, team } of seats) {
    const known = longest.get(personId);
    if (members.has(personId) && (known === undefined || ms > known.ms)) longest.set(personId, { team, ms });
  }
  const on = (side: 1 | 2): number => [...longest.values()].filter(({ team }) => team === side).length;
  const [axis, allies] = [on(1), on(2)];
  if (axis >= TOGETHER && allies < TOGETHER) return { team: 1, members: axis };
  return allies >= TOGETHER && axis < TOGETHER ? { team: 2, members: allies } : undefined;
}

type HeadColumns = Columns<
  "rounds",
  "round_id" | "round_key" | "map" | "started_at" | "end_ms" | "winner_team" | "attacking_team"
>;

/** A round with everybody's seats in it. */
interface SeatedRound extends CamelRow<HeadColumns> {
  readonly seats: readonly SeatRow[];
}

/** A round that a clan played as a team. */
export interface TeamRound extends SeatedRound, RoundTeam {
  /** Null where it is not known who attacks. */
  readonly side: RoundSide | null;
  /** Null without a winner. */
  readonly isWon: boolean | null;
}

/** The rounds of the filters, the latest first. Who the filters ask for in them does not matter. */
export async function readSeatedRounds(sql: Sql, filters: Filters): Promise<SeatedRound[]> {
  const [heads, seats] = await Promise.all([
    sql<HeadColumns[]>`
      select r.round_id, r.round_key, r.map, r.started_at, r.end_ms, r.winner_team, r.attacking_team
      from rounds r where ${roundConditions(sql, filters)} order by r.started_at desc, r.round_id desc`,
    readSeats(sql, sql`any(${roundIdArray(sql, filters)})`, filters.bots),
  ]);
  const seatsOf = new Map<number, SeatRow[]>();
  for (const seat of seats) {
    const known = seatsOf.get(seat.roundId);
    if (known === undefined) seatsOf.set(seat.roundId, [seat]);
    else known.push(seat);
  }
  return camelRows(heads).map((head) => ({ ...head, seats: seatsOf.get(head.roundId) ?? [] }));
}

/** The rounds that the members played as a team, on the team and side that are asked for. */
export function roundsOfTeam(
  rounds: readonly SeatedRound[],
  members: readonly number[],
  asked: Pick<Filters, "side" | "team"> = {},
): TeamRound[] {
  const own = new Set(members);
  return rounds.flatMap((round): TeamRound[] => {
    const { attackingTeam, seats, winnerTeam } = round;
    const found = clanSide(seats, own);
    if (found === undefined) return [];
    const { team } = found;
    const side = attackingTeam === null ? null : attackingTeam === team ? "attack" : "defence";
    const isMeant =
      (asked.team === undefined || asked.team === team) && (asked.side === undefined || asked.side === side);
    return isMeant ? [{ ...round, team, side, isWon: winnerTeam === null ? null : winnerTeam === team }] : [];
  });
}
