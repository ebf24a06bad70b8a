/** Time and state of the round, read once a frame. */
import { CS_LEVEL_START_TIME, CS_SERVERTOGGLES, GAMESTATE_INITIALIZE, TOGGLE_PAUSE } from "../engine/game.ts";
import { hasFlag } from "./flags.ts";

/** Kept by `round.ts` and only read elsewhere. Callbacks between two frames find the state of the frame before. */
export const clock = {
  /** The engine's level time of the last frame, ms. */
  levelMs: 0,
  /** Round time of the last frame, ms: without pauses, never decreasing within a round. */
  roundMs: 0,
  /** The cvar `gamestate` at the last frame. */
  gameState: GAMESTATE_INITIALIZE,
  /** Whether the match is paused. */
  isPaused: false,
  /** Whether events are recorded now: a round is, and the match is not paused. */
  isLive: false,
};

/** The cvar `gamestate` now. */
export function readGameState(): number {
  return tonumber(et.trap_Cvar_Get("gamestate")) ?? GAMESTATE_INITIALIZE;
}

/** Round time of a level time, whole ms. */
export function roundTimeOf(levelMs: number): number {
  // Floored, as rows format it as a whole number and anything else would be an error there.
  return Math.floor(levelMs - (tonumber(et.trap_GetConfigstring(CS_LEVEL_START_TIME)) ?? 0));
}

/** Whether the server says that the match is paused. */
export function isPauseToggled(): boolean {
  return hasFlag(tonumber(et.trap_GetConfigstring(CS_SERVERTOGGLES)) ?? 0, TOGGLE_PAUSE);
}
