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
  followBases,
  forgetTouch,
  giveBack,
  hasDocuments,
  isTaken,
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
/** Who picks something up lies no further from it than this, units; they may have run on since. */
const PICK_UNITS = 192;
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
  /** Whether it was written that they have it. */
  isTold: boolean;
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
/** Whether a team's things were dropped since the last frame and do not lie there any more, by its number. */
const isSnatched = [false, false, false];

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

function isOfSome(teams: readonly boolean[]): boolean {
  return teams[1] === true || teams[2] === true;
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
  if (isBodyThere && isOfSome(hasDocuments)) return ownerOf(player);
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
  if (player === undefined) return;
  // Their state shows it still, and nothing will in the next frame.
  if (carrierOf(player) === undefined && isOfSome(hasDocuments)) {
    const owner = ownerOf(player);
    if (owner !== 0) beginCarrying(player, owner);
  }
  const carrier = carrierOf(player);
  if (carrier === undefined) return;
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

function beginCarrying(player: Player, owner: number): void {
  const at = get(player.slot, "ps.origin");
  player.carrying = owner;
  carriers.push({
    player,
    owner,
    objective: objectiveNamed(owner, get(player.slot, "message")),
    takenMs: clock.roundMs,
    isTold: false,
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
    if (owner !== 0) beginCarrying(player, owner);
  }
  for (const carrier of carriers) carrier.isTold = true;
}

/** The nearest thing of a carrier's that no longer lies where it was dropped. */
function pickedUp({ owner, x, y, z }: Carrier, lost: readonly Dropped[]): Dropped | undefined {
  let nearest: Dropped | undefined;
  // Where nothing was taken from where the map has it, they can have it from nowhere else.
  let least = isTaken[owner] === true ? PICK_UNITS : math.huge;
  for (const thing of lost) {
    const distance = distanceBetween(thing.x, thing.y, thing.z, x, y, z);
    if (thing.owner === owner && distance < least) {
      least = distance;
      nearest = thing;
    }
  }
  return nearest;
}

/** Writes that a player has something that they did not have, and takes what they picked up out of `lost`. */
function tellTaking(carrier: Carrier, lost: Dropped[]): void {
  const { objective, owner, player, x, y, z } = carrier;
  carrier.isTold = true;
  const picked = pickedUp(carrier, lost);
  if (picked !== undefined) lost.splice(lost.indexOf(picked), 1);
  const isPicked = picked !== undefined || (isSnatched[owner] === true && isTaken[owner] !== true);
  writeRow(
    "objectives",
    formatRow(
      isPicked ? ROWS.carryPickup : ROWS.carryTake,
      clock.roundMs,
      "powerup",
      player.slot,
      otherTeam(owner),
      orNull(objective, 0),
      x,
      y,
      z,
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
  if (thing === undefined) isSnatched[owner] = true;
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
    // Who is dead shows by now what another one carries, where they follow them.
    const isOver = carrier.reason !== "other" && carrier.reason !== "command";
    if (isOver || !powerup(player.slot, carrier.owner)) {
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
  if (!isOfSome(hasDocuments)) return;
  followBases();
  const lost = findLost();
  isSnatched[1] = false;
  isSnatched[2] = false;
  if (carriers.length > 0) {
    // Who took something and died since the last frame.
    for (const carrier of carriers) if (!carrier.isTold) tellTaking(carrier, lost);
    followCarriers();
  }
  followGoals();
  if (isOfSome(isTaken) || isOfSome(isSnatched) || lost.length > 0 || clock.levelMs >= nextCheckMs) {
    nextCheckMs = clock.levelMs + CHECK_MS;
    for (let player = roster.first; player !== undefined; player = player.next) {
      const owner = player.carrying === 0 ? ownerOf(player) : 0;
      if (owner !== 0) beginCarrying(player, owner);
    }
    for (const carrier of carriers) if (!carrier.isTold) tellTaking(carrier, lost);
    for (const thing of lost) giveBack(thing);
  }
  forgetTouch();
}
