/** Documents, gold and the like: who carries them, and what becomes of them. */
import { PMF_FOLLOW, POWERUP_BLUE_FLAG, POWERUP_RED_FLAG } from "../../engine/players.ts";
import type { ObjectiveReason } from "../../format/objectives.ts";
import { clock } from "../clock.ts";
import { hasFlag } from "../flags.ts";
import { isOutOfLimbo, playerOf, roster } from "../players.ts";
import type { Player } from "../players.ts";
import { reader } from "../reader.ts";
import { writeRow } from "../recorder.ts";
import type { NumberText } from "../row-types.ts";
import { formatRow, NO_NUMBER, orNull } from "../rows.ts";
import { distanceBetween } from "../../rules/geometry.ts";
import {
  adoptDocuments,
  findDropped,
  findLost,
  forgetTouch,
  giveBack,
  hasDocuments,
  isSomethingTaken,
  objectiveNamed,
  resetDocuments,
} from "./documents.ts";
import type { Dropped } from "./documents.ts";
import { GOAL_CLASS, isIn } from "./entities.ts";
import type { Goal, Objective } from "./entities.ts";
import { ROWS } from "./rows.ts";

const get = reader(["objectives"], ["classname", "message", "ps.origin", "ps.pm_flags", "ps.powerups"]);

/** A body is so large that it touches a goal from this far, units; it may have run on since. */
const BODY_UNITS = 64;
/** All players are looked at this often, even if nothing tells that something was taken, ms. */
const CHECK_MS = 2000;

/** The index of `ps.powerups` that shows what a player carries, by the team that it belongs to. */
const FLAG_POWERUPS: readonly number[] = [0, POWERUP_RED_FLAG, POWERUP_BLUE_FLAG];

/** Who carries something, from when on, and how it ended. */
interface Carrier {
  readonly player: Player;
  readonly owner: number;
  readonly objective: number | undefined;
  readonly takenMs: number;
  distance: number;
  x: number;
  y: number;
  z: number;
  /** Whether it was told that they brought it where it had to go. */
  isSecured: boolean;
  reason: ObjectiveReason;
  killer: number;
  means: NumberText;
}

let carriers: Carrier[] = [];
let nextCheckMs = 0;
/** Goals that leave with the carrier what they bring, as long as they are there. */
let goals: Goal[] = [];

/** Forgets everything. */
export function resetCarrying(): void {
  resetDocuments();
  carriers = [];
  goals = [];
  nextCheckMs = 0;
}

function powerup(slot: number, owner: number): boolean {
  return get(slot, "ps.powerups", FLAG_POWERUPS[owner] ?? 0) !== 0;
}

function hasSomeDocuments(): boolean {
  return hasDocuments[1] === true || hasDocuments[2] === true;
}

/** The team whose things a player of the world carries, 0 for none. Who follows another one shows that one's state. */
function ownerOf(player: Player): number {
  const { slot } = player;
  let owner = 0;
  if (hasDocuments[1] === true && get(slot, "ps.powerups", POWERUP_RED_FLAG) !== 0) owner = 1;
  else if (hasDocuments[2] === true && get(slot, "ps.powerups", POWERUP_BLUE_FLAG) !== 0) owner = 2;
  if (owner === 0) return 0;
  return isOutOfLimbo(player) && !hasFlag(get(slot, "ps.pm_flags"), PMF_FOLLOW) ? owner : 0;
}

/** The team whose things a player carries at this moment: 0 for none. */
export function carriedBy(player: Player, isBodyThere: boolean): number {
  if (isBodyThere && hasSomeDocuments()) return ownerOf(player);
  return player.carrying;
}

function otherTeam(team: number): number {
  return team === 1 ? 2 : 1;
}

function carrierOf(player: Player): Carrier | undefined {
  return carriers.find((one) => one.player === player);
}

/** A carrier is killed. */
export function rememberCarrierDeath(slot: number, killer: number, means: number): void {
  const player = playerOf(slot);
  const carrier = player === undefined ? undefined : carrierOf(player);
  if (player === undefined || carrier === undefined) return;
  const by = playerOf(killer);
  const isOther = by !== undefined && by !== player;
  carrier.reason = isOther ? "killed" : "selfkill";
  carrier.killer = isOther ? killer : -1;
  carrier.means = orNull(means, 0);
}

/** A carrier leaves the server. */
export function rememberCarrierLeave(player: Player): void {
  const carrier = carrierOf(player);
  if (carrier !== undefined) carrier.reason = "left";
}

/** A player throws away what they carry. */
export function rememberDropCommand(slot: number): void {
  const player = playerOf(slot);
  const carrier = player === undefined ? undefined : carrierOf(player);
  if (carrier !== undefined) carrier.reason = "command";
}

function beginCarrying(player: Player, owner: number, objective: number | undefined): void {
  const at = get(player.slot, "ps.origin");
  player.carrying = owner;
  carriers.push({
    player,
    owner,
    objective,
    takenMs: clock.roundMs,
    distance: 0,
    x: at[0],
    y: at[1],
    z: at[2],
    isSecured: false,
    reason: "other",
    killer: -1,
    means: NO_NUMBER,
  });
}

/** Takes over who carries what, and what lies around, when the recording begins. */
export function adoptCarrying(documents: readonly Objective[], places: readonly Goal[]): void {
  adoptDocuments(documents);
  goals = places.filter(({ leaves, objective }) => leaves && isGoalThere(objective));
  for (let player = roster.first; player !== undefined; player = player.next) {
    const owner = ownerOf(player);
    if (owner !== 0) beginCarrying(player, owner, objectiveNamed(owner, get(player.slot, "message")));
  }
}

/** A player has something that they did not have. `lost`: what no longer lies where it was dropped. */
function take(player: Player, owner: number, lost: readonly Dropped[]): void {
  const picked = lost.find((one) => one.owner === owner);
  const objective = objectiveNamed(owner, get(player.slot, "message"));
  beginCarrying(player, owner, objective);
  const at = get(player.slot, "ps.origin");
  writeRow(
    "objectives",
    formatRow(
      picked === undefined ? ROWS.carryTake : ROWS.carryPickup,
      clock.roundMs,
      "powerup",
      player.slot,
      player.team,
      orNull(objective, 0),
      at[0],
      at[1],
      at[2],
    ),
  );
}

/** The time since a carrier has it. */
function carriedFor({ takenMs }: Carrier): NumberText {
  return orNull(clock.roundMs - takenMs, 0);
}

/** A carrier brought it where it had to go. */
function secure(carrier: Carrier): void {
  if (carrier.isSecured) return;
  carrier.isSecured = true;
  const { distance, objective, owner, player, x, y, z } = carrier;
  writeRow(
    "objectives",
    formatRow(
      ROWS.carrySecure,
      clock.roundMs,
      "powerup",
      player.slot,
      otherTeam(owner),
      orNull(objective, 0),
      carriedFor(carrier),
      orNull(distance, 1),
      x,
      y,
      z,
    ),
  );
}

/** A player no longer has what they carried: it was dropped, or brought where it had to go. */
function lose(carrier: Carrier): void {
  const { distance, killer, means, objective, owner, player, reason, x, y, z } = carrier;
  player.carrying = 0;
  const thing = findDropped(owner, player);
  if (thing === undefined && (reason === "other" || reason === "command")) {
    secure(carrier);
    return;
  }
  writeRow(
    "objectives",
    formatRow(
      ROWS.carryDrop,
      clock.roundMs,
      "powerup",
      player.slot,
      orNull(killer < 0 ? undefined : killer, 0),
      otherTeam(owner),
      orNull(objective, 0),
      reason,
      means,
      carriedFor(carrier),
      orNull(distance, 1),
      thing?.x ?? x,
      thing?.y ?? y,
      thing?.z ?? z,
    ),
  );
}

function isGoalThere({ id }: Objective): boolean {
  return get(id, "classname") === GOAL_CLASS;
}

/** Looks at goals that leave with the carrier what they bring: that they are gone is all that shows it. */
function followGoals(): void {
  let isSomeGone = false;
  for (const goal of goals) {
    const { objective } = goal;
    if (!isGoalThere(objective)) {
      isSomeGone = true;
      const carrier = carriers.find(
        ({ owner, x, y, z }) => owner === objective.team && isIn(goal, x, y, z, BODY_UNITS),
      );
      if (carrier !== undefined) secure(carrier);
    }
  }
  if (isSomeGone) goals = goals.filter(({ objective }) => isGoalThere(objective));
}

function followCarriers(): void {
  let isSomeLost = false;
  for (const carrier of carriers) {
    const { player } = carrier;
    if (carrier.reason === "left" || !powerup(player.slot, carrier.owner)) {
      isSomeLost = true;
      lose(carrier);
    } else {
      const [x, y, z] = get(player.slot, "ps.origin");
      carrier.distance += distanceBetween(carrier.x, carrier.y, carrier.z, x, y, z);
      carrier.x = x;
      carrier.y = y;
      carrier.z = z;
      // A command that the game refused.
      if (carrier.reason === "command") carrier.reason = "other";
    }
  }
  if (isSomeLost) carriers = carriers.filter(({ owner, player }) => player.carrying === owner);
}

/** Looks at everything that can be carried, and at who carries it. */
export function followCarrying(): void {
  if (!hasSomeDocuments()) return;
  const isTaken = isSomethingTaken();
  const lost = findLost();
  if (carriers.length > 0) followCarriers();
  followGoals();
  if (isTaken || lost.length > 0 || clock.levelMs >= nextCheckMs) {
    nextCheckMs = clock.levelMs + CHECK_MS;
    const waiting = lost.slice();
    for (let player = roster.first; player !== undefined; player = player.next) {
      const owner = player.carrying === 0 ? ownerOf(player) : 0;
      if (owner !== 0) {
        take(player, owner, waiting);
        const index = waiting.findIndex((one) => one.owner === owner);
        if (index >= 0) waiting.splice(index, 1);
      }
    }
    for (const thing of waiting) giveBack(thing);
  }
  forgetTouch();
}
