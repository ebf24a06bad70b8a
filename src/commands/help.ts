import { Args, Flags } from "@oclif/core";

import { BaseCommand } from "../cli/base-command.ts";
import ProxHelp from "../cli/help.ts";

export default class Help extends BaseCommand {
  static override summary = "show the help of a command, or explain an error code";
  static override examples = [
    "<%= config.bin %> <%= command.id %> report heatmap",
    "<%= config.bin %> <%= command.id %> E_LOCKED",
  ];
  static override enableJsonFlag = false;
  static override strict = false;
  static override args = {
    command: Args.string({ description: "a command, a topic such as report, or a code" }),
  };
  static override flags = {
    "nested-commands": Flags.boolean({ char: "n", summary: "also list the commands below each topic" }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Help);
    await new ProxHelp(this.config, { all: flags["nested-commands"] }).showHelp(argv as string[]);
  }
}
