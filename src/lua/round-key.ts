/** The identity of a round, made once when play begins. */
import { GAME_TYPE_STOPWATCH } from "../engine/game.ts";
import { hex16 } from "./adler32.ts";
import { clock } from "./clock.ts";
import { sanitizeName } from "./text.ts";

/** Carries the match key of a stopwatch map's first round to the second: `<map> <match key>`. */
const MATCH_KEY_CVAR = "prox_match_key";
/** The engine cuts longer paths; map names on servers stay far below. */
const LONGEST_MAP_NAME = 64;

/** A hash of text, 8 hex digits, in the arithmetic that Lua 5.4 and LuaJIT share. */
function hash(text: string): string {
  let low = 0;
  let high = 0;
  for (const at of $range(1, text.length)) {
    const byte = string.byte(text, at);
    low = (low * 31 + byte) % 65521;
    high = (high * 131 + byte + low) % 65521;
  }
  return hex16(high) + hex16(low);
}

/** What all files of a round state about it. */
export interface RoundIdentity {
  /** `<UTC time>-<map>-round-<number>-<hash>`, fit for a file's name; the map's name is sanitised in it. */
  roundKey: string;
  /** The round key of a stopwatch map's first round, where it is known, for both; elsewhere the round's own. */
  matchKey: string;
  /** As the server names it. */
  map: string;
  /** 2 in the second round of stopwatch, else 1. */
  round: number;
  /** `g_gametype`, the engine's number. */
  gameType: number;
  /** When play began, seconds since 1970. */
  startedAt: number;
}

/**
 * Identifies the round that is being played. `randomSeed` is that of et_InitGame, 0 when the module was loaded later.
 */
export function identifyRound(randomSeed: number): RoundIdentity {
  const map = et.trap_Cvar_Get("mapname");
  const gameType = tonumber(et.trap_Cvar_Get("g_gametype")) ?? 0;
  const isStopwatch = gameType === GAME_TYPE_STOPWATCH;
  const round = isStopwatch && et.trap_Cvar_Get("g_currentRound") === "1" ? 2 : 1;
  const safeMap = string.sub(sanitizeName(map), 1, LONGEST_MAP_NAME);
  // A module that was loaded in the middle of a round knows by the round's clock when play began.
  const startedAt = os.time() - Math.floor((clock.roundMs > 0 ? clock.roundMs : 0) / 1000);
  const facts = [
    et.trap_Cvar_Get("sv_hostname"),
    et.trap_Cvar_Get("net_port"),
    string.format("%.0f %.0f %.0f", clock.levelMs, et.trap_Milliseconds(), randomSeed),
  ];
  const time = os.date("!%Y-%m-%d-%H%M%S", startedAt);
  const roundKey = string.format(
    "%s-%s-round-%.0f-%s",
    time,
    safeMap,
    round,
    hash(table.concat(facts, "\n")),
  );
  let matchKey = roundKey;
  if (isStopwatch && round === 1) {
    et.trap_Cvar_Set(MATCH_KEY_CVAR, `${safeMap} ${roundKey}`);
  } else if (isStopwatch) {
    const [carriedMap, carriedKey] = string.match(et.trap_Cvar_Get(MATCH_KEY_CVAR), "^(%S+) (%S+)$");
    if (carriedMap === safeMap && carriedKey !== undefined) matchKey = carriedKey;
  }
  return { roundKey, matchKey, map, round, gameType, startedAt };
}
