/** Documents, gold and the like: who carries them, and what becomes of them. */
import { FIRST_ENTITY, LAST_ENTITY } from "../../engine/entities.ts";
import { PMF_FOLLOW, POWERUP_BLUE_FLAG, POWERUP_RED_FLAG } from "../../engine/players.ts";
import type { ObjectiveReason, ObjectiveSource } from "../../format/objectives.ts";
import { clock } from "../clock.ts";
import { hasFlag } from "../flags.ts";
import { isOutOfLimbo, playerOf, roster } from "../players.ts";
import type { Player } from "../players.ts";
import { reader } from "../reader.ts";
import { writeRow } from "../recorder.ts";
import type { NumberText } from "../row-types.ts";
import { formatRow, NO_NUMBER, orNull } from "../rows.ts";
import { distanceBetween } from "../../rules/geometry.ts";
import type { Objective } from "./entities.ts";
import { findRewarded, found, tellFound } from "./memory.ts";
import { ROWS } from "./rows.ts";

const get = reader(
  ["objectives"],
  [
    "classname",
    "flags",
    "message",
    "ps.origin",
    "ps.pm_flags",
    "ps.powerups",
    "r.currentOrigin",
    "s.density",
  ],
);

/** Bit of `flags`: the item was dropped. */
const FL_DROPPED_ITEM = 4096;
/** What lies around for so long is returned by the game, ms; a frame may be missing. */
const RETURN_MS = 29900;
/** Everybody is looked at this often, whatever tells that something was taken, ms. */
const CHECK_MS = 1000;

/** The classes of what can be carried, by the team that it belongs to. */
const FLAG_CLASSES: readonly string[] = ["", "team_CTF_redflag", "team_CTF_blueflag"];
const FLAG_POWERUPS: readonly number[] = [0, POWERUP_RED_FLAG, POWERUP_BLUE_FLAG];

/** Where the map has it. */
interface Base {
  readonly objective: Objective;
  pieces: number;
}

/** Something that lies where it was dropped. */
interface Dropped {
  readonly entity: number;
  readonly owner: number;
  readonly objective: number | undefined;
  readonly carrier: Player | undefined;
  readonly droppedMs: number;
  x: number;
  y: number;
  z: number;
}

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
  reason: ObjectiveReason;
  killer: number;
  means: NumberText;
}

const NOTHING: readonly Dropped[] = [];

let bases: Base[] = [];
let dropped: Dropped[] = [];
let carriers: Carrier[] = [];
/** Whether the map has anything of a team that can be carried. */
const has = [false, false, false];
let nextCheckMs = 0;
/** Who touched a dropped thing since the last frame, by the engine's log. */
let touched: Player | undefined;

/** Forgets everything. */
export function resetCarrying(): void {
  bases = [];
  dropped = [];
  carriers = [];
  has[1] = false;
  has[2] = false;
  nextCheckMs = 0;
  touched = undefined;
}

function powerup(slot: number, owner: number): boolean {
  return get(slot, "ps.powerups", FLAG_POWERUPS[owner] ?? 0) !== 0;
}

/** The team whose things a player of the world carries, 0 for none. Who follows another one shows that one's state. */
function ownerOf(player: Player): number {
  for (const owner of $range(1, 2)) {
    if (has[owner] === true && powerup(player.slot, owner)) {
      const isOwn = isOutOfLimbo(player) && !hasFlag(get(player.slot, "ps.pm_flags"), PMF_FOLLOW);
      return isOwn ? owner : 0;
    }
  }
  return 0;
}

/** The team whose things a player carries at this moment: 0 for none. */
export function carriedBy(player: Player, isBodyThere: boolean): number {
  if (isBodyThere && (has[1] === true || has[2] === true)) return ownerOf(player);
  return player.carrying;
}

function carrierOf(player: Player): Carrier | undefined {
  return carriers.find((one) => one.player === player);
}

/** A carrier is killed. */
export function noteDeath(slot: number, killer: number, means: number): void {
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
export function noteLeave(player: Player): void {
  const carrier = carrierOf(player);
  if (carrier !== undefined) carrier.reason = "left";
}

/** A player throws away what they carry. */
export function noteDropCommand(slot: number): void {
  const player = playerOf(slot);
  const carrier = player === undefined ? undefined : carrierOf(player);
  if (carrier !== undefined) carrier.reason = "command";
}

/** The engine's log says that a player touched such a thing. */
export function noteTouch(slot: number): void {
  touched = playerOf(slot);
}

/** The objective of a name, else the only one of its owner. */
function objectiveNamed(owner: number, name: string | undefined): number | undefined {
  let only: number | undefined;
  let count = 0;
  for (const { objective } of bases) {
    if (objective.team === owner) {
      if (objective.name === name) return objective.id;
      only = objective.id;
      count += 1;
    }
  }
  return count === 1 ? only : undefined;
}

/** Puts things that were dropped, and that are not known yet, into the list; returns the first. */
function findDropped(owner: number, carrier: Player | undefined): Dropped | undefined {
  const name = FLAG_CLASSES[owner];
  for (const entity of $range(FIRST_ENTITY, LAST_ENTITY)) {
    if (get(entity, "classname") === name && hasFlag(get(entity, "flags"), FL_DROPPED_ITEM)) {
      if (!dropped.some((one) => one.entity === entity)) {
        const at = get(entity, "r.currentOrigin");
        const thing: Dropped = {
          entity,
          owner,
          objective: objectiveNamed(owner, get(entity, "message")),
          carrier,
          droppedMs: clock.roundMs,
          x: at[0],
          y: at[1],
          z: at[2],
        };
        dropped.push(thing);
        return thing;
      }
    }
  }
  return undefined;
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
    reason: "other",
    killer: -1,
    means: NO_NUMBER,
  });
}

/** Takes over who carries what, and what lies around, when the recording begins. */
export function adoptCarrying(documents: readonly Objective[]): void {
  for (const objective of documents) {
    bases.push({ objective, pieces: get(objective.id, "s.density") });
    has[objective.team] = true;
  }
  for (const owner of $range(1, 2)) {
    // One call finds one thing.
    while (has[owner] === true && findDropped(owner, undefined) !== undefined);
  }
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

/** A player no longer has what they carried: it was dropped, or brought where it had to go. */
function lose(carrier: Carrier): void {
  const { distance, killer, means, objective, owner, player, reason, takenMs, x, y, z } = carrier;
  player.carrying = 0;
  const thing = findDropped(owner, player);
  const team = owner === 1 ? 2 : 1;
  const carriedMs = orNull(clock.roundMs - takenMs, 0);
  if (thing === undefined && (reason === "other" || reason === "command")) {
    writeRow(
      "objectives",
      formatRow(
        ROWS.carrySecure,
        clock.roundMs,
        "powerup",
        player.slot,
        team,
        orNull(objective, 0),
        carriedMs,
        orNull(distance, 1),
        x,
        y,
        z,
      ),
    );
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
      team,
      orNull(objective, 0),
      reason,
      means,
      carriedMs,
      orNull(distance, 1),
      thing?.x ?? x,
      thing?.y ?? y,
      thing?.z ?? z,
    ),
  );
}

/** Something that was dropped is no longer there, and nobody took it: it is back. */
function giveBack({ carrier, droppedMs, objective, owner, x, y, z }: Dropped): void {
  const lainMs = clock.roundMs - droppedMs;
  let reason: ObjectiveReason = "player";
  let source: ObjectiveSource;
  if (touched?.team === owner) {
    tellFound(touched, "line");
    ({ source } = found);
  } else {
    findRewarded(owner, x, y, z);
    ({ source } = found);
    if (source !== "skill" && lainMs >= RETURN_MS) {
      tellFound(undefined, "none");
      source = "none";
      reason = "time";
    } else if (found.player === undefined) reason = "other";
  }
  writeRow(
    "objectives",
    formatRow(
      ROWS.carryReturn,
      clock.roundMs,
      source,
      found.slot,
      orNull(carrier?.slot, 0),
      orNull(owner, 0),
      orNull(objective, 0),
      reason,
      orNull(lainMs, 0),
      x,
      y,
      z,
    ),
  );
}

/** What no longer lies where it was dropped. */
function findLost(): readonly Dropped[] {
  if (dropped.length === 0) return NOTHING;
  const lost: Dropped[] = [];
  for (const thing of dropped) {
    const { entity, owner } = thing;
    if (get(entity, "classname") !== FLAG_CLASSES[owner] || !hasFlag(get(entity, "flags"), FL_DROPPED_ITEM))
      lost.push(thing);
    else {
      const at = get(entity, "r.currentOrigin");
      thing.x = at[0];
      thing.y = at[1];
      thing.z = at[2];
    }
  }
  if (lost.length > 0) dropped = dropped.filter((thing) => !lost.includes(thing));
  return lost;
}

/** Whether less lies where the map has it than in the frame before. */
function isSomethingTaken(): boolean {
  let isTaken = false;
  for (const base of bases) {
    const pieces = get(base.objective.id, "s.density");
    if (pieces < base.pieces) isTaken = true;
    base.pieces = pieces;
  }
  return isTaken;
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
  if (bases.length === 0) return;
  const isTaken = isSomethingTaken();
  const lost = findLost();
  if (carriers.length > 0) followCarriers();
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
  touched = undefined;
}
