/** Connections to PostgreSQL: postgres.js with our settings. */
import { connect as connectSocket, type Socket } from "node:net";

import postgres from "postgres";

import { parseAddress } from "../address/address.ts";
import { ARRAY_TYPES } from "./arrays.ts";

/** A pool of connections. Whole numbers of 8 bytes (`count(*)`) come as numbers. */
export type Sql = postgres.Sql<{ bigint: number }>;
/** The connection of a transaction. */
export type Transaction = postgres.TransactionSql<{ bigint: number }>;

const CONNECT_TIMEOUT_S = 15;
/** No statement of prox takes longer, an upgrade of a large database included. */
export const STATEMENT_LIMIT_MS = 3_600_000;
/** A connection on which nothing came or went for so long is dead: the server itself ends a statement before. */
const SILENCE_LIMIT_MS = STATEMENT_LIMIT_MS + 5 * 60_000;

/** How a pool is made. */
export interface PoolOptions {
  /** The most connections that it opens; 4 unless said otherwise. */
  readonly connections?: number | undefined;
  /**
   * Whether a pooler stands before the server, which may give each transaction another connection: nothing is prepared, and
   * of the session's settings only those are asked for that poolers know.
   */
  readonly isPooled?: boolean;
}

/**
 * Begins to open a socket: TCP without Nagle's algorithm, see "TCP without delay" in README.md, or a unix socket in the folder
 * `host`. The driver writes to it at once, and hears of a failure by its events: a promise that rejected would cost the pool
 * one of its connections for ever. postgres.js takes the host name for TLS from the socket.
 */
function openSocket(host: string, port: number): Socket {
  const path = `${host}/.s.PGSQL.${port}`;
  const socket = connectSocket(host.startsWith("/") ? { path } : { host, port, noDelay: true });
  socket.setTimeout(SILENCE_LIMIT_MS, () => {
    const error = new Error(`no answer within ${SILENCE_LIMIT_MS / 1000} s`);
    socket.destroy(Object.assign(error, { code: "ETIMEDOUT" }));
  });
  return Object.assign(socket, { host, port });
}

/** How long a server has to close its side of a connection that we closed, ms. */
const GOODBYE_MS = 1000;

/** Settings of a session, for queries outside of transactions; {@link setSettings} has those of transactions. */
const SESSION_SETTINGS = { TimeZone: "UTC", DateStyle: "ISO" } as const;
/** Settings that a pooler does not let pass. */
const DIRECT_SETTINGS = { jit: "off" } as const;

/**
 * Of the pool for queries outside of transactions, where a pooler stands before the server: no query is sent before the one before
 * is answered (the published types do not have this option), and no connection is kept from the transactions.
 */
const POOLED_OPTIONS = { max_pipeline: 0, idle_timeout: 1 };

/**
 * Makes a pool for a URL without connecting yet. After a lost connection make a new pool, or retry: see "The old connection's
 * last error" in README.md.
 */
export function createPool(url: string, { connections = 4, isPooled = false }: PoolOptions = {}): Sql {
  const sockets = new Set<Socket>();
  const {
    connectTimeoutS = CONNECT_TIMEOUT_S,
    database,
    host,
    isTlsDirect,
    password,
    port,
    settings,
    tls,
    user,
  } = parseAddress(url);
  const options = {
    host,
    port,
    max: connections,
    connect_timeout: connectTimeoutS,
    prepare: !isPooled,
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
    connection: {
      application_name: "prox",
      ...SESSION_SETTINGS,
      ...(isPooled ? {} : DIRECT_SETTINGS),
      ...settings,
    },
    user,
    database,
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { ssl: tls }),
    ...(isTlsDirect ? { sslnegotiation: "direct" } : {}),
    // Not in the published types: a function that returns a connected socket.
    socket: () => {
      const socket = openSocket(host, port);
      sockets.add(socket.once("close", () => sockets.delete(socket)));
      return socket;
    },
  };
  // See "Poolers" in README.md.
  const sql = postgres(isPooled ? { ...options, ...POOLED_OPTIONS } : options);
  const forTransactions = isPooled
    ? postgres({ ...options, idle_timeout: POOLED_OPTIONS.idle_timeout })
    : sql;
  const ends = [...new Set([sql, forTransactions])].map((pool) => pool.end.bind(pool));
  return Object.assign(sql, {
    begin: forTransactions.begin.bind(forTransactions),
    // The driver waits for the server to close its side, which a server that is busy does not do.
    async end(how?: { timeout?: number }): Promise<void> {
      await Promise.all(ends.map((end) => end(how)));
      setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, GOODBYE_MS).unref();
    },
  });
}
