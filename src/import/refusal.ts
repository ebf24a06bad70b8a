/** Why a file was not stored. */
import { formatIssue, RoundFileError, type Issue } from "../parsers/issue.ts";

/** Codes beyond those of the parsers, with their meaning. */
export const REFUSALS = {
  E_READ: "the file could not be read",
  E_ARCHIVE: "the archive is damaged from here on, or of a kind that cannot be unpacked",
  E_FILE_CHANGED: "the file changed while it was read; import it again",
  E_ROUND_DISAGREES: "the header contradicts another file of the same round",
  E_CONFLICT: "another complete file of the same round and kind is stored, with other content",
  E_NOT_STORABLE:
    "the database cannot hold what the round's files say, though each value is within its range",
  E_STORED_COUNT: "the database holds another number of rows than were read",
} as const;
/** The code of a refusal: one of {@link REFUSALS}, or one of the parsers. */
export type RefusalCode = Issue["code"] | keyof typeof REFUSALS;

/** Why a file was not stored: code, place and offending text. */
export type Refusal = Omit<Issue, "code"> & { readonly code: RefusalCode };

/** The refusal of a file that is not what it was when it was surveyed. */
export const FILE_CHANGED: Refusal = {
  code: "E_FILE_CHANGED",
  message: "the file changed while it was read",
  line: 0,
};

/** Thrown to give up one file; the import goes on with the others. */
export class RefusalError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(formatRefusal(refusal));
    this.name = "RefusalError";
    this.refusal = refusal;
  }
}

/** A refusal in one line: place, reason, code. */
export function formatRefusal(refusal: Refusal): string {
  return formatIssue(refusal as Issue);
}

/** The refusal that an error stands for, or undefined for an error that is not about the file. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof RefusalError) return error.refusal;
  return error instanceof RoundFileError ? error.issue : undefined;
}

/** Makes a {@link RefusalError} of an error of the file system or of unpacking; any other comes back as it is. */
export function readingError(error: unknown): unknown {
  if (refusalOf(error) !== undefined || !(error instanceof Error)) return error;
  const code = "code" in error ? String(error.code) : "";
  // zlib's errors begin with Z_ and ERR_; yauzl and tar-stream throw plain errors.
  const isFileSystem = "syscall" in error;
  const message = isFileSystem ? `cannot be read: ${error.message}` : `cannot be unpacked: ${error.message}`;
  if (!isFileSystem && code !== "" && !/^(Z_|ERR_)/.test(code)) return error;
  return new RefusalError({ code: isFileSystem ? "E_READ" : "E_ARCHIVE", message, line: 0 });
}
