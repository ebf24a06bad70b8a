/** Connections to PostgreSQL: postgres.js with our settings. */
import { connect as connectSocket, type Socket } from "node:net";

import postgres from "postgres";

import { errorCodeOf, ProxError } from "../errors.ts";
import { parseAddress, redactUrl } from "./address.ts";

/** A pool of connections. Whole numbers of 8 bytes (`count(*)`) come as numbers. */
export type Sql = postgres.Sql<{ bigint: number }>;
/** The connection of a transaction. */
export type Transaction = postgres.TransactionSql<{ bigint: number }>;

const CONNECT_TIMEOUT_S = 15;

/**
 * Opens a TCP socket without Nagle's algorithm, which postgres.js leaves on: it costs each COPY a stall of 45 ms.
 * postgres.js takes the host name for TLS from the socket.
 */
function openSocket(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectSocket({ host, port, noDelay: true, timeout: CONNECT_TIMEOUT_S * 1000 });
    socket.once("error", reject);
    socket.once("timeout", () => {
      socket.destroy(
        Object.assign(new Error(`no answer within ${CONNECT_TIMEOUT_S} s`), { code: "ETIMEDOUT" }),
      );
    });
    socket.once("connect", () => {
      socket.removeAllListeners("error").removeAllListeners("timeout").setTimeout(0);
      resolve(Object.assign(socket, { host, port }));
    });
  });
}

/**
 * Makes a pool for a URL without connecting yet. `connections` is the most that it opens. After a lost connection make
 * a new pool: postgres.js 3.4.9 gives the server's last words to the next query of the old one as well.
 */
export function createPool(url: string, connections = 4): Sql {
  const { database, host, parameters, password, port, user } = parseAddress(url);
  const { sslmode, ...settings } = parameters;
  const isSocket = host.startsWith("/");
  const options = {
    host,
    port,
    max: connections,
    connect_timeout: CONNECT_TIMEOUT_S,
    onnotice: () => undefined,
    types: {
      bigint: {
        to: 20,
        from: [20],
        serialize: (value: number) => String(value),
        parse: (text: string) => Number(text),
      },
    },
    connection: { application_name: "prox", TimeZone: "UTC", ...settings },
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(database === undefined ? {} : { database }),
    ...(sslmode === undefined || sslmode === "disable" ? {} : { ssl: sslmode as "require" }),
    // Not in the published types: a function that returns a connected socket.
    ...(isSocket ? {} : { socket: () => openSocket(host, port) }),
  };
  return postgres(options);
}

/** What to do about connection errors, by code. */
const CONNECTION_ADVICE: Readonly<Record<string, string>> = {
  ECONNREFUSED: "start the server, or check host and port",
  ENOENT: "no server listens on this unix socket: start it, or check the path",
  ENOTFOUND: "check the host name",
  EAI_AGAIN: "the host name could not be looked up: check the network",
  ETIMEDOUT: "check host, port and firewall",
  CONNECT_TIMEOUT: "check host, port and firewall",
  CONNECTION_CLOSED: "the server ended the connection: see its log, then run the command again",
  CONNECTION_ENDED: "the connection was ended: run the command again",
  CONNECTION_DESTROYED: "the connection was ended: run the command again",
  ECONNRESET: "the server ended the connection: see its log, then run the command again",
  EPIPE: "the server ended the connection: see its log, then run the command again",
  "28P01": "check user name and password",
  "28000": "check user name and pg_hba.conf of the server",
  "3D000": "create the database first (createdb), or check its name",
  "42501": "connect as a role that may do this",
  "53100": "the server's disk is full: make room, then run the command again",
  "53300": "the server has no connection left: close others or raise max_connections",
  "57P01": "the server was shut down: start it, then run the command again",
  "57P03": "the server is starting or stopping: try again in a moment",
};

/**
 * Turns what postgres.js throws into a {@link ProxError} with exit code `database`; whatever is not from the
 * database comes back as it is.
 */
export function explainDatabaseError(error: unknown, url: string): unknown {
  if (error instanceof ProxError) return error;
  const code = errorCodeOf(error);
  const isServers = error instanceof postgres.PostgresError;
  if (code === undefined || !(error instanceof Error) || !(isServers || code in CONNECTION_ADVICE))
    return error;
  const advice = CONNECTION_ADVICE[code];
  return new ProxError("E_DATABASE", `the database said: ${error.message} (${code}, ${redactUrl(url)})`, {
    exit: "database",
    suggestions: advice === undefined ? [] : [advice],
    details: {
      sqlstate: code,
      ...(isServers && error.table_name !== undefined ? { table: error.table_name } : {}),
      ...(isServers && error.constraint_name !== undefined ? { constraint: error.constraint_name } : {}),
      ...(isServers && error.detail !== undefined ? { detail: error.detail } : {}),
    },
    cause: error,
  });
}
