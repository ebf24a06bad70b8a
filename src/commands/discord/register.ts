import { Flags } from "@oclif/core";

import { BaseCommand } from "../../cli/base-command.ts";
import { TOKEN_FLAG } from "../../cli/token-flag.ts";
import { loadDiscord } from "../../discord/library.ts";
import { registerCommands } from "../../discord/register.ts";
import { readApi, readToken } from "../../discord/token.ts";
import { ProxError } from "../../errors.ts";

export default class DiscordRegister extends BaseCommand {
  static override summary = "make Discord offer prox's slash commands";
  static override description =
    "puts prox's commands in place of all that the bot has, and does nothing where they are the same. With --guild they are " +
    "those of one server, and there at once; without it, of all servers that the bot is in. Once is enough, and again after an " +
    "upgrade of prox. Needs the package discord.js, which does not come with prox";
  static override examples = [
    "<%= config.bin %> <%= command.id %> --token-file ~/.config/prox/discord-token --guild 81384788765712384",
    "<%= config.bin %> <%= command.id %>",
  ];
  static override flags = {
    ...TOKEN_FLAG,
    guild: Flags.string({ summary: "id of the Discord server that gets the commands", helpValue: "ID" }),
  };

  async run(): Promise<object> {
    const {
      flags: { guild, "token-file": file },
    } = await this.parse(DiscordRegister);
    if (guild !== undefined && !/^\d{1,20}$/u.test(guild)) {
      throw new ProxError("E_USAGE", "--guild takes the number of a Discord server", {
        suggestions: ["in Discord: switch on developer mode, right-click the server, Copy Server ID"],
      });
    }
    const registered = await registerCommands(await loadDiscord(), {
      ...{ token: readToken(file), api: readApi(), guild },
    });
    const list = registered.commands.map((name) => `/${name}`).join(", ");
    this.tell(`${registered.isChanged ? "registered" : "nothing to change"}: ${list}`);
    return { ...registered, guild: guild ?? null };
  }
}
