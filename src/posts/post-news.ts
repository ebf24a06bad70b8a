/** Tells a channel what is new since the last time. */
import type { Sql } from "../db/driver/connect.ts";
import { ProxError } from "../errors.ts";
import { type FilterRequest, resolveFilters } from "../reports/filter-request.ts";
import { roundConditions } from "../reports/filters.ts";
import { listSessions, type Session } from "../reports/sessions.ts";
import type { Channel } from "./channel.ts";
import { claim, findBroken, leaveUnsure, release, settle, toldRounds } from "./ledger.ts";
import type { drawMessageCard, MessageCard } from "./message-card.ts";
import { composeMessage, type Message, readReports, type Subject } from "./message.ts";

/** What is told, and how. */
export interface PostOptions {
  readonly kind: Message["kind"];
  /** `since`, `session`, `tag`, `bots`: which rounds count; without `since` and `session`, those of the last two days. */
  readonly request: FilterRequest;
  /** A session is told when so much time has passed after its last round. */
  readonly quietMinutes: number;
  /** Whether to post what was posted before. */
  readonly isAgain: boolean;
  readonly isDryRun: boolean;
  /** Address of the page about a session or round, with `{kind}` and `{id}`. */
  readonly link: string | undefined;
  readonly signal: AbortSignal;
  /** Draws the card that goes with a message, which goes alone where that fails; without it there are no cards. */
  readonly drawCard?: typeof drawMessageCard | undefined;
  /** Called with the reason where a card could not be drawn. */
  readonly onUndrawn?: (error: unknown) => void;
  /** Called after each message. */
  readonly onPosted?: (message: Message) => void;
}

/** What a run did. */
export interface Posted {
  /** Sent, or with `isDryRun` to be sent. */
  readonly messages: readonly Message[];
  /** Key of the first round of each message of which nobody knows whether it arrived. */
  readonly unsure: readonly string[];
}

const DEFAULT_SINCE = "2d";
/** No session lasts longer. */
const LONGEST_SESSION_MS = 24 * 3_600_000;

function subjectsOf(kind: Message["kind"], session: Session, keys: readonly string[]): Subject[] {
  return kind === "session"
    ? [{ kind, session, roundKeys: keys }]
    : keys.map((key) => ({ kind, session, roundKeys: [key] }));
}

/** What a channel was not told yet, the earliest first. Evenings of bots alone are told only where bots count. */
async function findNews(sql: Sql, channel: string, options: PostOptions): Promise<Subject[]> {
  const { isAgain, kind, quietMinutes, request } = options;
  const { filters } = await resolveFilters(sql, {
    ...request,
    ...(request.since === undefined && request.session === undefined ? { since: DEFAULT_SINCE } : {}),
  });
  const { since } = filters;
  // A session that began before counts as a whole, or not at all.
  const sessions = await listSessions(
    sql,
    roundConditions(sql, { ...filters, since: since && new Date(since.getTime() - LONGEST_SESSION_MS) }),
  );
  const quietSince = Date.now() - quietMinutes * 60_000;
  const over = sessions
    .filter(({ startedAt }) => since === undefined || startedAt >= since)
    .filter(({ bots, players }) => players > 0 || (request.bots === true && bots > 0))
    .filter(({ endedAt }) => kind === "round" || endedAt.getTime() <= quietSince)
    .reverse();
  const ids = over.flatMap(({ roundIds }) => roundIds);
  const rows = await sql<{ round_id: number; round_key: string }[]>`
    select round_id, round_key from rounds where round_id = any(${ids}::int[])`;
  const keys = new Map(rows.map((row) => [row.round_id, row.round_key]));
  const told = isAgain ? new Set<string>() : await toldRounds(sql, { channel, kind }, [...keys.values()]);
  return over
    .flatMap((session) =>
      subjectsOf(
        kind,
        session,
        session.roundIds.flatMap((id) => keys.get(id) ?? []),
      ),
    )
    .filter(({ roundKeys }) => roundKeys.length > 0 && !roundKeys.some((key) => told.has(key)));
}

/** The card of a message; undefined where there is to be none, or it cannot be drawn: that never keeps a message back. */
async function tryCard(
  subject: Subject,
  reports: Awaited<ReturnType<typeof readReports>>,
  { drawCard, onUndrawn, request }: PostOptions,
): Promise<MessageCard | undefined> {
  try {
    return await drawCard?.(subject, reports, request.bots === true);
  } catch (error) {
    onUndrawn?.(error);
    return undefined;
  }
}

/**
 * Posts what is new, one message a session or round, the earliest first. What was posted before, or may have been, is not posted
 * again. Throws `E_POST_UNREACHED` and `E_POST_REFUSED` at the first message that the channel does not take: the next run goes on there;
 * what was posted before that is the error's result.
 */
export async function postNews(sql: Sql, channel: Channel, options: PostOptions): Promise<Posted> {
  const { isAgain, isDryRun, kind, link, onPosted, request, signal } = options;
  const unsure = isDryRun ? [] : await findBroken(sql, channel.name);
  const messages: Message[] = [];
  const place = { channel: channel.name, kind };
  for (const subject of await findNews(sql, channel.name, options)) {
    signal.throwIfAborted();
    const reports = await readReports(sql, subject, request.bots === true);
    const message = composeMessage(subject, reports, link);
    if (isDryRun) {
      messages.push(message);
      continue;
    }
    const card = await tryCard(subject, reports, options);
    const claimed = await claim(sql, place, subject.roundKeys, isAgain);
    if (claimed === undefined) continue;
    let messageId: string | null;
    try {
      messageId = await channel.post(message, claimed.key, signal, card);
    } catch (error) {
      if (!(error instanceof ProxError)) throw error;
      if (error.code !== "E_POST_UNSURE") {
        await release(sql, claimed);
        throw error.withResult({ messages, unsure });
      }
      await leaveUnsure(sql, claimed);
      unsure.push(subject.roundKeys[0] ?? "");
      continue;
    }
    await settle(sql, claimed, messageId);
    messages.push(message);
    onPosted?.(message);
  }
  return { messages, unsure };
}
