/** The first down of each fight: who made it, whom, and how the fight went on. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRows, type CamelRow, type Columns } from "../../db/rows.ts";
import { eventConditions } from "../event-conditions.ts";
import { roundIdArray } from "../filters.ts";
import type { Filters } from "../filters.ts";

interface OpeningColumns extends Columns<"players", "player_id" | "name"> {
  /** Rounds in which they had a part in a first down. */
  readonly rounds: number;
  /** First downs that they made, and those of them that a revive undid. */
  readonly made: number;
  readonly undone: number;
  /** First downs that they were. */
  readonly suffered: number;
  /** Fights with a winner in which they made the first down, and those of them that their side won. */
  readonly made_decided: number;
  readonly made_won: number;
  /** The same where they were the first down. */
  readonly suffered_decided: number;
  readonly suffered_won: number;
}

/** A player and the first downs of fights. */
export type OpeningRow = CamelRow<OpeningColumns>;

/** Players by first downs made less suffered. The filters are about the player, in the one part as in the other. */
export async function readOpenings(sql: Sql, filters: Filters): Promise<OpeningRow[]> {
  const rows = await sql<OpeningColumns[]>`
    with e as materialized (
      select e.*, g.winner_team
      from downs e join engagement_analysis g on g.round_id = e.round_id and g.engagement = e.engagement
      where e.round_id = any(${roundIdArray(sql, filters)}) and e.is_opening
    ), parts as (
      select e.round_id, e.attacker_player_id as own_id, true as is_made, coalesce(e.is_undone, false) as is_undone,
        e.winner_team is not null as is_decided, e.winner_team = e.attacker_team as is_won
      from e where ${eventConditions(sql, filters, "attacker")}
      union all
      select e.round_id, e.target_player_id, false, false, e.winner_team is not null, e.winner_team = e.target_team
      from e where ${eventConditions(sql, filters, "target")}
    )
    select p.person_id as player_id, p.name, count(distinct round_id)::int as rounds,
      (count(*) filter (where is_made))::int as made,
      (count(*) filter (where is_undone))::int as undone,
      (count(*) filter (where not is_made))::int as suffered,
      (count(*) filter (where is_made and is_decided))::int as made_decided,
      (count(*) filter (where is_made and is_won))::int as made_won,
      (count(*) filter (where not is_made and is_decided))::int as suffered_decided,
      (count(*) filter (where not is_made and is_won))::int as suffered_won
    from parts join people p on p.player_id = own_id
    group by p.person_id, p.name
    order by count(*) filter (where is_made) - count(*) filter (where not is_made) desc, count(*) desc, p.person_id`;
  return camelRows(rows);
}
