/** Files on the game server over SFTP. */
import type { FileEntryWithStats, Stats } from "ssh2";

import { ProxError } from "../errors.ts";
import type { RemoteEntry, RemoteFiles, RemoteStat } from "./remote-files.ts";
import { type SftpSession, isEnd, isMissing, isPlainFailure } from "./sftp-session.ts";

/** Bytes of a read request; OpenSSH answers up to 255 KiB, every server at least 32 KiB, the rest is asked for again. */
const READ_BYTES = 128 * 1024;
/** Bytes of a write request: what every server takes. */
const WRITE_BYTES = 32 * 1024;
/** Read requests under way at once for one file. */
const READS_AHEAD = 8;
/** Requests for entries of a folder under way at once. */
const LISTS_AHEAD = 6;
const FILE_TYPE_MASK = 0o170000;
const REGULAR_FILE = 0o100000;
const FOLDER = 0o040000;

function toStat({ mode, size, mtime, uid }: Pick<Stats, "mode" | "size" | "mtime" | "uid">): RemoteStat {
  const type = mode & FILE_TYPE_MASK;
  const kind = type === REGULAR_FILE ? "file" : type === FOLDER ? "folder" : "other";
  return { kind, size, modifiedS: mtime, mode: mode & 0o7777, owner: uid };
}

/** {@link RemoteFiles} over one SFTP session. Operations may run at the same time. */
export class SftpFiles implements RemoteFiles {
  readonly #session: SftpSession;
  /** Memory of reads that are done, {@link READ_BYTES} each. */
  readonly #spareBuffers: ArrayBufferLike[] = [];

  constructor(session: SftpSession) {
    this.#session = session;
  }

  async #open(path: string, flags: "r" | "w" | "wx" | "a", mode = 0o644): Promise<Buffer> {
    const action = flags === "r" ? "read" : "write";
    return this.#session.call<Buffer>(action, path, (sftp, done) => {
      sftp.open(path, flags, { mode }, done);
    });
  }

  async #close(path: string, handle: Buffer): Promise<void> {
    await this.#session.run("close", path, (sftp, done) => {
      sftp.close(handle, done);
    });
  }

  async list(folder: string): Promise<RemoteEntry[] | undefined> {
    let handle: Buffer;
    try {
      handle = await this.#session.call<Buffer>("list", folder, (sftp, done) => {
        sftp.opendir(folder, done);
      });
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
    try {
      // Each answer holds a hundred names: asked for one by one, a large folder would wait for the line all the time.
      const ways = Array.from({ length: LISTS_AHEAD }, () => this.#listOn(folder, handle));
      const entries = (await Promise.all(ways)).flat();
      return entries
        .filter(({ filename }) => filename !== "." && filename !== "..")
        .map(({ filename, attrs }) => ({ name: filename, ...toStat(attrs) }));
    } finally {
      await this.#close(folder, handle);
    }
  }

  /** Asks for entries of an open folder until there are no more. */
  async #listOn(folder: string, handle: Buffer): Promise<FileEntryWithStats[]> {
    const entries: FileEntryWithStats[] = [];
    for (;;) {
      try {
        const more = await this.#session.call<FileEntryWithStats[]>("list", folder, (sftp, done) => {
          sftp.readdir(handle, done);
        });
        entries.push(...more);
      } catch (error) {
        if (isEnd(error)) return entries;
        throw error;
      }
    }
  }

  async stat(path: string): Promise<RemoteStat | undefined> {
    try {
      return toStat(
        await this.#session.call<Stats>("look at", path, (sftp, done) => {
          sftp.stat(path, done);
        }),
      );
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  realPath(path: string): Promise<string> {
    return this.#session.call<string>("follow", path, (sftp, done) => {
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
      if (isMissing(error)) return undefined;
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
      const count = await this.#session.call<number>("read", path, (sftp, done) => {
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
      await this.#writePieces(path, handle, bytes);
      // The server's umask may have taken bits away that the file before had.
      if (flags === "w") {
        await this.#session.run("set the permissions of", path, (sftp, done) => {
          sftp.fchmod(handle, mode, done);
        });
      }
      await this.#sync(path, handle);
    } finally {
      await this.#close(path, handle);
    }
  }

  /** Sends all pieces at once; their answers show on a slow line that it moves. */
  async #writePieces(path: string, handle: Buffer, bytes: Buffer): Promise<void> {
    const starts = Array.from(
      { length: Math.ceil(bytes.length / WRITE_BYTES) },
      (_, index) => index * WRITE_BYTES,
    );
    await Promise.all(
      starts.map((start) =>
        this.#session.run("write", path, (sftp, done) => {
          sftp.write(handle, bytes, start, Math.min(WRITE_BYTES, bytes.length - start), start, done);
        }),
      ),
    );
  }

  async #sync(path: string, handle: Buffer): Promise<void> {
    await this.#session.run("save", path, (sftp, done) => {
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
      this.#session.run("make the folder", path, (sftp, done) => {
        sftp.mkdir(path, done);
      }),
      // SFTP has no word for "exists": a failure with something there is that.
      async (error) => isPlainFailure(error) && (await this.stat(path)) !== undefined,
    );
  }

  removeFolder(path: string): Promise<boolean> {
    return this.#tolerate(
      this.#session.run("remove the folder", path, (sftp, done) => {
        sftp.rmdir(path, done);
      }),
      (error) => Promise.resolve(isMissing(error)),
    );
  }

  remove(path: string): Promise<boolean> {
    return this.#tolerate(
      this.#session.run("remove", path, (sftp, done) => {
        sftp.unlink(path, done);
      }),
      (error) => Promise.resolve(isMissing(error)),
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
    return this.#session.run("rename to", to, (sftp, done) => {
      sftp.rename(from, to, done);
    });
  }

  async replace(from: string, to: string, aside: string): Promise<void> {
    const isAtOnce = await this.#session.call<boolean>("replace", to, (sftp, done) => {
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
