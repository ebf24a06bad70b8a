import { filterFlags, readFilterFlags } from "../../cli/filter-flags.ts";
import { formFlagsFor, ReportCommand, sourceFlags } from "../../cli/report-command.ts";
import { sessionsView } from "../../cli/views/sessions.ts";
import { eventfulRoundConditions } from "../../reports/event-conditions.ts";
import { resolveFilters } from "../../reports/filter-request.ts";
import { countBotRounds, describeBotRounds } from "../../reports/rounds.ts";
import { listSessions, SESSION_GAP_MINUTES } from "../../reports/sessions.ts";

export default class ReportSessions extends ReportCommand {
  static override summary = "list sessions: rounds of one server without a long break between them";
  static override description = `a break of more than ${SESSION_GAP_MINUTES} minutes ends a session; midnight does not; filters choose which rounds of a session count: those with at least one event that matches; people and bots are counted separately, and rounds without people are left out unless --bots is given`;
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
    const bots = describeBotRounds(flags.bots, botRounds);
    await this.present(sessionsView(sessions, words, bots), flags);
    return { sessions, botRounds };
  }
}
