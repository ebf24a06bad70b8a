/** The outage of the database that a command writes to, remembered in the data folder from run to run. */
import { createHash } from "node:crypto";
import path from "node:path";

import { loadSettings } from "../config/settings.ts";
import { counted } from "../counts.ts";
import { redactUrl } from "../db/address/address.ts";
import { databaseFailure } from "../db/driver/errors.ts";
import { configuredUrl } from "../db/open.ts";
import type { ProxError } from "../errors.ts";
import { endOutage, isNewFailure, type Outage } from "../outage.ts";

/** Remembers failures of one database. */
export class DatabaseOutage {
  readonly #file: string;
  readonly #tellAfter: number;

  private constructor(file: string, tellAfter: number) {
    this.#file = file;
    this.#tellAfter = tellAfter;
  }

  /** Of the database that the flag, else the settings name. */
  static async of(databaseUrl: string | undefined): Promise<DatabaseOutage> {
    const { databaseTellAfter, dataFolder } = await loadSettings();
    const url = await configuredUrl(databaseUrl);
    const key = createHash("sha256").update(url === undefined ? "embedded" : redactUrl(url));
    const name = `outage-${key.digest("hex").slice(0, 12)}.json`;
    return new DatabaseOutage(path.join(dataFolder, "import", name), databaseTellAfter);
  }

  /** Counts a failure; whether an unattended run tells it. */
  isNews(error: ProxError): boolean {
    return isNewFailure(this.#file, databaseFailure(error), this.#tellAfter);
  }

  /** Ends the outage, undefined where there was none. */
  end(): Outage | undefined {
    return endOutage(this.#file);
  }
}

/** The end of an outage in words. */
export function describeEnd({ failures, since }: Pick<Outage, "since" | "failures">): string {
  return `the database takes imports again; they failed since ${since}, ${counted(failures, "time")}`;
}
