import { Flags } from "@oclif/core";

import {
  FLEET_FLAGS,
  FleetCommand,
  SERVERS_ARGUMENT,
  type ServerOutcome,
  type Voice,
} from "../cli/fleet-command.ts";
import { sameCommand } from "../cli/same-command.ts";
import { SETTING_FLAGS } from "../cli/server-command.ts";
import type { ServerSettings } from "../config/settings.ts";
import { clusterLock } from "../db/embedded/cluster-lock.ts";
import { clusterState } from "../db/embedded/cluster.ts";
import { removeFileLock } from "../process/file-lock.ts";
import { type LockOwner, describeOwner } from "../process/lock-owner.ts";
import { pullPaths } from "../pull/pull.ts";
import { serverFolders } from "../server/folders.ts";
import { readLock, removeLock } from "../server/lock.ts";

export default class Unlock extends FleetCommand {
  static override summary = "remove a lock, no matter who holds it";
  static override description =
    "removes the lock of a game server that `prox lock` took or that a command left behind, or, with a flag, a lock of this " +
    "machine; it says whose lock it was. Locks of commands that are gone need no unlocking: the next command takes them over";
  static override examples = [
    "<%= config.bin %> <%= command.id %> main",
    "<%= config.bin %> <%= command.id %> main --pull",
    "<%= config.bin %> <%= command.id %> --all",
    "<%= config.bin %> <%= command.id %> --database",
  ];
  static override args = { servers: SERVERS_ARGUMENT };
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
    ...FLEET_FLAGS,
    ...SETTING_FLAGS,
  };

  async run(): Promise<object> {
    const { args, flags, raw } = await this.parse(Unlock);
    if (flags.database) {
      const { folder } = await clusterState();
      const owner = removeFileLock(clusterLock(folder));
      this.log(describeUnlock("the embedded database", owner));
      return { owner: owner ?? null };
    }
    const settings = await this.loadSettings(flags, { dataFolder: flags["data-folder"] });
    const again = (servers: readonly string[]) => sameCommand("unlock", raw, Unlock.flags, servers);
    const { answer } = await this.onServers(
      this.select(settings, args.servers, flags),
      { parallel: flags.parallel, isStoppedByFailure: false, again },
      (server, voice) =>
        flags.pull ? this.#unlockPull(settings.dataFolder, server, voice) : this.#unlockServer(server, voice),
    );
    return answer;
  }

  #unlockPull(dataFolder: string, server: ServerSettings, voice: Voice): Promise<ServerOutcome<object>> {
    const owner = removeFileLock(pullPaths(dataFolder, server.name).lock);
    const told = describeUnlock(`the pull of "${server.name}"`, owner);
    voice.log(told);
    return Promise.resolve({ result: { server: server.name, owner: owner ?? null }, summary: told });
  }

  #unlockServer(server: ServerSettings, voice: Voice): Promise<ServerOutcome<object>> {
    const folders = serverFolders(server);
    return this.withConnection(server, async ({ files }) => {
      const owner = await readLock(files, folders);
      await removeLock(files, folders);
      const told = describeUnlock(`"${server.name}"`, owner, `prox lock ${server.name}`);
      voice.log(told);
      return { result: { server: server.name, owner: owner ?? null }, summary: told };
    });
  }
}

/** What became of a lock, in a line. */
function describeUnlock(subject: string, owner: LockOwner | "nameless" | undefined, undo?: string): string {
  if (owner === undefined) return `${subject} was not locked`;
  const undoing = undo === undefined ? "" : `; to undo, run: ${undo}`;
  return `removed the lock of ${subject}: ${describeOwner(owner)}${undoing}`;
}
