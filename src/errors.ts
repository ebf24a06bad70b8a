/** What every part of prox throws when it knows what went wrong: a code, a place and what to do about it. */

/** Exit codes of every command, documented by `prox help exit-codes`. */
export const EXIT_CODES = {
  ok: 0,
  bug: 1,
  usage: 2,
  partial: 3,
  remote: 4,
  database: 5,
  locked: 6,
  verification: 7,
  build: 8,
  input: 9,
  interrupted: 130,
} as const;
/** Why a command ended: a key of {@link EXIT_CODES}. */
export type ExitName = keyof typeof EXIT_CODES;

/** What each exit code means. */
export const EXIT_CODE_DESCRIPTIONS: Readonly<Record<ExitName, string>> = {
  ok: "all well, nothing to do included",
  bug: "an unexpected error: please report it",
  usage: "the command line is wrong",
  partial: "some of the work was done, some of the input was rejected",
  remote: "the game server could not be reached, or refused",
  database: "the database could not be reached, or refused",
  locked: "another prox is at work on the same thing",
  verification: "what was found differs from what was expected",
  build: "the tracker did not compile",
  input: "a file that was asked for cannot be read, or is not what it should be",
  interrupted: "stopped by Ctrl-C or a signal; what was finished is kept",
};

/** What a {@link ProxError} holds besides code and message; only `exit` must be given. */
export interface ProxErrorOptions {
  /** Which exit code the process ends with. */
  exit: ExitName;
  /** What the user can do about it, one step a line. */
  suggestions?: readonly string[];
  /** Facts for programs, printed under `error.details` with `--json`. */
  details?: Readonly<Record<string, unknown>>;
  /** What was done in spite of the error, printed as `result` with `--json`. */
  result?: unknown;
  cause?: unknown;
}

/** An error that the user can understand and act on. `code` is stable and begins with `E_`. */
export class ProxError extends Error {
  readonly code: string;
  readonly exit: ExitName;
  readonly suggestions: readonly string[];
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly result: unknown;

  constructor(code: string, message: string, options: ProxErrorOptions) {
    super(message, { cause: options.cause });
    this.name = "ProxError";
    this.code = code;
    this.exit = options.exit;
    this.suggestions = options.suggestions ?? [];
    this.details = options.details;
    this.result = options.result;
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
