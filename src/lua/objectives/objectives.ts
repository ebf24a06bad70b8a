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
import { findObjectives } from "./entities.ts";
import { forgetFrame } from "./memory.ts";
import { adoptPlaces, followPlaces, resetPlaces, writeExit } from "./places.ts";

/** Entities of a map that was just loaded come to be within this time, ms. */
const MAP_LOAD_MS = 1000;

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
  resetCharges(piece);
  resetCarrying();
  resetPlaces();
  adoptConstructions([], [], []);
  forgetFrame();
  listenToLog(isOn("announce"));
}

/** Finds the objectives, and takes over how they stand. */
function findAndAdopt(): void {
  hasFound = true;
  const found = findObjectives();
  adoptConstructions(found.constructibles, found.explosives, found.areas);
  adoptCarrying(found.documents, found.goals);
  adoptPlaces(found.poles, found.points, found.vehicles);
  adoptCharges(found.areas);
}

function follow(): void {
  if (!hasFound) {
    // Where the round went on while the modules were reloaded, everything is there.
    const isLoaded = clock.levelMs - loadedMs >= MAP_LOAD_MS || clock.roundMs >= MAP_LOAD_MS;
    if (isLoaded && hasPlayers) findAndAdopt();
    hasPlayers = true;
    return;
  }
  followCharges();
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
  if (hasFound) follow();
  if (isDecided) writeExit();
}

/** Looks at all objectives once more, as the recording ends; of a round that was decided, says why. */
export function closeObjectives(isDecided: boolean): void {
  guard("announce", workOnLog);
  guard("objectives", close, isDecided);
  if (isDecided) guard("announce", declareSilence);
  listenToLog(false);
}
