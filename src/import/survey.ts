/** The first look at a file: what it is, by its content hash and by what its header and trailer say. */
import { createHash } from "node:crypto";

import { KINDS } from "../format/columns.ts";
import { CUT_REASON, LATEST_BEGIN_MS, PART_SUFFIX } from "../format/file.ts";
import type {
  AnnounceNote,
  CaptureNote,
  ObjectiveNote,
  PlayerNote,
  RoundHeader,
} from "../parsers/note-reader.ts";
import { RoundFileParser, type RoundFileEnd } from "../parsers/round-file.ts";
import { FILE_CHANGED, readingError, FileFaultError, fileFaultOf, type FileFault } from "./file-fault.ts";
import type { Candidate, RoundNotes } from "./round-files.ts";
import type { FoundFile } from "./sources.ts";

/** A round file, but for its place. */
export type SurveyedFile = Omit<Candidate, "label" | "source">;

/** What a found file turned out to be. */
export type Surveyed =
  | { readonly is: "round file"; readonly candidate: SurveyedFile }
  | { readonly is: "refused"; readonly fault: FileFault; readonly sha256: string; readonly sizeBytes: number }
  /** Nothing that looks like a round file. */
  | { readonly is: "other" };

/** Names that round files have. They decide only whether something that is none is worth a complaint. */
const ROUND_FILE_NAME = new RegExp(`_(?:${KINDS.join("|")})\\.txt(?:\\${PART_SUFFIX})?(?:\\.gz)?$`);

/** Codes of files that show no sign of being round files. */
const UNKNOWN_FILE_CODES: ReadonlySet<string> = new Set(["E_NOT_ROUND_FILE", "E_EMPTY_FILE"]);

/** Of a file without a header and without any other fault. */
const NO_HEADER: FileFault = { code: "E_HEADER", message: "the file has no header", line: 1 };

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
  const players: PlayerNote[] = [];
  const captures: CaptureNote[] = [];
  const objectives: ObjectiveNote[] = [];
  const announcements: AnnounceNote[] = [];
  let sizeBytes = 0;
  let header: RoundHeader | undefined;
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
    for (const event of parser.push(chunk)) {
      if (event.type === "header") header = event.header;
      else if (event.type === "player") players.push(event.player);
      else if (event.type === "capture") captures.push(event.capture);
      else if (event.type === "objective") objectives.push(event.objective);
      else if (event.type === "announce") announcements.push(event.announce);
    }
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
  const notes =
    end === undefined || header === undefined
      ? undefined
      : { header, trailer: end.trailer, players, captures, objectives, announcements };
  return { notes, fault, sizeBytes, sha256, end };
}

/** Reads header, notes and trailer of a file that was surveyed; throws for one that is refused, or is no longer the same. */
export async function readNotes(bytes: AsyncIterable<Buffer>, surveyed: string): Promise<RoundNotes> {
  const { notes, fault, sha256 } = await readNotesOrFault(bytes, () => true);
  if (sha256 !== surveyed) throw new FileFaultError(FILE_CHANGED);
  if (notes !== undefined) return notes;
  throw new FileFaultError(fault ?? NO_HEADER);
}

/** Whether a file that was refused is none to complain about: nobody named it, and it looks like no round file. */
export function isNoRoundFile({ isNamed, isSystemFile, label }: FoundFile, { code }: FileFault): boolean {
  return UNKNOWN_FILE_CODES.has(code) && !isNamed && (isSystemFile || !ROUND_FILE_NAME.test(label));
}

/** Whether a recording began too late to have seen the beginning of its round. */
export function isLate(beganMs: number | null): boolean {
  return beganMs !== null && beganMs > LATEST_BEGIN_MS;
}

/** Gives the same string for the same text: of the words that files share, one copy is kept. */
export type Share = (text: string) => string;

/** Looks at a file for the first time. */
export async function surveyFile(found: FoundFile, share: Share): Promise<Surveyed> {
  const isOther = (fault: FileFault): boolean => isNoRoundFile(found, fault);
  const { end, notes, fault, sha256, sizeBytes } = await readNotesOrFault(found.bytes, (it) => !isOther(it));
  if (notes === undefined || end === undefined) {
    const reason = fault ?? NO_HEADER;
    return isOther(reason) ? { is: "other" } : { is: "refused", fault: reason, sha256, sizeBytes };
  }
  const { beganMs, kind, map, matchKey, piece, round, roundKey } = notes.header;
  const endReason = notes.trailer?.endReason ?? CUT_REASON;
  return {
    is: "round file",
    candidate: {
      kind,
      roundKey: share(roundKey),
      matchKey: share(matchKey),
      map: share(map),
      round,
      piece,
      sizeBytes,
      sha256,
      endReason: share(endReason) as typeof endReason,
      // The tracker appends to files, but writes the heatmap as a whole each time.
      beginningBytes: kind === "heatmap" ? end.headerBytes : end.bodyBytes,
      // A later piece is only a part of its round.
      isComplete: endReason === "finished" && piece === 1 && !isLate(beganMs),
    },
  };
}
