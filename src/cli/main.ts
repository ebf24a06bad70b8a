/** Where prox begins: output is guarded before anything is written, and every error ends in the same form. */
import { errorCodeOf } from "../errors.ts";
import { EXIT_CODES } from "../errors/exit-codes.ts";
import { guardOutput, writeMessage } from "./output.ts";

/** Runs the command that the arguments name. `dir` is the address of the file that was started. */
export async function main(dir: string): Promise<void> {
  guardOutput();
  process.removeAllListeners("warning");
  process.on("warning", ({ message, name }) => {
    writeMessage(`${name}: `, [message]);
  });
  const { Errors, flush, run } = await import("@oclif/core");
  const end = async (thrown: unknown): Promise<never> => {
    if (thrown instanceof Errors.ExitError) process.exit(thrown.oclif.exit);
    // The program that read the output has closed it (`prox … | head`): that is no error.
    if (errorCodeOf(thrown) === "EPIPE") process.exit(EXIT_CODES.ok);
    const { showFailure, toFailure } = await import("./failure.ts");
    showFailure(thrown);
    process.exit(toFailure(thrown).error.exitCode);
  };
  process.on("uncaughtException", (thrown) => void end(thrown));
  try {
    await run(process.argv.slice(2), dir);
    await flush();
  } catch (thrown) {
    await end(thrown);
  }
}
