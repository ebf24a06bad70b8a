/** Puts one round into the database: wholly, in one transaction, or not at all. */
import type { Sql, Transaction } from "../db/connect.ts";
import { deriveRound } from "../db/derive.ts";
import { inSavepoint, inTransaction } from "../db/transaction.ts";
import { KINDS } from "../format/columns.ts";
import type { Issue } from "../parsers/issue.ts";
import { planKind } from "./decide.ts";
import {
  ledgerOf,
  lockRounds,
  recordRefusals,
  recordStored,
  type LedgerFile,
  type RefusedRecord,
} from "./ledger.ts";
import type { BadRowPolicy } from "./read-rows.ts";
import { refusalOf, type Refusal } from "./refusal.ts";
import {
  checkAgreement,
  findRound,
  insertRound,
  updateRound,
  type RoundState,
  type StoredFile,
} from "./round-row.ts";
import { storeFile } from "./store-file.ts";
import { readFrame, type Candidate, type RoundFrame } from "./survey.ts";

/** A surveyed file whose bytes can be had. */
export interface ReadyFile extends Candidate {
  /** Its bytes, as often as needed. */
  readonly open: () => AsyncIterable<Buffer>;
}

export interface StoreOptions {
  readonly badRows: BadRowPolicy;
  /** Whether a complete file may take the place of another complete one. */
  readonly replace: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Gets how many rows, in how many bytes, went to the database since it was called before. */
  readonly onRows?: (rows: number, bytes: number) => void;
}

/** What became of a file. */
export type FileFate = "imported" | "skipped" | "rejected";

export interface FileOutcome {
  readonly file: ReadyFile;
  readonly fate: FileFate;
  /** Why it was rejected. */
  readonly refusal?: Refusal;
  /** Of an imported file. */
  readonly stored?: StoredFile;
  /** The first bad rows that were left out. */
  readonly badRows?: readonly Issue[];
}

export interface RoundOutcome {
  readonly status: "imported" | "replaced" | "skipped" | "rejected";
  /** Undefined when nothing of the round is stored. */
  readonly state: RoundState | undefined;
  readonly files: readonly FileOutcome[];
}

/** How many of the rows that were left out are shown. */
const MAXIMUM_SHOWN_BAD_ROWS = 10;

/** Ends the transaction of a round of which nothing was stored. */
class NothingStored extends Error {}

/**
 * Stores the files of a round, all of one round key. A file that is refused leaves nothing behind, and does not keep
 * the others out: the round is incomplete then.
 */
export async function storeRound(
  sql: Sql,
  roundKey: string,
  files: readonly ReadyFile[],
  options: StoreOptions,
): Promise<RoundOutcome> {
  const outcomes: FileOutcome[] = [];
  let status: RoundOutcome["status"] = "skipped";
  try {
    await inTransaction(sql, async (transaction) => {
      outcomes.length = 0;
      await lockRounds(transaction);
      status = await storeInTransaction(transaction, roundKey, files, options, outcomes);
      if (status !== "imported" && status !== "replaced") throw new NothingStored();
    });
  } catch (error) {
    if (!(error instanceof NothingStored)) throw error;
  }
  const refused = outcomes.flatMap(({ file, refusal }): RefusedRecord[] =>
    refusal === undefined ? [] : [{ ...file, refusal }],
  );
  await recordRefusals(sql, refused);
  return { status, state: await findRound(sql, roundKey), files: outcomes };
}

async function storeInTransaction(
  transaction: Transaction,
  roundKey: string,
  files: readonly ReadyFile[],
  options: StoreOptions,
  outcomes: FileOutcome[],
): Promise<RoundOutcome["status"]> {
  const ledger = await ledgerOf(transaction, roundKey);
  const existing = await findRound(transaction, roundKey);
  const stored: StoredFile[] = [];
  let roundId: number | undefined = existing?.roundId;
  for (const kind of KINDS) {
    const old = ledger.find((file) => file.kind === kind);
    const plan = planKind(
      kind,
      old,
      files.filter((file) => file.kind === kind),
      options.replace,
    );
    for (const file of plan.skipped) outcomes.push({ file, fate: "skipped" });
    for (const file of plan.conflicts) outcomes.push({ file, fate: "rejected", refusal: conflictOf(old) });
    if (plan.chosen === undefined) continue;
    const outcome = await storeChosen(transaction, plan.chosen, options, async (frame) => {
      checkAgreement(frame.header, stored[0]?.frame.header ?? existing);
      roundId ??= await insertRound(transaction, frame);
      return roundId;
    });
    outcomes.push(outcome);
    if (outcome.stored !== undefined) stored.push(outcome.stored);
  }
  if (roundId === undefined || stored.length === 0) {
    return outcomes.some(({ fate }) => fate === "rejected") ? "rejected" : "skipped";
  }
  const kept = ledger.filter((file) => !stored.some(({ kind }) => kind === file.kind));
  await recordStored(transaction, roundId, stored);
  await updateRound(transaction, roundId, stored, kept);
  await deriveRound(transaction, roundId);
  return existing === undefined ? "imported" : "replaced";
}

/** Stores a file within a savepoint, so that what is refused leaves nothing behind. */
async function storeChosen(
  transaction: Transaction,
  file: ReadyFile,
  options: StoreOptions,
  roundOf: (frame: RoundFrame) => Promise<number>,
): Promise<FileOutcome> {
  const badRows: Issue[] = [];
  const onBadRow = (issue: Issue): void => {
    if (badRows.length < MAXIMUM_SHOWN_BAD_ROWS) badRows.push(issue);
  };
  try {
    const frame = await readFrame(file.open());
    const roundId = await roundOf(frame);
    const stored = await inSavepoint(transaction, (savepoint) =>
      storeFile(savepoint, roundId, file, frame, { ...options, onBadRow }),
    );
    return { file, fate: "imported", stored, badRows };
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    return { file, fate: "rejected", refusal };
  }
}

export function conflictOf(stored: LedgerFile | undefined): Refusal {
  const where = stored === undefined ? "was found before" : `is stored (${stored.label})`;
  return { code: "E_CONFLICT", message: `another complete file of this round and kind ${where}`, line: 0 };
}
