/** What happened to the objectives of a round, in words. */
import { TEAM_NAMES } from "../../engine/players.ts";
import { formatClock } from "../../clock.ts";
import { objectiveName } from "../../reports/find-objectives.ts";
import type { ObjectiveRow, ObjectiveState } from "../../reports/queries/objectives.ts";
import { table, terminalOnly, text } from "../render/blocks.ts";
import type { Block } from "../render/blocks.ts";
import { renderCsv } from "../render/table.ts";
import type { TableColumn } from "../render/table.ts";

const teamName = (team: number | null): string | undefined => (team === null ? undefined : TEAM_NAMES[team]);

/** `after 12 s`, or nothing where that is not known. */
const after = (ms: number | null): string => (ms === null ? "" : ` after ${Math.round(ms / 1000)} s`);

const DROPS: Partial<Record<NonNullable<ObjectiveRow["reason"]>, string>> = {
  killed: ", its carrier was killed",
  selfkill: ", its carrier died without an enemy",
  command: " by command",
  left: ", its carrier left",
};
const EXITS: Partial<Record<NonNullable<ObjectiveRow["reason"]>, string>> = {
  time_limit: "the time is over",
  objective: "the round ends by the map",
  eliminated: "the round ends: a team has nobody left",
  surrender: "the round ends: a team gives up",
};
const STATUSES = ["open", "done", "failed"];

/** What happened, in a few words; undefined for what only CSV and JSON tell. */
function tellObjective(row: ObjectiveRow): string | undefined {
  const stage = `stage ${row.stage ?? "?"} of ${row.stages ?? "?"}`;
  switch (row.event) {
    case "dynamite_arm":
      return row.objective === null ? "dynamite armed in the open" : "dynamite planted";
    case "dynamite_defuse":
      return `dynamite defused${after(row.durationMs)}`;
    case "dynamite_explode":
      return "dynamite exploded";
    case "objective_destroy":
    case "construct_destroy":
      return "destroyed";
    case "construct_start":
      return `building begins, ${stage}`;
    case "construct_stage":
      return `${stage} built`;
    case "construct_finish":
      return "built";
    case "construct_decay":
      return `${stage} fell apart, ${row.sharePercent ?? "?"} % built`;
    case "construct_damage":
      return `${stage} destroyed`;
    case "carry_take":
      return "taken";
    case "carry_pickup":
      return "picked up";
    case "carry_drop":
      return `dropped${after(row.durationMs)}${DROPS[row.reason ?? "other"] ?? ""}`;
    case "carry_return":
      return row.reason === "time"
        ? `returned by itself${after(row.durationMs)}`
        : `returned${after(row.durationMs)}`;
    case "carry_secure":
      return `secured${after(row.durationMs)}`;
    case "spawn_capture":
      return "spawn point captured";
    case "vehicle_disable":
      return "disabled";
    case "vehicle_repair":
      return `repaired${after(row.durationMs)}`;
    case "status":
      return `objective ${row.objectiveNumber ?? "?"} of the map: ${STATUSES[row.status ?? -1] ?? "?"}`;
    case "winner":
      return row.team === null ? "nobody wins if it ends now" : "wins if it ends now";
    case "exit":
      return EXITS[row.reason ?? "other"] ?? "the round ends";
    default:
      return undefined;
  }
}

const COLUMNS: readonly TableColumn<ObjectiveRow>[] = [
  { key: "time_ms", title: "time", value: (row) => row.timeMs, show: (row) => formatClock(row.timeMs) },
  { key: "event", title: "event", value: (row) => row.event, csvOnly: true },
  { key: "what", title: "what", value: (row) => tellObjective(row) ?? null },
  {
    key: "objective",
    title: "objective",
    value: (row) => (row.objectiveKind === null ? null : objectiveName(row.objectiveKind, row.objectiveName)),
    isName: true,
  },
  { key: "objective_kind", title: "kind", value: (row) => row.objectiveKind, csvOnly: true },
  { key: "team", title: "team", value: (row) => teamName(row.team) ?? null, detail: 1 },
  { key: "player", title: "player", value: (row) => row.playerName, isName: true },
  { key: "source", title: "known by", value: (row) => row.source, detail: 3 },
  { key: "other", title: "other player", value: (row) => row.otherName, isName: true, detail: 2 },
  { key: "reason", title: "reason", value: (row) => row.reason, csvOnly: true },
  { key: "duration_ms", title: "duration", value: (row) => row.durationMs, csvOnly: true },
  { key: "distance_units", title: "distance", value: (row) => row.distanceUnits, csvOnly: true },
  { key: "stage", title: "stage", value: (row) => row.stage, csvOnly: true },
  { key: "stages", title: "stages", value: (row) => row.stages, csvOnly: true },
  { key: "share_percent", title: "share", value: (row) => row.sharePercent, csvOnly: true },
];

/** Why a round has no objectives, or may lack some. */
const GAPS: Readonly<Record<Exclude<ObjectiveState, "recorded">, string>> = {
  failed: "objectives: an error ended their recording, so the last ones may be missing",
  off: "objectives: not recorded, the server's settings say so",
  unavailable: "objectives: not recorded, this engine or map does not show them",
  "not recorded": "objectives: not recorded",
};

/**
 * The timeline of objectives, or why there is none.
 * @param roundKey the round that they are of: its replay shows the moments.
 */
export function objectiveBlocks(
  rows: readonly ObjectiveRow[],
  state: ObjectiveState,
  roundKey: string,
): Block[] {
  const told = rows.filter((row) => tellObjective(row) !== undefined);
  const columns = COLUMNS.map((column): TableColumn<ObjectiveRow> => {
    return column.key === "time_ms"
      ? { ...column, refersTo: ({ timeMs }) => ({ kind: "moment", roundKey, timeMs }) }
      : column;
  });
  // On a page the table has a heading itself.
  const heading = text(["objectives"]);
  return [
    state !== "recorded"
      ? text([GAPS[state]])
      : told.length === 0
        ? text(["objectives: nothing happened to one"])
        : terminalOnly((terminal) => heading.terminal(terminal)),
    table(columns, told, "Objectives"),
  ];
}

/** The timeline as CSV. */
export function objectivesCsv(rows: readonly ObjectiveRow[]): string {
  return renderCsv(COLUMNS, rows);
}
