/** The profile of one player: fights, accuracy, weapons, movement, partners, form; beside the others. */
import type { Sql } from "../db/connect.ts";
import { plainName } from "../names.ts";
import type { FilterRequest } from "./filter-request.ts";
import { resolveFilters } from "./filter-request.ts";
import { nothingFound } from "./heatmap.ts";
import { resolvePlayer } from "./players.ts";
import type { PlayerCandidate } from "./players.ts";
import { readForm, readNames, readPartners, readPlayerRounds, readShapes } from "./queries/player-fights.ts";
import type { FormRow, PartnerRow, ShapeRow } from "./queries/player-fights.ts";
import {
  readDistances,
  readKillMeans,
  readPlayerCombat,
  readPlayerMovement,
  readWeapons,
} from "./queries/player-totals.ts";
import type {
  CombatTotals,
  Compared,
  DistanceRow,
  MeansRow,
  MovementTotals,
  WeaponRow,
} from "./queries/player-totals.ts";
import { listSessions } from "./sessions.ts";
import { wilson } from "./statistics.ts";
import type { Rate } from "./statistics.ts";

/** The others are looked at in so many of the player's latest rounds: enough to compare with, quick to read. */
const COMPARED_ROUNDS = 100;
const PARTNERS_SHOWN = 5;

/** A number of the profile: a rate with its interval, or a plain value; the others' beside it. */
export interface Metric {
  readonly key: string;
  readonly title: string;
  /** Unit of the value; empty for a rate and for counts. */
  readonly unit: string;
  readonly player: number | Rate | null;
  readonly others: number | Rate | null;
}

/** One evening of a player. */
export interface SessionForm {
  readonly session: string;
  readonly rounds: number;
  readonly kills: number;
  readonly deaths: number;
}

export interface PlayerReport {
  readonly player: PlayerCandidate;
  readonly names: readonly string[];
  /** Rounds of the profile, and those of them in which the others were looked at. */
  readonly rounds: number;
  readonly comparedRounds: number;
  readonly maps: readonly { map: string; rounds: number }[];
  readonly bots: string;
  readonly words: readonly string[];
  readonly combat: Compared<CombatTotals>;
  readonly movement: Compared<MovementTotals>;
  readonly metrics: readonly Metric[];
  readonly shapes: readonly (ShapeRow & { readonly winRate: Rate })[];
  readonly weapons: readonly (WeaponRow & { readonly accuracy: Rate })[];
  readonly means: readonly MeansRow[];
  readonly distances: readonly DistanceRow[];
  readonly partners: readonly PartnerRow[];
  readonly form: readonly SessionForm[];
}

const ratio = (value: number, by: number): number | null => (by === 0 ? null : value / by);

function toMetrics(combat: Compared<CombatTotals>, movement: Compared<MovementTotals>): Metric[] {
  const of = (
    key: string,
    title: string,
    unit: string,
    value: (combat: CombatTotals, movement: MovementTotals) => number | Rate | null,
  ): Metric => ({
    key,
    title,
    unit,
    player: value(combat.player, movement.player),
    others: value(combat.others, movement.others),
  });
  const located = ({ arms, body, head, legs }: CombatTotals): number => head + arms + body + legs;
  const minutes = ({ aliveS }: MovementTotals): number => aliveS / 60;
  return [
    of("kills_per_death", "kills per death", "", (c) => ratio(c.kills, c.deathsByEnemies)),
    of("kills_per_minute", "kills", "per minute alive", (c, m) => ratio(c.kills, minutes(m))),
    of("deaths_per_minute", "deaths", "per minute alive", (c, m) => ratio(c.deaths, minutes(m))),
    of("damage_given_per_minute", "damage given", "per minute alive", (c, m) =>
      ratio(c.damageGiven, minutes(m)),
    ),
    of("damage_received_per_minute", "damage received", "per minute alive", (c, m) =>
      ratio(c.damageReceived, minutes(m)),
    ),
    of("accuracy", "accuracy (bullets)", "", (c) => wilson(Math.min(c.hits, c.shots), c.shots)),
    of("head_share", "hits on the head", "", (c) => wilson(c.head, located(c))),
    of("legs_share", "hits on the legs", "", (c) => wilson(c.legs, located(c))),
    of("speed_ups", "speed", "units/s", (_, m) => ratio(m.speedSum, m.samples)),
    of("distance_per_minute", "distance", "units per minute alive", (_, m) =>
      ratio(m.distanceUnits, minutes(m)),
    ),
    // Samples of one player are not independent, so these shares have no interval.
    of("stationary_share", "stationary", "% of time alive", (_, m) => percent(m.stationaryS, m.aliveS)),
    of("crouching_share", "crouching", "% of time alive", (_, m) => percent(m.crouchingSamples, m.samples)),
    of("prone_share", "prone", "% of time alive", (_, m) => percent(m.proneSamples, m.samples)),
    of("sprinting_share", "sprinting", "% of time alive", (_, m) => percent(m.sprintingSamples, m.samples)),
  ];
}

function percent(part: number, whole: number): number | null {
  const share = ratio(part, whole);
  return share === null ? null : share * 100;
}

async function readSessionForm(sql: Sql, form: readonly FormRow[]): Promise<SessionForm[]> {
  const byRound = new Map(form.map((row) => [row.roundId, row]));
  const sessions = await listSessions(sql);
  return sessions
    .map(({ id, roundIds }) => {
      const rows = roundIds.flatMap((roundId) => byRound.get(roundId) ?? []);
      return {
        session: id,
        rounds: rows.length,
        kills: rows.reduce((sum, { kills }) => sum + kills, 0),
        deaths: rows.reduce((sum, { deaths }) => sum + deaths, 0),
      };
    })
    .filter(({ rounds }) => rounds > 0);
}

/** Reads a player's profile. Throws `E_NOT_FOUND`, `E_AMBIGUOUS` and `E_NOTHING_FOUND`. */
export async function reportPlayer(sql: Sql, who: string, request: FilterRequest): Promise<PlayerReport> {
  const player = await resolvePlayer(sql, who);
  // A bot that is asked for by name is meant, and so are its fights with other bots.
  const { filters: asked, words } = await resolveFilters(sql, {
    ...request,
    bots: request.bots === true || player.isBot,
  });
  const rounds = await readPlayerRounds(sql, player.playerId, asked);
  if (rounds.length === 0) throw nothingFound(`rounds of ${plainName(player.name)}`, asked, words);
  const filters = { ...asked, playerIds: [], roundIds: rounds.map(({ roundId }) => roundId) };
  const compared = { ...filters, roundIds: filters.roundIds.slice(0, COMPARED_ROUNDS) };
  const { playerId } = player;
  const [names, combat, movement, shapes, weapons, means, distances, partners, form] = await Promise.all([
    readNames(sql, playerId),
    readPlayerCombat(sql, playerId, filters, compared),
    readPlayerMovement(sql, playerId, filters, compared),
    readShapes(sql, playerId, filters),
    readWeapons(sql, playerId, filters),
    readKillMeans(sql, playerId, filters),
    readDistances(sql, playerId, filters),
    readPartners(sql, playerId, filters, PARTNERS_SHOWN),
    readForm(sql, playerId, filters),
  ]);
  const maps = new Map<string, number>();
  for (const { map } of rounds) maps.set(map, (maps.get(map) ?? 0) + 1);
  return {
    player,
    names,
    rounds: rounds.length,
    comparedRounds: compared.roundIds.length,
    maps: [...maps].map(([map, count]) => ({ map, rounds: count })).sort((a, b) => b.rounds - a.rounds),
    bots: asked.bots === "with" ? "bots included" : "bots left out",
    words,
    combat,
    movement,
    metrics: toMetrics(combat, movement),
    shapes: shapes.map((row) => ({ ...row, winRate: wilson(row.won, row.won + row.lost) })),
    weapons: weapons.map((row) => ({ ...row, accuracy: wilson(Math.min(row.hits, row.shots), row.shots) })),
    means,
    distances,
    partners,
    form: await readSessionForm(sql, form),
  };
}
