/** Spawn points, vehicles, and how the objectives stand. */
import { CS_MULTI_MAPWINNER, CS_MULTI_OBJECTIVE } from "../../engine/game.ts";
import type { ObjectiveReason } from "../../format/objectives.ts";
import { clock } from "../clock.ts";
import { reader } from "../reader.ts";
import { writeRow } from "../recorder.ts";
import { formatRow, orNull } from "../rows.ts";
import type { Objective } from "./entities.ts";
import { POINT_CLASS, POLE_CLASS, teamOfPoint, teamOfPole } from "./entities.ts";
import { addBreakable, findAttacker, findEngineer, findRewarded, found, tellFound } from "./memory.ts";
import { ROWS, teamText } from "./rows.ts";

const get = reader(["objectives"], ["classname", "enemy", "health", "r.currentOrigin"]);

/** The class of tanks and the like. */
const VEHICLE_CLASS = "script_mover";
/** Where vehicles are is told this often, ms. */
const VEHICLE_MS = 1000;
/** A vehicle that is further away than this from where it was moves, units. */
const STILL_UNITS = 1;
/** The round ended by time when so much of it was left at the most, ms. */
const TIME_LIMIT_MS = 100;

/** A flag pole, or a spawn point that has none. */
interface Spawn {
  readonly objective: Objective;
  readonly isPole: boolean;
  team: number;
}

interface Vehicle {
  readonly objective: Objective;
  health: number;
  /** Whom the engine noted as the last attacker. */
  enemy: number | undefined;
  disabledMs: number;
  isMoving: boolean;
  /** Whether the map took it away: its number is another thing's by then. */
  isGone: boolean;
  x: number;
  y: number;
  z: number;
}

let spawns: Spawn[] = [];
let vehicles: Vehicle[] = [];
let nextVehicleMs = 0;
let statusText = "";
let statuses = new LuaTable<string, number | undefined>();
let winnerText = "";
let winner = -1;
/** Why the round was decided, by the engine's log. */
let exitReason: ObjectiveReason | undefined;

function winnerOf(text: string): number {
  return tonumber(et.Info_ValueForKey(text, "w")) ?? -1;
}

/** Calls `tell` for each entry: whose, which objective, how it stands. */
function forEachStatus(text: string, tell: (side: string, number: number, status: number) => void): void {
  for (const [side, number, status] of string.gmatch(text, "([xa])(%d+)\\(%d+)"))
    tell(side ?? "", tonumber(number) ?? 0, tonumber(status) ?? 0);
}

/** Takes over how everything stands when the recording begins. */
export function adoptPlaces(
  poles: readonly Objective[],
  points: readonly Objective[],
  movers: readonly Objective[],
): void {
  spawns = [];
  for (const objective of poles) spawns.push({ objective, isPole: true, team: objective.team });
  for (const objective of points) spawns.push({ objective, isPole: false, team: objective.team });
  vehicles = movers.map((objective) => ({
    objective,
    health: get(objective.id, "health"),
    enemy: get(objective.id, "enemy"),
    disabledMs: clock.roundMs,
    // Told once where it stands.
    isMoving: true,
    isGone: false,
    x: objective.x,
    y: objective.y,
    z: objective.z,
  }));
  for (const { id } of movers) addBreakable(id);
  nextVehicleMs = 0;
  statusText = et.trap_GetConfigstring(CS_MULTI_OBJECTIVE);
  statuses = new LuaTable();
  forEachStatus(statusText, (side, number, status) => {
    statuses.set(side + tostring(number), status);
  });
  winnerText = et.trap_GetConfigstring(CS_MULTI_MAPWINNER);
  winner = winnerOf(winnerText);
  exitReason = undefined;
}

/** Forgets everything. */
export function resetPlaces(): void {
  spawns = [];
  vehicles = [];
  exitReason = undefined;
}

/** The engine's log says why the round was decided. */
export function rememberExit(reason: ObjectiveReason): void {
  exitReason ??= reason;
}

function followSpawns(): void {
  for (const spawn of spawns) {
    const { isPole } = spawn;
    const { id, x, y, z } = spawn.objective;
    const team = isPole ? teamOfPole(id) : teamOfPoint(id);
    if (team !== spawn.team && get(id, "classname") === (isPole ? POLE_CLASS : POINT_CLASS)) {
      // Nobody touches a point without a pole: the map's script gives it to a team.
      // Who makes a pole neutral is an enemy of who had it.
      if (isPole) findRewarded(team !== 0 ? team : 3 - spawn.team, x, y, z);
      else tellFound(undefined, "none");
      writeRow(
        "objectives",
        formatRow(
          ROWS.spawnCapture,
          clock.roundMs,
          found.source,
          found.slot,
          teamText(team),
          teamText(spawn.team),
          id,
          x,
          y,
          z,
        ),
      );
      spawn.team = team;
    }
  }
}

function readPlace(vehicle: Vehicle): boolean {
  const [x, y, z] = get(vehicle.objective.id, "r.currentOrigin");
  const dx = x - vehicle.x;
  const dy = y - vehicle.y;
  const dz = z - vehicle.z;
  vehicle.x = x;
  vehicle.y = y;
  vehicle.z = z;
  return dx * dx + dy * dy + dz * dz > STILL_UNITS * STILL_UNITS;
}

function disable(vehicle: Vehicle): void {
  const { id } = vehicle.objective;
  const means = findAttacker(id, vehicle.enemy);
  vehicle.enemy = get(id, "enemy");
  vehicle.disabledMs = clock.roundMs;
  readPlace(vehicle);
  writeRow(
    "objectives",
    formatRow(
      ROWS.vehicleDisable,
      clock.roundMs,
      found.source,
      found.slot,
      teamText(found.player?.team),
      id,
      means,
      vehicle.x,
      vehicle.y,
      vehicle.z,
    ),
  );
}

function repair(vehicle: Vehicle, health: number): void {
  readPlace(vehicle);
  findEngineer(0, vehicle.x, vehicle.y, vehicle.z, false);
  writeRow(
    "objectives",
    formatRow(
      ROWS.vehicleRepair,
      clock.roundMs,
      found.source,
      found.slot,
      teamText(found.player?.team),
      vehicle.objective.id,
      orNull(clock.roundMs - vehicle.disabledMs, 0),
      health,
      vehicle.x,
      vehicle.y,
      vehicle.z,
    ),
  );
}

function followVehicles(): void {
  const isDue = clock.roundMs >= nextVehicleMs;
  let isSomeGone = false;
  if (isDue) nextVehicleMs = (Math.floor(clock.roundMs / VEHICLE_MS) + 1) * VEHICLE_MS;
  for (const vehicle of vehicles) {
    const { id } = vehicle.objective;
    const health = get(id, "health");
    const isChanged = health !== vehicle.health;
    if ((isChanged || isDue) && get(id, "classname") !== VEHICLE_CLASS) vehicle.isGone = true;
    if (vehicle.isGone) isSomeGone = true;
    else if (isChanged) {
      if (vehicle.health > 0 && health <= 0) disable(vehicle);
      else if (vehicle.health <= 0 && health > 0) repair(vehicle, health);
      vehicle.health = health;
    }
    if (isDue && !vehicle.isGone) {
      const isMoving = readPlace(vehicle);
      if (isMoving || vehicle.isMoving) {
        const { x, y, z } = vehicle;
        writeRow("objectives", formatRow(ROWS.vehicleMove, clock.roundMs, id, health, x, y, z));
      }
      vehicle.isMoving = isMoving;
    }
  }
  if (isSomeGone) vehicles = vehicles.filter(({ isGone }) => !isGone);
}

function followStatus(): void {
  const text = et.trap_GetConfigstring(CS_MULTI_OBJECTIVE);
  if (text === statusText) return;
  statusText = text;
  forEachStatus(text, (side, number, status) => {
    const key = side + tostring(number);
    if (statuses.get(key) === status || number < 1 || number > 99 || status > 2) return;
    statuses.set(key, status);
    writeRow("objectives", formatRow(ROWS.status, clock.roundMs, side === "x" ? 1 : 2, number, status));
  });
}

function followWinner(): void {
  const text = et.trap_GetConfigstring(CS_MULTI_MAPWINNER);
  if (text === winnerText) return;
  winnerText = text;
  const team = winnerOf(text);
  if (team === winner) return;
  winner = team;
  writeRow("objectives", formatRow(ROWS.winner, clock.roundMs, teamText(team + 1)));
}

/** Looks at spawn points and vehicles, and at how the objectives stand. */
export function followPlaces(): void {
  followSpawns();
  if (vehicles.length > 0) followVehicles();
  followStatus();
  followWinner();
}

/** Writes why the round was decided. */
export function writeExit(): void {
  const limitMs = (tonumber(et.trap_Cvar_Get("timelimit")) ?? 0) * 60000;
  const isOverTime = limitMs > 0 && clock.roundMs >= limitMs - TIME_LIMIT_MS;
  const isDecided = winner === 0 || winner === 1;
  const reason = exitReason ?? (isOverTime ? "time_limit" : isDecided ? "objective" : "other");
  writeRow("objectives", formatRow(ROWS.exit, clock.roundMs, reason));
}
