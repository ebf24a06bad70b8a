/** The report on objectives. */
import { TEAM_NAMES } from "../../engine/players.ts";
import { formatClock } from "../../reports/filter-request.ts";
import { objectiveName } from "../../reports/find-objectives.ts";
import type { ObjectivePlayer, ObjectivesReport, ObjectiveTotals } from "../../reports/objectives.ts";
import { plainName } from "../../names.ts";
import { notes, table } from "../render/blocks.ts";
import { renderCsv, withSample } from "../render/table.ts";
import type { TableColumn } from "../render/table.ts";
import { nameSpans, span } from "../render/terminal.ts";
import type { Span } from "../render/terminal.ts";
import type { View } from "../render/view.ts";
import { formatRate } from "./estimates.ts";

/** Names in one cell. */
const PLAYERS_SHOWN = 3;

/** What of the counts is told of each kind, with its word. */
const TOLD: Readonly<
  Record<ObjectiveTotals["kind"], readonly (readonly [keyof ObjectiveTotals["counts"], string])[]>
> = {
  explosive: [
    ["planted", "planted"],
    ["defused", "defused"],
    ["exploded", "exploded"],
  ],
  constructible: [
    ["built", "built"],
    ["planted", "planted"],
    ["defused", "defused"],
    ["destroyed", "destroyed"],
  ],
  command_post: [
    ["built", "built"],
    ["planted", "planted"],
    ["defused", "defused"],
    ["destroyed", "destroyed"],
  ],
  documents: [
    ["taken", "taken"],
    ["dropped", "dropped"],
    ["returned", "returned"],
    ["secured", "secured"],
  ],
  goal: [],
  spawn: [["captured", "captured"]],
  vehicle: [
    ["disabled", "disabled"],
    ["repaired", "repaired"],
  ],
};

/** What a player did of what the objective is there for, as text; empty for nothing. */
function feat({ kind }: ObjectiveTotals, player: ObjectivePlayer): string {
  const count = {
    explosive: player.destroyed,
    documents: player.secured,
    spawn: player.captured,
    vehicle: player.repaired,
    goal: 0,
  };
  if (kind === "constructible" || kind === "command_post")
    return player.builtPercent === 0 ? "" : `${Math.round((player.builtShare ?? 0) * 100)} %`;
  return count[kind] === 0 ? "" : String(count[kind]);
}

/** The players who did it, and how often, or which part. */
const doers = (row: ObjectiveTotals): { name: string; feat: string }[] =>
  row.players
    .map((player) => ({ name: player.name, feat: feat(row, player) }))
    .filter((one) => one.feat !== "")
    .slice(0, PLAYERS_SHOWN);

const showDoers = (row: ObjectiveTotals): Span[] =>
  doers(row).flatMap(({ feat: what, name }, index) => [
    span(index === 0 ? "" : ", "),
    ...nameSpans(name),
    span(` ${what}`),
  ]);

const clock = (ms: number | null): string => (ms === null ? "" : formatClock(ms));

function showFirst({ firstEarliestMs, firstLatestMs, firstMedianMs }: ObjectiveTotals): string {
  if (firstMedianMs === null) return "";
  return `${clock(firstMedianMs)} (${clock(firstEarliestMs)}–${clock(firstLatestMs)})`;
}

const count = (key: keyof ObjectiveTotals["counts"], name: string): TableColumn<ObjectiveTotals> => ({
  key: name,
  title: name,
  value: (row) => row.counts[key],
  csvOnly: true,
});

const COLUMNS: readonly TableColumn<ObjectiveTotals>[] = [
  { key: "map", title: "map", value: (row) => row.map },
  {
    key: "objective",
    title: "objective",
    value: (row) => objectiveName(row.kind, row.name),
    isName: true,
  },
  { key: "kind", title: "kind", value: (row) => row.kind, csvOnly: true },
  {
    key: "team",
    title: "of",
    value: (row) => (row.team === 0 ? "" : (TEAM_NAMES[row.team] ?? "")),
    detail: 3,
  },
  { key: "rounds", title: "rounds", value: (row) => row.rounds, csvOnly: true },
  {
    key: "done_rate",
    title: "rounds done",
    value: (row) => row.done.share,
    ...withSample((row, hasSample) =>
      row.kind === "goal" || row.kind === "vehicle" ? "" : formatRate(row.done, hasSample),
    ),
  },
  { key: "done_rate_low", title: "low", value: (row) => row.done.low, csvOnly: true },
  { key: "done_rate_high", title: "high", value: (row) => row.done.high, csvOnly: true },
  { key: "times_done", title: "times", value: (row) => row.timesDone, csvOnly: true },
  {
    key: "first_median_ms",
    title: "first time",
    value: (row) => row.firstMedianMs,
    show: showFirst,
    brief: (row) => clock(row.firstMedianMs),
  },
  { key: "first_earliest_ms", title: "earliest", value: (row) => row.firstEarliestMs, csvOnly: true },
  { key: "first_latest_ms", title: "latest", value: (row) => row.firstLatestMs, csvOnly: true },
  {
    key: "counts",
    title: "what happened",
    detail: 2,
    value: (row) =>
      TOLD[row.kind]
        .filter(([key]) => row.counts[key] > 0)
        .map(([key, word]) => `${row.counts[key]} ${word}`)
        .join(", "),
  },
  {
    key: "players",
    title: "by",
    detail: 1,
    value: (row) =>
      doers(row)
        .map(({ feat: what, name }) => `${plainName(name)} ${what}`)
        .join(", "),
    show: showDoers,
  },
  count("planted", "planted"),
  count("defused", "defused"),
  count("exploded", "exploded"),
  count("destroyed", "destroyed"),
  count("built", "built"),
  count("taken", "taken"),
  count("pickedUp", "picked_up"),
  count("dropped", "dropped"),
  count("returned", "returned"),
  count("secured", "secured"),
  count("carriedMs", "carried_ms"),
  count("captured", "captured"),
  count("disabled", "disabled"),
  count("repaired", "repaired"),
];

/** The objectives of each map. */
export function objectivesView({ notes: told, objectives }: ObjectivesReport): View {
  return {
    title: "Objectives",
    blocks: [
      table(COLUMNS, objectives),
      notes([...(objectives.length === 0 ? ["no objective is recorded"] : []), ...told]),
    ],
    csv: () => renderCsv(COLUMNS, objectives),
  };
}
