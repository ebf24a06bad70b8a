/** Sessions put right by hand: names, tags, and where they begin. */
import type { Sql, Transaction } from "../db/driver/connect.ts";
import { inTransaction } from "../db/driver/transaction.ts";
import type { Columns } from "../db/rows.ts";
import { ProxError } from "../errors.ts";
import { safeText } from "../names.ts";
import { listSessions, type Session } from "../reports/sessions.ts";
import { note, undo } from "./corrections.ts";

const LONGEST_NAME = 100;
/** A name that would be taken for the id of a session, or for a day. */
const LIKE_AN_ID = /^(?:latest|\d{4}-\d{2}-\d{2}.*)$/iu;
const TAG = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,49}$/u;

/** A tag as it is stored. Throws `E_USAGE` for what is none. */
function parseTag(text: string): string {
  const tag = text.trim().toLowerCase();
  if (TAG.test(tag)) return tag;
  throw new ProxError("E_USAGE", `${safeText(text)} is no tag`, {
    suggestions: ["write letters, digits, dots, hyphens and underscores, at most 50, like season-3"],
  });
}

function parseName(text: string): string {
  const name = text.trim();
  if (name !== "" && name.length <= LONGEST_NAME && safeText(name) === name && !LIKE_AN_ID.test(name))
    return name;
  throw new ProxError("E_USAGE", `${safeText(text)} cannot be the name of a session`, {
    suggestions: [
      `write at most ${LONGEST_NAME} characters without control characters, not "latest", and nothing that begins like a date`,
    ],
  });
}

/**
 * Names a session, or takes its name away. Throws `E_USAGE` for a name that another session has, or that would be taken for
 * an id.
 */
export async function nameSession(
  sql: Sql,
  session: Session,
  text: string | undefined,
  reason: string,
): Promise<string | null> {
  const name = text === undefined ? undefined : parseName(text);
  const other = (await listSessions(sql)).find(
    (one) => one.id !== session.id && name !== undefined && one.name?.toLowerCase() === name.toLowerCase(),
  );
  if (other !== undefined) {
    throw new ProxError("E_USAGE", `the session ${other.id} has this name already`, {
      suggestions: ["choose another one, or take it away first with `prox session name SESSION --clear`"],
    });
  }
  await inTransaction(sql, async (transaction) => {
    await transaction`delete from session_names where round_id = any(${[...session.roundIds]}::int[])`;
    if (name === undefined) {
      await undo(transaction, "session name", [session.id]);
      return;
    }
    await transaction`
      insert into session_names select unnest(${[...session.roundIds]}::int[]), ${name}`;
    await note(transaction, [{ action: "session name", subject: session.id, reason, details: { name } }]);
  });
  return name ?? null;
}

/** Adds tags to a session, or takes them away. Returns those that it has then. */
export async function tagSession(
  sql: Sql,
  session: Session,
  tags: readonly string[],
  { isAdded, reason }: { readonly isAdded: boolean; readonly reason: string },
): Promise<string[]> {
  const parsed = [...new Set(tags.map(parseTag))];
  const missing = parsed.filter((tag) => !session.tags.includes(tag));
  const [unknown] = missing;
  if (!isAdded && unknown !== undefined) {
    throw new ProxError("E_NOT_FOUND", `the session ${session.id} does not have the tag ${unknown}`, {
      suggestions: [session.tags.length === 0 ? "it has no tags" : `it has: ${session.tags.join(", ")}`],
    });
  }
  await inTransaction(sql, async (transaction) => {
    for (const tag of parsed) {
      const subject = `${session.id} ${tag}`;
      if (isAdded) {
        await transaction`
          insert into session_tags select unnest(${[...session.roundIds]}::int[]), ${tag} on conflict do nothing`;
        if (missing.includes(tag))
          await note(transaction, [{ action: "session tag", subject, reason, details: { tag } }]);
      } else {
        await transaction`
          delete from session_tags where round_id = any(${[...session.roundIds]}::int[]) and tag = ${tag}`;
        await undo(transaction, "session tag", [subject]);
      }
    }
  });
  return isAdded
    ? [...new Set([...session.tags, ...parsed])].sort()
    : session.tags.filter((tag) => !parsed.includes(tag));
}

type BoundColumns = Columns<"rounds", "round_key" | "server_name" | "started_at"> & {
  readonly previous_at: Date | null;
  readonly is_first: boolean;
};

/** A round that counts, the one before it on its server, and whether a session begins with it. */
async function boundOf(transaction: Transaction, roundId: number): Promise<BoundColumns> {
  const [bound] = await transaction<BoundColumns[]>`
    select r.round_key, r.server_name, r.started_at, r.started_at = s.session_started_at as is_first, (
        select max(p.started_at) from rounds p
        where p.server_name is not distinct from r.server_name and p.same_as_round_id is null and p.excluded_at is null
          and (p.started_at, p.round_id) < (r.started_at, r.round_id)) as previous_at
    from rounds r join sessions s using (round_id)
    where r.round_id = ${roundId}`;
  if (bound === undefined) throw new Error("the round is gone");
  return bound;
}

/**
 * Says that a session begins with a round, or that the session before goes on with it. What people said of this place
 * before is taken back; more is written down only where the break between the rounds says otherwise.
 */
async function putBound(
  sql: Sql,
  roundId: number,
  { isBreak, reason }: { readonly isBreak: boolean; readonly reason: string },
): Promise<void> {
  await inTransaction(sql, async (transaction) => {
    await transaction`lock table session_bounds in share row exclusive mode`;
    const { is_first, previous_at, round_key, server_name, started_at } = await boundOf(transaction, roundId);
    if (previous_at === null) {
      throw new ProxError("E_USAGE", `no round was played on this server before ${round_key}`, {
        suggestions: ["choose a later round or session: `prox report sessions` lists them"],
      });
    }
    if (is_first === isBreak) {
      throw new ProxError(
        "E_USAGE",
        isBreak
          ? `a session begins with ${round_key} already`
          : `${round_key} belongs to the session before already`,
        { suggestions: ["`prox report sessions` lists the sessions"] },
      );
    }
    await transaction`
      delete from session_bounds
      where server_name = ${server_name ?? ""} and bound_at > ${previous_at} and bound_at <= ${started_at}`;
    await undo(transaction, isBreak ? "session join" : "session split", [round_key]);
    if ((await boundOf(transaction, roundId)).is_first !== isBreak) {
      await transaction`
        insert into session_bounds values (${server_name ?? ""}, ${started_at}, ${isBreak})`;
      await note(transaction, [
        { action: isBreak ? "session split" : "session join", subject: round_key, reason },
      ]);
    }
    // The name stays with the part that has the beginning.
    if (isBreak) {
      await transaction`
        delete from session_names where round_id in (
          select o.round_id from sessions s join sessions o using (session) where s.round_id = ${roundId})`;
    }
  });
}

/** Lets a new session begin with a round; undoes {@link joinSession} there. Throws `E_USAGE` where one begins already. */
export function splitSession(sql: Sql, roundId: number, reason: string): Promise<void> {
  return putBound(sql, roundId, { isBreak: true, reason });
}

/** Makes a session part of the one before it on its server; undoes {@link splitSession}. Throws `E_USAGE` where none is before. */
export async function joinSession(sql: Sql, session: Session, reason: string): Promise<void> {
  const all = (await listSessions(sql)).find(({ id }) => id === session.id);
  await putBound(sql, all?.roundIds[0] ?? 0, { isBreak: false, reason });
}
