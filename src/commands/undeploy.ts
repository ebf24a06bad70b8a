import { CHANGE_FLAGS, ChangeCommand } from "../cli/change-command.ts";
import { SERVERS_ARGUMENT } from "../cli/fleet-command.ts";
import { sameCommand } from "../cli/same-command.ts";
import { SETTING_FLAGS } from "../cli/server-command.ts";
import { planUndeploy } from "../deploy/plan-undeploy.ts";

export default class Undeploy extends ChangeCommand {
  static override summary = "take the tracker off a game server";
  static override description =
    "takes the tracker out of the game's lists, those of league configs among them, and removes its module; recorded rounds, backups and revisions stay. To undo: `prox rollback`";
  static override examples = [
    "<%= config.bin %> <%= command.id %> main --dry-run",
    "<%= config.bin %> <%= command.id %> main --yes --reload",
    "<%= config.bin %> <%= command.id %> --all --yes",
  ];
  static override args = { servers: SERVERS_ARGUMENT };
  static override flags = { ...CHANGE_FLAGS, ...SETTING_FLAGS };

  async run(): Promise<object> {
    const { args, flags, raw } = await this.parse(Undeploy);
    const selection = this.select(await this.loadSettings(flags), args.servers, flags);
    const withReload = flags.reload ? " --reload" : "";
    return this.change(
      selection,
      flags,
      (server) => ({
        what: "remove the tracker",
        plan: (files) => planUndeploy(files, server),
        conclude: ({ plan, revision, loaded }) => [
          ...(revision === undefined ? [] : [`removed as revision ${revision.revision}`]),
          ...(loaded === undefined ? [] : ["the game has unloaded it"]),
          ...(revision === undefined || plan.liveSha1 === undefined
            ? []
            : [`to undo, run: prox rollback ${server.name}${withReload}`]),
        ],
      }),
      (servers) => sameCommand("undeploy", raw, Undeploy.flags, servers),
    );
  }
}
