import { Flags } from "@oclif/core";

import { parseSettings } from "../build/settings.ts";
import { CHANGE_FLAGS, ChangeCommand } from "../cli/change-command.ts";
import { loadModule } from "../cli/load-module.ts";
import { SERVERS_ARGUMENT } from "../cli/fleet-command.ts";
import { sameCommand } from "../cli/same-command.ts";
import { SETTING_FLAGS } from "../cli/server-command.ts";
import { counted } from "../counts.ts";
import { planDeploy } from "../deploy/plan-deploy.ts";

export default class Deploy extends ChangeCommand {
  static override summary = "put the tracker on a game server, so that the game loads it";
  static override description =
    "connects, builds the tracker, shows what will change on the server, and then puts the module where the game looks first " +
    "and its name into the list that the game reads: the assignment of lua_modules that wins, or the file that " +
    "g_luaModuleList names. Every other byte stays as it is. prox refuses what the game would not load before it " +
    "changes anything, and backs up everything on the server below prox/. To undo: `prox rollback`, or `prox " +
    "undeploy` after a first deploy. Several servers are changed one after another; prox stops after the first that " +
    "fails, and says how to go on";
  static override examples = [
    "<%= config.bin %> <%= command.id %> main --dry-run",
    "<%= config.bin %> <%= command.id %> main --yes --reload",
    "<%= config.bin %> <%= command.id %> main --file proximity_tracker.lua --position last",
    "<%= config.bin %> <%= command.id %> main --league-configs --dry-run",
    "<%= config.bin %> <%= command.id %> --all --yes",
    "<%= config.bin %> <%= command.id %> league cup --yes --parallel 3 --keep-going",
  ];
  static override args = { servers: SERVERS_ARGUMENT };
  static override flags = {
    ...CHANGE_FLAGS,
    position: Flags.option({
      options: ["first", "last"] as const,
      summary: "where to put it in the list of modules, the first time; first unless set",
    })(),
    "league-configs": Flags.boolean({
      summary: "also add it in the league configs (configs/*.config) that set the list of modules",
    }),
    keep: Flags.integer({
      summary: "how many revisions keep their modules and backups on the server; 10 unless set",
      min: 1,
      helpValue: "N",
    }),
    file: Flags.string({ summary: "module to deploy instead of a fresh build", helpValue: "FILE" }),
    set: Flags.string({
      summary: "setting to compile in, as with `prox build`",
      multiple: true,
      helpValue: "NAME=VALUE",
      exclusive: ["file"],
    }),
    ...SETTING_FLAGS,
  };

  async run(): Promise<object> {
    const { args, flags, raw } = await this.parse(Deploy);
    const settings = await this.loadSettings(flags, {
      position: flags.position,
      keep: flags.keep,
      leagueConfigs: flags["league-configs"] ? true : undefined,
    });
    const selection = this.select(settings, args.servers, flags);
    parseSettings(flags.set ?? []);
    // Compiling takes long: it waits until a server was reached. All servers get the same module.
    let loading = flags.file === undefined ? undefined : loadModule(flags.file);
    await loading;
    const withReload = flags.reload ? " --reload" : "";
    return this.change(
      selection,
      flags,
      async (server) => {
        const module = await (loading ??= loadModule(undefined, flags.set));
        return {
          what: `deploy the tracker ${module.version ?? ""} (${module.sha1.slice(0, 8)})`,
          plan: (files) => planDeploy(files, server, module),
          keep: server.keep,
          conclude: ({ plan, revision, loaded, removed }) => [
            ...(revision === undefined
              ? []
              : [`deployed as revision ${revision.revision}, SHA-1 ${module.sha1}`]),
            ...(loaded === undefined ? [] : ["the game has loaded it"]),
            ...(removed.length === 0
              ? []
              : [`removed ${counted(removed.length, "old module or backup", "old modules and backups")}`]),
            ...(revision === undefined
              ? []
              : [
                  plan.liveSha1 === undefined
                    ? `to undo, run: prox undeploy ${server.name}${withReload}`
                    : `to undo, run: prox rollback ${server.name}${withReload}`,
                ]),
          ],
        };
      },
      (servers) => sameCommand("deploy", raw, Deploy.flags, servers),
    );
  }
}
