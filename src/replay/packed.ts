/**
 * The replay as it lies in the page: JSON, small, and nothing in it that the page would have to look up. Types only,
 * shared by the packer and the page.
 *
 * Coordinates are whole units and angles whole degrees. Numbers that come in rows lie in columns, which JSON holds
 * without repeating names; a column that says so holds differences to the number before.
 */
import type { CombatEvent } from "../format/columns.ts";
import type {
  Relation,
  ReplayEngagement,
  ReplayObjective,
  ReplayObjectiveEvent,
  ReplayTeamPlay,
  Side,
} from "./replay-data.ts";

/** A stretch of a name in one colour, `#rrggbb`; null is the page's own colour for text. */
export type PackedRun = readonly [text: string, colour: string | null];

interface PackedRound {
  readonly roundKey: string;
  readonly map: string;
  readonly round: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly serverName: readonly PackedRun[];
  readonly endMs: number;
  readonly timeLimitMs: number | null;
  readonly winnerTeam: number | null;
  readonly isComplete: boolean;
  readonly endReason: string;
  /** The usual time between two samples of a player. */
  readonly sampleIntervalMs: number;
}

/** Who an actor was from a moment of round time on; `team` and `class` by the engine's numbers. */
export interface PackedIdentity {
  readonly fromMs: number;
  readonly name: readonly PackedRun[];
  readonly team: number;
  readonly class: number | null;
}

/** Columns of equal length, all of them differences to the number before. */
export interface PackedSamples {
  readonly timeMs: readonly number[];
  readonly life: readonly number[];
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly z: readonly number[];
  readonly yawDeg: readonly number[];
  readonly health: readonly number[];
  readonly stance: readonly number[];
  readonly class: readonly number[];
  readonly weapon: readonly number[];
}

/** A player in a slot. At least one identity, in order of time; fast sampling is thinned out. */
export interface PackedActor {
  readonly slot: number;
  readonly isBot: boolean;
  readonly identities: readonly PackedIdentity[];
  readonly samples: PackedSamples;
}

/** Columns of equal length; `timeMs` holds differences. Every shot has an attacker, some have no position. */
export interface PackedShots {
  readonly timeMs: readonly number[];
  readonly attacker: readonly number[];
  readonly weapon: readonly (number | null)[];
  readonly x: readonly (number | null)[];
  readonly y: readonly (number | null)[];
  readonly z: readonly (number | null)[];
  readonly yawDeg: readonly (number | null)[];
}

/** Columns of equal length; `timeMs` holds differences. */
export interface PackedHits {
  readonly timeMs: readonly number[];
  readonly attacker: readonly (number | null)[];
  readonly target: readonly number[];
  /** Damage that counted, hit points. */
  readonly damage: readonly number[];
  /** The target's health after the hit; null where it is not known. */
  readonly health: readonly (number | null)[];
  /** 1 or 0. */
  readonly isHeadshot: readonly number[];
  readonly fromX: readonly (number | null)[];
  readonly fromY: readonly (number | null)[];
  readonly toX: readonly (number | null)[];
  readonly toY: readonly (number | null)[];
  readonly toZ: readonly (number | null)[];
}

/** Every other event: few, so each stands by itself. What it does not have is left out. */
export interface PackedEvent {
  readonly timeMs: number;
  readonly event: Exclude<CombatEvent, "fire" | "hit">;
  readonly attacker?: number;
  readonly target?: number;
  readonly relation?: Relation;
  readonly weapon?: number;
  readonly meansOfDeath?: number;
  readonly targetLife?: number;
  readonly distanceUnits?: number;
  /** Where the attacker was. */
  readonly from?: readonly [x: number, y: number, z: number];
  /** Where the target was. */
  readonly to?: readonly [x: number, y: number, z: number];
  /** Index in {@link PackedReplay.areas}: where a kill's target was. */
  readonly area?: number;
}

/** An engagement as in `ReplayEngagement`; null where the file says nothing. Participants are tuples. */
export interface PackedEngagement extends Omit<ReplayEngagement, "participants"> {
  readonly participants: readonly (readonly [actor: number, side: Side, startMs: number, endMs: number])[];
}

/** Something to fight for, and where its middle is when the round begins. */
export interface PackedObjective extends Pick<ReplayObjective, "kind" | "team"> {
  /** What it is, where the map gave it no name. */
  readonly name: readonly PackedRun[];
  readonly at: readonly [x: number, y: number, z: number];
  /** Left out where the files do not say it. */
  readonly stands?: boolean;
}

/** Something that happened to an objective. What it does not have is left out. */
export interface PackedObjectiveEvent extends Pick<ReplayObjectiveEvent, "event" | "timeMs"> {
  readonly actor?: number;
  readonly team?: number;
  /** Index in {@link PackedReplay.objectives}. */
  readonly objective?: number;
  readonly charge?: number;
  readonly stage?: number;
  readonly stages?: number;
  readonly sharePercent?: number;
  readonly reason?: NonNullable<ReplayObjectiveEvent["reason"]>;
  readonly at?: readonly [x: number, y: number, z: number];
}

/** How the use of a weapon is drawn: a line, a thrown or planted thing, or not at all. */
export type ShotKind = "bullet" | "thrown" | "melee" | "item";

/** The rectangle of the world that the map's own picture shows, in units, and the picture where there is one. */
export interface PackedGround {
  readonly bounds: readonly [minX: number, minY: number, maxX: number, maxY: number];
  /** A data URL. */
  readonly image?: string;
}

/** A named area of the map; without outline it is spots, which are where its labels are. */
export interface PackedArea {
  readonly name: readonly PackedRun[];
  readonly outline?: readonly (readonly [x: number, y: number])[];
  /** Heights, units: from the first up to the second. */
  readonly floor?: readonly [from: number, to: number];
  /** Where its name is written. */
  readonly labels: readonly (readonly [x: number, y: number])[];
}

/** The first hit or down of an enemy. */
export interface PackedContact {
  readonly timeMs: number;
  /** Index in {@link PackedReplay.areas}: where it landed. */
  readonly area: number;
}

/** Addresses of other pages, as a link takes them. */
export interface PackedLinks {
  /** The replay of the session's round before. */
  readonly previous?: string;
  /** The replay of the session's round after. */
  readonly next?: string;
}

/** All that a page is given. Actors go by their index in `actors`; events, shots and hits are in order of time. */
export interface PackedReplay {
  readonly round: PackedRound;
  readonly actors: readonly PackedActor[];
  readonly shots: PackedShots;
  readonly hits: PackedHits;
  readonly events: readonly PackedEvent[];
  readonly engagements: readonly PackedEngagement[];
  readonly teamPlay: readonly ReplayTeamPlay[];
  readonly objectives: readonly PackedObjective[];
  readonly objectiveEvents: readonly PackedObjectiveEvent[];
  readonly areas: readonly PackedArea[];
  /** Left out where it has no named area. */
  readonly firstContact?: PackedContact;
  readonly ground?: PackedGround;
  readonly links?: PackedLinks;
  /** Weapons that occur, by the engine's number. */
  readonly weapons: Readonly<Record<number, readonly [name: string, kind: ShotKind]>>;
  /** Means of death that occur, by the engine's number. */
  readonly meansOfDeath: Readonly<Record<number, string>>;
  /** By the engine's number. */
  readonly teams: readonly string[];
  readonly classes: readonly string[];
  readonly stances: readonly string[];
  /** Colours of the heatmap from few to many, `#rrggbb`. */
  readonly heatColours: readonly string[];
}
