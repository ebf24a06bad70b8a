/** What an import did, for people and programs. */
import { KINDS, type Kind } from "../format/columns.ts";
import { FORMAT_VERSION } from "../format/file.ts";
import { kindsAt } from "../format/versions.ts";
import type { Fault } from "../parsers/fault.ts";
import type { FileFault } from "./file-fault.ts";
import type { Candidate } from "./round-files.ts";
import { OWN_SOURCE } from "./round-row.ts";
import type { FileFate, FileOutcome, RoundOutcome } from "./store-round.ts";

/** A file and its fate. */
export interface FileReport {
  readonly label: string;
  readonly fate: FileFate;
  readonly kind: Kind | null;
  readonly roundKey: string | null;
  readonly sizeBytes: number;
  /** Hash of the content after unpacking. */
  readonly sha256: string;
  /** Whether the file is whole and its round was finished; null when its header could not be read. */
  readonly complete: boolean | null;
  /** Rows that were stored of it. */
  readonly rows: number;
  /** Bad rows that were left out, with `--bad-rows skip`, and the first of them. */
  readonly rowsRejected: number;
  readonly badRows: readonly Fault[];
  /** Bytes of a torn last line that were dropped. */
  readonly tornBytes: number;
  /** What a transfer changed, and prox undid, as the checksum proves. */
  readonly changes: readonly string[];
  /** Why it was rejected. */
  readonly error: FileFault | null;
  /** Whether an earlier import rejected the same content for the same reason, and told it. */
  readonly isKnown: boolean;
}

/** A round, how it stands in the database, and what was done about it. */
export interface ImportedRound {
  readonly roundKey: string;
  readonly matchKey: string;
  readonly map: string;
  readonly round: number;
  readonly status: RoundOutcome["status"];
  readonly complete: boolean;
  /** Why the recording ended; `cut` when a file has no trailer; null when nothing is stored. */
  readonly endReason: string | null;
  /** Kinds of which no file is stored; not those that the round's version does not have. */
  readonly missing: readonly Kind[];
  /** Rows in the database by kind; null where there is no such file: what it would tell is not recorded. */
  readonly rows: Readonly<Record<Kind, number | null>>;
  readonly rowsRejected: number;
}

/** How many rounds and files came to which end. */
export interface ImportTotals {
  rounds: Record<RoundOutcome["status"], number>;
  /** `passedOver`: files that are no round files. */
  files: Record<FileFate | "passedOver", number>;
  /** Of the files that were passed over, those that are known to hold nothing to import, or only on request: by what they are. */
  known: Record<string, number>;
  /** Of the rejected files, those that an earlier import rejected for the same reason. */
  rejectedBefore: number;
  /** Files that were known by path, size and time, and not opened to learn what they are. */
  notOpened: number;
  /** Of the skipped rounds, those that somebody deleted (`prox round forget`). */
  forgotten: number;
  /** Rows that were stored. */
  rows: number;
}

/**
 * What an import did. It grows while the import runs, so that after an error it tells what was done before. The totals count
 * everything; the lists end somewhere, so that memory does not grow with what is refused.
 */
export interface ImportReport {
  /** Whether nothing was written, because only a rehearsal was asked for. */
  readonly dryRun: boolean;
  readonly rounds: ImportedRound[];
  readonly files: FileReport[];
  /** How many rounds and files are counted in `totals` and not listed. */
  readonly notListed: { rounds: number; files: number };
  readonly totals: ImportTotals;
}

/** So many files of each fate, and rounds of each status, are listed. */
export const MOST_LISTED = 10_000;

/** What a report keeps, and who hears of each file. */
export interface ReportOptions {
  /** So many files of each fate, and rounds of each status, are listed; {@link MOST_LISTED} unless said otherwise. */
  readonly mostListed?: number;
  /** Gets each file, listed or not, as soon as its fate is known. */
  readonly onFile?: ((file: FileReport) => void) | undefined;
}

/** Writes the report of an import. */
export class ReportWriter {
  readonly report: ImportReport;
  readonly #mostListed: number;
  readonly #onFile: ReportOptions["onFile"];

  constructor(dryRun: boolean, { mostListed = MOST_LISTED, onFile }: ReportOptions = {}) {
    this.#mostListed = mostListed;
    this.#onFile = onFile;
    this.report = {
      dryRun,
      rounds: [],
      files: [],
      notListed: { rounds: 0, files: 0 },
      totals: {
        rounds: { imported: 0, replaced: 0, skipped: 0, rejected: 0 },
        files: { imported: 0, skipped: 0, rejected: 0, passedOver: 0 },
        known: {},
        rejectedBefore: 0,
        notOpened: 0,
        forgotten: 0,
        rows: 0,
      },
    };
  }

  /** Adds a file, and counts it and its rows. The files of a round come with {@link addRound} instead. */
  addFile(file: FileReport): void {
    const { files, notListed, totals } = this.report;
    // A flood of one fate leaves room for the others.
    if (totals.files[file.fate]++ < this.#mostListed) files.push(file);
    else notListed.files++;
    totals.rows += file.rows;
    if (file.isKnown) totals.rejectedBefore++;
    this.#onFile?.(file);
  }

  /** Counts a file that is no round file; `name` says what it is, where that is known. */
  passOver(name?: string): void {
    const { files, known } = this.report.totals;
    files.passedOver++;
    if (name !== undefined) known[name] = (known[name] ?? 0) + 1;
  }

  /** Counts a file that is known without a look into it. */
  leaveClosed(): void {
    this.report.totals.notOpened++;
  }

  /** Adds a round with its files. `first` is any of them. */
  addRound(first: Candidate, { files, isForgotten, state, status }: RoundOutcome): void {
    const { notListed, rounds, totals } = this.report;
    if (isForgotten === true) totals.forgotten++;
    if (totals.rounds[status]++ < this.#mostListed) rounds.push(roundReport(first, state, status));
    else notListed.rounds++;
    for (const file of files) this.addFile(fileReport(file));
  }
}

/** The report of a file that was refused at the first look: no kind, no round and no rows are told of it. */
export function reportRefused(
  file: Pick<FileReport, "label" | "sha256" | "sizeBytes">,
  error: FileFault,
  isKnown = false,
): FileReport {
  const { label, sha256, sizeBytes } = file;
  const nothing = {
    kind: null,
    roundKey: null,
    complete: null,
    rows: 0,
    rowsRejected: 0,
    badRows: [],
    tornBytes: 0,
    changes: [],
  };
  return { label, fate: "rejected", sizeBytes, sha256, ...nothing, error, isKnown };
}

/** Of files without bad rows: one for all of them. */
const NO_BAD_ROWS: readonly Fault[] = [];
/** Of files that no transfer changed. */
const NO_CHANGES: readonly string[] = [];

// Written out, as an object that is put together from others takes more memory: there may be tens of thousands.
function fileReport({ badRows, fate, file, isKnown, fault, stored }: FileOutcome): FileReport {
  return {
    label: file.label,
    fate,
    kind: file.kind,
    roundKey: file.roundKey,
    sizeBytes: file.sizeBytes,
    sha256: file.sha256,
    complete: file.isComplete,
    rows: stored?.rows ?? 0,
    rowsRejected: stored?.rowsRejected ?? 0,
    badRows: badRows === undefined || badRows.length === 0 ? NO_BAD_ROWS : badRows,
    tornBytes: stored?.tornBytes ?? 0,
    changes: fate === "rejected" ? NO_CHANGES : (file.changes ?? NO_CHANGES),
    error: fault ?? null,
    isKnown: isKnown ?? false,
  };
}

function roundReport(
  first: Candidate,
  state: RoundOutcome["state"],
  status: RoundOutcome["status"],
): ImportedRound {
  const { map, matchKey, round, roundKey } = state ?? first;
  const rows = state?.rows ?? (Object.fromEntries(KINDS.map((kind) => [kind, null])) as Record<Kind, null>);
  return {
    roundKey,
    matchKey,
    map,
    round,
    status,
    complete: state?.complete ?? false,
    endReason: state?.endReason ?? null,
    // What another tracker does not record is not missing.
    missing:
      state !== undefined && state.source !== OWN_SOURCE
        ? []
        : kindsAt(state?.formatVersion ?? FORMAT_VERSION).filter((kind) => rows[kind] === null),
    rows,
    rowsRejected: state?.rowsRejected ?? 0,
  };
}

/** Adds the numbers of one report to another, without its rounds and files. */
export function addTotals({ totals: sum }: ImportReport, { totals }: ImportReport): void {
  const { files, rounds } = totals;
  sum.rows += totals.rows;
  sum.rejectedBefore += totals.rejectedBefore;
  sum.notOpened += totals.notOpened;
  sum.forgotten += totals.forgotten;
  for (const [name, count] of Object.entries(totals.known)) sum.known[name] = (sum.known[name] ?? 0) + count;
  for (const fate of ["imported", "skipped", "rejected", "passedOver"] as const)
    sum.files[fate] += files[fate];
  for (const status of ["imported", "replaced", "skipped", "rejected"] as const)
    sum.rounds[status] += rounds[status];
}
