/** A secret in a file that only its owner can read. */
import { readFileSync, statSync } from "node:fs";

import type { ErrorCode } from "./errors/catalogue.ts";
import { messageOf, ProxError } from "./errors.ts";

/** Others may read, write or run it. */
const OTHERS = 0o077;

/**
 * What the file holds, without white space around it. Throws the error with this code where the file cannot be read, or others can
 * read it.
 * @param what the secret is, for people: "the secret address".
 */
export function readSecretFile(file: string, code: ErrorCode, what: string): string {
  try {
    const { mode } = statSync(file);
    if (process.platform !== "win32" && (mode & OTHERS) !== 0) {
      throw new ProxError(code, `${file}: others can read ${what} in it`, {
        suggestions: [`chmod 600 ${file}`],
      });
    }
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    if (error instanceof ProxError) throw error;
    throw new ProxError(code, `${file}: cannot be read: ${messageOf(error)}`, { cause: error });
  }
}
