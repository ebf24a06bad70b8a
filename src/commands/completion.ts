import { Args } from "@oclif/core";
import { RootCommand } from "@bomb.sh/tab";

import { BaseCommand } from "../cli/base-command.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;

export default class Completion extends BaseCommand {
  static override summary = "print the script that lets a shell complete commands, flags and names";
  static override description =
    "the Tab key then completes commands, flags and their values, and the names of servers, maps, players, sessions and " +
    "rounds, as the configuration and the database have them; a database that does not run is not started for it. " +
    "Write the script where the shell looks for it: of bash ~/.local/share/bash-completion/completions/prox (needs the " +
    "package bash-completion), of zsh a file _prox in a folder of $fpath, of fish ~/.config/fish/completions/prox.fish";
  static override examples = [
    "<%= config.bin %> <%= command.id %> bash > ~/.local/share/bash-completion/completions/prox",
    "<%= config.bin %> <%= command.id %> zsh > /usr/local/share/zsh/site-functions/_prox",
    "<%= config.bin %> <%= command.id %> fish > ~/.config/fish/completions/prox.fish",
  ];
  static override enableJsonFlag = false;
  static override args = {
    shell: Args.string({ required: true, options: [...SHELLS], description: "the shell that you use" }),
  };

  async run(): Promise<void> {
    const { args } = await this.parse(Completion);
    new RootCommand().setup("prox", "prox", args.shell);
    // Where prox has no names to offer, bash is to offer files.
    if (args.shell === "bash") this.log("complete -o default -F __prox_complete prox");
  }
}
