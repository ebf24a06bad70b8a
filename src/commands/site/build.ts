import path from "node:path";

import { Flags } from "@oclif/core";

import { BaseCommand } from "../../cli/base-command.ts";
import { databaseFlag } from "../../cli/database-flag.ts";
import { startProgress } from "../../cli/progress.ts";
import { loadSettings } from "../../config/settings.ts";
import { counted } from "../../counts.ts";
import { withDatabase } from "../../db/open.ts";
import { ProxError } from "../../errors.ts";
import { type BuildResult, buildSite } from "../../site/build-site.ts";

/** A number, `all` or `none`. */
function parseAmount(flag: string, value: string): number {
  if (value === "all") return Number.MAX_SAFE_INTEGER;
  if (value === "none") return 0;
  if (/^\d{1,6}$/u.test(value)) return Number(value);
  throw new ProxError("E_USAGE", `--${flag} ${value}: write a number, all or none`);
}

function summary({ bytes, files, players, removed, rounds, sessions, written }: BuildResult): string {
  return [
    `${counted(sessions, "session")}, ${counted(rounds, "round")}, ${counted(players, "player")}`,
    `${counted(written.length, "file")} written, ${removed.length} removed`,
    `now ${counted(files, "file")}, ${(bytes / 1e6).toFixed(1)} MB`,
  ].join("; ");
}

export default class SiteBuild extends BaseCommand {
  static override summary = "write a site for a community: sessions, rounds, players, maps, replays";
  static override description =
    "makes pages of everything that the database knows, as files for any web server; a second build writes only what has changed, and " +
    "removes pages of rounds that are gone. Players who are hidden (`prox player hide`) have no page. Beside the folder lies a file that " +
    "remembers the addresses of players, with a secret: keep it, and do not publish it. docs/site.md has the rest";
  static override examples = [
    "<%= config.bin %> <%= command.id %>",
    "<%= config.bin %> <%= command.id %> --out /srv/www/stats --base-url https://stats.example.org",
    "<%= config.bin %> <%= command.id %> --replays 200 --quiet",
  ];
  static override flags = {
    ...databaseFlag,
    out: Flags.string({ summary: "folder of the site", helpValue: "DIR", default: "site" }),
    "base-url": Flags.string({
      summary: "address at which the site will be; by default that of the configuration",
      helpValue: "URL",
    }),
    title: Flags.string({
      summary: "name of the site; by default that of the configuration",
      helpValue: "TEXT",
    }),
    theme: Flags.string({ summary: "style sheet that comes after that of the site", helpValue: "FILE" }),
    replays: Flags.string({
      summary: "how many of the latest rounds have a replay: a number, all or none",
      helpValue: "N",
      default: "all",
    }),
    fights: Flags.string({
      summary: "how many of the biggest fights of each round have a page: a number, all or none",
      helpValue: "N",
      default: "5",
    }),
    robots: Flags.option({ options: ["noindex", "index"] as const })({
      summary: "whether search engines may list the site",
      default: "noindex",
    }),
    bots: Flags.boolean({ summary: "count bots too" }),
    full: Flags.boolean({ summary: "make everything again, whether it has changed or not" }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(SiteBuild);
    const { site } = await loadSettings();
    const baseUrl = flags["base-url"] ?? site.baseUrl;
    if (baseUrl !== undefined && !/^https?:\/\/[^\s?#]+$/u.test(baseUrl)) {
      throw new ProxError(
        "E_USAGE",
        `--base-url ${baseUrl}: not an address that begins with https:// or http://`,
      );
    }
    const out = path.resolve(flags.out);
    const progress = startProgress("site", 1);
    try {
      const result = await withDatabase(
        { databaseUrl: flags["database-url"], signal: this.interrupted },
        ({ sql }) =>
          buildSite(sql, out, {
            settings: {
              title: flags.title ?? site.title,
              language: site.language,
              timeZone: site.timeZone,
              baseUrl: baseUrl?.replace(/\/+$/u, ""),
              robots: flags.robots,
              contact: site.contact,
              links: Object.entries(site.links),
              logo: site.logo,
              theme: flags.theme ?? site.theme,
              roster: site.roster,
              bots: flags.bots,
              replays: parseAmount("replays", flags.replays),
              fights: parseAmount("fights", flags.fights),
            },
            ledger: `${out}.lock.json`,
            cache: `${out}.cache.json`,
            isFull: flags.full,
            signal: this.interrupted,
            progress: (done, all) => {
              progress.update(done / all);
            },
          }),
      );
      progress.stop();
      const isNews = result.written.length + result.removed.length > 0;
      // A run without a terminal is silent when there is nothing new.
      if (isNews || process.stdout.isTTY || flags.verbose) this.logDone(`${flags.out}: ${summary(result)}`);
      return { folder: out, ...result };
    } finally {
      progress.stop();
    }
  }
}
