/** What ratings are made of: contests that somebody won, and who played in them for how long. */

/** A player's part of a contest. */
export interface Part {
  readonly personId: number;
  /** Whether for the side whose winning is meant. */
  readonly isOwn: boolean;
  /** Time on that side as a share of the contest, 0 to 1. */
  readonly share: number;
}

/** What somebody did in a contest. */
export interface Deeds {
  readonly personId: number;
  readonly kills: number;
  readonly minutes: number;
}

/** A round, or the two rounds of a stopwatch map. */
export interface Contest {
  readonly matchKey: string;
  /** The evening, see the view `sessions`. */
  readonly session: string;
  readonly startedAt: Date;
  /** What the side has of its place: attacking on this map, or attacking second. */
  readonly place: string;
  readonly parts: readonly Part[];
  readonly deeds: readonly Deeds[];
  readonly isWon: boolean;
  readonly rounds: number;
}

/** Somebody in a slot, for a team, for a time. */
export interface Seat {
  readonly personId: number;
  readonly team: 1 | 2;
  readonly ms: number;
}

/** A round that can be rated. */
export interface RatedRound {
  readonly roundKey: string;
  readonly matchKey: string;
  readonly session: string;
  readonly map: string;
  /** 1, or 2 for the second of stopwatch. */
  readonly round: number;
  readonly isStopwatch: boolean;
  readonly startedAt: Date;
  readonly endMs: number;
  readonly winnerTeam: 1 | 2;
  /** Null where the round does not say which team attacks. */
  readonly attackingTeam: number | null;
  readonly seats: readonly Seat[];
  readonly deeds: readonly Deeds[];
}

/** Contests, and the rounds that are none. */
export interface FoundContests {
  readonly contests: readonly Contest[];
  /** Rounds of stopwatch whose other round is not here: alone they say nothing. */
  readonly unpaired: number;
  /** Rounds of stopwatch maps that both teams failed to do. */
  readonly drawn: number;
}

/** The team that the winning is told of, in the last round of a contest. */
const sideOf = ({ attackingTeam }: RatedRound): 1 | 2 => (attackingTeam === 2 ? 2 : 1);

function partsOf(rounds: readonly RatedRound[], own: 1 | 2): Part[] {
  const last = rounds.at(-1);
  const totalMs = rounds.reduce((sum, { endMs }) => sum + endMs, 0);
  const sums = new Map<string, { personId: number; isOwn: boolean; ms: number }>();
  for (const round of rounds) {
    for (const { ms, personId, team } of round.seats) {
      // Between the two rounds of stopwatch the teams change sides.
      const isOwn = (team === own) === (round === last);
      const key = `${personId} ${isOwn}`;
      const sum = sums.get(key) ?? { personId, isOwn, ms: 0 };
      sum.ms += ms;
      sums.set(key, sum);
    }
  }
  return [...sums.values()]
    .filter(({ ms }) => ms > 0)
    .map(({ isOwn, ms, personId }) => ({ personId, isOwn, share: Math.min(1, ms / totalMs) }))
    .sort((a, b) => a.personId - b.personId || Number(a.isOwn) - Number(b.isOwn));
}

function contestOf(rounds: readonly RatedRound[]): Contest | undefined {
  const last = rounds.at(-1);
  if (last === undefined) return undefined;
  const { map, matchKey, session, startedAt, winnerTeam } = last;
  const own = sideOf(last);
  const parts = partsOf(rounds, own);
  if (!parts.some(({ isOwn }) => isOwn) || !parts.some(({ isOwn }) => !isOwn)) return undefined;
  return {
    ...{ matchKey, session, startedAt, parts },
    place: last.isStopwatch ? "attack second" : `side ${map}`,
    deeds: rounds.flatMap(({ deeds }) => deeds),
    isWon: winnerTeam === own,
    rounds: rounds.length,
  };
}

/**
 * Rounds as contests, in order of time. The two rounds of a stopwatch map are one, which the winner of the second has won: they held their
 * time, or were faster. Where the attackers failed in both, nobody has won.
 */
export function contestsOf(rounds: readonly RatedRound[]): FoundContests {
  const halves = new Map<string, RatedRound[]>();
  const played: (readonly RatedRound[])[] = [];
  for (const round of rounds) {
    if (!round.isStopwatch) played.push([round]);
    else halves.set(round.matchKey, [...(halves.get(round.matchKey) ?? []), round]);
  }
  let unpaired = 0;
  let drawn = 0;
  for (const some of halves.values()) {
    const pair = some.toSorted((a, b) => a.round - b.round);
    const [first, second] = pair;
    if (pair.length !== 2 || first?.round !== 1 || second?.round !== 2) unpaired += pair.length;
    else if (
      pair.every(({ attackingTeam, winnerTeam }) => attackingTeam !== null && winnerTeam !== attackingTeam)
    )
      drawn += 2;
    else played.push(pair);
  }
  const contests = played
    .flatMap((pair) => contestOf(pair) ?? [])
    .sort((a, b) => a.startedAt.getTime() - b.startedAt.getTime() || (a.matchKey < b.matchKey ? -1 : 1));
  return { contests, unpaired, drawn };
}
