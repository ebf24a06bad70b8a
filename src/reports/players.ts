/** Players by name or GUID. */
import type { Sql } from "../db/connect.ts";
import { ProxError } from "../errors.ts";
import { plainName, safeText } from "../names.ts";

/** A player that a user may mean. */
export interface PlayerCandidate {
  playerId: number;
  guid: string | null;
  /** The name used last, colour codes included. */
  name: string;
  isBot: boolean;
  rounds: number;
  lastSeen: Date;
}

interface NameRow extends PlayerCandidate {
  /** A name that the player used at some time. */
  usedName: string;
}

const CANDIDATES_SHOWN = 10;

function describe({ guid, isBot, lastSeen, name, rounds }: PlayerCandidate): string {
  const day = lastSeen.toISOString().slice(0, 10);
  const what = `${rounds} ${rounds === 1 ? "round" : "rounds"}, last on ${day}${isBot ? ", bot" : ""}`;
  return `${plainName(name)} (${safeText(guid ?? "no GUID")}; ${what})`;
}

/** One row for each player; the rows of the query have one for each name. */
function unique(rows: readonly NameRow[]): PlayerCandidate[] {
  const players = new Map<number, PlayerCandidate>();
  for (const { guid, isBot, lastSeen, name, playerId, rounds } of rows) {
    players.set(playerId, { playerId, guid, name, isBot, rounds, lastSeen });
  }
  return [...players.values()];
}

/**
 * Finds the one player that is meant: by GUID or its beginning (8 characters or more), else by any name ever used,
 * colour codes and case ignored, else by a part of a name. Throws `E_NOT_FOUND`, or `E_AMBIGUOUS` with the candidates.
 */
export async function resolvePlayer(sql: Sql, who: string): Promise<PlayerCandidate> {
  const rows = await sql<NameRow[]>`
    select p.player_id as "playerId", p.guid, p.name, p.is_bot as "isBot", used.name as "usedName", n.rounds,
      n.last_seen as "lastSeen"
    from players p
    join (
      select s.player_id, array_agg(distinct s.name) as names, count(distinct s.round_id)::int as rounds,
        max(r.started_at) as last_seen
      from round_players s join rounds r using (round_id) group by s.player_id) n using (player_id)
    cross join unnest(n.names) as used (name)
    order by rounds desc, p.player_id`;
  const wanted = plainName(who).toLowerCase();
  const guid = who.toLowerCase();
  const plain = (row: NameRow): string => plainName(row.usedName).toLowerCase();
  const ways: ((row: NameRow) => boolean)[] = [
    (row) => row.guid?.toLowerCase() === guid,
    (row) => guid.length >= 8 && row.guid?.toLowerCase().startsWith(guid) === true,
    (row) => plain(row) === wanted,
    (row) => plain(row).includes(wanted),
  ];
  const found = ways.map((way) => unique(rows.filter(way))).find((players) => players.length > 0) ?? [];
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  if (first === undefined) {
    const known = unique(rows).filter(({ isBot }) => !isBot);
    throw new ProxError("E_NOT_FOUND", `no player has the name or GUID ${safeText(who)}`, {
      exit: "input",
      suggestions:
        known.length === 0
          ? ["no people have played yet: import rounds with `prox import`"]
          : [
              `some who played: ${known
                .slice(0, CANDIDATES_SHOWN)
                .map(({ name }) => plainName(name))
                .join(", ")}`,
            ],
    });
  }
  throw new ProxError("E_AMBIGUOUS", `${safeText(who)} could be ${found.length} players`, {
    exit: "usage",
    suggestions: ["name one by GUID:", ...found.slice(0, CANDIDATES_SHOWN).map(describe)],
    details: { candidates: found },
  });
}
