/** What players did in several rounds together, as a table. */
import { formatRate } from "../../cli/views/estimates.ts";
import { table } from "../../cli/render/blocks.ts";
import type { Block } from "../../cli/render/blocks.ts";
import { withSample } from "../../cli/render/table.ts";
import type { TableColumn } from "../../cli/render/table.ts";
import type { ScoreSum } from "../../reports/highlights.ts";
import { wilson } from "../../reports/statistics.ts";

const accuracyOf = ({ hits, shots }: ScoreSum) => wilson(Math.min(hits, shots), shots);

const COLUMNS: readonly TableColumn<ScoreSum>[] = [
  {
    key: "player",
    title: "player",
    value: (row) => row.name,
    isName: true,
    refersTo: ({ playerId }) => ({ kind: "player", playerId }),
  },
  { key: "rounds", title: "rounds", value: (row) => row.rounds },
  { key: "kills", title: "kills", value: (row) => row.kills },
  { key: "deaths", title: "deaths", value: (row) => row.deaths },
  { key: "damage_given", title: "damage", value: (row) => row.damageGiven },
  { key: "damage_received", title: "received", value: (row) => row.damageReceived, detail: 2 },
  { key: "revives", title: "revives", value: (row) => row.revives, detail: 1 },
  { key: "head_hits", title: "headshots", value: (row) => row.headHits, detail: 3 },
  {
    key: "accuracy",
    title: "accuracy",
    detail: 2,
    value: (row) => accuracyOf(row).share,
    ...withSample((row, hasSample) => formatRate(accuracyOf(row), hasSample)),
  },
  { key: "team_kills", title: "team kills", value: (row) => row.teamKills, detail: 4 },
];

/** Sums of scores, a line a player. */
export function scoreSumTable(sums: readonly ScoreSum[], heading: string): Block {
  return table(COLUMNS, sums, heading);
}
