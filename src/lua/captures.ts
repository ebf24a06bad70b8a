/** What is captured, and the guard around everything that the engine calls: it contains errors where they happen. */
import { CAPTURE_NOTE, CAPTURES } from "../format/file.ts";
import type { Capture, CaptureState } from "../format/file.ts";
import { print } from "./configuration.ts";

/** What is captured in the round, by name. */
export const captures = {} as Record<Capture, CaptureState>;

/** What cannot be right any more when a capture fails. */
const DEPENDENTS: Partial<Record<Capture, readonly Capture[]>> = {
  fire: ["mounted_fire"],
  hit: ["hit_region", "engagement", "crossfire", "bait"],
  kill: ["engagement", "trade", "heatmap"],
};

/** Errors caught since the module was loaded. */
let errors = 0;
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
  return captures[capture] === "on";
}

/** Switches a capture off for the rest of the round, and what depends on it, and says so. */
export function failCapture(capture: Capture): void {
  if (!isOn(capture)) return;
  captures[capture] = "failed";
  announce?.(captureNote(capture));
  for (const dependent of DEPENDENTS[capture] ?? []) failCapture(dependent);
}

/** Counts an error; the first is printed with its place. */
export function noteError(what: string, message: unknown): void {
  errors += 1;
  if (errors === 1) print(`error in ${what}: ${tostring(message)} (further errors are only counted)`);
}

/**
 * Calls a part of a capture. An error in it is counted and switches the capture off; nothing is passed on, so that
 * neither the engine nor another module notices.
 */
export function guard<A, B, C, D, E>(
  capture: Capture,
  part: (a: A, b: B, c: C, d: D, e: E) => void,
  a: A,
  b: B,
  c: C,
  d: D,
  e: E,
): void {
  if (captures[capture] !== "on") return;
  const [ok, message] = pcall(part, a, b, c, d, e);
  if (ok) return;
  noteError(capture, message);
  pcall(failCapture, capture);
}
