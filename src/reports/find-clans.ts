/** The clans of a database, and the one that somebody means. */
import { loadSettings } from "../config/settings.ts";
import type { Sql } from "../db/driver/connect.ts";
import { ProxError } from "../errors.ts";
import { bareName, plainName, safeText } from "../names.ts";
import { nearestName } from "../nearest-name.ts";
import { type Clan, CLAN_REGULARS, clansOf, REGULAR_ROUNDS } from "./clans.ts";
import { readPeople } from "./queries/people.ts";
import { listPeople, type Person } from "./queries/seen-people.ts";
import { findMembers, readRoster, type Roster } from "./roster.ts";

/** A clan that was looked up. */
export interface FoundClan extends Clan {
  /** All players that are its members: several where somebody merged them. */
  readonly playerIds: readonly number[];
}

/**
 * The clans of people, by a roster and by tags. Bots and hidden people are in none, nor is who has not played a round.
 * @param roundsOf number of rounds that a person played for a team.
 */
export function clansOfPeople(
  people: readonly Person[],
  roundsOf: (playerId: number) => number,
  roster: Roster = new Map(),
): Clan[] {
  const wearers = people.filter(
    ({ isBot, isHidden, playerId }) => !isBot && isHidden !== true && roundsOf(playerId) > 0,
  );
  return clansOf(
    wearers.map(({ name, playerId }) => ({ playerId, name, rounds: roundsOf(playerId) })),
    findMembers(roster, wearers),
  );
}

/** All clans, by all rounds that count and by the roster of the settings (`site.roster`). Throws `E_CONFIG` where that cannot be read. */
export async function readClans(sql: Sql): Promise<FoundClan[]> {
  const [people, played, { site }] = await Promise.all([
    listPeople(sql),
    readPeople(sql, { bots: "without" }),
    loadSettings(),
  ]);
  const rounds = new Map(played.map((person) => [person.personId, person.rounds]));
  const roster = site.roster === undefined ? undefined : readRoster(site.roster);
  const idsOf = new Map(people.map(({ playerId, playerIds }) => [playerId, playerIds]));
  return clansOfPeople(people, (id) => rounds.get(id) ?? 0, roster).map((clan) => ({
    ...clan,
    playerIds: clan.members.flatMap((id) => idsOf.get(id) ?? []),
  }));
}

const NAMED = 10;

/**
 * The one clan that is meant, by its tag or its name in the roster; colours, case and signs do not matter.
 * Throws `E_NOT_FOUND`, or `E_AMBIGUOUS` with the candidates.
 */
export function chooseClan(clans: readonly FoundClan[], name: string): FoundClan {
  const key = bareName(plainName(name));
  const exact = clans.filter((clan) => clan.key === key);
  const found = exact.length > 0 || key === "" ? exact : clans.filter((clan) => clan.key.includes(key));
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  const names = (of: readonly FoundClan[]): string =>
    of
      .slice(0, NAMED)
      .map((clan) => safeText(clan.name))
      .join(", ");
  if (first !== undefined) {
    throw new ProxError("E_AMBIGUOUS", `${safeText(name)} matches ${found.length} clans`, {
      suggestions: [`write one of: ${names(found)}`],
      details: { candidates: found.map((clan) => clan.name) },
    });
  }
  const nearest = nearestName(
    name,
    clans.map((clan) => clan.name),
  );
  throw new ProxError("E_NOT_FOUND", `no clan is called ${safeText(name)}`, {
    suggestions: [
      ...(nearest === undefined ? [] : [`did you mean ${safeText(nearest)}?`]),
      ...(clans.length === 0
        ? [`a tag of at least ${CLAN_REGULARS} players with ${REGULAR_ROUNDS} rounds or more makes a clan`]
        : [`clans in the database: ${names(clans)}`]),
      "a roster says otherwise: docs/reports.md#clans",
    ],
  });
}
