/** Database URLs: which one counts, how it is taken apart, how it is shown. */
import { ProxError } from "../errors.ts";
import { maskSecrets, rememberSecret } from "../secrets.ts";

/** What a URL says about where to connect. */
export interface Address {
  /** Host name, or the folder of a unix socket (begins with `/`). */
  readonly host: string;
  readonly port: number;
  /** User name; undefined leaves it to the environment. */
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Database; undefined leaves it to the environment. */
  readonly database: string | undefined;
  readonly sslmode: string | undefined;
  /** How long to wait for the server, seconds; undefined where the URL does not say. */
  readonly connectTimeoutS: number | undefined;
  /** All other parameters of the query: settings for the session on the server. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Parameters that libpq keeps to itself and that change nothing for prox: they never go to the server. */
const IGNORED_PARAMETERS = new Set([
  "client_encoding",
  "fallback_application_name",
  "gssencmode",
  "keepalives",
  "keepalives_count",
  "keepalives_idle",
  "keepalives_interval",
  "krbsrvname",
  "gsslib",
  "load_balance_hosts",
  "sslcompression",
  "sslsni",
  "target_session_attrs",
  "tcp_user_timeout",
]);
/** Parameters by which libpq trusts a server or proves who it is: without them prox would connect less safely than asked. */
const MISSING_PARAMETERS = new Set([
  "channel_binding",
  "gssdelegation",
  "passfile",
  "require_auth",
  "requirepeer",
  "service",
  "ssl_max_protocol_version",
  "ssl_min_protocol_version",
  "sslcert",
  "sslcertmode",
  "sslcrl",
  "sslcrldir",
  "sslkey",
  "sslpassword",
  "sslrootcert",
]);

function invalid(message: string): ProxError {
  return new ProxError("E_DATABASE_URL", message, {
    suggestions: [
      "write it like postgres://user:password@host:5432/database",
      "or, for a unix socket, like postgres://user@%2Fvar%2Frun%2Fpostgresql/database",
    ],
  });
}

/**
 * Takes a database URL apart. A unix socket stands as percent-encoded host or as parameter `host`, as libpq has it.
 * Throws `E_DATABASE_URL`.
 */
export function parseAddress(url: string): Address {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined) throw invalid("the database URL is not a URL");
  if (parsed.protocol !== "postgres:" && parsed.protocol !== "postgresql:") {
    throw invalid(`the database URL begins with ${parsed.protocol}//, not with postgres://`);
  }
  const query = Object.fromEntries(parsed.searchParams);
  const { connect_timeout: timeout, dbname, host, password, port, sslmode, user, ...others } = query;
  const missing = Object.keys(others).filter((name) => MISSING_PARAMETERS.has(name));
  if (missing.length > 0)
    throw invalid(`prox does not know the parameter ${missing.join(", ")} of the database URL`);
  if (timeout !== undefined && !/^\d{1,6}$/.test(timeout))
    throw invalid(`connect_timeout in the database URL must be a number of seconds, not "${timeout}"`);
  const settings = Object.entries(others).filter(([name]) => !IGNORED_PARAMETERS.has(name));
  const textOf = (part: string): string | undefined => (part === "" ? undefined : decodeURIComponent(part));
  try {
    const secret = textOf(parsed.password) ?? password;
    rememberSecret(secret);
    return {
      // An IPv6 address stands in brackets.
      host:
        textOf(parsed.hostname.replace(/^\[(.*)\]$/, "$1")) ?? host ?? process.env["PGHOST"] ?? "localhost",
      port: Number(textOf(parsed.port) ?? port ?? process.env["PGPORT"] ?? 5432),
      user: textOf(parsed.username) ?? user,
      password: secret,
      database: textOf(parsed.pathname.slice(1)) ?? dbname,
      sslmode,
      // As libpq has it: 0 waits without limit there, here it is as if nothing was said.
      connectTimeoutS: timeout === undefined || Number(timeout) === 0 ? undefined : Number(timeout),
      settings: Object.fromEntries(settings),
    };
  } catch (error) {
    if (error instanceof URIError) throw invalid("the database URL has a broken percent escape");
    throw error;
  }
}

/** The URL as it may be shown: without password. */
export function redactUrl(url: string): string {
  return maskSecrets(url);
}
