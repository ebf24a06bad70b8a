/** One SFTP session: calls that always settle, with errors that people understand. */
import type { SFTPWrapper } from "ssh2";
import type SftpClient from "ssh2-sftp-client";

import { ProxError } from "../errors.ts";
import { explainSftpError } from "./sftp-errors.ts";

/** What a request calls with its answer, or with what went wrong. */
type Done<T> = (error: Error | null | undefined, answer: T) => void;

/** A server that sends, but answers nothing, may do so for so many time limits. */
const BUSY_LIMITS = 10;
/** The longest time between two looks at the line: limits of bytes are to hold on fast lines too. */
const WATCH_MS = 250;

/** Bounds of a session. */
export interface SessionOptions {
  /** How long nothing at all may arrive while a call is under way, in milliseconds. */
  readonly timeoutMs: number;
  /** How many bytes arrived so far, parts of answers included: on a slow line a large answer takes its time. */
  readonly bytesReceived: () => number;
}

/** A call that has not been answered yet. */
interface Pending {
  readonly fail: (error: Error) => void;
  /** How many bytes may have arrived over the whole line before it is given up. */
  readonly byteLimit: number;
}

/**
 * Calls over one SFTP session: of ssh2-sftp-client ({@link ask}) and of its raw handle ({@link call}). Once the line is
 * lost (E_REMOTE_LOST), or the server is silent, answers nothing or sends without end (E_REMOTE_TIMEOUT), all calls
 * fail, later ones too. The library alone would leave some of them waiting for ever.
 */
export class SftpSession {
  readonly #client: SftpClient;
  readonly #sftp: SFTPWrapper;
  readonly #options: SessionOptions;
  readonly #pending = new Set<Pending>();
  #lastByteAt = 0;
  #lastAnswerAt = 0;
  #bytesSeen = 0;
  #watch: NodeJS.Timeout | undefined;
  #lost: Error | undefined;

  /** Takes over a client that is connected, and the handle that its `connect` gave. */
  constructor(client: SftpClient, sftp: SFTPWrapper, options: SessionOptions) {
    this.#client = client;
    this.#sftp = sftp;
    this.#options = options;
    // The library adds three listeners for each call, and removes them after it.
    client.client.setMaxListeners(0);
    for (const source of [client, sftp]) {
      source.on("error", (error: Error) => {
        this.fail(error);
      });
      source.on("close", () => {
        this.fail(new Error("the connection was closed"));
      });
    }
  }

  /** Ends all calls, those under way and later ones, with this error. */
  fail(error: Error): void {
    this.#lost ??= error;
    clearInterval(this.#watch);
    for (const pending of [...this.#pending]) pending.fail(this.#lost);
  }

  /**
   * A call of the library. `action` says what is being done, in words that go before the last path.
   * `maximumBytes`: how much the answer may be.
   */
  ask<T>(
    action: string,
    paths: string | readonly [from: string, to: string],
    ask: (client: SftpClient) => Promise<T>,
    maximumBytes?: number,
  ): Promise<T> {
    return this.#track(
      action,
      typeof paths === "string" ? [paths] : paths,
      (done) => {
        ask(this.#client).then(
          (answer) => {
            done(undefined, answer);
          },
          (error: unknown) => {
            done(error instanceof Error ? error : new Error(String(error)), undefined as T);
          },
        );
      },
      maximumBytes,
    );
  }

  /** One request over the raw handle. */
  call<T>(action: string, path: string, request: (sftp: SFTPWrapper, done: Done<T>) => unknown): Promise<T> {
    return this.#track(action, [path], (done) => {
      request(this.#sftp, done);
    });
  }

  /** One request over the raw handle that answers nothing. */
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

  #track<T>(
    action: string,
    paths: readonly string[],
    start: (done: Done<T>) => void,
    maximumBytes = Number.POSITIVE_INFINITY,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const settle: Done<T> = (error, answer) => {
        this.#pending.delete(pending);
        this.#lastAnswerAt = performance.now();
        if (this.#pending.size === 0) clearInterval(this.#watch);
        if (error instanceof Error) reject(explainSftpError(error, action, paths));
        else resolve(answer);
      };
      const pending: Pending = {
        fail: (error) => {
          settle(error, undefined as T);
        },
        byteLimit: this.#options.bytesReceived() + maximumBytes,
      };
      if (this.#lost !== undefined) {
        settle(this.#lost, undefined as T);
        return;
      }
      if (this.#pending.size === 0) this.#startWatch();
      this.#pending.add(pending);
      try {
        start(settle);
      } catch (error) {
        settle(error instanceof Error ? error : new Error(String(error)), undefined as T);
      }
    });
  }

  #startWatch(): void {
    clearInterval(this.#watch);
    this.#lastByteAt = this.#lastAnswerAt = performance.now();
    this.#bytesSeen = this.#options.bytesReceived();
    const everyMs = Math.min(WATCH_MS, Math.max(10, this.#options.timeoutMs / 8));
    this.#watch = setInterval(() => {
      this.#look();
    }, everyMs);
  }

  #look(): void {
    const { timeoutMs, bytesReceived } = this.#options;
    const bytes = bytesReceived();
    const now = performance.now();
    if (bytes !== this.#bytesSeen) {
      this.#bytesSeen = bytes;
      this.#lastByteAt = now;
    }
    const busyMs = BUSY_LIMITS * timeoutMs;
    if (now - this.#lastByteAt >= timeoutMs) {
      this.#tooLate(`the server has not answered for ${timeoutMs / 1000} s`);
    } else if (now - this.#lastAnswerAt >= busyMs) {
      this.#tooLate(`the server keeps sending data, but has answered no request for ${busyMs / 1000} s`);
    } else if ([...this.#pending].some(({ byteLimit }) => bytes > byteLimit)) {
      this.#tooLate("the server's answer does not end");
    }
  }

  /** Ends all calls with this error, and the connection. */
  giveUp(error: Error): void {
    this.fail(error);
    this.#client.client.destroy();
  }

  #tooLate(message: string): void {
    this.giveUp(
      new ProxError("E_REMOTE_TIMEOUT", message, {
        suggestions: ["run the same command again; raise timeoutS of this server where it is just slow"],
      }),
    );
  }
}
