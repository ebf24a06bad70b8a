/** The report on situations. */
import { fightShape } from "../../fight-shape.ts";
import { TEAM_NAMES } from "../../engine/players.ts";
import { formatClock } from "../../clock.ts";
import { MOST_ADVANTAGE } from "../../reports/queries/man-advantage.ts";
import { MOST_ENEMIES } from "../../reports/queries/last-alive.ts";
import type {
  Advantage,
  FirstDeath,
  LastAlive,
  Opening,
  SituationsReport,
  Trade,
} from "../../reports/situations.ts";
import type { Rate } from "../../reports/statistics.ts";
import { notes, table, terminalOnly, text } from "../render/blocks.ts";
import type { Block } from "../render/blocks.ts";
import { renderCsv, withSample } from "../render/table.ts";
import type { TableColumn } from "../render/table.ts";
import type { View } from "../render/view.ts";
import { formatRate } from "./estimates.ts";
import { describeMore } from "./notes.ts";

/** A rate with its interval and sample; CSV has the ends in columns of their own. */
function rateColumns<Row>(key: string, title: string, of: (row: Row) => Rate): TableColumn<Row>[] {
  return [
    { key, title, value: (row) => of(row).share, ...withSample((row, has) => formatRate(of(row), has)) },
    { key: `${key}_low`, title: "low", value: (row) => of(row).low, csvOnly: true },
    { key: `${key}_high`, title: "high", value: (row) => of(row).high, csvOnly: true },
    { key: `${key}_sample`, title: "n", value: (row) => of(row).trials, csvOnly: true },
  ];
}

const OPENINGS: readonly TableColumn<Opening>[] = [
  { key: "player", title: "player", value: (row) => row.name, isName: true },
  { key: "made", title: "opening downs", value: (row) => row.made },
  { key: "suffered", title: "suffered", value: (row) => row.suffered },
  ...rateColumns<Opening>("made_rate", "made, of both", (row) => row.madeRate),
  ...rateColumns<Opening>("won_after_made", "won after it", (row) => row.wonAfterMade),
  ...rateColumns<Opening>("won_after_suffered", "won in spite of it", (row) => row.wonAfterSuffered),
  { key: "undone", title: "revived", value: (row) => row.undone, detail: 1 },
  { key: "rounds", title: "rounds", value: (row) => row.rounds, detail: 2 },
];

const FIRST_DEATHS: readonly TableColumn<FirstDeath>[] = [
  { key: "round", title: "round", value: (row) => row.roundKey, isKey: true },
  { key: "map", title: "map", value: (row) => row.map, detail: 1 },
  { key: "time_ms", title: "at", value: (row) => row.timeMs, show: (row) => formatClock(row.timeMs) },
  { key: "victim", title: "fell", value: (row) => row.victimName, isName: true },
  { key: "killer", title: "by", value: (row) => row.killerName, isName: true },
  {
    key: "killer_team",
    title: "of",
    value: (row) => (row.killerTeam === null ? "" : (TEAM_NAMES[row.killerTeam] ?? "")),
    detail: 2,
  },
  {
    key: "x",
    title: "where",
    value: (row) => row.x,
    show: ({ area, x, y, z }) =>
      area ?? (x === null ? "" : [x, y ?? 0, z ?? 0].map((value) => Math.round(value)).join(" ")),
    detail: 3,
  },
  { key: "area", title: "area", value: (row) => row.area, csvOnly: true },
  { key: "y", title: "y", value: (row) => row.y, csvOnly: true },
  { key: "z", title: "z", value: (row) => row.z, csvOnly: true },
  { key: "distance_units", title: "distance", value: (row) => row.distanceUnits, csvOnly: true },
  { key: "is_undone", title: "revived", value: (row) => row.isUndone, detail: 4 },
];

const TRADES: readonly TableColumn<Trade>[] = [
  { key: "player", title: "avenger", value: (row) => row.name, isName: true },
  { key: "mate", title: "avenged", value: (row) => row.mateName, isName: true },
  { key: "trades", title: "trades", value: (row) => row.trades },
  ...rateColumns<Trade>("trade_rate", "of chances", (row) => row.tradeRate),
  {
    key: "median_delay_ms",
    title: "after",
    value: (row) => row.medianDelayMs,
    show: (row) => (row.medianDelayMs === null ? "" : `${(row.medianDelayMs / 1000).toFixed(1)} s`),
    detail: 1,
  },
  {
    key: "median_distance_units",
    title: "from",
    value: (row) => row.medianDistanceUnits,
    show: (row) => (row.medianDistanceUnits === null ? "" : `${Math.round(row.medianDistanceUnits)} units`),
    detail: 2,
  },
];

const ADVANTAGE: readonly TableColumn<Advantage>[] = [
  {
    key: "advantage",
    title: "men more",
    value: (row) => row.advantage,
    show: ({ advantage }) =>
      `${advantage > 0 ? "+" : ""}${advantage}${Math.abs(advantage) === MOST_ADVANTAGE ? " or more" : ""}`,
  },
  { key: "made", title: "downs made", value: (row) => row.made },
  { key: "suffered", title: "suffered", value: (row) => row.suffered },
  ...rateColumns<Advantage>("made_rate", "made, of both", (row) => row.madeRate),
  {
    key: "expected_share",
    title: "by number alone",
    value: (row) => row.expectedShare,
    show: (row) => `${(row.expectedShare * 100).toFixed(0)} %`,
    detail: 1,
  },
];

const LAST_ALIVE: readonly TableColumn<LastAlive>[] = [
  { key: "player", title: "last one alive", value: (row) => row.name, isName: true },
  {
    key: "enemies",
    title: "against",
    value: (row) => row.enemies,
    show: ({ enemies }) => `${fightShape(1, enemies)}${enemies === MOST_ENEMIES ? " or more" : ""}`,
  },
  { key: "times", title: "times", value: (row) => row.times },
  ...rateColumns<LastAlive>("won_rate", "won", (row) => row.wonRate),
  ...rateColumns<LastAlive>("survived_rate", "survived", (row) => row.survivedRate),
  { key: "downs", title: "downs", value: (row) => row.downs, detail: 1 },
  {
    key: "median_alone_ms",
    title: "alone for",
    value: (row) => row.medianAloneMs,
    show: (row) => `${(row.medianAloneMs / 1000).toFixed(1)} s`,
    detail: 2,
  },
  { key: "died", title: "died", value: (row) => row.died, csvOnly: true },
  { key: "gone", title: "left", value: (row) => row.gone, csvOnly: true },
  { key: "relieved", title: "relieved", value: (row) => row.relieved, csvOnly: true },
  { key: "round_ended", title: "round ended", value: (row) => row.roundEnded, csvOnly: true },
];

/** The tables of the report. */
export const SITUATION_TABLES = ["openings", "first-deaths", "trades", "advantage", "last-alive"] as const;
/** One of them. */
export type SituationTable = (typeof SITUATION_TABLES)[number];

function part<Row>(
  title: string,
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  limit: number,
): { blocks: Block[]; csv: () => string } {
  const shown = rows.slice(0, limit);
  // On a page a table has a heading itself.
  const lines = text(rows.length === 0 ? [`${title}: none`] : [title]);
  const heading = rows.length === 0 ? lines : terminalOnly((terminal) => lines.terminal(terminal));
  return {
    blocks: [heading, table(columns, shown, title), notes(describeMore(rows.length - shown.length, "row"))],
    csv: () => renderCsv(columns, rows),
  };
}

/** All tables, or one; each of at most so many rows. CSV has all rows of one. */
export function situationsView(report: SituationsReport, limit: number, only?: SituationTable): View {
  const { advantage, firstDeaths, lastAlive, openingPays, openings, trades } = report;
  const stands = [...(lastAlive ?? [])].sort((a, b) => b.won - a.won || b.times - a.times);
  const pays = `Opening downs, the first of each fight: their side won ${formatRate(openingPays)} of the decided fights`;
  const parts: Readonly<Record<SituationTable, { blocks: Block[]; csv: () => string }>> = {
    openings: part(pays, OPENINGS, openings, limit),
    "first-deaths": part("First death of each round", FIRST_DEATHS, firstDeaths, limit),
    trades: part("Who avenges whom", TRADES, trades, limit),
    advantage: part("What a man more is worth", ADVANTAGE, advantage, advantage.length),
    "last-alive": part("The last one alive, until a teammate is back", LAST_ALIVE, stands, limit),
  };
  const shown = only === undefined ? SITUATION_TABLES : [only];
  return {
    title: "Situations",
    blocks: [...shown.flatMap((name) => parts[name].blocks), notes(report.notes)],
    csv: parts[only ?? "openings"].csv,
  };
}
