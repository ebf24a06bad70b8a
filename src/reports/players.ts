/** Players by name or GUID. */
import type { Sql } from "../db/driver/connect.ts";
import { camelRows, type CamelRow, type Columns } from "../db/rows.ts";
import { ProxError } from "../errors.ts";
import { plainName, safeText } from "../names.ts";
import { nearestName } from "../nearest-name.ts";

interface CandidateColumns extends Columns<"players", "player_id" | "guid" | "name" | "is_bot"> {
  /** All players that are this person: several where somebody merged them. */
  readonly player_ids: readonly number[];
  readonly rounds: number;
  readonly last_seen: Date;
}

/** A player that a user may mean, by the name used last, colour codes included. */
export type PlayerCandidate = CamelRow<CandidateColumns>;

/** A name that a player used at some time. */
type NameColumns = Columns<"players", "player_id" | "guid"> & Columns<"round_players", "name">;

const CANDIDATES_SHOWN = 10;

function describe({ guid, isBot, lastSeen, name, rounds }: PlayerCandidate): string {
  const day = lastSeen.toISOString().slice(0, 10);
  const what = `${rounds} ${rounds === 1 ? "round" : "rounds"}, last on ${day}${isBot ? ", bot" : ""}`;
  return `${plainName(name)} (${safeText(guid ?? "no GUID")}; ${what})`;
}

/** People who are not hidden, with what is known of them; those who played most rounds first. */
async function readCandidates(sql: Sql, personIds: readonly number[]): Promise<PlayerCandidate[]> {
  const rows = await sql<CandidateColumns[]>`
    select p.person_id as player_id, p.guid, p.name, p.is_bot, array_agg(distinct p.player_id) as player_ids,
      count(distinct s.round_id)::int as rounds, max(r.started_at) as last_seen
    from people p join round_players s using (player_id) join rounds r using (round_id)
    where p.person_id = any(${[...personIds]}::int[]) and r.excluded_at is null
    group by p.person_id, p.guid, p.name, p.is_bot
    order by rounds desc, p.person_id`;
  return camelRows(rows);
}

/**
 * Finds the one player that is meant: by GUID or its beginning (8 characters or more), else by any name ever used,
 * colour codes and case ignored, else by a part of a name. Throws `E_NOT_FOUND`, or `E_AMBIGUOUS` with the candidates.
 */
export async function resolvePlayer(sql: Sql, who: string): Promise<PlayerCandidate> {
  // A whole GUID needs no look at all the names that anybody ever used.
  const owners = await sql<{ person_id: number }[]>`
    select p.person_id from players q join people p using (player_id)
    where lower(q.guid) = ${who.toLowerCase()} and not p.is_hidden`;
  const [owner, ...rest] =
    owners.length === 0
      ? []
      : await readCandidates(
          sql,
          owners.map((row) => row.person_id),
        );
  if (owner !== undefined && rest.length === 0) return owner;
  const rows = await sql<NameColumns[]>`
    select p.person_id as player_id, q.guid, used.name
    from (
      select player_id, s.name from round_players s join rounds r using (round_id) where r.excluded_at is null
      union select person_id, name from people where is_renamed) used
    join people p using (player_id) join players q using (player_id)
    where not p.is_hidden`;
  const wanted = plainName(who).toLowerCase();
  const guid = who.toLowerCase();
  const plain = (row: NameColumns): string => plainName(row.name).toLowerCase();
  const ways: ((row: NameColumns) => boolean)[] = [
    (row) => row.guid?.toLowerCase() === guid,
    (row) => guid.length >= 8 && row.guid?.toLowerCase().startsWith(guid) === true,
    (row) => plain(row) === wanted,
    (row) => plain(row).includes(wanted),
  ];
  const meant = ways.map((way) => rows.filter(way)).find((names) => names.length > 0);
  const found = await readCandidates(
    sql,
    (meant ?? rows).map((row) => row.player_id),
  );
  const [first] = meant === undefined ? [] : found;
  if (first !== undefined && found.length === 1) return first;
  if (first === undefined) {
    const known = found.filter(({ isBot }) => !isBot);
    const nearest = nearestName(
      wanted,
      known.map(({ name }) => plainName(name)),
    );
    throw new ProxError("E_NOT_FOUND", `no player has the name or GUID ${safeText(who)}`, {
      suggestions:
        known.length === 0
          ? ["no people have played yet: import rounds with `prox import`"]
          : [
              ...(nearest === undefined ? [] : [`did you mean ${nearest}?`]),
              `players in the database: ${known
                .slice(0, CANDIDATES_SHOWN)
                .map(({ name }) => plainName(name))
                .join(", ")}`,
            ],
    });
  }
  throw new ProxError(
    "E_AMBIGUOUS",
    `${safeText(who)} matches ${found.length} players${found.length > CANDIDATES_SHOWN ? ` (${CANDIDATES_SHOWN} shown)` : ""}`,
    {
      suggestions: ["name one by GUID:", ...found.slice(0, CANDIDATES_SHOWN).map(describe)],
      details: { candidates: found },
    },
  );
}
