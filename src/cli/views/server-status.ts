/** How a game server stands, as lines. */
import { counted } from "../../counts.ts";
import type { ServerStatus } from "../../status/server-status.ts";

/** As many revisions are shown. */
const SHOWN_REVISIONS = 5;

/** The status as lines of name and value; `lastImport` says when, or why that is not known; `rejectedFiles` how many. */
export function describeServerStatus(
  status: ServerStatus,
  lastImport: string,
  rejectedFiles: number | null,
): (readonly [string, string])[] {
  const { built, deployedSha1, deployedVersion, isListed, loadedSha1, loadedUnknown, lock, rounds } = status;
  const loaded =
    loadedSha1 === undefined ? `unknown: ${loadedUnknown ?? ""}` : (loadedSha1 ?? "no (running game)");
  return [
    ["server", status.server],
    ["built", `${built.version ?? "?"}  ${built.sha1}`],
    ["deployed", deployedSha1 === null ? "no" : `${deployedVersion ?? "?"}  ${deployedSha1}`],
    ["listed", isListed === null ? "unknown" : isListed ? "yes" : "no"],
    ["loaded", loaded],
    ["lock", lock ?? "none"],
    ...status.revisions
      .slice(-SHOWN_REVISIONS)
      .toReversed()
      .map(
        ({ revision, at, by, action, version, sha1 }) =>
          [
            `revision ${revision}`,
            `${at}  ${action}  ${version ?? "-"}  ${sha1?.slice(0, 8) ?? "-"}  ${by}`,
          ] as const,
      ),
    ["rounds waiting", `${rounds.waitingRounds} (${counted(rounds.waitingFiles, "file")})`],
    ["being played", String(rounds.beingPlayed)],
    ["rounds pulled", `${rounds.pulledRounds}, ${rounds.gaps.length} of them incomplete`],
    ...rounds.gaps.slice(-SHOWN_REVISIONS).map((key) => ["incomplete", key] as const),
    ["last round", rounds.lastRoundAt ?? "never"],
    ["last pull", rounds.lastPullAt ?? "never"],
    ["last import", lastImport],
    ["rejected files", rejectedFiles === null ? "unknown" : String(rejectedFiles)],
  ];
}

/** The status in one line: `0.1.0 (1a2b3c4d), listed, loaded, 3 rounds waiting, last pull 2026-01-31T12:00:00.000Z`. */
export function serverStatusLine(status: ServerStatus): string {
  const { deployedSha1, deployedVersion, isListed, loadedSha1, lock, rounds } = status;
  const tracker =
    deployedSha1 === null ? "no tracker" : `${deployedVersion ?? "?"} (${deployedSha1.slice(0, 8)})`;
  const parts = [
    tracker,
    isListed === null ? "listed: unknown" : isListed ? "listed" : "not listed",
    loadedSha1 === undefined ? "loaded: unknown" : loadedSha1 === null ? "not loaded" : "loaded",
    ...(lock === undefined ? [] : ["locked"]),
    `${counted(rounds.waitingRounds, "round")} waiting`,
    `last pull ${rounds.lastPullAt ?? "never"}`,
  ];
  return parts.join(", ");
}
