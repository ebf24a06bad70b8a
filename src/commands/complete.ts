import { BaseCommand } from "../cli/base-command.ts";
import { complete } from "../cli/completion/complete.ts";

/** What the script of `prox completion` calls, with the words after `--`; the answer is for the shell. */
export default class Complete extends BaseCommand {
  static override hidden = true;
  static override enableJsonFlag = false;
  static override strict = false;
  static override summary = "say how a command line can go on";
  static override examples = ["<%= config.bin %> <%= command.id %> -- report heatmap --map sup"];

  async run(): Promise<void> {
    await this.parse(Complete);
    // The words as they are: a parser would take out a lone --.
    const words = this.argv.slice(this.argv.indexOf("--") + 1);
    const commands = this.config.commands.filter(({ pluginName }) => pluginName === this.config.name);
    await complete({ commands, topics: this.config.topics }, words);
  }
}
