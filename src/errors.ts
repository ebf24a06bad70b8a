/** What every part of prox throws when it knows what went wrong: a code, a place and what to do about it. */
import { COMMAND_ERRORS, type ErrorCode } from "./errors/catalogue.ts";
import type { ExitName } from "./errors/exit-codes.ts";

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

/** An error that the user can understand and act on. Its code is stable; the catalogue says which exit code it has. */
export class ProxError extends Error {
  readonly code: ErrorCode;
  readonly exit: ExitName;
  readonly suggestions: readonly string[];
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly result: unknown;

  constructor(code: ErrorCode, message: string, options: ProxErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = "ProxError";
    this.code = code;
    this.exit = COMMAND_ERRORS[code].exit;
    this.suggestions = options.suggestions ?? [];
    this.details = options.details;
    this.result = options.result;
  }

  /** The same error, with what was done before it. */
  withResult(result: unknown): ProxError {
    const { code, details, message, suggestions } = this;
    return new ProxError(code, message, { suggestions, details, result, cause: this });
  }
}

/** What was thrown says, in words to put behind "cannot …: ". */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The code of an error of the system (`ENOENT`), of the way to the database, or of the database (a SQLSTATE). */
export function errorCodeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !("code" in thrown)) return undefined;
  return typeof thrown.code === "string" ? thrown.code : undefined;
}
