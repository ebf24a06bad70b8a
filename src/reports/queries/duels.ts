/** Who killed whom, enemies of each other. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRows, type CamelRow } from "../../db/rows.ts";
import { eventConditions } from "../event-conditions.ts";
import { roundIdArray } from "../filters.ts";
import type { Filters } from "../filters.ts";

interface DuelColumns {
  /** A person who was an enemy. */
  readonly opponent_id: number;
  /** How often they were killed by the player, and killed the player. */
  readonly kills: number;
  readonly deaths: number;
}

/** What a player and one of their enemies did to each other. */
export type Duel = CamelRow<DuelColumns>;

/** The duels of a player with everybody; the filters name no player. */
export async function readDuels(sql: Sql, playerIds: readonly number[], filters: Filters): Promise<Duel[]> {
  const own = sql`any(${[...playerIds]}::int[])`;
  const rounds = roundIdArray(sql, filters);
  const rows = await sql<DuelColumns[]>`
    select coalesce(alias.person_id, met.player_id) as opponent_id,
      count(*) filter (where is_kill)::int as kills, count(*) filter (where not is_kill)::int as deaths
    from (
      select e.target_player_id as player_id, true as is_kill from combat_events e
      where e.attacker_player_id = ${own} and e.round_id = any(${rounds}) and is_enemy_kill(e.event, e.relation)
        and ${eventConditions(sql, filters, "attacker")}
      union all
      select e.attacker_player_id, false from combat_events e
      where e.target_player_id = ${own} and e.round_id = any(${rounds}) and is_enemy_kill(e.event, e.relation)
        and ${eventConditions(sql, filters, "target")}) met
    left join player_aliases alias using (player_id)
    where met.player_id is not null
    group by 1`;
  return camelRows(rows);
}

/** Who killed whom in a round, how often: both are people. */
export type KillCount = readonly [killerId: number, victimId: number, kills: number];

/** Who killed whom in each of the rounds. */
export async function readKillCounts(sql: Sql, filters: Filters): Promise<Map<number, KillCount[]>> {
  const rows = await sql<{ round_id: number; killer_id: number; victim_id: number; kills: number }[]>`
    select e.round_id, coalesce(killer.person_id, e.attacker_player_id) as killer_id,
      coalesce(victim.person_id, e.target_player_id) as victim_id, count(*)::int as kills
    from combat_events e
    left join player_aliases killer on killer.player_id = e.attacker_player_id
    left join player_aliases victim on victim.player_id = e.target_player_id
    where e.round_id = any(${roundIdArray(sql, filters)}) and is_enemy_kill(e.event, e.relation)
      and e.attacker_player_id is not null and e.target_player_id is not null
      and ${eventConditions(sql, filters, "attacker")}
    group by 1, 2, 3 order by 1, 2, 3`;
  const counts = new Map<number, KillCount[]>();
  for (const row of rows) {
    const own = counts.get(row.round_id) ?? [];
    own.push([row.killer_id, row.victim_id, row.kills]);
    counts.set(row.round_id, own);
  }
  return counts;
}

/** The duels of a player, added up from who killed whom. */
export function sumDuels(counts: readonly KillCount[], playerIds: readonly number[]): Duel[] {
  const own = new Set(playerIds);
  const duels = new Map<number, Duel>();
  const add = (opponentId: number, kills: number, deaths: number): void => {
    const sum = duels.get(opponentId) ?? { opponentId, kills: 0, deaths: 0 };
    duels.set(opponentId, { opponentId, kills: sum.kills + kills, deaths: sum.deaths + deaths });
  };
  for (const [killerId, victimId, kills] of counts) {
    if (own.has(killerId)) add(victimId, kills, 0);
    if (own.has(victimId)) add(killerId, 0, kills);
  }
  return [...duels.values()];
}

/** The latest names of people. */
export async function readNamesOf(sql: Sql, personIds: readonly number[]): Promise<Map<number, string>> {
  const rows = await sql<{ player_id: number; name: string }[]>`
    select player_id, name from people where player_id = any(${[...personIds]}::int[])`;
  return new Map(rows.map((row) => [row.player_id, row.name]));
}
