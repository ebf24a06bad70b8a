/** The course of a round: begins a recording when play begins, pauses it, ends it for the reason that the engine shows. */
import {
  CS_MULTI_MAPWINNER,
  GAMESTATE_INITIALIZE,
  GAMESTATE_INTERMISSION,
  GAMESTATE_PLAYING,
} from "../engine/game.ts";
import type { EndReason } from "../format/file.ts";
import { guard, isOn, noteError, resetCaptures } from "./captures.ts";
import { clock, isPauseToggled, readGameState, roundTimeOf } from "./clock.ts";
import { config, readConfiguration } from "./configuration.ts";
import { noteRoundEnd, noteTime, resetFights } from "./fights.ts";
import { resetLives, settleAll, trackPlayers } from "./lives.ts";
import { isSomebodyFrozen, resetPlayers } from "./players.ts";
import { formatAllRows, formatSomeRows, resetPositions, samplePositions } from "./positions.ts";
import {
  beginRecording,
  completeRecording,
  endRecording,
  isRecording,
  noteFrameCost,
  workOnFiles,
  writeNote,
  writeRow,
} from "./recorder.ts";
import { identifyRound } from "./round-key.ts";
import { rowFormat } from "./rows.ts";

const PAUSE_ROW = rowFormat("combat", ["time_ms", "event=pause"]);
const RESUME_ROW = rowFormat("combat", ["time_ms", "event=resume"]);

/** Movement is followed this often, or with every sample if that is more often. */
const TICK_MS = 100;
/** The name that `lua_status` shows. */
const MODULE_NAME = "prox";

let randomSeed = 0;
let isRegistered = false;
let nextTickMs = 0;
let nextSampleMs = 0;

/** The engine tells its random seed when it starts the module with a map. */
export function noteInit(levelMs: number, seed: number): void {
  clock.levelMs = levelMs;
  randomSeed = seed;
}

/** The team that won, by the engine's configstring; undefined when nobody did. */
function readWinner(): number | undefined {
  const winner = tonumber(et.Info_ValueForKey(et.trap_GetConfigstring(CS_MULTI_MAPWINNER), "w"));
  return winner === 0 || winner === 1 ? winner + 1 : undefined;
}

function begin(): void {
  readConfiguration();
  resetCaptures(writeNote);
  resetPlayers();
  resetLives();
  resetPositions();
  beginRecording(identifyRound(randomSeed), resetFights());
  nextTickMs = clock.roundMs;
  nextSampleMs = Math.ceil(clock.roundMs / config.sampleMs) * config.sampleMs;
}

function end(reason: EndReason, winnerTeam: number | undefined): void {
  noteRoundEnd();
  formatAllRows();
  endRecording(reason, winnerTeam);
}

/** Follows the match's pauses; true while there is one. */
function followPause(): boolean {
  const isPaused = isPauseToggled() || isSomebodyFrozen();
  if (isPaused !== clock.isPaused) {
    clock.isPaused = isPaused;
    writeRow("combat", isPaused ? PAUSE_ROW : RESUME_ROW, clock.roundMs);
  }
  return isPaused;
}

/** What is recorded in a frame of play. */
function playFrame(): void {
  const isSampleDue = clock.roundMs >= nextSampleMs;
  settleAll();
  if (isSampleDue || clock.roundMs >= nextTickMs) {
    trackPlayers();
    nextTickMs = clock.roundMs + TICK_MS;
    noteTime();
  }
  if (isSampleDue) {
    guard("positions", samplePositions, undefined, undefined, undefined, undefined, undefined);
    nextSampleMs = (Math.floor(clock.roundMs / config.sampleMs) + 1) * config.sampleMs;
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
  const isPlay = clock.gameState === GAMESTATE_PLAYING;
  if (isRecording()) {
    if (!isPlay) {
      const isFinished = clock.gameState === GAMESTATE_INTERMISSION;
      end(isFinished ? "finished" : "warmup", isFinished ? readWinner() : undefined);
      return;
    }
  } else {
    if (!isPlay) return;
    completeRecording();
    clock.isPaused = false;
    clock.roundMs = roundTimeOf(levelMs);
    if (clock.roundMs < 0) clock.roundMs = 0;
    begin();
  }
  if (followPause()) return;
  const roundMs = roundTimeOf(levelMs);
  if (roundMs > clock.roundMs) clock.roundMs = roundMs;
  playFrame();
}

/** The body of et_RunFrame. */
export function runFrame(levelMs: number): void {
  const startedMs = et.trap_Milliseconds();
  const [ok, message] = pcall(frame, levelMs);
  if (!ok) noteError("et_RunFrame", message);
  if (isOn("positions")) formatSomeRows();
  workOnFiles();
  noteFrameCost(et.trap_Milliseconds() - startedMs);
}

/** Whether events are to be recorded now. */
export function isRecordingPlay(): boolean {
  return isRecording() && !clock.isPaused;
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
  if (isRecording()) end("module_unloaded", undefined);
  completeRecording();
}
