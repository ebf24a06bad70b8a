/** Rounds and maps by the names that users give. */
import type { Sql } from "../db/driver/connect.ts";
import { camelRows, type CamelRow, type Columns } from "../db/rows.ts";
import { ProxError } from "../errors.ts";
import { safeText } from "../names.ts";
import { nearestName } from "../nearest-name.ts";
import { roundConditions } from "./filters.ts";
import type { Fragment } from "./filters.ts";

type FoundColumns = Columns<"rounds", "round_id" | "round_key" | "map" | "started_at">;

/** So many keys, the latest, are compared with one that nobody knows. */
const KEYS_COMPARED = 2000;

/** The error for a key that no round has among those that can be meant: one that is left out, a copy, or misspelled. */
async function unknownRound(sql: Sql, key: string): Promise<ProxError> {
  const [excluded] = await sql<Columns<"rounds", "round_key" | "excluded_reason">[]>`
    select round_key, excluded_reason from rounds where excluded_at is not null and starts_with(round_key, ${key})
    order by started_at desc limit 1`;
  if (excluded !== undefined && key !== "latest") {
    return new ProxError(
      "E_NOT_FOUND",
      `the round ${excluded.round_key} is left out of reports: ${safeText(excluded.excluded_reason ?? "")}`,
      { suggestions: [`let it count again with \`prox round include ${excluded.round_key}\``] },
    );
  }
  const [copy] = await sql<(Columns<"rounds", "round_key" | "source"> & { original: string })[]>`
    select copy.round_key, copy.source, original.round_key as original
    from rounds copy join rounds original on original.round_id = copy.same_as_round_id
    where starts_with(copy.round_key, ${key})
    order by copy.started_at desc limit 1`;
  if (copy !== undefined && key !== "latest") {
    return new ProxError(
      "E_NOT_FOUND",
      `the round ${safeText(copy.round_key)} is what ${safeText(copy.source)} recorded of the round ${safeText(copy.original)}, which counts in its place`,
      { suggestions: [`ask for ${safeText(copy.original)}`] },
    );
  }
  const keys = await sql<Columns<"rounds", "round_key">[]>`
    select round_key from rounds order by started_at desc limit ${KEYS_COMPARED}`;
  const nearest = nearestName(
    key,
    keys.map((row) => row.round_key),
  );
  return new ProxError("E_NOT_FOUND", `no round's key begins with ${safeText(key)}`, {
    suggestions: [
      ...(nearest === undefined ? [] : [`did you mean ${safeText(nearest)}?`]),
      "list the rounds with `prox report rounds` and the same filters",
    ],
  });
}

/**
 * Rounds by key, by the beginning of a key where it is the only one, or `latest`.
 * @param among conditions on `rounds r`: the rounds that can be meant.
 */
export async function resolveRounds(
  sql: Sql,
  keys: readonly string[],
  among: Fragment = roundConditions(sql, { bots: "with" }),
): Promise<CamelRow<FoundColumns>[]> {
  return Promise.all(
    keys.map(async (key) => {
      const rows = await sql<FoundColumns[]>`
        select round_id, round_key, map, started_at from rounds r
        where ${among} and ${key === "latest" ? sql`true` : sql`starts_with(round_key, ${key})`}
        order by round_key <> ${key}, started_at desc limit 6`;
      const found = camelRows(rows);
      const [first, second] = found;
      if (first === undefined) {
        throw await unknownRound(sql, key);
      }
      if (key !== "latest" && first.roundKey !== key && second !== undefined) {
        throw new ProxError("E_AMBIGUOUS", `${safeText(key)} matches several rounds`, {
          suggestions: found.map(({ roundKey }) => roundKey),
          details: { candidates: found.map(({ roundKey }) => roundKey) },
        });
      }
      return first;
    }),
  );
}

/**
 * The map's name as the rounds have it; case does not matter.
 * @param among conditions on `rounds r`: the rounds that can be meant.
 */
export async function requireMap(sql: Sql, name: string, among: Fragment): Promise<string> {
  const maps = await sql<(Columns<"rounds", "map"> & { rounds: number })[]>`
    select map, count(*)::int as rounds from rounds r where ${among} group by map order by rounds desc, map`;
  const found =
    maps.find(({ map }) => map === name) ?? maps.find(({ map }) => map.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found.map;
  throw new ProxError("E_NOT_FOUND", `no round was played on the map ${safeText(name)}`, {
    suggestions:
      maps.length === 0
        ? ["the database has no rounds yet: import some with `prox import`"]
        : [`maps with rounds: ${maps.map(({ map, rounds }) => `${safeText(map)} (${rounds})`).join(", ")}`],
  });
}
