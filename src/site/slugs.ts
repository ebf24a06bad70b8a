/**
 * The names of players in addresses, and the ledger that remembers them: a slug is claimed once, stays with its person for good,
 * and is never given to anybody else. The ledger knows people by a keyed hash of their GUID, so that it does not tell it.
 */
import { createHmac, randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

import { messageOf, ProxError } from "../errors.ts";
import { plainName } from "../names.ts";
import type { Person } from "../reports/queries/seen-people.ts";

const FORMAT = 1;
const LONGEST = 40;

interface Ledger {
  readonly format: typeof FORMAT;
  /** Key of all hashes, hexadecimal. */
  readonly secret: string;
  /** The slugs of each person by the hash of their GUID; the one in use first. */
  readonly people: Record<string, readonly string[]>;
  /** Hashes of the slugs of people who were hidden: taken for good. */
  readonly retired: readonly string[];
}

function isLedger(value: unknown): value is Ledger {
  const { format, people, retired, secret } = (value ?? {}) as Partial<Ledger>;
  return (
    format === FORMAT &&
    typeof secret === "string" &&
    /^[0-9a-f]{64}$/u.test(secret) &&
    typeof people === "object" &&
    Object.values(people).every((slugs) => Array.isArray(slugs) && slugs.every(isSlug)) &&
    Array.isArray(retired)
  );
}

/** Whether a text is a slug, and so harmless in a path. */
function isSlug(text: unknown): boolean {
  return typeof text === "string" && /^[a-z0-9]+(?:-[a-z0-9]+)*$/u.test(text);
}

function readLedger(file: string): Ledger {
  if (!existsSync(file)) {
    return { format: FORMAT, secret: randomBytes(32).toString("hex"), people: {}, retired: [] };
  }
  let reason = "it is no ledger of prox, or a newer prox wrote it";
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (isLedger(value)) return value;
  } catch (error) {
    reason = messageOf(error);
  }
  throw new ProxError(
    "E_SITE_FOLDER",
    `cannot use ${file}, which remembers the addresses of players: ${reason}`,
    {
      suggestions: ["bring it back from a copy", "or move it away: players then get new addresses"],
    },
  );
}

/** ASCII letters and digits of a name, `player` for a name without any. */
export function slugOf(name: string): string {
  const slug = plainName(name)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, "-")
    .slice(0, LONGEST)
    .replace(/^-+|-+$/gu, "");
  return slug === "" ? "player" : slug;
}

/** The address of a person: the slug in use, and those that lead to it. */
export interface Slugs {
  readonly current: string;
  readonly earlier: readonly string[];
}

/**
 * Gives everybody a slug, and remembers it in the ledger `file`. Who is hidden has none, and the ledger forgets theirs.
 * @param people in the order in which they were first seen: who comes first has the plain slug.
 */
export function claimSlugs(file: string, people: readonly Person[]): ReadonlyMap<number, Slugs> {
  const ledger = readLedger(file);
  const hash = (text: string): string =>
    createHmac("sha256", ledger.secret).update(text).digest("hex").slice(0, 32);
  const retired = new Set(ledger.retired);
  const known = new Map(Object.entries(ledger.people));
  const taken = new Set([...known.values()].flat());
  const keysOf = ({ guids, name }: Person): string[] =>
    (guids.length === 0 ? [`name ${plainName(name)}`] : guids.map((guid) => `guid ${guid}`)).map(hash);
  for (const person of people.filter(({ isHidden }) => isHidden === true)) {
    for (const key of keysOf(person)) {
      for (const slug of known.get(key) ?? []) retired.add(hash(`slug ${slug}`));
      known.delete(key);
    }
  }
  const claim = (name: string): string => {
    const wanted = slugOf(name);
    for (let number = 1; ; number += 1) {
      const slug = number === 1 ? wanted : `${wanted}-${number}`;
      if (taken.has(slug) || retired.has(hash(`slug ${slug}`))) continue;
      taken.add(slug);
      return slug;
    }
  };
  const claimed = new Map<number, Slugs>();
  for (const person of people.filter(({ isHidden }) => isHidden !== true)) {
    const keys = keysOf(person);
    const [main = ""] = keys;
    const own = known.get(main) ?? [];
    const wanted = slugOf(person.name);
    // Their latest name is in the address, unless it is of nothing but numbers behind the one they have.
    const fits = own.find((slug) => slug === wanted || slug.replace(/-\d+$/u, "") === wanted);
    const current = fits ?? claim(person.name);
    const slugs = [current, ...own.filter((slug) => slug !== current)];
    known.set(main, slugs);
    const merged = keys.slice(1).flatMap((key) => known.get(key) ?? []);
    claimed.set(person.playerId, { current, earlier: [...slugs.slice(1), ...merged] });
  }
  const next: Ledger = {
    format: FORMAT,
    secret: ledger.secret,
    people: Object.fromEntries([...known].sort(([a], [b]) => (a < b ? -1 : 1))),
    retired: [...retired].sort(),
  };
  const text = `${JSON.stringify(next, undefined, 1)}\n`;
  if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
    // The key of all hashes is in it.
    writeFileSync(`${file}.part`, text, { mode: 0o600 });
    renameSync(`${file}.part`, file);
  }
  return claimed;
}
