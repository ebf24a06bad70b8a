/** Why the embedded database did not start, and what to do about it. */
import { readFile } from "node:fs/promises";

import { diskAdvice, writingAdvice } from "../../disk-advice.ts";
import { ProxError } from "../../errors.ts";

/** The error of a server that did not start, with the last lines of its log. */
export async function startFailure(
  { folder, log: logFile }: { readonly folder: string; readonly log: string },
  reason: string,
): Promise<ProxError> {
  const log = await readFile(logFile, "utf8").catch(() => "");
  const lastLines = log.trim().split("\n").slice(-5);
  const lines = `the embedded database did not start: ${reason}`.split("\n");
  const said = [reason, ...lastLines].join("\n");
  return new ProxError("E_EMBEDDED_START", [...lines, ...lastLines], {
    suggestions: [
      ...writingAdvice(said, [`read ${logFile}`]),
      "or give --database-url of a running PostgreSQL",
      // A new database needs the same disk.
      ...(diskAdvice(said) === undefined
        ? ["or run: prox db reset, and import the round files again: they hold everything"]
        : []),
    ],
    details: { folder, log: logFile },
  });
}
