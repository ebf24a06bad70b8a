/** Objectives by the names that users give. */
import type { Sql } from "../db/driver/connect.ts";
import type { Schema } from "../db/schema.ts";
import { TEAM_NAMES } from "../engine/players.ts";
import { ProxError } from "../errors.ts";
import { bareName, plainName, safeText } from "../names.ts";
import type { Fragment } from "./filters.ts";

/** An objective as it is the same in several rounds. */
type FoundObjective = Pick<Schema["objectives"], "kind" | "name" | "team">;

/** Kinds of objectives that stand or do not, see `objective_phases`. */
const STANDING = ["explosive", "constructible", "command_post", "documents", "vehicle"] as const;

/** The name of an objective, colour codes included; what it is, where the map gave it none. */
export function objectiveName(kind: string | null, name: string | null): string {
  return name === null || name === "" ? (kind ?? "").replace("_", " ") : name;
}

/** Its team, kind and name: enough to tell it from all others of the map. */
const fullName = ({ kind, name, team }: FoundObjective): string =>
  [
    ...(team === 0 ? [] : [TEAM_NAMES[team] ?? ""]),
    ...(name === "" ? [] : [kind.replace("_", " ")]),
    plainName(objectiveName(kind, name)),
  ].join(" ");

/** All that an objective may be called: its name, alone or after its team, its kind or both. */
function callings(objective: FoundObjective): string[] {
  const name = plainName(objectiveName(objective.kind, objective.name));
  const team = TEAM_NAMES[objective.team] ?? "";
  return [name, `${team} ${name}`, `${objective.kind} ${name}`, fullName(objective)].map(bareName);
}

/**
 * An objective that stands or does not, by its name or words of it; of several that have them, its team or kind tells which. Throws `E_NOT_FOUND` and `E_AMBIGUOUS`.
 * @param among conditions on `rounds r`: the rounds whose objectives are meant.
 */
export async function resolveObjective(sql: Sql, asked: string, among: Fragment): Promise<FoundObjective> {
  const known = await sql<FoundObjective[]>`
    select distinct n.kind, n.name, n.team from objectives n join rounds r using (round_id)
    where n.kind::text = any(${[...STANDING]}::text[]) and ${among}
    order by n.team, n.kind, n.name`;
  const wanted = bareName(asked);
  const exact = known.filter((one) => callings(one).includes(wanted));
  const words = asked
    .split(/\s+/u)
    .map(bareName)
    .filter((word) => word !== "" && word !== "the");
  const found =
    exact.length > 0 || words.length === 0
      ? exact
      : known.filter((one) => words.every((word) => bareName(fullName(one)).includes(word)));
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first;
  const shown = (first === undefined ? known : found).map(fullName);
  throw new ProxError(
    first === undefined ? "E_NOT_FOUND" : "E_AMBIGUOUS",
    `${first === undefined ? "no recorded objective is called" : "several objectives are called"} ${safeText(asked)}`,
    {
      suggestions:
        shown.length === 0
          ? ["no round has objectives that stand or fall: `prox report objectives` lists what is recorded"]
          : [`write one of: ${shown.join("; ")}`],
      details: { candidates: shown },
    },
  );
}
