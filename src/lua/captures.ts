/** What is captured, and the guard around everything that the engine calls: it contains errors where they happen. */
import { CAPTURE_NOTE, CAPTURES } from "../format/file.ts";
import type { Capture, CaptureState } from "../format/file.ts";
import { print } from "./configuration.ts";

/** What is captured in the round, by name. */
const captures = {} as Record<Capture, CaptureState>;

/** What cannot be right any more when a capture fails. */
const DEPENDENTS: Partial<Record<Capture, readonly Capture[]>> = {
  fire: ["mounted_fire"],
  hit: ["hit_region", "engagement", "crossfire", "bait"],
  kill: ["engagement", "trade", "heatmap"],
};

/** Errors caught in the round. */
let errors = 0;
/** Whether an error has been printed since the module was loaded. */
let hasPrinted = false;
/** Called with each note that a file must take up. */
let announce: ((note: string) => void) | undefined;

/** The line that states a capture's state. */
export function captureNote(capture: Capture): string {
  return `#${CAPTURE_NOTE}\t${capture}\t${captures[capture]}\n`;
}

/** Switches all captures on, for a new round; `announceNote` is told when one fails later. */
export function resetCaptures(announceNote: (note: string) => void): void {
  errors = 0;
  announce = announceNote;
  for (const capture of CAPTURES) captures[capture] = "on";
}

/** Errors caught since the round began. */
export function errorCount(): number {
  return errors;
}

/** Whether a capture is on. */
export function isOn(capture: Capture): boolean {
  const state = captures[capture];
  return state === "on" || state === "by_state";
}

/** Notes that the engine did not tell all of a capture, so that the rest was read from the players' state. */
export function markByState(capture: Capture): void {
  if (captures[capture] !== "on") return;
  captures[capture] = "by_state";
  announce?.(captureNote(capture));
}

/** Switches a capture off for the round, and what depends on it. */
export function disableCapture(capture: Capture, state: "off" | "unavailable" | "failed"): void {
  if (!isOn(capture)) return;
  captures[capture] = state;
  announce?.(captureNote(capture));
  for (const dependent of DEPENDENTS[capture] ?? []) disableCapture(dependent, state);
}

/** Counts an error; the first is printed with its place. */
function countError(what: string, message: unknown): void {
  errors += 1;
  if (hasPrinted) return;
  hasPrinted = true;
  print(`error in ${what}: ${tostring(message)} (further errors are only counted)`);
}

/**
 * Calls a part of a capture. An error in it is counted and switches the capture off; nothing is passed on, so that
 * neither the engine nor another module notices.
 */
export function guard<Parameters extends unknown[]>(
  capture: Capture,
  part: (...parameters: Parameters) => void,
  ...parameters: Parameters
): void {
  if (!isOn(capture)) return;
  const [ok, message] = pcall(part, ...parameters);
  if (ok) return;
  countError(capture, message);
  pcall(disableCapture, capture, "failed");
}

/** Calls what belongs to no capture; an error in it is counted and goes no further. */
export function contain<Parameters extends unknown[]>(
  name: string,
  body: (...parameters: Parameters) => void,
  ...parameters: Parameters
): void {
  const [ok, message] = pcall(body, ...parameters);
  if (!ok) countError(name, message);
}
