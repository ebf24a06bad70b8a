/** What every part of prox throws when it knows what went wrong: a code, a place and what to do about it. */
import { COMMAND_ERRORS, type ErrorCode } from "./errors/catalogue.ts";
import type { ExitName } from "./errors/exit-codes.ts";
import { safeText } from "./names.ts";

/** What a {@link ProxError} can hold besides code and message. */
export interface ProxErrorOptions {
  /** What the user can do about it, one step a line. */
  suggestions?: readonly string[];
  /** Facts for programs, printed under `error.details` with `--json`. */
  details?: Readonly<Record<string, unknown>> | undefined;
  /** What was done in spite of the error, printed as `result` with `--json`. */
  result?: unknown;
  cause?: unknown;
}

/**
 * An error that the user can understand and act on. Its code is stable; the catalogue says which exit code it has. A message
 * of several lines is given as a list: a line end inside of a text came from outside and ends no line.
 */
export class ProxError extends Error {
  readonly code: ErrorCode;
  readonly exit: ExitName;
  /** The message's lines, safe to show. */
  readonly lines: readonly string[];
  readonly suggestions: readonly string[];
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly result: unknown;

  constructor(code: ErrorCode, message: string | readonly string[], options: ProxErrorOptions = {}) {
    const lines = [message].flat().map(safeText);
    super(lines.join("\n"), { cause: options.cause });
    this.name = "ProxError";
    this.lines = lines;
    this.code = code;
    this.exit = COMMAND_ERRORS[code].exit;
    this.suggestions = (options.suggestions ?? []).map(safeText);
    this.details = options.details;
    this.result = options.result;
  }

  /** The same error, with what was done before it. */
  withResult(result: unknown): ProxError {
    const { code, details, lines, suggestions } = this;
    return new ProxError(code, lines, { suggestions, details, result, cause: this });
  }
}

/** What was thrown says, in words to put behind "cannot …: ". */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof ProxError) return thrown.lines.join(" ");
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The code of an error of the system (`ENOENT`), of the way to the database, or of the database (a SQLSTATE). */
export function errorCodeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !("code" in thrown)) return undefined;
  return typeof thrown.code === "string" ? thrown.code : undefined;
}
