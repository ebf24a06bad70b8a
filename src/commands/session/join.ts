import { joinSession } from "../../care/sessions.ts";
import { BaseCommand } from "../../cli/base-command.ts";
import { SESSION_FLAGS, sessionArg } from "../../cli/session-flags.ts";
import { withDatabase } from "../../db/open.ts";
import { listSessions, resolveSession } from "../../reports/sessions.ts";

export default class SessionJoin extends BaseCommand {
  static override summary = "make a session part of the one before it on its server";
  static override description =
    "whatever the break between them; the session has the name of the earlier one, and the tags of both; `prox session split` undoes it";
  static override examples = ["<%= config.bin %> <%= command.id %> 2026-11-22-2115"];
  static override args = { session: sessionArg };
  static override flags = SESSION_FLAGS;

  async run(): Promise<object> {
    const { args, flags } = await this.parse(SessionJoin);
    return withDatabase(
      { databaseUrl: flags["database-url"], isWriter: true, signal: this.interrupted },
      async ({ sql }) => {
        const joined = await resolveSession(sql, args.session);
        await joinSession(sql, joined, flags.reason);
        const session = (await listSessions(sql)).find(({ roundIds }) =>
          roundIds.includes(joined.roundIds[0] ?? 0),
        );
        this.tell(`session ${joined.id} is part of session ${session?.id ?? ""}`);
        return { session: session?.id, joined: joined.id };
      },
    );
  }
}
