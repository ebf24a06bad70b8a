/** What goes wrong with single files while the others are pulled. */
import { ProxError } from "../errors.ts";

/** One file that could not be fetched or put away. */
export interface PullFault {
  readonly name: string;
  readonly message: string;
}

/** What the server says of one file. After any other error the next file would fare no better. */
const CODES_OF_ONE_FILE = new Set(["E_REMOTE_DENIED", "E_REMOTE_MISSING", "E_REMOTE_FAILED"]);

/** Whether one file alone is refused, gone or failed, so that the others are still worth a try. */
export function isFaultOfOneFile(error: unknown): error is ProxError {
  return error instanceof ProxError && CODES_OF_ONE_FILE.has(error.code);
}
