/** Why a file was not stored. */
import type { IMPORT_ERRORS } from "../errors/file-errors.ts";
import { formatIssue, RoundFileError, type Issue } from "../parsers/issue.ts";

/** The code of a refusal: one of the parsers, or one of storing. */
export type RefusalCode = Issue["code"] | keyof typeof IMPORT_ERRORS;

/** Why a file was not stored: code, place and offending text. */
export type Refusal = Omit<Issue, "code"> & { readonly code: RefusalCode };

/** The refusal of a file that is not what it was when it was surveyed. */
export const FILE_CHANGED: Refusal = {
  code: "E_FILE_CHANGED",
  message: "the file changed while prox read it",
  line: 0,
};

/** Thrown to give up one file; the import goes on with the others. */
export class RefusalError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal, cause?: unknown) {
    super(formatRefusal(refusal), { cause });
    this.name = "RefusalError";
    this.refusal = refusal;
  }
}

/** Why a file or an entry of an archive cannot be taken because of its name; undefined for any other name. */
export function nameFault(name: string): Refusal | undefined {
  if (!name.includes("\0")) return undefined;
  return { code: "E_NAME", message: "its name holds a NUL, which no text of a database can hold", line: 0 };
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
  // zlib's errors begin with Z_ and ERR_; yauzl and our tar reader throw plain errors.
  const isFileSystem = "syscall" in error;
  if (!isFileSystem && code !== "" && !/^(Z_|ERR_)/.test(code)) return error;
  // Node refuses a path with NUL before the file system sees it.
  const isUnread = isFileSystem || code === "ERR_INVALID_ARG_VALUE";
  const message = `cannot be ${isUnread ? "read" : "unpacked"}: ${error.message}`;
  return new RefusalError({ code: isUnread ? "E_READ" : "E_ARCHIVE", message, line: 0 }, error);
}
