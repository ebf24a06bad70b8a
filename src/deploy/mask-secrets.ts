/** Keeps the secrets of cfg files from what is shown of them. Pure. */

/**
 * A name that tells a secret (`rconPassword`, `g_password`, `rcon`, `sv_token`), and the value after it, which may stand in
 * quotes, in a comment, or inside of another variable's value.
 */
const SECRET = /(\b(?:rcon\w*|\w*(?:passw|passphrase|secret|token)\w*)"?[ \t]+)("[^"\n]*"?|[^\s";]+)/gi;

/** The text of a cfg file with each secret's value replaced by `***`; lines stay what and where they are. */
export function maskSecrets(text: string): string {
  return text.replace(SECRET, "$1***");
}
