/** The report on crossfires. */
import type { Pair, TeamPlayReport } from "../../reports/team-play.ts";
import { notes, table } from "../render/blocks.ts";
import { renderCsv, withSample } from "../render/table.ts";
import type { TableColumn } from "../render/table.ts";
import type { View } from "../render/view.ts";
import { describeMore } from "./notes.ts";
import { PAIR_COLUMNS } from "./pair.ts";
import { formatRate } from "./estimates.ts";

const COLUMNS: readonly TableColumn<Pair>[] = [
  ...PAIR_COLUMNS,
  { key: "crossfires", title: "crossfires", value: (row) => row.crossfires },
  { key: "damage", title: "damage", value: (row) => row.crossfireDamage, detail: 2 },
  {
    key: "median_angle_deg",
    title: "median angle",
    detail: 1,
    value: (row) => row.medianAngleDeg,
    show: (row) => (row.medianAngleDeg === null ? "" : `${Math.round(row.medianAngleDeg)}°`),
  },
  {
    key: "crossfire_rate",
    title: "in shared fights",
    value: (row) => row.crossfireRate.share,
    ...withSample((row, hasSample) => formatRate(row.crossfireRate, hasSample)),
  },
  { key: "crossfire_rate_low", title: "low", value: (row) => row.crossfireRate.low, csvOnly: true },
  { key: "crossfire_rate_high", title: "high", value: (row) => row.crossfireRate.high, csvOnly: true },
  { key: "crossfire_fights", title: "fights with one", value: (row) => row.crossfireFights, csvOnly: true },
  { key: "shared_fights", title: "shared fights", value: (row) => row.sharedFights, csvOnly: true },
  { key: "rounds", title: "rounds", value: (row) => row.rounds, detail: 3 },
];

/** Pairs by their crossfires, at most so many. */
export function crossfireView(report: TeamPlayReport, limit: number): View {
  const shown = report.pairs.slice(0, limit);
  const more = describeMore(report.pairs.length - shown.length, "pair");
  return {
    title: "Crossfires",
    blocks: [table(COLUMNS, shown, "Pairs"), notes([...more, ...report.notes])],
    csv: () => renderCsv(COLUMNS, shown),
  };
}
