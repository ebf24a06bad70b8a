/** Engagements: the list of a round, session or map, and the explanation of one. */
import { fightShape } from "../fight-shape.ts";
import type { Sql } from "../db/driver/connect.ts";
import { ProxError } from "../errors.ts";
import { plainName, safeText } from "../names.ts";
import type { FilterRequest } from "./filter-request.ts";
import { resolveFilters } from "./filter-request.ts";
import { tellMixedRules } from "./mixed-rules.ts";
import {
  listEngagements,
  readEngagementEvents,
  readParticipants,
  readTeamPlay,
  readTracks,
} from "./queries/engagements.ts";
import type {
  EngagementEvent,
  EngagementOrder,
  EngagementRow,
  ParticipantRow,
  TeamPlayRow,
  TrackPoint,
} from "./queries/engagements.ts";
import { TRACK_LEAD_MS } from "./fight-stretches.ts";
import { resolveRounds } from "./find-rounds.ts";

/** The name of an engagement: `<round key>#<number>`. */
export function engagementId({
  engagement,
  roundKey,
}: Pick<EngagementRow, "engagement" | "roundKey">): string {
  return `${roundKey}#${engagement}`;
}

/** Engagements, and the filters by which they were chosen in words; `hasMore` where a limit left some out. */
export interface EngagementList {
  readonly engagements: readonly EngagementRow[];
  readonly hasMore: boolean;
  readonly words: readonly string[];
  /** Where the fights were found by several versions of the rule: which. */
  readonly mixed: readonly string[];
}

/** Engagements by the filters of the user. */
export async function reportEngagements(
  sql: Sql,
  request: FilterRequest,
  order: EngagementOrder,
  limit: number,
): Promise<EngagementList> {
  const { filters, words } = await resolveFilters(sql, request);
  const found = await listEngagements(sql, filters, order, limit + 1);
  return {
    engagements: found.slice(0, limit),
    hasMore: found.length > limit,
    words,
    mixed: await tellMixedRules(sql, filters, ["engagement"]),
  };
}

/** All there is to know about one engagement. */
export interface EngagementReport {
  readonly id: string;
  readonly row: EngagementRow;
  readonly participants: readonly ParticipantRow[];
  readonly events: readonly EngagementEvent[];
  readonly teamPlay: readonly TeamPlayRow[];
  /** From {@link TRACK_LEAD_MS} before it began until it ended. */
  readonly tracks: readonly TrackPoint[];
  /** Why it is called what it is called: one sentence a line. */
  readonly reasons: readonly string[];
}

/** The settings of a round that its engagements were judged by. */
type Configuration = Readonly<Record<string, string>>;

const seconds = (ms: number | string | undefined): string =>
  ms === undefined ? "? s" : `${(Number(ms) / 1000).toFixed(1)} s`;

/** Says in words why an engagement has its label, begin, end and winner. */
function explain(
  row: EngagementRow,
  participants: readonly ParticipantRow[],
  configuration: Configuration,
): string[] {
  const side = (name: ParticipantRow["side"]): ParticipantRow[] =>
    participants.filter((one) => one.side === name);
  const duration = seconds(row.endMs - row.startMs);
  const name = (player: string | null): string => (player === null ? "someone" : plainName(player));
  const opened = `${name(row.openerName)} hit ${name(row.enemyName)} while neither was in a fight: the fight began, and the first to hit gives the openers their team`;
  // Until version 2 of the rule the label counted everybody who took part.
  const counted =
    row.ruleVersion === 1
      ? "dealt or took damage in it"
      : `were in it at its largest; ${participants.length} took part in all`;
  const label = `${fightShape(row.attackers, row.defenders)}: ${row.attackers} of the openers' team and ${row.defenders} of the other ${counted}`;
  const silence = `the last of one side had neither dealt nor taken damage for ${seconds(configuration["prox_engagement_silence_ms"])}`;
  // Until version 4 of the rule players escaped by distance, and a fight ended only when that was seen.
  const escape =
    row.ruleVersion >= 5
      ? "the last of one side had gone to another fight, or had left"
      : `the last of one side had neither dealt nor taken damage for ${seconds(configuration["prox_engagement_escape_ms"])}, with all opponents at least ${configuration["prox_engagement_escape_units"] ?? "?"} units away, or had left`;
  const endings: Record<string, string> = {
    death: `it ended after ${duration} by death: the last of one side went down`,
    escape: `it ended after ${duration} by escape: ${escape}`,
    silence: `it ended after ${duration} by silence: ${silence}`,
    round_end: `it ended after ${duration} with the round`,
  };
  const isUnanswered = row.damageGiven === 0 || row.damageReceived === 0;
  const late = [...side("attackers"), ...side("defenders")].filter(({ joinedMs }) => joinedMs > row.startMs);
  return [
    opened,
    label,
    ...(late.length === 0
      ? []
      : [
          `${late.length} joined later, by damage with someone in it; the last after ${seconds(Math.max(...late.map(({ joinedMs }) => joinedMs)) - row.startMs)}`,
        ]),
    ...(isUnanswered ? ["one side did no damage: the fight is unanswered, which is no duel"] : []),
    endings[row.outcome] ?? row.outcome,
    `rule version ${row.ruleVersion}`,
  ];
}

/**
 * Explains one engagement.
 * @param id `<round key>#<number>`; the key may be shortened or `latest`.
 */
export async function reportEngagement(sql: Sql, id: string): Promise<EngagementReport> {
  const match = /^(.+)#(\d{1,9})$/u.exec(id);
  if (match === null) {
    throw new ProxError("E_USAGE", `this is not an engagement: ${safeText(id)}`, {
      suggestions: ["write round and number, like latest#3; `prox report engagements` lists them"],
    });
  }
  const [round] = await resolveRounds(sql, [match[1] ?? ""]);
  const number = Number(match[2]);
  const all = await listEngagements(sql, { roundIds: [round?.roundId ?? 0], bots: "with" }, "time", 100_000);
  const row = all.find(({ engagement }) => engagement === number);
  if (row === undefined) {
    throw new ProxError(
      "E_NOT_FOUND",
      `round ${safeText(round?.roundKey ?? "")} has no engagement ${number}`,
      {
        suggestions: [
          all.length === 0
            ? "no engagement was recorded in it"
            : `it has ${all
                .map(({ engagement }) => engagement)
                .slice(0, 40)
                .join(", ")}`,
        ],
      },
    );
  }
  return explainEngagement(sql, row);
}

/** Explains an engagement of which the list is known already. */
export async function explainEngagement(sql: Sql, row: EngagementRow): Promise<EngagementReport> {
  const participants = await readParticipants(sql, row.roundId, row.engagement);
  const slots = participants.map(({ slot }) => slot);
  const [events, teamPlay, tracks, [settings]] = await Promise.all([
    readEngagementEvents(sql, row, slots),
    readTeamPlay(sql, row.roundId, row.engagement),
    readTracks(sql, row.roundId, slots, row.startMs - TRACK_LEAD_MS, row.endMs),
    sql<[{ configuration: Configuration }]>`select configuration from rounds where round_id = ${row.roundId}`,
  ]);
  return {
    id: engagementId(row),
    row,
    participants,
    events,
    teamPlay,
    tracks,
    reasons: explain(row, participants, settings.configuration),
  };
}
