import { Flags } from "@oclif/core";

import { filterFlags, readFilterFlags } from "../../cli/filter-flags.ts";
import { notes, table } from "../../cli/render/blocks.ts";
import { formFlagsFor, ReportCommand, sourceFlags } from "../../cli/report-command.ts";
import { renderCsv } from "../../cli/render/table.ts";
import type { TableColumn } from "../../cli/render/table.ts";
import { TEAM_NAMES } from "../../engine/players.ts";
import { engagementId, reportEngagements } from "../../reports/engagements.ts";
import { formatClock } from "../../reports/filter-request.ts";
import { ENGAGEMENT_ORDERS } from "../../reports/queries/engagements.ts";
import { whole } from "../../reports/statistics.ts";
import type { EngagementRow } from "../../reports/queries/engagements.ts";

const teamName = (team: number | null): string => (team === null ? "" : (TEAM_NAMES[team] ?? ""));

const COLUMNS: readonly TableColumn<EngagementRow>[] = [
  { key: "engagement", title: "engagement", value: engagementId, isKey: true },
  { key: "start_ms", title: "at", value: (row) => row.startMs, show: (row) => formatClock(row.startMs) },
  {
    key: "duration_ms",
    title: "lasted",
    detail: 5,
    value: (row) => row.endMs - row.startMs,
    show: (row) => `${((row.endMs - row.startMs) / 1000).toFixed(1)} s`,
  },
  { key: "shape", title: "shape", value: (row) => `${row.attackers}v${row.defenders}` },
  { key: "attackers_team", title: "attackers", value: (row) => teamName(row.team), detail: 8 },
  { key: "opener", title: "opened by", value: (row) => row.openerName, isName: true, detail: 1 },
  { key: "first_hit", title: "against", value: (row) => row.enemyName, isName: true, detail: 2 },
  { key: "outcome", title: "end", value: (row) => row.outcome.replace("_", " "), detail: 4 },
  { key: "winner", title: "winner", value: (row) => teamName(row.winnerTeam) },
  {
    key: "kills",
    title: "kills",
    value: (row) => row.kills,
    show: (row) => `${row.kills}:${row.deaths}`,
  },
  { key: "deaths", title: "deaths", value: (row) => row.deaths, csvOnly: true },
  {
    key: "damage_given",
    title: "damage",
    detail: 3,
    value: (row) => row.damageGiven,
    show: (row) => `${whole(row.damageGiven)}:${whole(row.damageReceived)}`,
  },
  { key: "damage_received", title: "damage received", value: (row) => row.damageReceived, csvOnly: true },
  { key: "crossfires", title: "crossfires", value: (row) => row.crossfires, detail: 7 },
  { key: "trades", title: "trades", value: (row) => row.trades, detail: 6 },
  { key: "distance_units", title: "distance", value: (row) => row.distanceUnits, csvOnly: true },
  { key: "map", title: "map", value: (row) => row.map, csvOnly: true },
];

export default class ReportEngagements extends ReportCommand {
  static override summary = "list the fights of a round, a session or a map";
  static override description =
    "kills and damage are written attackers:defenders, the attackers being the side that opened the fight; " +
    "`report engagement` explains one of them";
  static override examples = [
    "<%= config.bin %> <%= command.id %> --round latest",
    "<%= config.bin %> <%= command.id %> --session latest --order size --limit 10",
    "<%= config.bin %> <%= command.id %> --map supply --player Bravo --engagement 2v1 --csv fights.csv",
  ];
  static override flags = {
    ...sourceFlags,
    ...filterFlags,
    order: Flags.option({ options: ENGAGEMENT_ORDERS })({ summary: "what comes first", default: "time" }),
    limit: Flags.integer({ summary: "most fights to list", default: 100, min: 1 }),
    ...formFlagsFor("csv", "html"),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(ReportEngagements);
    const { engagements, hasMore, words } = await this.withReports(flags, (sql) =>
      reportEngagements(sql, readFilterFlags(flags), flags.order, flags.limit),
    );
    const bots = flags.bots ? "fights with bots included" : "fights with bots left out, --bots counts them";
    const many = engagements.length;
    const count = many === 0 ? "no fights" : many === 1 ? "1 fight" : `${many} fights`;
    await this.present(
      "Fights",
      [
        table(COLUMNS, engagements),
        notes([`${count}${hasMore ? ", --limit shows more" : ""}`, ...words, bots]),
      ],
      flags,
      { csv: () => renderCsv(COLUMNS, engagements) },
    );
    return { engagements: engagements.map((row) => ({ id: engagementId(row), ...row })) };
  }
}
