/** The first look at a file: what it is, by its content hash and by what its header and trailer say. */
import { isAscii } from "node:buffer";
import { createHash } from "node:crypto";

import { KINDS } from "../format/columns.ts";
import { CUT_REASON, LATEST_BEGIN_MS, PART_SUFFIX } from "../format/file.ts";
import type {
  AnnounceNote,
  CaptureNote,
  ObjectiveNote,
  PlayerNote,
  RoundHeader,
  RoundTrailer,
} from "../parsers/note-reader.ts";
import type { ForeignReader } from "../parsers/foreign/foreign-round.ts";
import { foreignNotes } from "../parsers/foreign/round-events.ts";
import { recognise, RECOGNITION_BYTES } from "../parsers/recognise.ts";
import { RoundFileParser, type RoundFileEnd, type RoundFileEvent } from "../parsers/round-file.ts";
import { FILE_CHANGED, readingError, FileFaultError, fileFaultOf, type FileFault } from "./file-fault.ts";
import { foreignCandidates, foreignRounds } from "./foreign.ts";
import type { Candidate, ReadyFile, RoundNotes } from "./round-files.ts";
import type { FoundFile } from "./sources.ts";
import { leave, peekSoon } from "./streams.ts";
import {
  findEncodingChange,
  looksTwiceEncoded,
  transferFault,
  undoEncoding,
  type EncodingChange,
} from "./transfer-changes.ts";

/** A round file, but for its place. */
export type SurveyedFile = Omit<Candidate, "label" | "source" | "notes">;

/** What a found file turned out to be. */
export type Surveyed =
  | { readonly is: "round file"; readonly candidate: SurveyedFile; readonly notes?: RoundNotes }
  | { readonly is: "refused"; readonly fault: FileFault; readonly sha256: string; readonly sizeBytes: number }
  /** Nothing that looks like a round file; `name` says what it is, where that is known. */
  | { readonly is: "other"; readonly name?: string };

/** Names that round files have. They decide only whether something that is none is worth a complaint. */
const ROUND_FILE_NAME = new RegExp(`_(?:${KINDS.join("|")})\\.txt(?:\\${PART_SUFFIX})?(?:\\.gz)?$`);

/** Codes of files that show no sign of being round files. */
const UNKNOWN_FILE_CODES: ReadonlySet<string> = new Set(["E_NOT_ROUND_FILE", "E_EMPTY_FILE"]);

/** Of a file without a header and without any other fault. */
const NO_HEADER: FileFault = { code: "E_HEADER", message: "the file has no header", line: 1 };

/** Collects all lines of a file that are not rows. */
class NoteLists {
  readonly #lists = {
    players: new Array<PlayerNote>(),
    captures: new Array<CaptureNote>(),
    objectives: new Array<ObjectiveNote>(),
    announcements: new Array<AnnounceNote>(),
  };
  #header: RoundHeader | undefined;
  #trailer: RoundTrailer | undefined;

  add(event: RoundFileEvent): void {
    if (event.type === "header") this.#header = event.header;
    else if (event.type === "trailer") this.#trailer = event.trailer;
    else if (event.type === "player") this.#lists.players.push(event.player);
    else if (event.type === "capture") this.#lists.captures.push(event.capture);
    else if (event.type === "objective") this.#lists.objectives.push(event.objective);
    else if (event.type === "announce") this.#lists.announcements.push(event.announce);
  }

  /** Undefined without a header. */
  get notes(): RoundNotes | undefined {
    return this.#header === undefined
      ? undefined
      : { header: this.#header, trailer: this.#trailer, ...this.#lists };
  }
}

/** What reading the header, notes and trailer of a file gave; size and hash even if the file is refused. */
interface FrameReading {
  readonly notes: RoundNotes | undefined;
  readonly fault: FileFault | undefined;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly end: RoundFileEnd | undefined;
}

/**
 * Reads header, notes and trailer, and passes over the rows at the speed of a memory search. A file for whose fault
 * `isWorthHashing` is false is not read further.
 */
async function readNotesOrFault(
  bytes: AsyncIterable<Buffer>,
  isWorthHashing: (fault: FileFault) => boolean,
): Promise<FrameReading> {
  const hash = createHash("sha256");
  const parser = new RoundFileParser({ mode: "notes" });
  const lists = new NoteLists();
  let sizeBytes = 0;
  let fault: FileFault | undefined;
  const attempt = <Result>(work: () => Result): Result | undefined => {
    try {
      return work();
    } catch (error) {
      fault = fileFaultOf(error);
      if (fault === undefined) throw error;
      return undefined;
    }
  };
  const receive = (chunk: Buffer): void => {
    for (const event of parser.push(chunk)) lists.add(event);
  };
  try {
    for await (const chunk of bytes) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      if (fault === undefined)
        attempt(() => {
          receive(chunk);
        });
      if (fault !== undefined && !isWorthHashing(fault)) break;
    }
  } catch (error) {
    const reason = readingError(error);
    attempt(() => {
      throw reason;
    });
  }
  const end = fault === undefined ? attempt(() => parser.end()) : undefined;
  const sha256 = hash.digest("hex");
  const notes = end === undefined ? undefined : lists.notes;
  return { notes, fault, sizeBytes, sha256, end };
}

/** Reads header, notes and trailer of a file that was surveyed; throws for one that is refused, or is no longer the same. */
export async function readNotes(file: ReadyFile): Promise<RoundNotes> {
  const { findRound, open } = file;
  if (findRound !== undefined) {
    const { reader, round } = await findRound();
    const lists = new NoteLists();
    for (const event of foreignNotes(reader, round, file.kind)) lists.add(event);
    if (lists.notes === undefined) throw new FileFaultError(NO_HEADER);
    return { ...lists.notes, totals: round.totals ?? [] };
  }
  const { notes, fault, sha256 } = await readNotesOrFault(open(), () => true);
  if (sha256 !== file.sha256) throw new FileFaultError(FILE_CHANGED);
  if (notes !== undefined) return notes;
  throw new FileFaultError(fault ?? NO_HEADER);
}

/** Whether a file that was refused is none to complain about: nobody named it, and it looks like no round file. */
export function isNoRoundFile(found: FoundFile, { code }: FileFault): boolean {
  const { isNamed, isSystemFile, label, promisesMore = false } = found;
  if (isNamed || !UNKNOWN_FILE_CODES.has(code)) return false;
  return isSystemFile || !(promisesMore || ROUND_FILE_NAME.test(label));
}

/** Whether a recording began too late to have seen the beginning of its round. */
export function isLate(beganMs: number | null): boolean {
  return beganMs !== null && beganMs > LATEST_BEGIN_MS;
}

/** Gives the same string for the same text: of the words that files share, one copy is kept. */
export type Share = (text: string) => string;

/** Looks at a file for the first time. A file of another tracker may be several: one for each round and kind. */
export async function surveyFile(found: FoundFile, share: Share): Promise<readonly Surveyed[]> {
  const { all, head } = await peekSoon(found.bytes, RECOGNITION_BYTES);
  const recognition = recognise(head, found.isNamed);
  if (recognition.is === "readable") return surveyForeign(found.label, all, recognition.reader, share);
  if (recognition.is === "skipped") {
    await leave(all);
    return [{ is: "other", name: recognition.name }];
  }
  return [await surveyOwn({ ...found, bytes: all }, share)];
}

async function surveyForeign(
  label: string,
  bytes: AsyncIterable<Buffer>,
  reader: ForeignReader,
  share: Share,
): Promise<readonly Surveyed[]> {
  const hash = createHash("sha256");
  let sizeBytes = 0;
  const hashed = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of bytes) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      yield chunk;
    }
  };
  const candidates: SurveyedFile[] = [];
  let fault: FileFault | undefined;
  try {
    for await (const round of foreignRounds(reader, label, hashed()))
      candidates.push(...foreignCandidates(reader, round, sizeBytes));
    if (candidates.length === 0) fault = { code: "E_FOREIGN_FILE", message: "it has no round", line: 0 };
  } catch (error) {
    fault = fileFaultOf(error);
    if (fault === undefined) throw error;
  }
  const surveyed = candidates.map((candidate): Surveyed => ({
    is: "round file",
    // Only at its end the size of the file is known.
    candidate: { ...shared(candidate, share), sizeBytes },
  }));
  return fault === undefined
    ? surveyed
    : [...surveyed, { is: "refused", fault, sha256: hash.digest("hex"), sizeBytes }];
}

/** With one copy of the words that files share. */
function shared(file: SurveyedFile, share: Share): SurveyedFile {
  return {
    ...file,
    roundKey: share(file.roundKey),
    matchKey: share(file.matchKey),
    map: share(file.map),
    endReason: share(file.endReason) as typeof file.endReason,
  };
}

/** What passes by in an archive is read once, so that no other encoding can be tried. */
const CHANGED_IN_ARCHIVE = {
  code: "E_TRANSFER",
  message:
    "its encoding is not UTF-8: unpack the archive, and import what is in it; prox may be able to read it then",
} as const;

/** Reads header, notes and trailer; where the encoding was changed and the checksum proves it, of what it was before. */
async function readBefore(
  { bytes, source }: FoundFile,
  isWorthHashing: (fault: FileFault) => boolean,
): Promise<FrameReading & { readonly encodingChange: EncodingChange | undefined }> {
  const seen = { isSuspicious: false };
  const watched = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of bytes) {
      seen.isSuspicious ||= !isAscii(chunk) && looksTwiceEncoded(chunk);
      yield chunk;
    }
  };
  const reading = await readNotesOrFault(watched(), isWorthHashing);
  const { fault } = reading;
  const unchanged = { ...reading, encodingChange: undefined };
  const isSuspicious = fault === undefined ? seen.isSuspicious : fault.code === "E_ENCODING";
  if (!isSuspicious) return unchanged;
  if (source.type !== "open")
    return fault === undefined ? unchanged : { ...unchanged, fault: { ...fault, ...CHANGED_IN_ARCHIVE } };
  const encodingChange = await findEncodingChange(source.open);
  if (encodingChange === undefined) return unchanged;
  return {
    ...(await readNotesOrFault(undoEncoding(encodingChange, source.open()), () => true)),
    encodingChange,
  };
}

async function surveyOwn(found: FoundFile, share: Share): Promise<Surveyed> {
  const isOther = (fault: FileFault): boolean => isNoRoundFile(found, fault);
  const { encodingChange, end, notes, fault, sha256, sizeBytes } = await readBefore(
    found,
    (it) => !isOther(it),
  );
  const changes = [...(found.changes ?? []), ...(encodingChange === undefined ? [] : [encodingChange])];
  if (notes === undefined || end === undefined) {
    const reason = fault ?? NO_HEADER;
    if (isOther(reason)) return { is: "other" };
    return { is: "refused", fault: transferFault(changes, reason) ?? reason, sha256, sizeBytes };
  }
  if (notes.trailer === undefined) {
    const unproven = transferFault(changes, undefined);
    if (unproven !== undefined) return { is: "refused", fault: unproven, sha256, sizeBytes };
  }
  const { beganMs, kind, map, matchKey, piece, round, roundKey } = notes.header;
  const endReason = notes.trailer?.endReason ?? CUT_REASON;
  return {
    is: "round file",
    notes,
    candidate: shared(
      {
        kind,
        roundKey,
        matchKey,
        map,
        round,
        piece,
        sizeBytes,
        sha256,
        endReason,
        ...(changes.length === 0 ? {} : { changes, encodingChange }),
        // The tracker appends to files, but writes the heatmap as a whole each time.
        beginningBytes: kind === "heatmap" ? end.headerBytes : end.bodyBytes,
        // A later piece is only a part of its round.
        isComplete: endReason === "finished" && piece === 1 && !isLate(beganMs),
      },
      share,
    ),
  };
}
