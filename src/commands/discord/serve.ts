import { BaseCommand } from "../../cli/base-command.ts";
import { databaseFlag } from "../../cli/database-flag.ts";
import { TOKEN_FLAG } from "../../cli/token-flag.ts";
import { withDatabase } from "../../db/open.ts";
import { loadDiscord } from "../../discord/library.ts";
import { serveDiscord } from "../../discord/serve.ts";
import { readApi, readToken } from "../../discord/token.ts";

/** Answers share them; each has one at a time. */
const CONNECTIONS = 3;

export default class DiscordServe extends BaseCommand {
  static override summary = "answer slash commands on Discord";
  static override description =
    "answers /heatmap, /proximity_stats, /engagement_analysis, /crossfire_report, /leaders and /predict until Ctrl-C or SIGTERM; " +
    "`prox discord register` makes Discord offer them. It only reads, and a connection that is lost is taken up again. " +
    "The bot's token is a secret: it comes from the variable PROX_DISCORD_TOKEN or from a file, and prox never prints it. " +
    "Needs the package discord.js, which does not come with prox";
  static override examples = [
    "<%= config.bin %> <%= command.id %> --token-file ~/.config/prox/discord-token",
    "<%= config.bin %> <%= command.id %> --database-url postgres://prox_reader@db/prox",
  ];
  static override flags = { ...databaseFlag, ...TOKEN_FLAG };

  async run(): Promise<object> {
    const { flags } = await this.parse(DiscordServe);
    const [token, api] = [readToken(flags["token-file"]), readApi()];
    const library = await loadDiscord();
    const answers = await withDatabase(
      {
        databaseUrl: flags["database-url"],
        connections: CONNECTIONS,
        isPatient: true,
        signal: this.interrupted,
      },
      ({ sql }) =>
        serveDiscord(library, {
          ...{ sql, token, api, signal: this.interrupted },
          tell: (line) => {
            this.logDone(line);
          },
          warn: (line) => {
            this.warn(line);
          },
        }),
    );
    return { answers };
  }
}
