/** What a check of `prox doctor` found. */
import { messageOf, type ProxError } from "../errors.ts";

/** How a check ended; `unknown` where it could not be made. */
export type FindingState = "ok" | "warn" | "fail" | "unknown";

/** One line of `prox doctor`. */
export interface Finding {
  /** What was looked at, in a word or two. */
  readonly check: string;
  readonly state: FindingState;
  readonly message: string;
  /** What to do; null where nothing is to be done. */
  readonly advice: string | null;
}

/** Makes findings of one check. */
export function findingsOf(check: string) {
  const make = (state: FindingState, message: string, advice: string | null): Finding => ({
    check,
    state,
    message,
    advice,
  });
  return {
    ok: (message: string) => make("ok", message, null),
    unknown: (message: string, advice: string | null = null) => make("unknown", message, advice),
    warn: (message: string, advice: string) => make("warn", message, advice),
    fail: (message: string, advice: string) => make("fail", message, advice),
    /** What an error says, with its code. */
    failed: (error: ProxError) =>
      make("fail", `${messageOf(error)} [${error.code}]`, error.suggestions.join("; or ") || null),
  };
}

/** Bytes as `1.5 GB`. */
export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
