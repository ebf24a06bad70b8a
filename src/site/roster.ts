/** The roster of a site: who belongs to which clan, as somebody wrote it down. */
import { readFileSync } from "node:fs";

import { messageOf, ProxError } from "../errors.ts";
import { plainName } from "../names.ts";
import type { Person } from "../reports/queries/seen-people.ts";

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

/** Reads a roster file. Throws `E_CONFIG`. */
export function readRoster(file: string): Roster {
  let reason = 'write { "name of the clan": ["name or GUID of a member", …], … }';
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (isRoster(value)) return new Map(Object.entries(value));
  } catch (error) {
    reason = messageOf(error);
  }
  throw new ProxError("E_CONFIG", `cannot use the roster ${file}: ${reason}`, {
    suggestions: ['a roster is JSON: { "Trees": ["Birch", "0123456789ABCDEF0123456789ABCDEF"] }'],
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
