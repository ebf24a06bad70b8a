/** What deploy, rollback and undeploy share: they show a plan, ask, and change servers. */
import { Flags } from "@oclif/core";

import type { ServerSelection } from "../config/select-servers.ts";
import type { ServerSettings } from "../config/settings.ts";
import { counted } from "../counts.ts";
import { type ServerChange, type ServerChangeResult, changeServer, toJson } from "../deploy/change-server.ts";
import { showPlan } from "../deploy/show-plan.ts";
import { EXIT_CODES } from "../errors/exit-codes.ts";
import { ProxError } from "../errors.ts";
import type { Rcon } from "../remote/rcon.ts";
import { FleetCommand, ROLLING_FLAGS, type ServerOutcome, type Voice } from "./fleet-command.ts";

/** Flags of all commands that change a server, see {@link ChangeCommand}. */
export const CHANGE_FLAGS = {
  "dry-run": Flags.boolean({
    summary: "only show what prox would do; exit code 0: nothing, 7: something",
  }),
  yes: Flags.boolean({ char: "y", summary: "do it without asking; needed without a terminal" }),
  reload: Flags.boolean({
    summary: "make the running game load it now, over rcon, and check that it did",
  }),
  ...ROLLING_FLAGS,
} as const;

interface ChangeFlags {
  readonly "dry-run": boolean;
  readonly yes: boolean;
  readonly reload: boolean;
  readonly parallel: number;
  readonly "keep-going": boolean;
}

/** The change of one server. */
interface OneChange {
  readonly what: string;
  readonly plan: ServerChange["plan"];
  /** See {@link ServerChange.keep}. */
  readonly keep?: number;
  /** Gives the last lines: what was done, and how to undo it. */
  readonly conclude: (result: ServerChangeResult) => string[];
}

/** Base of `prox deploy`, `prox rollback` and `prox undeploy`: only their plans and last lines differ. */
export abstract class ChangeCommand extends FleetCommand {
  /**
   * Changes the servers, by default one after another. `changeOf` is called once the server is reached, so that nothing is
   * compiled for one that is not; `again` is the command line for some of them.
   */
  protected async change(
    selection: ServerSelection,
    flags: ChangeFlags,
    changeOf: (server: ServerSettings) => OneChange | Promise<OneChange>,
    again: (servers: readonly string[]) => string,
  ): Promise<object> {
    const isDryRun = flags["dry-run"];
    if (selection.isFleet && flags.parallel > 1 && !flags.yes && !isDryRun) {
      throw new ProxError("E_CONFIRM", "cannot ask for consent for several servers at once", {
        suggestions: ["run it with --yes, or without --parallel"],
      });
    }
    const { answer, results } = await this.onServers(
      selection,
      {
        parallel: flags.parallel,
        isStoppedByFailure: !flags["keep-going"] && !isDryRun,
        isTalking: !flags.yes || isDryRun,
        again,
      },
      (server, voice) => this.#changeOne(server, flags, changeOf, voice, selection.isFleet),
    );
    if (isDryRun && results.some(({ hasWork }) => hasWork)) process.exitCode = EXIT_CODES.verification;
    return answer;
  }

  async #changeOne(
    server: ServerSettings,
    flags: ChangeFlags,
    changeOf: (server: ServerSettings) => OneChange | Promise<OneChange>,
    voice: Voice,
    isFleet: boolean,
  ): Promise<ServerOutcome<ReturnType<typeof toJson>>> {
    const rcon = flags.reload ? this.#requireRcon(server) : undefined;
    const isDryRun = flags["dry-run"];
    const { conclude, result } = await this.withConnection(server, async ({ files }) => {
      const { keep, plan: planOf, what, ...change } = await changeOf(server);
      const done = await changeServer(files, {
        server,
        what,
        plan: planOf,
        rcon,
        isDryRun,
        ...(keep === undefined ? {} : { keep }),
        signal: this.interrupted,
        approve: async (plan, warnings) => {
          for (const warning of warnings) voice.warn(warning);
          // Of several servers that are changed without asking, what was done is told, a line each.
          if (!isFleet || isDryRun || !flags.yes) voice.show(showPlan(plan, rcon !== undefined).split("\n"));
          if (!isDryRun && (plan.hasWork || rcon !== undefined)) {
            await this.confirm(`${what} on "${server.name}"?`, flags.yes);
          }
        },
        report: voice.step,
      });
      return { ...change, result: done };
    });
    const { plan } = result;
    if (isDryRun) {
      if (plan.hasWork) voice.log("dry run: nothing was changed");
      const changes = plan.hasWork ? `would change ${counted(plan.changes.length, "file")}` : "nothing to do";
      return { result: toJson(result), summary: changes };
    }
    const lines = conclude(result);
    for (const line of lines) voice.log(line);
    return { result: toJson(result), summary: lines.length === 0 ? "nothing to do" : lines.join("; ") };
  }

  #requireRcon(server: ServerSettings): Rcon {
    const rcon = this.rconOf(server);
    if (rcon !== undefined) return rcon;
    throw new ProxError("E_CONFIG", `cannot reload server "${server.name}": it has no "rcon"`, {
      suggestions: ['add "rcon": "HOST:27960" to this server in prox.config.json'],
    });
  }
}
