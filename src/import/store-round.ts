/** Puts one round into the database: wholly, in one transaction, or not at all. */
import type { Sql, Transaction } from "../db/connect.ts";
import { deriveRound } from "../db/derive.ts";
import { inSavepoint, inTransaction } from "../db/transaction.ts";
import { KINDS, type Kind } from "../format/columns.ts";
import type { Issue } from "../parsers/issue.ts";
import { planKind } from "./decide.ts";
import {
  ledgerOf,
  lockRound,
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
import { RoundPlayers } from "./store-players.ts";
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

/** Ends the transaction of a round of which nothing is to stay. */
class NothingStored extends Error {
  /** Why the files that were stored in the transaction are refused after all. */
  readonly refusal: Refusal | undefined;

  constructor(refusal?: Refusal) {
    super("nothing of the round is stored");
    this.refusal = refusal;
  }
}

/** What work on a file came to. */
type Attempt<Result> =
  | { readonly result: Result; readonly refusal?: never }
  | { readonly result?: never; readonly refusal: Refusal };

async function attempt<Result>(work: () => Promise<Result>): Promise<Attempt<Result>> {
  try {
    return { result: await work() };
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    return { refusal };
  }
}

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
  let outcomes: FileOutcome[] = [];
  let status: RoundOutcome["status"] = "skipped";
  try {
    await inTransaction(sql, async (transaction) => {
      outcomes = [];
      status = await storeInTransaction(transaction, roundKey, files, options, outcomes);
      if (status !== "imported" && status !== "replaced") throw new NothingStored();
    });
  } catch (error) {
    if (!(error instanceof NothingStored)) throw error;
    const { refusal } = error;
    if (refusal !== undefined) {
      status = "rejected";
      outcomes = outcomes.map((outcome) =>
        outcome.fate === "imported" ? { file: outcome.file, fate: "rejected", refusal } : outcome,
      );
    }
  }
  outcomes.sort((a, b) => KINDS.indexOf(a.file.kind) - KINDS.indexOf(b.file.kind));
  const refused = outcomes.flatMap(({ file, refusal }): RefusedRecord[] =>
    refusal === undefined ? [] : [{ ...file, refusal }],
  );
  await recordRefusals(sql, refused);
  return { status, state: await findRound(sql, roundKey), files: outcomes };
}

/** A chosen file of which header, notes and trailer could be read. */
interface ReadableFile {
  readonly file: ReadyFile;
  readonly frame: RoundFrame;
  /** Whether another file of its kind is stored. */
  readonly isReplacement: boolean;
}

async function storeInTransaction(
  transaction: Transaction,
  roundKey: string,
  files: readonly ReadyFile[],
  options: StoreOptions,
  outcomes: FileOutcome[],
): Promise<RoundOutcome["status"]> {
  const [, ledger, existing] = await Promise.all([
    lockRound(transaction, roundKey),
    ledgerOf(transaction, roundKey),
    findRound(transaction, roundKey),
  ]);
  const readable: ReadableFile[] = [];
  for (const kind of KINDS) {
    const old = ledger.find((file) => file.kind === kind);
    const found = files.filter((file) => file.kind === kind);
    const { chosen, conflicts, skipped } = planKind(kind, old, found, options.replace);
    for (const file of skipped) outcomes.push({ file, fate: "skipped" });
    for (const file of conflicts) outcomes.push({ file, fate: "rejected", refusal: conflictOf(old) });
    if (chosen === undefined) continue;
    const { refusal, result } = await attempt(() => readFrame(chosen.open(), chosen.sha256));
    if (refusal !== undefined) outcomes.push({ file: chosen, fate: "rejected", refusal });
    else readable.push({ file: chosen, frame: result, isReplacement: old !== undefined });
  }
  const [first] = readable;
  if (first !== undefined) {
    const roundId = existing?.roundId ?? (await insertRound(transaction, first.frame));
    const notes = readable.flatMap(({ frame }) => frame.players);
    const players = await RoundPlayers.store(transaction, roundId, notes);
    const stored: StoredFile[] = [];
    for (const next of readable) {
      const outcome = await storeReadable(transaction, roundId, next, players, options, () => {
        checkAgreement(next.frame.header, stored[0]?.frame.header ?? existing);
      });
      outcomes.push(outcome);
      if (outcome.stored !== undefined) stored.push(outcome.stored);
    }
    if (stored.length > 0) {
      const kept = ledger.filter((file) => !stored.some(({ kind }) => kind === file.kind));
      await finishRound(transaction, roundId, stored, kept, players);
      return existing === undefined ? "imported" : "replaced";
    }
  }
  return outcomes.some(({ fate }) => fate === "rejected") ? "rejected" : "skipped";
}

/** Stores a file within a savepoint, so that what is refused leaves nothing behind. */
async function storeReadable(
  transaction: Transaction,
  roundId: number,
  { file, frame, isReplacement }: ReadableFile,
  players: RoundPlayers,
  options: StoreOptions,
  check: () => void,
): Promise<FileOutcome> {
  const badRows: Issue[] = [];
  const onBadRow = (issue: Issue): void => {
    if (badRows.length < MAXIMUM_SHOWN_BAD_ROWS) badRows.push(issue);
  };
  const { refusal, result } = await attempt(() => {
    check();
    return inSavepoint(transaction, (savepoint) =>
      storeFile(savepoint, roundId, file, frame, players, { ...options, isReplacement, onBadRow }),
    );
  });
  if (refusal !== undefined) return { file, fate: "rejected", refusal };
  return { file, fate: "imported", stored: result, badRows };
}

/** Stores what follows from the files of a round: `stored` in this transaction, `kept` from earlier ones. */
async function finishRound(
  transaction: Transaction,
  roundId: number,
  stored: readonly StoredFile[],
  kept: readonly LedgerFile[],
  players: RoundPlayers,
): Promise<void> {
  const notes = stored.flatMap(({ frame }) => frame.players);
  await players.storeSeats(transaction, roundId, notes, { alone: kept.length === 0 });
  await recordStored(transaction, roundId, stored);
  await updateRound(transaction, roundId, stored, kept);
  await checkCounts(transaction, roundId, stored);
  await deriveRound(transaction, roundId);
  await players.removeLoose(transaction);
}

/** Throws when the database holds another number of rows of the round than its files have. */
async function checkCounts(
  transaction: Transaction,
  roundId: number,
  files: readonly StoredFile[],
): Promise<void> {
  const [counts] = await transaction<Record<Kind, number>[]>`
    select
      (select count(*) from player_positions where round_id = ${roundId}) as positions,
      (select count(*) from combat_events where round_id = ${roundId}) as combat,
      (select count(*) from engagement_analysis where round_id = ${roundId})
        + (select count(*) from engagement_participants where round_id = ${roundId})
        + (select count(*) from proximity_events where round_id = ${roundId}) as engagements,
      (select count(*) from proximity_heatmap where round_id = ${roundId}) as heatmap`;
  for (const { kind, rows } of files) {
    if (counts?.[kind] === rows) continue;
    const message = `${rows} rows of ${kind} were read, ${counts?.[kind] ?? 0} are in the database`;
    throw new NothingStored({ code: "E_STORED_COUNT", message, line: 0 });
  }
}

export function conflictOf(stored: LedgerFile | undefined): Refusal {
  const where = stored === undefined ? "was found before" : `is stored (${stored.label})`;
  return { code: "E_CONFLICT", message: `another complete file of this round and kind ${where}`, line: 0 };
}
