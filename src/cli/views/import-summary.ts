/** What `prox import` did, in one line. */
import type { ImportReport } from "../../import/report.ts";

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
