/**
 * A scripted game server: it does to its clients what ET:Legacy does, and records it as a Lua module would see it.
 *
 * A scenario, or the generator of random matches, tells it what the players do; the order of
 * callbacks and the state that each of them finds are decided here, as they were observed on a running server of 2.85.
 */
import { CONNECTED, ENTITY_WORLD, GIB_HEALTH, PMF_LIMBO, TEAM_SPECTATOR } from "../../engine/players.ts";
import { SLOTS } from "../../format/column.ts";
import {
  Client,
  type ClientIdentity,
  type MountedGun,
  PM_DEAD,
  PMF_FOLLOW,
  PMF_RESPAWNED,
} from "./client.ts";
import { CAMERA, ServerLife } from "./server-life.ts";
import type { OptionalCallback } from "./server-options.ts";
import type { Vector } from "./vector.ts";

export { FRAME_MS, type ServerOptions } from "./server-options.ts";

/** A body that was killed to pieces is in limbo in the second frame; one that was destroyed later, after half a second. */
const LIMBO_FRAMES_AFTER_DEATH = 2;
const LIMBO_FRAMES_AFTER_GIB = 11;
const LIMBO_FRAMES_AFTER_TAPOUT = 1;
/** How far health falls at most. */
const LOWEST_HEALTH = GIB_HEALTH - 1;
const SYRINGE = 11;
const MOD_SWITCH_TEAM = 59;
const CORPSE_ENTITY_TYPE = 41;
const INVULNERABLE_AFTER_REVIVE_MS = 3000;

/** A hit, as et_Damage tells of it. */
export interface Damage {
  /** A slot, or an entity from 64 on. */
  readonly target: number;
  /** A slot, or {@link ENTITY_WORLD}. */
  readonly attacker: number;
  /** Health points before any limit: more than the target has is fine. */
  readonly damage: number;
  /** The engine's number; so are the bits of the flags. */
  readonly meansOfDeath: number;
  readonly flags: number;
  /** The engine's number of the hit region, where it counts one. */
  readonly region: number | undefined;
}

const GUN_CALLBACKS: Readonly<Record<MountedGun, string>> = {
  fixed: "et_FixedMGFire",
  tank: "et_MountedMGFire",
  aa: "et_AAGunFire",
};

/**
 * What players do and suffer, at the time of the last frame: each method changes the clients and records the callbacks.
 * Throws an Error `nobody is in slot N` where a slot is empty that must not be, and one where a slot is to be joined that
 * is taken or not there.
 */
export class ScriptedServer extends ServerLife {
  /** A client comes from outside. It is in limbo until it is spawned. */
  join(identity: ClientIdentity): void {
    const client = new Client(identity);
    const { slot } = client;
    if (slot >= this.options.maxClients) throw new Error(`the server has no slot ${slot}`);
    if (this.slots[slot] !== undefined) throw new Error(`slot ${slot} is taken`);
    this.slots[slot] = client;
    this.writer.userinfo(slot, client.userinfo);
    client.resetForConnect();
    client.team = TEAM_SPECTATOR;
    client.write(this.writer);
    this.call("et_ClientConnect", slot, 1, identity.isBot ? 1 : 0);
    this.writer.field(slot, "pers.netname", client.name);
    this.#userinfoChanged(client);
    if (identity.team !== TEAM_SPECTATOR) this.call("et_ClientCommand", slot, "team");
    client.team = identity.team;
    this.#userinfoChanged(client);
    client.connected = CONNECTED;
    this.#userinfoChanged(client);
    this.#enterWithoutBody(client);
  }

  disconnect(slot: number): void {
    const client = this.#require(slot);
    this.#about(client);
    this.call("et_ClientDisconnect", slot);
    client.dropCarried();
    client.connected = 0;
    this.slots[slot] = undefined;
    client.write(this.writer);
  }

  /** A spawn out of limbo. */
  override spawn(slot: number, at?: Vector): void {
    const client = this.#require(slot);
    client.place(at ?? client.identity.spawnAt, this.levelTimeMs);
    this.#about(client);
    this.call("et_ClientSpawn", slot, 0, 0, 1);
  }

  changeTeam(slot: number, team: number): void {
    const client = this.#require(slot);
    this.call("et_ClientCommand", slot, "team");
    if (client.status === "up") {
      client.loseHealth();
      this.#die(client, slot, MOD_SWITCH_TEAM);
    }
    client.team = team;
    this.#userinfoChanged(client);
    this.#enterWithoutBody(client);
  }

  /** The class that the player has from the next spawn on. */
  changeClass(slot: number, playerClass: number): void {
    const client = this.#require(slot);
    client.latchedClass = playerClass;
    this.#userinfoChanged(client);
  }

  rename(slot: number, name: string): void {
    const client = this.#require(slot);
    client.name = name;
    this.writer.userinfo(slot, client.userinfo);
    this.writer.field(slot, "pers.netname", name);
    this.#userinfoChanged(client);
  }

  fire(slot: number, weapon: number): void {
    const client = this.#require(slot);
    this.#about(client);
    this.#callIfThere("et_WeaponFire", slot, weapon);
  }

  fireGun(slot: number, gun: MountedGun): void {
    const client = this.#require(slot);
    this.#about(client);
    this.call(GUN_CALLBACKS[gun], slot);
  }

  damage({ target, attacker, damage, meansOfDeath, flags, region }: Damage): void {
    const from = attacker < SLOTS ? this.#require(attacker) : undefined;
    const to = target < SLOTS ? this.#require(target) : undefined;
    // Of what nothing is said, it is a corpse.
    if (to === undefined && !this.isStated(target)) this.writer.field(target, "s.eType", CORPSE_ENTITY_TYPE);
    // The engine counts regions of living players only.
    if (from !== undefined && region !== undefined && to?.status === "up") {
      from.hitRegions[region] = (from.hitRegions[region] ?? 0) + 1;
    }
    if (to !== undefined) this.#about(to);
    if (from !== undefined) this.#about(from);
    this.#callIfThere("et_Damage", target, attacker, damage, flags, meansOfDeath);
    if (to === undefined) return;
    const wasUp = to.status === "up";
    to.health = Math.max(to.health - damage, LOWEST_HEALTH);
    if (wasUp && to.health <= 0) {
      this.#die(to, attacker, meansOfDeath);
    } else if (to.status === "down" && to.health <= GIB_HEALTH) {
      to.framesToLimbo ??= LIMBO_FRAMES_AFTER_GIB;
    }
  }

  /** Death without damage: `/kill`. */
  kill(slot: number, killer: number, meansOfDeath: number): void {
    const client = this.#require(slot);
    client.loseHealth();
    this.#die(client, killer, meansOfDeath);
  }

  revive(slot: number, medic: number, health: number): void {
    const client = this.#require(slot);
    this.fire(medic, SYRINGE);
    client.place(client.origin, this.levelTimeMs);
    this.#about(client);
    this.call("et_ClientSpawn", slot, 1, 0, 1);
    client.health = health;
    client.lastReviver = medic;
    client.pmFlags = 1;
    this.#about(client);
    const invulnerableUntilMs = this.levelTimeMs + INVULNERABLE_AFTER_REVIVE_MS;
    this.#callIfThere("et_Revive", slot, medic, invulnerableUntilMs);
  }

  /** Experience of a kind is given to a player. */
  reward(slot: number, skill: number): void {
    this.#about(this.#require(slot));
    this.#callIfThere("et_SetPlayerSkill", slot, skill);
  }

  tapOut(slot: number): void {
    const client = this.#require(slot);
    this.call("et_ClientCommand", slot, "forcetapout");
    client.framesToLimbo = LIMBO_FRAMES_AFTER_TAPOUT;
  }

  #callIfThere(callback: OptionalCallback, ...args: readonly number[]): void {
    if (!this.options.missingCallbacks.includes(callback)) this.call(callback, ...args);
  }

  #require(slot: number): Client {
    const client = this.slots[slot];
    if (client === undefined) throw new Error(`nobody is in slot ${slot}`);
    return client;
  }

  /** A callback is about this client: its state is written before. */
  #about(client: Client): void {
    client.write(this.writer);
  }

  #userinfoChanged(client: Client): void {
    this.#about(client);
    this.#callIfThere("et_ClientUserinfoChanged", client.slot);
  }

  protected override connectAgain(client: Client): void {
    const { slot, identity } = client;
    client.resetForConnect();
    client.write(this.writer);
    this.call("et_ClientConnect", slot, 0, identity.isBot ? 1 : 0);
    this.writer.field(slot, "pers.netname", client.name);
    this.#userinfoChanged(client);
    client.connected = CONNECTED;
    client.place(client.isPlaying ? identity.spawnAt : CAMERA, this.levelTimeMs);
    this.#about(client);
    this.call("et_ClientSpawn", slot, 0, 1, 1);
    this.call("et_ClientBegin", slot);
  }

  /** A client who joins or changes team is spawned for the callback's sake, and put into limbo at once. */
  #enterWithoutBody(client: Client): void {
    client.place(client.isPlaying ? client.identity.spawnAt : CAMERA, this.levelTimeMs);
    this.#about(client);
    this.call("et_ClientSpawn", client.slot, 0, 1, 1);
    if (client.isPlaying) {
      client.putIntoLimbo();
      client.health = 0;
      client.pmType = PM_DEAD;
      client.pmFlags = PMF_LIMBO | PMF_FOLLOW | PMF_RESPAWNED;
      this.#about(client);
    }
    this.call("et_ClientBegin", client.slot);
  }

  #die(client: Client, killer: number, meansOfDeath: number): void {
    client.status = "down";
    client.pmType = PM_DEAD;
    client.gun = undefined;
    client.isSprinting = false;
    if (client.health <= GIB_HEALTH) client.framesToLimbo = LIMBO_FRAMES_AFTER_DEATH;
    this.#about(client);
    const isClient = killer < SLOTS;
    this.#callIfThere("et_Obituary", client.slot, isClient ? killer : ENTITY_WORLD, meansOfDeath);
    client.dropCarried();
  }
}
