/** What is told of a session or of a single round: plain values and words, whatever chat they go to. */
import type { Sql } from "../db/driver/connect.ts";
import { counted } from "../counts.ts";
import { TEAM_NAMES } from "../engine/players.ts";
import { plainName, safeText } from "../names.ts";
import { formatClock } from "../clock.ts";
import { bestMoments, sumScores } from "../reports/highlights.ts";
import { reportRound, type RoundReport } from "../reports/round.ts";
import type { Session } from "../reports/sessions.ts";

/** A round of the message, in words. */
export interface MessageRound {
  readonly key: string;
  readonly map: string;
  readonly round: number;
  readonly startedAt: Date;
  readonly lengthMs: number;
  /** `Axis` or `Allies`; null where nobody won or the file does not say. */
  readonly winner: string | null;
  readonly isComplete: boolean;
}

/** What a player did in all rounds of the message together. Names have no colours. */
export interface MessagePlayer {
  readonly name: string;
  readonly isBot: boolean;
  readonly rounds: number;
  readonly kills: number;
  readonly deaths: number;
  readonly damageGiven: number;
  readonly revives: number;
}

/** A moment of one of the rounds. */
export interface MessageMoment {
  readonly roundKey: string;
  readonly map: string;
  readonly timeMs: number;
  readonly text: string;
}

/** What is told. All texts are plain: no colours, no control characters, no markup of any chat. */
export interface Message {
  readonly kind: "session" | "round";
  /** Id of the session, or key of the round. */
  readonly id: string;
  readonly title: string;
  readonly serverName: string | null;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly rounds: readonly MessageRound[];
  /** By kills. */
  readonly players: readonly MessagePlayer[];
  /** The most remarkable ones, in order of time. */
  readonly moments: readonly MessageMoment[];
  /** Page about it, where there is one. */
  readonly link: string | undefined;
}

const MOMENTS_TOLD = 5;

function momentsOf(reports: readonly RoundReport[]): MessageMoment[] {
  return bestMoments(reports, MOMENTS_TOLD).map((moment) => ({ ...moment, map: safeText(moment.map) }));
}

function playersOf(reports: readonly RoundReport[]): MessagePlayer[] {
  return sumScores(reports.flatMap(({ scores }) => scores)).map(
    ({ damageGiven, deaths, isBot, kills, name, revives, rounds }) => ({
      name: plainName(name),
      ...{ isBot, rounds, kills, deaths, damageGiven, revives },
    }),
  );
}

function roundOf({ round }: RoundReport): MessageRound {
  return {
    key: round.roundKey,
    map: safeText(round.map),
    round: round.round,
    startedAt: round.startedAt,
    lengthMs: round.endMs,
    winner: round.winnerTeam === null ? null : (TEAM_NAMES[round.winnerTeam] ?? null),
    isComplete: round.isComplete,
  };
}

function titleOf(kind: Message["kind"], name: string | null, rounds: readonly MessageRound[]): string {
  const [first] = rounds;
  if (kind === "session" || first === undefined) {
    const maps = new Set(rounds.map(({ map }) => map)).size;
    const size = `${counted(rounds.length, "round")} on ${counted(maps, "map")}`;
    return name === null ? size : `${safeText(name)}: ${size}`;
  }
  const result = first.winner === null ? "no result" : `${first.winner} win`;
  return `${first.map}, round ${first.round}: ${result}, ${formatClock(first.lengthMs)}`;
}

/** What a message is made of. */
export interface Subject {
  readonly kind: Message["kind"];
  readonly session: Session;
  /** Of a session all of its rounds, the earliest first; of a round that one. */
  readonly roundKeys: readonly string[];
}

/** The address of the page about a subject on a site: what `{kind}` and `{id}` in it stand for is filled in. */
function linkOf(template: string | undefined, kind: Message["kind"], id: string): string | undefined {
  return template?.replaceAll("{kind}", kind).replaceAll("{id}", encodeURIComponent(id));
}

/** Reads the reports that a subject is told from: of its rounds, the earliest first. */
export async function readReports(sql: Sql, { roundKeys }: Subject, bots: boolean): Promise<RoundReport[]> {
  const reports: RoundReport[] = [];
  for (const key of roundKeys) reports.push(await reportRound(sql, key, { bots }));
  return reports;
}

/**
 * Takes what there is to tell from the reports.
 * @param link address of the page about it, with `{kind}` and `{id}`.
 */
export function composeMessage(
  { kind, session }: Subject,
  reports: readonly RoundReport[],
  link: string | undefined,
): Message {
  const rounds = reports.map(roundOf);
  const [first] = rounds;
  const last = rounds.at(-1);
  const id = kind === "session" ? session.id : (first?.key ?? "");
  return {
    kind,
    id,
    title: titleOf(kind, session.name, rounds),
    serverName: session.serverName === null ? null : plainName(session.serverName),
    startedAt: first?.startedAt ?? session.startedAt,
    endedAt: last === undefined ? session.endedAt : new Date(last.startedAt.getTime() + last.lengthMs),
    rounds,
    players: playersOf(reports),
    moments: momentsOf(reports),
    link: linkOf(link, kind, id),
  };
}
