/** Tries a connection again that failed for a reason that may pass. */
import { setTimeout as sleep } from "node:timers/promises";

import type { ServerSettings } from "../config/settings.ts";
import { errorCodeOf, ProxError } from "../errors.ts";
import { type ConnectOptions, type RemoteConnection, connect } from "./connect.ts";

const FIRST_PAUSE_MS = 1000;

/**
 * Whether a connection failed for a reason that may pass in seconds: refused, broken, no way there. Not a name that does
 * not exist, and not a time limit, which was waited for already.
 */
function mayPass(error: unknown): boolean {
  if (!(error instanceof ProxError)) return false;
  return (
    error.code === "E_REMOTE_LOST" ||
    ((error.code === "E_SSH_CONNECT" || error.code === "E_FTP_CONNECT") &&
      errorCodeOf(error.cause) !== "ENOTFOUND")
  );
}

/** Waits 1 s, 2 s, 4 s … before the next attempt, and at random up to half as long again. */
async function pauseBefore(attempt: number, signal: AbortSignal | undefined): Promise<void> {
  const pauseMs = FIRST_PAUSE_MS * 2 ** (attempt - 2) * (1 + Math.random() / 2);
  try {
    await sleep(pauseMs, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/**
 * Connects, works and closes the connection in any case. Connecting is tried `connectAttempts` times; so is the work
 * where `isRepeatable` says that it goes on where it was cut.
 */
export async function withRemote<T>(
  server: ServerSettings,
  options: ConnectOptions & { readonly isRepeatable?: boolean },
  work: (connection: RemoteConnection) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    if (attempt > 1) await pauseBefore(attempt, options.signal);
    const isLast = attempt >= server.connectAttempts;
    let connection: RemoteConnection;
    try {
      connection = await connect(server, options);
    } catch (error) {
      if (isLast || !mayPass(error)) throw error;
      continue;
    }
    try {
      return await work(connection);
    } catch (error) {
      if (isLast || options.isRepeatable !== true || !mayPass(error)) throw error;
    } finally {
      connection.close();
    }
  }
}
