/** How an error is told: one form for those of commands and those of the way to a command. */
import { Errors } from "@oclif/core";

import { EXIT_CODES } from "../errors/exit-codes.ts";
import { messageOf, ProxError } from "../errors.ts";
import { nearestName } from "../nearest-name.ts";
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

/** An error of the parser, as far as it tells of flags that the command does not have. */
interface FlagError {
  readonly flags?: unknown;
  readonly parse?: { readonly input?: { readonly flags?: Readonly<Record<string, unknown>> } };
}

/** The flags that were probably meant. */
function flagSuggestions(error: Error): string[] {
  const { flags, parse } = error as FlagError;
  const known = Object.keys(parse?.input?.flags ?? {});
  if (!Array.isArray(flags)) return [];
  return flags.flatMap((flag: unknown) => {
    const nearest = nearestName(String(flag).replace(/^-+/, ""), known);
    return nearest === undefined ? [] : [`did you mean --${nearest}?`];
  });
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
    const suggestions = [...(error.suggestions ?? []), ...flagSuggestions(error)];
    return { error: { code: "E_USAGE", message, exitCode, suggestions }, result: undefined };
  }
  return { error: { code: "E_BUG", message, exitCode: EXIT_CODES.bug, suggestions: [] }, result: undefined };
}

/** The `--json` envelope of an error on the way to a command, as a line of text. */
export function failureJson(thrown: unknown): string {
  const envelope = { ok: false, command: null, error: toFailure(thrown).error, warnings: [] };
  return `${JSON.stringify(envelope, undefined, 2)}\n`;
}

/** The errors that led to this one, the nearest first. */
function causesOf(thrown: unknown): Error[] {
  const causes: Error[] = [];
  for (let error = thrown; error instanceof Error && error.cause instanceof Error; error = error.cause) {
    if (causes.includes(error.cause)) break;
    causes.push(error.cause);
  }
  return causes;
}

/** Tells an error on standard error: message, code, what to do; on request also what led to it and where in the code. */
export function showFailure(thrown: unknown, { withCauses = false } = {}): void {
  const { code, message, suggestions } = toFailure(thrown).error;
  const lines = message.split("\n");
  writeMessage("error: ", lines.with(-1, `${lines.at(-1) ?? ""} [${code}]`));
  for (const suggestion of suggestions) writeMessage("  → ", [suggestion]);
  const shown = withCauses ? [thrown, ...causesOf(thrown)] : code === "E_BUG" ? [thrown] : [];
  for (const error of shown) {
    if (error instanceof Error && error.stack !== undefined) writeMessage("    ", error.stack.split("\n"));
  }
}
