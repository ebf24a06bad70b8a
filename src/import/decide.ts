/** Which of two files of the same round and kind counts. */
/** What is known of a file, stored or found. */
export interface FileVersion {
  /** Hash of the content, after unpacking. */
  readonly sha256: string;
  /** Size after unpacking. */
  readonly sizeBytes: number;
  /** Whether the file is whole and its round was finished. */
  readonly isComplete: boolean;
}

/**
 * `same` content; `keep` the older of the two, because the newer holds less; `replace` it, because the newer holds
 * more; `conflict`: neither continues the other.
 */
export type Decision = "same" | "keep" | "replace" | "conflict";

/** Whether an unfinished file is the beginning of another one; undefined where nobody can know it any more. */
export type IsBeginning<File extends FileVersion> = (
  unfinished: File,
  other: File,
) => Promise<boolean | undefined>;

/**
 * Decides between a file that is stored (or was found before) and another. An unfinished file gives way to what goes on
 * where it was cut, and to nothing else: anybody who can write files could put another one in its place.
 */
async function decide<File extends FileVersion>(
  older: File,
  newer: File,
  isBeginning: IsBeginning<File>,
): Promise<Decision> {
  if (older.sha256 === newer.sha256) return "same";
  if (older.isComplete && newer.isComplete) return "conflict";
  if (!older.isComplete && (await isBeginning(older, newer)) === true) {
    const isMore = newer.isComplete || newer.sizeBytes > older.sizeBytes;
    return isMore || (await isBeginning(newer, older)) === false ? "replace" : "keep";
  }
  return newer.isComplete || (await isBeginning(newer, older)) === false ? "conflict" : "keep";
}

/** A file that cannot be stored because of another one. */
export interface Conflict<File extends FileVersion, Found extends File> {
  readonly file: Found;
  /** The one that is stored, or was found before. */
  readonly other: File;
}

/** What to do with the files of one round and kind. */
export interface KindPlan<File extends FileVersion, Found extends File> {
  /** The file to store instead of what is stored, if any. */
  readonly chosen: Found | undefined;
  /** Files to skip: the database has this content, or a longer version of it. */
  readonly skipped: readonly Found[];
  /** Files that neither continue the one that is stored or chosen, nor are continued by it. */
  readonly conflicts: readonly Conflict<File, Found>[];
}

/**
 * Plans one kind. With `replace`, a conflict is decided for the file that comes later, unless it is unfinished and the
 * other is complete.
 */
export async function planKind<File extends FileVersion, Found extends File>(
  stored: File | undefined,
  found: readonly Found[],
  replace: boolean,
  isBeginning: IsBeginning<File>,
): Promise<KindPlan<File, Found>> {
  let chosen: Found | undefined;
  const skipped: Found[] = [];
  const conflicts: Conflict<File, Found>[] = [];
  for (const file of found) {
    const older = chosen ?? stored;
    const decision = older === undefined ? "replace" : await decide(older, file, isBeginning);
    const mayReplace = replace && (file.isComplete || older?.isComplete !== true);
    if (decision === "replace" || (decision === "conflict" && mayReplace)) {
      if (chosen !== undefined) skipped.push(chosen);
      chosen = file;
    } else if (decision === "conflict" && older !== undefined) {
      conflicts.push({ file, other: older });
    } else {
      skipped.push(file);
    }
  }
  return { chosen, skipped, conflicts };
}
