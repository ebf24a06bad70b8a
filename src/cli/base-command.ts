/** What all commands share: the JSON envelope, error rendering, exit codes, warnings and Ctrl-C. */
import { setMaxListeners } from "node:events";

import { Command, Errors, Flags, type Interfaces, ux } from "@oclif/core";

import { counted } from "../counts.ts";
import { detail, onDetail } from "../details.ts";
import { EXIT_CODES } from "../errors/exit-codes.ts";
import { messageOf, ProxError } from "../errors.ts";
import { safeText, UNSAFE_CHARACTERS } from "../names.ts";
import { type AfterRun, afterRunOf, pingMonitor, runHook } from "./after-run.ts";
import { showFailure, toFailure } from "./failure.ts";
import { guardOutput, hushProgress, writeMessage, writeStyledLine } from "./output.ts";

/** What JSON leaves as it is, and a terminal would obey; ends of lines stand between values only. */
const ACTING_IN_JSON = new RegExp(`(?!\\n)${UNSAFE_CHARACTERS}`, "gu");

/** So many warnings are kept for `--json`. */
const MOST_WARNINGS = 1000;

/** How long the step at hand may take to end after the first signal. A supervisor such as systemd waits 90 s before it kills. */
const LAST_STEP_MS = 45_000;
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

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
  static override baseFlags = {
    quiet: Flags.boolean({
      char: "q",
      summary: "print only what was asked for, warnings and errors",
      helpGroup: "GLOBAL",
      exclusive: ["verbose"],
    }),
    verbose: Flags.boolean({
      char: "v",
      summary: "also print what is used, what was left alone, and the cause of an error",
      helpGroup: "GLOBAL",
    }),
  };

  readonly #interruption = new AbortController();
  readonly #warnings: string[] = [];
  #lastStep: NodeJS.Timeout | undefined;
  #afterRun: AfterRun = {};
  readonly #startedMs = performance.now();
  #stopDetails: (() => void) | undefined;
  #isQuiet = false;
  #isVerbose = false;
  /** The JSON of a failure that is to be told. */
  #failure: unknown;
  #moreWarnings = 0;

  /** Aborted by the first Ctrl-C or SIGTERM: finish or undo the step at hand, then stop. */
  protected get interrupted(): AbortSignal {
    return this.#interruption.signal;
  }

  override async init(): Promise<void> {
    guardOutput();
    await super.init();
    // Each server that is worked on listens, and there may be many.
    setMaxListeners(0, this.interrupted);
    for (const signal of SIGNALS) process.on(signal, this.#interrupt);
  }

  protected override async parse<
    F extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    B extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    A extends Interfaces.OutputArgs<Interfaces.ArgInput>,
  >(options?: Interfaces.Input<F, B, A>, argv?: string[]): Promise<Interfaces.ParserOutput<F, B, A>> {
    const parsed = await super.parse(options, argv);
    this.#afterRun = afterRunOf(parsed.flags);
    const { quiet, verbose } = parsed.flags as { quiet?: boolean; verbose?: boolean };
    this.#isQuiet = quiet === true;
    this.#isVerbose = verbose === true;
    if (this.#isVerbose) this.#stopDetails = this.#printDetails();
    if (this.#isQuiet) hushProgress();
    return parsed;
  }

  /** Called when the command is through, however it ended. */
  protected override async finally(error: Error | undefined): Promise<unknown> {
    for (const signal of SIGNALS) process.off(signal, this.#interrupt);
    clearTimeout(this.#lastStep);
    await this.#tellOthers(error);
    detail(() => `took ${((performance.now() - this.#startedMs) / 1000).toFixed(2)} s`);
    this.#stopDetails?.();
    return super.finally(error);
  }

  /** Remembers a failure that the command tells and that does not end it: of some servers, for example. */
  protected noteFailure(result: unknown): void {
    this.#failure ??= this.toSuccessJson(result);
  }

  /** Runs the command of `--on-imported`. */
  protected async tellImported(result: unknown): Promise<void> {
    await this.#runHook("--on-imported", this.#afterRun.onImported, this.toSuccessJson(result));
  }

  /** Prints details as they are told, each line once: a setting may be looked up several times. */
  #printDetails(): () => void {
    const printed = new Set<string>();
    return onDetail((line) => {
      if (!printed.has(line)) writeMessage("", [line]);
      printed.add(line);
    });
  }

  async #runHook(flag: string, command: string | undefined, value: unknown): Promise<void> {
    if (command === undefined) return;
    try {
      await runHook(command, value);
    } catch (error) {
      this.warn(`the command of ${flag} failed: ${messageOf(error)}`);
    }
  }

  async #tellOthers(error: Error | undefined): Promise<void> {
    const { onFailed, ping } = this.#afterRun;
    if (this.#failure !== undefined) await this.#runHook("--on-failed", onFailed, this.#failure);
    if (ping === undefined) return;
    const exitCode = error instanceof Errors.ExitError ? error.oclif.exit : Number(process.exitCode ?? 0);
    if (exitCode === EXIT_CODES.locked || exitCode === EXIT_CODES.interrupted) return;
    const reason =
      exitCode === 0
        ? undefined
        : `exit code ${exitCode}${error === undefined ? "" : `: ${messageOf(error)}`}`;
    try {
      await pingMonitor(ping, reason);
    } catch (unreached) {
      this.warn(`the monitor at ${new URL(ping).host} was not reached: ${messageOf(unreached)}`);
    }
  }

  readonly #interrupt = (): void => {
    if (this.interrupted.aborted) process.exit(EXIT_CODES.interrupted);
    this.#interruption.abort(new ProxError("E_INTERRUPTED", "stopped; what was finished is kept"));
    // If a step still waits then, prox ends all the same.
    this.#lastStep = setTimeout(() => {
      writeMessage("error: ", [
        "stopped; what was under way is undone or goes on at the next run [E_INTERRUPTED]",
      ]);
      process.exit(EXIT_CODES.interrupted);
    }, LAST_STEP_MS);
    this.#lastStep.unref();
  };

  /** Prints JSON. JSON leaves 8-bit escapes and direction marks as they are; a terminal would obey them. */
  override logJson(json: unknown): void {
    ux.stdout(JSON.stringify(json, undefined, 2).replace(ACTING_IN_JSON, unitEscapes));
  }

  /** Prints one line, unless a program reads: a line end in it came from outside. */
  override log(line = ""): void {
    super.log(safeText(line));
  }

  /** Prints a line of what was done, unless prox is to be quiet. */
  protected tell(line: string): void {
    if (!this.#isQuiet) this.log(line);
  }

  /** Prints a line of what was done by a command that also runs unattended; into a log it goes with its time, UTC. */
  protected logDone(line: string): void {
    this.tell(process.stdout.isTTY ? line : `${new Date().toISOString().slice(0, 19)}Z ${line}`);
  }

  /** Prints lines of which the colours are prox's own, unless a program reads. */
  protected say(lines: readonly string[]): void {
    if (!this.jsonEnabled()) for (const line of lines) writeStyledLine(process.stdout, line);
  }

  /** Prints one line on standard error, unless a program reads or prox is to be quiet. */
  override logToStderr(line = ""): void {
    if (!this.jsonEnabled() && !this.#isQuiet) writeMessage("", [line]);
  }

  override warn(input: Error | string): Error | string {
    const message = safeText(typeof input === "string" ? input : input.message);
    if (this.#warnings.length < MOST_WARNINGS) this.#warnings.push(message);
    else this.#moreWarnings++;
    writeMessage("warning: ", [message]);
    return input;
  }

  #allWarnings(): string[] {
    const more = this.#moreWarnings > 0 ? [`and ${counted(this.#moreWarnings, "more warning")}`] : [];
    return [...this.#warnings, ...more];
  }

  protected override async catch(error: Error): Promise<void> {
    if (error instanceof Errors.ExitError) throw error;
    const { exitCode } = toFailure(error).error;
    process.exitCode = exitCode;
    if (exitCode !== EXIT_CODES.locked && exitCode !== EXIT_CODES.interrupted)
      this.#failure = this.toErrorJson(error);
    if (this.jsonEnabled()) this.logJson(this.toErrorJson(error));
    else showFailure(error, { withCauses: this.#isVerbose });
    return Promise.resolve();
  }

  protected override toErrorJson(error: unknown): unknown {
    const failure = toFailure(error);
    return {
      ok: false,
      command: this.id,
      ...(failure.result === undefined ? {} : { result: failure.result }),
      error: failure.error,
      warnings: this.#allWarnings(),
    };
  }

  protected override toSuccessJson(result: unknown): unknown {
    return { ok: true, command: this.id, result, warnings: this.#allWarnings() };
  }
}
