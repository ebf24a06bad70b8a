/** Puts one round into the database: wholly, in one transaction, or not at all. */
import type { Sql, Transaction } from "../db/driver/connect.ts";
import { deriveRound } from "../db/derive.ts";
import { pipeline } from "../db/driver/pipeline.ts";
import { inTransaction, rehearse } from "../db/driver/transaction.ts";
import { lockRound } from "../db/round-lock.ts";
import { errorCodeOf } from "../errors.ts";
import { KINDS } from "../format/columns.ts";
import type { Fault } from "../parsers/fault.ts";
import { Beginnings, isFound, type AnyFile } from "./beginnings.ts";
import type { Conflict } from "./decide.ts";
import { isShorter } from "./foreign.ts";
import {
  ledgerOf,
  readToldRejections,
  recordRejections,
  recordStored,
  storedFile,
  type RejectedFile,
} from "./ledger.ts";
import type { BadRowPolicy } from "./read-rows.ts";
import { planPieces } from "./pieces.ts";
import { PlayerAgreement } from "./player-agreement.ts";
import { FileFaultError, fileFaultOf, type FileFault } from "./file-fault.ts";
import { findForgotten, remember } from "./forgotten.ts";
import type { LedgerFile, ReadyFile, StoredFile, StoredKind } from "./round-files.ts";
import {
  checkAgreement,
  findEarlier,
  findRounds,
  insertRound,
  roundValues,
  OWN_SOURCE,
  roundStateOf,
  updateRound,
  type RoundState,
} from "./round-row.ts";
import { storeKind, type ReadablePiece } from "./store-file.ts";
import { applyOwnRules, recordServerRules } from "./store-rules.ts";
import { RoundPlayers } from "./store-players.ts";
import { readNotes } from "./survey.ts";

/** How to store a round: as the flags of `prox import` say. */
export interface StoreOptions {
  readonly badRows: BadRowPolicy;
  /** Whether a complete file may take the place of another complete one. */
  readonly replace: boolean;
  /** Does everything, and undoes it: nothing is written, faults neither. */
  readonly dryRun: boolean;
  /** Whether to bring back rounds that somebody deleted. */
  readonly again?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Gets how many rows, in how many bytes, went to the database since it was called before. */
  readonly onRows?: (rows: number, bytes: number) => void;
}

/** What became of a file. */
export type FileFate = "imported" | "skipped" | "rejected";

/** The fate of one file, with what was stored of it or why it was rejected. */
export interface FileOutcome {
  readonly file: ReadyFile;
  readonly fate: FileFate;
  /** Why it was rejected. */
  readonly fault?: FileFault;
  /** Whether an earlier import rejected the same content for the same reason. */
  readonly isKnown?: boolean;
  /** Of an imported file. */
  readonly stored?: StoredFile;
  /** The first bad rows that were left out. */
  readonly badRows?: readonly Fault[];
}

/** What became of a round, and of each file that was found of it. */
export interface RoundOutcome {
  /**
   * `imported`: the round is new; `replaced`: files were added to a stored one, or took the place of its own; else
   * nothing was stored: `rejected` where a file was refused, `skipped` where there was nothing to do.
   */
  readonly status: "imported" | "replaced" | "skipped" | "rejected";
  /** Undefined when nothing of the round is stored. */
  readonly state: RoundState | undefined;
  /** Whether it was skipped because somebody deleted the round. */
  readonly isForgotten?: boolean;
  readonly files: readonly FileOutcome[];
}

/** How many of the rows that were left out are shown. */
const MAXIMUM_SHOWN_BAD_ROWS = 10;
/** SQLSTATEs that the data themselves are to blame for: a number too large for its column, a constraint, an index entry too long. */
const DATA_CODES = /^(?:2[23]|54)/;

/**
 * Stores the files of a round, all of one round key. A file that is refused leaves nothing behind, and does not keep
 * the others out: the round is incomplete then. With `dryRun` the outcome is the same, `state` included, and nothing is
 * stored.
 */
export async function storeRound(
  sql: Sql,
  roundKey: string,
  files: readonly ReadyFile[],
  options: StoreOptions,
): Promise<RoundOutcome> {
  const outcome = await storeWhatIsGood(sql, roundKey, files, options);
  const refused = outcome.files.flatMap(({ file, fault }): RejectedFile[] =>
    fault === undefined ? [] : [{ ...file, fault }],
  );
  const known = await readToldRejections(sql, refused);
  if (!options.dryRun) await recordRejections(sql, refused);
  if (known.size === 0) return outcome;
  const told = outcome.files.map((file) =>
    file.fault !== undefined && known.has(file.file.sha256) ? { ...file, isKnown: true } : file,
  );
  return { ...outcome, files: told };
}

/** Tries to store all files; each time that a file is refused, once more without it. */
async function storeWhatIsGood(
  sql: Sql,
  roundKey: string,
  files: readonly ReadyFile[],
  options: StoreOptions,
): Promise<RoundOutcome> {
  const refused = new Map<ReadyFile, FileFault>();
  const run = options.dryRun ? rehearse : inTransaction;
  for (;;) {
    const outcomes: FileOutcome[] = [];
    const refusedBefore = refused.size;
    try {
      const result = await run(sql, (transaction) =>
        storeInTransaction(transaction, roundKey, files, refused, options, outcomes),
      );
      outcomes.sort((a, b) => KINDS.indexOf(a.file.kind) - KINDS.indexOf(b.file.kind));
      return { ...result, files: outcomes };
    } catch (error) {
      if (refused.size > refusedBefore) continue;
      const fault = fileFaultOf(error) ?? faultOfDatabase(error);
      const others = new Set(outcomes.flatMap(({ fate, file }) => (fate === "imported" ? [] : [file])));
      const left = files.filter((file) => !others.has(file));
      if (fault === undefined || left.length === 0) throw error;
      // The fault only shows with all files together, so every file about to be stored is rejected.
      for (const file of left) refused.set(file, fault);
    }
  }
}

/** The fault of files that are as the format says, and that the database cannot hold all the same. */
function faultOfDatabase(error: unknown): FileFault | undefined {
  const code = errorCodeOf(error) ?? "";
  if (!(error instanceof Error) || !DATA_CODES.test(code)) return undefined;
  const message = `the database cannot hold what the round's files say: ${error.message} (${code})`;
  return { code: "E_NOT_STORABLE", message, line: 0 };
}

/** The pieces of a kind that are to be stored, of which header, notes and trailer could be read. */
interface ReadableKind {
  readonly pieces: readonly [ReadablePiece, ...ReadablePiece[]];
  /** Those that are stored already, and are read again beside others. */
  readonly again: ReadonlySet<ReadyFile>;
}

/**
 * Adds to `outcomes` what becomes of each file. `refused` are the files that an attempt before this one found to be bad;
 * adds the file that ends this attempt.
 */
async function storeInTransaction(
  transaction: Transaction,
  roundKey: string,
  files: readonly ReadyFile[],
  refused: Map<ReadyFile, FileFault>,
  options: StoreOptions,
  outcomes: FileOutcome[],
): Promise<Omit<RoundOutcome, "files">> {
  const [, ledgerRows, [existingRow], forgotten] = await pipeline([
    lockRound(transaction, roundKey),
    ledgerOf(transaction, roundKey),
    findRounds(transaction, [roundKey]),
    findForgotten(transaction, [roundKey]),
  ]);
  if (forgotten.length > 0) {
    if (options.again !== true) {
      outcomes.push(...files.map((file) => ({ file, fate: "skipped" as const })));
      return { status: "skipped", state: undefined, isForgotten: true };
    }
    await remember(transaction, roundKey);
  }
  const ledger = ledgerRows.map(storedFile);
  const existing = existingRow === undefined ? undefined : roundStateOf(existingRow);
  const readable: ReadableKind[] = [];
  for (const kind of KINDS) {
    const old = ledger.filter((file) => file.kind === kind);
    const found = files.filter((file) => file.kind === kind);
    for (const file of found) {
      const fault = refused.get(file);
      if (fault !== undefined) outcomes.push({ file, fate: "rejected", fault });
    }
    const beginnings = new Beginnings(transaction, existing, old.length > 1, (file, work) =>
      orRefuse(refused, file, work),
    );
    const plan = await planPieces(
      old,
      found.filter((file) => !refused.has(file)),
      options.replace,
      found.some(({ foreign }) => foreign !== undefined)
        ? (unfinished, other) => Promise.resolve(isShorter(unfinished, other))
        : beginnings.isBeginning,
    );
    for (const file of plan.skipped) outcomes.push({ file, fate: "skipped" });
    for (const conflict of plan.conflicts)
      outcomes.push({ file: conflict.file, fate: "rejected", fault: faultOfConflict(conflict) });
    for (const { file, fault } of plan.refused) outcomes.push({ file, fate: "rejected", fault });
    const pieces: ReadablePiece[] = [];
    for (const file of plan.chosen) {
      // That the file is still the same is seen when its rows are read.
      const notes = file.notes ?? (await orRefuse(refused, file, () => readNotes(file)));
      pieces.push({ file, notes });
    }
    const [firstPiece, ...others] = pieces;
    if (firstPiece === undefined) continue;
    readable.push({ pieces: [firstPiece, ...others], again: plan.again });
  }
  const [first] = readable;
  if (first === undefined) {
    const status = outcomes.some(({ fate }) => fate === "rejected") ? "rejected" : "skipped";
    return { status, state: existing };
  }
  const [{ file: firstFile, notes: firstNotes }] = first.pieces;
  const roundId =
    existing?.roundId ?? (await orRefuse(refused, firstFile, () => insertRound(transaction, firstNotes)));
  const notes = readable.flatMap(({ pieces }) => pieces.flatMap(({ notes }) => notes.players));
  const kept = ledger.filter(({ kind }) => !readable.some(({ pieces: [piece] }) => piece.file.kind === kind));
  const players = await RoundPlayers.store(transaction, existing?.roundId, notes, {
    keepsFiles: kept.length > 0,
  });
  const agreement = new PlayerAgreement();
  if (existing !== undefined && kept.length > 0 && ledger.every(({ piece }) => piece === 1))
    await agreement.addStored(transaction, existing.roundId);
  const stored: StoredKind[] = [];
  for (const { again, pieces } of readable) {
    const badRows = new Map<ReadyFile, Fault[]>(pieces.map(({ file }) => [file, []]));
    for (const { file, notes } of pieces) {
      await orRefuse(refused, file, async () => {
        await Promise.resolve();
        checkAgreement(notes.header, stored[0]?.files[0]?.notes.header ?? existing);
        agreement.add(file.piece, notes.players);
      });
    }
    const refusedBefore = refused.size;
    const result = await storeKind(transaction, roundId, pieces, players, {
      ...options,
      // What prox's own rules found stands in the place of such files.
      isKnownRound: existing !== undefined,
      onBadRow: (file, fault) => {
        const shown = badRows.get(file);
        if (shown !== undefined && shown.length < MAXIMUM_SHOWN_BAD_ROWS) shown.push(fault);
      },
      attempt: (file, work) => orRefuse(refused, file, work),
    }).catch((error: unknown) => {
      // What is summed up over all pieces of the kind is to blame on them, and on no other kind.
      const fault = refused.size === refusedBefore ? faultOfDatabase(error) : undefined;
      if (fault !== undefined) for (const { file } of pieces) refused.set(file, fault);
      throw error;
    });
    stored.push(result);
    for (const [index, { file }] of pieces.entries()) {
      const storedPiece = result.files[index];
      if (storedPiece === undefined) throw new Error("a piece was not stored");
      if (again.has(file)) outcomes.push({ file, fate: "skipped" });
      else outcomes.push({ file, fate: "imported", stored: storedPiece, badRows: badRows.get(file) ?? [] });
    }
  }
  const [firstStored, ...others] = stored;
  if (firstStored === undefined) throw new Error("no file of the round was stored");
  const state = await finishRound(transaction, roundId, [firstStored, ...others], kept, players);
  return { status: existing === undefined ? "imported" : "replaced", state };
}

/** Does work on a file; an error that refuses the file is noted in `refused`, and ends the transaction. */
async function orRefuse<Result>(
  refused: Map<ReadyFile, FileFault>,
  file: ReadyFile,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const fault = fileFaultOf(error) ?? faultOfDatabase(error);
    if (fault !== undefined) refused.set(file, fault);
    throw error;
  }
}

/** Stores what follows from the files of a round: `stored` in this transaction, `kept` from earlier ones. */
async function finishRound(
  transaction: Transaction,
  roundId: number,
  stored: readonly [StoredKind, ...StoredKind[]],
  kept: readonly LedgerFile[],
  players: RoundPlayers,
): Promise<RoundState> {
  checkCounts(stored);
  const files = stored.flatMap((kind) => kind.files);
  const notes = files.flatMap(({ notes }) => notes.players);
  const earlier = kept.length > 0 ? await findEarlier(transaction, roundId) : undefined;
  const [seatsLost, , , , [row]] = await pipeline([
    ...players.storeSeats(transaction, roundId, notes, { alone: kept.length === 0 }),
    // The row of the round sums up what the ledger says of its files.
    ...recordStored(transaction, roundId, files),
    updateRound(transaction, roundId, roundValues(stored, kept, earlier)),
  ]);
  if (row === undefined) throw new Error("the round is gone");
  const isForeign = row.source !== OWN_SOURCE;
  if (isForeign) await applyOwnRules(transaction, roundId);
  else
    await recordServerRules(
      transaction,
      roundId,
      stored.map(({ kind }) => kind),
    );
  await deriveRound(transaction, roundId, stored.find(({ kind }) => kind === "positions")?.lives);
  await players.removeLoose(transaction, seatsLost, notes);
  if (!isForeign) return roundStateOf(row);
  // With what the rules found.
  const [now = row] = await findRounds(transaction, [row.round_key]);
  return roundStateOf(now);
}

/** Throws when the database stored another number of rows than the files have. */
function checkCounts(stored: readonly StoredKind[]): void {
  for (const { kind, rows, storedRows } of stored) {
    if (storedRows === rows) continue;
    const message = `${rows} rows of ${kind} were read, and the database has ${storedRows}`;
    throw new FileFaultError({ code: "E_STORED_COUNT", message, line: 0 });
  }
}

/** Refuses a file because of another one: the stored one, or one that was found before. */
function faultOfConflict({ file, other }: Conflict<AnyFile, ReadyFile>): FileFault {
  const isStored = !isFound(other);
  const where = isStored ? `is stored (${other.label})` : `was found before (${other.label})`;
  const canReplace = isStored && (file.isComplete || !other.isComplete);
  const advice = canReplace ? "; --replace stores this one instead" : "";
  const message =
    file.isComplete === other.isComplete && file.isComplete
      ? `another complete file of this round and kind ${where}`
      : other.isComplete
        ? `a complete file of this round and kind ${where}, and this unfinished one is not its beginning`
        : `an unfinished file of this round and kind ${where}, and this one does not continue it`;
  return { code: "E_CONFLICT", message: message + advice, line: 0 };
}
