/** Walls and buildings of random matches: what is blown up, built, and blown up again. */
import { CS_MULTI_OBJECTIVE } from "../../engine/game.ts";
import { MEANS_DYNAMITE } from "../../engine/means-of-death.ts";
import type { Client } from "../script/client.ts";
import type { ScriptedServer } from "../script/server.ts";
import type { Vector } from "../script/vector.ts";
import { type ObjectiveMap, STAGES, type Thing } from "./objective-map.ts";

/** `s.angles2` of a stage that is nearly built, and a step of that work. */
const DONE_PROGRESS = 250;
const PROGRESS_STEP = 10;

/** Something that is blown up once. */
export interface Wall {
  readonly kind: "wall";
  readonly thing: Thing;
  isStanding: boolean;
}
/** Something that is built in stages. */
export interface Building {
  readonly kind: "building";
  readonly thing: Thing;
  built: number;
  progress: number;
}
/** What dynamite is thrown at. */
export type Target = Wall | Building;

/** The walls and buildings of one match. */
export class Targets {
  readonly #server: ScriptedServer;
  readonly #walls: Wall[];
  readonly #buildings: Building[];

  constructor(server: ScriptedServer, map: ObjectiveMap) {
    this.#server = server;
    this.#walls = map.walls.map((thing) => ({ kind: "wall", thing, isStanding: true }));
    this.#buildings = map.buildings.map((thing) => ({ kind: "building", thing, built: 0, progress: 0 }));
  }

  /** What a team can build at a place. */
  toBuild(team: number, isNear: (at: Vector) => boolean): Building | undefined {
    return this.#buildings.find(
      ({ built, thing }) => thing.team === team && built < STAGES && isNear(thing.at),
    );
  }

  /** What a team can blow up at a place. */
  toDestroy(team: number, isNear: (at: Vector) => boolean): Target[] {
    return [...this.#walls, ...this.#buildings].filter(
      (one) =>
        one.thing.team !== team &&
        (one.kind === "wall" ? one.isStanding : one.built > 0) &&
        isNear(one.thing.at),
    );
  }

  /** Dynamite takes a wall, or a stage of a building; `armer` is who armed it. */
  explode(target: Target, armer: number): void {
    if (target.kind === "building") this.#destroyStage(target, armer);
    else if (target.isStanding) this.#blowUp(target, armer);
  }

  #blowUp(wall: Wall, armer: number): void {
    const { entity, name } = wall.thing;
    wall.isStanding = false;
    this.#server.setEntity(entity, { takedamage: 0, health: 0 });
    this.#server.print(`Objective_Destroyed: ${armer} the ${name}\n`);
    this.#server.print(`legacy announce: "^7The ${name} was destroyed."\n`);
    const parts = this.#walls.map(({ isStanding }, index) =>
      isStanding ? `\\x${index + 1}\\0\\a${index + 1}\\0` : `\\x${index + 1}\\2\\a${index + 1}\\1`,
    );
    this.#server.setConfigstring(CS_MULTI_OBJECTIVE, parts.join(""));
  }

  /** An engineer works at a building with pliers once. */
  build(building: Building, client: Client): void {
    const { entity, name } = building.thing;
    building.progress += PROGRESS_STEP;
    this.#server.reward(client.slot, 1);
    if (building.progress < DONE_PROGRESS) {
      this.#server.setEntity(entity, {
        entstate: 2,
        "r.linked": 1,
        "s.frame": building.built + 1,
        "s.angles2": [building.progress, 0, 0],
      });
      return;
    }
    building.built += 1;
    building.progress = 0;
    const isFinal = building.built === STAGES;
    this.#server.print(`legacy announce: "^7The ${name} was built."\n`);
    if (isFinal) this.#server.print(`Repair: ${client.slot}\n`);
    this.#server.setEntity(entity, {
      entstate: 0,
      takedamage: 1,
      health: 0,
      "s.angles2": [0, isFinal ? 1 : 0, 0],
      "s.modelindex": 10 + building.built,
    });
  }

  #destroyStage(building: Building, armer: number): void {
    if (building.built === 0) return;
    const { entity } = building.thing;
    const isThere = this.#server.client(armer) !== undefined;
    if (isThere)
      this.#server.damage({
        target: entity,
        attacker: armer,
        damage: 400,
        meansOfDeath: MEANS_DYNAMITE,
        flags: 1,
        region: undefined,
      });
    building.built -= 1;
    building.progress = 0;
    const isWhole = building.built === 0;
    this.#server.setEntity(entity, {
      entstate: 0,
      enemy: armer,
      health: -300,
      takedamage: isWhole ? 0 : 1,
      "r.linked": isWhole ? 0 : 1,
      "s.angles2": [0, 0, 0],
      "s.modelindex": isWhole ? 0 : 10 + building.built,
    });
  }
}
