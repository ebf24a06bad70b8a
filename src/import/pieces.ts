/**
 * The pieces of a round: where the modules were reloaded in the middle of it, each load wrote files of its own. They are
 * stored as one round, so whenever one of them is new or replaced, all pieces of its kind are read again.
 */
import type { AnyFile } from "./beginnings.ts";
import { planKind, type Conflict, type IsBeginning } from "./decide.ts";
import type { FileFault } from "./file-fault.ts";
import type { LedgerFile, ReadyFile } from "./round-files.ts";

/** What to do with the files of one round and kind. */
export interface PiecesPlan {
  /** The files to store in place of all that is stored of this kind, in the order of their pieces; empty where nothing is new. */
  readonly chosen: readonly ReadyFile[];
  /** Those of {@link PiecesPlan.chosen} that are stored already, and are read again beside others. */
  readonly again: ReadonlySet<ReadyFile>;
  /** Files to skip: the database has this content, or a longer version of it. */
  readonly skipped: readonly ReadyFile[];
  /** Files that neither continue the one that is stored or chosen, nor are continued by it. */
  readonly conflicts: readonly Conflict<AnyFile, ReadyFile>[];
  /** Files that cannot be stored without others. */
  readonly refused: readonly { readonly file: ReadyFile; readonly fault: FileFault }[];
}

/** Refuses a piece because the others that are stored were not given with it. */
function missingPieces(missing: readonly LedgerFile[]): FileFault {
  const pieces = missing.map(({ label, piece }) => `piece ${piece} (${label})`).join(", ");
  return {
    code: "E_PIECES",
    message: `the round has other pieces, which are stored and were not given: ${pieces}`,
    line: 0,
  };
}

/** Plans one kind: of `found`, without those that are known to be bad, and of `stored`, all of this kind. */
export async function planPieces(
  stored: readonly LedgerFile[],
  found: readonly ReadyFile[],
  replace: boolean,
  isBeginning: IsBeginning<AnyFile>,
): Promise<PiecesPlan> {
  const pieces = [...new Set([...stored, ...found].map(({ piece }) => piece))].sort((a, b) => a - b);
  const fresh: ReadyFile[] = [];
  const all: ReadyFile[] = [];
  const again = new Set<ReadyFile>();
  const skipped: ReadyFile[] = [];
  const conflicts: Conflict<AnyFile, ReadyFile>[] = [];
  const missing: LedgerFile[] = [];
  for (const piece of pieces) {
    const old = stored.find((file) => file.piece === piece);
    const plan = await planKind<AnyFile, ReadyFile>(
      old,
      found.filter((file) => file.piece === piece),
      replace,
      isBeginning,
    );
    conflicts.push(...plan.conflicts);
    skipped.push(...plan.skipped);
    if (plan.chosen !== undefined) {
      fresh.push(plan.chosen);
      all.push(plan.chosen);
      continue;
    }
    if (old === undefined) continue;
    const same = plan.skipped.find(({ sha256 }) => sha256 === old.sha256);
    if (same === undefined) {
      missing.push(old);
      continue;
    }
    all.push(same);
    again.add(same);
  }
  if (fresh.length === 0) return { chosen: [], again, skipped, conflicts, refused: [] };
  if (missing.length > 0) {
    const refused = fresh.map((file) => ({ file, fault: missingPieces(missing) }));
    return { chosen: [], again, skipped, conflicts, refused };
  }
  return { chosen: all, again, skipped: skipped.filter((file) => !again.has(file)), conflicts, refused: [] };
}
