/** Which files of a server's folder are to be fetched now. Pure. */
import { KINDS } from "../format/columns.ts";
import { kindsAt } from "../format/versions.ts";
import type { RemoteEntry } from "../remote/remote-files.ts";
import type { LedgerEntry } from "./pull-ledger.ts";
import { type RoundFileName, parseRoundFileName } from "./round-names.ts";

/** A round file on the server. */
export interface RemoteRoundFile extends RoundFileName {
  readonly size: number;
  readonly modifiedS: number;
}

/**
 * What is to become of the files on the server. Files of waiting rounds, and a `.part` beside the finished file of its
 * kind, are in none of the lists. Rounds stand by their keys, the earliest first.
 */
export interface Selection {
  /** To be fetched, by rounds in the order in which they were played. */
  readonly fetch: readonly RemoteRoundFile[];
  /** Here already. */
  readonly had: readonly RemoteRoundFile[];
  /** Rounds that are still being written. */
  readonly waiting: readonly string[];
  /** Rounds that will never be whole: a file was cut or is missing. */
  readonly incomplete: readonly string[];
  /** Names that are no round files, links and folders among them. */
  readonly ignored: readonly string[];
}

/** When a round that is not whole is waited for no longer. */
export interface SelectionRules {
  /** Seconds since 1970 by this machine's clock; the files' times are the server's. */
  readonly nowS: number;
  /** After so many seconds without a change a round counts as left behind, even when no other one came after it. */
  readonly abandonedS: number;
}

/** The kinds of files that a round of every version has. */
const EVERY_ROUND_HAS = kindsAt(1);

/** Whether a later round was written to since this one was: then the server has moved on. */
function hasMovedOn(roundKey: string, newestS: number, newest: ReadonlyMap<string, number>): boolean {
  for (const [otherKey, otherNewestS] of newest) {
    if (otherKey > roundKey && otherNewestS >= newestS) return true;
  }
  return false;
}

/** The files of a round, one a kind: the finished one where there are both. */
function bestFiles(files: readonly RemoteRoundFile[]): RemoteRoundFile[] {
  return KINDS.flatMap((kind) => {
    const ofKind = files.filter((file) => file.kind === kind);
    const best = ofKind.find((file) => !file.isPart) ?? ofKind[0];
    return best === undefined ? [] : [best];
  });
}

/** Chooses among what the server lists; `isHere` tells whether a file need not be fetched again. */
export function selectFiles(
  entries: readonly RemoteEntry[],
  isHere: (file: RemoteRoundFile) => boolean,
  rules: SelectionRules,
): Selection {
  const rounds = new Map<string, RemoteRoundFile[]>();
  const ignored: string[] = [];
  for (const { name, kind, size, modifiedS } of entries) {
    const parsed = kind === "file" ? parseRoundFileName(name) : undefined;
    if (parsed === undefined) {
      ignored.push(name);
      continue;
    }
    const files = rounds.get(parsed.roundKey) ?? [];
    files.push({ ...parsed, size, modifiedS });
    rounds.set(parsed.roundKey, files);
  }
  const newest = new Map(
    [...rounds].map(([key, files]) => [key, Math.max(...files.map((file) => file.modifiedS))]),
  );
  const selection = { fetch: [] as RemoteRoundFile[], had: [] as RemoteRoundFile[] };
  const waiting: string[] = [];
  const incomplete: string[] = [];
  for (const [roundKey, all] of [...rounds].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const files = bestFiles(all);
    const isWhole =
      EVERY_ROUND_HAS.every((kind) => files.some((file) => file.kind === kind)) &&
      files.every((file) => !file.isPart);
    if (!isWhole) {
      const newestS = newest.get(roundKey) ?? 0;
      const isAbandoned = rules.nowS - newestS > rules.abandonedS || hasMovedOn(roundKey, newestS, newest);
      if (!isAbandoned) {
        waiting.push(roundKey);
        continue;
      }
      incomplete.push(roundKey);
    }
    for (const file of files) (isHere(file) ? selection.had : selection.fetch).push(file);
  }
  return { ...selection, waiting, incomplete, ignored };
}

/** Whether a ledger's entry is about this very file: same name, size and time. */
export function isSameFile(entry: LedgerEntry | undefined, file: RemoteRoundFile): boolean {
  return entry?.size === file.size && entry.modifiedS === file.modifiedS;
}
