/** A clan as a team: who plays for it, its results, and how it fights and stands, attack and defence apart. */
import { counted } from "../counts.ts";
import type { Sql } from "../db/driver/connect.ts";
import { ProxError } from "../errors.ts";
import { safeText } from "../names.ts";
import { type AreaRow, tellAreas } from "./areas.ts";
import { describeBots, describeSample, nothingFound } from "./describe.ts";
import { type FilterRequest, resolveFilters } from "./filter-request.ts";
import type { Filters, RoundSide } from "./filters.ts";
import { chooseClan, type FoundClan, readClans } from "./find-clans.ts";
import { FIGHT_RULES, tellMixedRules } from "./mixed-rules.ts";
import { readAreas } from "./queries/map-areas.ts";
import { readNamesOf } from "./queries/duels.ts";
import { readSample, type Sample } from "./queries/sample.ts";
import { readMovingPairs, readTeamMoves, readTeamShapes } from "./queries/team-shape.ts";
import { type Estimate, ratioOfSums } from "./statistics.ts";
import { type Fact, factOf, readTeamMeasures } from "./team-measures.ts";
import { readSeatedRounds, roundsOfTeam, type TeamRound, TOGETHER } from "./team-rounds.ts";

/** A member, and what they played for the team. */
export interface TeamMember {
  readonly playerId: number;
  /** Colour codes included. */
  readonly name: string;
  readonly rounds: number;
  /** Time on the side of the team, ms; alive or waiting. */
  readonly playedMs: number;
}

/** Some of a team's rounds: on one map or on all (null), on one side or on both (null; rounds that do not know it are in these alone). */
export interface TeamPart {
  readonly map: string | null;
  readonly side: RoundSide | null;
  readonly rounds: readonly TeamRound[];
}

/** What is told of some of a team's rounds. */
export interface TeamGroup extends Pick<TeamPart, "map" | "side"> {
  readonly rounds: number;
  readonly facts: readonly Fact[];
}

/** Two who moved together. */
export interface MovingPair {
  readonly playerId: number;
  readonly name: string;
  readonly mateId: number;
  readonly mateName: string;
  /** Seconds in which both moved, and of these the share in which they did so together. */
  readonly movingS: number;
  readonly togetherShare: Estimate;
}

/** What the team did in a named area; null: outside of all. */
type TeamArea = Pick<
  AreaRow,
  "area" | "presenceS" | "presenceShare" | "kills" | "deaths" | "net" | "firstContacts"
>;

/** What {@link reportTeam} tells. */
export interface TeamReport {
  readonly clan: { readonly name: string; readonly key: string; readonly members: number };
  /** The rounds as a team, the latest first. */
  readonly rounds: readonly (Pick<TeamRound, "roundKey" | "map" | "startedAt" | "side" | "team" | "isWon"> & {
    readonly members: number;
    readonly guests: number;
  })[];
  /** Who played most comes first. */
  readonly roster: readonly TeamMember[];
  /** Others on the side of the team: how many, and their part of all time played on it. */
  readonly guests: { readonly people: number; readonly timeShare: number };
  readonly groups: readonly TeamGroup[];
  /** Who moved together longest comes first. */
  readonly pairs: readonly MovingPair[];
  /** Where all rounds are on one map that has named areas: those of the team alone; else null. */
  readonly areas: readonly TeamArea[] | null;
  readonly sample: Sample;
  readonly notes: readonly string[];
}

/** Pairs who moved for less time are not told of, seconds. */
const LEAST_MOVING_S = 60;

/** The rounds together and by side, and the same for each map where that is asked for. */
export function partsOf(rounds: readonly TeamRound[], isByMap: boolean): TeamPart[] {
  const maps = isByMap ? [...new Set(rounds.map(({ map }) => map))].sort() : [null];
  return maps.flatMap((map) => {
    const on = rounds.filter((round) => map === null || round.map === map);
    return [
      { map, side: null, rounds: on },
      ...(["attack", "defence"] as const).map((side) => ({
        ...{ map, side },
        rounds: on.filter((round) => round.side === side),
      })),
    ].filter((part) => part.rounds.length > 0);
  });
}

/** The clan that a name means. Throws `E_NOT_FOUND` and `E_AMBIGUOUS`. */
async function resolveClan(sql: Sql, name: string): Promise<FoundClan> {
  return chooseClan(await readClans(sql), name);
}

/** The filters of a team in its rounds. */
export const ofTeam = (filters: Filters, rounds: readonly TeamRound[]): Filters => ({
  ...filters,
  side: undefined,
  team: undefined,
  roundTeams: rounds.map(({ roundId, team }) => ({ roundId, team })),
});

/** Members of a team by the time that they played on its side, and everybody else on it. */
export function playersOf(
  rounds: readonly TeamRound[],
  members: readonly number[],
): {
  readonly own: { readonly personId: number; readonly rounds: number; readonly playedMs: number }[];
  readonly guests: TeamReport["guests"];
} {
  const isMember = new Set(members);
  const sums = new Map<number, { rounds: number; playedMs: number }>();
  for (const { seats, team } of rounds)
    for (const { ms, personId } of seats.filter((seat) => seat.team === team && seat.ms > 0)) {
      const sum = sums.get(personId) ?? { rounds: 0, playedMs: 0 };
      sums.set(personId, { rounds: sum.rounds + 1, playedMs: sum.playedMs + ms });
    }
  const all = [...sums].map(([personId, sum]) => ({ personId, ...sum }));
  const own = all.filter(({ personId }) => isMember.has(personId));
  const time = (of: typeof all): number => of.reduce((sum, { playedMs }) => sum + playedMs, 0);
  return {
    own: own.sort((a, b) => b.playedMs - a.playedMs || a.personId - b.personId),
    guests: {
      people: all.length - own.length,
      timeShare: time(all) === 0 ? 0 : 1 - time(own) / time(all),
    },
  };
}

/** What the notes of a team say of how it was found. */
export const TEAM_NOTE = `a team: at least ${TOGETHER} members on one side, fewer on the other; numbers are of everybody on its side`;

/**
 * Reads what a clan did as a team. Its numbers are of the whole side, guests too. Throws `E_NOT_FOUND` and `E_AMBIGUOUS` for the clan, and
 * `E_NOTHING_FOUND` where it played no round as a team.
 */
export async function reportTeam(
  sql: Sql,
  name: string,
  request: FilterRequest,
  isByMap = false,
): Promise<TeamReport> {
  const [clan, { filters, words }] = await Promise.all([
    resolveClan(sql, name),
    resolveFilters(sql, request),
  ]);
  const rounds = roundsOfTeam(await readSeatedRounds(sql, filters), clan.members, filters);
  if (rounds.length === 0)
    throw nothingFound(`round that ${safeText(clan.name)} played as a team`, filters, words);
  const asked = ofTeam(filters, rounds);
  const { guests, own } = playersOf(rounds, clan.members);
  const [sample, shapes, moves, moving, names, mixed] = await Promise.all([
    readSample(sql, asked),
    readTeamShapes(sql, asked),
    readTeamMoves(sql, asked),
    readMovingPairs(sql, asked),
    readNamesOf(sql, clan.members),
    tellMixedRules(sql, asked, FIGHT_RULES),
  ]);
  const groups: TeamGroup[] = [];
  const parts = partsOf(rounds, isByMap);
  for (const part of parts.filter(({ side }) => filters.side === undefined || side !== null)) {
    const measures = await readTeamMeasures(sql, filters, part.rounds, { shapes, moves });
    const { map, side } = part;
    groups.push({ map, side, rounds: part.rounds.length, facts: measures.map(factOf) });
  }
  const members = new Set(clan.members);
  return {
    clan: { name: clan.name, key: clan.key, members: clan.members.length },
    rounds: rounds.map(({ isWon, map, roundKey, seats, side, startedAt, team }) => {
      const on = new Set(seats.filter((seat) => seat.team === team).map(({ personId }) => personId));
      const ownOn = [...on].filter((id) => members.has(id)).length;
      return { roundKey, map, startedAt, side, team, isWon, members: ownOn, guests: on.size - ownOn };
    }),
    roster: own.map(({ personId, playedMs, rounds: played }) => ({
      ...{ playerId: personId, name: names.get(personId) ?? "" },
      ...{ rounds: played, playedMs },
    })),
    guests,
    groups,
    pairs: moving
      .filter(
        ({ mateId, playerId, x }) => x >= LEAST_MOVING_S && members.has(playerId) && members.has(mateId),
      )
      .map((row) => ({
        ...{ playerId: row.playerId, name: row.name, mateId: row.mateId, mateName: row.mateName },
        ...{ movingS: row.x, togetherShare: ratioOfSums(row, "rounds", "share") },
      })),
    areas: await areasOf(sql, asked, rounds),
    sample,
    notes: [
      describeSample(sample),
      ...words,
      describeBots(filters.bots === "with"),
      TEAM_NOTE,
      ...(guests.people === 0
        ? []
        : [
            `${counted(guests.people, "guest")} on its side for ${(guests.timeShare * 100).toFixed(0)} % of the time`,
          ]),
      ...mixed,
    ],
  };
}

/** What the team did in named areas; null where its rounds are on several maps, or on one without areas or positions. */
async function areasOf(
  sql: Sql,
  filters: Filters,
  rounds: readonly TeamRound[],
): Promise<TeamReport["areas"]> {
  const [map, ...others] = new Set(rounds.map((round) => round.map));
  if (map === undefined || others.length > 0 || (await readAreas(sql, map)).length === 0) return null;
  try {
    const { areas } = await tellAreas(sql, { filters, words: [] });
    return areas.map(({ area, deaths, firstContacts, kills, net, presenceS, presenceShare }) => ({
      ...{ area, presenceS, presenceShare, kills, deaths, net, firstContacts },
    }));
  } catch (error) {
    if (error instanceof ProxError && error.code === "E_NOTHING_FOUND") return null;
    throw error;
  }
}
