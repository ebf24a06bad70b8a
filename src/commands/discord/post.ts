import { Flags } from "@oclif/core";

import { POST_FLAGS, PostCommand } from "../../cli/post-command.ts";
import { readAddress } from "../../posts/address.ts";
import { discordChannel } from "../../posts/discord.ts";

export default class DiscordPost extends PostCommand {
  static override summary = "post new sessions to a Discord channel";
  static override description =
    "posts through a webhook, each session or round exactly once: result by round, most kills, moments, and a card. The " +
    "address of the webhook is a secret: it comes from the variable PROX_DISCORD_WEBHOOK or from a file, and prox " +
    "never prints it. Nobody is notified by name, and names never act as markup. Without a terminal it prints " +
    "nothing when there is nothing new";
  static override examples = [
    "prox pull && prox import && <%= config.bin %> <%= command.id %> --address-file ~/.config/prox/discord",
    "<%= config.bin %> <%= command.id %> --rounds --silent",
    "<%= config.bin %> <%= command.id %> --session latest --again",
    "<%= config.bin %> <%= command.id %> --since 7d --dry-run",
  ];
  static override flags = {
    ...POST_FLAGS,
    thread: Flags.string({ summary: "id of the thread of the channel to post into", helpValue: "ID" }),
    card: Flags.boolean({
      summary: "send a card of the session or round along, see `prox card`",
      default: true,
      allowNo: true,
    }),
    silent: Flags.boolean({ summary: "make no sound" }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(DiscordPost);
    const address = readAddress(flags["address-file"], "PROX_DISCORD_WEBHOOK");
    return this.postTo(discordChannel(address, { isSilent: flags.silent, thread: flags.thread }), flags);
  }
}
