/** Reads a replay from the database. */
import type { Sql, Transaction } from "../db/driver/connect.ts";
import { inTransaction } from "../db/driver/transaction.ts";
import { camelRows, type CamelRow, type Columns, type KnownColumns } from "../db/rows.ts";
import { readCopiedNumbers } from "../db/copied-numbers.ts";
import type { Schema } from "../db/schema.ts";
import { loadMap } from "../maps/map-file.ts";
import { readAreas } from "../reports/queries/map-areas.ts";
import { resolveRounds } from "../reports/find-rounds.ts";
import {
  REPLAY_OBJECTIVE_EVENTS,
  type ReplayActor,
  type ReplayData,
  type ReplayEvent,
  type ReplayIdentity,
  type ReplayObjectiveEvent,
  type ReplayObjectiveEventName,
  type ReplayParticipant,
  type ReplayRound,
  type ReplaySample,
  type ReplayTeamPlay,
} from "./replay-data.ts";

/** From when to when something of the engagements file was. */
type SpanColumns<Relation extends "engagement_analysis" | "engagement_participants" | "proximity_events"> =
  Columns<Relation, "start_ms"> & { readonly end_ms: Schema[Relation]["time_ms"] };

type RoundColumns = Columns<
  "rounds",
  "round_key" | "map" | "round" | "started_at" | "server_name" | "end_ms"
> &
  Columns<"rounds", "time_limit_ms" | "winner_team" | "is_complete" | "end_reason">;

type IdentityColumns = Columns<
  "round_players",
  "slot" | "player_id" | "is_bot" | "from_ms" | "name" | "team" | "class"
>;

interface EventColumns
  extends
    Columns<
      "combat_events",
      "time_ms" | "event" | "relation" | "weapon" | "means_of_death" | "damage_effective"
    >,
    Columns<"combat_events", "attacker_slot" | "attacker_player_id" | "target_slot" | "target_player_id">,
    Columns<"combat_events", "target_health" | "target_life" | "distance_units" | "attacker_yaw_deg">,
    Columns<
      "combat_events",
      "attacker_x" | "attacker_y" | "attacker_z" | "target_x" | "target_y" | "target_z"
    >,
    KnownColumns<"combat_events", "target_is_wounded"> {
  readonly is_headshot: boolean;
}

interface EngagementColumns
  extends
    SpanColumns<"engagement_analysis">,
    Columns<"engagement_analysis", "team" | "attackers" | "defenders" | "outcome" | "winner_team"> {
  readonly number: Schema["engagement_analysis"]["engagement"];
}

type ParticipantColumns = SpanColumns<"engagement_participants"> &
  Columns<"engagement_participants", "engagement" | "slot" | "player_id" | "side">;

interface TeamPlayColumns
  extends
    SpanColumns<"proximity_events">,
    Columns<"proximity_events", "slot" | "player_id" | "partner_slot" | "partner_player_id">,
    Columns<"proximity_events", "enemy_slot" | "enemy_player_id" | "angle_deg"> {
  readonly record: Extract<Schema["proximity_events"]["record"], ReplayTeamPlay["record"]>;
}

type ObjectiveColumns = Columns<
  "objectives",
  "objective" | "kind" | "team" | "name" | "x" | "y" | "z" | "stands"
>;

interface ObjectiveEventColumns
  extends
    Columns<"objective_events", "time_ms" | "slot" | "player_id" | "team" | "objective" | "charge">,
    Columns<"objective_events", "stage" | "stages" | "share_percent" | "reason" | "x" | "y" | "z"> {
  readonly event: ReplayObjectiveEventName;
}

/** Finds the actor of a player in a slot. */
type FindActor = (slot: number | null, playerId: number | null) => number | null;

async function readRound(sql: Transaction, roundId: number): Promise<ReplayRound | undefined> {
  const rows = await sql<RoundColumns[]>`
    select
      round_key, map, round, started_at, server_name,
      end_ms, time_limit_ms, winner_team,
      is_complete, end_reason
    from rounds where round_id = ${roundId}`;
  return camelRows(rows)[0];
}

async function readIdentities(sql: Transaction, roundId: number): Promise<CamelRow<IdentityColumns>[]> {
  const rows = await sql<IdentityColumns[]>`
    select slot, player_id, is_bot, from_ms, name, team, class
    from seats where round_id = ${roundId} order by slot, from_ms`;
  return camelRows(rows);
}

/** What is read of a sample, in this order. */
const SAMPLE_COLUMNS = [
  ...["slot", "player_id", "time_ms", "life", "x", "y", "z", "yaw_deg"],
  ...["health", "stance", "class", "weapon"],
];

/**
 * Samples as the page draws them, of those who are known. What another tracker did not record gets something that looks like
 * nothing: players look where they go, and stand.
 */
async function readSamples(sql: Transaction, roundId: number, find: FindActor): Promise<ReplaySample[]> {
  const samples: ReplaySample[] = [];
  const before = new Map<number, { x: number; y: number; life: number; yawDeg: number }>();
  const known = (value: number | undefined, otherwise: number): number =>
    value === undefined || Number.isNaN(value) ? otherwise : value;
  await readCopiedNumbers(
    sql.unsafe(
      `copy (select ${SAMPLE_COLUMNS.join(", ")} from player_positions where round_id = ${roundId} order by time_ms, slot) to stdout`,
    ),
    SAMPLE_COLUMNS.length,
    ([
      slot = 0,
      playerId = 0,
      timeMs = 0,
      life = 0,
      x = 0,
      y = 0,
      z = 0,
      yaw,
      health,
      stance,
      role,
      weapon,
    ]) => {
      const last = before.get(slot);
      const isOn = last?.life === life && (last.x !== x || last.y !== y);
      const walkedDeg = isOn ? (Math.atan2(y - last.y, x - last.x) * 180) / Math.PI : (last?.yawDeg ?? 0);
      const yawDeg = known(yaw, walkedDeg);
      before.set(slot, { x, y, life, yawDeg });
      const actor = find(slot, playerId);
      if (actor === null) return;
      samples.push({
        actor,
        timeMs,
        life,
        x,
        y,
        z,
        yawDeg,
        health: known(health, 100),
        stance: known(stance, 0),
        class: known(role, 0),
        weapon: known(weapon, 0),
      });
    },
  );
  return samples;
}

async function readEvents(sql: Transaction, roundId: number): Promise<CamelRow<EventColumns>[]> {
  const rows = await sql<EventColumns[]>`
    select
      time_ms, event, relation, weapon, means_of_death,
      attacker_slot, attacker_player_id,
      target_slot, target_player_id,
      damage_effective, hit_region is not distinct from 'head' as is_headshot,
      target_health, coalesce(target_is_wounded, false) as target_is_wounded,
      target_life, distance_units,
      attacker_x, attacker_y, attacker_z,
      attacker_yaw_deg, target_x, target_y, target_z
    from combat_events where round_id = ${roundId} order by event_number`;
  return camelRows(rows);
}

async function readEngagements(sql: Transaction, roundId: number): Promise<CamelRow<EngagementColumns>[]> {
  const rows = await sql<EngagementColumns[]>`
    select
      engagement as number, start_ms, time_ms as end_ms, team, attackers, defenders, outcome,
      winner_team
    from engagement_analysis where round_id = ${roundId} order by start_ms, engagement`;
  return camelRows(rows);
}

async function readParticipants(sql: Transaction, roundId: number): Promise<CamelRow<ParticipantColumns>[]> {
  const rows = await sql<ParticipantColumns[]>`
    select engagement, slot, player_id, side, start_ms, time_ms as end_ms
    from engagement_participants where round_id = ${roundId} order by row_number`;
  return camelRows(rows);
}

async function readTeamPlay(sql: Transaction, roundId: number): Promise<CamelRow<TeamPlayColumns>[]> {
  const rows = await sql<TeamPlayColumns[]>`
    select
      record, start_ms, time_ms as end_ms, angle_deg,
      slot, player_id, partner_slot, partner_player_id,
      enemy_slot, enemy_player_id
    from proximity_events where round_id = ${roundId} order by time_ms, row_number`;
  return camelRows(rows);
}

async function readObjectives(sql: Transaction, roundId: number): Promise<ObjectiveColumns[]> {
  return sql<ObjectiveColumns[]>`
    select objective, kind, team, name, x, y, z, stands from objectives where round_id = ${roundId} order by objective`;
}

async function readObjectiveEvents(
  sql: Transaction,
  roundId: number,
): Promise<CamelRow<ObjectiveEventColumns>[]> {
  const rows = await sql<ObjectiveEventColumns[]>`
    select time_ms, event, slot, player_id, team, objective, charge, stage, stages, share_percent, reason, x, y, z
    from objective_events
    where round_id = ${roundId} and event::text = any(${[...REPLAY_OBJECTIVE_EVENTS]}::text[]) order by event_number`;
  return camelRows(rows);
}

const keyOf = (slot: number | null, playerId: number | null): string => `${slot ?? ""}:${playerId ?? ""}`;

/** Actors in order of slot and time, and how to find one. */
function gatherActors(rows: readonly CamelRow<IdentityColumns>[]): {
  actors: ReplayActor[];
  find: FindActor;
} {
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

function toEvent(row: CamelRow<EventColumns>, find: FindActor): ReplayEvent {
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
  rows: readonly CamelRow<ParticipantColumns>[],
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
  const rows = await inTransaction(
    sql,
    async (transaction) => {
      const { actors, find } = gatherActors(await readIdentities(transaction, roundId));
      const samples = await readSamples(transaction, roundId, find);
      const others = await Promise.all([
        readRound(transaction, roundId),
        readEvents(transaction, roundId),
        readEngagements(transaction, roundId),
        readParticipants(transaction, roundId),
        readTeamPlay(transaction, roundId),
        readObjectives(transaction, roundId),
        readObjectiveEvents(transaction, roundId),
      ]);
      return { actors, find, samples, others };
    },
    "isolation level repeatable read read only",
  );
  const { actors, find, others, samples } = rows;
  const [round, events, engagements, participants, teamPlay, objectives, objectiveEvents] = others;
  const indexes = new Map(objectives.map(({ objective }, index) => [objective, index]));
  if (round === undefined) throw new Error("the round was deleted while it was read");
  const members = gatherParticipants(participants, find);
  return {
    round,
    actors,
    samples,
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
    objectives: objectives.map(({ kind, name, stands, team, x, y, z }) => ({
      kind,
      name,
      stands,
      team,
      x,
      y,
      z,
    })),
    objectiveEvents: objectiveEvents.map(
      ({ objective, playerId, slot, x, y, z, ...event }): ReplayObjectiveEvent => ({
        ...event,
        actor: find(slot, playerId),
        objective: objective === null ? null : (indexes.get(objective) ?? null),
        at: toPoint(x, y, z),
      }),
    ),
    areas: await readAreas(sql, round.map),
    ground: await loadMap(round.map),
  };
}
