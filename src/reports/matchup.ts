/** Two clans in the rounds in which they met: results, the same facts side by side, and who kills whom. */
import { counted } from "../counts.ts";
import type { Sql } from "../db/driver/connect.ts";
import { ProxError } from "../errors.ts";
import { safeText } from "../names.ts";
import { describeBots, describeSample, nothingFound } from "./describe.ts";
import { type FilterRequest, resolveFilters } from "./filter-request.ts";
import type { Filters } from "./filters.ts";
import { chooseClan, readClans } from "./find-clans.ts";
import { FIGHT_RULES, tellMixedRules } from "./mixed-rules.ts";
import { readKillCounts, readNamesOf } from "./queries/duels.ts";
import { readSample, type Sample } from "./queries/sample.ts";
import { readTeamMoves, readTeamShapes } from "./queries/team-shape.ts";
import { type Difference, type Rate, wilson } from "./statistics.ts";
import { ofTeam, partsOf, playersOf, TEAM_NOTE, type TeamPart, type TeamReport } from "./team.ts";
import { differenceOf, type Fact, factOf, type Measure, readTeamMeasures } from "./team-measures.ts";
import { readSeatedRounds, roundsOfTeam, type TeamRound } from "./team-rounds.ts";

/** Fewer rounds together say little, whatever the interval. */
const LEAST_ROUNDS = 10;

/** A fact of both teams; null where one of them has nothing to count. */
export interface ComparedFact extends Pick<Fact, "key" | "title" | "players" | "kind"> {
  readonly first: Fact | null;
  readonly second: Fact | null;
  /** The first less the second. */
  readonly difference: Difference | null;
  /** Whether the interval of the difference leaves out 0. */
  readonly isClear: boolean;
}

/** Both teams in some of the rounds: each on the same map and side, which in stopwatch are different rounds. */
export interface MatchupGroup extends Pick<TeamPart, "map" | "side"> {
  readonly firstRounds: number;
  readonly secondRounds: number;
  readonly facts: readonly ComparedFact[];
}

/** A member of the first clan and one of the second: how often each killed the other. */
export interface HeadToHead {
  readonly playerId: number;
  readonly name: string;
  readonly opponentId: number;
  readonly opponentName: string;
  readonly kills: number;
  readonly deaths: number;
  /** Kills of kills and deaths. */
  readonly killRate: Rate;
}

/** What {@link reportMatchup} tells. */
export interface MatchupReport {
  readonly first: TeamReport["clan"];
  readonly second: TeamReport["clan"];
  /** The rounds, the latest first; `firstTeam` is 1 Axis, 2 Allies. */
  readonly rounds: readonly {
    readonly roundKey: string;
    readonly map: string;
    readonly startedAt: Date;
    readonly firstTeam: number;
    readonly winner: "first" | "second" | null;
  }[];
  /** Of the rounds with a winner, those that the first won. */
  readonly firstWon: Rate;
  readonly groups: readonly MatchupGroup[];
  /** Most kills and deaths first. */
  readonly pairs: readonly HeadToHead[];
  readonly sample: Sample;
  readonly notes: readonly string[];
}

const idOf = ({ key, players }: Pick<Measure, "key" | "players">): string => `${key} ${players ?? ""}`;

/** Measures of both teams side by side, in the order of those who have them. */
function compare(
  first: readonly Measure[],
  second: readonly Measure[],
  { areSameRounds }: { readonly areSameRounds: boolean },
): ComparedFact[] {
  const others = new Map(second.map((measure) => [idOf(measure), measure]));
  const own = new Set(first.map(idOf));
  return [...first, ...second.filter((measure) => !own.has(idOf(measure)))].map((measure): ComparedFact => {
    const { key, kind, players, title } = measure;
    const isFirst = own.has(idOf(measure));
    const other = others.get(idOf(measure));
    const difference =
      isFirst && other !== undefined ? differenceOf(measure, other, { areSameRounds }) : null;
    const { high = null, low = null } = difference ?? {};
    return {
      ...{ key, title, players, kind, difference },
      first: isFirst ? factOf(measure) : null,
      second: other === undefined ? null : factOf(other),
      isClear: low !== null && high !== null && (low > 0 || high < 0),
    };
  });
}

/** Who of the first killed whom of the second, and was killed by them. */
async function readHeadToHead(
  sql: Sql,
  filters: Filters,
  [first, second]: readonly (readonly number[])[],
): Promise<HeadToHead[]> {
  const own = new Set(first);
  const others = new Set(second);
  const pairs = new Map<string, { ids: readonly [number, number]; kills: number; deaths: number }>();
  for (const rows of (await readKillCounts(sql, filters)).values())
    for (const [killer, victim, kills] of rows) {
      const isKill = own.has(killer) && others.has(victim);
      if (!isKill && !(own.has(victim) && others.has(killer))) continue;
      const ids = isKill ? ([killer, victim] as const) : ([victim, killer] as const);
      const sum = pairs.get(ids.join(" ")) ?? { ids, kills: 0, deaths: 0 };
      pairs.set(ids.join(" "), {
        ids,
        kills: sum.kills + (isKill ? kills : 0),
        deaths: sum.deaths + (isKill ? 0 : kills),
      });
    }
  const names = await readNamesOf(sql, [...own, ...others]);
  return [...pairs.values()]
    .map(({ deaths, ids: [playerId, opponentId], kills }) => ({
      ...{ playerId, name: names.get(playerId) ?? "" },
      ...{ opponentId, opponentName: names.get(opponentId) ?? "" },
      ...{ kills, deaths, killRate: wilson(kills, kills + deaths) },
    }))
    .sort(
      (a, b) =>
        b.kills + b.deaths - (a.kills + a.deaths) || a.playerId - b.playerId || a.opponentId - b.opponentId,
    );
}

/**
 * Compares two clans in the rounds that both played as teams, on different sides. Throws
 * `E_NOT_FOUND` and `E_AMBIGUOUS` for the clans, `E_USAGE` where both are one, and `E_NOTHING_FOUND` where they never met.
 */
export async function reportMatchup(
  sql: Sql,
  names: readonly [first: string, second: string],
  request: FilterRequest,
  isByMap = false,
): Promise<MatchupReport> {
  const [clans, { filters, words }] = await Promise.all([readClans(sql), resolveFilters(sql, request)]);
  const [first, second] = [chooseClan(clans, names[0]), chooseClan(clans, names[1])];
  if (first.key === second.key) {
    throw new ProxError("E_USAGE", `${safeText(names[0])} and ${safeText(names[1])} are the same clan`, {
      suggestions: ["name two clans; `prox report team` shows one"],
    });
  }
  const seated = await readSeatedRounds(sql, filters);
  const against = new Map(roundsOfTeam(seated, second.members).map((round) => [round.roundId, round]));
  const met = roundsOfTeam(seated, first.members).flatMap((round): [TeamRound, TeamRound][] => {
    const other = against.get(round.roundId);
    return other === undefined || other.team === round.team ? [] : [[round, other]];
  });
  if (met.length === 0)
    throw nothingFound(`round in which ${safeText(first.name)} met ${safeText(second.name)}`, filters, words);
  const sides = [met.map(([round]) => round), met.map(([, round]) => round)] as const;
  const [one, other] = [ofTeam(filters, sides[0]), ofTeam(filters, sides[1])];
  // Both teams of each round.
  const both: Filters = { ...one, roundTeams: [...(one.roundTeams ?? []), ...(other.roundTeams ?? [])] };
  const [sample, shapes, moves, pairs, mixed] = await Promise.all([
    readSample(sql, both),
    readTeamShapes(sql, both),
    readTeamMoves(sql, both),
    readHeadToHead(sql, both, [first.members, second.members]),
    tellMixedRules(sql, both, FIGHT_RULES),
  ]);
  const groups: MatchupGroup[] = [];
  const ofSecond = partsOf(sides[1], isByMap);
  for (const { map, rounds, side } of partsOf(sides[0], isByMap)) {
    const part = ofSecond.find((one) => one.map === map && one.side === side);
    if (part === undefined) continue;
    const [own, others] = [
      await readTeamMeasures(sql, filters, rounds, { shapes, moves }),
      await readTeamMeasures(sql, filters, part.rounds, { shapes, moves }),
    ];
    groups.push({
      ...{ map, side, firstRounds: rounds.length, secondRounds: part.rounds.length },
      facts: compare(own, others, { areSameRounds: side === null }),
    });
  }
  const decided = sides[0].filter(({ isWon }) => isWon !== null);
  const guests = [first, second].map(({ members }, index) => playersOf(sides[index] ?? [], members).guests);
  return {
    first: { name: first.name, key: first.key, members: first.members.length },
    second: { name: second.name, key: second.key, members: second.members.length },
    rounds: sides[0].map(({ isWon, map, roundKey, startedAt, team }) => ({
      ...{ roundKey, map, startedAt, firstTeam: team },
      winner: isWon === null ? null : isWon ? "first" : "second",
    })),
    firstWon: wilson(decided.filter(({ isWon }) => isWon === true).length, decided.length),
    groups,
    pairs,
    sample,
    notes: [
      ...(met.length < LEAST_ROUNDS
        ? [`${counted(met.length, "round")} together: too few to tell the teams apart by`]
        : []),
      describeSample(sample),
      ...words,
      describeBots(filters.bots === "with"),
      TEAM_NOTE,
      ...[first, second].flatMap(({ name }, index) => {
        const { people = 0, timeShare = 0 } = guests[index] ?? {};
        return people === 0
          ? []
          : [
              `${safeText(name)} with ${counted(people, "guest")} for ${(timeShare * 100).toFixed(0)} % of the time`,
            ];
      }),
      ...mixed,
    ],
  };
}
