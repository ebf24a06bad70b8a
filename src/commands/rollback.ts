import { Args } from "@oclif/core";

import { CHANGE_FLAGS, ChangeCommand } from "../cli/change-command.ts";
import { SERVER_ARGUMENT, SETTING_FLAGS } from "../cli/server-command.ts";
import { planRollback } from "../deploy/plan-rollback.ts";

export default class Rollback extends ChangeCommand {
  static override summary = "bring back the tracker that was on a game server before";
  static override description =
    "puts back the module of a revision, by default the one before the last change; `prox status` lists the " +
    "revisions, and their modules are on the server below prox/revisions. To undo: roll back once more";
  static override examples = [
    "<%= config.bin %> <%= command.id %> main",
    "<%= config.bin %> <%= command.id %> main 3 --yes --reload",
  ];
  static override args = {
    server: SERVER_ARGUMENT,
    revision: Args.integer({ description: "number of the revision", min: 1 }),
  };
  static override flags = { ...CHANGE_FLAGS, ...SETTING_FLAGS };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Rollback);
    const server = (await this.loadSettings(flags)).server(args.server);
    const withReload = flags.reload ? " --reload" : "";
    return this.change(server, flags, {
      what: args.revision === undefined ? "roll back" : `roll back to revision ${args.revision}`,
      plan: (files, cutOff) => planRollback(files, server, args.revision, cutOff),
      conclude: ({ plan, revision, loaded }) => [
        ...(revision === undefined
          ? []
          : [`rolled back as revision ${revision.revision}, SHA-1 ${plan.module?.sha1 ?? ""}`]),
        ...(loaded === undefined ? [] : ["the game has loaded it"]),
        ...(revision === undefined ? [] : [`to undo, run: prox rollback ${server.name}${withReload}`]),
      ],
    });
  }
}
