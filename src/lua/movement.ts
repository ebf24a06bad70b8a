/** Tracks living players: position, distance, time standing still, sprinting. */
import { STAT_SPRINT_TIME } from "../engine/players.ts";
import { WORLD_LIMIT_UNITS } from "../format/column.ts";
import { clock } from "./clock.ts";
import { config } from "./configuration.ts";
import { roster } from "./players.ts";
import type { Player } from "./players.ts";
import { reader } from "./reader.ts";

const get = reader(["positions", "hit", "kill", "revive"], ["ps.origin"]);
const getStamina = reader(["positions"], ["ps.stats"]);
const { sqrt } = math;

/** The square of how far from the middle of the world a player can be; beyond, they are not placed. */
const WORLD_LIMIT_SQUARED = WORLD_LIMIT_UNITS * WORLD_LIMIT_UNITS;
/** A longer way between two ticks is a teleport, a spawn or a revive, and no distance travelled. */
const LONGEST_STEP = 1000;
/** What a jump costs of the stamina; sprinting costs 5,000 a second. */
const JUMP_COST = 2500;

/** Reads where a player is now, unless they are not placed. */
export function readPosition(player: Player): void {
  const origin = get(player.slot, "ps.origin");
  const x = origin[0];
  const y = origin[1];
  const z = origin[2];
  // Written so that NaN, which is no more or less than anything, is refused too.
  if (!(x * x + y * y + z * z < WORLD_LIMIT_SQUARED)) return;
  const dx = x - player.x;
  const dy = y - player.y;
  const dz = z - player.z;
  const step = sqrt(dx * dx + dy * dy + dz * dz);
  // What moves a body is no way of the player's.
  if (player.isAlive && step <= LONGEST_STEP) {
    player.distance += step;
    player.distanceSinceTick += step;
  }
  player.x = x;
  player.y = y;
  player.z = z;
}

/**
 * Goes on to measure the way of a player who was not alive: from where they are now. What was measured before and not handed
 * over yet stays, as it belongs to the same life.
 */
export function resumeMovement(player: Player): void {
  const { distance } = player;
  readPosition(player);
  player.distance = distance;
  player.distanceSinceTick = 0;
  player.stamina = getStamina(player.slot, "ps.stats", STAT_SPRINT_TIME);
  player.isSprinting = false;
  player.tickMs = clock.roundMs;
}

/** Forgets what was measured and not handed over: a new life begins. */
export function resetMovement(player: Player): void {
  player.stationaryMs = 0;
  player.distance = 0;
}

/** Reads a player's stamina; told at two ticks in a row, it shows whether they sprint. */
function readStamina(player: Player): void {
  // Nothing but sprinting and jumping uses stamina up, and a jump costs a fixed amount at once.
  const stamina = getStamina(player.slot, "ps.stats", STAT_SPRINT_TIME);
  const used = player.stamina - stamina;
  player.isSprinting = used > 0 && used % JUMP_COST > 0 && used % JUMP_COST <= JUMP_COST / 2;
  player.stamina = stamina;
}

/** Measures living players' movement since the last tick: all players at every tick, so it is spelled out. */
function followAll(): void {
  const { roundMs } = clock;
  const { stationaryUps } = config;
  for (let player = roster.first; player !== undefined; player = player.next) {
    if (player.isAlive) {
      const origin = get(player.slot, "ps.origin");
      const x = origin[0];
      const y = origin[1];
      const z = origin[2];
      const dx = x - player.x;
      const dy = y - player.y;
      const dz = z - player.z;
      const step = sqrt(dx * dx + dy * dy + dz * dz);
      // Few steps are long, so that few positions are to be looked at as in readPosition.
      const isStep = step <= LONGEST_STEP;
      if (isStep || x * x + y * y + z * z < WORLD_LIMIT_SQUARED) {
        player.x = x;
        player.y = y;
        player.z = z;
        const elapsedMs = roundMs - player.tickMs;
        player.tickMs = roundMs;
        if (isStep) player.distance += step;
        if ((step + player.distanceSinceTick) * 1000 < stationaryUps * elapsedMs)
          player.stationaryMs += elapsedMs;
        player.distanceSinceTick = 0;
      }
    }
  }
}

/** Measures living players' movement. `readsStamina`: see {@link readStamina}. */
export function trackLiving(readsStamina: boolean): void {
  followAll();
  if (!readsStamina) return;
  for (let player = roster.first; player !== undefined; player = player.next) {
    if (player.isAlive) readStamina(player);
  }
}
