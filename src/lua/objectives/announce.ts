/**
 * What the server's log says that nothing else does: announcements of the map, and who gave packs to whom. It is read only
 * where `prox_announce` is 1, because all that modules print comes this way too, and an error that escapes from it
 * would be printed, and so come back until the server dies. So there is nothing here but text, behind one pcall, and a list for
 * the next frame.
 */
import { LIMITS } from "../../format/limits.ts";
import { ANNOUNCE_NOTE } from "../../format/objectives.ts";
import type { ObjectiveReason } from "../../format/objectives.ts";
import { disableCapture } from "../captures.ts";
import { clock } from "../clock.ts";
import { playerOf } from "../players.ts";
import { writeObjectiveNote, writeRow } from "../recorder.ts";
import { formatRow } from "../rows.ts";
import { noteText } from "../text.ts";
import { rememberTouch } from "./documents.ts";
import { rememberExit } from "./places.ts";
import { ROWS } from "./rows.ts";

/** More lines than this in a frame are no game's. */
const MOST_LINES = 64;

/** How the lines that tell something begin, by their first byte. */
const BEGINNINGS: Readonly<Record<number, string | undefined>> = {
  65: "^Ammo_Pack: %d",
  69: "^Exit: ",
  72: "^Health_Pack: %d",
  73: "^Item: %d+ team_CTF_",
};
const ANNOUNCEMENT = '^%S+ announce: "';

let lines: string[] = [];
/** `#announce` notes of the round. */
let notes = 0;
let isReading = false;
/** Whether the engine gave anything in this round. */
let hasHeard = false;
let hasFailed = false;

function keep(text: string): void {
  const beginning = BEGINNINGS[string.byte(text, 1)];
  const isTold = beginning !== undefined && string.match(text, beginning)[0] !== undefined;
  if (!isTold && string.match(text, ANNOUNCEMENT)[0] === undefined) return;
  if (lines.length >= MOST_LINES) hasFailed = true;
  else lines.push(text);
}

/** The body of et_Print: takes the lines that tell something. */
function read(this: void, text: string): void {
  if (isReading) return;
  isReading = true;
  hasHeard = true;
  const [isGood] = pcall(keep, text);
  if (!isGood) hasFailed = true;
  isReading = false;
}

/** Defines et_Print where it is wanted, and makes sure that it is not there where it is not. */
export function listenToLog(isWanted: boolean): void {
  lines = [];
  notes = 0;
  hasHeard = false;
  hasFailed = false;
  isReading = false;
  et_Print = isWanted ? read : undefined;
}

/** Says so where the engine gave nothing in a round that it decided, the line of the end included: there is no log to read. */
export function declareSilence(): void {
  if (!hasHeard) disableCapture("announce", "unavailable");
}

/** Why the round was decided, by the words of the engine. */
function exitReason(words: string): ObjectiveReason {
  const has = (pattern: string): boolean => string.match(words, pattern)[0] !== undefined;
  if (has("[Tt]imelimit")) return "time_limit";
  if (has("eliminated")) return "eliminated";
  if (has("[Ss]urrender")) return "surrender";
  return has("EndRound") ? "objective" : "other";
}

function writePack(text: string): void {
  const [kind, giver, taker] = string.match(text, "^(%a+)_Pack: (%d+) (%d+)");
  const from = playerOf(tonumber(giver) ?? -1);
  const to = playerOf(tonumber(taker) ?? -1);
  if (from?.isConnected !== true || to?.isConnected !== true) return;
  const row = kind === "Health" ? ROWS.packHealth : ROWS.packAmmo;
  writeRow("objectives", formatRow(row, clock.roundMs, "line", from.slot, to.slot));
}

function workOn(text: string): void {
  const [item] = string.match(text, "^Item: (%d+) team_CTF_%a+flag%s*$");
  if (item !== undefined) {
    rememberTouch(tonumber(item) ?? -1);
    return;
  }
  const [exit] = string.match(text, "^Exit: (.*)$");
  if (exit !== undefined) {
    rememberExit(exitReason(exit));
    return;
  }
  if (string.match(text, "^%a+_Pack: ")[0] !== undefined) {
    writePack(text);
    return;
  }
  const [announced] = string.match(text, '^%S+ announce: "(.*)"');
  const note = announced === undefined ? "" : noteText(announced);
  if (note === "") return;
  // A reader refuses files with more, and all that is in them.
  if (notes >= LIMITS.announceNotes) {
    hasFailed = true;
    return;
  }
  notes += 1;
  writeObjectiveNote(string.format(`#${ANNOUNCE_NOTE}\t%.0f\t%s\n`, clock.roundMs, note));
}

/** Works off what the log told since the last frame. What more there was than a game can say ends the capture. */
export function workOnLog(): void {
  if (lines.length > 0) {
    const told = lines;
    lines = [];
    for (const line of told) workOn(line);
  }
  if (!hasFailed) return;
  listenToLog(false);
  disableCapture("announce", "failed");
}
