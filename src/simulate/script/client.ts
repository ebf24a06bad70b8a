/** One client of a scripted server: what the engine holds about it, and how that goes into a recording. */
import {
  CONNECTED,
  EF_AAGUN_ACTIVE,
  EF_CROUCHING,
  EF_MG42_ACTIVE,
  EF_MOUNTED_TANK,
  EF_PRONE,
  EF_ZOOMING,
  PMF_LIMBO,
  STANCE_CROUCHING,
  STANCE_PRONE,
  STANCE_STANDING,
  STAT_SPRINT_TIME,
  SVF_BOT,
  TEAM_ALLIES,
  TEAM_AXIS,
  TEAM_SPECTATOR,
} from "../../engine/players.ts";
import type { RecordingWriter } from "./recording-writer.ts";
import type { Vector } from "./vector.ts";

/** What the script says about a player who is on the server. Texts have one character a byte. */
export interface ClientIdentity {
  readonly slot: number;
  readonly name: string;
  readonly guid: string;
  readonly isBot: boolean;
  readonly team: number;
  readonly playerClass: number;
  /** Where the player spawns. */
  readonly spawnAt: Vector;
  readonly maximumHealth: number;
  /** Whose view a spectator or a player in limbo gets; undefined for whom the engine finds first. */
  readonly follows: number | undefined;
}

/** A gun that a player mounts: a fixed machine gun, the one on a tank, an anti-aircraft gun. */
export type MountedGun = "fixed" | "tank" | "aa";

/** Alive; downed and in the world; waiting for the next wave; watching. */
export type ClientStatus = "up" | "down" | "limbo" | "spectator";

/** `ps.pm_type` of a player who moves freely. Source of this and what follows: `src/game/bg_public.h` of ET:Legacy. */
export const PM_NORMAL = 0;
const PM_SPECTATOR = 2;
/** The same of a player who is down. */
export const PM_DEAD = 3;

const PMF_DUCKED = 1;
/** Bit of `ps.pm_flags`: has just spawned. */
export const PMF_RESPAWNED = 512;
/** Bit of `ps.pm_flags`: follows another player and gets a copy of that player's `ps`. */
export const PMF_FOLLOW = 4096;
const EF_DEAD = 1;
const EF_TELEPORT_BIT = 4;
const VIEW_HEIGHTS = [40, 16, -8] as const;
const DEAD_VIEW_HEIGHT = -16;
const FULL_STAMINA = 20000;
const JUMP_STAMINA = 2500;
/** The value of `ps.powerups` for what is carried until it is lost. */
const CARRIED = 2147483647;
const GROUND_AIR = 1023;
const GROUND_WORLD = 1022;
/** The weapons that players hold when nothing else is said: MP 40 and Thompson. */
const AXIS_WEAPON = 3;
const ALLIES_WEAPON = 8;

const GUN_FLAGS: Readonly<Record<MountedGun, number>> = {
  fixed: EF_MG42_ACTIVE,
  tank: EF_MOUNTED_TANK,
  aa: EF_AAGUN_ACTIVE,
};

/**
 * The engine's state of one client, which the server and the scripts change; {@link Client.write} records what a module
 * can see of it. Numbers of teams, classes and weapons are the engine's.
 */
export class Client {
  readonly slot: number;
  identity: ClientIdentity;
  name: string;
  team: number;
  playerClass: number;
  /** The class from the next spawn on. */
  latchedClass: number;
  follows: number | undefined;
  /** `pers.connected`: 0 is an empty slot, 1 a client that is still loading, 2 one that is in the game. */
  connected = 0;
  status: ClientStatus = "limbo";
  /** Health points, not above 0 for who is down or in limbo; `ps.stats[0]` follows at the end of a frame. */
  health = 0;
  weapon = 0;
  /** `ps.origin`, in units. */
  origin: Vector = [0, 0, 0];
  /** `ps.velocity`, in units per second. */
  velocity: Vector = [0, 0, 0];
  /** Positive is down; yaw is counter-clockwise from the x axis. */
  pitchDeg = 0;
  yawDeg = 0;
  stance = STANCE_STANDING;
  isZoomed = false;
  gun: MountedGun | undefined;
  isSprinting = false;
  pmType = PM_NORMAL;
  pmFlags = 0;
  /** Of the eyes above the origin, in units. */
  viewHeight = 0;
  isInAir = false;
  /** Level time. */
  lastSpawnTimeMs = 0;
  /** Slot of the medic, or -1 for none. */
  lastReviver = -1;
  /** Hits that the player landed, by the engine's number of the region. */
  readonly hitRegions: [number, number, number, number] = [0, 0, 0, 0];
  /** Frames until a body that was destroyed, or a player who tapped out, is in limbo. */
  framesToLimbo: number | undefined;
  /** The team whose documents, gold or the like the player carries, 0 for none. */
  carries = 0;
  /** The name of what the player took last, which stays when it was brought home. */
  message: string | undefined;
  #hadMessage = false;
  #statHealth = 0;
  #stamina = FULL_STAMINA;
  #eFlags = 0;
  #teleportBit = 0;

  constructor(identity: ClientIdentity) {
    this.slot = identity.slot;
    this.identity = identity;
    this.name = identity.name;
    this.team = identity.team;
    this.playerClass = identity.playerClass;
    this.latchedClass = identity.playerClass;
    this.follows = identity.follows;
  }

  get isPlaying(): boolean {
    return this.team !== TEAM_SPECTATOR;
  }

  /** In the world: neither in limbo nor watching. */
  get isInWorld(): boolean {
    return this.connected === CONNECTED && (this.status === "up" || this.status === "down");
  }

  get userinfo(): string {
    const { guid, isBot } = this.identity;
    const address = isBot ? "localhost" : "198.51.100.7:27960";
    return `\\name\\${this.name}\\rate\\25000\\snaps\\20\\ip\\${address}\\cl_guid\\${guid}`;
  }

  /** Jumps: that costs stamina at once. The player stays where they are. */
  jump(): void {
    this.#stamina = Math.max(0, this.#stamina - JUMP_STAMINA);
  }

  /** Death without damage: the engine clears the health and its copy at once. */
  loseHealth(): void {
    this.health = Math.min(this.health, 0);
    this.#statHealth = this.health;
  }

  /** What the player carries lies on the floor. */
  dropCarried(): void {
    if (this.carries !== 0) this.message = undefined;
    this.carries = 0;
  }

  /** The state in which et_ClientConnect finds a client. */
  resetForConnect(): void {
    this.connected = 1;
    this.carries = 0;
    this.message = undefined;
    this.health = 0;
    this.#statHealth = 0;
    this.#stamina = 0;
    this.origin = [0, 0, 0];
    this.velocity = [0, 0, 0];
    this.pitchDeg = 0;
    this.yawDeg = 0;
    this.#eFlags = 0;
    this.hitRegions.fill(0);
    this.framesToLimbo = undefined;
    this.gun = undefined;
    this.stance = STANCE_STANDING;
    this.isZoomed = false;
    this.isSprinting = false;
  }

  /** Into the world at a spawn point: what et_ClientSpawn finds. */
  place(at: Vector, levelTimeMs: number): void {
    this.playerClass = this.latchedClass;
    this.carries = 0;
    this.health = this.identity.maximumHealth;
    this.#statHealth = this.health;
    this.#stamina = FULL_STAMINA;
    this.#teleportBit = this.#teleportBit === 0 ? EF_TELEPORT_BIT : 0;
    this.#eFlags = this.#teleportBit;
    this.status = this.isPlaying ? "up" : "spectator";
    this.weapon = this.team === TEAM_AXIS ? AXIS_WEAPON : ALLIES_WEAPON;
    this.stance = STANCE_STANDING;
    this.isZoomed = false;
    this.gun = undefined;
    this.isSprinting = false;
    this.pmFlags = PMF_RESPAWNED;
    this.pmType = PM_NORMAL;
    this.viewHeight = 0;
    this.isInAir = true;
    this.lastSpawnTimeMs = levelTimeMs;
    this.origin = at;
    this.velocity = [0, 0, 0];
    this.framesToLimbo = undefined;
  }

  /** Out of the world, with a view of its own until it can follow a player. */
  putIntoLimbo(): void {
    this.status = "limbo";
    this.framesToLimbo = undefined;
    this.gun = undefined;
    this.pmType = PM_SPECTATOR;
    this.pmFlags = PMF_LIMBO | PMF_FOLLOW;
  }

  /** What the engine does at the end of a frame to a client with a body of its own. */
  finishFrame(frameMs: number): void {
    this.#statHealth = this.health;
    if (this.status === "down") {
      this.#eFlags |= EF_DEAD;
      this.viewHeight = DEAD_VIEW_HEIGHT;
      this.pitchDeg = 0;
      this.velocity = [0, 0, 0];
      return;
    }
    this.pmFlags = this.stance === STANCE_CROUCHING ? PMF_DUCKED : 0;
    this.isInAir = false;
    this.viewHeight = VIEW_HEIGHTS[this.stance] ?? VIEW_HEIGHTS[0];
    this.#eFlags = this.#teleportBit;
    if (this.stance === STANCE_CROUCHING) this.#eFlags |= EF_CROUCHING;
    if (this.stance === STANCE_PRONE) this.#eFlags |= EF_PRONE;
    if (this.isZoomed) this.#eFlags |= EF_ZOOMING;
    if (this.gun !== undefined) this.#eFlags |= GUN_FLAGS[this.gun];
    const isMoving = this.velocity[0] !== 0 || this.velocity[1] !== 0 || this.velocity[2] !== 0;
    // Sprinting uses up 5,000 a second, rest gives 1,000 back.
    const change = this.isSprinting && isMoving ? -5 * frameMs : frameMs;
    this.#stamina = Math.min(FULL_STAMINA, Math.max(0, this.#stamina + change));
  }

  /** Players in limbo and spectators who follow get the whole `ps` of another player. */
  copyFrom(other: Client): void {
    this.origin = other.origin;
    this.velocity = other.velocity;
    this.pitchDeg = other.pitchDeg;
    this.yawDeg = other.yawDeg;
    this.weapon = other.weapon;
    this.viewHeight = other.viewHeight;
    this.pmType = other.pmType;
    const own = this.status === "limbo" ? PMF_LIMBO | PMF_FOLLOW : PMF_FOLLOW;
    this.pmFlags = (other.pmFlags & ~(PMF_LIMBO | PMF_FOLLOW)) | own;
    this.#statHealth = other.#statHealth;
    this.#stamina = other.#stamina;
    this.#eFlags = other.#eFlags;
    this.carries = other.carries;
  }

  /** Everything looks at the intermission's camera. */
  moveToCamera(at: Vector, pmType: number): void {
    this.pmType = pmType;
    this.origin = at;
    this.pitchDeg = 60;
    this.yawDeg = 0;
  }

  /** The fields of an empty slot, as et_InitGame finds them all. */
  static writeEmpty(slot: number, writer: RecordingWriter): void {
    for (const field of EMPTY_FIELDS) writer.field(slot, field, 0);
    writer.field(slot, "pers.netname", "");
    writer.field(slot, "ps.leanf", "0.0");
  }

  write(writer: RecordingWriter): void {
    const { slot } = this;
    const isConnected = this.connected > 0;
    writer.field(slot, "inuse", isConnected ? 1 : 0);
    writer.field(slot, "pers.connected", this.connected);
    writer.field(slot, "sess.sessionTeam", isConnected ? this.team : 0);
    writer.field(slot, "sess.playerType", this.playerClass);
    writer.field(slot, "sess.latchPlayerType", this.latchedClass);
    writer.field(slot, "health", this.health);
    writer.field(slot, "ps.weapon", isConnected ? this.weapon : 0);
    writer.field(slot, "ps.eFlags", this.#eFlags);
    writer.field(slot, "ps.pm_flags", this.pmFlags);
    writer.field(slot, "ps.pm_type", this.pmType);
    writer.field(slot, "r.svFlags", this.identity.isBot ? SVF_BOT : 0);
    writer.field(slot, "s.groundEntityNum", this.isInAir ? GROUND_AIR : GROUND_WORLD);
    writer.field(slot, "ps.viewheight", this.viewHeight);
    writer.field(slot, "pers.lastSpawnTime", this.lastSpawnTimeMs);
    writer.field(slot, "pers.lastrevive_client", this.lastReviver);
    if (!isConnected) return;
    writer.vector(slot, "ps.origin", ...this.origin);
    writer.vector(slot, "ps.velocity", ...this.velocity);
    writer.vector(slot, "ps.viewangles", this.pitchDeg, this.yawDeg, 0);
    writer.field(slot, "ps.stats[0]", this.#statHealth);
    writer.field(slot, "ps.stats[1]", 0);
    writer.field(slot, `ps.stats[${STAT_SPRINT_TIME}]`, this.#stamina);
    for (const [region, hits] of this.hitRegions.entries()) {
      writer.field(slot, HIT_REGION_FIELDS[region] ?? "", hits);
    }
    writer.field(slot, "ps.powerups[5]", this.carries === TEAM_AXIS ? CARRIED : 0);
    writer.field(slot, "ps.powerups[6]", this.carries === TEAM_ALLIES ? CARRIED : 0);
    if (this.message !== undefined) this.#hadMessage = true;
    if (this.#hadMessage) writer.field(slot, "message", this.message ?? "nil");
  }
}

const HIT_REGION_FIELDS = [0, 1, 2, 3].map((region) => `pers.playerStats.hitRegions[${region}]`);

const EMPTY_FIELDS = [
  "inuse",
  "pers.connected",
  "sess.sessionTeam",
  "sess.playerType",
  "health",
  "ps.weapon",
  "ps.eFlags",
  "ps.pm_flags",
  "ps.pm_type",
  "ps.ping",
  "r.svFlags",
  "s.groundEntityNum",
  "ps.viewheight",
  "pers.lastSpawnTime",
  "sess.latchPlayerType",
];
