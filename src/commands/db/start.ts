import { BaseCommand } from "../../cli/base-command.ts";
import { startCluster } from "../../db/embedded/cluster.ts";

export default class DbStart extends BaseCommand {
  static override summary = "start the embedded database";
  static override description =
    "creates the embedded database on first use and starts its server; every command that needs it does this by " +
    "itself, and the server keeps running until `prox db stop`";
  static override examples = ["<%= config.bin %> <%= command.id %>"];

  async run(): Promise<object> {
    await this.parse(DbStart);
    const url = await startCluster();
    this.tell(`running at ${url}`);
    return { url };
  }
}
