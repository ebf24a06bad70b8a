/** Where the address of a chat comes from: a variable, or a file that only its owner can read. It is a secret. */
import { readFileSync, statSync } from "node:fs";

import { messageOf, ProxError } from "../errors.ts";
import { rememberSecret } from "../secrets.ts";

/** Others may read, write or run it. */
const OTHERS = 0o077;

function readAddressFile(file: string): string {
  let text: string;
  try {
    const { mode } = statSync(file);
    if (process.platform !== "win32" && (mode & OTHERS) !== 0) {
      throw new ProxError("E_POST_ADDRESS", `${file}: others can read the secret address in it`, {
        suggestions: [`chmod 600 ${file}`],
      });
    }
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof ProxError) throw error;
    throw new ProxError("E_POST_ADDRESS", `${file}: cannot be read: ${messageOf(error)}`, { cause: error });
  }
  return text.trim();
}

/**
 * The address to post to; nothing that prox prints shows it from then on. Throws `E_POST_ADDRESS` without one.
 * @param variable name of the variable of the environment that holds it; with `_FILE` behind it, that of a file that does.
 */
export function readAddress(file: string | undefined, variable: string): string {
  const named = file ?? process.env[`${variable}_FILE`];
  const address = named === undefined ? process.env[variable]?.trim() : readAddressFile(named);
  if (address === undefined || address === "") {
    throw new ProxError("E_POST_ADDRESS", "no address to post to", {
      suggestions: [
        `put it into the variable ${variable}, or into a file that only you can read: --address-file`,
      ],
    });
  }
  rememberSecret(address);
  return address;
}
