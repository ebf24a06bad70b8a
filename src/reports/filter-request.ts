/** From what a user writes (`--weapon smg --phase 0:00-2:30`) to {@link Filters}, and back to words. */
import { fightShape } from "../fight-shape.ts";
import { formatClock } from "../clock.ts";
import { CLASS_NAMES, TEAM_ALLIES, TEAM_AXIS } from "../engine/players.ts";
import { MEANS_OF_DEATH } from "../engine/means-of-death.ts";
import { ITEM_KINDS, WEAPONS } from "../engine/weapons.ts";
import { ProxError } from "../errors.ts";
import type { Sql } from "../db/driver/connect.ts";
import { describeMixedRules, readMixedRules } from "../db/rule-versions.ts";
import { bareName, plainName, safeText } from "../names.ts";
import { nearestName } from "../nearest-name.ts";
import { counted } from "../counts.ts";
import { OBJECTIVE_PARTS, ROUND_SIDES, roundConditions, withoutUnknown } from "./filters.ts";
import type { Filters, Fragment, Phase, RoundSide } from "./filters.ts";
import { chooseClan, type FoundClan, readClans } from "./find-clans.ts";
import { objectiveName, resolveObjective } from "./find-objectives.ts";
import { type PlayerCandidate, resolvePlayer } from "./players.ts";
import { requireMap, resolveRounds } from "./find-rounds.ts";
import { resolveSession, resolveTag } from "./sessions.ts";

/** The filters as they were written. */
export interface FilterRequest {
  readonly map?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly round?: readonly string[] | undefined;
  readonly session?: string | undefined;
  readonly tag?: string | undefined;
  readonly player?: readonly string[] | undefined;
  readonly clan?: readonly string[] | undefined;
  readonly team?: string | undefined;
  readonly side?: string | undefined;
  readonly class?: readonly string[] | undefined;
  readonly weapon?: readonly string[] | undefined;
  readonly means?: readonly string[] | undefined;
  readonly phase?: string | undefined;
  readonly engagement?: string | undefined;
  readonly bots?: boolean | undefined;
  readonly exclusion?: Filters["exclusion"];
}

/** Filters, and what they say in words. */
export interface ResolvedFilters {
  readonly filters: Filters;
  /** Each restriction in a few words, bots included. */
  readonly words: readonly string[];
}

const DAY_MS = 86_400_000;

function usage(flag: string, value: string, expected: string): ProxError {
  return new ProxError("E_FILTER", `--${flag} ${safeText(value)}: ${expected}`);
}

/**
 * A day (`2026-11-23`), a moment (ISO 8601, UTC unless it says otherwise) or an age (`7d`, `12h`).
 * @param endOfDay whether a day means its end.
 */
function parseMoment(flag: string, value: string, endOfDay: boolean, now: Date): Date {
  const age = /^(\d{1,5})([dh])$/u.exec(value);
  if (age !== null) return new Date(now.getTime() - Number(age[1]) * (age[2] === "d" ? DAY_MS : DAY_MS / 24));
  const isDay = /^\d{4}-\d{2}-\d{2}$/u.test(value);
  const isMoment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?$/u.test(value);
  const hasZone = /(Z|[+-]\d{2}:\d{2})$/u.test(value);
  const time = isDay || isMoment ? Date.parse(isDay || hasZone ? value : `${value}Z`) : NaN;
  if (Number.isNaN(time)) {
    throw usage(flag, value, "write a day (2026-11-23), a time (2026-11-23T20:30) or an age (7d, 12h)");
  }
  return new Date(isDay && endOfDay ? time + DAY_MS : time);
}

function parseClock(text: string): number {
  const match = /^(?:(\d{1,3}):)?(\d{1,3})$/u.exec(text);
  return match === null ? NaN : (Number(match[1] ?? 0) * 60 + Number(match[2])) * 1000;
}

/** `0:00-2:30`, or with an open end `2:30-`; or `after the Main Gate`, by the objectives of rounds. */
async function parsePhase(sql: Sql, value: string, rounds: Fragment): Promise<Phase> {
  const [, word = "", name = ""] = /^\s*(\w+)\s+(\S.*)$/su.exec(value) ?? [];
  const part = OBJECTIVE_PARTS.find((one) => one === word.toLowerCase());
  if (part !== undefined) return { part, objective: await resolveObjective(sql, name, rounds) };
  const [from = "", to, ...rest] = value.split("-");
  const fromMs = parseClock(from);
  const toMs = to === "" ? 2 ** 31 - 1 : parseClock(to ?? "");
  if (Number.isNaN(fromMs) || Number.isNaN(toMs) || fromMs >= toMs || rest.length > 0) {
    throw usage(
      "phase",
      value,
      'write from and to in round time, like 0:00-2:30 or 5:00-, or "before", "while" or "after" and an objective',
    );
  }
  return { fromMs, toMs };
}

function parseEngagement(value: string): NonNullable<Filters["engagement"]> {
  const match = /^(\d{1,2})v(\d{1,2})$/u.exec(value);
  if (match === null) throw usage("engagement", value, "write both sides, their own first, like 2v1");
  return { own: Number(match[1]), enemies: Number(match[2]) };
}

interface Named {
  readonly number: number;
  readonly id: string;
  readonly name: string;
  readonly kind?: string;
}

/** Kinds of items that nobody would look for as a weapon. */
const ITEMS: ReadonlySet<string | undefined> = new Set(ITEM_KINDS);

/** The numbers of everything that one of the words names: by id, by name, or by kind. */
function parseNamed(flag: string, words: readonly string[], known: readonly Named[]): number[] {
  return words.flatMap((word) => {
    const wanted = bareName(word);
    const exact = known.filter(({ id, kind, name }) =>
      [id, name, kind].some((text) => text !== undefined && bareName(text) === wanted),
    );
    if (exact.length > 0) return exact.map(({ number }) => number);
    const near = known.filter(
      ({ id, name }) => wanted !== "" && (bareName(id).includes(wanted) || bareName(name).includes(wanted)),
    );
    const [only] = near;
    if (only !== undefined && near.length === 1) return [only.number];
    const candidates = near.length > 0 ? near : known.filter(({ kind }) => !ITEMS.has(kind));
    const nearest = nearestName(word, near.length > 0 ? [] : candidates.map(({ name }) => name));
    const kinds = [...new Set(candidates.flatMap(({ kind }) => kind ?? []))];
    throw new ProxError(
      "E_FILTER",
      `--${flag} ${safeText(word)}: ${near.length === 0 ? "unknown" : "matches several"}`,
      {
        suggestions: [
          ...(nearest === undefined ? [] : [`did you mean "${nearest}"?`]),
          `write one of: ${[...new Set(candidates.map(({ name }) => name))].join(", ")}`,
          ...(kinds.length === 0 ? [] : [`or a kind: ${kinds.join(", ")}`]),
        ],
      },
    );
  });
}

const CLASSES: readonly Named[] = CLASS_NAMES.map((name, number) => ({ number, id: bareName(name), name }));

function parseTeam(value: string): typeof TEAM_AXIS | typeof TEAM_ALLIES {
  const team = { axis: TEAM_AXIS, allies: TEAM_ALLIES } as const;
  const known = value.toLowerCase();
  if (known === "axis" || known === "allies") return team[known];
  throw usage("team", value, "write axis or allies");
}

function parseSide(value: string): RoundSide {
  const side = ROUND_SIDES.find((one) => one === value.toLowerCase());
  if (side === undefined) throw usage("side", value, "write attack or defence");
  return side;
}

function tellPart({ objective, part }: Extract<Phase, { part: unknown }>): string {
  const name = plainName(objectiveName(objective.kind, objective.name));
  return part === "after" ? `after ${name} stood` : `${part} ${name} stands`;
}

/** The players who are asked for: of several players or clans any, of players and clans who is one of both. Throws `E_FILTER` where nobody is. */
function chosenPlayers(
  players: readonly PlayerCandidate[],
  clans: readonly FoundClan[],
  request: FilterRequest,
): number[] {
  const named = players.flatMap(({ playerIds }) => playerIds);
  if (clans.length === 0) return named;
  const members = clans.flatMap(({ playerIds }) => playerIds);
  if (players.length === 0) return members;
  const both = named.filter((id) => members.includes(id));
  if (both.length > 0) return both;
  throw new ProxError(
    "E_FILTER",
    `--player ${safeText((request.player ?? []).join(", "))}: not in ${clans.map(({ name }) => safeText(name)).join(", ")}`,
    { suggestions: ["give --player or --clan; together they choose members of the clan"] },
  );
}

/** What the rounds lack that the filters would leave if more were known of them, in words. */
async function tellUnknown(sql: Sql, filters: Filters): Promise<string[]> {
  const { phase, side } = filters;
  const known = withoutUnknown(filters);
  const count = async (condition: Fragment): Promise<number> => {
    const [found] = await sql<{ rounds: number }[]>`
      select count(*)::int as rounds from rounds r where ${roundConditions(sql, known)} and not (${condition})`;
    return found?.rounds ?? 0;
  };
  const needed = [
    side === undefined
      ? undefined
      : {
          condition: roundConditions(sql, { side, bots: "with", exclusion: "with" }),
          lack: "which team attacks is not known",
        },
    phase === undefined || !("part" in phase)
      ? undefined
      : {
          condition: roundConditions(sql, { phase, bots: "with", exclusion: "with" }),
          lack: "no such objective is recorded",
        },
  ].filter((one) => one !== undefined);
  const counts = await Promise.all(needed.map(({ condition }) => count(condition)));
  return needed.flatMap(({ lack }, index) =>
    counts[index] === 0 ? [] : [`${counted(counts[index] ?? 0, "round")} left out: ${lack}`],
  );
}

/**
 * Looks up what the request names. Throws `E_FILTER` for what cannot be read, `E_NOT_FOUND` and `E_AMBIGUOUS` for what
 * is not, or not only once, in the database.
 * @param chosen the rounds that are meant, where they are chosen already and told of elsewhere.
 */
export async function resolveFilters(
  sql: Sql,
  request: FilterRequest,
  chosen?: readonly number[],
): Promise<ResolvedFilters> {
  const now = new Date();
  const words: string[] = [];
  const say = (text: string): void => {
    words.push(safeText(text));
  };
  const since = request.since === undefined ? undefined : parseMoment("since", request.since, false, now);
  const until = request.until === undefined ? undefined : parseMoment("until", request.until, true, now);
  const engagement = request.engagement === undefined ? undefined : parseEngagement(request.engagement);
  const team = request.team === undefined ? undefined : parseTeam(request.team);
  const side = request.side === undefined ? undefined : parseSide(request.side);
  const classes = parseNamed("class", request.class ?? [], CLASSES);
  const weapons = parseNamed("weapon", request.weapon ?? [], WEAPONS);
  const means = parseNamed("means", request.means ?? [], MEANS_OF_DEATH);
  const { exclusion } = request;
  const among = roundConditions(sql, { exclusion, bots: "with" });
  const map = request.map === undefined ? undefined : await requireMap(sql, request.map, among);
  const rounds =
    request.round === undefined || request.round.length === 0
      ? undefined
      : await resolveRounds(sql, request.round, among);
  const session = request.session === undefined ? undefined : await resolveSession(sql, request.session);
  const players = await Promise.all((request.player ?? []).map((who) => resolvePlayer(sql, who)));
  const asked = request.clan ?? [];
  const known = asked.length === 0 ? [] : await readClans(sql);
  const clans = asked.map((name) => chooseClan(known, name));

  const byRound = rounds?.map(({ roundId }) => roundId);
  const byTag = request.tag === undefined ? undefined : await resolveTag(sql, request.tag);
  const choices = [byRound, session?.roundIds, byTag].filter((ids) => ids !== undefined);
  const [first, ...others] = choices.length > 1 ? choices : [chosen ?? choices[0]];
  const roundIds = first?.filter((id) => others.every((ids) => ids?.includes(id) === true));
  const bots = request.bots === true ? "with" : "without";
  const phase =
    request.phase === undefined
      ? undefined
      : await parsePhase(
          sql,
          request.phase,
          roundConditions(sql, { map, since, until, roundIds, bots, exclusion }),
        );

  if (players.length > 0) say(players.map(({ name }) => plainName(name)).join(", "));
  if (clans.length > 0)
    say(clans.map(({ name, members }) => `${name} (${counted(members.length, "member")})`).join(", "));
  if (team !== undefined) say(team === TEAM_AXIS ? "Axis" : "Allies");
  if (side !== undefined) say(`${side} side`);
  if (classes.length > 0) say(classes.map((number) => CLASS_NAMES[number]).join(", "));
  if (weapons.length > 0) say((request.weapon ?? []).join(", "));
  if (means.length > 0) say(`by ${(request.means ?? []).join(", ")}`);
  if (phase !== undefined) {
    say(
      "part" in phase
        ? tellPart(phase)
        : phase.toMs > DAY_MS
          ? `from ${formatClock(phase.fromMs)}`
          : `${formatClock(phase.fromMs)}–${formatClock(phase.toMs)} of the round`,
    );
  }
  if (engagement !== undefined) say(`in ${fightShape(engagement.own, engagement.enemies)}`);
  if (session !== undefined) say(`session ${session.id}${session.name === null ? "" : ` (${session.name})`}`);
  if (request.tag !== undefined) say(`tag ${request.tag.toLowerCase()}`);
  for (const { startedAt } of rounds ?? []) {
    say(`round of ${startedAt.toISOString().slice(0, 16).replace("T", " ")}`);
  }
  const filters: Filters = {
    map,
    since,
    until,
    roundIds,
    playerIds: chosenPlayers(players, clans, request),
    team,
    side,
    classes,
    weapons,
    means,
    phase,
    engagement,
    bots,
    exclusion,
  };
  // Shapes of fights are what the rule of each round found.
  const mixed = engagement === undefined ? [] : await readMixedRules(sql, roundConditions(sql, filters));
  return {
    filters,
    words: [
      ...words,
      ...(await tellUnknown(sql, filters)),
      ...describeMixedRules(mixed.filter(({ rule }) => rule === "engagement")),
    ],
  };
}
