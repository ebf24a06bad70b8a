/** Addresses of databases: which one counts, how it is taken apart, how it is shown. */
import { userInfo } from "node:os";

import { maskSecrets, rememberSecret } from "../../secrets.ts";
import { invalidAddress, readParameters, severalHosts } from "./parameters.ts";
import { passwordFor } from "./pass-file.ts";
import { type Tls, tlsOf } from "./tls.ts";

/** What an address says about where to connect. */
export interface Address {
  /** Host name, or the folder of a unix socket (begins with `/`). */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | undefined;
  readonly database: string;
  readonly tls: Tls;
  /** Whether TLS begins without asking the server first. */
  readonly isTlsDirect: boolean;
  /** How long to wait for the server, seconds; undefined where the address does not say. */
  readonly connectTimeoutS: number | undefined;
  /** All other parameters: settings for the session on the server. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Parameters that libpq keeps to itself and that change nothing for prox: they never go to the server. */
const IGNORED_PARAMETERS = new Set([
  "client_encoding",
  "fallback_application_name",
  "gssencmode",
  "gsslib",
  "keepalives",
  "keepalives_count",
  "keepalives_idle",
  "keepalives_interval",
  "krbsrvname",
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
  "hostaddr",
  "replication",
  "require_auth",
  "requirepeer",
  "requiressl",
  "sslcertmode",
  "sslcrldir",
]);
/** Parameters of TLS, which `tls.ts` reads. */
const TLS_PARAMETERS = new Set([
  "ssl_max_protocol_version",
  "ssl_min_protocol_version",
  "sslcert",
  "sslcrl",
  "sslkey",
  "sslmode",
  "sslnegotiation",
  "sslpassword",
  "sslrootcert",
]);

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port > 0 && port < 65_536) return port;
  throw invalidAddress(`the port of the database address must be a number up to 65535, not "${text}"`);
}

/**
 * Takes a database URL or a list `keyword=value` apart, with service, environment and password file as libpq has them. A unix
 * socket stands as percent-encoded host or as parameter `host`. Throws `E_DATABASE_URL`.
 */
export function parseAddress(text: string): Address {
  const parameters = readParameters(text);
  const { connect_timeout: timeout, ...others } = parameters;
  const { host = "localhost", port: portText = "5432", user = userInfo().username, ...more } = others;
  const { dbname: database = user, passfile, password, ...rest } = more;
  const missing = Object.keys(rest).filter((name) => MISSING_PARAMETERS.has(name));
  if (missing.length > 0)
    throw invalidAddress(
      `prox does not know the parameter ${missing.join(", ")} of the database address`,
      "leave it out if the connection is safe enough without it",
    );
  if (host.includes(",") || portText.includes(",")) throw severalHosts();
  if (timeout !== undefined && !/^\d{1,6}$/.test(timeout))
    throw invalidAddress(
      `connect_timeout in the database address must be a number of seconds, not "${timeout}"`,
    );
  const port = portOf(portText);
  const settings = Object.entries(rest).filter(
    ([name]) => !IGNORED_PARAMETERS.has(name) && !TLS_PARAMETERS.has(name),
  );
  const secret = password ?? passwordFor({ host, port, database, user }, passfile);
  rememberSecret(secret);
  rememberSecret(rest["sslpassword"]);
  const tls = tlsOf(host, rest);
  return {
    host,
    port,
    user,
    password: secret,
    database,
    tls,
    isTlsDirect: rest["sslnegotiation"] === "direct" && typeof tls === "object",
    // As libpq has it: 0 waits without limit there, here it is as if nothing was said.
    connectTimeoutS: timeout === undefined || Number(timeout) === 0 ? undefined : Number(timeout),
    settings: Object.fromEntries(settings),
  };
}

/** The address as it may be shown: without password. */
export function redactUrl(url: string): string {
  return maskSecrets(url);
}
