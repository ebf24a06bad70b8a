/**
 * The objectives of the map. What happens to them is read from the state of their entities, once a frame; the callbacks since
 * the frame before tell who could have done it. Rows have the time of those callbacks: what caused them stands before them.
 */
import { guard, isOn } from "../captures.ts";
import { clock } from "../clock.ts";
import { declareSilence, listenToLog, workOnLog } from "./announce.ts";
import { adoptCarrying, followCarrying, resetCarrying } from "./carrying.ts";
import { adoptCharges, followCharges, resetCharges } from "./charges.ts";
import { adoptConstructions, followConstructions } from "./constructions.ts";
import { adoptExplosives, followExplosives } from "./explosives.ts";
import { findObjectives } from "./find.ts";
import { forgetFrame, resetBreakables } from "./memory.ts";
import { adoptPlaces, followPlaces, resetPlaces, writeExit } from "./places.ts";
import { resetScan, scanRest, scanSome } from "./scan.ts";

/** Entities of a map that was just loaded come to be within this time, ms. */
const MAP_LOAD_MS = 1000;
/** Most of them are there by this time, and are looked for bit by bit until the rest is. */
const SCAN_MS = 700;

/** Level time at which the map was loaded, or the module. */
let loadedMs = 0;
let hasFound = false;
/** Whether the players are known who can carry something: they are looked for at the end of the first frame. */
let hasPlayers = false;

/** The engine starts the module, with a map or in the middle of it. */
export function rememberLoad(levelMs: number): void {
  loadedMs = levelMs;
}

/** Forgets the objectives of the round before; to be called when a round begins, as its piece of this number. */
export function resetObjectives(piece: number): void {
  hasFound = false;
  hasPlayers = false;
  resetScan();
  resetBreakables();
  resetCharges(piece);
  resetCarrying();
  resetPlaces();
  adoptExplosives([]);
  adoptConstructions([], []);
  forgetFrame();
  listenToLog(isOn("announce"));
}

/** Finds the objectives, and takes over how they stand. */
function findAndAdopt(): void {
  hasFound = true;
  // In the middle of a round all at once, which is little beside loading the module.
  scanRest();
  const found = findObjectives();
  adoptExplosives(found.explosives);
  adoptConstructions(found.constructibles, found.areas);
  adoptCarrying(found.documents, found.goals);
  adoptPlaces(found.poles, found.points, found.vehicles);
  adoptCharges(found.areas);
}

function follow(): void {
  if (!hasFound) {
    const loadedForMs = clock.levelMs - loadedMs;
    // Where the round went on while the modules were reloaded, everything is there.
    if ((loadedForMs >= MAP_LOAD_MS || clock.roundMs >= MAP_LOAD_MS) && hasPlayers) findAndAdopt();
    else if (loadedForMs >= SCAN_MS) scanSome();
    hasPlayers = true;
    return;
  }
  followCharges();
  followExplosives();
  followConstructions();
  followCarrying();
  followPlaces();
}

/** Looks at all objectives: in every frame of play, before the round's time goes on. */
export function followObjectives(): void {
  guard("announce", workOnLog);
  guard("objectives", follow);
  forgetFrame();
}

function close(isDecided: boolean): void {
  follow();
  if (isDecided) writeExit();
}

/** Looks at all objectives once more, as the recording ends; of a round that was decided, says why. */
export function closeObjectives(isDecided: boolean): void {
  guard("announce", workOnLog);
  guard("objectives", close, isDecided);
  if (isDecided) guard("announce", declareSilence);
  listenToLog(false);
}
