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
  /** All other parameters of the query, `sslmode` for example. */
  readonly parameters: Readonly<Record<string, string>>;
}

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
  const { host, port, ...parameters } = Object.fromEntries(parsed.searchParams);
  const textOf = (part: string): string | undefined => (part === "" ? undefined : decodeURIComponent(part));
  try {
    rememberSecret(textOf(parsed.password));
    return {
      // An IPv6 address stands in brackets.
      host:
        textOf(parsed.hostname.replace(/^\[(.*)\]$/, "$1")) ?? host ?? process.env["PGHOST"] ?? "localhost",
      port: Number(textOf(parsed.port) ?? port ?? process.env["PGPORT"] ?? 5432),
      user: textOf(parsed.username),
      password: textOf(parsed.password),
      database: textOf(parsed.pathname.slice(1)),
      parameters,
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
