/**
 * Tells what a file is by its first bytes, never by its name: one of ours, one of another tracker whose format prox reads
 * (`foreign/readers.ts`), or one that is refused by name.
 */
import { FILE_MARK } from "../format/file.ts";
import { looksLikeEndstats } from "./foreign/classic-file.ts";
import type { ForeignReader } from "./foreign/foreign-round.ts";
import { isMatchList } from "./foreign/oksii.ts";
import { FOREIGN_READERS } from "./foreign/readers.ts";

/** How many of a file's first bytes are enough to recognise it. */
export const RECOGNITION_BYTES = 4096;

interface ForeignFormat {
  readonly name: string;
  readonly pattern: RegExp;
  /** Why prox does not read it, and what to do. */
  readonly advice: string;
}

const WITHOUT_MAP = "none of its four files says which map it was or who played; leave it out";

/** Formats that other trackers write, by their first line. */
const FOREIGN_FORMATS: readonly ForeignFormat[] = [
  {
    name: "a positions file of the hand-written proximity tracker 1",
    pattern: /^# POSITION_TRACKER_DATA\b/,
    advice: WITHOUT_MAP,
  },
  {
    name: "a combat file of the hand-written proximity tracker 1",
    pattern: /^# COMBAT_EVENTS_DATA\b/,
    advice: WITHOUT_MAP,
  },
  {
    name: "an engagements file of the hand-written proximity tracker 1",
    pattern: /^# ENGAGEMENT_ANALYSIS\b/,
    advice: WITHOUT_MAP,
  },
  {
    name: "a heatmap file of the hand-written proximity tracker 1",
    pattern: /^# HEATMAP_DATA\b/,
    advice: WITHOUT_MAP,
  },
  {
    name: "a file of the slomix proximity tracker, format",
    pattern: /^# PROXIMITY_TRACKER_(V\d{1,3})\b/,
    advice: "of this tracker prox reads formats V4 to V6; leave it out",
  },
];

/** `round` for a file of ours, `readable` for one of another tracker that prox reads, `empty`, `unknown`, or the name of a format that is refused. */
export type Recognition =
  | { readonly is: "round" }
  | { readonly is: "readable"; readonly reader: ForeignReader }
  | { readonly is: "foreign"; readonly name: string; readonly advice: string }
  /** A file that is known and left out, unless a person names it. */
  | { readonly is: "skipped"; readonly name: string }
  | { readonly is: "empty" }
  | { readonly is: "unknown" };

/**
 * Recognises a file by its first bytes, at best {@link RECOGNITION_BYTES} of them. `isNamed` says whether a person named it, rather
 * than a folder that it lies in.
 */
export function recognise(head: Uint8Array, isNamed = true): Recognition {
  if (head.length === 0) return { is: "empty" };
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, RECOGNITION_BYTES)).toString(
    "latin1",
  );
  if (text.startsWith(`${FILE_MARK}\t`)) return { is: "round" };
  const reader = FOREIGN_READERS.find(({ recognises }) => recognises(text));
  if (reader !== undefined) {
    return reader.isOnRequest === true && !isNamed
      ? { is: "skipped", name: reader.source }
      : { is: "readable", reader };
  }
  if (looksLikeEndstats(text)) {
    const name = "an endstats file, which lies beside statistics of c0rnp0rn.lua and says nothing more";
    return isNamed
      ? { is: "foreign", name, advice: "import the statistics, and leave it out" }
      : { is: "skipped", name: "endstats" };
  }
  if (isMatchList(text))
    return {
      is: "foreign",
      name: "a list of matches of Oksii's API, without statistics",
      advice: "import the matches that it lists",
    };
  const firstLine = text.replace(/^\u00ef\u00bb\u00bf/, "").split(/\r?\n/, 1)[0] ?? "";
  for (const { advice, name, pattern } of FOREIGN_FORMATS) {
    const match = pattern.exec(firstLine);
    if (match !== null) return { is: "foreign", name: [name, match[1]].filter(Boolean).join(" "), advice };
  }
  return { is: "unknown" };
}
