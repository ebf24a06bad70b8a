/** Downs by how many more, or fewer, players were alive on the own side. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRows, type CamelRow } from "../../db/rows.ts";
import { eventConditions } from "../event-conditions.ts";
import { allOf, roundIdArray } from "../filters.ts";
import type { Filters } from "../filters.ts";

/** From this difference on, all are in one row. */
export const MOST_ADVANTAGE = 3;

interface AdvantageColumns {
  /** Living players of the own side less those of the other, right before the down; -3 and 3 are so many or more. */
  readonly advantage: number;
  /** Downs made, and suffered, by those asked for. */
  readonly made: number;
  readonly suffered: number;
  /** The share of these downs that they would have made if each living player were as likely to make the next one. */
  readonly expected_share: number;
}

/** The downs at one difference. */
export type AdvantageRow = CamelRow<AdvantageColumns>;

/**
 * Downs by enemies, most behind first. The filters are about the own side: killers for downs made, victims for those suffered.
 * Where they leave all players, each down is made once and suffered once.
 */
export async function readManAdvantage(sql: Sql, filters: Filters): Promise<AdvantageRow[]> {
  const axis = sql`e.axis_alive`;
  const allies = sql`e.allies_alive`;
  const downs = allOf(sql, [
    sql`e.round_id = any(${roundIdArray(sql, filters)}) and e.relation = 'enemy'`,
    sql`e.axis_alive is not null and e.allies_alive is not null`,
  ]);
  // The counts of the row are those after the down: the victim was still alive before it.
  const rows = await sql<AdvantageColumns[]>`
    with parts as (
      select true as is_made,
        case e.attacker_team when 1 then ${axis} else ${allies} end as own,
        case e.attacker_team when 1 then ${allies} else ${axis} end + 1 as enemies
      from downs e where ${downs} and ${eventConditions(sql, filters, "attacker")}
      union all
      select false,
        case e.target_team when 1 then ${axis} else ${allies} end + 1,
        case e.target_team when 1 then ${allies} else ${axis} end
      from downs e where ${downs} and ${eventConditions(sql, filters, "target")}
    ), counted as (
      select own, enemies, count(*) filter (where is_made) as made, count(*) filter (where not is_made) as suffered, count(*) as downs
      from parts group by 1, 2
    )
    select greatest(${-MOST_ADVANTAGE}::int, least(${MOST_ADVANTAGE}::int, own - enemies)) as advantage,
      sum(made)::int as made, sum(suffered)::int as suffered,
      (sum(downs * own::numeric / (own + enemies)) / sum(downs))::float8 as expected_share
    from counted group by 1 order by 1`;
  return camelRows(rows);
}
