import { Args } from "@oclif/core";

import { splitSession } from "../../care/sessions.ts";
import { BaseCommand } from "../../cli/base-command.ts";
import { SESSION_FLAGS } from "../../cli/session-flags.ts";
import { withDatabase } from "../../db/open.ts";
import { resolveRounds } from "../../reports/find-rounds.ts";
import { resolveSession } from "../../reports/sessions.ts";

export default class SessionSplit extends BaseCommand {
  static override summary = "let a new session begin with a round";
  static override description =
    "the rounds from this one on are a session of their own, which has the tags and not the name of the old one; `prox session join` undoes it";
  static override examples = ["<%= config.bin %> <%= command.id %> 2026-11-22-211500"];
  static override args = {
    round: Args.string({ description: "key of the round, the start of a key, or latest", required: true }),
  };
  static override flags = SESSION_FLAGS;

  async run(): Promise<object> {
    const { args, flags } = await this.parse(SessionSplit);
    return withDatabase(
      { databaseUrl: flags["database-url"], isWriter: true, signal: this.interrupted },
      async ({ sql }) => {
        const [round] = await resolveRounds(sql, [args.round]);
        await splitSession(sql, round?.roundId ?? 0, flags.reason);
        const id = (round?.startedAt.toISOString() ?? "").slice(0, 16).replace("T", "-").replace(":", "");
        const session = await resolveSession(sql, id);
        this.tell(`session ${session.id} begins with ${round?.roundKey ?? ""}`);
        return { session: session.id, round: round?.roundKey };
      },
    );
  }
}
