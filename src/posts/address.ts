/** Where the address of a chat comes from: a variable, or a file that only its owner can read. It is a secret. */
import { ProxError } from "../errors.ts";
import { readSecretFile } from "../secret-file.ts";
import { rememberSecret } from "../secrets.ts";

/**
 * The address to post to; nothing that prox prints shows it from then on. Throws `E_POST_ADDRESS` without one.
 * @param variable name of the variable of the environment that holds it; with `_FILE` behind it, that of a file that does.
 */
export function readAddress(file: string | undefined, variable: string): string {
  const named = file ?? process.env[`${variable}_FILE`];
  const address =
    named === undefined
      ? process.env[variable]?.trim()
      : readSecretFile(named, "E_POST_ADDRESS", "the secret address");
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
