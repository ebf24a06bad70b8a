import { Flags } from "@oclif/core";

import { FLEET_FLAGS, FleetCommand, SERVERS_ARGUMENT } from "../cli/fleet-command.ts";
import { sameCommand } from "../cli/same-command.ts";
import { SETTING_FLAGS } from "../cli/server-command.ts";
import { serverFolders } from "../server/folders.ts";
import { takeLock } from "../server/lock.ts";
import { assertGameFolder } from "../deploy/server-state.ts";

export default class Lock extends FleetCommand {
  static override summary = "keep others from changing a game server with prox";
  static override description =
    "takes the server's lock and keeps it until `prox unlock`; deploy, rollback and undeploy then refuse with exit " +
    "code 6 and say who holds it; pulling rounds goes on";
  static override examples = [
    '<%= config.bin %> <%= command.id %> main --message "cup final until 22:00"',
    '<%= config.bin %> <%= command.id %> --all --message "update of the engine"',
  ];
  static override args = { servers: SERVERS_ARGUMENT };
  static override flags = {
    message: Flags.string({ summary: "what for", default: "no reason given", helpValue: "TEXT" }),
    ...FLEET_FLAGS,
    ...SETTING_FLAGS,
  };

  async run(): Promise<object> {
    const { args, flags, raw } = await this.parse(Lock);
    const selection = this.select(await this.loadSettings(flags), args.servers, flags);
    const again = (servers: readonly string[]) => sameCommand("lock", raw, Lock.flags, servers);
    const { answer } = await this.onServers(
      selection,
      { parallel: flags.parallel, isStoppedByFailure: false, again },
      (server, voice) =>
        this.withConnection(server, async ({ files }) => {
          const folders = serverFolders(server);
          await assertGameFolder(files, folders, server);
          await files.makeFolder(folders.prox);
          const { owner } = await takeLock(files, folders, {
            serverName: server.name,
            what: flags.message,
            isKept: true,
          });
          const undo = `to undo, run: prox unlock ${server.name}`;
          voice.log(`locked "${server.name}"; ${undo}`);
          return { result: { server: server.name, owner }, summary: `locked; ${undo}` };
        }),
    );
    return answer;
  }
}
