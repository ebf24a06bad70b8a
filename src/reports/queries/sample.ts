/** What a report is drawn from: how many rounds and players, from when to when. */
import type { Sql } from "../../db/driver/connect.ts";
import { roundConditions } from "../filters.ts";
import type { Filters } from "../filters.ts";

/** The rounds that the filters choose. */
export interface Sample {
  rounds: number;
  incompleteRounds: number;
  /** Play time of the rounds together, ms. */
  playedMs: number;
  /** Players of the two teams, bots as the filters say. */
  players: number;
  firstStart: Date | null;
  lastStart: Date | null;
  maps: { map: string; rounds: number }[];
  /** The size of a heatmap cell that most of the rounds were recorded with; null without rounds. */
  cellUnits: number | null;
}

/** Reads the sample of the filters. */
export async function readSample(sql: Sql, filters: Filters): Promise<Sample> {
  const [sample] = await sql<[Sample]>`
    with chosen as (select r.* from rounds r where ${roundConditions(sql, filters)})
    select
      count(*)::int as rounds,
      count(*) filter (where not is_complete)::int as "incompleteRounds",
      coalesce(sum(end_ms), 0)::float8 as "playedMs",
      min(started_at) as "firstStart",
      max(started_at) as "lastStart",
      mode() within group (order by (configuration ->> 'prox_heatmap_cell_units')::int) as "cellUnits",
      (select coalesce(json_agg(m), '[]') from (
         select map, count(*)::int as rounds from chosen group by map order by count(*) desc, map) m) as maps,
      (select count(distinct s.player_id)::int from round_players s join players p using (player_id)
       where s.round_id = any(array(select round_id from chosen)) and s.team in (1, 2)
         and (${filters.bots === "with"} or not p.is_bot)) as players
    from chosen`;
  return sample;
}
