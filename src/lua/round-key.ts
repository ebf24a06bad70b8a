/** The identity of a round, made once when play begins. */
import { GAME_TYPE_STOPWATCH } from "../engine/game.ts";
import { hex16 } from "./checksum.ts";
import { MOST_PIECES } from "../format/file.ts";
import { clock, roundTimeOf } from "./clock.ts";
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

/**
 * Carries a round over a reload of the modules in the middle of it: `<round key> <next piece> <level time, ms> <begin, seconds
 * since 1970> <engagements>`.
 */
const ROUND_CVAR = "prox_round";
/** Carries the lives of its players. */
const LIVES_CVAR = "prox_lives";

/** A round of which an earlier load of the modules recorded a piece. */
export interface CarriedRound {
  roundKey: string;
  /** The piece that comes now. */
  piece: number;
  startedAt: number;
  /** Engagements that have a number already. */
  engagements: number;
  /** See `livesText`. */
  lives: string;
}

/** The modules are reloaded in the middle of a round: what is known of it outlives them. `isWritten`: a piece of it has files. */
export function carryRound(
  identity: RoundIdentity,
  isWritten: boolean,
  engagements: number,
  lives: string,
): void {
  if (!isWritten) return;
  const { piece, roundKey, startedAt } = identity;
  et.trap_Cvar_Set(
    ROUND_CVAR,
    string.format("%s %.0f %.0f %.0f %.0f", roundKey, piece + 1, clock.levelMs, startedAt, engagements),
  );
  et.trap_Cvar_Set(LIVES_CVAR, lives);
}

/** The round that goes on, if one was carried and it is still the same; it is forgotten with that. */
export function takeCarriedRound(): CarriedRound | undefined {
  const text = et.trap_Cvar_Get(ROUND_CVAR);
  if (text === "") return undefined;
  const lives = et.trap_Cvar_Get(LIVES_CVAR);
  et.trap_Cvar_Set(ROUND_CVAR, "");
  et.trap_Cvar_Set(LIVES_CVAR, "");
  const [roundKey, piece, levelMs, startedAt, engagements] = string.match(
    text,
    "^(%S+) (%d+) (%d+) (%d+) (%d+)$",
  );
  if (roundKey === undefined) return undefined;
  const nextPiece = tonumber(piece) ?? 0;
  // Play of another round began after the modules were unloaded.
  const isSame = clock.levelMs - roundTimeOf(clock.levelMs) <= (tonumber(levelMs) ?? 0);
  if (!isSame || nextPiece > MOST_PIECES) return undefined;
  return {
    roundKey,
    piece: nextPiece,
    startedAt: tonumber(startedAt) ?? 0,
    engagements: tonumber(engagements) ?? 0,
    lives,
  };
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
  /** 1, or more after the modules were reloaded in the middle of the round. */
  piece: number;
  /** Round time when this recording began, ms. */
  beganMs: number;
}

/**
 * Identifies the round that is being played. `randomSeed` is that of et_InitGame, 0 when the module was loaded later;
 * `carried`, where the round goes on after a reload.
 */
export function identifyRound(randomSeed: number, carried: CarriedRound | undefined): RoundIdentity {
  const map = et.trap_Cvar_Get("mapname");
  const gameType = tonumber(et.trap_Cvar_Get("g_gametype")) ?? 0;
  const isStopwatch = gameType === GAME_TYPE_STOPWATCH;
  const round = isStopwatch && et.trap_Cvar_Get("g_currentRound") === "1" ? 2 : 1;
  const safeMap = string.sub(sanitizeName(map), 1, LONGEST_MAP_NAME);
  // A module that was loaded in the middle of a round knows by the round's clock when play began.
  const startedAt = carried?.startedAt ?? os.time() - Math.floor(clock.roundMs / 1000);
  const facts = [
    et.trap_Cvar_Get("sv_hostname"),
    et.trap_Cvar_Get("net_port"),
    string.format("%.0f %.0f %.0f", clock.levelMs, et.trap_Milliseconds(), randomSeed),
  ];
  const time = os.date("!%Y-%m-%d-%H%M%S", startedAt);
  const roundKey =
    carried?.roundKey ??
    string.format("%s-%s-round-%.0f-%s", time, safeMap, round, hash(table.concat(facts, "\n")));
  let matchKey = roundKey;
  if (isStopwatch && round === 1) {
    et.trap_Cvar_Set(MATCH_KEY_CVAR, `${safeMap} ${roundKey}`);
  } else if (isStopwatch) {
    const [carriedMap, carriedKey] = string.match(et.trap_Cvar_Get(MATCH_KEY_CVAR), "^(%S+) (%S+)$");
    if (carriedMap === safeMap && carriedKey !== undefined) matchKey = carriedKey;
  }
  const piece = carried?.piece ?? 1;
  return { roundKey, matchKey, map, round, gameType, startedAt, piece, beganMs: clock.roundMs };
}
