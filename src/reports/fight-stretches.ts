/** Cuts a fight into a few stretches of time around its downs, each short enough for one map. */

/** A part of a fight: round time, and the indices of its downs. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  /** Positions in the list of downs; of a fight without any, none. */
  readonly downs: readonly number[];
}

/** The stretches that are drawn, in order, and how many others there are with how many downs. */
export interface Stretches {
  readonly drawn: readonly Stretch[];
  readonly leftOut: { readonly stretches: number; readonly downs: number };
}

/** How the players came there is shown from so long before a fight. */
export const TRACK_LEAD_MS = 5000;
/** A fight that is no longer, and has no more downs, is one stretch. */
const SHORT_FIGHT_MS = 15_000;
const SHORT_FIGHT_DOWNS = 8;
/** Downs of one stretch: at most so many (more only at the same time), and at most so long from the first to the last. */
const DOWNS_TOGETHER = 5;
const LONGEST_MS = 8000;
/** A stretch begins so long before its first down, and ends so long after the last. */
const BEFORE_MS = 3000;
const AFTER_MS = 500;
const MOST_STRETCHES = 8;

/**
 * Parts of about so many, as equal as can be, so that none is left with a single down. What happened at the same time stays together.
 * @param members positions in `moments`.
 */
function shareOut(members: readonly number[], most: number, moments: readonly number[]): number[][] {
  const parts = Math.ceil(members.length / most) || 1;
  const shares: number[][] = [];
  let from = 0;
  for (let part = 1; part <= parts; part += 1) {
    let end = Math.max(from, Math.round((part * members.length) / parts));
    while (end < members.length && moments[members[end] ?? 0] === moments[members[end - 1] ?? 0]) end += 1;
    if (end > from) shares.push(members.slice(from, end));
    from = end;
  }
  return shares;
}

/**
 * Cuts a fight into stretches.
 * @param downsMs when players went down, in order.
 * @param hitsMs when damage was done, in order: it takes the place of downs where there are none.
 */
export function cutFight(
  { endMs, startMs }: { readonly startMs: number; readonly endMs: number },
  downsMs: readonly number[],
  hitsMs: readonly number[],
): Stretches {
  const whole = { fromMs: startMs - TRACK_LEAD_MS, toMs: endMs, downs: [...downsMs.keys()] };
  const moments = downsMs.length > 0 ? downsMs : hitsMs;
  const isShort = endMs - startMs <= SHORT_FIGHT_MS && downsMs.length <= SHORT_FIGHT_DOWNS;
  if (isShort || moments.length === 0) return { drawn: [whole], leftOut: { stretches: 0, downs: 0 } };
  const most = downsMs.length > 0 ? DOWNS_TOGETHER : Infinity;
  const close: number[][] = [];
  let first = -Infinity;
  for (const [index, timeMs] of moments.entries()) {
    if (timeMs - first <= LONGEST_MS) close.at(-1)?.push(index);
    else {
      close.push([index]);
      first = timeMs;
    }
  }
  const groups = close
    .flatMap((members) => shareOut(members, most, moments))
    .map((members) => ({
      first: moments[members[0] ?? 0] ?? 0,
      last: moments[members.at(-1) ?? 0] ?? 0,
      members,
    }));
  const all = groups.map(({ first, last, members }, index) => ({
    fromMs: Math.max(first - BEFORE_MS, (groups[index - 1]?.last ?? -Infinity) + 1, whole.fromMs),
    toMs: Math.min(last + AFTER_MS, (groups[index + 1]?.first ?? Infinity) - 1, endMs),
    weight: members.length,
    downs: downsMs.length > 0 ? members : [],
  }));
  const kept = new Set([...all].sort((a, b) => b.weight - a.weight).slice(0, MOST_STRETCHES));
  const others = all.filter((stretch) => !kept.has(stretch));
  return {
    drawn: all
      .filter((stretch) => kept.has(stretch))
      .map(({ downs, fromMs, toMs }) => ({ fromMs, toMs, downs })),
    leftOut: {
      stretches: others.length,
      downs: others.reduce((sum, { downs }) => sum + downs.length, 0),
    },
  };
}
