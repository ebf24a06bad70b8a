import { Flags } from "@oclif/core";

import { filterFlags, readFilterFlags } from "../../cli/filter-flags.ts";
import { notes, table } from "../../cli/render/blocks.ts";
import { formFlagsFor, ReportCommand, sourceFlags } from "../../cli/report-command.ts";
import { renderCsv, withSample } from "../../cli/render/table.ts";
import type { TableColumn } from "../../cli/render/table.ts";
import { formatClock } from "../../reports/filter-request.ts";
import { formatRate, formatShare } from "../../reports/statistics.ts";
import { reportTeamPlay } from "../../reports/team-play.ts";
import type { Pair } from "../../reports/team-play.ts";

const COLUMNS: readonly TableColumn<Pair>[] = [
  { key: "player", title: "player", value: (row) => row.name, isName: true },
  { key: "partner", title: "partner", value: (row) => row.partnerName, isName: true },
  { key: "shared_fights", title: "fights", value: (row) => row.sharedFights },
  {
    key: "win_rate",
    title: "decided fights won",
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
        : `${formatShare(row.nearShare)} of ${formatClock((row.aliveS ?? 0) * 1000)}`,
  },
  { key: "near_share", title: "share", value: (row) => row.nearShare?.value ?? null, csvOnly: true },
  { key: "near_share_low", title: "low", value: (row) => row.nearShare?.low ?? null, csvOnly: true },
  { key: "near_share_high", title: "high", value: (row) => row.nearShare?.high ?? null, csvOnly: true },
  { key: "alive_s", title: "alive together", value: (row) => row.aliveS, csvOnly: true },
  { key: "rounds", title: "rounds", value: (row) => row.rounds, detail: 4 },
];

export default class ReportSynergy extends ReportCommand {
  static override summary =
    "show what pairs of teammates do together: fights won, trades, crossfires, baits, time near";
  static override description =
    "counts fights in which both took part on one side; `deaths avenged` is how often an enemy killed one of the two while the " +
    "other was alive, and the other killed the killer in time; `near each other`, within 600 units, is the share of the time in which both were alive, known of whole rounds only; rates " +
    "carry a 95 % interval and their sample";
  static override examples = [
    "<%= config.bin %> <%= command.id %> --session latest",
    "<%= config.bin %> <%= command.id %> --player Bravo --since 30d --map supply",
  ];
  static override flags = {
    ...sourceFlags,
    ...filterFlags,
    order: Flags.option({ options: ["fights", "wins", "trades", "near"] as const })({
      summary: "what comes first; wins by the lower end of the interval, so that few fights do not win",
      default: "fights",
    }),
    limit: Flags.integer({ summary: "most pairs to list", default: 20, min: 1 }),
    ...formFlagsFor("csv", "html"),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(ReportSynergy);
    const report = await this.withReports(flags, (sql) => reportTeamPlay(sql, readFilterFlags(flags)));
    const worth = {
      fights: (pair: Pair) => pair.sharedFights,
      wins: (pair: Pair) => pair.winRate.low ?? -1,
      trades: (pair: Pair) => pair.tradeRate.low ?? -1,
      near: (pair: Pair) => pair.nearS ?? -1,
    }[flags.order];
    const pairs = [...report.pairs].sort((a, b) => worth(b) - worth(a));
    const shown = pairs.slice(0, flags.limit);
    const left = pairs.length - shown.length;
    const more = left > 0 ? [`${left} pairs more, --limit shows them`] : [];
    await this.present(
      "Synergy of pairs",
      [table(COLUMNS, shown), notes([...more, ...report.notes])],
      flags,
      {
        csv: () => renderCsv(COLUMNS, shown),
      },
    );
    return { ...report, pairs };
  }
}
