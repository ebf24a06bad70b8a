/** Who played in the rounds of a report. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRows, type CamelRow } from "../../db/rows.ts";
import { allOf, botArray, given, roundIdArray, teamConditions } from "../filters.ts";
import type { Filters } from "../filters.ts";

interface PersonColumns {
  readonly person_id: number;
  /** Colour codes included. */
  readonly name: string;
  readonly is_bot: boolean;
  readonly is_hidden: boolean;
  /** Rounds in which they played for a team. */
  readonly rounds: number;
}

/** Somebody who played. */
export type PersonRow = CamelRow<PersonColumns>;

/** Everybody who played in the rounds of the filters: in the team, on the side and in the class that these ask for. */
export async function readPeople(sql: Sql, filters: Filters): Promise<PersonRow[]> {
  const rows = await sql<PersonColumns[]>`
    select p.person_id, p.name, p.is_bot, p.is_hidden, count(distinct s.round_id)::int as rounds
    from round_players s join people p using (player_id)
    where s.round_id = any(${roundIdArray(sql, filters)}) and s.team in (1, 2) and ${allOf(sql, [
      given(filters.playerIds) ? sql`s.player_id = any(${[...filters.playerIds]}::int[])` : undefined,
      teamConditions(sql, filters, { round: sql`s.round_id`, team: sql`s.team` }),
      given(filters.classes) ? sql`s.class = any(${[...filters.classes]}::int[])` : undefined,
      filters.bots === "with" ? undefined : sql`s.player_id <> all(${botArray(sql)})`,
    ])}
    group by p.person_id, p.name, p.is_bot, p.is_hidden order by p.person_id`;
  return camelRows(rows);
}

/** The person of each player who is somebody else, see the view `player_aliases`. */
export async function listAliases(sql: Sql): Promise<Map<number, number>> {
  const rows = await sql<{ player_id: number; person_id: number }[]>`
    select player_id, person_id from player_aliases`;
  return new Map(rows.map(({ person_id, player_id }) => [player_id, person_id]));
}
