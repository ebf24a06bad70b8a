/**
 * The part of ET:Legacy's Lua API that the tracker uses, and the callbacks that it defines.
 *
 * Source: `src/game/g_lua.c` of ET:Legacy. Wrong entity numbers, indexes and file handles bring the map down, and
 * `pcall` does not help: check before calling.
 */
import type {
  EntityField,
  IntegerArrayField,
  IntegerField,
  OptionalTextField,
  TextField,
  VectorField,
} from "../engine/fields.ts";

declare global {
  /** Three numbers; index 0 here is index 1 in Lua. */
  type Vector = readonly [number, number, number];

  namespace et {
    /** Has no effect while the chunk runs: call it from a callback. */
    function RegisterModname(name: string): void;
    /** The number of this module, nothing while the chunk runs. */
    function FindSelf(): number | undefined;
    /** Name and SHA-1 (40 upper-case hex digits) of a module; the number is not checked by the engine. */
    function FindMod(module: number): LuaMultiReturn<[name: string | undefined, sha1: string | undefined]>;
    /** Prints to the server's console and to a waiting rcon client; cut at 1,023 bytes. */
    function G_Print(text: string): void;
    /** The value of a cvar, empty when there is none. */
    function trap_Cvar_Get(name: string): string;
    function trap_Cvar_Set(name: string, value: string): void;
    /** A configstring; an index out of range brings the map down. */
    function trap_GetConfigstring(index: number): string;
    /** A client's userinfo; a slot out of range brings the map down. */
    function trap_GetUserinfo(slot: number): string;
    function Info_ValueForKey(info: string, key: string): string;
    /** Real milliseconds since the engine started; not level time. */
    function trap_Milliseconds(): number;
    /**
     * Opens a file below `fs_homepath/fs_game`. The length is the size when reading, otherwise 0, and below 0 when it
     * failed. The engine has 63 handles in all and stops when they run out.
     */
    function trap_FS_FOpenFile(name: string, mode: number): LuaMultiReturn<[handle: number, length: number]>;
    /** Writes bytes; returns how many were written, 0 when the disk refused. */
    function trap_FS_Write(data: string, count: number, handle: number): number;
    function trap_FS_FCloseFile(handle: number): void;
    /** Renames within `fs_homepath/fs_game`, replacing what has the new name. */
    function trap_FS_Rename(from: string, to: string): void;
    function gentity_get(entity: number, field: IntegerField): number;
    function gentity_get(entity: number, field: IntegerArrayField, index: number): number;
    function gentity_get(entity: number, field: TextField): string;
    function gentity_get(entity: number, field: OptionalTextField): string | undefined;
    function gentity_get(entity: number, field: EntityField): number | undefined;
    function gentity_get(entity: number, field: VectorField): Vector;
  }

  /** The callbacks: globals that the engine looks up by name at every call. None of them may return a value. */
  let et_InitGame: (levelTime: number, randomSeed: number, isRestart: number) => void;
  let et_ShutdownGame: (isRestart: number) => void;
  let et_Quit: () => void;
  let et_RunFrame: (levelTime: number) => void;
  let et_ClientConnect: (slot: number, isFirstTime: number, isBot: number) => void;
  let et_ClientBegin: (slot: number) => void;
  let et_ClientUserinfoChanged: (slot: number) => void;
  let et_ClientDisconnect: (slot: number) => void;
  let et_ClientSpawn: (slot: number, isRevived: number, isTeamChange: number, restoresHealth: number) => void;
  let et_Revive: (slot: number, medic: number, invulnerableUntil: number) => void;
  let et_WeaponFire: (slot: number, weapon: number) => void;
  let et_FixedMGFire: (slot: number) => void;
  let et_MountedMGFire: (slot: number) => void;
  let et_AAGunFire: (slot: number) => void;
  let et_Damage: (
    target: number,
    attacker: number,
    damage: number,
    damageFlags: number,
    meansOfDeath: number,
  ) => void;
  /** Given for each text that the server prints, also those of modules; defined only while the tracker reads the log. */
  let et_Print: ((this: void, text: string) => void) | undefined;
  /** Experience of a kind is given to a player. */
  let et_SetPlayerSkill: (slot: number, skill: number) => void;
  /** A command that a client gave. */
  let et_ClientCommand: (slot: number, command: string) => void;
  let et_Obituary: (victim: number, killer: number, meansOfDeath: number) => void;
}
