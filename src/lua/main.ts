/** The callbacks of the tracker, the only globals that it defines. None of them returns a value. */
import { FIRST_ENTITY } from "../engine/entities.ts";
import { MOUNTED_GUN } from "../engine/weapons.ts";
import { contain, guard } from "./captures.ts";
import { clock } from "./clock.ts";
import { recordFire, recordHit, recordKill } from "./combat.ts";
import { announceSpawn, disconnect, revive } from "./lives.ts";
import { rememberCarrierDeath, rememberDropCommand, rememberCarrierLeave } from "./objectives/carrying.ts";
import { isObjectiveTool, rememberDamage, rememberReward, rememberUse } from "./objectives/memory.ts";
import { markDirty, playerOf } from "./players.ts";
import { isRecording } from "./recorder.ts";
import { rememberSeed, quit, runFrame, shutDown } from "./round.ts";

function onChange(slot: number): void {
  const player = playerOf(slot);
  if (isRecording() && player !== undefined) markDirty(player);
}

function onDisconnect(slot: number): void {
  const player = playerOf(slot);
  if (!isRecording() || player === undefined) return;
  disconnect(player);
  guard("objectives", rememberCarrierLeave, player);
}

function onSpawn(slot: number, isRevived: number): void {
  const player = playerOf(slot);
  if (isRecording() && player !== undefined) announceSpawn(player, isRevived === 1);
}

function onRevive(slot: number, medicSlot: number): void {
  const player = playerOf(slot);
  const medic = playerOf(medicSlot);
  if (player !== undefined) revive(player, medic === player ? undefined : medic);
}

et_InitGame = (levelTime, randomSeed) => {
  contain("et_InitGame", rememberSeed, levelTime, randomSeed);
};
et_RunFrame = (levelTime) => {
  contain("et_RunFrame", runFrame, levelTime);
};
et_ShutdownGame = (isRestart) => {
  contain("et_ShutdownGame", shutDown, isRestart === 1);
};
et_Quit = () => {
  contain("et_Quit", quit);
};
et_ClientConnect = (slot) => {
  contain("et_ClientConnect", onChange, slot);
};
et_ClientBegin = (slot) => {
  contain("et_ClientBegin", onChange, slot);
};
et_ClientUserinfoChanged = (slot) => {
  contain("et_ClientUserinfoChanged", onChange, slot);
};
et_ClientDisconnect = (slot) => {
  contain("et_ClientDisconnect", onDisconnect, slot);
};
et_ClientSpawn = (slot, isRevived) => {
  contain("et_ClientSpawn", onSpawn, slot, isRevived);
};
et_Revive = (slot, medic) => {
  if (clock.isLive) guard("revive", onRevive, slot, medic);
};
et_WeaponFire = (slot, weapon) => {
  if (!clock.isLive) return;
  guard("fire", recordFire, slot, weapon);
  if (isObjectiveTool(weapon)) guard("objectives", rememberUse, slot, weapon);
};
et_SetPlayerSkill = (slot, skill) => {
  if (clock.isLive) guard("objectives", rememberReward, slot, skill);
};
et_ClientCommand = (slot, command) => {
  // The engine does not tell upper from lower case here.
  if (clock.isLive && string.lower(command) === "dropobj") guard("objectives", rememberDropCommand, slot);
};
et_FixedMGFire = (slot) => {
  if (clock.isLive) guard("mounted_fire", recordFire, slot, MOUNTED_GUN);
};
et_MountedMGFire = (slot) => {
  if (clock.isLive) guard("mounted_fire", recordFire, slot, MOUNTED_GUN);
};
et_AAGunFire = (slot) => {
  if (clock.isLive) guard("mounted_fire", recordFire, slot, MOUNTED_GUN);
};
et_Damage = (target, attacker, damage, damageFlags, meansOfDeath) => {
  if (!clock.isLive) return;
  if (target < FIRST_ENTITY) guard("hit", recordHit, target, attacker, damage, damageFlags, meansOfDeath);
  else guard("objectives", rememberDamage, target, attacker, damage, meansOfDeath);
};
et_Obituary = (victim, killer, meansOfDeath) => {
  if (!clock.isLive) return;
  guard("kill", recordKill, victim, killer, meansOfDeath);
  guard("objectives", rememberCarrierDeath, victim, killer, meansOfDeath);
};
