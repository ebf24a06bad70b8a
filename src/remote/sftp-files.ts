/** Files on the game server over SFTP, with errors that people understand. */
import type { SFTPWrapper, Stats } from "ssh2";

import { ProxError } from "../errors.ts";
import type { RemoteEntry, RemoteFiles, RemoteStat } from "./remote-files.ts";

const NO_SUCH_FILE = 2;
const PERMISSION_DENIED = 3;
const FAILURE = 4;
const UNSUPPORTED = 8;
/** Bytes of a read request; OpenSSH answers up to 255 KiB, every server at least 32 KiB, the rest is asked for again. */
const READ_BYTES = 128 * 1024;
/** Read requests under way at once for one file. */
const READS_AHEAD = 8;
const FILE_TYPE_MASK = 0o170000;
const REGULAR_FILE = 0o100000;
const FOLDER = 0o040000;

function toStat({ mode, size, mtime, uid }: Pick<Stats, "mode" | "size" | "mtime" | "uid">): RemoteStat {
  const type = mode & FILE_TYPE_MASK;
  const kind = type === REGULAR_FILE ? "file" : type === FOLDER ? "folder" : "other";
  return { kind, size, modifiedS: mtime, mode: mode & 0o7777, owner: uid };
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "number" ? error.code : undefined;
}

function isMissing(error: unknown): boolean {
  return statusOf(error) === NO_SUCH_FILE;
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

/** {@link RemoteFiles} over one SFTP session. Operations may run at the same time. */
export class SftpFiles implements RemoteFiles {
  readonly #sftp: SFTPWrapper;
  readonly #timeoutMs: number;
  readonly #pending = new Set<(error: Error) => void>();
  #lastAnswerAt = performance.now();
  #watch: NodeJS.Timeout | undefined;
  #lost: Error | undefined;
  /** Memory of reads that are done, {@link READ_BYTES} each. */
  readonly #spareBuffers: ArrayBufferLike[] = [];

  /** `timeoutMs`: how long the server may leave all requests without any answer. */
  constructor(sftp: SFTPWrapper, timeoutMs: number) {
    this.#sftp = sftp;
    this.#timeoutMs = timeoutMs;
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

  /** One request: settles with its answer, or when the connection is lost, or after a silence of the time limit. */
  #call<T>(
    action: string,
    path: string,
    request: (sftp: SFTPWrapper, done: (error: Error | null | undefined, answer: T) => void) => unknown,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const settle = (error: Error | null | undefined, answer?: T): void => {
        this.#pending.delete(onLost);
        this.#lastAnswerAt = performance.now();
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

  #startWatch(): void {
    clearInterval(this.#watch);
    this.#lastAnswerAt = performance.now();
    this.#watch = setInterval(
      () => {
        if (performance.now() - this.#lastAnswerAt < this.#timeoutMs) return;
        const seconds = this.#timeoutMs / 1000;
        this.fail(
          new ProxError("E_REMOTE_TIMEOUT", `the server has not answered for ${seconds} s`, {
            exit: "remote",
            suggestions: ["run the same command again; raise timeoutS of this server where it is just slow"],
          }),
        );
        this.#sftp.end();
      },
      Math.max(10, this.#timeoutMs / 8),
    );
  }

  async #open(path: string, flags: "r" | "w" | "wx" | "a", mode = 0o644): Promise<Buffer> {
    const action = flags === "r" ? "read" : "write";
    return this.#call<Buffer>(action, path, (sftp, done) => {
      sftp.open(path, flags, { mode }, done);
    });
  }

  async #close(path: string, handle: Buffer): Promise<void> {
    await this.#call(
      "close",
      path,
      (sftp, done: (error: Error | null | undefined, answer: undefined) => void) => {
        sftp.close(handle, (error) => {
          done(error, undefined);
        });
      },
    );
  }

  /** Runs an operation that answers nothing. */
  async #run(
    action: string,
    path: string,
    request: (sftp: SFTPWrapper, done: (error?: Error | null) => void) => void,
  ): Promise<void> {
    await this.#call<undefined>(action, path, (sftp, done) => {
      request(sftp, (error) => {
        done(error, undefined);
      });
    });
  }

  async list(folder: string): Promise<RemoteEntry[] | undefined> {
    try {
      const entries = await this.#call<{ filename: string; attrs: Stats }[]>("list", folder, (sftp, done) => {
        sftp.readdir(folder, done);
      });
      return entries
        .filter(({ filename }) => filename !== "." && filename !== "..")
        .map(({ filename, attrs }) => ({ name: filename, ...toStat(attrs) }));
    } catch (error) {
      if (error instanceof ProxError && isMissing(error.cause)) return undefined;
      throw error;
    }
  }

  async stat(path: string): Promise<RemoteStat | undefined> {
    try {
      return toStat(
        await this.#call<Stats>("look at", path, (sftp, done) => {
          sftp.stat(path, done);
        }),
      );
    } catch (error) {
      if (error instanceof ProxError && isMissing(error.cause)) return undefined;
      throw error;
    }
  }

  realPath(path: string): Promise<string> {
    return this.#call<string>("follow", path, (sftp, done) => {
      sftp.realpath(path, done);
    });
  }

  async read(path: string): Promise<Buffer | undefined> {
    const chunks: Buffer[] = [];
    try {
      await this.readRange(path, 0, Number.MAX_SAFE_INTEGER, (bytes) => {
        chunks.push(Buffer.from(bytes));
      });
    } catch (error) {
      if (error instanceof ProxError && isMissing(error.cause)) return undefined;
      throw error;
    }
    return Buffer.concat(chunks);
  }

  async readRange(path: string, start: number, end: number, sink: (bytes: Buffer) => void): Promise<number> {
    const handle = await this.#open(path, "r");
    const ahead: Promise<Buffer>[] = [];
    let asked = start;
    let reached = start;
    // Where the end is not known, one request finds out how much there is before more are sent.
    const depth = end === Number.MAX_SAFE_INTEGER ? 1 : READS_AHEAD;
    try {
      for (;;) {
        while (asked < end && ahead.length < depth) {
          const length = Math.min(READ_BYTES, end - asked);
          const read = this.#readFully(path, handle, asked, length);
          // Rejections are met in their order below; until then they must not count as unhandled.
          read.catch(() => undefined);
          ahead.push(read);
          asked += length;
        }
        const next = ahead.shift();
        if (next === undefined) return reached;
        const bytes = await next;
        if (bytes.length > 0) sink(bytes);
        reached += bytes.length;
        this.#spareBuffers.push(bytes.buffer);
        if (reached < asked && ahead.length === 0) return reached;
        if (bytes.length < READ_BYTES && reached < end) return reached;
      }
    } finally {
      await this.#close(path, handle);
    }
  }

  /** Reads until `length` bytes are there or the file ends: a server may give less than it is asked for. */
  async #readFully(path: string, handle: Buffer, position: number, length: number): Promise<Buffer> {
    const buffer = Buffer.from(this.#spareBuffers.pop() ?? new ArrayBuffer(READ_BYTES));
    let filled = 0;
    while (filled < length) {
      const from = filled;
      const count = await this.#call<number>("read", path, (sftp, done) => {
        sftp.read(handle, buffer, from, length - from, position + from, done);
      });
      if (count === 0) break;
      filled += count;
    }
    return buffer.subarray(0, filled);
  }

  async write(path: string, bytes: Buffer, options: { mode: number; exclusive?: boolean }): Promise<void> {
    await this.#writeWith(path, bytes, options.exclusive === true ? "wx" : "w", options.mode);
  }

  async append(path: string, bytes: Buffer): Promise<void> {
    await this.#writeWith(path, bytes, "a", 0o644);
  }

  async #writeWith(path: string, bytes: Buffer, flags: "w" | "wx" | "a", mode: number): Promise<void> {
    const handle = await this.#open(path, flags, mode);
    try {
      if (bytes.length > 0) {
        await this.#run("write", path, (sftp, done) => {
          sftp.write(handle, bytes, 0, bytes.length, 0, done);
        });
      }
      // The server's umask may have taken bits away that the file before had.
      if (flags === "w") {
        await this.#run("set the permissions of", path, (sftp, done) => {
          sftp.fchmod(handle, mode, done);
        });
      }
      await this.#sync(path, handle);
    } finally {
      await this.#close(path, handle);
    }
  }

  async #sync(path: string, handle: Buffer): Promise<void> {
    await this.#run("save", path, (sftp, done) => {
      try {
        sftp.ext_openssh_fsync(handle, done);
      } catch {
        // The server does not know how; its own habits decide when the file is on disk.
        done();
      }
    });
  }

  makeFolder(path: string): Promise<boolean> {
    return this.#tolerate(
      this.#run("make the folder", path, (sftp, done) => {
        sftp.mkdir(path, done);
      }),
      // SFTP has no word for "exists": a failure with something there is that.
      async (error) => statusOf(error.cause) === FAILURE && (await this.stat(path)) !== undefined,
    );
  }

  removeFolder(path: string): Promise<boolean> {
    return this.#tolerate(
      this.#run("remove the folder", path, (sftp, done) => {
        sftp.rmdir(path, done);
      }),
      (error) => Promise.resolve(isMissing(error.cause)),
    );
  }

  remove(path: string): Promise<boolean> {
    return this.#tolerate(
      this.#run("remove", path, (sftp, done) => {
        sftp.unlink(path, done);
      }),
      (error) => Promise.resolve(isMissing(error.cause)),
    );
  }

  /** True when it was done, false when it failed in the expected way. */
  async #tolerate(
    operation: Promise<void>,
    isExpected: (error: ProxError) => Promise<boolean>,
  ): Promise<boolean> {
    try {
      await operation;
      return true;
    } catch (error) {
      if (error instanceof ProxError && (await isExpected(error))) return false;
      throw error;
    }
  }

  rename(from: string, to: string): Promise<void> {
    return this.#run("rename to", to, (sftp, done) => {
      sftp.rename(from, to, done);
    });
  }

  async replace(from: string, to: string, aside: string): Promise<void> {
    const isAtOnce = await this.#call<boolean>("replace", to, (sftp, done) => {
      try {
        sftp.ext_openssh_rename(from, to, (error) => {
          done(error, true);
        });
      } catch {
        done(undefined, false);
      }
    });
    if (isAtOnce) return;
    const hasOld = (await this.stat(to)) !== undefined;
    if (!hasOld) {
      await this.rename(from, to);
      return;
    }
    await this.remove(aside);
    // Sent together, so that no break of the connection can come between them.
    await Promise.all([this.rename(to, aside), this.rename(from, to)]);
    await this.remove(aside);
  }
}
