/**
 * Teams, classes, hit regions, stances and player flags of the engine.
 *
 * Source: `src/game/bg_public.h` and `src/game/g_local.h` of ET:Legacy; values unchanged from 2.76 to 2.85.
 */

/** `sess.sessionTeam`. */
export const TEAM_AXIS = 1;
/** The Allies. */
export const TEAM_ALLIES = 2;
/** Spectators, who are in neither team. */
export const TEAM_SPECTATOR = 3;

/** Names of the teams; the index is the engine's number. */
export const TEAM_NAMES = ["Free", "Axis", "Allies", "Spectators"] as const;

/** `sess.playerType`: names of the classes; the index is the engine's number. */
export const CLASS_NAMES = ["Soldier", "Medic", "Engineer", "Field ops", "Covert ops"] as const;

/** The stances as the files number them; the index is the number. */
export const STANCE_NAMES = ["standing", "crouching", "prone"] as const;
/** Standing, or whatever is neither of the other two. */
export const STANCE_STANDING = 0;
/** Crouching. */
export const STANCE_CROUCHING = 1;
/** Prone, moving or not. */
export const STANCE_PRONE = 2;

/** `pers.connected` of a client that is in the game; 0 is a free slot, 1 a client that is still loading. */
export const CONNECTED = 2;

/** `ps.pm_type` while the match is paused. */
export const PM_FREEZE = 4;
/** `ps.pm_type` of players who look at the intermission's scoreboard. */
export const PM_INTERMISSION = 5;

/** Bit of `ps.pm_flags`: waiting for the next spawn; `ps.*` is then a copy of another player's. */
export const PMF_LIMBO = 16384;

/** Bit of `ps.pm_flags`: following another player, whose state `ps.*` then shows. */
export const PMF_FOLLOW = 4096;

/** Index of `ps.powerups`: carries an object of the Axis. */
export const POWERUP_RED_FLAG = 5;
/** Index of `ps.powerups`: carries an object of the Allies. */
export const POWERUP_BLUE_FLAG = 6;

/** Bits of `ps.eFlags`. */
export const EF_CROUCHING = 16;
/** On a fixed machine gun. */
export const EF_MG42_ACTIVE = 32;
/** On the gun of a tank. */
export const EF_MOUNTED_TANK = 32768;
/** Looking through binoculars; a scoped rifle is a weapon of its own instead. */
export const EF_ZOOMING = 262144;
/** Prone. */
export const EF_PRONE = 524288;
/** Prone and moving. */
export const EF_PRONE_MOVING = 1048576;
/** On an anti-air gun. */
export const EF_AAGUN_ACTIVE = 4194304;

/** Index of `ps.stats` with the health of the frame before. */
export const STAT_HEALTH = 0;
/** Index of `ps.stats` with the stamina that sprinting uses up. */
export const STAT_SPRINT_TIME = 8;

/** Bit of `r.svFlags`: the client is a bot. */
export const SVF_BOT = 8;

/** Entity number of the world as an attacker. */
export const ENTITY_WORLD = 1022;

/** Health at which a downed body is gibbed. */
export const GIB_HEALTH = -175;
