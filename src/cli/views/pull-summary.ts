/** What `prox pull` did, in one line. */
import { counted } from "../../counts.ts";
import type { PullResult } from "../../pull/pull.ts";

/** Bytes as `1.5 MB`. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** A pull in one line. */
export function pullSummary(result: PullResult): string {
  const { fetchedRounds, fetchedFiles, fetchedBytes, archivedFiles, deletedFiles, incomplete, waiting } =
    result;
  const parts = [
    fetchedFiles === 0
      ? "nothing new"
      : `${counted(fetchedRounds.length, "round")} fetched (${counted(fetchedFiles, "file")}, ${megabytes(fetchedBytes)})`,
    ...(incomplete.length > 0 ? [`${incomplete.length} of them incomplete`] : []),
    ...(archivedFiles > 0 ? [`${counted(archivedFiles, "file")} moved to the archive on the server`] : []),
    ...(deletedFiles > 0 ? [`${counted(deletedFiles, "file")} deleted on the server`] : []),
    ...(waiting.length > 0 ? [`${waiting.length} still being played`] : []),
  ];
  return `${result.server}: ${parts.join(", ")}`;
}
