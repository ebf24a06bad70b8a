/** Rounds put into the database by hand, for reports whose truth can be counted on paper. */
import type { Sql } from "../../src/db/driver/connect.ts";
import { deriveRound } from "../../src/db/derive.ts";
import { SHAPE_TABLES } from "../../src/shape/team-shapes.ts";

export interface HandPlayer {
  guid: string;
  name: string;
  /** 3 watches. */
  team: 1 | 2 | 3;
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
  attackingTeam?: 1 | 2 | undefined;
  sampleMs?: number;
  /** The index is the slot. */
  players?: readonly HandPlayer[];
  /** Who is in a slot from a time on: someone else, or the same player with another name, team or class. */
  changes?: readonly (HandPlayer & { slot: number; fromMs: number })[];
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
  /** Of a kill: what the target carried, and did. */
  carrying?: number;
  act?: "planting" | "defusing" | "building";
  /** Of a kill: living players of Axis and Allies after it. */
  alive?: readonly [axis: number, allies: number];
  /** Number of the target's life. */
  life?: number;
  /** Of a kill: time until the target's team spawns. */
  nextWaveMs?: number;
}

export interface HandPosition {
  timeMs: number;
  slot: number;
  at: readonly [number, number, number];
  speed?: number;
  life?: number;
  stationaryMs?: number;
  distance?: number;
  stance?: number;
  isSprinting?: boolean;
  /** The weapon in hand. */
  weapon?: number;
}

/** An engagement; participants by slot. */
export interface HandEngagement {
  number: number;
  startMs: number;
  endMs: number;
  attackers: readonly number[];
  defenders: readonly number[];
  winnerTeam?: 1 | 2;
  outcome?: string;
  /** Kills, deaths, damage given and received of participants, by slot. */
  did?: Readonly<Record<number, readonly [kills: number, deaths: number, given: number, received: number]>>;
}

export interface HandTeamPlay {
  record: "crossfire" | "bait" | "trade";
  timeMs: number;
  /** When it began; of a trade, when the partner was killed. */
  startMs?: number;
  engagement?: number;
  slot: number;
  partner: number;
  enemy: number;
  angleDeg?: number;
  damage?: number;
}

/** Something to fight for. */
export interface HandObjective {
  /** Its number in the round. */
  objective: number;
  kind: string;
  name: string;
  team?: 0 | 1 | 2;
  at?: readonly [number, number, number];
}

/** What happened to an objective; players by slot. */
export interface HandObjectiveEvent {
  event: string;
  timeMs: number;
  slot?: number;
  other?: number;
  /** That of the player, if not said. */
  team?: 1 | 2;
  objective?: number;
  source?: string;
  reason?: string;
  durationMs?: number;
  distance?: number;
  share?: number;
  stage?: number;
  /** Number of the dynamite. */
  charge?: number;
  means?: number;
  objectiveNumber?: number;
  status?: number;
  at?: readonly [number, number, number];
}

/** A round in the database, to put rows into. */
export interface StoredRound {
  roundId: number;
  /** By slot. */
  playerIds: number[];
  addEvents: (events: readonly HandEvent[]) => Promise<void>;
  addPositions: (positions: readonly HandPosition[]) => Promise<void>;
  addEngagements: (engagements: readonly HandEngagement[]) => Promise<void>;
  addTeamPlay: (acts: readonly HandTeamPlay[]) => Promise<void>;
  addObjectives: (
    objectives: readonly HandObjective[],
    events: readonly HandObjectiveEvent[],
  ) => Promise<void>;
}

/** Stores a round and its players, who all spawn at once; players with the same GUID are the same. */
export async function addRound(sql: Sql, hand: HandRound): Promise<StoredRound> {
  const players = hand.players ?? [];
  const occupants = [
    ...players.map((player, slot) => ({ ...player, slot, fromMs: 0 })),
    ...(hand.changes ?? []),
  ];
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
      attacking_team: hand.attackingTeam ?? null,
      is_complete: hand.isComplete ?? true,
      end_reason: hand.endReason ?? "finished",
      configuration: sql.json({
        prox_heatmap_cell_units: "100",
        prox_sample_ms: String(hand.sampleMs ?? 1000),
        prox_near_units: "300",
      }),
      captures: sql.json({}),
      position_rows: 0,
      combat_rows: 0,
      engagement_rows: 0,
      heatmap_rows: 0,
      objective_rows: 0,
    })} returning round_id as "roundId"`;
  const { roundId } = round;
  await sql`
    insert into round_rules (round_id, rule, version, derived_by)
    select ${roundId}, unnest(enum_range(null::rule_name)), 1, 'server'`;
  const ids: number[] = [];
  for (const player of occupants) {
    const [stored] = await sql<[{ playerId: number }]>`
      insert into players ${sql({ guid: player.guid, name: player.name, is_bot: player.isBot ?? false })}
      on conflict (guid) do update set name = excluded.name returning player_id as "playerId"`;
    ids.push(stored.playerId);
    await sql`insert into round_players ${sql({
      round_id: roundId,
      slot: player.slot,
      from_ms: player.fromMs,
      player_id: stored.playerId,
      name: player.name,
      team: player.team,
      class: player.class ?? 0,
      is_bot: player.isBot ?? false,
    })}`;
  }
  let eventNumber = 0;
  let rowNumber = 0;
  let objectiveEventNumber = 0;
  const at = (slot: number | undefined, timeMs: number): number =>
    occupants.findLastIndex((one) => one.slot === slot && one.fromMs <= timeMs);
  const idOf = (slot: number | undefined, timeMs: number): number | null => ids[at(slot, timeMs)] ?? null;
  const teamOf = (slot: number | undefined, timeMs: number): number | null =>
    occupants[at(slot, timeMs)]?.team ?? null;

  /** As an import does. */
  const derive = (): Promise<unknown> => sql.begin((transaction) => deriveRound(transaction, roundId));
  const addEvents = async (events: readonly HandEvent[]): Promise<void> => {
    for (const event of events) {
      eventNumber += 1;
      const [attackerTeam, targetTeam] = [event.attacker, event.target].map((slot) =>
        teamOf(slot, event.timeMs),
      );
      const isEnemy = attackerTeam !== targetTeam;
      await sql`insert into combat_events ${sql({
        round_id: roundId,
        event_number: eventNumber,
        time_ms: event.timeMs,
        event: event.event,
        attacker_player_id: idOf(event.attacker, event.timeMs),
        target_player_id: idOf(event.target, event.timeMs),
        attacker_slot: event.attacker ?? null,
        target_slot: event.target ?? null,
        attacker_team: attackerTeam ?? null,
        target_team: targetTeam ?? null,
        relation:
          event.relation ?? (["hit", "kill"].includes(event.event) ? (isEnemy ? "enemy" : "team") : null),
        weapon: event.weapon ?? null,
        means_of_death: event.means ?? null,
        damage: event.damage ?? null,
        damage_effective: event.damage ?? null,
        hit_region: event.region ?? null,
        target_is_wounded: event.event === "hit" ? (event.isWounded ?? false) : null,
        target_carrying: event.carrying ?? null,
        target_act: event.act ?? null,
        axis_alive: event.alive?.[0] ?? null,
        allies_alive: event.alive?.[1] ?? null,
        target_life: event.life ?? null,
        target_next_wave_ms: event.nextWaveMs ?? null,
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
    await derive();
  };
  await addEvents(players.map((_, target) => ({ event: "spawn", timeMs: 0, target })));

  return {
    roundId,
    playerIds: ids.slice(0, players.length),
    addEvents,
    addEngagements: async (engagements) => {
      for (const engagement of engagements) {
        const { attackers, defenders, did, endMs, number, startMs } = engagement;
        const sum = (slots: readonly number[], at: 0 | 1 | 2 | 3): number =>
          slots.reduce((total, slot) => total + (did?.[slot]?.[at] ?? 0), 0);
        await sql`insert into engagement_analysis ${sql({
          round_id: roundId,
          engagement: number,
          start_ms: startMs,
          time_ms: endMs,
          player_id: idOf(attackers[0], startMs),
          enemy_player_id: idOf(defenders[0], startMs),
          outcome: engagement.outcome ?? "death",
          damage_given: sum(attackers, 2),
          damage_received: sum(attackers, 3),
          hits_given: 1,
          rule_version: 1,
          team: teamOf(attackers[0], startMs),
          winner_team: engagement.winnerTeam ?? null,
          attackers: attackers.length,
          defenders: defenders.length,
          slot: attackers[0] ?? 0,
          enemy_slot: defenders[0] ?? 0,
          kills: sum(attackers, 0),
          deaths: sum(attackers, 1),
        })}`;
        for (const slot of [...attackers, ...defenders]) {
          rowNumber += 1;
          await sql`insert into engagement_participants ${sql({
            round_id: roundId,
            row_number: rowNumber,
            engagement: number,
            start_ms: startMs,
            time_ms: endMs,
            player_id: idOf(slot, startMs),
            side: attackers.includes(slot) ? "attackers" : "defenders",
            damage_given: did?.[slot]?.[2] ?? 0,
            damage_received: did?.[slot]?.[3] ?? 0,
            hits_given: 1,
            rule_version: 1,
            team: teamOf(slot, startMs),
            slot,
            kills: did?.[slot]?.[0] ?? 0,
            deaths: did?.[slot]?.[1] ?? 0,
          })}`;
        }
      }
      await derive();
    },
    addTeamPlay: async (acts) => {
      for (const act of acts) {
        rowNumber += 1;
        await sql`insert into proximity_events ${sql({
          round_id: roundId,
          row_number: rowNumber,
          record: act.record,
          engagement: act.engagement ?? null,
          start_ms: act.startMs ?? act.timeMs,
          time_ms: act.timeMs,
          player_id: idOf(act.slot, act.timeMs),
          partner_player_id: idOf(act.partner, act.timeMs),
          enemy_player_id: idOf(act.enemy, act.timeMs),
          damage_given: act.damage ?? 0,
          angle_deg: act.angleDeg ?? null,
          rule_version: 1,
          team: teamOf(act.slot, act.timeMs),
          slot: act.slot,
          partner_slot: act.partner,
          enemy_slot: act.enemy,
        })}`;
      }
      await derive();
    },
    addObjectives: async (objectives, events) => {
      for (const { at: place, kind, name, objective, team } of objectives) {
        const [x, y, z] = place ?? [0, 0, 0];
        await sql`insert into objectives ${sql({ round_id: roundId, objective, kind, name, team: team ?? 1, x, y, z })}`;
      }
      for (const event of events) {
        objectiveEventNumber += 1;
        const { at: place, slot, timeMs } = event;
        await sql`insert into objective_events ${sql({
          round_id: roundId,
          event_number: objectiveEventNumber,
          time_ms: timeMs,
          event: event.event,
          player_id: idOf(slot, timeMs),
          other_player_id: idOf(event.other, timeMs),
          slot: slot ?? null,
          other_slot: event.other ?? null,
          team: event.team ?? teamOf(slot, timeMs),
          objective: event.objective ?? null,
          source: event.source ?? null,
          reason: event.reason ?? null,
          duration_ms: event.durationMs ?? null,
          distance_units: event.distance ?? null,
          share_percent: event.share ?? null,
          stage: event.stage ?? null,
          charge: event.charge ?? null,
          stages: event.stage === undefined ? null : 2,
          means_of_death: event.means ?? null,
          objective_number: event.objectiveNumber ?? null,
          status: event.status ?? null,
          x: place?.[0] ?? null,
          y: place?.[1] ?? null,
          z: place?.[2] ?? null,
        })}`;
      }
      await sql`update rounds set objective_rows = objective_rows + ${events.length} where round_id = ${roundId}`;
      await derive();
    },
    addPositions: async (positions) => {
      for (const position of positions) {
        await sql`insert into player_positions ${sql({
          round_id: roundId,
          time_ms: position.timeMs,
          player_id: idOf(position.slot, position.timeMs),
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
          team: teamOf(position.slot, position.timeMs),
          stance: position.stance ?? 0,
          health: 100,
          class: occupants[at(position.slot, position.timeMs)]?.class ?? 0,
          weapon: position.weapon ?? 3,
          is_sprinting: position.isSprinting ?? false,
          is_zoomed: false,
          is_mounted: false,
          is_moving: (position.speed ?? 0) > 5,
        })}`;
      }
      await sql`update rounds set position_rows = position_rows + ${positions.length} where round_id = ${roundId}`;
      // As an import does, which puts the sums of all positions there.
      for (const table of ["player_lives", ...Object.keys(SHAPE_TABLES)])
        await sql`delete from ${sql(table)} where round_id = ${roundId}`;
      await derive();
    },
  };
}
