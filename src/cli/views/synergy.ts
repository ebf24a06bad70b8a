/** The report on what pairs of teammates do together. */
import { formatDuration } from "../../counts.ts";
import type { Pair, TeamPlayReport } from "../../reports/team-play.ts";
import { notes, table } from "../render/blocks.ts";
import type { Block } from "../render/blocks.ts";
import { renderCsv, withSample } from "../render/table.ts";
import type { TableColumn } from "../render/table.ts";
import type { View } from "../render/view.ts";
import { describeMore } from "./notes.ts";
import { PAIR_COLUMNS } from "./pair.ts";
import { formatRate, formatShare } from "./estimates.ts";

const COLUMNS: readonly TableColumn<Pair>[] = [
  ...PAIR_COLUMNS,
  { key: "shared_fights", title: "fights", value: (row) => row.sharedFights },
  {
    key: "win_rate",
    title: "win rate (decided)",
    value: (row) => row.winRate.share,
    ...withSample((row, hasSample) => formatRate(row.winRate, hasSample)),
  },
  { key: "win_rate_low", title: "low", value: (row) => row.winRate.low, csvOnly: true },
  { key: "win_rate_high", title: "high", value: (row) => row.winRate.high, csvOnly: true },
  { key: "crossfires", title: "crossfires", value: (row) => row.crossfires, detail: 2 },
  { key: "trades", title: "trades", value: (row) => row.trades, csvOnly: true },
  { key: "downs", title: "downs", value: (row) => row.downs, csvOnly: true },
  {
    key: "trade_rate",
    title: "deaths avenged",
    value: (row) => row.tradeRate.share,
    ...withSample((row, hasSample) => formatRate(row.tradeRate, hasSample)),
  },
  { key: "trade_rate_low", title: "low", value: (row) => row.tradeRate.low, csvOnly: true },
  { key: "trade_rate_high", title: "high", value: (row) => row.tradeRate.high, csvOnly: true },
  { key: "baits", title: "baits", value: (row) => row.baits, detail: 3 },
  {
    key: "near_s",
    title: "near each other",
    detail: 1,
    value: (row) => row.nearS,
    show: (row) =>
      row.nearShare === null
        ? "–"
        : `${formatShare(row.nearShare)} of ${formatDuration((row.aliveS ?? 0) * 1000)}`,
  },
  { key: "near_share", title: "share", value: (row) => row.nearShare?.value ?? null, csvOnly: true },
  { key: "near_share_low", title: "low", value: (row) => row.nearShare?.low ?? null, csvOnly: true },
  { key: "near_share_high", title: "high", value: (row) => row.nearShare?.high ?? null, csvOnly: true },
  { key: "alive_s", title: "alive together", value: (row) => row.aliveS, csvOnly: true },
  { key: "rounds", title: "rounds", value: (row) => row.rounds, detail: 4 },
];

/** What pairs can be ordered by: the number that decides, higher first; unknown ones last. */
const WORTH = {
  fights: (pair: Pair) => pair.sharedFights,
  wins: (pair: Pair) => pair.winRate.low ?? -1,
  trades: (pair: Pair) => pair.tradeRate.low ?? -1,
  near: (pair: Pair) => pair.nearS ?? -1,
} as const;

/** What comes first in a list of pairs. */
export type PairOrder = keyof typeof WORTH;

/** The orders that there are. */
export const PAIR_ORDERS = Object.keys(WORTH) as readonly PairOrder[];

/** Pairs in an order. */
export function orderPairs(pairs: readonly Pair[], order: PairOrder): Pair[] {
  const worth = WORTH[order];
  return [...pairs].sort((a, b) => worth(b) - worth(a));
}

/** Pairs and what they do together. */
export function teamPlayTable(pairs: readonly Pair[], heading: string): Block {
  return table(COLUMNS, pairs, heading);
}

/** Pairs and what they do together, at most so many. */
export function synergyView(report: TeamPlayReport, limit: number): View {
  const shown = report.pairs.slice(0, limit);
  const more = describeMore(report.pairs.length - shown.length, "pair");
  return {
    title: "Synergy of pairs",
    blocks: [teamPlayTable(shown, "Pairs"), notes([...more, ...report.notes])],
    csv: () => renderCsv(COLUMNS, shown),
  };
}
