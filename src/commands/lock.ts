import { Flags } from "@oclif/core";

import { SERVER_ARGUMENT, SETTING_FLAGS, ServerCommand } from "../cli/server-command.ts";
import { serverFolders } from "../server/folders.ts";
import { takeLock } from "../server/lock.ts";
import { assertGameFolder } from "../deploy/survey.ts";

export default class Lock extends ServerCommand {
  static override summary = "keep others from changing a game server with prox";
  static override description =
    "takes the server's lock and keeps it until `prox unlock`; deploy, rollback and undeploy then refuse with exit " +
    "code 6 and say who holds it; pulling rounds goes on";
  static override examples = ['<%= config.bin %> <%= command.id %> main --message "cup final until 22:00"'];
  static override args = { server: SERVER_ARGUMENT };
  static override flags = {
    message: Flags.string({ summary: "what for", default: "no reason given", helpValue: "TEXT" }),
    ...SETTING_FLAGS,
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Lock);
    const server = (await this.loadSettings(flags)).server(args.server);
    const folders = serverFolders(server);
    return this.withConnection(server, async ({ files }) => {
      await assertGameFolder(files, folders, server);
      await files.makeFolder(folders.prox);
      const { owner } = await takeLock(files, folders, {
        serverName: server.name,
        what: flags.message,
        isKept: true,
      });
      this.log(`locked "${server.name}"; to undo, run: prox unlock ${server.name}`);
      return { server: server.name, owner };
    });
  }
}
