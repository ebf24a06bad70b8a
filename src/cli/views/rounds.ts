/** The list of rounds. */
import { TEAM_NAMES } from "../../engine/players.ts";
import { kindsAt } from "../../format/versions.ts";
import { formatClock } from "../../clock.ts";
import { safeText } from "../../names.ts";
import type { RoundRow } from "../../reports/rounds.ts";
import { notes, table } from "../render/blocks.ts";
import { renderCsv } from "../render/table.ts";
import type { TableColumn } from "../render/table.ts";
import type { View } from "../render/view.ts";

/** The kinds of files, each with the word for its rows. */
const KINDS_WITH_ROWS = [
  ["position", "positions"],
  ["combat", "combat"],
  ["engagement", "engagements"],
  ["heatmap", "heatmap"],
  ["objective", "objectives"],
] as const;

/** What is missing of a round, in a few words: of the files that rounds of its format version have. */
function describeGaps(round: RoundRow): string {
  const isForeign = round.source !== "prox";
  // What another tracker does not record is not missing.
  const missing = KINDS_WITH_ROWS.filter(
    ([word, kind]) =>
      !isForeign && round[`${word}Rows`] === null && kindsAt(round.formatVersion).includes(kind),
  ).map(([word]) => word);
  return [
    ...(round.excludedReason === null ? [] : [`left out: ${safeText(round.excludedReason)}`]),
    ...(round.isComplete
      ? []
      : [round.endReason === "finished" ? "incomplete" : round.endReason.replace("_", " ")]),
    ...(missing.length === 0 ? [] : [`no ${missing.join(", ")} file`]),
    ...(isForeign ? [`by ${safeText(round.trackerVersion)}`] : []),
    ...(round.rowsLost === 0 || round.rowsLost === null ? [] : [`${round.rowsLost} rows lost on the server`]),
    ...(round.rowsRejected === 0 ? [] : [`${round.rowsRejected} bad rows left out`]),
  ].join("; ");
}

const COLUMNS: readonly TableColumn<RoundRow>[] = [
  {
    key: "started_at",
    title: "started (UTC)",
    // The key says it too, as it does map and round.
    detail: 5,
    value: (row) => row.startedAt.toISOString(),
    show: (row) => row.startedAt.toISOString().slice(0, 16).replace("T", " "),
  },
  { key: "map", title: "map", value: (row) => row.map, detail: 4 },
  { key: "round", title: "round", value: (row) => row.round, detail: 6 },
  { key: "end_ms", title: "time", value: (row) => row.endMs, show: (row) => formatClock(row.endMs) },
  { key: "players", title: "players", value: (row) => row.players, detail: 1 },
  { key: "bots", title: "bots", value: (row) => row.bots, detail: 7 },
  { key: "kills", title: "kills", value: (row) => row.kills, detail: 3 },
  {
    key: "winner_team",
    title: "winner",
    detail: 2,
    value: (row) => row.winnerTeam,
    show: (row) => (row.winnerTeam === null ? "" : (TEAM_NAMES[row.winnerTeam] ?? "")),
  },
  {
    key: "is_complete",
    title: "missing",
    value: (row) => row.isComplete,
    show: (row) => describeGaps(row),
  },
  { key: "began_ms", title: "recorded from", value: (row) => row.beganMs, csvOnly: true },
  { key: "pieces", title: "pieces", value: (row) => row.pieces, csvOnly: true },
  { key: "end_reason", title: "end", value: (row) => row.endReason, csvOnly: true },
  {
    key: "excluded_at",
    title: "left out at",
    value: (row) => row.excludedAt?.toISOString() ?? null,
    csvOnly: true,
  },
  { key: "excluded_reason", title: "left out because", value: (row) => row.excludedReason, csvOnly: true },
  { key: "source", title: "source", value: (row) => row.source, csvOnly: true },
  { key: "tracker_version", title: "tracker", value: (row) => row.trackerVersion, csvOnly: true },
  { key: "source_notes", title: "notes", value: (row) => row.sourceNotes.join(" "), csvOnly: true },
  { key: "server_name", title: "server", value: (row) => row.serverName, isName: true, csvOnly: true },
  { key: "round_key", title: "key", value: (row) => row.roundKey, isKey: true },
];

/** The rounds, and what they were chosen by; `hasMore` where a limit left some out. */
export function roundsView(list: {
  readonly rounds: readonly RoundRow[];
  readonly hasMore: boolean;
  readonly words: readonly string[];
  readonly bots: string;
}): View {
  const { bots, hasMore, rounds, words } = list;
  return {
    title: "Rounds",
    blocks: [
      table(COLUMNS, rounds, "Rounds"),
      notes([
        ...(rounds.length === 0 ? ["no round matches these filters"] : []),
        ...(hasMore ? [`the latest ${rounds.length}; use --limit to list more`] : []),
        ...words,
        bots,
      ]),
    ],
    csv: () => renderCsv(COLUMNS, rounds),
  };
}
