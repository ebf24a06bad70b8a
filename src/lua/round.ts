/** The course of a round: begins a recording when play begins, pauses it, ends it for the reason that the engine shows. */
import {
  CS_MULTI_MAPWINNER,
  GAMESTATE_INITIALIZE,
  GAMESTATE_INTERMISSION,
  GAMESTATE_PLAYING,
} from "../engine/game.ts";
import type { EndReason } from "../format/file.ts";
import { contain, disableCapture, guard, isOn, resetCaptures } from "./captures.ts";
import { resetDoomed, recordDoomedKills } from "./combat.ts";
import { clock, isPauseToggled, readGameState, roundTimeOf } from "./clock.ts";
import { config, fireFilter, readConfiguration } from "./configuration.ts";
import { countEngagements, endAllFights, endSilentFights, resetFights } from "./fights.ts";
import { checkEngine } from "./engine-check.ts";
import { readAllRegionHits } from "./hit-regions.ts";
import {
  checkIdentity,
  checkLives,
  resetLives,
  isAnyoneDown,
  applyAllAnnouncements,
  trackDowned,
} from "./lives.ts";
import { trackLiving } from "./movement.ts";
import { isAnyoneFrozen, livesText, resetPlayers, resumeLives, roster } from "./players.ts";
import { closeObjectives, followObjectives, rememberLoad, resetObjectives } from "./objectives/objectives.ts";
import { samplePositions } from "./positions.ts";
import {
  beginRecording,
  completeRecording,
  endRecording,
  isBeingCompleted,
  isRecording,
  addFrameCost,
  workOnFiles,
  writeNote,
  writeRow,
} from "./recorder.ts";
import { TICK_MS } from "../rules/facts.ts";
import { carryRound, identifyRound, takeCarriedRound } from "./round-key.ts";
import type { RoundIdentity } from "./round-key.ts";
import { formatRow, rowFormat } from "./rows.ts";

const PAUSE_ROW = rowFormat("combat", { event: "pause" });
const RESUME_ROW = rowFormat("combat", { event: "resume" });

/** Who lives is checked this often, and with every sample. */
const CHECK_MS = 1000;
/** The name that `lua_status` shows. */
const MODULE_NAME = "prox";

let randomSeed = 0;
/** The round that started last. */
let identity: RoundIdentity | undefined;
let isRegistered = false;
/** Whether a recording started since play began. */
let hasTried = false;
/** Movement is followed with every tick, or with every sample if that is more often. */
let nextTickMs = 0;
let nextCheckMs = 0;
let nextSampleMs = 0;
let nextFreezeMs = 0;

/** The engine tells its random seed when it starts the module with a map. */
export function rememberSeed(levelMs: number, seed: number): void {
  clock.levelMs = levelMs;
  randomSeed = seed;
  rememberLoad(levelMs);
}

/** The team that won, by the engine's configstring; undefined when nobody did. */
function readWinner(): number | undefined {
  const winner = tonumber(et.Info_ValueForKey(et.trap_GetConfigstring(CS_MULTI_MAPWINNER), "w"));
  return winner === 0 || winner === 1 ? winner + 1 : undefined;
}

function begin(): void {
  readConfiguration();
  resetCaptures(writeNote);
  checkEngine();
  if (fireFilter.text === "none") disableCapture("fire", "off");
  if (config.objectives !== 1) disableCapture("objectives", "off");
  if (config.announce !== 1) disableCapture("announce", "off");
  resetPlayers();
  if (isOn("hit_region")) readAllRegionHits();
  resetLives();
  resetDoomed();
  const carried = takeCarriedRound();
  if (carried !== undefined) resumeLives(carried.lives);
  identity = identifyRound(randomSeed, carried);
  beginRecording(identity, resetFights(carried?.engagements ?? 0));
  resetObjectives(identity.piece);
  nextFreezeMs = clock.levelMs;
  nextTickMs = clock.roundMs;
  nextCheckMs = clock.roundMs;
  nextSampleMs = Math.ceil(clock.roundMs / config.sampleMs) * config.sampleMs;
}

function end(reason: EndReason, winnerTeam: number | undefined): void {
  clock.isLive = false;
  guard("kill", recordDoomedKills);
  closeObjectives(reason === "finished");
  endAllFights();
  endRecording(reason, winnerTeam);
}

/** Follows the match's pauses; true while there is one. */
function followPause(): boolean {
  // The engine tells of a pause; only one of which it does not is seen by the players, at the next tick.
  const isFreezeRead = clock.isPaused || clock.levelMs >= nextFreezeMs;
  if (isFreezeRead) nextFreezeMs = clock.levelMs + TICK_MS;
  const isPaused = isPauseToggled() || (isFreezeRead && isAnyoneFrozen());
  if (isPaused !== clock.isPaused) {
    clock.isPaused = isPaused;
    writeRow("combat", formatRow(isPaused ? PAUSE_ROW : RESUME_ROW, clock.roundMs));
  }
  return isPaused;
}

/** What is recorded in a frame of play. */
function playFrame(): void {
  const isSampleDue = clock.roundMs >= nextSampleMs;
  const isTickDue = isSampleDue || clock.roundMs >= nextTickMs;
  if (roster.hasNews) contain("applyAllAnnouncements", applyAllAnnouncements);
  if (isTickDue) contain("checkIdentity", checkIdentity);
  if (isAnyoneDown()) guard("kill", trackDowned);
  if (isSampleDue || clock.roundMs >= nextCheckMs) {
    nextCheckMs = clock.roundMs + CHECK_MS;
    contain("checkLives", checkLives);
  }
  if (isTickDue) {
    nextTickMs = clock.roundMs + TICK_MS;
    const readsStamina = isSampleDue || nextTickMs >= nextSampleMs;
    guard("positions", trackLiving, readsStamina);
    endSilentFights();
  }
  if (isSampleDue) {
    nextSampleMs = (Math.floor(clock.roundMs / config.sampleMs) + 1) * config.sampleMs;
    guard("positions", samplePositions);
  }
}

/** A frame of the engine. */
function frame(levelMs: number): void {
  clock.levelMs = levelMs;
  clock.gameState = readGameState();
  if (!isRegistered) {
    isRegistered = true;
    et.RegisterModname(MODULE_NAME);
  }
  if (clock.gameState !== GAMESTATE_PLAYING) {
    hasTried = false;
    if (!isRecording()) return;
    const isFinished = clock.gameState === GAMESTATE_INTERMISSION;
    end(isFinished ? "finished" : "warmup", isFinished ? readWinner() : undefined);
    return;
  }
  if (!isRecording()) {
    // A round that could not start is not tried again in every frame.
    if (hasTried) return;
    hasTried = true;
    completeRecording();
    clock.isPaused = false;
    const roundMs = roundTimeOf(levelMs);
    clock.roundMs = roundMs > 0 ? roundMs : 0;
    begin();
  }
  clock.isLive = !followPause();
  if (!clock.isLive) return;
  guard("kill", recordDoomedKills);
  followObjectives();
  const roundMs = roundTimeOf(levelMs);
  if (roundMs > clock.roundMs) clock.roundMs = roundMs;
  playFrame();
}

/** The body of et_RunFrame. */
export function runFrame(levelMs: number): void {
  const startedMs = et.trap_Milliseconds();
  contain("et_RunFrame", frame, levelMs);
  workOnFiles();
  addFrameCost(et.trap_Milliseconds() - startedMs);
}

/** The body of et_ShutdownGame: the round ends with the module. */
export function shutDown(isRestart: boolean): void {
  if (isRecording()) {
    const gameState = readGameState();
    if (isRestart) end(gameState === GAMESTATE_PLAYING ? "map_restart" : "warmup", undefined);
    else end(gameState === GAMESTATE_INITIALIZE ? "map_change" : "shutdown", undefined);
  }
  completeRecording();
}

/** The body of et_Quit: without et_ShutdownGame before it, the modules alone are unloaded. */
export function quit(): void {
  if (isRecording()) {
    const lives = livesText();
    end("module_unloaded", undefined);
    if (identity !== undefined) carryRound(identity, isBeingCompleted(), countEngagements(), lives);
  }
  completeRecording();
}
