/**
 * Keeps secrets from what prox shows: passwords in URLs, values that are known to be secret, and whatever stands behind a
 * name that tells a secret.
 */

/** A name that tells a secret: `rconPassword`, `sv_privatePassword`, `PGPASSWORD`, `sv_token`, `statsWebhook`. */
const SECRET_NAME = String.raw`\b(?:rcon\w*|\w*(?:passw|passphrase|secret|token|webhook|api_?key)\w*)`;
/** Such a name, and the value after it, which may stand in quotes, in a comment, or inside of another variable's value. */
const NAMED_SECRET = new RegExp(String.raw`(${SECRET_NAME}"?[ \t]+)("[^"\n]*"?|[^\s";]+)`, "gi");
/** The password in front of a URL's host, also one with characters that should have been escaped. */
const URL_PASSWORD = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s/?#:@"']*:)[^\s"']*(?=@)/gi;
/** A password or token among the parameters of a URL. */
const URL_PARAMETER = /([?&](?:[\w-]*(?:passw|secret|token|api_?key)[\w-]*)=)[^\s&#"']+/gi;
/** A password in a list of connection parameters: `host=db password='a b'`. */
const PARAMETER_PASSWORD = /((?:^|\s)(?:ssl)?password\s*=\s*)(?:'(?:[^'\\]|\\.)*'|[^\s'"]+)/g;
/** An address that lets everybody who knows it write: those of Discord and Slack. */
const WEBHOOK = /(https?:\/\/[^\s/"']+\/(?:api\/webhooks|services)\/)[^\s"']+/gi;
/** A variable of the environment that holds a secret itself, and not where one lies. */
const SECRET_VARIABLE = /(?:passw(?:or)?d|passphrase|secret|token|webhook(?:_url)?|api_?key)$/i;
/** A shorter secret is part of too many words. */
const SHORTEST_SECRET = 5;
/** Without these values JSON would be none. */
const EVERYDAY_VALUE = /^(?:true|false|null|\d{1,7})$/i;

const known = new Set<string>();

/** Has a value left out of everything that is shown from now on. */
export function rememberSecret(value: string | undefined): void {
  if (value === undefined || value.length < SHORTEST_SECRET || EVERYDAY_VALUE.test(value)) return;
  known.add(value);
}

/** Remembers what the environment holds under names that tell a secret. */
export function rememberSecretsOf(environment: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(environment)) {
    if (SECRET_VARIABLE.test(name)) rememberSecret(value);
  }
}

/** Any text without the secrets in it that can be told from other words: each is replaced by `***`. */
export function maskSecrets(text: string): string {
  let masked = text;
  for (const pattern of [URL_PASSWORD, URL_PARAMETER, PARAMETER_PASSWORD, WEBHOOK])
    masked = masked.replace(pattern, "$1***");
  for (const value of known) masked = masked.replaceAll(value, "***");
  return masked;
}

/** The text of a cfg file without secrets: also without the values of all variables whose names tell one. */
export function maskCfgSecrets(text: string): string {
  return maskSecrets(text.replace(NAMED_SECRET, "$1***"));
}
