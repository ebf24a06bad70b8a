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
 * more; `conflict`: both are complete and differ.
 */
export type Decision = "same" | "keep" | "replace" | "conflict";

/**
 * Decides between a file that is stored (or was found before) and another. Complete beats incomplete; of two
 * incomplete ones the longer goes on where the shorter was cut.
 */
function decide(older: FileVersion, newer: FileVersion): Decision {
  if (older.sha256 === newer.sha256) return "same";
  if (older.isComplete && newer.isComplete) return "conflict";
  if (older.isComplete !== newer.isComplete) return newer.isComplete ? "replace" : "keep";
  return newer.sizeBytes > older.sizeBytes ? "replace" : "keep";
}

/** What to do with the files of one round and kind. */
export interface KindPlan<Found extends FileVersion> {
  /** The file to store instead of what is stored, if any. */
  readonly chosen: Found | undefined;
  /** Files to skip: the database has this content, or a longer version of it. */
  readonly skipped: readonly Found[];
  /** Complete files that differ from the one that is stored or chosen. */
  readonly conflicts: readonly Found[];
}

/** Plans one kind. With `replace`, a conflict is decided for the file that comes later. */
export function planKind<Found extends FileVersion>(
  stored: FileVersion | undefined,
  found: readonly Found[],
  replace: boolean,
): KindPlan<Found> {
  let chosen: Found | undefined;
  const skipped: Found[] = [];
  const conflicts: Found[] = [];
  for (const file of found) {
    const older = chosen ?? stored;
    const decision = older === undefined ? "replace" : decide(older, file);
    if (decision === "replace" || (decision === "conflict" && replace)) {
      if (chosen !== undefined) skipped.push(chosen);
      chosen = file;
    } else if (decision === "conflict") {
      conflicts.push(file);
    } else {
      skipped.push(file);
    }
  }
  return { chosen, skipped, conflicts };
}
