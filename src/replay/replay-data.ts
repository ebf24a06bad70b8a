/**
 * What a replay shows, before it is packed into a page: a round, who played in it, where they were and what happened.
 *
 * An actor is a player in a slot. A player who comes back in another slot is a second actor. Everything else refers to
 * actors by their index in {@link ReplayData.actors}.
 */
import type { OBJECTIVE_EVENTS, OBJECTIVE_KINDS, OBJECTIVE_REASONS } from "../format/objectives.ts";
import type { MapArea } from "../maps/areas.ts";
import type { CombatEvent, ENGAGEMENT_OUTCOMES, RELATIONS, SIDES } from "../format/columns.ts";

/** How attacker and target of an event stand to each other. */
export type Relation = (typeof RELATIONS)[number];
/** Side of a participant in an engagement: the attackers opened it. */
export type Side = (typeof SIDES)[number];
/** How an engagement ended. */
export type EngagementOutcome = (typeof ENGAGEMENT_OUTCOMES)[number];

/** The round as the database knows it. Names are as the server gave them, not yet safe to show. */
export interface ReplayRound {
  readonly roundKey: string;
  readonly map: string;
  /** 1, or 2 for the second of stopwatch. */
  readonly round: number;
  /** When play began, in UTC. */
  readonly startedAt: Date;
  /** Null where another tracker does not record it. */
  readonly serverName: string | null;
  /** Round time when the recording ended. */
  readonly endMs: number;
  /** 0 for none. */
  /** 0 for none; null where another tracker does not record it. */
  readonly timeLimitMs: number | null;
  /** 1 Axis, 2 Allies. */
  readonly winnerTeam: number | null;
  /** Whether the game decided the round and every file of it is whole. */
  readonly isComplete: boolean;
  /** One of `END_REASONS`, or `cut`. */
  readonly endReason: string;
}

/** Who an actor was from a moment on. */
export interface ReplayIdentity {
  readonly fromMs: number;
  /** Colour codes included. */
  readonly name: string;
  /** 0 none, 1 Axis, 2 Allies, 3 spectator. */
  readonly team: number;
  /** Null where it is not known. */
  readonly class: number | null;
}

/** A player in a slot; another player in the same slot is another actor. */
export interface ReplayActor {
  readonly slot: number;
  readonly isBot: boolean;
  /** At least one, in order of time. */
  readonly identities: readonly ReplayIdentity[];
}

/** Where a living player was. Columns as in the positions file. */
export interface ReplaySample {
  readonly actor: number;
  readonly timeMs: number;
  readonly life: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly yawDeg: number;
  readonly health: number;
  readonly stance: number;
  readonly class: number;
  readonly weapon: number;
}

/** A point of the world, in units. */
export interface ReplayPoint {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** A combat event. Fields as in the combat file; null where it has none. */
export interface ReplayEvent {
  readonly timeMs: number;
  readonly event: CombatEvent;
  readonly attacker: number | null;
  readonly target: number | null;
  readonly relation: Relation | null;
  readonly weapon: number | null;
  readonly meansOfDeath: number | null;
  /** Damage that counted, hit points. */
  readonly damageEffective: number | null;
  readonly isHeadshot: boolean;
  readonly targetHealth: number | null;
  readonly targetIsWounded: boolean;
  readonly targetLife: number | null;
  readonly distanceUnits: number | null;
  readonly attackerAt: ReplayPoint | null;
  readonly attackerYawDeg: number | null;
  readonly targetAt: ReplayPoint | null;
}

/** Who took part in an engagement; only those who are known as players. */
export interface ReplayParticipant {
  readonly actor: number;
  readonly side: Side;
  /** When they joined, round time. */
  readonly startMs: number;
  /** The engagement's end, round time, also for who was out of it earlier. */
  readonly endMs: number;
}

/** A fight between the two teams. Times are round time; null where the file says nothing. */
export interface ReplayEngagement {
  /** Number of the engagement in the round. */
  readonly number: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Team of the side that opened it. */
  readonly team: number | null;
  /** N and M of its label NvM. */
  readonly attackers: number | null;
  readonly defenders: number | null;
  readonly outcome: EngagementOutcome | null;
  readonly winnerTeam: number | null;
  readonly participants: readonly ReplayParticipant[];
}

/** Two players of a team acting together. Who is who: see the columns of the engagements file. */
export interface ReplayTeamPlay {
  readonly record: "crossfire" | "bait" | "trade";
  readonly startMs: number;
  readonly endMs: number;
  readonly actor: number | null;
  readonly partner: number | null;
  readonly enemy: number | null;
  /** Of a crossfire; null for the others. */
  readonly angleDeg: number | null;
}

/** Something to fight for. */
export interface ReplayObjective extends ReplayPoint {
  readonly kind: (typeof OBJECTIVE_KINDS)[number];
  /** Whose it is when the round begins, by the engine's number; 0 for neither or both. */
  readonly team: number;
  /** Colour codes included; empty where the map has none. */
  readonly name: string;
  /** Whether it stands where the recording begins; null where the files do not say it. */
  readonly stands: boolean | null;
}

/** What a replay shows of objectives; where it is told in another way, nothing. */
export const REPLAY_OBJECTIVE_EVENTS = [
  "dynamite_arm",
  "dynamite_defuse",
  "dynamite_explode",
  "dynamite_gone",
  "objective_destroy",
  "construct_start",
  "construct_stage",
  "construct_finish",
  "construct_decay",
  "construct_damage",
  "construct_destroy",
  "carry_take",
  "carry_pickup",
  "carry_drop",
  "carry_return",
  "carry_secure",
  "spawn_capture",
  "vehicle_disable",
  "vehicle_repair",
  "vehicle_move",
] as const satisfies readonly (typeof OBJECTIVE_EVENTS)[number][];
/** The name of one of them. */
export type ReplayObjectiveEventName = (typeof REPLAY_OBJECTIVE_EVENTS)[number];

/** Something that happened to an objective. Fields as in the objectives file; null where it has none. */
export interface ReplayObjectiveEvent {
  readonly timeMs: number;
  readonly event: ReplayObjectiveEventName;
  readonly actor: number | null;
  readonly team: number | null;
  /** Index in {@link ReplayData.objectives}. */
  readonly objective: number | null;
  readonly charge: number | null;
  readonly stage: number | null;
  readonly stages: number | null;
  readonly sharePercent: number | null;
  readonly reason: (typeof OBJECTIVE_REASONS)[number] | null;
  readonly at: ReplayPoint | null;
}

/** The map's own picture and the part of the world that it shows. */
interface ReplayGround {
  readonly bounds: {
    readonly minX: number;
    readonly minY: number;
    readonly maxX: number;
    readonly maxY: number;
  };
  readonly image?: { readonly mediaType: "image/png" | "image/jpeg"; readonly bytes: Uint8Array } | undefined;
}

/** The whole replay of one round. */
export interface ReplayData {
  readonly round: ReplayRound;
  readonly actors: readonly ReplayActor[];
  /** In order of time. */
  readonly samples: readonly ReplaySample[];
  /** In order of happening. */
  readonly events: readonly ReplayEvent[];
  readonly engagements: readonly ReplayEngagement[];
  readonly teamPlay: readonly ReplayTeamPlay[];
  readonly objectives: readonly ReplayObjective[];
  /** In order of happening. */
  readonly objectiveEvents: readonly ReplayObjectiveEvent[];
  /** Named areas of the map; none unless said otherwise. */
  readonly areas?: readonly MapArea[];
  /** Unknown: the page shows the part of the world that the data knows. */
  readonly ground?: ReplayGround | undefined;
}
