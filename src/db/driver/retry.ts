/** Tries again when the database is gone for a moment. */
import { setTimeout as sleep } from "node:timers/promises";

import { mayPass } from "./errors.ts";

/**
 * Waits before each further attempt, ms: together long enough for a restart of the server. A broken connection costs
 * two attempts: see "The old connection's last error" in README.md.
 */
const PAUSES_MS = [0, 200, 200, 1000, 1000, 3000, 5000, 10000];

/** What {@link withRetries} is told. */
export interface RetryOptions {
  readonly signal?: AbortSignal | undefined;
  /** Brings back what the work needs, before each further attempt: starts a server of our own, for example. */
  readonly recover?: (() => Promise<unknown>) | undefined;
}

/**
 * Does work that leaves nothing behind when it fails: again, after a pause, while the reason may pass. Throws the last
 * error, or the signal's reason.
 */
export async function withRetries<Result>(
  work: () => Promise<Result>,
  { recover, signal }: RetryOptions = {},
): Promise<Result> {
  for (const pauseMs of PAUSES_MS) {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (!mayPass(error)) throw error;
      await sleep(pauseMs, undefined, signal === undefined ? {} : { signal }).catch(() => {
        signal?.throwIfAborted();
      });
      await recover?.();
    }
  }
  return work();
}
