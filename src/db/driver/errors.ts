/** What the errors of postgres.js and of the server mean: by their codes, all in one place. */
import postgres from "postgres";

import { diskAdvice } from "../../disk-advice.ts";
import { errorCodeOf, ProxError } from "../../errors.ts";
import { redactUrl } from "../address/address.ts";

/** Codes of the driver and of the system after which the connection is closed. */
const LOST_CODES = /^(?:ECONNRESET|EPIPE|ETIMEDOUT|CONNECTION_(?:CLOSED|DESTROYED|ENDED))$/;

/**
 * Whether the connection is lost: nothing more can be sent on it. Of the server's errors only the severity tells: a protocol
 * error such as 08P01 can leave the connection open.
 */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof postgres.PostgresError) return /^(?:FATAL|PANIC)$/.test(error.severity);
  return LOST_CODES.test(errorCodeOf(error) ?? "");
}

/**
 * Codes after which the same work may succeed later: lost connections, a server that stops or starts, a session that was
 * ended because it was idle, and two transactions that stood in each other's way.
 */
const PASSING_CODES =
  /^(?:08(?!P01)...|57P0[1235]|25P03|40001|40P01|53300|55P03|ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|ETIMEDOUT|CONNECTION_\w+|CONNECT_TIMEOUT)$/;

/**
 * What Citus says when it loses a worker in the middle of a transaction, with codes that say no such thing (XX000, 58030). The
 * words of the second line are those of libpq, by which it speaks to workers.
 */
const LOST_WORKER = new RegExp(
  [
    "^(?:failure on connection marked as essential|failed to (?:COPY to shard|complete COPY on|read result) )",
    "^(?:SSL SYSCALL error|SSL connection has been closed|server closed the connection|could not (?:send|receive) |no connection to the server|connection not open|invalid socket)",
  ].join("|"),
);

/** Whether the same work may succeed when it is done again. Never true of an error of the file system. */
export function mayPass(error: unknown): boolean {
  if (error instanceof postgres.PostgresError && LOST_WORKER.test(error.message)) return true;
  const isOfFileSystem =
    error instanceof Error && "path" in error && "syscall" in error && error.syscall !== "connect";
  return PASSING_CODES.test(errorCodeOf(error) ?? "") && !isOfFileSystem;
}

/** Why a command failed with an error that {@link explainDatabaseError} made, and whether it often passes by itself. */
export function databaseFailure({ cause, code, details }: ProxError): { reason: string; mayPass: boolean } {
  // One outage shows in several ways: refused, reset, too late.
  if (code === "E_DATABASE" && mayPass(cause)) return { reason: code, mayPass: true };
  return { reason: [code, details?.["sqlstate"]].join(" "), mayPass: false };
}

const UNTRUSTED =
  "the authority that signed the server's certificate is not the one in sslrootcert: check both, or give the right file";

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
  EPROTO: "check that the server offers TLS (ssl = on), and which versions; or choose another sslmode",
  CERT_HAS_EXPIRED: "the server's certificate has expired: renew it",
  CERT_NOT_YET_VALID: "the server's certificate is not valid yet: check the clocks",
  CERT_REVOKED: "the server's certificate was revoked: give it a new one",
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  CERT_SIGNATURE_FAILURE: UNTRUSTED,
  ERR_TLS_CERT_ALTNAME_INVALID:
    "the server's certificate is for other names: connect to one of them, or use sslmode=verify-ca",
  "28P01":
    "check user name and password; a password file that others can read is ignored (chmod 600 ~/.pgpass)",
  "28000": "check user name and pg_hba.conf of the server",
  "3D000": "create the database first (createdb), or check its name",
  "42501": "connect as a role that may do this",
  "53100": "the server's disk is full: make room, then run the command again",
  "53300": "the server has no connection left: close others or raise max_connections",
  "57P01": "the server was shut down: start it, then run the command again",
  "57P03": "the server is starting or stopping: try again in a moment",
  "55P03": "another session holds a lock for longer than prox waits: end it, or run the command again later",
  "57014":
    "the server ended a statement: look for statement_timeout of the role, of the database and of the server",
  "25006": "the database is read-only: connect to the primary, or as a role that may write",
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
  // Node says so of a server that has no TLS, and closes when it is spoken to in TLS.
  const isWithoutTls = error.message.includes("before secure TLS connection");
  const advice = CONNECTION_ADVICE[isWithoutTls ? "EPROTO" : code] ?? diskAdvice(error);
  return new ProxError("E_DATABASE", `database error: ${error.message} (${code}, ${redactUrl(url)})`, {
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
