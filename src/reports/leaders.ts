/** Everybody beside each other: one line a person, over an evening, a season or any other filter. */
import { counted } from "../counts.ts";
import type { Sql } from "../db/driver/connect.ts";
import { describeBots, describeLeftOut, describeSample, nothingFound } from "./describe.ts";
import { type FilterRequest, resolveFilters } from "./filter-request.ts";
import { ACCURACY, DAMAGE_PER_MINUTE, HEAD_SHARE, KILLS_PER_DEATH, KILLS_PER_MINUTE } from "./metrics.ts";
import { tellMixedRules } from "./mixed-rules.ts";
import { movementOf, NO_MOVEMENT } from "./queries/movement-totals.ts";
import { type CombatTotals, NO_COMBAT } from "./queries/player-totals.ts";
import { NO_LIVES } from "./queries/lives.ts";
import { readPeople } from "./queries/people.ts";
import { readSample, type Sample } from "./queries/sample.ts";
import { ASSISTS } from "./situation-metrics/assists.ts";
import { GIBS_IN_TIME } from "./situation-metrics/gibs-in-time.ts";
import { KAST } from "./situation-metrics/kast.ts";
import { KILLS_HELD } from "./situation-metrics/kills-held.ts";
import { MULTIKILLS } from "./situation-metrics/multikills.ts";
import { REVIVES_IN_TIME } from "./situation-metrics/revives-in-time.ts";
import { TIME_BOUGHT } from "./situation-metrics/time-bought.ts";
import { type Estimate, ratePerMinute, type Rate, wilson } from "./statistics.ts";
import { readTotals, type TotalsReader } from "./totals-reader.ts";

/** A person among the leaders: counts, and numbers as the profile has them. */
export interface Leader extends Readonly<Pick<CombatTotals, "deaths" | "kills" | "revives">> {
  /** Number of the person in this database. */
  readonly playerId: number;
  /** Colour codes included. */
  readonly name: string;
  readonly isBot: boolean;
  /** Rounds in which they played for a team. */
  readonly rounds: number;
  readonly aliveS: number;
  readonly killsPerDeath: Estimate;
  readonly killsPerMinute: Estimate;
  readonly damagePerMinute: Estimate;
  readonly accuracy: Estimate;
  readonly headShare: Estimate;
  readonly revivesPerMinute: Estimate;
  /** Of the decided fights in which they took part. */
  readonly fightsWon: Rate;
  /** Over lives, see `situation-metrics`; without values where weapon, means of death or shape of a fight are asked for. */
  readonly kast: Estimate;
  readonly assistsPerLife: Estimate;
  readonly multikillsPerLife: Estimate;
  readonly killsHeld: Estimate;
  /** Seconds per kill. */
  readonly timeBought: Estimate;
  readonly gibbedInTime: Estimate;
  readonly revivedInTime: Estimate;
  /** How long all kills kept their victims out; null where that is not recorded. */
  readonly boughtS: number | null;
}

const lowEnd = ({ low }: { readonly low: number | null }): number => low ?? -1;

/**
 * What leaders can be sorted by: the higher the better. Of a number with an interval it is the lower end, so that a few lucky minutes do not
 * come first; unknown ones come last.
 */
const WORTH = {
  "kills-per-death": (leader: Leader) => lowEnd(leader.killsPerDeath),
  "kills-per-minute": (leader: Leader) => lowEnd(leader.killsPerMinute),
  damage: (leader: Leader) => lowEnd(leader.damagePerMinute),
  accuracy: (leader: Leader) => lowEnd(leader.accuracy),
  headshots: (leader: Leader) => lowEnd(leader.headShare),
  fights: (leader: Leader) => lowEnd(leader.fightsWon),
  revives: (leader: Leader) => lowEnd(leader.revivesPerMinute),
  kast: (leader: Leader) => lowEnd(leader.kast),
  assists: (leader: Leader) => lowEnd(leader.assistsPerLife),
  multikills: (leader: Leader) => lowEnd(leader.multikillsPerLife),
  "kills-held": (leader: Leader) => lowEnd(leader.killsHeld),
  "time-bought": (leader: Leader) => lowEnd(leader.timeBought),
  "all-time-bought": (leader: Leader) => leader.boughtS ?? -1,
  "gibbed-in-time": (leader: Leader) => lowEnd(leader.gibbedInTime),
  "revived-in-time": (leader: Leader) => lowEnd(leader.revivedInTime),
  kills: (leader: Leader) => leader.kills,
  rounds: (leader: Leader) => leader.rounds,
  time: (leader: Leader) => leader.aliveS,
} as const;

/** What leaders can be sorted by. */
export type LeaderOrder = keyof typeof WORTH;

/** The orders that there are. */
export const LEADER_ORDERS = Object.keys(WORTH) as readonly LeaderOrder[];

/** Leaders in an order, the best first; of equals the one with more kills. */
function orderLeaders(leaders: readonly Leader[], order: LeaderOrder): Leader[] {
  const worth = WORTH[order];
  return [...leaders].sort((a, b) => worth(b) - worth(a) || b.kills - a.kills || a.playerId - b.playerId);
}

/** Who was alive for less time is not compared, minutes. */
export const LEAST_MINUTES = 10;

/** What {@link reportLeaders} takes besides filters. */
export interface LeadersOptions {
  readonly order: LeaderOrder;
  /** Whoever was alive for less than so many minutes is left out. */
  readonly leastMinutes: number;
}

/** The leaders in order; `notes` say the sample, the filters, and who is left out, for people. */
export interface LeadersReport {
  readonly leaders: readonly Leader[];
  readonly order: LeaderOrder;
  readonly leastMinutes: number;
  /** People whose sample is too small, and people who are hidden. */
  readonly tooFew: number;
  readonly hidden: number;
  readonly sample: Sample;
  readonly words: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Reads everybody's numbers in rounds of our own tracker, as others do not record the time alive. People who are hidden are in no list
 * that compares people. Throws `E_NOTHING_FOUND` where nobody is left.
 * @param totals what is counted of people, by default read from the events.
 */
export async function reportLeaders(
  sql: Sql,
  request: FilterRequest,
  { leastMinutes, order }: LeadersOptions,
  totals: TotalsReader = readTotals(sql),
): Promise<LeadersReport> {
  const { filters: all, words } = await resolveFilters(sql, request);
  const filters = { ...all, isOwn: true };
  const [sample, { rounds: allRounds }] = await Promise.all([readSample(sql, filters), readSample(sql, all)]);
  const [people, { combat, lives, movement, results }, mixed] = await Promise.all([
    readPeople(sql, filters),
    totals.ofEverybody(filters),
    tellMixedRules(sql, filters, ["engagement"]),
  ]);
  const resultsOf = new Map(results.map((row) => [row.personId, row]));
  const known = people.map(({ isBot, isHidden, name, personId, rounds }) => {
    const did = combat.get(personId) ?? NO_COMBAT;
    const moved = movement.get(personId) ?? NO_MOVEMENT;
    const lived = lives.get(personId) ?? NO_LIVES;
    const sums = { combat: did, movement: movementOf(moved) };
    const { lost, won } = resultsOf.get(personId) ?? { lost: 0, won: 0 };
    const leader: Leader = {
      playerId: personId,
      name,
      isBot,
      rounds,
      aliveS: moved.aliveS,
      kills: did.kills,
      deaths: did.deaths,
      revives: did.revives,
      killsPerDeath: KILLS_PER_DEATH.of(sums),
      killsPerMinute: KILLS_PER_MINUTE.of(sums),
      damagePerMinute: DAMAGE_PER_MINUTE.of(sums),
      accuracy: ACCURACY.of(sums),
      headShare: HEAD_SHARE.of(sums),
      revivesPerMinute: ratePerMinute(did.revives, moved.aliveS / 60),
      fightsWon: wilson(won, won + lost),
      kast: KAST.of(lived),
      assistsPerLife: ASSISTS.of(lived),
      multikillsPerLife: MULTIKILLS.of(lived),
      killsHeld: KILLS_HELD.of(lived),
      timeBought: TIME_BOUGHT.of(lived),
      gibbedInTime: GIBS_IN_TIME.of(lived),
      revivedInTime: REVIVES_IN_TIME.of(lived),
      boughtS: lived.boughtDowns === 0 ? null : lived.boughtMs[3] / 1000,
    };
    return { isHidden, leader };
  });
  const enough = known.filter(({ leader }) => leader.aliveS >= leastMinutes * 60);
  const leaders = enough.filter(({ isHidden }) => !isHidden).map(({ leader }) => leader);
  const tooFew = known.length - enough.length;
  const hidden = enough.length - leaders.length;
  if (leaders.length === 0) {
    throw nothingFound(`player with ${counted(leastMinutes, "minute")} alive`, filters, words);
  }
  return {
    leaders: orderLeaders(leaders, order),
    order,
    leastMinutes,
    tooFew,
    hidden,
    sample,
    words,
    notes: [
      `at least ${counted(leastMinutes, "minute")} alive${tooFew === 0 ? "" : `: ${counted(tooFew, "player")} left out`}`,
      ...(hidden === 0 ? [] : [`${counted(hidden, "hidden player")} left out`]),
      describeSample(sample),
      ...words,
      describeBots(filters.bots === "with") + describeLeftOut(allRounds - sample.rounds),
      ...mixed,
    ],
  };
}
