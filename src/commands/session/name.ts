import { Args, Flags } from "@oclif/core";

import { nameSession } from "../../care/sessions.ts";
import { BaseCommand } from "../../cli/base-command.ts";
import { SESSION_FLAGS, sessionArg } from "../../cli/session-flags.ts";
import { withDatabase } from "../../db/open.ts";
import { ProxError } from "../../errors.ts";
import { resolveSession } from "../../reports/sessions.ts";

export default class SessionName extends BaseCommand {
  static override summary = "name a session";
  static override description =
    "reports show the name, and --session takes it; another name takes its place, and --clear takes it away";
  static override examples = [
    '<%= config.bin %> <%= command.id %> latest "Cup final"',
    '<%= config.bin %> <%= command.id %> "Cup final" --clear',
  ];
  static override args = { session: sessionArg, name: Args.string({ description: "its name" }) };
  static override flags = {
    ...SESSION_FLAGS,
    clear: Flags.boolean({ default: false, summary: "take the name away" }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(SessionName);
    if ((args.name === undefined) !== flags.clear) {
      throw new ProxError("E_USAGE", "which name?", { suggestions: ["write a name, or --clear"] });
    }
    return withDatabase(
      { databaseUrl: flags["database-url"], isWriter: true, signal: this.interrupted },
      async ({ sql }) => {
        const session = await resolveSession(sql, args.session);
        const name = await nameSession(sql, session, args.name, flags.reason);
        this.tell(name === null ? `session ${session.id} has no name` : `session ${session.id}: ${name}`);
        return { session: session.id, name };
      },
    );
  }
}
