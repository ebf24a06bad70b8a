/** What one player of a random match does: roam, fight, fall, get up again. */
import { ENTITY_WORLD } from "../../engine/players.ts";
import { HIT_REGIONS } from "../../format/columns.ts";
import type { Client } from "../script/client.ts";
import { flagsOf, regionOf } from "../script/hits.ts";
import type { ScriptedServer } from "../script/server.ts";
import { FRAME_MS } from "../script/server-options.ts";
import { type Vector, distance, viewTowards } from "../script/vector.ts";
import { type Walk, halt, walk } from "../script/walk.ts";
import type { Arena } from "./arena.ts";
import type { ObjectivePlay } from "./objective-play.ts";
import { type Arm, GRENADES, MP40, pickArm } from "./arms.ts";
import type { Random } from "../../seeded-random.ts";

const MEDIC = 1;
const LOOK_AROUND_MS = 250;
const REVIVE_UNITS = 60;
const MEDIC_SIGHT_UNITS = 900;
const GRENADE_FUSE_MS = 2500;
const GRENADE_UNITS = 300;
const FALLING = 32;
/** Of all ways, those to an objective. */
const OBJECTIVE_CHANCE = 0.4;
const BODY = HIT_REGIONS.indexOf("body");
const HEAD = HIT_REGIONS.indexOf("head");

/** An explosion to come. */
interface Fuse {
  readonly atMs: number;
  readonly thrower: number;
  readonly meansOfDeath: number;
  readonly where: Vector;
}

/** What the players of one match share. */
export interface MatchInPlay {
  readonly server: ScriptedServer;
  readonly arena: Arena;
  readonly random: Random;
  readonly objectives: ObjectivePlay;
  /** Explosions to come, the next one first. */
  readonly fuses: Fuse[];
}

/**
 * The player in one slot. Call {@link Fighter.move} before each frame of the server and {@link Fighter.act} after it;
 * both do nothing while the slot is empty.
 */
export class Fighter {
  readonly #match: MatchInPlay;
  readonly #slot: number;
  #walk: Walk | undefined;
  #arm: Arm = MP40;
  #target: number | undefined;
  #shotsLeft = 0;
  #nextShotMs = 0;
  #nextLookMs: number;
  #downSinceMs: number | undefined;
  #tapsOutAfterMs = 0;
  #wasUp = false;

  constructor(match: MatchInPlay, slot: number) {
    this.#match = match;
    this.#slot = slot;
    this.#nextLookMs = match.random.integer(0, LOOK_AROUND_MS);
  }

  /** Moves the player into the next frame. */
  move(): void {
    const client = this.#match.server.client(this.#slot);
    if (client?.status !== "up") {
      this.#walk = undefined;
      return;
    }
    if (this.#match.objectives.isBusy(this.#slot)) {
      halt(client);
      return;
    }
    if (this.#walk === undefined || this.#walk.path.length === 0) {
      halt(client);
      if (this.#match.random.chance(0.9)) this.#walk = this.#newWalk(client);
      return;
    }
    this.#walk = walk(client, this.#walk);
  }

  /** Does what the player does after the frame at `timeMs`. */
  act(timeMs: number): void {
    const client = this.#match.server.client(this.#slot);
    if (client === undefined) return;
    if (client.status === "up") this.#fight(client, timeMs);
    else if (client.status === "down") this.#lie(client, timeMs);
    this.#wasUp = client.status === "up";
  }

  #newWalk(client: Client): Walk {
    const { random, arena, objectives } = this.#match;
    const sprints = random.chance(0.2);
    const isForObjective = random.chance(OBJECTIVE_CHANCE);
    return {
      path: [isForObjective ? random.pick(objectives.places) : arena.goal(client.team, random)],
      speedUps: sprints ? random.between(300, 350) : random.between(120, 280),
      sprints,
      keepsView: false,
    };
  }

  #fight(client: Client, timeMs: number): void {
    const { server, random } = this.#match;
    if (!this.#wasUp) {
      this.#arm = pickArm(client.playerClass, client.team, random);
      client.weapon = this.#arm.weapon;
      this.#downSinceMs = undefined;
      this.#target = undefined;
    }
    if (timeMs >= this.#nextLookMs) {
      this.#nextLookMs = timeMs + LOOK_AROUND_MS;
      this.#lookAround(client, timeMs);
    }
    const target = this.#target === undefined ? undefined : server.client(this.#target);
    if (target?.status !== "up" && !this.#finishesOff(target)) {
      this.#target = undefined;
      return;
    }
    this.#aim(client, target);
    if (timeMs < this.#nextShotMs) return;
    this.#shoot(client, target);
    this.#shotsLeft -= 1;
    const pauseMs = this.#shotsLeft > 0 ? 0 : FRAME_MS * random.integer(10, 40);
    this.#nextShotMs = timeMs + this.#arm.intervalMs + pauseMs;
    if (this.#shotsLeft <= 0) this.#shotsLeft = random.integer(...this.#arm.burst);
  }

  /** Some shoot on at a body until it is destroyed. */
  #finishesOff(target: Client | undefined): target is Client {
    return target?.status === "down" && this.#slot % 4 === 0;
  }

  #lookAround(client: Client, timeMs: number): void {
    const { server, arena, random } = this.#match;
    if (client.playerClass === MEDIC && this.#help(client)) return;
    if (this.#target === undefined) {
      let nearest = this.#arm.rangeUnits;
      for (const other of server.clients()) {
        if (other.team === client.team || other.status !== "up") continue;
        const units = distance(client.origin, other.origin);
        if (units >= nearest || !arena.isOpen(client.origin, other.origin)) continue;
        nearest = units;
        this.#target = other.slot;
      }
      if (this.#target === undefined) return;
      this.#shotsLeft = random.integer(...this.#arm.burst);
      this.#nextShotMs = timeMs + FRAME_MS * random.integer(3, 10);
      if (random.chance(0.5)) this.#walk = undefined;
    } else {
      const target = server.client(this.#target);
      const isLost =
        target === undefined ||
        distance(client.origin, target.origin) > this.#arm.rangeUnits ||
        !arena.isOpen(client.origin, target.origin);
      if (isLost) this.#target = undefined;
      else if (random.chance(0.04)) this.#throwGrenade(client, target, timeMs);
    }
  }

  /** A medic goes to a fallen teammate, or revives them. */
  #help(client: Client): boolean {
    const { server } = this.#match;
    for (const other of server.clients()) {
      if (other.team !== client.team || other.status !== "down" || other.framesToLimbo !== undefined)
        continue;
      const units = distance(client.origin, other.origin);
      if (units > MEDIC_SIGHT_UNITS) continue;
      if (units <= REVIVE_UNITS) {
        server.revive(other.slot, this.#slot, Math.floor(other.identity.maximumHealth / 2));
        client.weapon = this.#arm.weapon;
      } else {
        this.#walk = { path: [other.origin], speedUps: 280, sprints: false, keepsView: false };
      }
      return true;
    }
    return false;
  }

  #throwGrenade(client: Client, target: Client, timeMs: number): void {
    const { server, fuses, random } = this.#match;
    const grenade = GRENADES[client.team - 1] ?? GRENADES[0];
    client.weapon = grenade.weapon;
    server.fire(this.#slot, grenade.weapon);
    client.weapon = this.#arm.weapon;
    fuses.push({
      atMs: timeMs + GRENADE_FUSE_MS,
      thrower: this.#slot,
      meansOfDeath: grenade.meansOfDeath,
      where: [
        target.origin[0] + random.between(-200, 200),
        target.origin[1] + random.between(-200, 200),
        target.origin[2],
      ],
    });
  }

  #aim(client: Client, target: Client): void {
    const view = viewTowards(client.origin, target.origin);
    if (view === undefined) return;
    const { random } = this.#match;
    client.pitchDeg = view.pitchDeg + random.between(-1.5, 1.5);
    client.yawDeg = view.yawDeg + random.between(-3, 3);
  }

  #shoot(client: Client, target: Client): void {
    const { server, random } = this.#match;
    const { weapon, meansOfDeath, accuracy, rangeUnits, damage, headDamage } = this.#arm;
    server.fire(this.#slot, weapon);
    const units = distance(client.origin, target.origin);
    if (!random.chance(accuracy * (1 - units / (rangeUnits * 1.2)))) return;
    const spot = random.chance(0.12) ? HEAD : random.chance(0.6) ? BODY : random.integer(1, 3);
    const region = regionOf(meansOfDeath, spot);
    const falloff = units < 600 ? 1 : 0.8;
    server.damage({
      target: target.slot,
      attacker: this.#slot,
      damage: Math.floor((region === HEAD ? headDamage : damage) * falloff),
      meansOfDeath,
      flags: flagsOf(meansOfDeath),
      region,
    });
  }

  #lie(client: Client, timeMs: number): void {
    const { server, random } = this.#match;
    if (this.#downSinceMs === undefined || this.#wasUp) {
      this.#downSinceMs = timeMs;
      this.#tapsOutAfterMs = random.integer(1500, 9000);
      this.#target = undefined;
      this.#walk = undefined;
    }
    const isOver = timeMs - this.#downSinceMs >= this.#tapsOutAfterMs;
    if (isOver && client.framesToLimbo === undefined) server.tapOut(this.#slot);
  }
}

/** Sets off what is due. */
export function explode({ server, fuses }: MatchInPlay, timeMs: number): void {
  while (fuses[0] !== undefined && fuses[0].atMs <= timeMs) {
    const { thrower, meansOfDeath, where } = fuses[0];
    fuses.shift();
    if (server.client(thrower) === undefined) continue;
    for (const client of server.clients()) {
      if (!client.isInWorld) continue;
      const units = distance(client.origin, where);
      if (units >= GRENADE_UNITS) continue;
      server.damage({
        target: client.slot,
        attacker: thrower,
        damage: Math.floor(250 * (1 - units / GRENADE_UNITS)),
        meansOfDeath,
        flags: flagsOf(meansOfDeath),
        region: undefined,
      });
    }
  }
}

/** A player falls from a height. */
export function fall(server: ScriptedServer, slot: number, damage: number): void {
  server.damage({
    target: slot,
    attacker: ENTITY_WORLD,
    damage,
    meansOfDeath: FALLING,
    flags: flagsOf(FALLING),
    region: undefined,
  });
}
