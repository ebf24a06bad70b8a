/** The report that puts everybody beside each other. */
import { formatDuration } from "../../counts.ts";
import type { Leader, LeaderOrder, LeadersReport } from "../../reports/leaders.ts";
import type { Estimate } from "../../reports/statistics.ts";
import { notes, table } from "../render/blocks.ts";
import type { Block } from "../render/blocks.ts";
import { renderCsv, withSample } from "../render/table.ts";
import type { TableColumn } from "../render/table.ts";
import type { View } from "../render/view.ts";
import { formatEstimate, formatShare } from "./estimates.ts";
import { describeMore } from "./notes.ts";

/** The three columns of a number with an interval; the interval's ends and the sample stand in CSV. */
function estimated(
  key: string,
  title: string,
  of: (row: Leader) => Estimate,
  { detail, isShare = false }: { readonly detail?: number; readonly isShare?: boolean } = {},
): TableColumn<Leader>[] {
  const format = isShare ? formatShare : formatEstimate;
  return [
    {
      key,
      title,
      value: (row) => of(row).value,
      ...(detail === undefined ? {} : { detail }),
      ...withSample((row, hasSample) => format(of(row), hasSample)),
    },
    { key: `${key}_low`, title: "low", value: (row) => of(row).low, csvOnly: true },
    { key: `${key}_high`, title: "high", value: (row) => of(row).high, csvOnly: true },
    { key: `${key}_sample`, title: "sample", value: (row) => of(row).sample, csvOnly: true },
  ];
}

const asEstimate = ({ high, low, share, trials }: Leader["fightsWon"]): Estimate => ({
  value: share,
  low,
  high,
  sample: trials,
  sampleUnit: "n",
});

const COLUMNS: readonly TableColumn<Leader>[] = [
  {
    key: "player",
    title: "player",
    value: (row) => row.name,
    isName: true,
    refersTo: ({ playerId }) => ({ kind: "player", playerId }),
  },
  { key: "rounds", title: "rounds", value: (row) => row.rounds, detail: 1 },
  {
    key: "alive_s",
    title: "alive",
    value: (row) => row.aliveS,
    show: (row) => formatDuration(row.aliveS * 1000),
    detail: 2,
  },
  { key: "kills", title: "kills", value: (row) => row.kills },
  { key: "deaths", title: "deaths", value: (row) => row.deaths },
  ...estimated("kills_per_death", "kills per death", (row) => row.killsPerDeath),
  ...estimated("kills_per_minute", "kills per minute", (row) => row.killsPerMinute, { detail: 4 }),
  ...estimated("damage_per_minute", "damage per minute", (row) => row.damagePerMinute, { detail: 3 }),
  ...estimated("accuracy", "accuracy", (row) => row.accuracy, { isShare: true, detail: 5 }),
  ...estimated("head_share", "headshots", (row) => row.headShare, { isShare: true, detail: 7 }),
  ...estimated("fights_won", "fights won", (row) => asEstimate(row.fightsWon), { isShare: true, detail: 6 }),
  { key: "revives", title: "revives", value: (row) => row.revives, detail: 8 },
  ...estimated("revives_per_minute", "revives per minute", (row) => row.revivesPerMinute).map((column) => ({
    ...column,
    csvOnly: true,
  })),
];

const asShare = (detail?: number) => ({ isShare: true, ...(detail === undefined ? {} : { detail }) });

/** The columns of situations that leaders are sorted by; `detail` is how soon a narrow table does without them. */
const SITUATIONS: Readonly<Partial<Record<LeaderOrder, (detail?: number) => TableColumn<Leader>[]>>> = {
  kast: (detail) => estimated("kast", "KAST", (row) => row.kast, asShare(detail)),
  assists: () => estimated("assists_per_life", "assists per life", (row) => row.assistsPerLife),
  multikills: () => estimated("multikills_per_life", "multikills per life", (row) => row.multikillsPerLife),
  "kills-held": () => estimated("kills_held", "kills that held", (row) => row.killsHeld, asShare()),
  "time-bought": () => estimated("time_bought_s", "bought, s a kill", (row) => row.timeBought),
  "all-time-bought": () => [
    {
      key: "bought_s",
      title: "bought in all",
      value: (row) => row.boughtS,
      show: ({ boughtS }) => (boughtS === null ? "–" : formatDuration(boughtS * 1000)),
    },
  ],
  "gibbed-in-time": () => estimated("gibbed_in_time", "gibbed in time", (row) => row.gibbedInTime, asShare()),
  "revived-in-time": () =>
    estimated("revived_in_time", "revived in time", (row) => row.revivedInTime, asShare()),
};
const ALL_COLUMNS = [...COLUMNS, ...Object.values(SITUATIONS).flatMap((columns) => columns())];

/** Leaders, a line each: with KAST, and with the situation that they are sorted by. */
export function leaderTable(leaders: readonly Leader[], heading: string, order?: LeaderOrder): Block {
  const sorted = order === undefined || order === "kast" ? undefined : SITUATIONS[order]?.();
  const kast = SITUATIONS.kast?.(order === "kast" ? undefined : 9) ?? [];
  return table([...COLUMNS, ...kast, ...(sorted ?? [])], leaders, heading);
}

/** Leaders in the order of the report, at most so many; the CSV has all. */
export function leadersView(report: LeadersReport, limit: number): View {
  const shown = report.leaders.slice(0, limit);
  const more = describeMore(report.leaders.length - shown.length, "player");
  return {
    title: "Leaders",
    blocks: [leaderTable(shown, "Leaders", report.order), notes([...more, ...report.notes])],
    csv: () => renderCsv(ALL_COLUMNS, report.leaders),
  };
}
