/** Who has a slot, as the engine tells it. */
import { CONNECTED, SVF_BOT } from "../engine/players.ts";
import { CAPTURES } from "../format/file.ts";
import { hasFlag } from "./flags.ts";
import type { Player } from "./players.ts";
import { reader } from "./reader.ts";

// Without these nobody is known.
const get = reader(CAPTURES, [
  "pers.connected",
  "pers.netname",
  "r.svFlags",
  "sess.playerType",
  "sess.sessionTeam",
]);

/** The byte of a blank; those of other white space are below it. */
const BLANK = 32;

/** Forgets who was in a slot. */
export function forgetClient(player: Player): void {
  player.isConnected = false;
  player.team = 0;
  player.playerClass = 0;
  player.name = "";
  player.userinfo = "";
  player.guid = "";
  player.isBot = false;
  player.isAlive = false;
  player.isDowned = false;
  player.isSpawning = false;
  player.life = 0;
  player.spawnMs = -1;
  player.isSprinting = false;
  player.stationaryMs = 0;
  player.distance = 0;
  player.act = "";
}

/** Whether team or class differ from what was read last: the part of an identity that a spawn may change. */
export function hasOtherRole(player: Player): boolean {
  return (
    get(player.slot, "sess.sessionTeam") !== player.team ||
    get(player.slot, "sess.playerType") !== player.playerClass
  );
}

/** Whether a look at the slot shows another player than was read last, or the same one in another role or under another name. */
export function hasIdentityChanged(player: Player): boolean {
  const isConnected = get(player.slot, "pers.connected") === CONNECTED;
  if (isConnected !== player.isConnected) return true;
  return isConnected && (hasOtherRole(player) || get(player.slot, "pers.netname") !== player.name);
}

/** Reads who is in a slot; returns whether anything that a file states has changed. */
export function readIdentity(player: Player): boolean {
  const { slot } = player;
  player.isDirty = false;
  if (get(slot, "pers.connected") !== CONNECTED) {
    const { isConnected } = player;
    forgetClient(player);
    return isConnected;
  }
  const team = get(slot, "sess.sessionTeam");
  const playerClass = get(slot, "sess.playerType");
  const name = get(slot, "pers.netname");
  const userinfo = et.trap_GetUserinfo(slot);
  let { guid } = player;
  if (userinfo !== player.userinfo) {
    player.userinfo = userinfo;
    guid = et.Info_ValueForKey(userinfo, "cl_guid");
    // Few end with a blank.
    if (guid !== "" && string.byte(guid, -1) <= BLANK) [guid] = string.gsub(guid, "%s+$", "");
  }
  const isBot = hasFlag(get(slot, "r.svFlags"), SVF_BOT);
  const isSame =
    player.isConnected &&
    player.team === team &&
    player.playerClass === playerClass &&
    player.name === name &&
    player.guid === guid &&
    player.isBot === isBot;
  // Another client may have come within one frame.
  if (!player.isConnected || (player.guid !== "" && player.guid !== guid)) player.clients += 1;
  player.isConnected = true;
  player.team = team;
  player.playerClass = playerClass;
  player.name = name;
  player.guid = guid;
  player.isBot = isBot;
  return !isSame;
}
