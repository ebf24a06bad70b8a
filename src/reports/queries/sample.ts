/** What a report is drawn from: how many rounds and players, from when to when. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRow, type CamelRow, type Columns } from "../../db/rows.ts";
import { roundConditions } from "../filters.ts";
import type { Filters } from "../filters.ts";

interface SampleColumns {
  readonly rounds: number;
  readonly incomplete_rounds: number;
  /** Of the rounds, those that other trackers recorded. */
  readonly foreign_rounds: number;
  /** Play time of the rounds together, ms. */
  readonly played_ms: number;
  /** Players of the two teams, bots as the filters say. */
  readonly players: number;
  readonly first_start: Date | null;
  readonly last_start: Date | null;
  readonly maps: readonly (Columns<"rounds", "map"> & { readonly rounds: number })[];
  /** The size of a heatmap cell that most of the rounds were recorded with; null without rounds. */
  readonly cell_units: number | null;
}

/** The rounds that the filters choose. */
export type Sample = CamelRow<SampleColumns>;

/** Reads the sample of the filters. */
export async function readSample(sql: Sql, filters: Filters): Promise<Sample> {
  const [sample] = await sql<[SampleColumns]>`
    with chosen as (select r.* from rounds r where ${roundConditions(sql, filters)})
    select
      count(*)::int as rounds,
      count(*) filter (where not is_complete)::int as incomplete_rounds,
      count(*) filter (where source <> 'prox')::int as foreign_rounds,
      coalesce(sum(end_ms), 0)::float8 as played_ms,
      min(started_at) as first_start,
      max(started_at) as last_start,
      mode() within group (order by (configuration ->> 'prox_heatmap_cell_units')::int) as cell_units,
      (select coalesce(json_agg(m), '[]') from (
         select map, count(*)::int as rounds from chosen group by map order by count(*) desc, map) m) as maps,
      (select count(distinct p.person_id)::int from round_players s join people p using (player_id)
       where s.round_id = any(array(select round_id from chosen)) and s.team in (1, 2)
         and (${filters.bots === "with"} or not p.is_bot)) as players
    from chosen`;
  return camelRow(sample);
}
