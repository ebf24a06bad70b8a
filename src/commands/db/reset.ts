import { Flags } from "@oclif/core";

import { BaseCommand } from "../../cli/base-command.ts";
import { clusterState, deleteCluster } from "../../db/embedded/cluster.ts";
import { ProxError } from "../../errors.ts";

const CONFIRMATION = "embedded";

export default class DbReset extends BaseCommand {
  static override summary = "delete the embedded database with everything in it";
  static override description =
    "stops the embedded database and deletes its files; the round files are not touched, and importing them again " +
    "gives the same data; never touches a database named by URL";
  static override examples = [`<%= config.bin %> <%= command.id %> --confirm ${CONFIRMATION}`];
  static override flags = {
    confirm: Flags.string({ summary: `must be \`${CONFIRMATION}\``, helpValue: "WORD" }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(DbReset);
    const { folder } = await clusterState();
    if (flags.confirm !== CONFIRMATION) {
      throw new ProxError("E_CONFIRM", `this deletes the database in ${folder}`, {
        suggestions: [`to go on, add: --confirm ${CONFIRMATION}`],
      });
    }
    const existed = await deleteCluster();
    this.tell(existed ? `deleted ${folder}` : "nothing to do: there was none");
    return { folder, existed };
  }
}
