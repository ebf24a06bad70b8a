/** The parameters of an address as libpq names them, from every place where libpq looks for them. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

import { ProxError } from "../../errors.ts";

/** Parameters by name: `host`, `port`, `user`, `dbname`, `sslmode`, … */
export type Parameters = Readonly<Record<string, string>>;

/** The variables of the environment that stand in for parameters. */
const VARIABLES: Parameters = {
  PGAPPNAME: "application_name",
  PGCONNECT_TIMEOUT: "connect_timeout",
  PGDATABASE: "dbname",
  PGHOST: "host",
  PGOPTIONS: "options",
  PGPASSFILE: "passfile",
  PGPASSWORD: "password",
  PGPORT: "port",
  PGSSLCERT: "sslcert",
  PGSSLCRL: "sslcrl",
  PGSSLKEY: "sslkey",
  PGSSLMODE: "sslmode",
  PGSSLNEGOTIATION: "sslnegotiation",
  PGSSLROOTCERT: "sslrootcert",
  PGUSER: "user",
};

/** The error of an address that cannot be used. */
export function invalidAddress(message: string, ...suggestions: readonly string[]): ProxError {
  return new ProxError("E_DATABASE_URL", message, {
    suggestions:
      suggestions.length > 0
        ? suggestions
        : [
            "write it like postgres://user:password@host:5432/database",
            "or, for a unix socket, like postgres://user@%2Fvar%2Frun%2Fpostgresql/database",
          ],
  });
}

/** The error of an address with several hosts. */
export function severalHosts(): ProxError {
  return invalidAddress(
    "the database address names several hosts, and prox connects to one",
    "name the primary, or an address that always leads to it",
  );
}

/** A URL without host is one to libpq and none to Node: this name stands in for it. */
const NO_HOST = "no-host.invalid";

function ofUrl(text: string): Parameters {
  const [, start = "", user = "", authority = "", rest = ""] =
    /^(postgres(?:ql)?:\/\/)([^/?#]*@)?([^/?#]*)(.*)$/is.exec(text) ?? [];
  if (authority.includes(",")) throw severalHosts();
  const url = `${start}${user}${authority === "" ? NO_HOST : authority.replace(/^:/, `${NO_HOST}:`)}${rest}`;
  if (!URL.canParse(url)) throw invalidAddress("the database URL is not a URL");
  const parsed = new URL(url);
  try {
    const parts = {
      // An IPv6 address stands in brackets.
      host: decodeURIComponent(parsed.hostname.replace(/^\[(.*)\]$/, "$1")),
      port: parsed.port,
      user: decodeURIComponent(parsed.username),
      password: decodeURIComponent(parsed.password),
      dbname: decodeURIComponent(parsed.pathname.slice(1)),
    };
    const given = Object.entries(parts).filter(([, value]) => value !== "" && value !== NO_HOST);
    return { ...Object.fromEntries(given), ...Object.fromEntries(parsed.searchParams) };
  } catch (error) {
    if (error instanceof URIError) throw invalidAddress("the database URL has a broken percent escape");
    throw error;
  }
}

/** `host=db.example.org dbname='my rounds'`; inside of quotes and out, a backslash takes the next character as it is. */
function ofKeywords(text: string): Parameters {
  const pair = /\s*([a-z_]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))(?=\s|$)/gsy;
  const found: Record<string, string> = {};
  let end = 0;
  for (const [all, name = "", quoted, bare = ""] of text.matchAll(pair)) {
    found[name] = (quoted ?? bare).replaceAll(/\\(.)/gs, "$1");
    end += all.length;
  }
  if (text.slice(end).trim() !== "")
    throw invalidAddress(
      "the database address is neither a URL nor a list like host=db.example.org dbname=prox",
    );
  return found;
}

/** Where services are described, in the order in which libpq looks; the last is where Debian has the system's file. */
function serviceFiles(): string[] {
  const { PGSERVICEFILE, PGSYSCONFDIR = "/etc/postgresql-common" } = process.env;
  return [
    PGSERVICEFILE ?? path.join(homedir(), ".pg_service.conf"),
    path.join(PGSYSCONFDIR, "pg_service.conf"),
  ];
}

function ofService(name: string): Parameters {
  for (const file of serviceFiles()) {
    if (!existsSync(file)) continue;
    const sections = readFileSync(file, "utf8").split(/^[ \t]*(?=\[)/m);
    const lines = sections.map((section) => section.split(/\r?\n/).map((line) => line.trim()));
    const section = lines.find(([head]) => head === `[${name}]`);
    if (section === undefined) continue;
    const pairs = section.slice(1).filter((line) => line !== "" && !line.startsWith("#"));
    return Object.fromEntries(
      pairs.map((line) => {
        const [, key = "", value = ""] = /^([a-z_]+)\s*=\s*(.*)$/.exec(line) ?? [];
        if (key === "" || key === "service")
          throw invalidAddress(
            `prox cannot read a line of service ${name} in ${file}`,
            "write it like host=db.example.org",
          );
        return [key, value];
      }),
    );
  }
  throw invalidAddress(`there is no service ${name}`, `describe it in ${serviceFiles().join(" or ")}`);
}

function ofEnvironment(): Parameters {
  const given = Object.entries(VARIABLES).flatMap(([variable, name]) => {
    const value = process.env[variable];
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  return Object.fromEntries(given);
}

/**
 * The parameters of a database URL or of a list `keyword=value`, completed by the service that it or `PGSERVICE` names, and
 * then by the environment. Throws `E_DATABASE_URL`.
 */
export function readParameters(text: string): Parameters {
  const scheme = /^([a-z][a-z0-9+.-]*:)\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== "postgres:" && scheme !== "postgresql:")
    throw invalidAddress(`the database URL begins with ${scheme}//, not with postgres://`);
  if (text.trim() === "") throw invalidAddress("the database URL is empty");
  const { service = process.env["PGSERVICE"] ?? "", ...given } =
    scheme === undefined ? ofKeywords(text) : ofUrl(text);
  return { ...ofEnvironment(), ...(service === "" ? {} : ofService(service)), ...given };
}
