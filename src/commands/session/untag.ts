import { Args } from "@oclif/core";

import { tagSession } from "../../care/sessions.ts";
import { BaseCommand } from "../../cli/base-command.ts";
import { SESSION_FLAGS, sessionArg } from "../../cli/session-flags.ts";
import { withDatabase } from "../../db/open.ts";
import { resolveSession } from "../../reports/sessions.ts";

export default class SessionUntag extends BaseCommand {
  static override summary = "take tags from a session";
  static override description = "undoes `prox session tag`";
  static override examples = ["<%= config.bin %> <%= command.id %> latest season-3"];
  static override strict = false;
  static override args = {
    session: sessionArg,
    tag: Args.string({ description: "tags: letters, digits, dots, hyphens and underscores", required: true }),
  };
  static override flags = SESSION_FLAGS;

  async run(): Promise<object> {
    const { argv, args, flags } = await this.parse(SessionUntag);
    return withDatabase(
      { databaseUrl: flags["database-url"], isWriter: true, signal: this.interrupted },
      async ({ sql }) => {
        const session = await resolveSession(sql, args.session);
        const tags = await tagSession(sql, session, (argv as string[]).slice(1), {
          isAdded: false,
          reason: flags.reason,
        });
        this.tell(`session ${session.id}: ${tags.length === 0 ? "no tags" : tags.join(", ")}`);
        return { session: session.id, tags };
      },
    );
  }
}
