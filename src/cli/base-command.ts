/** What all commands share: the JSON envelope, error rendering, exit codes, warnings and Ctrl-C. */
import { Command, Errors, ux } from "@oclif/core";

import { EXIT_CODES } from "../errors/exit-codes.ts";
import { messageOf, ProxError } from "../errors.ts";

/** The error part of the `--json` envelope. */
interface JsonError {
  code: string;
  message: string;
  exitCode: number;
  suggestions: readonly string[];
  details?: Readonly<Record<string, unknown>>;
}

interface Failure {
  error: JsonError;
  result: unknown;
}

/** Puts any thrown value into the shape that users and programs see. */
function toFailure(error: unknown): Failure {
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

/** A character as escapes of its UTF-16 units. */
function unitEscapes(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }).join("");
}

/**
 * Base of all commands. A command's `run` returns its result, which `--json` prints as
 * `{ok: true, command, result, warnings}`; a thrown error becomes `{ok: false, command, error, warnings}`, with
 * `result` where some of the work was done. Data goes to standard output, messages to standard error.
 */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true;

  readonly #interruption = new AbortController();
  readonly #warnings: string[] = [];

  /** Aborted by the first Ctrl-C or SIGTERM: finish or undo the step at hand, then stop. */
  protected get interrupted(): AbortSignal {
    return this.#interruption.signal;
  }

  override async init(): Promise<void> {
    await super.init();
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(EXIT_CODES.interrupted));
        this.#interruption.abort(new ProxError("E_INTERRUPTED", "stopped; what was finished is kept"));
      });
    }
  }

  /** Prints JSON. JSON leaves 8-bit escapes and direction marks as they are; a terminal would obey them. */
  override logJson(json: unknown): void {
    const text = JSON.stringify(json, undefined, 2).replace(
      /[\u007F-\u009F\u2028\u2029]|\p{Cf}/gu,
      unitEscapes,
    );
    ux.stdout(text);
  }

  override warn(input: Error | string): Error | string {
    const message = typeof input === "string" ? input : input.message;
    this.#warnings.push(message);
    process.stderr.write(`warning: ${message}\n`);
    return input;
  }

  protected override async catch(error: Error): Promise<void> {
    if (error instanceof Errors.ExitError) throw error;
    const failure = toFailure(error);
    process.exitCode = failure.error.exitCode;
    if (this.jsonEnabled()) {
      this.logJson(this.toErrorJson(error));
      return Promise.resolve();
    }
    const { code, message, suggestions } = failure.error;
    process.stderr.write(`error: ${message} [${code}]\n`);
    for (const suggestion of suggestions) process.stderr.write(`  → ${suggestion}\n`);
    const isBug = code === "E_BUG" && error.stack !== undefined;
    if (isBug) process.stderr.write(`${String(error.stack)}\n`);
  }

  protected override toErrorJson(error: unknown): unknown {
    const failure = toFailure(error);
    return {
      ok: false,
      command: this.id,
      ...(failure.result === undefined ? {} : { result: failure.result }),
      error: failure.error,
      warnings: this.#warnings,
    };
  }

  protected override toSuccessJson(result: unknown): unknown {
    return { ok: true, command: this.id, result, warnings: this.#warnings };
  }
}
