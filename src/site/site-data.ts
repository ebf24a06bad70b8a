/** What all pages of a site are made of: rounds, sessions, scores and people, and how it is known that one has changed. */
import { createHash } from "node:crypto";

import type { Sql } from "../db/driver/connect.ts";
import { inTransaction } from "../db/driver/transaction.ts";
import { storedRounds } from "../export/rounds.ts";
import { exportTables } from "../export/tables.ts";
import { listPeople, type Person } from "../reports/queries/seen-people.ts";
import { readScores, type ScoreRow } from "../reports/queries/round.ts";
import { listRounds, type RoundRow } from "../reports/rounds.ts";
import { listSessions, type Session } from "../reports/sessions.ts";
import type { Slugs } from "./slugs.ts";

/** Tables by which a change of a round is not looked for: their rows are only ever written with the row in `rounds`. */
const FOLLOWING_ROUNDS = new Set(["player_positions"]);

/** A round of the site. */
export interface SiteRound extends RoundRow {
  readonly session: string;
  readonly scores: readonly ScoreRow[];
  /** Another one when something of the round, or a name of one who played in it, has changed. */
  readonly stamp: string;
}

/** A session of the site, with those of its rounds that have pages, the earliest first. */
export interface SiteSession extends Session {
  readonly rounds: readonly SiteRound[];
}

/** What all pages are made of. */
export interface SiteData {
  /** The latest first. */
  readonly rounds: readonly SiteRound[];
  /** The latest first; none without a round that has a page. */
  readonly sessions: readonly SiteSession[];
  readonly people: ReadonlyMap<number, Person>;
  /** Of those who have a page. */
  readonly slugs: ReadonlyMap<number, Slugs>;
}

/** A short hash of parts. */
export function stampOf(...parts: readonly (string | number | boolean | null | undefined)[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 24);
}

/**
 * Reads it all.
 * @param claim gives slugs to people.
 */
export async function readSiteData(
  sql: Sql,
  { bots }: { readonly bots: boolean },
  claim: (people: readonly Person[]) => ReadonlyMap<number, Slugs>,
): Promise<SiteData> {
  const filters = { bots: bots ? "with" : "without" } as const;
  const [rows, sessions, everybody, stamps] = await Promise.all([
    listRounds(sql, filters, 1_000_000),
    listSessions(sql),
    listPeople(sql),
    inTransaction(
      sql,
      async (transaction) => {
        const tables = await exportTables(transaction);
        const looked = tables.filter(({ name }) => !FOLLOWING_ROUNDS.has(name));
        return storedRounds(transaction, looked, undefined);
      },
      "isolation level repeatable read read only",
    ),
  ]);
  const ids = rows.map(({ roundId }) => roundId);
  const scores = new Map<number, ScoreRow[]>(ids.map((id) => [id, []]));
  for (const row of await readScores(sql, ids, filters)) scores.get(row.roundId)?.push(row);
  const played = everybody.filter(({ isBot }) => bots || !isBot);
  const slugs = claim(played);
  const stampOfRound = new Map(stamps.map(({ id, stamp }) => [id, stamp]));
  const sessionOf = new Map(sessions.flatMap(({ id, roundIds }) => roundIds.map((round) => [round, id])));
  const rounds = rows.map((row): SiteRound => {
    const own = scores.get(row.roundId) ?? [];
    const names = own.flatMap(({ name, playerId }) => [playerId, name, slugs.get(playerId)?.current ?? ""]);
    return {
      ...row,
      session: sessionOf.get(row.roundId) ?? "",
      scores: own,
      stamp: stampOf(stampOfRound.get(row.roundId), sessionOf.get(row.roundId), ...names),
    };
  });
  const roundOf = new Map(rounds.map((round) => [round.roundId, round]));
  return {
    rounds,
    sessions: sessions
      .map((session) => ({ ...session, rounds: session.roundIds.flatMap((id) => roundOf.get(id) ?? []) }))
      .filter((session) => session.rounds.length > 0),
    people: new Map(played.map((person) => [person.playerId, person])),
    slugs,
  };
}
