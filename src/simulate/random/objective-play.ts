/**
 * What players of random matches do at objectives: they plant, defuse, build, carry, capture and repair, wherever their ways
 * lead them. The server shows of it what a real one would.
 */
import { TEAM_AXIS } from "../../engine/players.ts";
import { WEAPON_DYNAMITE, WEAPON_PLIERS } from "../../engine/weapons.ts";
import type { Client } from "../script/client.ts";
import type { ScriptedServer } from "../script/server.ts";
import { type Vector, distance, stepTowards } from "../script/vector.ts";
import { type ObjectiveMap, type Thing, VEHICLE_HEALTH } from "./objective-map.ts";
import { type Target, Targets } from "./objective-targets.ts";
import type { Random } from "../../seeded-random.ts";

const ENGINEER = 2;
const PANZERFAUST_MEANS = 15;
/** From how far players work at a thing, touch one, and move or damage a vehicle. */
const REACH_UNITS = 60;
const TOUCH_UNITS = 45;
const VEHICLE_UNITS = 400;
/** Pliers are used this often. */
const WORK_MS = 100;
const FUSE_MS = 30_000;
const RETURN_MS = 30_000;
const FIRST_FREE_ENTITY = 300;
/** Health of dynamite as it is thrown, and when all work at it is done; a step of that work. */
const THROWN_HEALTH = 5;
const DONE_HEALTH = 250;
const HEALTH_STEP = 7;
const REPAIR_STEPS = 20;
const VEHICLE_UPS = 60;
/** For each frame in which an enemy is near enough. */
const DISABLE_CHANCE = 0.003;
const HIDDEN_FLAGS = 0x1000000;
const DROPPED_FLAGS = 4096;

interface Charge {
  readonly entity: number;
  readonly thrower: number;
  readonly team: number;
  readonly at: Vector;
  readonly target: Target;
  health: number;
  armer: number;
  armedAtMs: number | undefined;
  /** When the engine takes the entity away. */
  freedAtMs: number | undefined;
}
interface Flag {
  readonly thing: Thing;
  pieces: number;
  carrier: number | undefined;
  where: Vector;
  dropped: { readonly entity: number; readonly sinceMs: number } | undefined;
}
interface Pole {
  readonly thing: Thing;
  team: number;
}
interface Vehicle {
  readonly thing: Thing;
  at: Vector;
  way: Vector[];
  isDisabled: boolean;
  repaired: number;
}

/** The objectives of one match. Call {@link ObjectivePlay.act} after each frame of play. */
export class ObjectivePlay {
  /** Where players go for objectives. */
  readonly places: readonly Vector[];
  readonly #server: ScriptedServer;
  readonly #random: Random;
  readonly #goals: readonly Thing[];
  readonly #targets: Targets;
  readonly #flags: Flag[];
  readonly #poles: Pole[];
  readonly #vehicles: Vehicle[];
  #charges: Charge[] = [];
  #busy = new Set<number>();
  #freeEntities: number[] = [];
  #nextEntity = FIRST_FREE_ENTITY;

  constructor(server: ScriptedServer, map: ObjectiveMap, random: Random) {
    this.#server = server;
    this.#random = random;
    this.#goals = map.goals;
    this.#targets = new Targets(server, map);
    this.#flags = map.flags.map((thing) => ({
      thing,
      pieces: 100,
      carrier: undefined,
      where: thing.at,
      dropped: undefined,
    }));
    this.#poles = map.poles.map((thing) => ({ thing, team: 0 }));
    this.#vehicles = map.vehicles.map((thing) => ({
      thing,
      at: thing.at,
      way: [],
      isDisabled: false,
      repaired: 0,
    }));
    const { walls, buildings, flags, goals, poles, vehicles } = map;
    this.places = [walls, buildings, flags, goals, poles, vehicles].flat().map(({ at }) => at);
  }

  /** Whether a player stands still to work at something. */
  isBusy(slot: number): boolean {
    return this.#busy.has(slot);
  }

  /** Does what players and the engine do at objectives after the frame at `timeMs`. */
  act(timeMs: number): void {
    this.#busy = new Set();
    const up = [...this.#server.clients()].filter(({ status }) => status === "up");
    for (const charge of this.#charges) this.#burn(charge, timeMs);
    this.#charges = this.#charges.filter(({ freedAtMs }) => freedAtMs === undefined || freedAtMs > timeMs);
    for (const client of up) if (client.playerClass === ENGINEER) this.#work(client, timeMs);
    for (const flag of this.#flags) this.#followFlag(flag, up, timeMs);
    for (const pole of this.#poles) this.#followPole(pole, up);
    for (const vehicle of this.#vehicles) this.#followVehicle(vehicle, up, timeMs);
  }

  #newEntity(): number {
    return this.#freeEntities.shift() ?? this.#nextEntity++;
  }

  #free(entity: number): void {
    this.#server.setEntity(entity, { classname: "freed", inuse: 0 });
    this.#freeEntities.push(entity);
  }

  #announce(text: string): void {
    this.#server.print(`legacy announce: "^7${text}"\n`);
  }

  /** An engineer does the nearest thing that there is to do. */
  #work(client: Client, timeMs: number): void {
    const isNear = (at: Vector): boolean => distance(client.origin, at) <= REACH_UNITS;
    const charge = this.#charges.find(
      ({ armedAtMs, at, freedAtMs, team }) =>
        freedAtMs === undefined && isNear(at) && (armedAtMs === undefined) === (team === client.team),
    );
    const building = this.#targets.toBuild(client.team, isNear);
    const vehicle = this.#vehicles.find(
      ({ at, isDisabled, thing }) => isDisabled && thing.team === client.team && isNear(at),
    );
    if (charge === undefined && building === undefined && vehicle === undefined) {
      this.#throwDynamite(client, isNear);
      return;
    }
    this.#busy.add(client.slot);
    if (timeMs % WORK_MS !== 0) return;
    this.#server.fire(client.slot, WEAPON_PLIERS);
    if (charge !== undefined) this.#workOnCharge(charge, client, timeMs);
    else if (building !== undefined) this.#targets.build(building, client);
    else if (vehicle !== undefined) this.#repair(vehicle, client);
  }

  #throwDynamite(client: Client, isNear: (at: Vector) => boolean): void {
    const target = this.#targets
      .toDestroy(client.team, isNear)
      .find((one) => !this.#charges.some((charge) => charge.target === one));
    if (target === undefined) return;
    const entity = this.#newEntity();
    const at = client.origin;
    this.#server.fire(client.slot, WEAPON_DYNAMITE);
    this.#server.setEntity(entity, {
      classname: "dynamite",
      inuse: 1,
      "s.eType": 3,
      "s.teamNum": client.team,
      "s.clientNum": client.slot,
      "s.effect1Time": 0,
      "r.currentOrigin": at,
      health: THROWN_HEALTH,
    });
    this.#charges.push({
      entity,
      thrower: client.slot,
      team: client.team,
      at,
      target,
      health: THROWN_HEALTH,
      armer: client.slot,
      armedAtMs: undefined,
      freedAtMs: undefined,
    });
  }

  #workOnCharge(charge: Charge, client: Client, timeMs: number): void {
    charge.health += HEALTH_STEP;
    const { entity, target, thrower } = charge;
    const { name } = target.thing;
    if (charge.health < DONE_HEALTH) this.#server.setEntity(entity, { health: charge.health });
    else if (charge.armedAtMs === undefined) {
      charge.armedAtMs = timeMs;
      charge.armer = client.slot;
      charge.health = THROWN_HEALTH;
      this.#announce(`Dynamite was planted at the ${name}.`);
      this.#server.setEntity(entity, { "s.effect1Time": timeMs, health: THROWN_HEALTH });
      this.#server.print(`Dynamite_Plant: ${thrower} the ${name}\n`);
    } else {
      charge.freedAtMs = timeMs + 100;
      this.#server.setEntity(entity, { health: 255 });
      this.#server.print(`Dynamite_Diffuse: ${client.slot} the ${name}\n`);
    }
  }

  /** Armed dynamite explodes after its time, and takes its target with it; the engine frees it later. */
  #burn(charge: Charge, timeMs: number): void {
    const { armedAtMs, entity, freedAtMs, target } = charge;
    if (freedAtMs !== undefined) {
      if (timeMs >= freedAtMs) this.#free(entity);
      return;
    }
    if (armedAtMs === undefined) {
      // Thrown by a player who left: the engine takes it away.
      if (this.#server.client(charge.thrower) === undefined) charge.freedAtMs = timeMs;
      if (charge.freedAtMs !== undefined) this.#free(entity);
      return;
    }
    if (timeMs < armedAtMs + FUSE_MS) return;
    charge.freedAtMs = timeMs + 350;
    this.#server.setEntity(entity, { "s.eType": 0, "s.clientNum": 1022 });
    this.#targets.explode(target, charge.armer);
  }

  #followFlag(flag: Flag, up: readonly Client[], timeMs: number): void {
    const { carrier, dropped, thing } = flag;
    if (carrier !== undefined) this.#carry(flag, carrier, timeMs);
    else if (dropped === undefined) {
      const thief = up.find(
        ({ carries, origin, team }) =>
          team !== thing.team && carries === 0 && distance(origin, flag.where) <= TOUCH_UNITS,
      );
      if (thief === undefined || flag.pieces === 0) return;
      flag.pieces -= 1;
      this.#server.setEntity(thing.entity, { "s.density": flag.pieces, flags: HIDDEN_FLAGS });
      this.#take(flag, thief);
    } else {
      const toucher = up.find(
        ({ carries, origin }) => carries === 0 && distance(origin, flag.where) <= TOUCH_UNITS,
      );
      if (toucher !== undefined && toucher.team !== thing.team) {
        this.#free(dropped.entity);
        this.#take(flag, toucher);
      } else if (toucher !== undefined || timeMs >= dropped.sinceMs + RETURN_MS) {
        if (toucher !== undefined) this.#server.reward(toucher.slot, 0);
        this.#free(dropped.entity);
        this.#giveBack(flag);
        this.#server.print(`legacy popup: returned "${thing.name}"\n`);
      }
    }
  }

  #take(flag: Flag, client: Client): void {
    const { name, team } = flag.thing;
    this.#server.print(
      `Item: ${client.slot} ${team === TEAM_AXIS ? "team_CTF_redflag" : "team_CTF_blueflag"}\n`,
    );
    this.#announce(`The ${name} was stolen.`);
    client.carries = team;
    client.message = name;
    this.#server.reward(client.slot, 0);
    flag.carrier = client.slot;
    flag.dropped = undefined;
  }

  #giveBack(flag: Flag): void {
    flag.pieces += 1;
    flag.carrier = undefined;
    flag.dropped = undefined;
    flag.where = flag.thing.at;
    this.#server.setEntity(flag.thing.entity, { "s.density": flag.pieces, flags: 0 });
  }

  #carry(flag: Flag, slot: number, timeMs: number): void {
    const { name, team } = flag.thing;
    const client = this.#server.client(slot);
    const goal = this.#goals.find((one) => one.team === team);
    if (client?.carries !== team) {
      const entity = this.#newEntity();
      flag.carrier = undefined;
      flag.dropped = { entity, sinceMs: timeMs };
      this.#server.setEntity(entity, {
        classname: team === TEAM_AXIS ? "team_CTF_redflag" : "team_CTF_blueflag",
        inuse: 1,
        message: name,
        flags: DROPPED_FLAGS,
        "r.currentOrigin": flag.where,
      });
      return;
    }
    flag.where = client.origin;
    if (goal === undefined || distance(client.origin, goal.at) > REACH_UNITS) return;
    client.carries = 0;
    this.#server.reward(slot, 0);
    this.#announce(`The ${name} was secured.`);
    flag.carrier = undefined;
    flag.where = flag.thing.at;
  }

  #followPole(pole: Pole, up: readonly Client[]): void {
    const { at, entity, name } = pole.thing;
    const client = up.find(({ origin, team }) => team !== pole.team && distance(origin, at) <= TOUCH_UNITS);
    if (client === undefined) return;
    pole.team = client.team;
    this.#server.reward(client.slot, 0);
    this.#server.setEntity(entity, { count: client.team });
    this.#announce(`The ${name} was captured.`);
  }

  #followVehicle(vehicle: Vehicle, up: readonly Client[], timeMs: number): void {
    if (vehicle.isDisabled) return;
    const { entity, team } = vehicle.thing;
    const near = up.filter(({ origin }) => distance(origin, vehicle.at) <= VEHICLE_UNITS);
    const enemy = near.find((client) => client.team !== team);
    if (enemy !== undefined && this.#random.chance(DISABLE_CHANCE)) {
      vehicle.isDisabled = true;
      vehicle.repaired = 0;
      this.#server.damage({
        target: entity,
        attacker: enemy.slot,
        damage: VEHICLE_HEALTH,
        meansOfDeath: PANZERFAUST_MEANS,
        flags: 1,
        region: undefined,
      });
      this.#server.setEntity(entity, { health: 0, enemy: enemy.slot });
      return;
    }
    if (!near.some((client) => client.team === team)) return;
    if (vehicle.way.length === 0) vehicle.way = [this.#random.pick(this.places)];
    const [target] = vehicle.way;
    if (target === undefined) return;
    vehicle.at = stepTowards(vehicle.at, target, VEHICLE_UPS / 20);
    if (vehicle.at === target) vehicle.way = [];
    if (timeMs % WORK_MS === 0) this.#server.setEntity(entity, { "r.currentOrigin": vehicle.at });
  }

  #repair(vehicle: Vehicle, client: Client): void {
    vehicle.repaired += 1;
    this.#server.reward(client.slot, 1);
    if (vehicle.repaired < REPAIR_STEPS) return;
    vehicle.isDisabled = false;
    this.#server.setEntity(vehicle.thing.entity, { health: VEHICLE_HEALTH });
    this.#server.print(`Repair: ${client.slot}\n`);
  }
}
