/**
 * What the server's log says that nothing else does: announcements of the map, and who gave packs to whom. It is read only
 * where `prox_announce` is 1, because all that modules print comes this way too, and an error that escapes from it
 * would be printed, and so come back until the server dies. So there is nothing here but text, behind one pcall, and a list for
 * the next frame.
 */
import { ANNOUNCE_NOTE } from "../../format/objectives.ts";
import type { ObjectiveReason } from "../../format/objectives.ts";
import { disableCapture, isOn } from "../captures.ts";
import { clock } from "../clock.ts";
import { playerOf } from "../players.ts";
import { writeObjectiveNote, writeRow } from "../recorder.ts";
import { formatRow } from "../rows.ts";
import { escapeText } from "../text.ts";
import { rememberTouch } from "./documents.ts";
import { rememberExit } from "./places.ts";
import { ROWS } from "./rows.ts";

/** More lines than this in a frame are no game's; the rest is left out. */
const MOST_LINES = 64;
/** The longest text of a note, bytes; the engine cuts what it prints before. */
const MOST_BYTES = 1000;

/** First bytes of the lines that tell something: `Health_Pack`, `Ammo_Pack`, `Item`, `Exit`. */
const FIRST_BYTES: Readonly<Record<number, true | undefined>> = { 65: true, 69: true, 72: true, 73: true };

let lines: string[] = [];
let isReading = false;
let hasFailed = false;

function keep(text: string): void {
  if (lines.length >= MOST_LINES) return;
  if (FIRST_BYTES[string.byte(text, 1)] === true || string.match(text, "^%S+ announce: ")[0] !== undefined)
    lines.push(text);
}

/** The body of et_Print: takes the lines that tell something. */
function read(this: void, text: string): void {
  if (isReading) return;
  isReading = true;
  const [isGood] = pcall(keep, text);
  if (!isGood) hasFailed = true;
  isReading = false;
}

/** Defines et_Print where it is wanted, and makes sure that it is not there where it is not. */
export function listenToLog(isWanted: boolean): void {
  lines = [];
  hasFailed = false;
  isReading = false;
  et_Print = isWanted ? read : undefined;
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
  if (announced === undefined || announced === "") return;
  const note = string.sub(announced, 1, MOST_BYTES);
  writeObjectiveNote(string.format(`#${ANNOUNCE_NOTE}\t%.0f\t%s\n`, clock.roundMs, escapeText(note)));
}

/** Works off what the log told since the last frame. */
export function workOnLog(): void {
  if (hasFailed) {
    hasFailed = false;
    disableCapture("announce", "failed");
  }
  if (lines.length === 0) return;
  const told = lines;
  lines = [];
  if (!isOn("announce")) return;
  for (const line of told) workOn(line);
}
