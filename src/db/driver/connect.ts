/** Connections to PostgreSQL: postgres.js with our settings. */
import { connect as connectSocket, type Socket } from "node:net";

import postgres from "postgres";

import { parseAddress } from "../address.ts";
import { ARRAY_TYPES } from "./arrays.ts";

/** A pool of connections. Whole numbers of 8 bytes (`count(*)`) come as numbers. */
export type Sql = postgres.Sql<{ bigint: number }>;
/** The connection of a transaction. */
export type Transaction = postgres.TransactionSql<{ bigint: number }>;

const CONNECT_TIMEOUT_S = 15;

/**
 * Opens a TCP socket without Nagle's algorithm: see "TCP without delay" in README.md. postgres.js takes the host name
 * for TLS from the socket.
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
 * a new pool, or retry: see "The old connection's last error" in README.md.
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
    fetch_types: false,
    types: {
      ...ARRAY_TYPES,
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
