/** What kind of server a script runs on. */
import { TEAM_AXIS } from "../../engine/players.ts";
import type { Vector } from "./vector.ts";

/** Length of a game frame at the engine's default of `sv_fps` 20. */
export const FRAME_MS = 50;
/** Round time from which on frames last 50 ms; nothing that happens before is a player's doing. */
export const FIRST_ACTION_MS = 1000;

/** Factors by which the engine hides the offsets of the spawn waves in configstring 31. */
const WAVE_SEEDS = [11, 3, 13, 7, 2, 5, 1, 17] as const;
/** Which of them carry the offsets here; any choice will do. */
const ALLIES_SEED = 5;
const AXIS_SEED = 2;

/** Callbacks that an older engine does not call, or that a module in front swallows. */
export const OPTIONAL_CALLBACKS = [
  "et_Revive",
  "et_Obituary",
  "et_Damage",
  "et_WeaponFire",
  "et_SetPlayerSkill",
  "et_ClientUserinfoChanged",
] as const;
/** A word of {@link OPTIONAL_CALLBACKS}. */
export type OptionalCallback = (typeof OPTIONAL_CALLBACKS)[number];

/** What holds for the whole life of a server. Texts have one character a byte. */
export interface ServerOptions {
  /** The map of the first VM. */
  readonly map: string;
  /** The engine's number, see `GAME_TYPE_NAMES`. */
  readonly gameType: number;
  readonly timeLimitMinutes: number;
  readonly hostName: string;
  /** The cvar `mod_version`. */
  readonly version: string;
  /** The cvar `sv_maxclients`: slots are below it. */
  readonly maxClients: number;
  /** When the first VM begins, seconds since 1970. */
  readonly startUnixTime: number;
  /** Level time at which the first VM begins. */
  readonly startLevelTimeMs: number;
  /** Time between two spawn waves, and the offset of the first, by team. */
  readonly axisWaveMs: number;
  readonly alliesWaveMs: number;
  readonly axisWaveOffsetS: number;
  readonly alliesWaveOffsetS: number;
  /** Whether players in limbo spawn with the waves by themselves. */
  readonly spawnsWithWaves: boolean;
  /** Set at the start of every VM, over those that the server sets itself. */
  readonly cvars: Readonly<Record<string, string>>;
  /** Fields that `gentity_get` refuses to read, as an engine that lacks them does. */
  readonly missingFields: readonly string[];
  readonly missingCallbacks: readonly OptionalCallback[];
  /** The entities from 64 on that each VM begins with, by number. */
  readonly entities?: ReadonlyMap<number, EntityFields>;
  /** Configstrings that each VM begins with, over those that the server sets itself. */
  readonly configstrings?: ReadonlyMap<number, string>;
}

/** Fields of an entity by the engine's names; `null` is the engine's nil. */
export type EntityFields = Readonly<Record<string, EntityValue>>;
/** A value of a field: a point for a vector. */
export type EntityValue = string | number | Vector | null;

/** The offsets of the spawn waves as configstring 31 hides them. */
export function waveSeeds({ axisWaveOffsetS, alliesWaveOffsetS }: ServerOptions): string {
  const values = WAVE_SEEDS.map((seed, index) => seed * (index + 1));
  values[AXIS_SEED] = WAVE_SEEDS[AXIS_SEED] * axisWaveOffsetS;
  values[ALLIES_SEED] = WAVE_SEEDS[ALLIES_SEED] * alliesWaveOffsetS;
  return [ALLIES_SEED * 8 + 3, AXIS_SEED * 4 + 1, ...values].join(" ");
}

/** Whether a team's players spawn in the frame at this round time. */
export function isWaveDue(options: ServerOptions, team: number, roundMs: number): boolean {
  const [waveMs, offsetS] =
    team === TEAM_AXIS
      ? [options.axisWaveMs, options.axisWaveOffsetS]
      : [options.alliesWaveMs, options.alliesWaveOffsetS];
  return (roundMs + offsetS * 1000) % waveMs < FRAME_MS;
}
