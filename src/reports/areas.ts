/** The named areas of a map: who was in them, who held them, what happened there, and which pairs of teammates did best. */
import type { Sql } from "../db/driver/connect.ts";
import { counted } from "../counts.ts";
import { ProxError } from "../errors.ts";
import type { MapArea } from "../maps/areas.ts";
import { safeText } from "../names.ts";
import { stretchesOf, type Hold } from "./area-holds.ts";
import { describeBots, describeSample, nothingFound, onlyMap } from "./describe.ts";
import { type FilterRequest, type ResolvedFilters, resolveFilters } from "./filter-request.ts";
import type { Filters } from "./filters.ts";
import { type AreaFacts, type AreaLook, chooseKnown, numberAreas, readAreaFacts } from "./area-facts.ts";
import { readAreas } from "./queries/map-areas.ts";
import { listAliases, readPeople, type PersonRow } from "./queries/people.ts";
import { readSample, type Sample } from "./queries/sample.ts";
import { type Rate, wilson } from "./statistics.ts";

/** Presence, kills and deaths somewhere, of those asked for. */
export interface Tally {
  /** Time alive there, seconds. */
  readonly presenceS: number;
  /** Kills of enemies made from there. */
  readonly kills: number;
  /** Deaths there, by whomever. */
  readonly deaths: number;
  /** Kills less deaths. */
  readonly net: number;
}

/** Two teammates in an area. */
export interface AreaDuo {
  readonly playerId: number;
  readonly name: string;
  readonly mateId: number;
  readonly mateName: string;
  readonly team: number;
  /** Time that both were in the area, seconds. */
  readonly togetherS: number;
  readonly kills: number;
  readonly deaths: number;
  /** Kills of kills and deaths, while both were in the area. */
  readonly success: Rate;
}

/** What is told of an area. */
export interface AreaRow extends Tally {
  /** Null: all places outside the named areas. */
  readonly area: string | null;
  /** Of the time alive of those asked for on the whole map. */
  readonly presenceShare: number | null;
  readonly teams: readonly (Tally & { readonly team: number })[];
  /** Seconds that a team had living players in it and the other none, and with players of both; null outside the areas. */
  readonly held: { readonly axisS: number; readonly alliesS: number; readonly contestedS: number } | null;
  /** Rounds whose first hit of an enemy landed there. */
  readonly firstContacts: number;
  /** The pair of teammates with the best result there, see {@link reportAreas}; null without one. */
  readonly duo: AreaDuo | null;
}

/** A player in an area. */
export interface AreaPlayer extends Tally {
  readonly area: string | null;
  readonly playerId: number;
  readonly name: string;
  readonly team: number;
}

/** What {@link reportAreas} tells; areas with the longest presence first. */
export interface AreasReport {
  readonly map: string;
  readonly sample: Sample;
  readonly words: readonly string[];
  readonly notes: readonly string[];
  readonly areas: readonly AreaRow[];
  readonly players: readonly AreaPlayer[];
  /** Of one round alone: who held which area from when to when; null of several. */
  readonly holds: readonly Hold[] | null;
}

/** A pair that was in an area together for less time, over all rounds, is not told of. */
const LEAST_TOGETHER_S = 10;

const tally = (presenceS: number, kills: number, deaths: number): Tally => ({
  presenceS,
  kills,
  deaths,
  net: kills - deaths,
});

/** Adds up presence and downs by whatever key. */
class Tallies {
  readonly #sums = new Map<string, { presenceNs: number; kills: number; deaths: number }>();

  #at(key: string): { presenceNs: number; kills: number; deaths: number } {
    const known = this.#sums.get(key) ?? { presenceNs: 0, kills: 0, deaths: 0 };
    this.#sums.set(key, known);
    return known;
  }

  addPresence(key: string, ns: number): void {
    this.#at(key).presenceNs += ns;
  }

  addDowns(key: string, { deaths, kills }: { readonly kills: number; readonly deaths: number }): void {
    const sum = this.#at(key);
    sum.kills += kills;
    sum.deaths += deaths;
  }

  of(key: string): Tally {
    const { deaths, kills, presenceNs } = this.#sums.get(key) ?? { presenceNs: 0, kills: 0, deaths: 0 };
    return tally(presenceNs / 1e9, kills, deaths);
  }

  keys(): string[] {
    return [...this.#sums.keys()];
  }
}

/** The areas of a map. Throws `E_NOTHING_FOUND` where it has none. */
export async function requireAreas(sql: Sql, map: string): Promise<MapArea[]> {
  const areas = await readAreas(sql, map);
  if (areas.length > 0) return areas;
  throw new ProxError("E_NOTHING_FOUND", `the map ${safeText(map)} has no named areas`, {
    suggestions: [
      `\`prox map area import ${safeText(map)} FILE\` takes the map's location file`,
      `\`prox map area add ${safeText(map)} NAME --outline …\` names one area`,
    ],
  });
}

interface DuoSum {
  readonly team: number;
  readonly ids: readonly [number, number];
  togetherMs: number;
  kills: number;
  deaths: number;
}

const netOf = ({ deaths, kills }: DuoSum): number => kills - deaths;

/** The best pair of each area: most net kills while both were there; of equals, more kills, then longer together. */
function bestDuos(
  rows: readonly AreaFacts["duos"][number][],
  personOf: (playerId: number) => number,
  people: ReadonlyMap<number, PersonRow>,
): Map<number, AreaDuo> {
  const sums = new Map<string, DuoSum & { readonly area: number }>();
  for (const [area, team, playerId, mateId, togetherMs, kills, deaths] of rows) {
    const [one, other] = [personOf(playerId), personOf(mateId)].sort((a, b) => a - b) as [number, number];
    // Nobody who is hidden is compared.
    if (one === other || people.get(one)?.isHidden !== false || people.get(other)?.isHidden !== false)
      continue;
    const key = [area, team, one, other].join(" ");
    const sum = sums.get(key) ?? { area, team, ids: [one, other], togetherMs: 0, kills: 0, deaths: 0 };
    sum.togetherMs += togetherMs;
    sum.kills += kills;
    sum.deaths += deaths;
    sums.set(key, sum);
  }
  const best = new Map<number, DuoSum>();
  for (const sum of sums.values()) {
    if (sum.togetherMs < LEAST_TOGETHER_S * 1000 || sum.kills === 0) continue;
    const known = best.get(sum.area);
    const lead =
      known === undefined
        ? 1
        : netOf(sum) - netOf(known) || sum.kills - known.kills || sum.togetherMs - known.togetherMs;
    if (lead > 0) best.set(sum.area, sum);
  }
  return new Map(
    [...best].map(([area, { deaths, ids, kills, team, togetherMs }]): [number, AreaDuo] => [
      area,
      {
        ...{ playerId: ids[0], name: people.get(ids[0])?.name ?? "" },
        ...{ mateId: ids[1], mateName: people.get(ids[1])?.name ?? "" },
        ...{ team, togetherS: togetherMs / 1000, kills, deaths },
        success: wilson(kills, kills + deaths),
      },
    ]),
  );
}

/** What of the filters chooses the part of rounds: holding and pairs are of everybody in it. */
const partOf = ({ bots, map, phase, roundIds, since, until }: Filters): Filters => ({
  ...{ map, roundIds, since, until, phase, bots },
});

/**
 * Reads what happened in the named areas of one map. Presence is put into areas by cubes of 32 units, kills, deaths and first
 * contacts exactly. Holding and pairs are of everybody in the rounds, bots as the filters say; all else is of those asked for.
 * Throws `E_NOTHING_FOUND` where the map has no areas, or nothing happened.
 * @param known what happened in each round, by its id, where that was read already by `readAreasOfRounds`. Of the filters it
 * knows those that choose rounds.
 */
export async function reportAreas(
  sql: Sql,
  request: FilterRequest,
  known?: ReadonlyMap<number, AreaFacts>,
): Promise<AreasReport> {
  return tellAreas(sql, await resolveFilters(sql, request), known);
}

/** {@link reportAreas} for filters that are resolved already. */
export async function tellAreas(
  sql: Sql,
  { filters: asked, words }: ResolvedFilters,
  known?: ReadonlyMap<number, AreaFacts>,
): Promise<AreasReport> {
  const map = asked.map ?? onlyMap(await readSample(sql, asked));
  const filters = { ...asked, map };
  const [sample, named] = await Promise.all([readSample(sql, filters), requireAreas(sql, map)]);
  const { indexOf, names } = numberAreas(named);
  const ofAll = partOf(filters);
  const isOneRound = sample.rounds === 1;
  const looks: AreaLook[] = [];
  const [rounds, everybody, aliases] = await Promise.all([
    known === undefined || isOneRound
      ? readAreaFacts(sql, { filters, ofAll }, indexOf, isOneRound ? (of) => looks.push(...of) : undefined)
      : chooseKnown(sql, filters, known),
    readPeople(sql, ofAll),
    listAliases(sql),
  ]);
  const all = [...rounds.values()];
  const [presence, downs] = [all.flatMap((round) => round.presence), all.flatMap((round) => round.downs)];
  if (presence.length + downs.length === 0)
    throw nothingFound(`positions on ${safeText(map)}`, filters, words);
  const people = new Map(everybody.map((person) => [person.personId, person]));
  const personOf = (playerId: number): number => aliases.get(playerId) ?? playerId;
  const duos = bestDuos(
    all.flatMap((round) => round.duos),
    personOf,
    people,
  );
  const heldOf = new Map<number, { axisMs: number; alliesMs: number; contestedMs: number }>();
  for (const { alliesMs, area, axisMs, contestedMs } of all.flatMap((round) => round.held)) {
    const sum = heldOf.get(area) ?? { axisMs: 0, alliesMs: 0, contestedMs: 0 };
    sum.axisMs += axisMs;
    sum.alliesMs += alliesMs;
    sum.contestedMs += contestedMs;
    heldOf.set(area, sum);
  }

  const [byArea, byTeam, byPlayer] = [new Tallies(), new Tallies(), new Tallies()];
  const add = (
    { area, playerId, team }: { area: number | null; playerId: number; team: number },
    to: (tallies: Tallies, key: string) => void,
  ): void => {
    const key = area === null ? "-" : String(area);
    to(byArea, key);
    to(byTeam, `${key} ${team}`);
    to(byPlayer, `${key} ${team} ${personOf(playerId)}`);
  };
  for (const [area, playerId, team, ns] of presence)
    add({ area, playerId, team }, (tallies, key) => {
      tallies.addPresence(key, ns);
    });
  for (const row of downs)
    add(row, (tallies, key) => {
      tallies.addDowns(key, row);
    });
  const firstContacts = all.flatMap((round) => round.contacts);
  const wholeS = presence.reduce((sum, [, , , ns]) => sum + ns, 0) / 1e9;
  const areas = [...names.keys(), null].map((index): AreaRow => {
    const key = index === null ? "-" : String(index);
    const sums = byArea.of(key);
    const holding = index === null ? undefined : heldOf.get(index);
    return {
      area: index === null ? null : (names[index] ?? null),
      ...sums,
      presenceShare: wholeS === 0 ? null : sums.presenceS / wholeS,
      teams: [1, 2].map((team) => ({ team, ...byTeam.of(`${key} ${team}`) })),
      held:
        index === null
          ? null
          : {
              axisS: (holding?.axisMs ?? 0) / 1000,
              alliesS: (holding?.alliesMs ?? 0) / 1000,
              contestedS: (holding?.contestedMs ?? 0) / 1000,
            },
      firstContacts: firstContacts.filter((one) => one === index).length,
      duo: index === null ? null : (duos.get(index) ?? null),
    };
  });
  const hidden = new Set(
    byPlayer
      .keys()
      .map((key) => Number(key.split(" ")[2]))
      .filter((id) => people.get(id)?.isHidden === true),
  );
  const placeOf = (area: string | null): number => (area === null ? names.length : names.indexOf(area));
  const players = byPlayer
    .keys()
    .map((key): AreaPlayer => {
      const [area = "", team = "", id = ""] = key.split(" ");
      const playerId = Number(id);
      return {
        area: area === "-" ? null : (names[Number(area)] ?? null),
        playerId,
        name: people.get(playerId)?.name ?? "",
        team: Number(team),
        ...byPlayer.of(key),
      };
    })
    .filter(({ playerId }) => !hidden.has(playerId))
    .sort(
      (a, b) =>
        b.presenceS - a.presenceS ||
        b.kills - a.kills ||
        a.playerId - b.playerId ||
        placeOf(a.area) - placeOf(b.area) ||
        a.team - b.team,
    );
  return {
    map,
    sample,
    words,
    notes: [
      describeSample(sample),
      ...words,
      describeBots(filters.bots === "with"),
      ...(hidden.size === 0
        ? []
        : [`${counted(hidden.size, "hidden player")} left out of the players and pairs`]),
      "held: living players of one team alone, looked at each second; holding and pairs are of everybody, whoever is asked for",
      `pairs: at least ${LEAST_TOGETHER_S} s in the area together, and a kill`,
    ],
    areas: areas
      .filter(
        (row) =>
          row.presenceS + row.kills + row.deaths > 0 ||
          row.firstContacts > 0 ||
          (row.held?.axisS ?? 0) + (row.held?.alliesS ?? 0) > 0,
      )
      .sort(
        (a, b) =>
          Number(a.area === null) - Number(b.area === null) || b.presenceS - a.presenceS || b.kills - a.kills,
      ),
    players,
    holds: isOneRound
      ? stretchesOf(looks, names, (playerId) => people.get(personOf(playerId))?.name ?? "")
      : null,
  };
}
