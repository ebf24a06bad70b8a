import { Flags } from "@oclif/core";

import { SERVER_ARGUMENT, SETTING_FLAGS, ServerCommand } from "../cli/server-command.ts";
import { clusterLock } from "../db/embedded/cluster-lock.ts";
import { clusterState } from "../db/embedded/cluster.ts";
import { removeFileLock } from "../process/file-lock.ts";
import { type LockOwner, describeOwner } from "../process/lock-owner.ts";
import { pullPaths } from "../pull/pull.ts";
import { serverFolders } from "../server/folders.ts";
import { readLock, removeLock } from "../server/lock.ts";

export default class Unlock extends ServerCommand {
  static override summary = "remove a lock, no matter who holds it";
  static override description =
    "removes the lock of a game server that `prox lock` took or that a command left behind, or, with a flag, a lock of this " +
    "machine; it says whose lock it was. Locks of commands that are gone need no unlocking: the next command takes them over";
  static override examples = [
    "<%= config.bin %> <%= command.id %> main",
    "<%= config.bin %> <%= command.id %> main --pull",
    "<%= config.bin %> <%= command.id %> --database",
  ];
  static override args = { server: SERVER_ARGUMENT };
  static override flags = {
    pull: Flags.boolean({
      summary: "the lock of pulls from this server, on this machine",
      exclusive: ["database"],
    }),
    database: Flags.boolean({ summary: "the lock of starting and stopping the embedded database" }),
    "data-folder": Flags.string({
      summary: "folder for the rounds on this machine, for --pull",
      helpValue: "FOLDER",
      dependsOn: ["pull"],
    }),
    ...SETTING_FLAGS,
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Unlock);
    if (flags.database) {
      const { folder } = await clusterState();
      return this.#tell("the embedded database", removeFileLock(clusterLock(folder)));
    }
    const settings = await this.loadSettings(flags, { dataFolder: flags["data-folder"] });
    const server = settings.server(args.server);
    if (flags.pull) {
      const owner = removeFileLock(pullPaths(settings.dataFolder, server.name).lock);
      return { server: server.name, ...this.#tell(`the pull of "${server.name}"`, owner) };
    }
    const folders = serverFolders(server);
    return this.withConnection(server, async ({ files }) => {
      const owner = await readLock(files, folders);
      await removeLock(files, folders);
      return { server: server.name, ...this.#tell(`"${server.name}"`, owner, `prox lock ${server.name}`) };
    });
  }

  #tell(subject: string, owner: LockOwner | "nameless" | undefined, undo?: string): object {
    const undoing = undo === undefined ? "" : `; to undo, run: ${undo}`;
    this.log(
      owner === undefined
        ? `${subject} was not locked`
        : `removed the lock of ${subject}: ${describeOwner(owner)}${undoing}`,
    );
    return { owner: owner ?? null };
  }
}
