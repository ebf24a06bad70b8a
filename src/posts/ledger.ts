/** What was posted where: the table `posts`. A message is claimed before it is sent, so that no two runs send it. */
import { randomUUID } from "node:crypto";

import type { Sql, Transaction } from "../db/driver/connect.ts";
import { inTransaction } from "../db/driver/transaction.ts";
import type { Schema } from "../db/schema.ts";
import type { Subject } from "./message.ts";

/** A message that this run may send. */
export interface Claim {
  /** The same in all rows of the message; names it to the chat. */
  readonly key: string;
}

type Place = Pick<Subject, "kind"> & { readonly channel: string };

async function lockPosts(transaction: Transaction): Promise<void> {
  await transaction`lock table posts in share row exclusive mode`;
}

/** Keys of rounds, among these, of which a message was sent to a channel, or may have been. */
export async function toldRounds(
  sql: Sql | Transaction,
  { channel, kind }: Place,
  keys: readonly string[],
): Promise<Set<string>> {
  const rows = await sql<Pick<Schema["posts"], "round_key">[]>`
    select round_key from posts
    where channel = ${channel} and kind = ${kind} and round_key = any(${keys as string[]})`;
  return new Set(rows.map((row) => row.round_key));
}

/**
 * Claims a message about rounds; undefined where one of them was told before, or another run is about to.
 * @param isAgain whether a message may be sent that was sent before.
 */
export async function claim(
  sql: Sql,
  { channel, kind }: Place,
  roundKeys: readonly string[],
  isAgain: boolean,
): Promise<Claim | undefined> {
  return inTransaction(sql, async (transaction) => {
    await lockPosts(transaction);
    if (isAgain) {
      await transaction`
        delete from posts
        where channel = ${channel} and kind = ${kind} and round_key = any(${roundKeys as string[]})`;
    } else if ((await toldRounds(transaction, { channel, kind }, roundKeys)).size > 0) return undefined;
    const key = randomUUID();
    await transaction`
      insert into posts ${transaction(
        roundKeys.map((round_key) => ({ channel, kind, round_key, post_key: key, state: "sending" })),
      )}`;
    return { key };
  });
}

/** Writes down that a claimed message was sent, and the id that the chat gave it. */
export async function settle(sql: Sql, { key }: Claim, messageId: string | null): Promise<void> {
  await sql`
    update posts set state = 'sent', message_id = ${messageId}, settled_at = now() where post_key = ${key}`;
}

/** Writes down that nobody knows whether a claimed message was sent. */
export async function leaveUnsure(sql: Sql, { key }: Claim): Promise<void> {
  await sql`update posts set state = 'unsure', settled_at = now() where post_key = ${key}`;
}

/** Gives a claim back: nothing was sent, and the next run may try. */
export async function release(sql: Sql, { key }: Claim): Promise<void> {
  await sql`delete from posts where post_key = ${key}`;
}

/**
 * Messages to a channel that a run was sending when it was killed: from now on nobody knows of them.
 * @returns keys of the first round of each.
 */
export async function findBroken(sql: Sql, channel: string): Promise<string[]> {
  const rows = await sql<{ first_key: string }[]>`
    with broken as (
      update posts set state = 'unsure', settled_at = now()
      where channel = ${channel} and state = 'sending' and claimed_at < now() - interval '10 minutes'
      returning post_key, round_key
    )
    select min(round_key) as first_key from broken group by post_key order by 1`;
  return rows.map((row) => row.first_key);
}
