/**
 * When the next spawn wave of a team comes.
 *
 * The engine lets a team spawn every `limbo` ms (cvars `g_redlimbotime` for Axis, `g_bluelimbotime` for Allies), counted on
 * the round's clock from an offset of its own, which it hides in configstring 31: two numbers, then eight values. The
 * first number divided by 8 picks the value of Allies, the second divided by 4 that of Axis; the value divided by the seed
 * of the same place is the offset in seconds. Source: `G_loadMatchGame` in `src/game/g_match.c` of ET:Legacy.
 */
import { CS_REINFSEEDS } from "../engine/game.ts";
import { TEAM_AXIS } from "../engine/players.ts";

const SEEDS: readonly number[] = [11, 3, 13, 7, 2, 5, 1, 17];

/** The configstring, and the numbers in it. */
let known = "";
let numbers: number[] = [];

/** Offset of a team's waves, ms; undefined when the configstring says nothing. */
function waveOffsetMs(team: number): number | undefined {
  const text = et.trap_GetConfigstring(CS_REINFSEEDS);
  if (text !== known) {
    known = text;
    numbers = [];
    for (const [number] of string.gmatch(text, "%d+")) numbers.push(tonumber(number) ?? 0);
  }
  const pick = team === TEAM_AXIS ? (numbers[1] ?? -1) / 4 : (numbers[0] ?? -1) / 8;
  const index = Math.floor(pick);
  const seed = SEEDS[index];
  const value = numbers[index + 2];
  if (seed === undefined || value === undefined) return undefined;
  return Math.floor((1000 * value) / seed);
}

/** Time until the team's next wave, ms; undefined when it cannot be told. */
export function nextWaveMs(team: number, roundMs: number): number | undefined {
  const limboMs = tonumber(et.trap_Cvar_Get(team === TEAM_AXIS ? "g_redlimbotime" : "g_bluelimbotime")) ?? 0;
  const offsetMs = waveOffsetMs(team);
  if (limboMs <= 0 || offsetMs === undefined) return undefined;
  return limboMs - ((offsetMs + roundMs) % limboMs);
}
