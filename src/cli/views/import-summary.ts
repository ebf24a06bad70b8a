/** What `prox import` did, in one line. */
import { counted } from "../../counts.ts";
import type { ImportReport } from "../../import/report.ts";

/** An import in one line. */
export function importSummary({ dryRun, totals }: ImportReport, elapsedMs: number): string {
  const { files, rounds, rows } = totals;
  const { forgotten, rejectedBefore } = totals;
  const stored = rounds.skipped - forgotten;
  const before = rejectedBefore > 0 ? ` (${rejectedBefore} of them as before)` : "";
  const counts = [
    rounds.imported > 0 ? `${counted(rounds.imported, "round")} ${dryRun ? "to import" : "imported"}` : "",
    rounds.replaced > 0 ? `${counted(rounds.replaced, "round")} ${dryRun ? "to replace" : "replaced"}` : "",
    stored > 0 ? `${counted(stored, "round")} already imported` : "",
    forgotten > 0 ? `${counted(forgotten, "round")} left out as forgotten` : "",
    files.rejected > 0 ? `${counted(files.rejected, "file")} rejected${before}` : "",
    files.passedOver > 0
      ? `${counted(files.passedOver, "other file")} ignored${knownText(totals.known)}`
      : "",
  ].filter((text) => text !== "");
  if (counts.length === 0) return "no round files found";
  const speed = rows > 0 ? ` (${counted(rows, "row")} in ${(elapsedMs / 1000).toFixed(1)} s)` : "";
  return `${counts.join(", ")}${speed}`;
}

/** ` (known: 2 endstats)`. */
function knownText(known: ImportReport["totals"]["known"]): string {
  const parts = Object.entries(known).map(([name, count]) => `${count} ${name}`);
  return parts.length === 0 ? "" : ` (known: ${parts.join(", ")})`;
}
