/** Rounds put into the database by hand, for reports whose truth can be counted on paper. */
import type { Sql } from "../../src/db/connect.ts";

export interface HandPlayer {
  guid: string;
  name: string;
  team: 1 | 2;
  class?: number;
  isBot?: boolean;
}

interface HandRound {
  key: string;
  map?: string;
  startedAt?: string;
  endMs?: number;
  serverName?: string;
  isComplete?: boolean;
  endReason?: string;
  round?: number;
  matchKey?: string;
  winnerTeam?: 1 | 2;
  /** The index is the slot. */
  players?: readonly HandPlayer[];
}

/** A combat event by slots; positions are x, y, z. */
export interface HandEvent {
  event: string;
  timeMs: number;
  attacker?: number;
  target?: number;
  relation?: string;
  weapon?: number;
  means?: number;
  damage?: number;
  region?: string;
  from?: readonly [number, number, number];
  to?: readonly [number, number, number];
  isWounded?: boolean;
}

export interface HandPosition {
  timeMs: number;
  slot: number;
  at: readonly [number, number, number];
  speed?: number;
  life?: number;
  stationaryMs?: number;
  distance?: number;
}

/** A round in the database, to put rows into. */
export interface StoredRound {
  roundId: number;
  /** By slot. */
  playerIds: number[];
  addEvents: (events: readonly HandEvent[]) => Promise<void>;
  addPositions: (positions: readonly HandPosition[]) => Promise<void>;
}

/** Stores a round and its players; players with the same GUID are the same. */
export async function addRound(sql: Sql, hand: HandRound): Promise<StoredRound> {
  const players = hand.players ?? [];
  const [round] = await sql<[{ roundId: number }]>`
    insert into rounds ${sql({
      round_key: hand.key,
      match_key: hand.matchKey ?? hand.key,
      map: hand.map ?? "arena",
      round: hand.round ?? 1,
      started_at: hand.startedAt ?? "2026-11-20T20:00:00Z",
      end_ms: hand.endMs ?? 600_000,
      game_type: 2,
      time_limit_ms: 600_000,
      server_name: hand.serverName ?? "a server",
      tracker_version: "1",
      engine_version: "2.83",
      lua_version: "5.4",
      winner_team: hand.winnerTeam ?? null,
      is_complete: hand.isComplete ?? true,
      end_reason: hand.endReason ?? "finished",
      configuration: sql.json({ prox_heatmap_cell_units: "100", prox_sample_ms: "1000" }),
      captures: sql.json({}),
      position_rows: 0,
      combat_rows: 0,
      engagement_rows: 0,
      heatmap_rows: 0,
    })} returning round_id as "roundId"`;
  const { roundId } = round;
  const playerIds: number[] = [];
  for (const [slot, player] of players.entries()) {
    const [stored] = await sql<[{ playerId: number }]>`
      insert into players ${sql({ guid: player.guid, name: player.name, is_bot: player.isBot ?? false })}
      on conflict (guid) do update set name = excluded.name returning player_id as "playerId"`;
    playerIds.push(stored.playerId);
    await sql`insert into round_players ${sql({
      round_id: roundId,
      slot,
      from_ms: 0,
      player_id: stored.playerId,
      name: player.name,
      team: player.team,
      class: player.class ?? 0,
      is_bot: player.isBot ?? false,
    })}`;
  }
  let eventNumber = 0;
  const idOf = (slot: number | undefined): number | null =>
    slot === undefined ? null : (playerIds[slot] ?? null);
  const teamOf = (slot: number | undefined): number | null =>
    slot === undefined ? null : (players[slot]?.team ?? null);

  return {
    roundId,
    playerIds,
    addEvents: async (events) => {
      for (const event of events) {
        eventNumber += 1;
        const isEnemy = teamOf(event.attacker) !== teamOf(event.target);
        await sql`insert into combat_events ${sql({
          round_id: roundId,
          event_number: eventNumber,
          time_ms: event.timeMs,
          event: event.event,
          attacker_player_id: idOf(event.attacker),
          target_player_id: idOf(event.target),
          attacker_slot: event.attacker ?? null,
          target_slot: event.target ?? null,
          attacker_team: teamOf(event.attacker),
          target_team: teamOf(event.target),
          relation:
            event.relation ?? (["hit", "kill"].includes(event.event) ? (isEnemy ? "enemy" : "team") : null),
          weapon: event.weapon ?? null,
          means_of_death: event.means ?? null,
          damage: event.damage ?? null,
          damage_effective: event.damage ?? null,
          hit_region: event.region ?? null,
          target_is_wounded: event.event === "hit" ? (event.isWounded ?? false) : null,
          attacker_x: event.from?.[0] ?? null,
          attacker_y: event.from?.[1] ?? null,
          attacker_z: event.from?.[2] ?? null,
          target_x: event.to?.[0] ?? null,
          target_y: event.to?.[1] ?? null,
          target_z: event.to?.[2] ?? null,
          distance_units:
            event.from !== undefined && event.to !== undefined
              ? Math.hypot(
                  event.from[0] - event.to[0],
                  event.from[1] - event.to[1],
                  event.from[2] - event.to[2],
                )
              : null,
        })}`;
      }
    },
    addPositions: async (positions) => {
      for (const position of positions) {
        await sql`insert into player_positions ${sql({
          round_id: roundId,
          time_ms: position.timeMs,
          player_id: playerIds[position.slot] ?? 0,
          life: position.life ?? 1,
          x: position.at[0],
          y: position.at[1],
          z: position.at[2],
          velocity_x_ups: position.speed ?? 0,
          velocity_y_ups: 0,
          velocity_z_ups: 0,
          speed_ups: position.speed ?? 0,
          pitch_deg: 0,
          yaw_deg: 0,
          stationary_ms: position.stationaryMs ?? 0,
          distance_units: position.distance ?? 0,
          slot: position.slot,
          team: players[position.slot]?.team ?? 1,
          stance: 0,
          health: 100,
          class: players[position.slot]?.class ?? 0,
          weapon: 3,
          is_sprinting: false,
          is_zoomed: false,
          is_mounted: false,
          is_moving: (position.speed ?? 0) > 5,
        })}`;
      }
      await sql`update rounds set position_rows = position_rows + ${positions.length} where round_id = ${roundId}`;
    },
  };
}
