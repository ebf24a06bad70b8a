/** One SFTP session: requests that always settle, with errors that people understand. */
import type { SFTPWrapper } from "ssh2";

import { ProxError } from "../errors.ts";

const END_OF_FILE = 1;
const NO_SUCH_FILE = 2;
const PERMISSION_DENIED = 3;
const FAILURE = 4;
const UNSUPPORTED = 8;

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "number" ? error.code : undefined;
}

/** Whether a request failed because there is nothing more to be had. */
export function isEnd(error: unknown): boolean {
  return error instanceof ProxError && statusOf(error.cause) === END_OF_FILE;
}

/** Whether a request failed because there is no such file or folder. */
export function isMissing(error: unknown): boolean {
  return error instanceof ProxError && statusOf(error.cause) === NO_SUCH_FILE;
}

/** Whether a request failed without a reason that SFTP has a word for. */
export function isPlainFailure(error: unknown): boolean {
  return error instanceof ProxError && statusOf(error.cause) === FAILURE;
}

/** Makes an understandable error of SFTP's answer to an operation on a path. */
function explain(error: Error, action: string, path: string): ProxError {
  if (error instanceof ProxError) return error;
  const status = statusOf(error);
  const options = { exit: "remote", details: { path }, cause: error } as const;
  if (status === NO_SUCH_FILE) {
    return new ProxError("E_REMOTE_MISSING", `cannot ${action} ${path}: there is no such file or folder`, {
      ...options,
      suggestions: ["check basepath, homepath and game of this server in prox.config.json"],
    });
  }
  if (status === PERMISSION_DENIED) {
    return new ProxError("E_REMOTE_DENIED", `cannot ${action} ${path}: permission denied`, {
      ...options,
      suggestions: ["sign in as the user that the game runs as, or give this user the right to write there"],
    });
  }
  if (status === FAILURE || status === UNSUPPORTED) {
    return new ProxError("E_REMOTE_FAILED", `cannot ${action} ${path}: the server says "${error.message}"`, {
      ...options,
      suggestions: ["SFTP tells no more; most often the disk is full (df -h) or a quota is reached"],
    });
  }
  return new ProxError("E_REMOTE_LOST", `the connection broke while prox was about to ${action} ${path}`, {
    ...options,
    suggestions: ["run the same command again: it goes on where this one stopped"],
  });
}

/** What a request calls with its answer, or with what went wrong. */
type Done<T> = (error: Error | null | undefined, answer: T) => void;

/**
 * Requests over one SFTP session. Once its line is lost (E_REMOTE_LOST) or has been silent for too long
 * (E_REMOTE_TIMEOUT), all fail, those that come later too.
 */
export class SftpSession {
  readonly #sftp: SFTPWrapper;
  readonly #timeoutMs: number;
  readonly #bytesReceived: () => number;
  readonly #pending = new Set<(error: Error) => void>();
  #lastSignAt = performance.now();
  #bytesSeen = 0;
  #watch: NodeJS.Timeout | undefined;
  #lost: Error | undefined;

  /**
   * `timeoutMs`: how long nothing at all may arrive while a request is under way. `bytesReceived`: how much arrived so
   * far, parts of answers included: on a slow line a large one takes its time.
   */
  constructor(sftp: SFTPWrapper, options: { timeoutMs: number; bytesReceived: () => number }) {
    this.#sftp = sftp;
    this.#timeoutMs = options.timeoutMs;
    this.#bytesReceived = options.bytesReceived;
    sftp.on("error", (error: Error) => {
      this.fail(error);
    });
    sftp.on("close", () => {
      this.fail(new Error("the connection was closed"));
    });
  }

  /** Ends everything that is under way, and everything asked for later, with this error. */
  fail(error: Error): void {
    this.#lost ??= error;
    clearInterval(this.#watch);
    for (const reject of [...this.#pending]) reject(this.#lost);
  }

  /**
   * One request: settles with its answer, or when the connection is lost, or after a silence of the time limit.
   * `action` says what is being done, in words that go before the path.
   */
  call<T>(action: string, path: string, request: (sftp: SFTPWrapper, done: Done<T>) => unknown): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const settle = (error: Error | null | undefined, answer?: T): void => {
        this.#pending.delete(onLost);
        if (this.#pending.size === 0) clearInterval(this.#watch);
        if (error instanceof Error) reject(explain(error, action, path));
        else resolve(answer as T);
      };
      const onLost = (error: Error): void => {
        settle(error);
      };
      if (this.#lost !== undefined) {
        settle(this.#lost);
        return;
      }
      if (this.#pending.size === 0) this.#startWatch();
      this.#pending.add(onLost);
      try {
        request(this.#sftp, settle);
      } catch (error) {
        settle(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  /** A request that answers nothing. */
  async run(
    action: string,
    path: string,
    request: (sftp: SFTPWrapper, done: (error?: Error | null) => void) => void,
  ): Promise<void> {
    await this.call<undefined>(action, path, (sftp, done) => {
      request(sftp, (error) => {
        done(error, undefined);
      });
    });
  }

  #startWatch(): void {
    clearInterval(this.#watch);
    this.#lastSignAt = performance.now();
    this.#bytesSeen = this.#bytesReceived();
    const look = (): void => {
      const bytes = this.#bytesReceived();
      const now = performance.now();
      if (bytes !== this.#bytesSeen) {
        this.#bytesSeen = bytes;
        this.#lastSignAt = now;
      }
      if (now - this.#lastSignAt < this.#timeoutMs) return;
      const seconds = this.#timeoutMs / 1000;
      this.fail(
        new ProxError("E_REMOTE_TIMEOUT", `the server has not answered for ${seconds} s`, {
          exit: "remote",
          suggestions: ["run the same command again; raise timeoutS of this server where it is just slow"],
        }),
      );
      this.#sftp.end();
    };
    this.#watch = setInterval(look, Math.max(10, this.#timeoutMs / 8));
  }
}
