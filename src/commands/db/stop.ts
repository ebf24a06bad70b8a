import { BaseCommand } from "../../cli/base-command.ts";
import { stopCluster } from "../../db/embedded/cluster.ts";

export default class DbStop extends BaseCommand {
  static override summary = "stop the embedded database";
  static override description =
    "stops the server of the embedded database; a command that is using it fails, and what it had finished is kept";
  static override examples = ["<%= config.bin %> <%= command.id %>"];

  async run(): Promise<object> {
    await this.parse(DbStop);
    const wasRunning = await stopCluster();
    this.tell(wasRunning ? "stopped" : "nothing to do: it was not running");
    return { wasRunning };
  }
}
