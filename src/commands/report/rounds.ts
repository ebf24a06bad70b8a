import { Flags } from "@oclif/core";

import { filterFlags, readFilterFlags } from "../../cli/filter-flags.ts";
import { notes, table } from "../../cli/render/blocks.ts";
import { formFlagsFor, ReportCommand, sourceFlags } from "../../cli/report-command.ts";
import { renderCsv } from "../../cli/render/table.ts";
import type { TableColumn } from "../../cli/render/table.ts";
import { formatClock, resolveFilters } from "../../reports/filter-request.ts";
import { countBotRounds, describeBotRounds, listRounds } from "../../reports/rounds.ts";
import type { RoundRow } from "../../reports/rounds.ts";
import { TEAM_NAMES } from "../../engine/players.ts";

/** What is missing of a round, in a few words. */
function describeGaps(round: RoundRow): string {
  const missing = (["position", "combat", "engagement", "heatmap"] as const).filter(
    (kind) => round[`${kind}Rows`] === null,
  );
  return [
    ...(round.isComplete
      ? []
      : [round.endReason === "finished" ? "incomplete" : round.endReason.replace("_", " ")]),
    ...(missing.length === 0 ? [] : [`no ${missing.join(", ")} file`]),
    ...(round.rowsLost === 0 ? [] : [`${round.rowsLost} rows lost on the server`]),
    ...(round.rowsRejected === 0 ? [] : [`${round.rowsRejected} bad rows left out`]),
  ].join("; ");
}

const COLUMNS: readonly TableColumn<RoundRow>[] = [
  {
    key: "started_at",
    title: "started (UTC)",
    // The key says it too, as it does map and round.
    detail: 5,
    value: (row) => row.startedAt.toISOString(),
    show: (row) => row.startedAt.toISOString().slice(0, 16).replace("T", " "),
  },
  { key: "map", title: "map", value: (row) => row.map, detail: 4 },
  { key: "round", title: "round", value: (row) => row.round, detail: 6 },
  { key: "end_ms", title: "time", value: (row) => row.endMs, show: (row) => formatClock(row.endMs) },
  { key: "players", title: "players", value: (row) => row.players, detail: 1 },
  { key: "bots", title: "bots", value: (row) => row.bots, detail: 7 },
  { key: "kills", title: "kills", value: (row) => row.kills, detail: 3 },
  {
    key: "winner_team",
    title: "winner",
    detail: 2,
    value: (row) => row.winnerTeam,
    show: (row) => (row.winnerTeam === null ? "" : (TEAM_NAMES[row.winnerTeam] ?? "")),
  },
  {
    key: "is_complete",
    title: "missing",
    value: (row) => row.isComplete,
    show: (row) => describeGaps(row),
  },
  { key: "end_reason", title: "end", value: (row) => row.endReason, csvOnly: true },
  { key: "server_name", title: "server", value: (row) => row.serverName, isName: true, csvOnly: true },
  { key: "round_key", title: "key", value: (row) => row.roundKey, isKey: true },
];

export default class ReportRounds extends ReportCommand {
  static override summary = "list the rounds that there are, and what is missing of them";
  static override description =
    "lists rounds in which what the filters ask for happened, each with all that there is of it; rounds without people and " +
    "kills with a bot in them are left out unless --bots counts them, and it says how many rounds those are";
  static override examples = [
    "<%= config.bin %> <%= command.id %>",
    "<%= config.bin %> <%= command.id %> --map supply --since 7d",
    "<%= config.bin %> <%= command.id %> --player Bravo --weapon panzerfaust",
    "<%= config.bin %> <%= command.id %> --session latest --csv rounds.csv",
  ];
  static override flags = {
    ...sourceFlags,
    ...filterFlags,
    limit: Flags.integer({ summary: "most rounds to list, the latest first", default: 50, min: 1 }),
    ...formFlagsFor("csv", "html"),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(ReportRounds);
    const { botRounds, hasMore, rounds, words } = await this.withReports(flags, async (sql) => {
      const { filters, words } = await resolveFilters(sql, readFilterFlags(flags));
      const [rounds, botRounds] = await Promise.all([
        listRounds(sql, filters, flags.limit + 1),
        countBotRounds(sql, filters),
      ]);
      return { rounds: rounds.slice(0, flags.limit), hasMore: rounds.length > flags.limit, botRounds, words };
    });
    await this.present(
      "Rounds",
      [
        table(COLUMNS, rounds),
        notes([
          ...(rounds.length === 0 ? ["no rounds like that: `prox import` adds some"] : []),
          ...(hasMore ? [`the latest ${flags.limit}; --limit shows more`] : []),
          ...words,
          flags.bots ? "bots included" : describeBotRounds(botRounds),
        ]),
      ],
      flags,
      { csv: () => renderCsv(COLUMNS, rounds) },
    );
    return { rounds, botRounds };
  }
}
