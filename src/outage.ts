/** Remembers between runs that something fails, so that an unattended command tells it once, and once when it is over. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Something that failed in every run since a time. */
export interface Outage {
  /** UTC, of the first failure. */
  readonly since: string;
  /** Failures in a row. */
  readonly failures: number;
  /** The reason that was told last, missing where nothing was told yet. */
  readonly told?: string;
}

/** Why a run failed. */
export interface FailureReason {
  /** Another reason is told again. */
  readonly reason: string;
  /** Whether it often passes by itself: any other is told at once. */
  readonly mayPass: boolean;
}

/** The outage, undefined where the last run went well. A torn file counts as none. */
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

/**
 * Counts a failure in a file. Returns whether it is news: not told yet, and, where it may pass, the `tellAfter`th in a row.
 * Where that cannot be remembered, each is.
 */
export function isNewFailure(file: string, { mayPass, reason }: FailureReason, tellAfter: number): boolean {
  const before = readOutage(file) ?? { since: new Date().toISOString(), failures: 0 };
  const failures = before.failures + 1;
  const isNews = before.told !== reason && (!mayPass || failures >= tellAfter);
  const outage: Outage = { ...before, failures, ...(isNews ? { told: reason } : {}) };
  const own = `${file}.${process.pid}`;
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(own, JSON.stringify(outage));
    renameSync(own, file);
    return isNews;
  } catch {
    return true;
  }
}

/** Ends an outage: what it was, undefined where there was none. */
export function endOutage(file: string): Outage | undefined {
  const outage = readOutage(file);
  rmSync(file, { force: true });
  return outage;
}
