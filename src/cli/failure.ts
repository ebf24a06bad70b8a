/** How an error is told: one form for those of commands and those of the way to a command. */
import { Errors } from "@oclif/core";

import { EXIT_CODES } from "../errors/exit-codes.ts";
import { messageOf, ProxError } from "../errors.ts";
import { writeMessage } from "./output.ts";

/** The error part of the `--json` envelope. */
interface JsonError {
  code: string;
  message: string;
  exitCode: number;
  suggestions: readonly string[];
  details?: Readonly<Record<string, unknown>>;
}

/** An error as users and programs see it. */
export interface Failure {
  error: JsonError;
  /** What was done in spite of it. */
  result: unknown;
}

/** Puts any thrown value into the shape that users and programs see. */
export function toFailure(error: unknown): Failure {
  if (error instanceof ProxError) {
    const { code, details, exit, message, result, suggestions } = error;
    const exitCode = EXIT_CODES[exit];
    return {
      error: { code, message, exitCode, suggestions, ...(details === undefined ? {} : { details }) },
      result,
    };
  }
  const message = messageOf(error);
  if (error instanceof Errors.CLIError) {
    const exitCode = EXIT_CODES.usage;
    return {
      error: { code: "E_USAGE", message, exitCode, suggestions: error.suggestions ?? [] },
      result: undefined,
    };
  }
  return { error: { code: "E_BUG", message, exitCode: EXIT_CODES.bug, suggestions: [] }, result: undefined };
}

/** Tells an error on standard error: message, code, what to do. */
export function showFailure(thrown: unknown): void {
  const { code, message, suggestions } = toFailure(thrown).error;
  const lines = message.split("\n");
  writeMessage("error: ", lines.with(-1, `${lines.at(-1) ?? ""} [${code}]`));
  for (const suggestion of suggestions) writeMessage("  → ", [suggestion]);
  const stack = code === "E_BUG" && thrown instanceof Error ? thrown.stack : undefined;
  if (stack !== undefined) writeMessage("    ", stack.split("\n"));
}
