/**
 * Clans, from the tags that players wear in their names, and from a roster.
 *
 * A tag stands at the beginning or the end of a name, and something that is neither letter nor digit sets it apart: brackets around
 * it (`[SaT]Birch`, `Birch {sat}`), or signs between it and the rest (`SaT.Birch`, `Birch|SaT`, `=SaT=Birch`). Colours and case do not
 * matter. A tag that at least three regulars wear is a clan; who else wears it belongs to it, too. Letters that merely begin
 * several names (Maria, Marco, Martin) are no tag.
 */
import { bareName, plainName } from "../names.ts";

/** So many regulars who wear a tag make it a clan. */
export const CLAN_REGULARS = 3;
/** Who played so many rounds is a regular. */
export const REGULAR_ROUNDS = 5;
/** Longer words are names; shorter ones are tags only where brackets say so. */
const LONGEST_TAG = 8;
const SHORTEST_TAG = 2;

/** Somebody who may wear a tag. */
export interface TagWearer {
  readonly playerId: number;
  /** The name that they use, colour codes allowed. */
  readonly name: string;
  readonly rounds: number;
}

/** A clan. */
export interface Clan {
  /** The tag, or the name in the roster: as most of its regulars write it. */
  readonly name: string;
  /** Its letters and digits in lower case, which tell clans apart. */
  readonly key: string;
  /** In the order in which they were given. */
  readonly members: readonly number[];
}

/** Names by which the game calls those who have none: what stands in them is no tag. */
const NAMELESS = /^(?:\(no name\)$|et\s*player|unnamed)/iu;
/** What the game adds to the second of two equal names. */
const TWIN = /\s*\(\d+\)$/u;
/** Words before names in some languages. */
const ARTICLES: ReadonlySet<string> = new Set([
  "the",
  "mr",
  "mrs",
  "dr",
  "der",
  "die",
  "das",
  "el",
  "la",
  "le",
  "les",
]);
const OPENING = String.raw`\p{Ps}\p{Pi}<|=*~\-+.:!/\\_#^`;
const SIGN = String.raw`[^\p{L}\p{N}]`;
const WORD = String.raw`[\p{L}\p{N}]+(?:[.\-][\p{L}\p{N}]+)*?`;
/** `[SaT]Birch`, `=SaT=Birch`, `SaT.Birch`; and the same at the end. */
const AT_BEGIN = new RegExp(
  `^(?<open>[${OPENING}]*)(?<tag>${WORD})(?<close>${SIGN}+)(?=[\\p{L}\\p{N}])`,
  "u",
);
const AT_END = new RegExp(`(?<=[\\p{L}\\p{N}])(?<open>${SIGN}+)(?<tag>${WORD})(?<close>${SIGN}*)$`, "u");

/** The tags that a name may have: at its beginning, then at its end. */
export function tagsOf(name: string): string[] {
  const plain = plainName(name).normalize("NFKC").trim().replace(TWIN, "");
  if (NAMELESS.test(plain)) return [];
  return [AT_BEGIN, AT_END].flatMap((form) => {
    const { close = "", open = "", tag = "" } = form.exec(plain)?.groups ?? {};
    const letters = Array.from(tag).length;
    const shortest = open.trim() !== "" && close.trim() !== "" ? 1 : SHORTEST_TAG;
    // Numbers tell twins apart, and say nothing of a clan.
    const isTag = letters >= shortest && letters <= LONGEST_TAG && /\p{L}/u.test(tag);
    return isTag && !ARTICLES.has(tag.toLowerCase()) ? [tag] : [];
  });
}

/** What most of them write; of what is written equally often, the first. */
function mostWritten(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best), ["", 0])[0];
}

/** Clans by their tags, see above; those with most members first. Who wears two belongs to the larger. */
export function clansFromTags(people: readonly TagWearer[]): Clan[] {
  const worn = new Map<string, { readonly wearer: TagWearer; readonly tag: string }[]>();
  for (const wearer of people)
    for (const tag of new Map(tagsOf(wearer.name).map((one) => [bareName(one), one])).values()) {
      const key = bareName(tag);
      worn.set(key, [...(worn.get(key) ?? []), { wearer, tag }]);
    }
  const isRegular = ({ wearer }: { readonly wearer: TagWearer }): boolean => wearer.rounds >= REGULAR_ROUNDS;
  const known = [...worn]
    .map(([key, wearers]) => ({ key, wearers, regulars: wearers.filter(isRegular).length }))
    .filter(({ regulars }) => regulars >= CLAN_REGULARS)
    .sort((a, b) => b.regulars - a.regulars || (a.key < b.key ? -1 : 1));
  const taken = new Set<number>();
  return known
    .map(({ key, wearers }) => {
      const members = wearers.filter(({ wearer }) => !taken.has(wearer.playerId));
      for (const { wearer } of members) taken.add(wearer.playerId);
      return {
        key,
        name: mostWritten(wearers.filter(isRegular).map(({ tag }) => tag)),
        members: members.map(({ wearer }) => wearer.playerId),
      };
    })
    .filter(({ members }) => members.length > 0)
    .sort(bySize);
}

/** Clans of a roster, which says who belongs to them, and the others by their tags. */
export function clansOf(
  people: readonly TagWearer[],
  roster: ReadonlyMap<string, readonly number[]>,
): Clan[] {
  const listed = new Set([...roster.values()].flat());
  const named = [...roster].map(([name, members]) => ({ name, key: bareName(name), members }));
  const keys = new Set(named.map(({ key }) => key));
  const others = clansFromTags(people.filter(({ playerId }) => !listed.has(playerId)));
  return [...named, ...others.filter(({ key }) => !keys.has(key))]
    .filter(({ members }) => members.length > 0)
    .sort(bySize);
}

function bySize(a: Clan, b: Clan): number {
  return b.members.length - a.members.length || (a.key < b.key ? -1 : 1);
}
