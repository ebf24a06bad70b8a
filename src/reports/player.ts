/** The profile of one player: fights, accuracy, weapons, movement, partners, form; beside the others. */
import type { Sql } from "../db/driver/connect.ts";
import { plainName } from "../names.ts";
import { describeBots, describeLeftOut, nothingFound } from "./describe.ts";
import type { FilterRequest } from "./filter-request.ts";
import { resolveFilters } from "./filter-request.ts";
import type { Filters } from "./filters.ts";
import { METRICS } from "./metrics.ts";
import type { MetricDefinition, Totals } from "./metrics.ts";
import { FIGHT_RULES, tellMixedRules } from "./mixed-rules.ts";
import { resolvePlayer } from "./players.ts";
import type { PlayerCandidate } from "./players.ts";
import { readNamesOf } from "./queries/duels.ts";
import type { Duel } from "./queries/duels.ts";
import { readForm, readNames, readPlayerRounds } from "./queries/player-fights.ts";
import type { FormRow, PlayerRound, ShapeRow } from "./queries/player-fights.ts";
import type { PairRow } from "./queries/pairs.ts";
import { readDistances, readKillMeans, readWeapons } from "./queries/player-totals.ts";
import type { CombatTotals, Compared, DistanceRow, MeansRow, WeaponRow } from "./queries/player-totals.ts";
import { readPlayerObjectives } from "./queries/player-objectives.ts";
import type { PlayerObjectives } from "./queries/player-objectives.ts";
import { movementOf } from "./queries/movement-totals.ts";
import { tellsLives, type LifeTotals } from "./queries/lives.ts";
import type { Movement } from "./queries/movement-totals.ts";
import { listSessions } from "./sessions.ts";
import type { Session } from "./sessions.ts";
import { SITUATION_METRICS } from "./situation-metrics/all-situations.ts";
import { ratioOf, wilson } from "./statistics.ts";
import type { Estimate, Rate } from "./statistics.ts";
import { pairRates } from "./team-play.ts";
import type { PairRates } from "./team-play.ts";
import { readTotals, type TotalsReader } from "./totals-reader.ts";

/** The others, partners and the time before are looked at in so many rounds, the latest: enough, and quick to read. */
const COMPARED_ROUNDS = 100;
const PARTNERS_SHOWN = 5;
const OPPONENTS_SHOWN = 5;

/** A number of the profile: the player's, the others' beside it; the player's own of now, and of before. */
export interface Metric extends Omit<MetricDefinition, "of"> {
  readonly player: Estimate;
  readonly others: Estimate;
  readonly now: Estimate;
  readonly before: Estimate;
}

/** A teammate: what the two did together, of the times that they could have. */
export interface Partner
  extends
    PairRates,
    Readonly<
      Pick<PairRow, "baits" | "crossfires" | "downs" | "name" | "playerId" | "sharedFights" | "trades">
    > {}

/** An enemy: how often the player killed them, and they the player; `killRate` is the player's share of these kills. */
export interface Opponent extends Omit<Duel, "opponentId"> {
  readonly playerId: number;
  /** Colour codes included. */
  readonly name: string;
  readonly killRate: Rate;
}

const LIFE_METRICS = SITUATION_METRICS.map(({ of, ...about }) => ({
  ...about,
  of: ({ lives }: { readonly lives: LifeTotals }) => of(lives),
}));

/** What of the player is compared with the player's own earlier rounds. */
export interface AgainstBefore {
  /** The latest session, or all of the profile where its time is restricted. */
  readonly now: "latest session" | "these rounds";
  readonly nowRounds: number;
  readonly beforeRounds: number;
}

/** One evening of a player. */
export interface SessionForm {
  /** Id of the session. */
  readonly session: string;
  readonly rounds: number;
  /** Kills of enemies, and deaths by whomever. */
  readonly kills: number;
  readonly deaths: number;
  readonly killsPerDeath: Estimate;
  /** Of the rounds that somebody won, those that the team won for which they played last. */
  readonly roundsWon: Rate;
}

/** A profile over all rounds that the filters leave; the others and partners are read in the latest 100 of them. */
export interface PlayerReport {
  readonly player: PlayerCandidate;
  /** All names ever used, the latest first, colour codes included. */
  readonly names: readonly string[];
  /** Rounds of the profile, and those of them in which the others were looked at. */
  readonly rounds: number;
  readonly comparedRounds: number;
  readonly maps: readonly { map: string; rounds: number }[];
  readonly bots: string;
  readonly words: readonly string[];
  /** Where rules found fights and team play of these rounds by several versions: which. */
  readonly mixed: readonly string[];
  readonly combat: Compared<CombatTotals>;
  readonly movement: Compared<Movement>;
  readonly lives: Compared<LifeTotals>;
  readonly metrics: readonly Metric[];
  /** Numbers over lives; null where weapon, means of death or shape of a fight are asked for. */
  readonly situations: readonly Metric[] | null;
  /** What the player did at objectives; null where no round of the profile has them. */
  readonly objectives: PlayerObjectives | null;
  readonly againstBefore: AgainstBefore;
  readonly shapes: readonly (ShapeRow & { readonly winRate: Rate })[];
  readonly weapons: readonly (WeaponRow & { readonly accuracy: Rate })[];
  readonly means: readonly MeansRow[];
  readonly distances: readonly DistanceRow[];
  /** At most five, the best first. */
  readonly partners: readonly Partner[];
  /** At most five, those with whom most kills were exchanged first. */
  readonly opponents: readonly Opponent[];
  /** The latest session first. */
  readonly form: readonly SessionForm[];
}

/** What somebody did, and what became of their lives. */
interface Told extends Totals {
  readonly lives: LifeTotals;
}

type Sides<Side> = Readonly<Record<"player" | "others" | "now" | "before", Side>>;

function toMetrics<Side>(
  definitions: readonly (Omit<MetricDefinition, "of"> & { readonly of: (side: Side) => Estimate })[],
  sides: Sides<Side>,
): Metric[] {
  return definitions.map(({ key, of, title, unit }) => ({
    key,
    title,
    unit,
    player: of(sides.player),
    others: of(sides.others),
    now: of(sides.now),
    before: of(sides.before),
  }));
}

function toSessionForm(sessions: readonly Session[], form: readonly FormRow[]): SessionForm[] {
  const byRound = new Map(form.map((row) => [row.roundId, row]));
  return sessions
    .map(({ id, roundIds }) => {
      const rows = roundIds.flatMap((roundId) => byRound.get(roundId) ?? []);
      const kills = rows.reduce((sum, row) => sum + row.kills, 0);
      const deaths = rows.reduce((sum, row) => sum + row.deaths, 0);
      const results = rows.flatMap(({ isWon }) => isWon ?? []);
      return {
        session: id,
        rounds: rows.length,
        kills,
        deaths,
        killsPerDeath: ratioOf(kills, deaths),
        roundsWon: wilson(results.filter(Boolean).length, results.length),
      };
    })
    .filter(({ rounds }) => rounds > 0);
}

/** Those with whom the player won most of the fights that the two shared, by the lower end of the interval. */
async function readBestPartners(
  totals: TotalsReader,
  { playerId, playerIds }: PlayerCandidate,
  filters: Filters,
): Promise<Partner[]> {
  const pairs = await totals.pairsOf(filters, playerIds);
  const partners = pairs.map((row): Partner => {
    const { baits, crossfires, downs, sharedFights, trades } = row;
    const [other, name] =
      row.playerId === playerId ? [row.partnerId, row.partnerName] : [row.playerId, row.name];
    return { playerId: other, name, sharedFights, crossfires, trades, downs, baits, ...pairRates(row) };
  });
  const worth = ({ winRate }: Partner): number => winRate.low ?? -1;
  return partners
    .sort((a, b) => worth(b) - worth(a) || b.sharedFights - a.sharedFights || a.playerId - b.playerId)
    .slice(0, PARTNERS_SHOWN);
}

/** Those with whom the player exchanged most kills. */
async function readOpponents(
  sql: Sql,
  totals: TotalsReader,
  { playerIds }: PlayerCandidate,
  filters: Filters,
): Promise<Opponent[]> {
  const size = ({ deaths, kills }: Duel): number => kills + deaths;
  const duels = [...(await totals.duelsOf(filters, playerIds))]
    .sort((a, b) => size(b) - size(a) || a.opponentId - b.opponentId)
    .slice(0, OPPONENTS_SHOWN);
  const names = await readNamesOf(
    sql,
    duels.map(({ opponentId }) => opponentId),
  );
  return duels.map(({ deaths, kills, opponentId }) => ({
    playerId: opponentId,
    name: names.get(opponentId) ?? "",
    kills,
    deaths,
    killRate: wilson(kills, kills + deaths),
  }));
}

/**
 * Splits a player's rounds: where their time is restricted, they are now, and before are all earlier ones with the same
 * other filters; otherwise the latest session is now, and what was earlier is before.
 */
async function splitByTime(
  sql: Sql,
  playerIds: readonly number[],
  asked: Filters,
  rounds: readonly PlayerRound[],
  sessions: readonly Session[],
): Promise<{ now: readonly PlayerRound[]; before: readonly PlayerRound[]; isRestricted: boolean }> {
  const isRestricted = asked.since !== undefined || asked.roundIds !== undefined;
  if (isRestricted) {
    const until = rounds.at(-1)?.startedAt;
    const before = await readPlayerRounds(sql, playerIds, {
      ...asked,
      since: undefined,
      roundIds: undefined,
      until,
    });
    return { now: rounds, before: before.slice(0, COMPARED_ROUNDS), isRestricted };
  }
  const latest = sessions.find(({ roundIds }) => roundIds.includes(rounds[0]?.roundId ?? 0))?.roundIds ?? [];
  const start = rounds.filter(({ roundId }) => latest.includes(roundId)).at(-1)?.startedAt;
  return {
    now: rounds.filter(({ roundId }) => latest.includes(roundId)),
    before: rounds
      .filter(
        ({ roundId, startedAt }) => !latest.includes(roundId) && start !== undefined && startedAt < start,
      )
      .slice(0, COMPARED_ROUNDS),
    isRestricted,
  };
}

/**
 * Reads a player's profile. Throws `E_NOT_FOUND`, `E_AMBIGUOUS` and `E_NOTHING_FOUND`.
 * @param known what is counted of people, by default read from the events, and all sessions, where they were read already.
 */
export async function reportPlayer(
  sql: Sql,
  who: string,
  request: FilterRequest,
  known: { readonly totals?: TotalsReader; readonly sessions?: readonly Session[] } = {},
): Promise<PlayerReport> {
  const { totals = readTotals(sql) } = known;
  const player = await resolvePlayer(sql, who);
  // A bot that is asked for by name is meant, and so are its fights with other bots.
  const { filters: all, words } = await resolveFilters(sql, {
    ...request,
    bots: request.bots === true || player.isBot,
  });
  const asked = { ...all, isOwn: true };
  const rounds = await readPlayerRounds(sql, player.playerIds, asked);
  const leftOut = (await readPlayerRounds(sql, player.playerIds, all)).length - rounds.length;
  if (rounds.length === 0)
    throw nothingFound(`rounds of ${plainName(player.name)}${describeLeftOut(leftOut)}`, asked, words);
  const filters = { ...asked, playerIds: [], roundIds: rounds.map(({ roundId }) => roundId) };
  const compared = { ...filters, roundIds: filters.roundIds.slice(0, COMPARED_ROUNDS) };
  const { playerIds } = player;
  const sessions = known.sessions ?? (await listSessions(sql));
  const { before, isRestricted, now } = await splitByTime(sql, playerIds, asked, rounds, sessions);
  const read = async (which: Filters, isPlayer = true): Promise<Told> => {
    const { combat, lives, movement } = await totals.ofPlayer(which, playerIds, isPlayer);
    return { combat, lives, movement: movementOf(movement) };
  };
  const within = (some: readonly PlayerRound[]): Filters => ({
    ...filters,
    since: undefined,
    until: undefined,
    roundIds: some.map(({ roundId }) => roundId),
  });
  const mine = read(filters);
  const [
    own,
    others,
    ofNow,
    ofBefore,
    names,
    shapes,
    weapons,
    means,
    distances,
    partners,
    opponents,
    form,
    objectives,
    mixed,
  ] = await Promise.all([
    mine,
    read(compared, false),
    isRestricted ? mine : read(within(now)),
    read(within(before)),
    readNames(sql, playerIds),
    totals.shapesOf(filters, playerIds),
    readWeapons(sql, playerIds, filters),
    readKillMeans(sql, playerIds, filters),
    readDistances(sql, playerIds, filters),
    readBestPartners(totals, player, compared),
    readOpponents(sql, totals, player, filters),
    readForm(sql, playerIds, filters),
    readPlayerObjectives(sql, playerIds, filters),
    tellMixedRules(sql, filters, FIGHT_RULES),
  ]);
  const sides = { player: own, others, now: ofNow, before: ofBefore };
  const maps = new Map<string, number>();
  for (const { map } of rounds) maps.set(map, (maps.get(map) ?? 0) + 1);
  return {
    player,
    names,
    rounds: rounds.length,
    comparedRounds: compared.roundIds.length,
    maps: [...maps].map(([map, count]) => ({ map, rounds: count })).sort((a, b) => b.rounds - a.rounds),
    bots: describeBots(asked.bots === "with") + describeLeftOut(leftOut),
    words,
    mixed,
    combat: { player: own.combat, others: others.combat },
    movement: { player: own.movement, others: others.movement },
    lives: { player: own.lives, others: others.lives },
    metrics: toMetrics(METRICS, sides),
    situations: tellsLives(filters) ? toMetrics(LIFE_METRICS, sides) : null,
    objectives: objectives.rounds === 0 ? null : objectives,
    againstBefore: {
      now: isRestricted ? "these rounds" : "latest session",
      nowRounds: now.length,
      beforeRounds: before.length,
    },
    shapes: shapes.map((row) => ({ ...row, winRate: wilson(row.won, row.won + row.lost) })),
    weapons: weapons.map((row) => ({ ...row, accuracy: wilson(Math.min(row.hits, row.shots), row.shots) })),
    means,
    distances,
    partners,
    opponents,
    form: toSessionForm(sessions, form),
  };
}
