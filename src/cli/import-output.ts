/** What `prox import` shows: a progress bar on a terminal, one line at the end. */
import cliProgress from "cli-progress";

import type { ImportProgress } from "../import/import-rounds.ts";
import type { ImportReport } from "../import/report.ts";

/** Columns that stand beside the bar, at most; the bar gets the rest of the line. */
const TEXT_COLUMNS = 60;
const MAXIMUM_BAR_COLUMNS = 40;
/** Erases the line that the cursor is in. */
const ERASE_LINE = "\r\u001b[K";

/** A progress bar, or nothing where standard error is no terminal. */
export class ImportBar implements ImportProgress {
  readonly #bar = new cliProgress.SingleBar({
    format: "{bar} {percentage}%  {rounds}/{allRounds} rounds  {rowsPerSecond} rows/s  {eta_formatted} left",
    stream: process.stderr,
    barsize: Math.max(0, Math.min(MAXIMUM_BAR_COLUMNS, (process.stderr.columns || 80) - TEXT_COLUMNS)),
    hideCursor: true,
    clearOnComplete: true,
    etaBuffer: 50,
  });
  #startedMs = 0;
  #bytes = 0;
  #rows = 0;
  #rounds = 0;
  #allRounds = 0;

  surveyed(files: number): void {
    if (process.stderr.isTTY && files % 100 === 0)
      process.stderr.write(`${ERASE_LINE}${files.toLocaleString("en")} files found`);
  }

  begin(rounds: number, bytes: number): void {
    if (process.stderr.isTTY) process.stderr.write(ERASE_LINE);
    this.#startedMs = Date.now();
    this.#allRounds = rounds;
    if (rounds > 0) this.#bar.start(bytes, 0, this.#state());
  }

  rows(rows: number, bytes: number): void {
    this.#rows += rows;
    this.#bytes += bytes;
    this.#bar.update(this.#bytes, this.#state());
  }

  round(): void {
    this.#rounds++;
    this.#bar.update(this.#bytes, this.#state());
    if (this.#rounds === this.#allRounds) this.stop();
  }

  stop(): void {
    this.#bar.stop();
  }

  #state() {
    const seconds = Math.max(0.001, (Date.now() - this.#startedMs) / 1000);
    const rowsPerSecond = Math.round(this.#rows / seconds).toLocaleString("en");
    return { rounds: this.#rounds, allRounds: this.#allRounds, rowsPerSecond };
  }
}

const plural = (count: number, noun: string): string =>
  `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

/** An import in one line. */
export function importSummary({ dryRun, totals }: ImportReport, elapsedMs: number): string {
  const { files, rounds, rows } = totals;
  const counts = [
    rounds.imported > 0 ? `${plural(rounds.imported, "round")} ${dryRun ? "to import" : "imported"}` : "",
    rounds.replaced > 0 ? `${plural(rounds.replaced, "round")} ${dryRun ? "to replace" : "replaced"}` : "",
    rounds.skipped > 0 ? `${plural(rounds.skipped, "round")} known already` : "",
    files.rejected > 0 ? `${plural(files.rejected, "file")} rejected` : "",
    files.passedOver > 0 ? `${plural(files.passedOver, "other file")} passed over` : "",
  ].filter((text) => text !== "");
  if (counts.length === 0) return "no round files found";
  const speed = rows > 0 ? ` (${plural(rows, "row")} in ${(elapsedMs / 1000).toFixed(1)} s)` : "";
  return `${counts.join(", ")}${speed}`;
}
