/** Where prox begins: output is guarded before anything is written, and every error ends in the same form. */
import { errorCodeOf } from "../errors.ts";
import { EXIT_CODES } from "../errors/exit-codes.ts";
import { packageVersion } from "../package-root.ts";
import { guardOutput, writeMessage } from "./output.ts";

/** `oclif.additionalVersionFlags` of package.json has them too, for help and completion. */
const VERSION_FLAGS: ReadonlySet<string | undefined> = new Set(["--version", "-V"]);
/** What a write fails with when the program that read the output has ended (`prox … | head`). */
const CLOSED_CODES: ReadonlySet<string | undefined> = new Set(["EPIPE", "ERR_STREAM_DESTROYED"]);

/**
 * Lets work go on when nobody reads its output any more: half a deploy is worse than one that nobody watches. Resolves when
 * standard output is closed.
 */
function untilClosed(): Promise<void> {
  return new Promise((resolve) => {
    for (const stream of [process.stdout, process.stderr]) {
      stream.on("error", (error) => {
        if (!CLOSED_CODES.has(errorCodeOf(error))) throw error;
        if (stream === process.stdout) resolve();
      });
    }
  });
}

/** Whether the arguments ask for nothing but the version, which takes hardly any of prox. */
export function asksVersion(): boolean {
  const [flag, ...others] = process.argv.slice(2);
  return others.length === 0 && VERSION_FLAGS.has(flag);
}

/** Runs the command that the arguments name. `dir` is the address of the file that was started. */
export async function main(dir: string): Promise<void> {
  guardOutput();
  const closed = untilClosed();
  if (asksVersion()) {
    // As oclif says it, which takes as long to load as Node itself.
    const { arch, platform, version } = process;
    process.stdout.write(`prox/${packageVersion()} ${platform}-${arch} node-${version}\n`);
    return;
  }
  process.removeAllListeners("warning");
  process.on("warning", ({ message, name }) => {
    writeMessage(`${name}: `, [message]);
  });
  const { Errors, flush, run } = await import("@oclif/core");
  const end = async (thrown: unknown): Promise<never> => {
    if (thrown instanceof Errors.ExitError) process.exit(thrown.oclif.exit);
    if (CLOSED_CODES.has(errorCodeOf(thrown))) process.exit(process.exitCode ?? EXIT_CODES.ok);
    const { failureJson, showFailure, toFailure } = await import("./failure.ts");
    if (process.argv.includes("--json")) process.stdout.write(failureJson(thrown));
    else showFailure(thrown);
    process.exit(toFailure(thrown).error.exitCode);
  };
  process.on("uncaughtException", (thrown) => void end(thrown));
  try {
    await run(process.argv.slice(2), dir);
    // What was not read by then waits for a reader who never comes back.
    await Promise.race([flush(), closed]);
  } catch (thrown) {
    await end(thrown);
  }
}
