/**
 * The callbacks of the engine: the global functions that it looks up in a module and calls.
 * Source: ET:Legacy, the names in `g_lua.c` of 2.85; the ones that older versions lack are never called there.
 */
export const ENGINE_CALLBACKS = [
  "et_InitGame",
  "et_ShutdownGame",
  "et_RunFrame",
  "et_Quit",
  "et_ClientConnect",
  "et_ClientDisconnect",
  "et_ClientBegin",
  "et_ClientUserinfoChanged",
  "et_ClientSpawn",
  "et_ClientCommand",
  "et_ConsoleCommand",
  "et_UpgradeSkill",
  "et_SetPlayerSkill",
  "et_Print",
  "et_DPrint",
  "et_Error",
  "et_Obituary",
  "et_Revive",
  "et_Damage",
  "et_WeaponFire",
  "et_FixedMGFire",
  "et_MountedMGFire",
  "et_AAGunFire",
  "et_SpawnEntitiesFromString",
  "et_Chat",
  "et_IPCReceive",
] as const;
