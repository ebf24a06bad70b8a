/** Why a file was not stored. */
import { ProxError } from "../errors.ts";
import type { IMPORT_ERRORS } from "../errors/file-errors.ts";
import { formatFault, RoundFileError, type Fault } from "../parsers/fault.ts";

/** The code of a fault: one of the parsers, or one of storing. */
export type FileFaultCode = Fault["code"] | keyof typeof IMPORT_ERRORS;

/** Why a file was not stored: code, place and offending text. */
export type FileFault = Omit<Fault, "code"> & { readonly code: FileFaultCode };

/** The fault of a file that is not what it was when it was surveyed. */
export const FILE_CHANGED: FileFault = {
  code: "E_FILE_CHANGED",
  message: "the file changed while prox read it",
  line: 0,
};

/** Thrown to give up one file; the import goes on with the others. */
export class FileFaultError extends Error {
  readonly fault: FileFault;

  constructor(fault: FileFault, cause?: unknown) {
    super(formatFileFault(fault), { cause });
    this.name = "FileFaultError";
    this.fault = fault;
  }
}

/** Why a file or an entry of an archive cannot be taken because of its name; undefined for any other name. */
export function nameFault(name: string): FileFault | undefined {
  if (!name.includes("\0")) return undefined;
  return { code: "E_NAME", message: "its name holds a NUL, which no text of a database can hold", line: 0 };
}

/** A fault in one line: place, reason, code. */
export function formatFileFault(fault: FileFault): string {
  return formatFault(fault as Fault);
}

/** The fault that an error stands for, or undefined for an error that is not about the file. */
export function fileFaultOf(error: unknown): FileFault | undefined {
  if (error instanceof FileFaultError) return error.fault;
  return error instanceof RoundFileError ? error.fault : undefined;
}

/** Codes of the file system that say nothing of the file: the next one would fail too. */
const MACHINE_CODES: ReadonlySet<string> = new Set(["EMFILE", "ENFILE", "ENOMEM"]);

/**
 * Makes a {@link FileFaultError} of an error of the file system or of unpacking, and E_MACHINE of one that this machine is to
 * blame for; any other comes back as it is.
 */
export function readingError(error: unknown): unknown {
  if (fileFaultOf(error) !== undefined || !(error instanceof Error)) return error;
  const code = "code" in error ? String(error.code) : "";
  // zlib's errors begin with Z_ and ERR_; yauzl and our tar reader throw plain errors.
  const isFileSystem = "syscall" in error;
  if (!isFileSystem && code !== "" && !/^(Z_|ERR_)/.test(code)) return error;
  if (isFileSystem && MACHINE_CODES.has(code))
    return new ProxError("E_MACHINE", `cannot read on: ${error.message}`, { cause: error });
  // Node refuses a path with NUL before the file system sees it.
  const isUnread = isFileSystem || code === "ERR_INVALID_ARG_VALUE";
  const message = `cannot be ${isUnread ? "read" : "unpacked"}: ${error.message}`;
  return new FileFaultError({ code: isUnread ? "E_READ" : "E_ARCHIVE", message, line: 0 }, error);
}
