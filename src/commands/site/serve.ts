import { existsSync } from "node:fs";
import path from "node:path";

import { Flags } from "@oclif/core";

import { BaseCommand } from "../../cli/base-command.ts";
import { ProxError } from "../../errors.ts";
import { serveSite } from "../../site/serve-site.ts";

export default class SiteServe extends BaseCommand {
  static override summary = "look at a site in a browser of this machine";
  static override description =
    "serves the files of a site on loopback until Ctrl-C; nobody else can reach it. It is no web server for visitors";
  static override examples = [
    "<%= config.bin %> <%= command.id %>",
    "<%= config.bin %> <%= command.id %> --out /srv/www/stats --port 9000",
  ];
  static override flags = {
    out: Flags.string({ summary: "folder of the site", helpValue: "DIR", default: "site" }),
    port: Flags.integer({
      summary: "port to listen on; 0 takes any that is free",
      default: 8080,
      min: 0,
      max: 65535,
    }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(SiteServe);
    const folder = path.resolve(flags.out);
    if (!existsSync(path.join(folder, "index.html"))) {
      throw new ProxError("E_NOT_FOUND", `${folder} holds no site`, {
        suggestions: ["build one with `prox site build`, or name its folder with --out"],
      });
    }
    const { address, server } = await serveSite(folder, flags.port);
    this.logToStderr(`${address} shows ${folder} until Ctrl-C`);
    if (!this.interrupted.aborted) {
      await new Promise<void>((resolve) => {
        this.interrupted.addEventListener("abort", () => {
          resolve();
        });
      });
    }
    server.closeAllConnections();
    server.close();
    return { folder, address };
  }
}
