/** Checks files as the import would, without a database. */
import type { Kind } from "../format/columns.ts";
import { CUT_REASON } from "../format/file.ts";
import type { PlayerNote, RoundHeader } from "../parsers/note-reader.ts";
import type { ForeignReader } from "../parsers/foreign/foreign-round.ts";
import { foreignEvents, foreignKinds, foreignRoundKey } from "../parsers/foreign/round-events.ts";
import { recognise, RECOGNITION_BYTES } from "../parsers/recognise.ts";
import { RoundFileParser } from "../parsers/round-file.ts";
import { readingError, FileFaultError, fileFaultOf, type FileFault } from "./file-fault.ts";
import { MOST_LISTED } from "./report.ts";
import { foreignRounds } from "./foreign.ts";
import { PlayerAgreement } from "./player-agreement.ts";
import { checkAgreement, kindsOf } from "./round-row.ts";
import type { FoundPath } from "./find-paths.ts";
import { openPath, type FoundFile } from "./sources.ts";
import { leave, peekSoon } from "./streams.ts";
import { isNoRoundFile } from "./survey.ts";
import { findEncodingChange, transferFault, undoEncoding } from "./transfer-changes.ts";

/** What the check of a file found. */
export interface ValidatedFile {
  readonly label: string;
  /** Whether the import would take the file. */
  readonly valid: boolean;
  readonly kind: Kind | null;
  readonly roundKey: string | null;
  /** Why the recording ended; `cut` for a file without trailer; null when the file could not be read to its end. */
  readonly endReason: string | null;
  /** Good rows. */
  readonly rows: number;
  /** What is wrong: the first problems, and how many there are. */
  readonly issues: readonly FileFault[];
  readonly issueCount: number;
  /** What a transfer changed, and prox undid, in words. */
  readonly changes: readonly string[];
}

/** What {@link validateFiles} found; what is no round file is only counted, as `passedOver`. */
export interface ValidationReport {
  readonly files: ValidatedFile[];
  /** How many files are counted in `totals` and not listed. */
  readonly notListed: { files: number };
  /** Rounds of which not every kind of file was there. */
  readonly incompleteRounds: { roundKey: string; missing: readonly Kind[] }[];
  /** `rows`: good rows of the valid files. */
  readonly totals: { valid: number; invalid: number; passedOver: number; rows: number };
}

/** How to check, and what the report keeps. */
export interface ValidateOptions {
  readonly signal?: AbortSignal;
  /** So many valid files, and as many invalid ones, are listed; {@link MOST_LISTED} unless said otherwise. */
  readonly mostListed?: number;
  /** Gets each file, listed or not, as soon as it is checked. */
  readonly onFile?: ((file: ValidatedFile) => void) | undefined;
}

/** How many problems of a file are listed. */
const MAXIMUM_ISSUES = 20;

/** Checks all files at and below the paths: each by itself, and the headers of a round's files against each other. */
export async function validateFiles(
  paths: AsyncIterable<FoundPath>,
  { mostListed = MOST_LISTED, onFile, signal }: ValidateOptions = {},
): Promise<ValidationReport> {
  const report: ValidationReport = {
    files: [],
    notListed: { files: 0 },
    incompleteRounds: [],
    totals: { valid: 0, invalid: 0, passedOver: 0, rows: 0 },
  };
  const rounds = new Map<string, { header: RoundHeader; kinds: Set<Kind>; players: PlayerAgreement }>();
  const add = (file: ValidatedFile): void => {
    const { files, notListed, totals } = report;
    if (totals[file.valid ? "valid" : "invalid"]++ < mostListed) files.push(file);
    else notListed.files++;
    if (file.valid) totals.rows += file.rows;
    onFile?.(file);
  };
  for await (const path of paths) {
    const damaged = (label: string, error: unknown): void => {
      const fault = fileFaultOf(error);
      if (fault === undefined) throw error;
      const nothing = { kind: null, roundKey: null, endReason: null, rows: 0 };
      add({ label, valid: false, ...nothing, issues: [fault], issueCount: 1, changes: [] });
    };
    for await (const found of openPath(path, damaged)) {
      signal?.throwIfAborted();
      if (found.fault !== undefined) {
        damaged(found.label, new FileFaultError(found.fault));
        continue;
      }
      const onHeader = (header: RoundHeader): void => {
        const round = rounds.get(header.roundKey);
        if (round === undefined)
          rounds.set(header.roundKey, {
            header,
            kinds: new Set([header.kind]),
            players: new PlayerAgreement(),
          });
        else round.kinds.add(header.kind);
        checkAgreement(header, round?.header);
      };
      const onPlayers = (header: RoundHeader, players: readonly PlayerNote[]): void => {
        const round = rounds.get(header.roundKey);
        if (round === undefined) return;
        round.players.add(header.piece, players);
        // Of a round that is together, nothing need be kept.
        if (round.kinds.size === kindsOf(header).length) round.players = new PlayerAgreement();
      };
      const { all, head } = await peekSoon(found.bytes, RECOGNITION_BYTES);
      const recognition = recognise(head, found.isNamed);
      if (recognition.is === "readable") {
        for await (const file of validateForeign(found.label, all, recognition.reader, onHeader, onPlayers))
          add(file);
        continue;
      }
      if (recognition.is === "skipped") {
        await leave(all);
        report.totals.passedOver++;
        continue;
      }
      const file = await validateBefore({ ...found, bytes: all }, onHeader, onPlayers);
      if (file === undefined) report.totals.passedOver++;
      else add(file);
    }
  }
  for (const [roundKey, { header, kinds }] of rounds) {
    const missing = kindsOf(header).filter((kind) => !kinds.has(kind));
    if (missing.length > 0) report.incompleteRounds.push({ roundKey, missing });
  }
  return report;
}

/** Checks a file of another tracker: its rounds and their kinds, each by itself. */
async function* validateForeign(
  label: string,
  bytes: AsyncIterable<Buffer>,
  reader: ForeignReader,
  onHeader: (header: RoundHeader) => void,
  onPlayers: (header: RoundHeader, players: readonly PlayerNote[]) => void,
): AsyncGenerator<ValidatedFile> {
  const nothing = { kind: null, roundKey: null, endReason: null, rows: 0 };
  try {
    for await (const round of foreignRounds(reader, label, bytes))
      for (const kind of foreignKinds(round)) {
        const issues: FileFault[] = [];
        let issueCount = 0;
        let rows = 0;
        const endReason = round.end?.endReason ?? CUT_REASON;
        try {
          for (const event of foreignEvents(reader, round, kind)) {
            if (event.type === "fault" && ++issueCount <= MAXIMUM_ISSUES) issues.push(event.fault);
            else if (event.type === "rows") rows += event.batch.count;
            else if (event.type === "header") {
              onHeader(event.header);
              onPlayers(event.header, round.players);
            }
          }
        } catch (error) {
          const fault = fileFaultOf(error);
          if (fault === undefined) throw error;
          if (++issueCount <= MAXIMUM_ISSUES) issues.push(fault);
        }
        const roundKey = foreignRoundKey(reader.source, round);
        const valid = issueCount === 0;
        yield { label, valid, kind, roundKey, endReason, rows, issues, issueCount, changes: [] };
      }
  } catch (error) {
    const fault = fileFaultOf(error);
    if (fault === undefined) throw error;
    yield { label, valid: false, ...nothing, issues: [fault], issueCount: 1, changes: [] };
  } finally {
    await leave(bytes);
  }
}

/** Checks a file; where its encoding was changed and the checksum proves it, what it was before. */
async function validateBefore(
  found: FoundFile,
  onHeader: (header: RoundHeader) => void,
  onPlayers: (header: RoundHeader, players: readonly PlayerNote[]) => void,
): Promise<ValidatedFile | undefined> {
  const file = await validateFile(found, onHeader, onPlayers);
  const { source } = found;
  const isSuspicious = file?.issues.some(({ code }) => ENCODING_CODES.has(code)) ?? false;
  const change = isSuspicious && source.type === "open" ? await findEncodingChange(source.open) : undefined;
  if (change === undefined || source.type !== "open") return file;
  const changes = [...(found.changes ?? []), change];
  return validateFile({ ...found, bytes: undoEncoding(change, source.open()), changes }, onHeader, onPlayers);
}

/** Codes of faults that a change of the encoding shows in. */
const ENCODING_CODES: ReadonlySet<string> = new Set(["E_ENCODING", "E_CHECKSUM", "E_TRANSFER"]);

async function validateFile(
  found: FoundFile,
  onHeader: (header: RoundHeader) => void,
  onPlayers: (header: RoundHeader, players: readonly PlayerNote[]) => void,
): Promise<ValidatedFile | undefined> {
  const parser = new RoundFileParser();
  const issues: FileFault[] = [];
  let issueCount = 0;
  let header: RoundHeader | undefined;
  const players: PlayerNote[] = [];
  let rows = 0;
  let endReason: string | null = null;
  const addFault = (fault: FileFault): void => {
    if (++issueCount <= MAXIMUM_ISSUES) issues.push(fault);
  };
  try {
    for await (const chunk of found.bytes) {
      for (const event of parser.push(chunk)) {
        if (event.type === "fault") addFault(event.fault);
        else if (event.type === "rows") rows += event.batch.count;
        else if (event.type === "player") players.push(event.player);
        else if (event.type === "header") {
          header = event.header;
          onHeader(header);
        }
      }
    }
    endReason = parser.end().trailer?.endReason ?? CUT_REASON;
    if (header !== undefined) onPlayers(header, players);
  } catch (error) {
    const fault = fileFaultOf(readingError(error));
    if (fault === undefined) throw error;
    if (isNoRoundFile(found, fault)) return undefined;
    addFault(transferFault(found.changes ?? [], fault) ?? fault);
  } finally {
    await leave(found.bytes);
  }
  const { changes = [], label } = found;
  const unproven = endReason === CUT_REASON ? transferFault(changes, undefined) : undefined;
  if (unproven !== undefined) addFault(unproven);
  const { kind = null, roundKey = null } = header ?? {};
  const valid = issueCount === 0;
  return { label, valid, kind, roundKey, endReason, rows, issues, issueCount, changes };
}
