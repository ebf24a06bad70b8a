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
  ok: "success, also when there was nothing to do",
  bug: "an unexpected error: please report it",
  usage: "the command line is wrong",
  partial: "some of the work was done: some servers failed, or some of the input was rejected",
  remote: "the game server could not be reached, or refused",
  database: "the database could not be reached, or refused",
  locked: "another prox is working on the same thing",
  verification: "a check failed: something is not as it should be",
  build: "the tracker did not compile",
  input: "a file cannot be read or written, or is not what it should be",
  interrupted: "stopped by Ctrl-C or a signal; what was finished is kept",
};

/** What the catalogue says of an error code. */
export interface ErrorEntry {
  /** Which exit code a command ends with that fails with this error. */
  readonly exit: ExitName;
  /** What happened, in a clause: "the file is empty". */
  readonly meaning: string;
  /** What the user can do about it. */
  readonly advice: string;
}
