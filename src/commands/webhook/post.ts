import { POST_FLAGS, PostCommand } from "../../cli/post-command.ts";
import { readAddress } from "../../posts/address.ts";
import { webhookChannel } from "../../posts/webhook.ts";

export default class WebhookPost extends PostCommand {
  static override summary = "post new sessions as JSON to an address of your own";
  static override description =
    "for bridges, bots and sites: each session or round exactly once, as docs/posting.md describes. The address " +
    "comes from the variable PROX_WEBHOOK or from a file; it may hold a name and a password, and prox never prints " +
    "it. Without a terminal it prints nothing when there is nothing new";
  static override examples = [
    "<%= config.bin %> <%= command.id %> --address-file ~/.config/prox/bridge",
    "<%= config.bin %> <%= command.id %> --rounds --since 12h",
  ];
  static override flags = POST_FLAGS;

  async run(): Promise<object> {
    const { flags } = await this.parse(WebhookPost);
    return this.postTo(webhookChannel(readAddress(flags["address-file"], "PROX_WEBHOOK")), flags);
  }
}
