/** Rounds of a site as a table. */
import { TEAM_NAMES } from "../../engine/players.ts";
import { table } from "../../cli/render/blocks.ts";
import type { Block } from "../../cli/render/blocks.ts";
import type { TableColumn } from "../../cli/render/table.ts";
import { formatClock } from "../../clock.ts";
import type { Site } from "../site.ts";
import type { SiteRound } from "../site-data.ts";

/** Who won, in a word or two. */
export function resultOf({ isComplete, winnerTeam }: Pick<SiteRound, "isComplete" | "winnerTeam">): string {
  if (winnerTeam !== null) return `${TEAM_NAMES[winnerTeam] ?? ""} won`;
  return isComplete ? "no result" : "incomplete";
}

const columnsOf = (site: Site): readonly TableColumn<SiteRound>[] => [
  {
    key: "map",
    title: "map",
    value: (row) => row.map,
    refersTo: ({ roundKey }) => ({ kind: "round", roundKey }),
  },
  { key: "round", title: "round", value: (row) => row.round },
  { key: "result", title: "result", value: resultOf },
  { key: "time", title: "time", value: (row) => row.endMs, show: (row) => formatClock(row.endMs) },
  { key: "players", title: "players", value: (row) => site.playersOf(row) },
  { key: "kills", title: "kills", value: (row) => row.kills, detail: 1 },
];

const columnsWithDay = (site: Site): readonly TableColumn<SiteRound>[] => [
  {
    key: "day",
    title: "day (UTC)",
    value: (row) => row.startedAt.toISOString().slice(0, 16).replace("T", " "),
    refersTo: ({ roundKey }) => ({ kind: "round", roundKey }),
  },
  ...columnsOf(site).slice(1),
];

/** Rounds of a session, in the order in which they were played. */
export function roundTable(site: Site, rounds: readonly SiteRound[], heading: string): Block {
  return table(columnsOf(site), rounds, heading);
}

/** Rounds of different days, of one map. */
export function roundTableByDay(site: Site, rounds: readonly SiteRound[], heading: string): Block {
  return table(columnsWithDay(site), rounds, heading);
}
