/** The progress bar of `prox import`: as much as the width of the terminal holds. */
import type { ImportProgress } from "../import/import-rounds.ts";
import { drawingStream } from "./output.ts";
import { createBar } from "./progress-bar.ts";
import { terminalOf } from "./render/terminal.ts";

/** How far an import has come. */
export interface ImportState {
  /** From 0 to 1. */
  readonly share: number;
  readonly rounds: number;
  readonly allRounds: number;
  readonly rowsPerSecond: number;
  /** Seconds to go; not finite as long as nobody can tell. */
  readonly secondsLeft: number;
}

const MAXIMUM_BAR_COLUMNS = 40;
const MINIMUM_BAR_COLUMNS = 5;
const GAP = "  ";
/** Erases the line that the cursor is in. */
const ERASE_LINE = "\r\u001b[K";
/** Remembers where the cursor is, as the library does when a bar starts. */
const SAVE_CURSOR = "\u001b7";
/** How often the number of files that were looked at is updated, ms. */
const SURVEY_INTERVAL_MS = 100;

/** A duration in its two largest units: `42s`, `3m05s`, `2h10m`. */
function shortDuration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole}s`;
  const two = (number: number): string => String(number % 60).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes}m${two(whole)}s` : `${Math.floor(minutes / 60)}h${two(minutes)}m`;
}

/**
 * The line for a terminal of so many columns, always shorter than it. First the bar goes, then the words, then rows/s,
 * rounds and time left.
 */
export function importLine(state: ImportState, columns: number, unicode: boolean): string {
  const { allRounds, rounds, rowsPerSecond, secondsLeft, share } = state;
  const percent = `${Math.floor(share * 100)}%`;
  const left = Number.isFinite(secondsLeft) ? [shortDuration(secondsLeft)] : [];
  const count = `${rounds.toLocaleString("en")}/${allRounds.toLocaleString("en")}`;
  const speed = Math.round(rowsPerSecond).toLocaleString("en");
  const withWords = [`${count} rounds`, `${speed} rows/s`, ...left.map((time) => `${time} left`)];
  const room = columns - 1;
  const candidates = [
    withWords,
    [count, `${speed} rows/s`, ...left],
    [`${count} rounds`, ...left.map((time) => `${time} left`)],
    [count, ...left],
    left,
    [],
  ].map((parts) => [percent, ...parts].join(GAP));
  const text = candidates.find((candidate) => candidate.length <= room) ?? "";
  const bar = Math.min(MAXIMUM_BAR_COLUMNS, room - text.length - GAP.length);
  if (text !== candidates[0] || bar < MINIMUM_BAR_COLUMNS) return text;
  const full = Math.round(bar * share);
  const [done, open] = unicode ? ["█", "░"] : ["#", "-"];
  return `${done.repeat(full)}${open.repeat(bar - full)}${GAP}${text}`;
}

/** Shows how the import goes on, on standard error, which must be a terminal. */
export class ImportBar implements ImportProgress {
  readonly #bar = createBar({
    format: (_options, { eta, progress }) => {
      const { columns, unicode } = terminalOf(process.stderr);
      return importLine({ ...this.#state(), share: progress, secondsLeft: eta }, columns, unicode);
    },
    etaBuffer: 50,
  });
  #shownMs = 0;
  #startedMs = 0;
  #totalBytes = 0;
  /** Bytes of rounds that are done. */
  #doneBytes = 0;
  /** Bytes of rows that went to the database of rounds that are not. */
  #openBytes = 0;
  #rows = 0;
  #rounds = 0;
  #allRounds = 0;

  surveyed(files: number): void {
    if (Date.now() - this.#shownMs < SURVEY_INTERVAL_MS) return;
    this.#shownMs = Date.now();
    drawingStream(process.stderr).write(`${ERASE_LINE}looking at file ${files.toLocaleString("en")}`);
  }

  begin(rounds: number, bytes: number): void {
    drawingStream(process.stderr).write(ERASE_LINE);
    this.#startedMs = Date.now();
    this.#allRounds = rounds;
    this.#totalBytes = bytes;
    if (rounds > 0) this.#bar.start(bytes, 0);
  }

  rows(rows: number, bytes: number): void {
    this.#rows += rows;
    this.#openBytes += bytes;
    this.#show();
  }

  round(bytes: number): void {
    this.#rounds++;
    this.#doneBytes += bytes;
    this.#openBytes = Math.max(0, this.#openBytes - bytes);
    this.#show();
    if (this.#rounds === this.#allRounds) this.stop();
  }

  /** Lets a message be printed in place of the bar, which is drawn again below it. */
  beside(print: () => void): void {
    drawingStream(process.stderr).write(ERASE_LINE);
    print();
    // Where the bar will be cleared when it stops.
    drawingStream(process.stderr).write(SAVE_CURSOR);
  }

  stop(): void {
    this.#bar.stop();
    // The work ended before a bar started.
    if (this.#allRounds === 0) drawingStream(process.stderr).write(ERASE_LINE);
  }

  #show(): void {
    // A round that starts again sends its rows again.
    this.#bar.update(Math.min(this.#totalBytes, this.#doneBytes + this.#openBytes));
  }

  #state(): Pick<ImportState, "rounds" | "allRounds" | "rowsPerSecond"> {
    const seconds = Math.max(0.001, (Date.now() - this.#startedMs) / 1000);
    return { rounds: this.#rounds, allRounds: this.#allRounds, rowsPerSecond: this.#rows / seconds };
  }
}
