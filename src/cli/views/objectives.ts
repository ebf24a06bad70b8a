/** The report on objectives. */
import { TEAM_NAMES } from "../../engine/players.ts";
import { formatClock } from "../../clock.ts";
import { objectiveName } from "../../reports/find-objectives.ts";
import type { ObjectivePlayer, ObjectivesReport, ObjectiveTotals } from "../../reports/objectives.ts";
import { counted } from "../../counts.ts";
import { plainName, safeText } from "../../names.ts";
import { notes, table, text } from "../render/blocks.ts";
import type { Block } from "../render/blocks.ts";
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

const count = (key: keyof ObjectiveTotals["counts"], name: string): TableColumn<ObjectiveTotals> => ({
  key: name,
  title: name,
  value: (row) => row.counts[key],
});

const isDoable = ({ kind }: ObjectiveTotals): boolean => kind !== "goal" && kind !== "vehicle";
/** Whether a row is worth its line: a base is a spawn point that cannot be captured. */
const isTold = (row: ObjectiveTotals): boolean =>
  isDoable(row) && (row.kind !== "spawn" || row.team === 0 || row.timesDone > 0);
const team = ({ team: of }: { readonly team: number | null }): string =>
  of === null || of === 0 ? "" : (TEAM_NAMES[of] ?? "");

const MAP: TableColumn<ObjectiveTotals> = { key: "map", title: "map", value: (row) => row.map };
const OBJECTIVE: TableColumn<ObjectiveTotals> = {
  key: "objective",
  title: "objective",
  value: (row) => objectiveName(row.kind, row.name),
  isName: true,
};
const KIND: TableColumn<ObjectiveTotals> = { key: "kind", title: "kind", value: (row) => row.kind };
const TEAM: TableColumn<ObjectiveTotals> = { key: "team", title: "of", value: team };
const HAPPENED: TableColumn<ObjectiveTotals> = {
  key: "counts",
  title: "what happened",
  value: (row) =>
    TOLD[row.kind]
      .filter(([key]) => row.counts[key] > 0)
      .map(([key, word]) => `${row.counts[key]} ${word}`)
      .join(", "),
};
const DONE_RATE: TableColumn<ObjectiveTotals> = {
  key: "done_rate",
  title: "rounds done",
  value: (row) => row.done.share,
  ...withSample((row, hasSample) => (isDoable(row) ? formatRate(row.done, hasSample) : "")),
};
const clockColumn = (
  key: string,
  title: string,
  value: (row: ObjectiveTotals) => number | null,
): TableColumn<ObjectiveTotals> => ({ key, title, value, show: (row) => clock(value(row)) });
const FIRST = clockColumn("first_median_ms", "first time", (row) => row.firstMedianMs);
const CONTACT = clockColumn("contact_median_ms", "after contact", (row) => row.contactMedianMs);
const DOERS: TableColumn<ObjectiveTotals> = {
  key: "players",
  title: "by",
  detail: 2,
  value: (row) =>
    doers(row)
      .map(({ feat: what, name }) => `${plainName(name)} ${what}`)
      .join(", "),
  show: showDoers,
};

/** How often and when: only what can be done. */
const RESULTS: readonly TableColumn<ObjectiveTotals>[] = [
  OBJECTIVE,
  { ...TEAM, detail: 1 },
  DONE_RATE,
  FIRST,
  CONTACT,
  DOERS,
];
/** What else happened: only where something did. */
const HAPPENINGS: readonly TableColumn<ObjectiveTotals>[] = [OBJECTIVE, { ...TEAM, detail: 1 }, HAPPENED];
const CSV: readonly TableColumn<ObjectiveTotals>[] = [
  MAP,
  OBJECTIVE,
  KIND,
  TEAM,
  { key: "rounds", title: "rounds", value: (row) => row.rounds },
  DONE_RATE,
  { key: "done_rate_low", title: "low", value: (row) => row.done.low },
  { key: "done_rate_high", title: "high", value: (row) => row.done.high },
  { key: "times_done", title: "times", value: (row) => row.timesDone },
  FIRST,
  { key: "first_earliest_ms", title: "earliest", value: (row) => row.firstEarliestMs },
  { key: "first_latest_ms", title: "latest", value: (row) => row.firstLatestMs },
  CONTACT,
  HAPPENED,
  DOERS,
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

type Deaths = ObjectivesReport["attackDeaths"][number];
const DEATHS: readonly TableColumn<Deaths>[] = [
  {
    key: "near",
    title: "attackers died near",
    value: (row) => (row.kind === null ? null : objectiveName(row.kind, row.name)),
    show: (row) =>
      row.kind === null ? [span("none of them")] : nameSpans(objectiveName(row.kind, row.name)),
    isName: true,
  },
  { key: "team", title: "of", value: team, detail: 2 },
  { key: "deaths", title: "deaths", value: (row) => row.deaths },
  {
    key: "death_share",
    title: "of all",
    value: (row) => row.share.share,
    ...withSample((row, hasSample) => formatRate(row.share, hasSample)),
  },
  { key: "carrying", title: "carrying", value: (row) => row.carrying, detail: 1 },
  { key: "acting", title: "at work", value: (row) => row.acting, detail: 1 },
  {
    key: "median_units",
    title: "median distance",
    value: (row) => row.medianUnits,
    show: (row) => (row.medianUnits === null ? "" : `${Math.round(row.medianUnits)} units`),
    detail: 3,
  },
];

/** Objectives of one map, and deaths of attackers near them. */
export function objectiveTables(
  objectives: ObjectivesReport["objectives"],
  deaths: ObjectivesReport["attackDeaths"],
): Block[] {
  return [
    table(RESULTS, objectives.filter(isTold), "Objectives"),
    table(
      HAPPENINGS,
      objectives.filter((row) => HAPPENED.value(row) !== ""),
      "What happened to them",
    ),
    table(DEATHS, deaths, "Where attackers died"),
  ];
}

/** The objectives of one map: how often and when, what else happened, where attacks fail. */
function mapBlocks(map: string, { attackDeaths, objectives }: ObjectivesReport): Block[] {
  const own = objectives.filter((row) => row.map === map);
  const rounds = Math.max(0, ...own.map((row) => row.rounds));
  const deaths = attackDeaths.filter((row) => row.map === map);
  return [
    text([`${safeText(map)}, ${counted(rounds, "round")}`]),
    ...objectiveTables(own, deaths),
    text(
      deaths.length === 0
        ? []
        : [`where: \`prox report heatmap --map ${safeText(map)} --what deaths --side attack\``],
    ),
  ];
}

/** The objectives of each map. */
export function objectivesView(report: ObjectivesReport): View {
  const { notes: told, objectives, roundsWithoutSides } = report;
  return {
    title: "Objectives",
    blocks: [
      ...[...new Set(objectives.map(({ map }) => map))].flatMap((map) => mapBlocks(map, report)),
      notes([
        ...(objectives.length === 0 ? ["no objective is recorded"] : []),
        ...told,
        ...(roundsWithoutSides === 0
          ? []
          : [
              `attackers' deaths: ${counted(roundsWithoutSides, "round")} left out, which team attacks is not known`,
            ]),
      ]),
    ],
    csv: () => renderCsv(CSV, objectives),
  };
}
