import { Args } from "@oclif/core";

import { tagSession } from "../../care/sessions.ts";
import { BaseCommand } from "../../cli/base-command.ts";
import { SESSION_FLAGS, sessionArg } from "../../cli/session-flags.ts";
import { withDatabase } from "../../db/open.ts";
import { resolveSession } from "../../reports/sessions.ts";

export default class SessionTag extends BaseCommand {
  static override summary = "tag a session, for example with its season or cup";
  static override description =
    "reports take the tag with --tag: rounds of all sessions that have it; `prox session untag` undoes it";
  static override examples = ["<%= config.bin %> <%= command.id %> latest season-3 cup"];
  static override strict = false;
  static override args = {
    session: sessionArg,
    tag: Args.string({ description: "tags: letters, digits, dots, hyphens and underscores", required: true }),
  };
  static override flags = SESSION_FLAGS;

  async run(): Promise<object> {
    const { argv, args, flags } = await this.parse(SessionTag);
    return withDatabase(
      { databaseUrl: flags["database-url"], isWriter: true, signal: this.interrupted },
      async ({ sql }) => {
        const session = await resolveSession(sql, args.session);
        const tags = await tagSession(sql, session, (argv as string[]).slice(1), {
          isAdded: true,
          reason: flags.reason,
        });
        this.tell(`session ${session.id}: ${tags.length === 0 ? "no tags" : tags.join(", ")}`);
        return { session: session.id, tags };
      },
    );
  }
}
