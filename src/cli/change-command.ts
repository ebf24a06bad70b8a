/** What deploy, rollback and undeploy share: they show a plan, ask, and change the server. */
import { Flags } from "@oclif/core";

import type { ServerSettings } from "../config/settings.ts";
import { type ServerChange, type ServerChangeResult, changeServer, toJson } from "../deploy/change-server.ts";
import { showPlan } from "../deploy/show-plan.ts";
import { EXIT_CODES } from "../errors/exit-codes.ts";
import { ProxError } from "../errors.ts";
import { ServerCommand } from "./server-command.ts";

/** Flags of all commands that change a server, see {@link ChangeCommand}. */
export const CHANGE_FLAGS = {
  "dry-run": Flags.boolean({
    summary: "only show what prox would do; exit code 0: nothing, 7: something",
  }),
  yes: Flags.boolean({ char: "y", summary: "do it without asking; needed without a terminal" }),
  reload: Flags.boolean({
    summary: "make the running game load it now, over rcon, and check that it did",
  }),
} as const;

interface ChangeFlags {
  readonly "dry-run": boolean;
  readonly yes: boolean;
  readonly reload: boolean;
}

/** Base of `prox deploy`, `prox rollback` and `prox undeploy`: only their plans and last lines differ. */
export abstract class ChangeCommand extends ServerCommand {
  /** Runs the change; `conclude` gives the last lines: what was done, and how to undo it. */
  protected async change(
    server: ServerSettings,
    flags: ChangeFlags,
    options: {
      what: string;
      plan: ServerChange["plan"];
      conclude: (result: ServerChangeResult) => string[];
    },
  ): Promise<object> {
    const rcon = flags.reload ? this.rconOf(server) : undefined;
    if (flags.reload && rcon === undefined) {
      throw new ProxError("E_CONFIG", `cannot reload server "${server.name}": it has no "rcon"`, {
        suggestions: ['add "rcon": "HOST:27960" to this server in prox.config.json'],
      });
    }
    const isDryRun = flags["dry-run"];
    const result = await this.withConnection(server, ({ files }) =>
      changeServer(files, {
        server,
        what: options.what,
        plan: options.plan,
        rcon,
        isDryRun,
        signal: this.interrupted,
        approve: async (plan, warnings) => {
          for (const warning of warnings) this.warn(warning);
          this.say(showPlan(plan, rcon !== undefined).split("\n"));
          if (!isDryRun && (plan.hasWork || rcon !== undefined)) {
            await this.confirm(`${options.what} on "${server.name}"?`, flags.yes);
          }
        },
        report: (step) => {
          this.progress(step);
        },
      }),
    );
    if (isDryRun) {
      if (result.plan.hasWork) {
        process.exitCode = EXIT_CODES.verification;
        this.log("dry run: nothing was changed");
      }
    } else {
      for (const line of options.conclude(result)) this.log(line);
    }
    return toJson(result);
  }
}
