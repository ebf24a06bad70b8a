/** The first look at a file: what it is, by its content hash and by what its header and trailer say. */
import { createHash } from "node:crypto";

import { KINDS } from "../format/columns.ts";
import { CUT_REASON, LATEST_BEGIN_MS, PART_SUFFIX } from "../format/file.ts";
import type { AnnounceNote, CaptureNote, ObjectiveNote, PlayerNote, RoundHeader } from "../parsers/frame.ts";
import { RoundFileParser, type RoundFileEnd } from "../parsers/round-file.ts";
import { FILE_CHANGED, readingError, RefusalError, refusalOf, type Refusal } from "./refusal.ts";
import type { Candidate, RoundFrame } from "./round-files.ts";
import type { FoundFile } from "./sources.ts";

/** What a found file turned out to be. */
export type Surveyed =
  | { readonly is: "round file"; readonly candidate: Candidate }
  | { readonly is: "refused"; readonly refusal: Refusal; readonly sha256: string; readonly sizeBytes: number }
  /** Nothing that looks like a round file. */
  | { readonly is: "other" };

/** Names that round files have. They decide only whether something that is none is worth a complaint. */
const ROUND_FILE_NAME = new RegExp(`_(?:${KINDS.join("|")})\\.txt(?:\\${PART_SUFFIX})?(?:\\.gz)?$`);

/** Codes of files that show no sign of being round files. */
const UNKNOWN_FILE_CODES: ReadonlySet<string> = new Set(["E_NOT_ROUND_FILE", "E_EMPTY_FILE"]);

/** Of a file that has no frame, and is not refused for anything else. */
const NO_HEADER: Refusal = { code: "E_HEADER", message: "the file has no header", line: 1 };

/** What reading a frame came to; of a file that is refused, size and hash still. */
interface FrameReading {
  readonly frame: RoundFrame | undefined;
  readonly refusal: Refusal | undefined;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly end: RoundFileEnd | undefined;
}

/**
 * Reads header, notes and trailer, and passes over the rows at the speed of a memory search. A file for whose refusal
 * `isWorthHashing` is false is not read further.
 */
async function readFrameOrRefusal(
  bytes: AsyncIterable<Buffer>,
  isWorthHashing: (refusal: Refusal) => boolean,
): Promise<FrameReading> {
  const hash = createHash("sha256");
  const parser = new RoundFileParser({ mode: "frame" });
  const players: PlayerNote[] = [];
  const captures: CaptureNote[] = [];
  const objectives: ObjectiveNote[] = [];
  const announcements: AnnounceNote[] = [];
  let sizeBytes = 0;
  let header: RoundHeader | undefined;
  let refusal: Refusal | undefined;
  const attempt = <Result>(work: () => Result): Result | undefined => {
    try {
      return work();
    } catch (error) {
      refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      return undefined;
    }
  };
  const take = (chunk: Buffer): void => {
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
      if (refusal === undefined)
        attempt(() => {
          take(chunk);
        });
      if (refusal !== undefined && !isWorthHashing(refusal)) break;
    }
  } catch (error) {
    const reason = readingError(error);
    attempt(() => {
      throw reason;
    });
  }
  const end = refusal === undefined ? attempt(() => parser.end()) : undefined;
  const sha256 = hash.digest("hex");
  const frame =
    end === undefined || header === undefined
      ? undefined
      : { header, trailer: end.trailer, players, captures, objectives, announcements };
  return { frame, refusal, sizeBytes, sha256, end };
}

/** Reads the frame of a file that was surveyed; throws for one that is refused, or is no longer the same. */
export async function readFrame(bytes: AsyncIterable<Buffer>, surveyed: string): Promise<RoundFrame> {
  const { frame, refusal, sha256 } = await readFrameOrRefusal(bytes, () => true);
  if (sha256 !== surveyed) throw new RefusalError(FILE_CHANGED);
  if (frame !== undefined) return frame;
  throw new RefusalError(refusal ?? NO_HEADER);
}

/** Whether a file that was refused is none to complain about: nobody named it, and it looks like no round file. */
export function isNoRoundFile({ isNamed, label }: FoundFile, { code }: Refusal): boolean {
  return UNKNOWN_FILE_CODES.has(code) && !isNamed && !ROUND_FILE_NAME.test(label);
}

/** Whether a recording began too late to have seen the beginning of its round. */
export function isLate(beganMs: number | null): boolean {
  return beganMs !== null && beganMs > LATEST_BEGIN_MS;
}

/** Gives the same string for the same text: of the words that files share, one copy is kept. */
export type Share = (text: string) => string;

/** Looks at a file for the first time. */
export async function surveyFile(found: FoundFile, share: Share): Promise<Surveyed> {
  const { label, source } = found;
  const isOther = (refusal: Refusal): boolean => isNoRoundFile(found, refusal);
  const { end, frame, refusal, sha256, sizeBytes } = await readFrameOrRefusal(
    found.bytes,
    (it) => !isOther(it),
  );
  if (frame === undefined || end === undefined) {
    const reason = refusal ?? NO_HEADER;
    return isOther(reason) ? { is: "other" } : { is: "refused", refusal: reason, sha256, sizeBytes };
  }
  const { beganMs, kind, map, matchKey, piece, round, roundKey } = frame.header;
  const endReason = frame.trailer?.endReason ?? CUT_REASON;
  return {
    is: "round file",
    candidate: {
      label,
      source,
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
