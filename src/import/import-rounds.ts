/**
 * The import: looks at every file once to learn what it is (or knows it from before), puts rounds together by the key in the files, and stores
 * each in a transaction of its own. Memory holds a few words a round file, never rows.
 */
import type { Sql } from "../db/driver/connect.ts";
import { waitForLateCommits } from "../db/late-commits.ts";
import { withRetries, type RetryOptions } from "../db/driver/retry.ts";
import { WorkPool } from "../work-pool.ts";
import { findForgotten } from "./forgotten.ts";
import { databaseTime, markGone } from "./gone-files.ts";
import { forgetOldPaths } from "./known-paths.ts";
import { storedHashes } from "./ledger.ts";
import { FILE_CHANGED, readingError, FileFaultError, fileFaultOf, type FileFault } from "./file-fault.ts";
import { ForeignFiles } from "./foreign-files.ts";
import { linkRounds, linkShortGuids } from "./links.ts";
import { ReportWriter, type ImportReport } from "./report.ts";
import { RoundMemory } from "./round-memory.ts";
import { findRounds, roundStateOf } from "./round-row.ts";
import type { FoundPath } from "./find-paths.ts";
import { filesIn } from "./sources.ts";
import { atMost, leave } from "./streams.ts";
import { Spool, type Kept } from "./spool.ts";
import type { Candidate, ReadyFile } from "./round-files.ts";
import { storeRound, type RoundOutcome, type StoreOptions } from "./store-round.ts";
import { undoEncoding } from "./transfer-changes.ts";
import { surveyAll } from "./survey-all.ts";

/** Told as the import goes on. */
export interface ImportProgress {
  /** A file was looked at for the first time. */
  surveyed(files: number): void;
  /** All files were looked at: so much is to be stored. */
  begin(rounds: number, bytes: number): void;
  /** Rows went to the database. */
  rows(rows: number, bytes: number): void;
  /** A round is done, whose files hold so many bytes. */
  round(bytes: number): void;
}

/** How to import. An abort by `signal` keeps the rounds that are stored, and undoes those under way. */
export interface ImportOptions extends Omit<StoreOptions, "onRows">, Pick<RetryOptions, "recover"> {
  readonly progress?: ImportProgress | undefined;
  /** Whether to read what is known by path, size and time, too. */
  readonly verify?: boolean | undefined;
  /** Folders below which the paths are everything: what was refused there before and is not among them is gone. */
  readonly folders?: readonly string[];
}

/** Rounds whose contents are looked up in the ledger at once. */
const LOOKUP_ROUNDS = 500;
/** Rounds that are stored side by side, each on a connection: while one waits for the disk, another is computed. */
const ROUNDS_IN_FLIGHT = 2;

/**
 * Imports all files at and below the paths. The report is filled as the work goes on, so that the caller who catches an error
 * knows what was done before it.
 */
export async function importRounds(
  sql: Sql,
  paths: AsyncIterable<FoundPath> | Iterable<FoundPath>,
  options: ImportOptions,
  report = new ReportWriter(options.dryRun),
): Promise<ImportReport> {
  const { dryRun, folders = [], progress, signal, verify } = options;
  const startedAt = await databaseTime(sql);
  const unlisted: string[] = [];
  const onFile = progress?.surveyed.bind(progress);
  const rounds = await surveyAll(
    sql,
    paths,
    { dryRun, verify, signal, onFile, onUnlisted: (folder) => unlisted.push(folder) },
    report,
  );
  const known = await skipKnown(sql, rounds, report, options.again === true);
  for (const roundKey of known) rounds.delete(roundKey);
  const sizes = [...rounds.values()].flat().map(({ sizeBytes }) => sizeBytes);
  options.progress?.begin(
    rounds.size,
    sizes.reduce((total, size) => total + size, 0),
  );

  const importer = new RoundImporter(sql, options, report);
  for (const files of rounds.values()) importer.expect(files);
  try {
    for (const [roundKey, files] of rounds) {
      if (files.some(({ source }) => source.type === "passing")) continue;
      rounds.delete(roundKey);
      await importer.importRound(roundKey, files);
    }
    await importer.importFromArchives(rounds);
    await importer.end();
    // What is told to be stored can be read.
    const { imported, replaced } = report.report.totals.rounds;
    if (!dryRun && imported + replaced > 0) await waitForLateCommits(sql, signal);
  } finally {
    await importer.close();
  }
  if (!dryRun) {
    await linkRounds(sql);
    await linkShortGuids(sql);
    await markGone(sql, folders, unlisted, startedAt);
    await forgetOldPaths(sql);
  }
  return report.report;
}

/** Reports the rounds of which every file is stored already, and those that stay forgotten; returns their keys. */
async function skipKnown(
  sql: Sql,
  rounds: ReadonlyMap<string, readonly Candidate[]>,
  report: ReportWriter,
  isAgain: boolean,
): Promise<string[]> {
  const known: string[] = [];
  const keys = [...rounds.keys()];
  for (let start = 0; start < keys.length; start += LOOKUP_ROUNDS) {
    const portion = keys.slice(start, start + LOOKUP_ROUNDS);
    const files = portion.flatMap((key) => rounds.get(key) ?? []);
    const stored = await storedHashes(
      sql,
      files.map(({ sha256 }) => sha256),
    );
    const forgotten = new Set(
      isAgain ? [] : (await findForgotten(sql, portion)).map(({ round_key: key }) => key),
    );
    const whole = portion.filter(
      (key) => forgotten.has(key) || rounds.get(key)?.every(({ sha256 }) => stored.has(sha256)) === true,
    );
    const states = new Map((await findRounds(sql, whole)).map((row) => [row.round_key, roundStateOf(row)]));
    for (const key of whole) {
      const candidates = rounds.get(key) ?? [];
      const [first] = candidates;
      if (first === undefined) continue;
      const skipped = candidates.map((file) => ({
        file: { ...file, open: never },
        fate: "skipped" as const,
      }));
      report.addRound(first, {
        status: "skipped",
        state: states.get(key),
        isForgotten: forgotten.has(key),
        files: skipped,
      });
      known.push(key);
    }
  }
  return known;
}

function never(): never {
  throw new Error("a file that is stored is not read again");
}

/** Stores rounds, and keeps what passes by in archives until its round is together. */
class RoundImporter {
  readonly #sql: Sql;
  readonly #options: ImportOptions;
  readonly #report: ReportWriter;
  readonly #pool = new WorkPool(ROUNDS_IN_FLIGHT);
  readonly #spool = new Spool();
  readonly #foreign = new ForeignFiles();

  constructor(sql: Sql, options: ImportOptions, report: ReportWriter) {
    this.#sql = sql;
    this.#options = options;
    this.#report = report;
  }

  /** Takes note of the files of a round that is to be imported. */
  expect(candidates: readonly Candidate[]): void {
    this.#foreign.expect(candidates);
  }

  /** Begins to import a round, as soon as there is room for one more; `done` is called when it is over. */
  async importRound(
    roundKey: string,
    candidates: readonly Candidate[],
    unpacked?: ReadonlyMap<Candidate, Unpacked>,
    done?: () => Promise<void>,
  ): Promise<void> {
    const [first] = candidates;
    if (first === undefined) return;
    const { progress, ...options } = this.#options;
    options.signal?.throwIfAborted();
    const memory = new RoundMemory();
    const lane = this.#foreign.begin(candidates);
    const files = candidates.map((candidate): ReadyFile => {
      const open = opener(candidate, unpacked);
      const { foreign, label } = candidate;
      if (foreign !== undefined)
        return {
          ...candidate,
          open,
          findRound: () => this.#foreign.find(lane, { foreign, label, open }),
        };
      // What passes by in an archive is kept aside anyway, and a whole file of which the notes are known is read once.
      const isKept =
        candidate.source.type === "passing" || (candidate.notes !== undefined && candidate.isComplete);
      return { ...candidate, open: isKept ? open : memory.once(open, candidate.sizeBytes) };
    });
    const bytes = candidates.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const onRows = (rows: number, bytes: number): void => progress?.rows(rows, bytes);
    const store = (): Promise<RoundOutcome> => storeRound(this.#sql, roundKey, files, { ...options, onRows });
    await this.#pool.start(
      async () => {
        const outcome = await withRetries(store, this.#options).finally(async () => {
          memory.free();
          await this.#foreign.end(lane, candidates);
        });
        await done?.();
        progress?.round(bytes);
        return outcome;
      },
      (outcome) => {
        this.#report.addRound(first, outcome);
      },
    );
  }

  /**
   * Stores the rounds that have files that archives hold. Each archive is read once more; what is needed of it is kept
   * aside until its round is stored.
   */
  async importFromArchives(rounds: Map<string, readonly Candidate[]>): Promise<void> {
    const archives = new Map<string, Map<number, Candidate[]>>();
    const waiting = new Map<string, number>();
    for (const [roundKey, files] of rounds) {
      for (const file of files) {
        if (file.source.type !== "passing") continue;
        const { archive, entry } = file.source;
        const entries = archives.get(archive) ?? new Map<number, Candidate[]>();
        // A file of another tracker is several: its rounds and their kinds.
        entries.set(entry, [...(entries.get(entry) ?? []), file]);
        archives.set(archive, entries);
        waiting.set(roundKey, (waiting.get(roundKey) ?? 0) + 1);
      }
    }
    const unpacked = new Map<Candidate, Unpacked>();
    for (const [archive, entries] of archives) {
      for await (const { candidate, found } of this.#unpack(archive, entries)) {
        unpacked.set(candidate, found);
        const { roundKey } = candidate;
        const missing = (waiting.get(roundKey) ?? 0) - 1;
        waiting.set(roundKey, missing);
        if (missing > 0) continue;
        const files = rounds.get(roundKey) ?? [];
        // What is known of a file goes as its round is stored: there may be tens of thousands.
        rounds.delete(roundKey);
        waiting.delete(roundKey);
        await this.importRound(roundKey, files, unpacked, async () => {
          for (const file of files) {
            await unpacked.get(file)?.kept?.drop();
            unpacked.delete(file);
          }
        });
      }
    }
  }

  /** Takes the entries out of an archive; those that are no longer in it come last, each with the reason. */
  async *#unpack(
    archive: string,
    entries: Map<number, Candidate[]>,
  ): AsyncGenerator<{ candidate: Candidate; found: Unpacked }> {
    let lost = FILE_CHANGED;
    try {
      for await (const { bytes, source } of filesIn(archive)) {
        const candidates = source.type === "passing" ? entries.get(source.entry) : undefined;
        const [first] = candidates ?? [];
        if (source.type !== "passing" || candidates === undefined || first === undefined) {
          await leave(bytes);
          continue;
        }
        const kept = sharedBy(candidates.length, await this.#spool.keep(first.label, bytes, first.sizeBytes));
        entries.delete(source.entry);
        for (const candidate of candidates) yield { candidate, found: { kept } };
        if (entries.size === 0) break;
      }
    } catch (error) {
      const fault = fileFaultOf(readingError(error));
      if (fault === undefined) throw error;
      lost = fault;
    }
    for (const candidate of [...entries.values()].flat())
      yield { candidate, found: { kept: undefined, fault: lost } };
  }

  /** Waits for the rounds that were begun; throws the first error. */
  end(): Promise<void> {
    return this.#pool.end();
  }

  /** Waits for them too, and cleans up. */
  async close(): Promise<void> {
    await this.#pool.waitForAll();
    await this.#foreign.close();
    await this.#spool.close();
  }
}

/** What a second reading of an archive gave of a file, or why it gave nothing. */
type Unpacked = { readonly kept: Kept } | { readonly kept: undefined; readonly fault: FileFault };

/** A file that is kept until so many who share it have dropped it. */
function sharedBy(count: number, kept: Kept): Kept {
  let users = count;
  return { open: kept.open, drop: async () => (--users === 0 ? kept.drop() : undefined) };
}

function opener(
  candidate: Candidate,
  unpacked: ReadonlyMap<Candidate, Unpacked> | undefined,
): ReadyFile["open"] {
  const { encodingChange, sizeBytes, source } = candidate;
  if (source.type === "open") {
    const open = (): AsyncIterable<Buffer> =>
      encodingChange === undefined ? source.open() : undoEncoding(encodingChange, source.open());
    return () => atMost(open(), sizeBytes);
  }
  const found = unpacked?.get(candidate);
  return () => {
    if (found?.kept !== undefined) return found.kept.open();
    throw new FileFaultError(found?.fault ?? FILE_CHANGED);
  };
}
