/** Reads a replay from the database. */
import type { Sql, Transaction } from "../db/driver/connect.ts";
import { inTransaction } from "../db/driver/transaction.ts";
import { loadMap } from "../maps/map-file.ts";
import { resolveRounds } from "../reports/find-rounds.ts";
import type {
  ReplayActor,
  ReplayData,
  ReplayEngagement,
  ReplayEvent,
  ReplayIdentity,
  ReplayParticipant,
  ReplayRound,
  ReplaySample,
  ReplayTeamPlay,
} from "./replay-data.ts";

interface IdentityRow extends ReplayIdentity {
  slot: number;
  playerId: number;
  isBot: boolean;
}

/** A row that names its players by slot and id instead of by actor. */
type SampleRow = Omit<ReplaySample, "actor"> & { slot: number; playerId: number };

type EventRow = Omit<ReplayEvent, "attacker" | "target" | "attackerAt" | "targetAt"> & {
  attackerSlot: number | null;
  attackerPlayerId: number | null;
  targetSlot: number | null;
  targetPlayerId: number | null;
  attackerX: number | null;
  attackerY: number | null;
  attackerZ: number | null;
  targetX: number | null;
  targetY: number | null;
  targetZ: number | null;
};

type ParticipantRow = Omit<ReplayParticipant, "actor"> & {
  engagement: number;
  slot: number;
  playerId: number;
};

type TeamPlayRow = Omit<ReplayTeamPlay, "actor" | "partner" | "enemy"> & {
  slot: number | null;
  playerId: number | null;
  partnerSlot: number | null;
  partnerPlayerId: number | null;
  enemySlot: number | null;
  enemyPlayerId: number | null;
};

/** Finds the actor of a player in a slot. */
type FindActor = (slot: number | null, playerId: number | null) => number | null;

async function readRound(sql: Transaction, roundId: number): Promise<ReplayRound | undefined> {
  const [round] = await sql<ReplayRound[]>`
    select
      round_key as "roundKey", map, round, started_at as "startedAt", server_name as "serverName",
      end_ms as "endMs", time_limit_ms as "timeLimitMs", winner_team as "winnerTeam",
      is_complete as "isComplete", end_reason as "endReason"
    from rounds where round_id = ${roundId}`;
  return round;
}

async function readIdentities(sql: Transaction, roundId: number): Promise<IdentityRow[]> {
  return sql<IdentityRow[]>`
    select slot, player_id as "playerId", is_bot as "isBot", from_ms as "fromMs", name, team, class
    from round_players where round_id = ${roundId} order by slot, from_ms`;
}

async function readSamples(sql: Transaction, roundId: number): Promise<SampleRow[]> {
  return sql<SampleRow[]>`
    select
      slot, player_id as "playerId", time_ms as "timeMs", life, x, y, z, yaw_deg as "yawDeg", health, stance,
      class, weapon
    from player_positions where round_id = ${roundId} order by time_ms, slot`;
}

async function readEvents(sql: Transaction, roundId: number): Promise<EventRow[]> {
  return sql<EventRow[]>`
    select
      time_ms as "timeMs", event, relation, weapon, means_of_death as "meansOfDeath",
      attacker_slot as "attackerSlot", attacker_player_id as "attackerPlayerId",
      target_slot as "targetSlot", target_player_id as "targetPlayerId",
      damage_effective as "damageEffective", hit_region is not distinct from 'head' as "isHeadshot",
      target_health as "targetHealth", coalesce(target_is_wounded, false) as "targetIsWounded",
      target_life as "targetLife", distance_units as "distanceUnits",
      attacker_x as "attackerX", attacker_y as "attackerY", attacker_z as "attackerZ",
      attacker_yaw_deg as "attackerYawDeg", target_x as "targetX", target_y as "targetY", target_z as "targetZ"
    from combat_events where round_id = ${roundId} order by event_number`;
}

async function readEngagements(sql: Transaction, roundId: number): Promise<ReplayEngagement[]> {
  return sql<ReplayEngagement[]>`
    select
      engagement as number, start_ms as "startMs", time_ms as "endMs", team, attackers, defenders, outcome,
      winner_team as "winnerTeam"
    from engagement_analysis where round_id = ${roundId} order by start_ms, engagement`;
}

async function readParticipants(sql: Transaction, roundId: number): Promise<ParticipantRow[]> {
  return sql<ParticipantRow[]>`
    select engagement, slot, player_id as "playerId", side, start_ms as "startMs", time_ms as "endMs"
    from engagement_participants where round_id = ${roundId} order by row_number`;
}

async function readTeamPlay(sql: Transaction, roundId: number): Promise<TeamPlayRow[]> {
  return sql<TeamPlayRow[]>`
    select
      record, start_ms as "startMs", time_ms as "endMs", angle_deg as "angleDeg",
      slot, player_id as "playerId", partner_slot as "partnerSlot", partner_player_id as "partnerPlayerId",
      enemy_slot as "enemySlot", enemy_player_id as "enemyPlayerId"
    from proximity_events where round_id = ${roundId} order by time_ms, row_number`;
}

const keyOf = (slot: number | null, playerId: number | null): string => `${slot ?? ""}:${playerId ?? ""}`;

/** Actors in order of slot and time, and how to find one. */
function gatherActors(rows: readonly IdentityRow[]): { actors: ReplayActor[]; find: FindActor } {
  const indexes = new Map<string, number>();
  const actors: (ReplayActor & { identities: ReplayIdentity[] })[] = [];
  for (const { isBot, playerId, slot, ...identity } of rows) {
    const key = keyOf(slot, playerId);
    const index = indexes.get(key) ?? actors.length;
    indexes.set(key, index);
    const actor = actors[index] ?? { slot, isBot, identities: [] };
    actors[index] = actor;
    actor.identities.push(identity);
  }
  return { actors, find: (slot, playerId) => indexes.get(keyOf(slot, playerId)) ?? null };
}

function toPoint(x: number | null, y: number | null, z: number | null): ReplayEvent["attackerAt"] {
  return x === null || y === null || z === null ? null : { x, y, z };
}

function toEvent(row: EventRow, find: FindActor): ReplayEvent {
  return {
    ...row,
    attacker: find(row.attackerSlot, row.attackerPlayerId),
    target: find(row.targetSlot, row.targetPlayerId),
    attackerAt: toPoint(row.attackerX, row.attackerY, row.attackerZ),
    targetAt: toPoint(row.targetX, row.targetY, row.targetZ),
  };
}

/** Those participants that are known as players, by engagement. */
function gatherParticipants(
  rows: readonly ParticipantRow[],
  find: FindActor,
): Map<number, ReplayParticipant[]> {
  const byEngagement = new Map<number, ReplayParticipant[]>();
  for (const { endMs, engagement, playerId, side, slot, startMs } of rows) {
    const actor = find(slot, playerId);
    if (actor === null) continue;
    const members = byEngagement.get(engagement) ?? [];
    members.push({ actor, side, startMs, endMs });
    byEngagement.set(engagement, members);
  }
  return byEngagement;
}

/**
 * Reads the replay of a round by its key, the beginning of the key, or `latest`; all of it as it was at one moment,
 * whatever an import does meanwhile. The map's picture comes from its map file, where there is one.
 */
export async function loadReplay(sql: Sql, roundKey: string): Promise<ReplayData> {
  const [found] = await resolveRounds(sql, [roundKey]);
  const roundId = found?.roundId ?? 0;
  const read = (transaction: Transaction) =>
    Promise.all([
      readRound(transaction, roundId),
      readIdentities(transaction, roundId),
      readSamples(transaction, roundId),
      readEvents(transaction, roundId),
      readEngagements(transaction, roundId),
      readParticipants(transaction, roundId),
      readTeamPlay(transaction, roundId),
    ]);
  const rows = await inTransaction(sql, read, "isolation level repeatable read read only");
  const [round, identities, samples, events, engagements, participants, teamPlay] = rows;
  if (round === undefined) throw new Error("the round was deleted while it was read");
  const { actors, find } = gatherActors(identities);
  const members = gatherParticipants(participants, find);
  return {
    round,
    actors,
    samples: samples.flatMap(({ playerId, slot, ...sample }) => {
      const actor = find(slot, playerId);
      return actor === null ? [] : [{ ...sample, actor }];
    }),
    events: events.map((event) => toEvent(event, find)),
    engagements: engagements.map((engagement) => ({
      ...engagement,
      participants: members.get(engagement.number) ?? [],
    })),
    teamPlay: teamPlay.map(({ angleDeg, endMs, record, startMs, ...row }) => ({
      record,
      startMs,
      endMs,
      angleDeg,
      actor: find(row.slot, row.playerId),
      partner: find(row.partnerSlot, row.partnerPlayerId),
      enemy: find(row.enemySlot, row.enemyPlayerId),
    })),
    ground: await loadMap(round.map),
  };
}
