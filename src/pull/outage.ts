/** Remembers between runs that a server could not be pulled from, so that it is told once, and once when it is back. */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

import type { ProxError } from "../errors.ts";

/** A server that could not be pulled from in every run since a time. */
export interface Outage {
  /** UTC, of the first failure. */
  readonly since: string;
  /** Failures in a row. */
  readonly failures: number;
  /** The code that was told last, missing where nothing was told yet. */
  readonly told?: string;
}

/** Failures that often pass by themselves; any other is told at once. */
const PASSING = new Set(["E_SSH_CONNECT", "E_SSH_TIMEOUT", "E_REMOTE_LOST", "E_REMOTE_TIMEOUT"]);

/** The outage of a server, undefined where the last pull went well. A torn file counts as none. */
function readOutage(file: string): Outage | undefined {
  try {
    const value = JSON.parse(readFileSync(file, "utf8")) as Partial<Outage>;
    return typeof value.since === "string" && typeof value.failures === "number"
      ? {
          since: value.since,
          failures: value.failures,
          ...(value.told === undefined ? {} : { told: value.told }),
        }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Counts a failure. Whether it is news: not told yet, and, where it may pass, the `tellAfter`th in a row. */
export function noteFailure(
  file: string,
  error: ProxError,
  tellAfter: number,
): { outage: Outage; isNews: boolean } {
  const before = readOutage(file) ?? { since: new Date().toISOString(), failures: 0 };
  const failures = before.failures + 1;
  const isNews = before.told !== error.code && (!PASSING.has(error.code) || failures >= tellAfter);
  const outage = { ...before, failures, ...(isNews ? { told: error.code } : {}) };
  writeFileSync(`${file}.new`, JSON.stringify(outage));
  renameSync(`${file}.new`, file);
  return { outage, isNews };
}

/** Ends an outage: what it was, undefined where there was none. */
export function endOutage(file: string): Outage | undefined {
  const outage = readOutage(file);
  rmSync(file, { force: true });
  return outage;
}
