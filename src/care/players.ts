/** People put right by hand: several GUIDs of one person, names, and those who do not want to be seen. */
import type { Sql, Transaction } from "../db/driver/connect.ts";
import { inTransaction } from "../db/driver/transaction.ts";
import { camelRows, type CamelRow, type Columns } from "../db/rows.ts";
import { ProxError } from "../errors.ts";
import { plainName, safeText } from "../names.ts";
import type { PlayerCandidate } from "../reports/players.ts";
import { note, undo } from "./corrections.ts";

const LONGEST_NAME = 64;
const ROUNDS_NAMED = 10;

const subjectOf = (personId: number): string => `player ${personId}`;

/** Rounds in which several of these players were alive at the same time, or may have been. */
async function overlaps(transaction: Transaction, playerIds: readonly number[]): Promise<string[]> {
  const rows = await transaction<Columns<"rounds", "round_key">[]>`
    select distinct r.round_key
    from player_lives one
    join player_lives other on other.round_id = one.round_id and other.player_id > one.player_id
      and coalesce(one.first_ms <= other.last_ms and other.first_ms <= one.last_ms,
        one.samples > 0 and other.samples > 0)
    join people p on p.player_id = one.player_id
    join people q on q.player_id = other.player_id and q.person_id <> p.person_id
    join rounds r on r.round_id = one.round_id
    where one.player_id = any(${[...playerIds]}::int[]) and other.player_id = any(${[...playerIds]}::int[])
    order by r.round_key`;
  return rows.map((row) => row.round_key);
}

/**
 * Makes one person of several; the first gives the GUID that reports show. Throws `E_CONFIRM` where two of them were in a
 * round at the same time, unless that is meant.
 */
export async function mergePlayers(
  sql: Sql,
  people: readonly PlayerCandidate[],
  { isForced, reason }: { readonly isForced: boolean; readonly reason: string },
): Promise<void> {
  const [main, ...others] = people;
  if (
    main === undefined ||
    others.length === 0 ||
    new Set(people.map((one) => one.playerId)).size < people.length
  ) {
    throw new ProxError("E_USAGE", "cannot merge: these are not two or more people", {
      suggestions: ["name each person once, by GUID where two have the same name"],
    });
  }
  await inTransaction(sql, async (transaction) => {
    await lockPeople(transaction);
    const together = await overlaps(
      transaction,
      people.flatMap(({ playerIds }) => playerIds),
    );
    if (together.length > 0 && !isForced) {
      throw new ProxError(
        "E_CONFIRM",
        `cannot merge: they were in ${together.length} ${together.length === 1 ? "round" : "rounds"} at the same time`,
        {
          suggestions: [...together.slice(0, ROUNDS_NAMED), "merge them all the same with --force"],
          details: { rounds: together },
        },
      );
    }
    for (const other of others) {
      const ids = other.playerIds.filter((id) => id !== main.playerId);
      await transaction`
        update players set person_id = ${main.playerId} where player_id = any(${ids}::int[])`;
      await note(
        transaction,
        ids.map((id) => ({
          action: "player merge",
          subject: subjectOf(id),
          reason,
          details: { into: main.playerId },
        })),
      );
    }
  });
}

/** Keeps two changes of people from crossing; imports go on. */
async function lockPeople(transaction: Transaction): Promise<void> {
  await transaction`lock table corrections in share row exclusive mode`;
}

/** Undoes merges: of a person, or of those GUIDs of theirs alone. Returns how many players are their own again. */
export async function splitPlayer(
  sql: Sql,
  person: PlayerCandidate,
  guids: readonly string[] = [],
): Promise<number> {
  return inTransaction(sql, async (transaction) => {
    await lockPeople(transaction);
    const merged = await transaction<Columns<"players", "player_id" | "guid">[]>`
      select player_id, guid from players where person_id = ${person.playerId}`;
    const chosen = merged.filter(
      ({ guid }) =>
        guids.length === 0 || guids.some((one) => guid?.toLowerCase().startsWith(one.toLowerCase()) === true),
    );
    if (chosen.length === 0) {
      throw new ProxError("E_NOT_FOUND", `nothing was merged into ${plainName(person.name)} like that`, {
        suggestions: ["`prox player list` shows what was merged"],
      });
    }
    const ids = chosen.map((row) => row.player_id);
    await transaction`update players set person_id = null where player_id = any(${ids}::int[])`;
    await undo(transaction, "player merge", ids.map(subjectOf));
    return ids.length;
  });
}

/** Gives a person a name in place of all that they have used, or takes it away. */
export async function renamePlayer(
  sql: Sql,
  person: PlayerCandidate,
  text: string | undefined,
  reason: string,
): Promise<void> {
  const name = text?.trim();
  if (
    name !== undefined &&
    (name.length > LONGEST_NAME || safeText(name) !== name || plainName(name) === "(no name)")
  ) {
    throw new ProxError("E_USAGE", `${safeText(name)} cannot be the name of a player`, {
      suggestions: [
        `write at most ${LONGEST_NAME} characters without control characters; colour codes may be in it`,
      ],
    });
  }
  await inTransaction(sql, async (transaction) => {
    await lockPeople(transaction);
    await transaction`
      update players set chosen_name = ${name ?? null} where player_id = ${person.playerId}`;
    const subject = subjectOf(person.playerId);
    if (name === undefined) await undo(transaction, "player rename", [subject]);
    else await note(transaction, [{ action: "player rename", subject, reason, details: { name } }]);
  });
}

/** Hides a person: name, GUID and profile are shown no more. Returns the name that people see instead. */
export async function hidePlayer(sql: Sql, person: PlayerCandidate, reason: string): Promise<string> {
  return inTransaction(sql, async (transaction) => {
    await lockPeople(transaction);
    const [row] = await transaction<Columns<"players", "hidden_number">[]>`
      update players
      set hidden_number = greatest(
        (select max((details ->> 'number')::int) from corrections where action = 'player hide'),
        (select max(hidden_number) from players), 0) + 1
      where player_id = ${person.playerId}
      returning hidden_number`;
    const number = row?.hidden_number ?? 0;
    const subject = subjectOf(person.playerId);
    // The ledger must not tell the name either.
    await transaction`
      update corrections set details = details - 'name' where subject = ${subject} and action = 'player rename'`;
    await note(transaction, [{ action: "player hide", subject, reason, details: { number } }]);
    return `hidden player ${number}`;
  });
}

/**
 * Shows a person again who was hidden.
 * @param who the number, the name that people see instead (`hidden player 3`), or the GUID.
 */
export async function showPlayer(sql: Sql, who: string): Promise<string> {
  return inTransaction(sql, async (transaction) => {
    await lockPeople(transaction);
    const [, digits] = /^(?:hidden player )?(\d{1,9})$/iu.exec(who.trim()) ?? [];
    const [row] = await transaction<Columns<"players", "player_id" | "name">[]>`
      update players set hidden_number = null
      where hidden_number is not null
        and (hidden_number = ${digits === undefined ? null : Number(digits)} or lower(guid) = ${who.toLowerCase()})
      returning player_id, name`;
    if (row === undefined) {
      throw new ProxError("E_NOT_FOUND", `nobody is hidden as ${safeText(who)}`, {
        suggestions: ["`prox player list` lists who is hidden, by number"],
      });
    }
    await undo(transaction, "player hide", [subjectOf(row.player_id)]);
    const [person] = await transaction<{ name: string }[]>`
      select name from people where player_id = ${row.player_id}`;
    return person?.name ?? row.name;
  });
}

interface PersonColumns {
  readonly person_id: number;
  readonly name: string;
  /** GUIDs of the person, that of the person first; none of who is hidden. */
  readonly guids: readonly string[];
  readonly is_hidden: boolean;
  readonly is_renamed: boolean;
}

/** A person whom somebody put right. */
export type CorrectedPerson = CamelRow<PersonColumns>;

/** People who were merged, renamed or hidden, by name. */
export async function listCorrected(sql: Sql): Promise<CorrectedPerson[]> {
  const rows = await sql<PersonColumns[]>`
    select p.person_id, p.name, p.is_hidden, p.is_renamed,
      coalesce(array_agg(q.guid order by q.player_id <> p.person_id, q.player_id)
        filter (where q.guid is not null and not p.is_hidden), '{}') as guids
    from people p join players q using (player_id)
    group by p.person_id, p.name, p.is_hidden, p.is_renamed
    having count(*) > 1 or p.is_renamed
    order by p.name, p.person_id`;
  return camelRows(rows);
}
