/** Whether something that should happen every so often has not happened for too long. Pure. */
import { formatDuration } from "../counts.ts";

/** What has an age: the last pull from a server, the last import, and the newest round of a server. */
export const AGED = ["pull", "import", "round"] as const;
/** One of {@link AGED}. */
export type Aged = (typeof AGED)[number];

/** How old each may be, in milliseconds; missing where nobody asks. */
export type MaximumAges = Readonly<Partial<Record<Aged, number>>>;

/** Something that is too old. */
export interface Late {
  readonly what: Aged;
  /** When it happened last, UTC; null for never, or where that is not known. */
  readonly at: string | null;
  readonly ageS: number | null;
  readonly maximumS: number;
}

/** What is older than it may be. `times` are UTC, null for never. */
export function findLate(
  times: Readonly<Record<Aged, string | null>>,
  maximum: MaximumAges,
  nowMs = Date.now(),
): Late[] {
  return AGED.flatMap((what) => {
    const maximumMs = maximum[what];
    const at = times[what];
    if (maximumMs === undefined) return [];
    const ageMs = at === null ? null : nowMs - Date.parse(at);
    if (ageMs !== null && ageMs <= maximumMs) return [];
    const ageS = ageMs === null ? null : Math.round(ageMs / 1000);
    return [{ what, at, ageS, maximumS: maximumMs / 1000 }];
  });
}

/** A late thing in words. */
export function describeLate({ ageS, at, maximumS, what }: Late): string {
  const allowed = `at most ${formatDuration(maximumS * 1000)} are allowed`;
  if (at === null || ageS === null) return `no ${what} is known, and ${allowed}`;
  return `the last ${what} was ${formatDuration(ageS * 1000)} ago (${at}), and ${allowed}`;
}
