import { CHANGE_FLAGS, ChangeCommand } from "../cli/change-command.ts";
import { SERVER_ARGUMENT, SETTING_FLAGS } from "../cli/server-command.ts";
import { planUndeploy } from "../deploy/plan-undeploy.ts";

export default class Undeploy extends ChangeCommand {
  static override summary = "take the tracker off a game server";
  static override description =
    "takes the tracker out of the game's lists and removes its module; recorded rounds, backups and revisions stay. To undo: `prox rollback`";
  static override examples = [
    "<%= config.bin %> <%= command.id %> main --dry-run",
    "<%= config.bin %> <%= command.id %> main --yes --reload",
  ];
  static override args = { server: SERVER_ARGUMENT };
  static override flags = { ...CHANGE_FLAGS, ...SETTING_FLAGS };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Undeploy);
    const server = (await this.loadSettings(flags)).server(args.server);
    const withReload = flags.reload ? " --reload" : "";
    return this.change(server, flags, {
      what: "remove the tracker",
      plan: (files) => planUndeploy(files, server),
      conclude: ({ plan, revision, loaded }) => [
        ...(revision === undefined ? [] : [`removed as revision ${revision.revision}`]),
        ...(loaded === undefined ? [] : ["the game has unloaded it"]),
        ...(revision === undefined || plan.liveSha1 === undefined
          ? []
          : [`to undo, run: prox rollback ${server.name}${withReload}`]),
      ],
    });
  }
}
