/** Asks whether to go on. */
import { createInterface } from "node:readline/promises";

import { ProxError } from "../errors.ts";
import { safeText } from "../names.ts";
import { drawingStream } from "./output.ts";

/** Throws `E_CONFIRM` where the answer is no, or nobody can be asked, and `E_INTERRUPTED` at Ctrl-C. */
export async function confirm(
  question: string,
  { canAsk, signal }: { readonly canAsk: boolean; readonly signal: AbortSignal },
): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY || !canAsk) {
    throw new ProxError("E_CONFIRM", "cannot ask for consent without a terminal: this command needs --yes", {
      suggestions: ["see what it would do with --dry-run, then run it with --yes"],
    });
  }
  const terminal = createInterface({ input: process.stdin, output: drawingStream(process.stderr) });
  try {
    const answer = await terminal.question(`${safeText(question)} [y/N] `, { signal });
    if (/^y(es)?$/i.test(answer.trim())) return;
  } catch (cause) {
    // Ctrl-C: the terminal takes it as a key, or it came as a signal.
    throw new ProxError("E_INTERRUPTED", "stopped; nothing was changed", { cause });
  } finally {
    terminal.close();
  }
  throw new ProxError("E_CONFIRM", "cancelled; nothing was changed", {
    suggestions: ["answer y to go on"],
  });
}
