/**
 * What the table `et` holds on a server of 2.85: its functions, and those of its constants that a tracker may check.
 * Source: the registration tables of `src/game/g_lua.c` of ET:Legacy; the numbers are those of `src/engine`.
 */
import { SLOTS } from "../../format/column.ts";
import { MEANS_OF_DEATH } from "../../engine/means-of-death.ts";
import { WEAPONS } from "../../engine/weapons.ts";

/** Names of all functions, whether the host has an answer to them or not. */
export const ENGINE_FUNCTIONS: readonly string[] = (
  "AddWeaponToPlayer ClientNumberFromString ClientUserinfoChanged ConcatArgs FindMod FindSelf G_AddEvent " +
  "G_AddSkillPoints G_ClientSound G_CreateEntity G_Damage G_DeleteEntity G_EntitiesFree G_FreeEntity " +
  "G_GetSpawnVar G_HistoricalTrace G_LogPrint G_LoseSkillPoints G_ModelIndex G_Print " +
  "G_ResetRemappedShaders G_ResetXP G_Say G_SetEntState G_SetGlobalFog G_SetSpawnVar G_ShaderRemap " +
  "G_ShaderRemapFlush G_Sound G_SoundIndex G_TempEntity G_XP_Set G_globalSound GetCurrentWeapon IPCSend " +
  "Info_RemoveKey Info_SetValueForKey Info_ValueForKey MutePlayer Q_CleanStr RegisterModname " +
  "RemoveWeaponFromPlayer UnmutePlayer gentity_get gentity_set isBitSet trap_Argc trap_Argv trap_Cvar_Get " +
  "trap_Cvar_Set trap_DropClient trap_FS_FCloseFile trap_FS_FOpenFile trap_FS_GetFileList trap_FS_Read " +
  "trap_FS_Rename trap_FS_Write trap_GetConfigstring trap_GetUserinfo trap_LinkEntity trap_Milliseconds " +
  "trap_SendConsoleCommand trap_SendServerCommand trap_SetConfigstring trap_SetUserinfo trap_Trace " +
  "trap_UnlinkEntity"
).split(" ");

/** Constants that neither a weapon nor a means of death gives. */
const OTHER_CONSTANTS: readonly (readonly [string, number])[] = [
  ["CS_WARMUP", 5],
  ["CS_LEVEL_START_TIME", 11],
  ["CS_INTERMISSION", 12],
  ["CS_MULTI_INFO", 13],
  ["CS_MULTI_MAPWINNER", 14],
  ["CS_REINFSEEDS", 31],
  ["CS_SERVERTOGGLES", 32],
  ["CS_PLAYERS", 689],
  ["EXEC_NOW", 0],
  ["EXEC_INSERT", 1],
  ["EXEC_APPEND", 2],
  ["FS_READ", 0],
  ["FS_WRITE", 1],
  ["FS_APPEND", 2],
  ["FS_APPEND_SYNC", 3],
  ["GS_INITIALIZE", -1],
  ["GS_PLAYING", 0],
  ["GS_WARMUP_COUNTDOWN", 1],
  ["GS_WARMUP", 2],
  ["GS_INTERMISSION", 3],
  ["GS_WAITING_FOR_PLAYERS", 4],
  ["GS_RESET", 5],
  ["MAX_CLIENTS", SLOTS],
  ["TEAM_FREE", 0],
  ["TEAM_AXIS", 1],
  ["TEAM_ALLIES", 2],
  ["TEAM_SPECTATOR", 3],
];

/** The number of the weapons that are no weapons of players: the engine gives it another name. */
const EXPLOSION = 18;

/** Name and number of each constant: `WP_*` of the weapons and `MOD_*` of the means of death among them. */
export const ENGINE_CONSTANTS: readonly (readonly [string, number])[] = [
  ...OTHER_CONSTANTS,
  ...WEAPONS.map(({ number, id }) => {
    const name = id.toUpperCase();
    return [number === EXPLOSION ? name : `WP_${name}`, number] as const;
  }),
  ...MEANS_OF_DEATH.map(({ number, id }) => [`MOD_${id.toUpperCase()}`, number] as const),
];
