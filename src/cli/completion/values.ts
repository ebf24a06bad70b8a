/** The names that a shell offers: from the configuration, the maps of this machine and the database. */
import { loadSettings } from "../../config/settings.ts";
import { counted } from "../../counts.ts";
import { clusterState } from "../../db/embedded/cluster.ts";
import { configuredUrl, openDatabase } from "../../db/open.ts";
import { listMaps } from "../../maps/map-file.ts";
import { plainName, safeText } from "../../names.ts";
import type { Sql } from "../../db/driver/connect.ts";
import { readClans } from "../../reports/find-clans.ts";
import type { Subject } from "./subjects.ts";

/** A value, and what to say of it. */
export interface Offer {
  readonly value: string;
  readonly about: string;
}

/** So many names are offered at most: a person reads them. */
const MOST_OFFERED = 500;
/** A person waits for it: a database that takes longer gives no names. */
const LIMIT_MS = 2000;
/** What every shell takes as one word as it is. */
const ONE_WORD = /^[\w.:@+-]+$/;

interface PlayerRow {
  readonly name: string;
  readonly guid: string | null;
}

/** Names that can be typed stand for themselves; for the others the GUID, with the name beside it. */
function offerPlayer({ guid, name }: PlayerRow): Offer[] {
  const plain = plainName(name);
  if (ONE_WORD.test(plain) && !plain.startsWith("-")) return [{ value: plain, about: "" }];
  return guid === null ? [] : [{ value: guid, about: plain }];
}

const QUERIES: Partial<Record<Subject, (sql: Sql) => Promise<Offer[]>>> = {
  maps: (sql) =>
    sql<Offer[]>`
      select map as value, count(*) || case count(*) when 1 then ' round' else ' rounds' end as about
      from rounds where excluded_at is null group by map order by count(*) desc limit ${MOST_OFFERED}`,
  players: async (sql) => {
    const rows = await sql<PlayerRow[]>`
      select name, guid from people where not is_bot and not is_hidden and player_id = person_id order by player_id desc limit ${MOST_OFFERED}`;
    return rows.flatMap(offerPlayer);
  },
  clans: async (sql) =>
    (await readClans(sql)).slice(0, MOST_OFFERED).map(({ members, name }) => ({
      value: safeText(name),
      about: counted(members.length, "member"),
    })),
  sessions: (sql) =>
    sql<Offer[]>`
      select value, about from (
        select session, session as value, coalesce(s.name, string_agg(distinct map, ', ')) as about
        from sessions s join rounds using (round_id) group by session, s.name
        union all
        select distinct session, s.name, session from sessions s where s.name is not null) offered
      order by session desc, value limit ${MOST_OFFERED}`,
  tags: (sql) =>
    sql<Offer[]>`
      select tag as value, count(*) || ' sessions' as about
      from (select distinct session, unnest(tags) as tag from sessions) tagged
      group by tag order by tag limit ${MOST_OFFERED}`,
  rounds: (sql) =>
    sql<Offer[]>`
      select round_key as value, map as about from rounds where excluded_at is null order by started_at desc limit ${MOST_OFFERED}`,
  "excluded rounds": (sql) =>
    sql<Offer[]>`
      select round_key as value, excluded_reason as about from rounds where excluded_at is not null
      order by started_at desc limit ${MOST_OFFERED}`,
};

/** Asks the database; one that is not running is not started, and gives nothing. */
async function ask(databaseUrl: string | undefined, query: (sql: Sql) => Promise<Offer[]>): Promise<Offer[]> {
  const isEmbedded = (await configuredUrl(databaseUrl)) === undefined;
  if (isEmbedded && !(await clusterState()).isRunning) return [];
  const database = await openDatabase({ databaseUrl, connections: 1, signal: AbortSignal.timeout(LIMIT_MS) });
  try {
    return await query(database.sql);
  } finally {
    await database.close();
  }
}

/** The names of a subject that a shell can offer, those first that are asked for more often. */
export async function offersOf(
  subject: Subject,
  { databaseUrl, configFile }: { databaseUrl?: string | undefined; configFile?: string | undefined } = {},
): Promise<Offer[]> {
  switch (subject) {
    case "servers": {
      const { groups, serverNames } = await loadSettings({ configFile });
      return [
        ...serverNames.map((value) => ({ value, about: "server" })),
        ...[...groups.keys()].map((value) => ({ value, about: "group" })),
      ];
    }
    case "map files":
      return (await listMaps()).map((value) => ({ value, about: "" }));
    case "error codes": {
      const { ERROR_GROUPS } = await import("../../errors/catalogue.ts");
      return ERROR_GROUPS.flatMap(({ errors }) =>
        Object.entries(errors).map(([value, { meaning }]) => ({ value, about: meaning })),
      );
    }
    default: {
      const query = QUERIES[subject];
      const offers = query === undefined ? [] : await ask(databaseUrl, query);
      // A line end in a name would be an offer of its own.
      return offers
        .filter(({ value }) => ONE_WORD.test(value))
        .map(({ about, value }) => ({ value, about: safeText(about) }));
    }
  }
}
