/**
 * States of the game, game types and configstrings of the engine.
 *
 * Source: `src/qcommon/q_shared.h`, `src/game/bg_public.h` and `etmain/ui/menudef.h` of ET:Legacy; values unchanged from
 * 2.76 to 2.85.
 */

/** Values of the cvar `gamestate`. */
export const GAMESTATE_INITIALIZE = -1;
/** A round is being played, its pauses included; warm-up has other values. */
export const GAMESTATE_PLAYING = 0;
/** The round is over, and the players look at the scoreboard. */
export const GAMESTATE_INTERMISSION = 3;

/** `g_gametype` of stopwatch: two rounds with changed sides, the second against the first one's time. */
export const GAME_TYPE_STOPWATCH = 3;

/** `g_gametype` of last man standing, which has no objectives. */
export const GAME_TYPE_LAST_MAN_STANDING = 5;

/** Names of the game types (`g_gametype`); the index is the engine's number. */
export const GAME_TYPE_NAMES = [
  "single player",
  "co-op",
  "objective",
  "stopwatch",
  "campaign",
  "last man standing",
  "map voting",
] as const;

/** Level time at which play began; the engine moves it forward while the match is paused. */
export const CS_LEVEL_START_TIME = 11;
/** Info string; key `d` is the team that defends, by the map's script: 0 Axis, 1 Allies. Its keys come in any order. */
export const CS_MULTI_INFO = 13;
/** Info string; key `w` is the winner of the round: -1 none, 0 Axis, 1 Allies. */
export const CS_MULTI_MAPWINNER = 14;
/** Info string; key `xN` is how objective N stands for the Axis, `aN` for the Allies: 0 open, 1 done, 2 failed. */
export const CS_MULTI_OBJECTIVE = 15;
/** Info string of the vehicles that can be damaged: entity number and name. */
export const CS_SCRIPT_MOVER_NAMES = 28;
/** The first of {@link MOST_SPAWN_TARGETS} spawn points: keys `s` name, `x`, `y`, `t` team. */
export const CS_SPAWN_TARGETS = 753;
/** How many spawn points a map can name. */
export const MOST_SPAWN_TARGETS = 16;
/** The first of {@link MOST_OBJECTIVE_TRIGGERS} names of objectives. */
export const CS_OID_TRIGGERS = 769;
/** The first of as many descriptions of them: keys `e` entity, `n` short name, `x`, `y`, `z`. */
export const CS_OID_DATA = 787;
/** How many objectives a map can name. */
export const MOST_OBJECTIVE_TRIGGERS = 18;
/** Seeds of the spawn waves: the first two numbers select the offset of Allies and that of Axis. */
export const CS_REINFSEEDS = 31;
/** Bits of the server's state, see {@link TOGGLE_PAUSE}. */
export const CS_SERVERTOGGLES = 32;
/** Bit of {@link CS_SERVERTOGGLES}: the match is paused. */
export const TOGGLE_PAUSE = 16;
