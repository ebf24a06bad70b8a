/** The token of the bot, which is a secret, and where Discord is. */
import { ProxError } from "../errors.ts";
import { readSecretFile } from "../secret-file.ts";
import { rememberSecret } from "../secrets.ts";

const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/u;

/**
 * The token, from the file, from the file that `PROX_DISCORD_TOKEN_FILE` names, or from `PROX_DISCORD_TOKEN`; nothing that prox prints
 * shows it from then on. Throws `E_DISCORD_TOKEN` without one.
 */
export function readToken(file: string | undefined): string {
  const named = file ?? process.env["PROX_DISCORD_TOKEN_FILE"];
  const text =
    named === undefined
      ? process.env["PROX_DISCORD_TOKEN"]?.trim()
      : readSecretFile(named, "E_DISCORD_TOKEN", "the secret token");
  const token = text?.replace(/^Bot\s+/iu, "") ?? "";
  if (token === "") {
    throw new ProxError("E_DISCORD_TOKEN", "no token of a bot", {
      suggestions: [
        "put it into the variable PROX_DISCORD_TOKEN, or into a file that only you can read: --token-file",
      ],
    });
  }
  // A header cannot hold anything else, and the library would name it in its error.
  if (!/^[\w.-]+$/u.test(token)) {
    throw new ProxError("E_DISCORD_TOKEN", "this is not the token of a bot: it has other characters");
  }
  rememberSecret(token);
  return token;
}

/**
 * Where Discord's API is: what `PROX_DISCORD_API` names, for tests and proxies; undefined for Discord itself. Throws `E_USAGE` for an
 * address to which the token would travel in clear.
 */
export function readApi(): string | undefined {
  const text = process.env["PROX_DISCORD_API"] ?? "";
  if (text === "") return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && LOOPBACK.test(url.hostname));
  if (url === undefined || !isSafe) {
    throw new ProxError(
      "E_USAGE",
      "PROX_DISCORD_API is not an address that begins with https://, or with http:// on this machine",
    );
  }
  return url.href.replace(/\/$/u, "");
}
