/** What the commands that post to chats share. */
import { createHash } from "node:crypto";
import path from "node:path";

import { Flags } from "@oclif/core";

import { loadSettings } from "../config/settings.ts";
import { counted } from "../counts.ts";
import { withDatabase } from "../db/open.ts";
import { EXIT_CODES } from "../errors/exit-codes.ts";
import { messageOf, ProxError } from "../errors.ts";
import { endOutage, isNewFailure } from "../outage.ts";
import type { Channel } from "../posts/channel.ts";
import { drawMessageCard } from "../posts/message-card.ts";
import { type Posted, postNews } from "../posts/post-news.ts";
import { SESSION_GAP_MINUTES } from "../reports/sessions.ts";
import { AFTER_RUN_FLAGS } from "./after-run.ts";
import { BaseCommand } from "./base-command.ts";
import { databaseFlag } from "./database-flag.ts";
import { filterFlags, readFilterFlags } from "./filter-flags.ts";

/** An unattended run tells that a chat cannot be reached after so many failures in a row. */
const TELL_AFTER = 3;

const { bots, session, since, tag } = filterFlags;

/** Flags of all of them. */
export const POST_FLAGS = {
  ...databaseFlag,
  "address-file": Flags.string({
    summary: "file with the address to post to, readable by you alone",
    helpValue: "FILE",
  }),
  rounds: Flags.boolean({ summary: "post each round by itself as soon as it is there, not whole sessions" }),
  after: Flags.integer({
    summary: "post a session so many minutes after its last round; rounds that come later are not told",
    helpValue: "MINUTES",
    default: SESSION_GAP_MINUTES,
    min: 0,
    exclusive: ["rounds"],
  }),
  link: Flags.string({
    summary: "address that the message links to; {kind} and {id} in it stand for what it is about",
    helpValue: "URL",
  }),
  again: Flags.boolean({
    summary: "post what was posted before, too: what it is has to be named by --session",
    dependsOn: ["session"],
  }),
  "dry-run": Flags.boolean({ summary: "print what would be posted, post nothing" }),
  ...AFTER_RUN_FLAGS,
  since: { ...since, summary: "sessions that started at this time or later; by default those of two days" },
  session,
  tag,
  bots,
};

type PostFlags = Parameters<typeof readFilterFlags>[0] & {
  readonly after: number;
  readonly again: boolean;
  readonly card?: boolean;
  readonly "database-url"?: string | undefined;
  readonly "dry-run": boolean;
  readonly link?: string | undefined;
  readonly rounds: boolean;
  readonly verbose?: boolean;
};

/** Base of the commands that post. */
export abstract class PostCommand extends BaseCommand {
  /** Posts what is new to a channel, and prints it. A run without a terminal is silent when there is nothing new. */
  protected async postTo(channel: Channel, flags: PostFlags): Promise<object> {
    const { link } = flags;
    if (link !== undefined && !/^https?:\/\//iu.test(link)) {
      throw new ProxError("E_USAGE", `--link ${link}: not an address that begins with https:// or http://`);
    }
    const isDryRun = flags["dry-run"];
    const isTold = flags.verbose === true || process.stdout.isTTY || this.jsonEnabled();
    const posted = await this.#remembering(channel.name, isTold, () =>
      withDatabase(
        { databaseUrl: flags["database-url"], isWriter: !isDryRun, signal: this.interrupted },
        ({ sql }) =>
          postNews(sql, channel, {
            kind: flags.rounds ? "round" : "session",
            request: readFilterFlags(flags),
            quietMinutes: flags.after,
            isAgain: flags.again,
            isDryRun,
            link,
            signal: this.interrupted,
            drawCard: flags.card === true ? drawMessageCard : undefined,
            onUndrawn: (error) => {
              this.warn(`posts without a card: ${messageOf(error)}`);
            },
            onPosted: ({ id, title }) => {
              this.logDone(`posted ${id}: ${title}`);
            },
          }),
      ),
    );
    if (isDryRun) for (const { id, title } of posted.messages) this.tell(`would post ${id}: ${title}`);
    if (posted.messages.length === 0 && posted.unsure.length === 0 && isTold)
      this.tell("nothing new to post");
    if (posted.unsure.length > 0) {
      throw new ProxError(
        "E_POST_UNSURE",
        `${counted(posted.unsure.length, "message")} may not have arrived, beginning with round ${posted.unsure[0] ?? ""}`,
        { result: { ...posted, channel: channel.name }, details: { unsure: posted.unsure } },
      );
    }
    return { ...posted, channel: channel.name, dryRun: isDryRun };
  }

  /** Tells a failure that may pass only when it lasts, and any failure once, where nobody is looking. */
  async #remembering(name: string, isTold: boolean, work: () => Promise<Posted>): Promise<Posted> {
    const { dataFolder } = await loadSettings();
    const hash = createHash("sha256").update(name).digest("hex").slice(0, 12);
    const file = path.join(dataFolder, "posts", `outage-${hash}.json`);
    try {
      const posted = await work();
      const ended = endOutage(file);
      if (ended?.told !== undefined)
        this.warn(`${name} takes messages again; it failed since ${ended.since}`);
      return posted;
    } catch (error) {
      if (!(error instanceof ProxError) || error.exit !== "remote") throw error;
      const isNews = isNewFailure(
        file,
        { reason: error.code, mayPass: error.code === "E_POST_UNREACHED" },
        TELL_AFTER,
      );
      if (!isTold && !isNews) this.exit(EXIT_CODES.remote);
      throw error;
    }
  }
}
