/** Fights with their first hits, from the database. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRows, type Columns } from "../../db/rows.ts";
import { fightFeatures, type FirstHit } from "../fight-features.ts";
import { playRound, statesAt } from "../round-states.ts";
import type { Observation } from "../sample.ts";
import { readRoundFacts } from "./round-facts.ts";

/** A fight that a model can speak of. */
export interface KnownFight {
  readonly roundKey: string;
  readonly engagement: number;
  readonly startMs: number;
  /** Team of the side that opened it: 1 Axis, 2 Allies. */
  readonly team: 1 | 2;
  /** Null where nobody won. */
  readonly winnerTeam: number | null;
  readonly observation: Observation;
}

interface FightColumns extends Columns<
  "engagement_analysis",
  "engagement" | "round_id" | "start_ms" | "winner_team"
> {
  readonly team: 1 | 2;
  readonly allies_near: number;
  readonly enemy_allies_near: number;
  readonly opener_health: number;
  readonly other_health_left: number;
  readonly distance_units: number;
  readonly height_units: number;
  readonly is_bullet: boolean;
}

/**
 * The fights of rounds whose first hit is recorded with all that the model looks at, and was no down, in order: the hit of the opener on the
 * one hit first, at the fight's beginning.
 */
export async function readFights(sql: Sql, roundIds: readonly number[]): Promise<KnownFight[]> {
  const fights: KnownFight[] = [];
  for await (const facts of readRoundFacts(sql, roundIds)) {
    const rows = await sql<FightColumns[]>`
      select distinct on (g.engagement) g.engagement, g.round_id, g.start_ms, g.team, g.winner_team,
        e.attacker_allies_near as allies_near, e.target_allies_near as enemy_allies_near,
        e.attacker_health as opener_health, e.target_health - e.damage_effective as other_health_left,
        e.distance_units, e.attacker_z - e.target_z as height_units, m.has_accuracy as is_bullet
      from engagement_analysis g
      join combat_events e on e.round_id = g.round_id and e.time_ms = g.start_ms and e.event = 'hit'
        and e.attacker_slot = g.slot and e.target_slot = g.enemy_slot
      join means_of_death m using (means_of_death)
      where g.round_id = ${facts.roundId} and g.team in (1, 2) and e.target_is_wounded is not true
        and e.target_health > e.damage_effective
        and e.attacker_allies_near is not null and e.target_allies_near is not null and e.attacker_health is not null
        and e.target_health is not null and e.distance_units is not null and e.attacker_z is not null and e.target_z is not null
      order by g.engagement, e.event_number`;
    const found = camelRows(rows).toSorted((a, b) => a.startMs - b.startMs || a.engagement - b.engagement);
    const played = playRound(facts);
    // The moment before the hit: what it did is not known yet.
    const states = [
      ...statesAt(
        played,
        found.map(({ startMs }) => startMs - 1),
      ),
    ];
    found.forEach((row, index) => {
      const { engagement, startMs, team, winnerTeam } = row;
      const alive = states[index]?.state.alive ?? [0, 0];
      const [own, other] = team === 1 ? ([0, 1] as const) : ([1, 0] as const);
      const hit: FirstHit = {
        ...row,
        openersAlive: alive[own],
        othersAlive: alive[other],
        openersWaveMs: played.nextWaveMs[own]?.(startMs) ?? null,
        othersWaveMs: played.nextWaveMs[other]?.(startMs) ?? null,
      };
      fights.push({
        ...{ roundKey: facts.roundKey, engagement, startMs, team, winnerTeam },
        observation: {
          group: facts.matchKey,
          features: fightFeatures(hit),
          isWon: winnerTeam === team,
          weight: 1,
        },
      });
    });
  }
  return fights;
}
