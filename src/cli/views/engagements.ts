/** The list of fights. */
import { fightShape } from "../../fight-shape.ts";
import { counted, whole } from "../../counts.ts";
import { TEAM_NAMES } from "../../engine/players.ts";
import { describeBots } from "../../reports/describe.ts";
import { engagementId } from "../../reports/engagements.ts";
import type { EngagementList } from "../../reports/engagements.ts";
import { formatClock } from "../../clock.ts";
import { ownNumbers, type EngagementRow } from "../../reports/queries/engagements.ts";
import { notes, table } from "../render/blocks.ts";
import type { Block } from "../render/blocks.ts";
import { renderCsv } from "../render/table.ts";
import type { TableColumn } from "../render/table.ts";
import type { View } from "../render/view.ts";

const teamName = (team: number | null): string => (team === null ? "" : (TEAM_NAMES[team] ?? ""));

const COLUMNS: readonly TableColumn<EngagementRow>[] = [
  {
    key: "engagement",
    title: "engagement",
    value: engagementId,
    isKey: true,
    refersTo: ({ engagement, roundKey }) => ({
      kind: "fight",
      roundKey,
      engagement,
      label: `fight ${engagement}`,
    }),
  },
  {
    key: "start_ms",
    title: "at",
    value: (row) => row.startMs,
    show: (row) => formatClock(row.startMs),
    refersTo: ({ roundKey, startMs }) => ({ kind: "moment", roundKey, timeMs: startMs }),
  },
  {
    key: "duration_ms",
    title: "lasted",
    detail: 5,
    value: (row) => row.endMs - row.startMs,
    show: (row) => `${((row.endMs - row.startMs) / 1000).toFixed(1)} s`,
  },
  {
    key: "shape",
    title: "shape",
    value: (row) => {
      const { enemies, own } = ownNumbers(row);
      return fightShape(own, enemies);
    },
  },
  { key: "attackers_team", title: "openers", value: (row) => teamName(row.team), detail: 8 },
  { key: "opener", title: "opened by", value: (row) => row.openerName, isName: true, detail: 1 },
  { key: "first_hit", title: "against", value: (row) => row.enemyName, isName: true, detail: 2 },
  { key: "outcome", title: "end", value: (row) => row.outcome.replace("_", " "), detail: 4 },
  { key: "winner", title: "winner", value: (row) => teamName(row.winnerTeam) },
  {
    key: "kills",
    title: "kills",
    value: (row) => ownNumbers(row).kills,
    show: (row) => `${ownNumbers(row).kills}:${ownNumbers(row).deaths}`,
  },
  { key: "deaths", title: "deaths", value: (row) => ownNumbers(row).deaths, csvOnly: true },
  {
    key: "damage_given",
    title: "damage",
    detail: 3,
    value: (row) => ownNumbers(row).damageGiven,
    show: (row) => `${whole(ownNumbers(row).damageGiven)}:${whole(ownNumbers(row).damageReceived)}`,
  },
  {
    key: "damage_received",
    title: "damage received",
    value: (row) => ownNumbers(row).damageReceived,
    csvOnly: true,
  },
  { key: "own_team", title: "own side", value: (row) => teamName(ownNumbers(row).team), csvOnly: true },
  { key: "crossfires", title: "crossfires", value: (row) => row.crossfires, detail: 7 },
  { key: "trades", title: "trades", value: (row) => row.trades, detail: 6 },
  { key: "distance_units", title: "distance", value: (row) => row.distanceUnits, csvOnly: true },
  { key: "map", title: "map", value: (row) => row.map, csvOnly: true },
];

/** Fights, a line each. */
export function fightTable(fights: readonly EngagementRow[], heading: string): Block {
  return table(COLUMNS, fights, heading);
}

/** The fights, and what they were chosen by. */
export function engagementsView(
  { engagements, hasMore, mixed, words }: EngagementList,
  withBots: boolean,
): View {
  const bots = `fights with ${describeBots(withBots)}${withBots ? "" : "; --bots counts them"}`;
  const count = engagements.length === 0 ? "no fights" : counted(engagements.length, "fight");
  return {
    title: "Fights",
    blocks: [
      fightTable(engagements, "Fights"),
      notes([`${count}${hasMore ? "; use --limit to list more" : ""}`, ...words, bots, ...mixed]),
    ],
    csv: () => renderCsv(COLUMNS, engagements),
  };
}
