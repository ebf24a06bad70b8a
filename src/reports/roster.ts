/** The roster: who belongs to which clan, as somebody wrote it down. */
import { readFileSync } from "node:fs";

import { messageOf, ProxError } from "../errors.ts";
import { plainName } from "../names.ts";
import type { Person } from "./queries/seen-people.ts";

/** Names or GUIDs of members by the name of their clan. */
export type Roster = ReadonlyMap<string, readonly string[]>;

function isRoster(value: unknown): value is Record<string, string[]> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.entries(value).every(
      ([name, members]) =>
        name.trim() !== "" && Array.isArray(members) && members.every((member) => typeof member === "string"),
    )
  );
}

/** The cells of a line of CSV: separated by commas, in quotation marks where they have one, a doubled one for one. */
function cellsOf(line: string): string[] {
  return Array.from(
    line.matchAll(/(?:^|,)(?:\s*"((?:[^"]|"")*)"\s*(?=,|$)|([^,]*))/gu),
    ([, quoted, bare]) => (quoted === undefined ? (bare ?? "").trim() : quoted.replaceAll('""', '"')),
  );
}

/** Lines of `clan,player`; a first line with these words is a heading. Undefined where a line is something else. */
function parseCsv(text: string): Roster | undefined {
  const roster = new Map<string, string[]>();
  const lines = text.split(/\r?\n/u).filter((line) => line.trim() !== "");
  for (const [index, line] of lines.entries()) {
    const [clan = "", player = "", ...more] = cellsOf(line);
    if (clan === "" || player === "" || more.length > 0) return undefined;
    if (index === 0 && clan.toLowerCase() === "clan" && player.toLowerCase() === "player") continue;
    roster.set(clan, [...(roster.get(clan) ?? []), player]);
  }
  return roster;
}

/** Reads a roster file, JSON or CSV. Throws `E_CONFIG`. */
export function readRoster(file: string): Roster {
  let reason = 'write { "name of the clan": ["name or GUID of a member", …], … }, or lines of clan,player';
  try {
    const text = readFileSync(file, "utf8").replace(/^\uFEFF/u, "");
    if (/^\s*[[{]/u.test(text)) {
      const value: unknown = JSON.parse(text);
      if (isRoster(value)) return new Map(Object.entries(value));
    } else {
      const roster = parseCsv(text);
      if (roster !== undefined) return roster;
    }
  } catch (error) {
    reason = messageOf(error);
  }
  throw new ProxError("E_CONFIG", `cannot use the roster ${file}: ${reason}`, {
    suggestions: [
      'a roster is JSON: { "Trees": ["Birch", "0123456789ABCDEF0123456789ABCDEF"] }',
      "or CSV: a line for each member, like Trees,Birch",
    ],
  });
}

/** The people of a roster, by GUID or by a name that they use or used; who has not played yet is nobody. */
export function findMembers(roster: Roster, people: readonly Person[]): Map<string, number[]> {
  const byWord = new Map<string, number>();
  const plain = (text: string): string => plainName(text).toLowerCase();
  for (const { name, names, playerId } of people)
    for (const word of [name, ...names].map(plain)) if (!byWord.has(word)) byWord.set(word, playerId);
  for (const { guids, playerId } of people)
    for (const guid of guids) byWord.set(guid.toLowerCase(), playerId);
  const taken = new Set<number>();
  return new Map(
    [...roster].map(([clan, members]) => [
      clan,
      members.flatMap((member) => {
        const found = byWord.get(member.toLowerCase()) ?? byWord.get(plain(member));
        if (found === undefined || taken.has(found)) return [];
        taken.add(found);
        return [found];
      }),
    ]),
  );
}
