import { filterFlags, readFilterFlags } from "../../cli/filter-flags.ts";
import { notes, table } from "../../cli/render/blocks.ts";
import { formFlagsFor, ReportCommand, sourceFlags } from "../../cli/report-command.ts";
import { renderCsv } from "../../cli/render/table.ts";
import type { TableColumn } from "../../cli/render/table.ts";
import { eventfulRoundConditions } from "../../reports/filters.ts";
import { formatClock, resolveFilters } from "../../reports/filter-request.ts";
import { countBotRounds, describeBotRounds } from "../../reports/rounds.ts";
import { listSessions, SESSION_GAP_MINUTES } from "../../reports/sessions.ts";
import type { Session } from "../../reports/sessions.ts";

const COLUMNS: readonly TableColumn<Session>[] = [
  { key: "session", title: "session (UTC)", value: (row) => row.id, isKey: true },
  {
    key: "duration_ms",
    title: "lasted",
    value: (row) => row.endedAt.getTime() - row.startedAt.getTime(),
    show: (row) => `${formatClock((row.endedAt.getTime() - row.startedAt.getTime()) / 60)} h`,
  },
  { key: "rounds", title: "rounds", value: (row) => row.roundIds.length },
  {
    key: "incomplete_rounds",
    title: "incomplete",
    value: (row) => row.roundIds.length - row.completeRounds,
  },
  { key: "players", title: "players", value: (row) => row.players },
  { key: "bots", title: "bots", value: (row) => row.bots, detail: 1 },
  { key: "maps", title: "maps", value: (row) => row.maps.join(", ") },
  { key: "server", title: "server", value: (row) => row.serverName, isName: true },
];

export default class ReportSessions extends ReportCommand {
  static override summary = "list the evenings: rounds of one server without a long break between them";
  static override description = `a break of more than ${SESSION_GAP_MINUTES} minutes ends a session; midnight does not; filters choose the rounds that a session is listed with: those in which what they ask for happened; people and bots are counted apart, and rounds without people are left out unless --bots counts them`;
  static override examples = [
    "<%= config.bin %> <%= command.id %>",
    "<%= config.bin %> <%= command.id %> --since 30d --csv sessions.csv",
  ];
  static override flags = {
    ...sourceFlags,
    ...filterFlags,
    ...formFlagsFor("csv", "html"),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(ReportSessions);
    const { botRounds, sessions, words } = await this.withReports(flags, async (sql) => {
      const { filters, words } = await resolveFilters(sql, readFilterFlags(flags));
      const [sessions, botRounds] = await Promise.all([
        listSessions(sql, eventfulRoundConditions(sql, filters)),
        countBotRounds(sql, filters),
      ]);
      return { sessions, botRounds, words };
    });
    await this.present(
      "Sessions",
      [
        table(COLUMNS, sessions),
        notes([
          ...(sessions.length === 0 ? ["no sessions like that: `prox import` adds rounds"] : []),
          ...words,
          flags.bots ? "bots included" : describeBotRounds(botRounds),
        ]),
      ],
      flags,
      { csv: () => renderCsv(COLUMNS, sessions) },
    );
    return { sessions, botRounds };
  }
}
