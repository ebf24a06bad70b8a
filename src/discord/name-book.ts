/**
 * The names that are offered while somebody types. They are kept in memory, as Discord waits three seconds at most and asks at each key.
 * GUIDs are not in it, and neither are players who are hidden.
 */
import type { Sql } from "../db/driver/connect.ts";
import { ProxError } from "../errors.ts";
import { plainName, safeText } from "../names.ts";
import type { NameKind } from "./slash-command.ts";

/** A choice: what somebody sees, and what the command gets. */
export interface Offer {
  readonly name: string;
  readonly value: string;
}

/** All names, those first that are asked for more often. */
export interface NameBook {
  readonly maps: readonly Offer[];
  readonly players: readonly Offer[];
  readonly sessions: readonly Offer[];
  /** By their keys. */
  readonly rounds: readonly Offer[];
  /** Days in UTC with the map that was played. */
  readonly days: readonly (Offer & { readonly map: string })[];
}

/** So many choices are shown at most, of so many characters: limits of Discord. */
const MOST_OFFERS = 25;
const OFFER_LENGTH = 100;
/** So many names of a kind are kept. */
const MOST_NAMES = 5000;
/** A player by number. */
const PLAYER_ID = /^#(\d{1,9})$/u;

function shorten(text: string): string {
  const characters = Array.from(safeText(text));
  let short = "";
  for (const character of characters) {
    if (short.length + character.length > OFFER_LENGTH) break;
    short += character;
  }
  return short.trim() === "" ? "(no name)" : short;
}

/** Reads the names. */
export async function readNameBook(sql: Sql): Promise<NameBook> {
  const [maps, players, sessions, rounds, days] = await Promise.all([
    sql<{ map: string }[]>`
      select map from rounds where excluded_at is null group by map order by count(*) desc, map limit ${MOST_NAMES}`,
    sql<{ id: number; name: string }[]>`
      select p.person_id as id, p.name
      from people p join round_players s using (player_id) join rounds r using (round_id)
      where not p.is_hidden and not p.is_bot and r.excluded_at is null
      group by p.person_id, p.name order by max(r.started_at) desc, p.person_id limit ${MOST_NAMES}`,
    sql<{ session: string; about: string }[]>`
      select session, coalesce(s.name, string_agg(distinct r.map, ', ')) as about
      from sessions s join rounds r using (round_id)
      group by session, s.name order by session desc limit ${MOST_NAMES}`,
    sql<{ key: string; map: string; round: number; start: string }[]>`
      select round_key as key, map, round, to_char(started_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as start
      from rounds where excluded_at is null and same_as_round_id is null order by started_at desc, round_key limit ${MOST_NAMES}`,
    sql<{ day: string; map: string }[]>`
      select distinct to_char(started_at, 'YYYY-MM-DD') as day, map
      from rounds where excluded_at is null order by day desc, map limit ${MOST_NAMES}`,
  ]);
  const usable = ({ value }: Offer): boolean => value.length <= OFFER_LENGTH;
  return {
    maps: maps.map(({ map }) => ({ name: shorten(map), value: map })).filter(usable),
    players: players.map(({ id, name }) => ({ name: shorten(plainName(name)), value: `#${id}` })),
    sessions: sessions
      .map(({ about, session }) => ({ name: shorten(`${session} ${plainName(about)}`), value: session }))
      .filter(usable),
    rounds: rounds
      .map(({ key, map, round, start }) => ({ name: shorten(`${start} ${map}, round ${round}`), value: key }))
      .filter(usable),
    days: days.map(({ day, map }) => ({ name: day, value: day, map })),
  };
}

/**
 * At most 25 names that fit what was typed: those that begin with it, then those that contain it; never one twice.
 * @param map the map that was chosen already, for days.
 */
export function offerNames(book: NameBook, kind: NameKind, typed: string, map?: string): Offer[] {
  const wanted = typed.trim().toLowerCase();
  const all: readonly Offer[] =
    kind === "days" ? book.days.filter((day) => map === undefined || day.map === map) : book[kind];
  const starts = all.filter(({ name }) => name.toLowerCase().startsWith(wanted));
  const contains = all.filter(({ name }) => name.toLowerCase().includes(wanted));
  const offers = new Map([...starts, ...contains].map(({ name, value }) => [value, { name, value }]));
  return [...offers.values()].slice(0, MOST_OFFERS);
}

/**
 * A player as reports find them, by the number of an offer, `#12`, or by what somebody typed instead. Throws `E_NOT_FOUND` for a
 * number of nobody, or of somebody who is hidden.
 */
export async function resolveWho(sql: Sql, text: string): Promise<string> {
  const [, id] = PLAYER_ID.exec(text) ?? [];
  if (id === undefined) return text;
  const [found] = await sql<{ guid: string | null; name: string }[]>`
    select guid, name from people where person_id = ${Number(id)} and player_id = person_id and not is_hidden`;
  if (found === undefined) throw new ProxError("E_NOT_FOUND", `no player has the number ${id}`);
  return found.guid ?? plainName(found.name);
}
