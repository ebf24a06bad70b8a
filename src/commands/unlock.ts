import { SERVER_ARGUMENT, SETTING_FLAGS, ServerCommand } from "../cli/server-command.ts";
import { serverFolders } from "../server/folders.ts";
import { describeLock, readLock, removeLock } from "../server/lock.ts";

export default class Unlock extends ServerCommand {
  static override summary = "remove the lock of a game server, whoever holds it";
  static override description =
    "removes the lock that `prox lock` took, or that a command left behind; it says whose lock it was";
  static override examples = ["<%= config.bin %> <%= command.id %> main"];
  static override args = { server: SERVER_ARGUMENT };
  static override flags = SETTING_FLAGS;

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Unlock);
    const server = (await this.loadSettings(flags)).server(args.server);
    const folders = serverFolders(server);
    return this.withConnection(server, async ({ files }) => {
      const owner = await readLock(files, folders);
      await removeLock(files, folders);
      this.log(
        owner === undefined
          ? `"${server.name}" was not locked`
          : `removed the lock of ${describeLock(owner)}; to undo, run: prox lock ${server.name}`,
      );
      return { server: server.name, owner: owner ?? null };
    });
  }
}
