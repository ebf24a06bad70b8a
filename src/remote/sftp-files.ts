/**
 * Files on the game server over SFTP: ssh2-sftp-client for whatever it does, and the raw handle below it for what it
 * lacks. docs/architecture.md says which call goes where and why.
 */
import type { Stats } from "ssh2";
import type { FileInfo, FileStats, StreamOptions } from "ssh2-sftp-client";

import { ProxError } from "../errors.ts";
import type { RemoteEntry, RemoteFiles, RemoteStat, WriteOptions } from "./remote-files.ts";
import { isMissing, isPlainFailure, isRefused, isUnknownExtension, missingPath } from "./sftp-errors.ts";
import type { SftpSession } from "./sftp-session.ts";
import { writeAll } from "./sftp-write.ts";

/** Bytes of a read request; OpenSSH answers up to 255 KiB, every server at least 32 KiB, the rest is asked for again. */
const READ_BYTES = 128 * 1024;
/** Read requests under way at once for one file. */
const READS_AHEAD = 8;
/** A server that gives less than this at a time on average, and not a little only now and then, does not mean to end. */
const CRUMB_BYTES = 1024;
const CRUMBS_ALLOWED = 1000;
/** How much a listing may be: some 200,000 names. */
const LIST_BYTES = 64 * 1024 * 1024;
/** The largest file that is read whole into memory: far more than any cfg file or module. */
const WHOLE_BYTES = 16 * 1024 * 1024;
/** The permission bits of a file's owner. */
const OWNERS_BITS = 0o700;
const FILE_TYPE_MASK = 0o170000;
const REGULAR_FILE = 0o100000;
const FOLDER = 0o040000;
/** How most servers describe an entry, `ls -l`: its first letter is the type. */
const LS_LINE = /^[-bcdlps][-rwxsStT]{9}/;

function kindOfMode(mode: number): RemoteStat["kind"] {
  const type = mode & FILE_TYPE_MASK;
  return type === REGULAR_FILE ? "file" : type === FOLDER ? "folder" : "other";
}

function toStat(stats: FileStats): RemoteStat {
  return {
    kind: kindOfMode(stats.mode),
    size: stats.size,
    modifiedS: stats.modifyTime / 1000,
    mode: stats.mode & 0o7777,
    owner: stats.uid,
    group: stats.gid,
  };
}

/** {@link RemoteFiles} over one SFTP session. Operations may run at the same time. */
export class SftpFiles implements RemoteFiles {
  readonly #session: SftpSession;
  /** Memory of reads that are done, {@link READ_BYTES} each. */
  readonly #spareBuffers: ArrayBufferLike[] = [];

  constructor(session: SftpSession) {
    this.#session = session;
  }

  abort(error: Error): void {
    this.#session.giveUp(error);
  }

  async list(folder: string): Promise<RemoteEntry[] | undefined> {
    let found: FileInfo[];
    try {
      found = await this.#session.ask("list", folder, (client) => client.list(folder), LIST_BYTES);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
    return Promise.all(found.map((info) => this.#toEntry(folder, info)));
  }

  async #toEntry(folder: string, info: FileInfo): Promise<RemoteEntry> {
    const { name, size, modifyTime, longname } = info;
    const kind = LS_LINE.test(longname)
      ? longname.startsWith("-")
        ? "file"
        : longname.startsWith("d")
          ? "folder"
          : "other"
      : await this.#kindOf(`${folder}/${name}`);
    return { name, kind, size, modifiedS: modifyTime / 1000 };
  }

  /** The library keeps no mode of an entry; a server whose descriptions are not as `ls -l` is asked once more. */
  async #kindOf(path: string): Promise<RemoteStat["kind"]> {
    try {
      return kindOfMode((await this.#session.ask("look at", path, (client) => client.lstat(path))).mode);
    } catch (error) {
      if (isRefused(error)) return "other";
      throw error;
    }
  }

  async stat(path: string): Promise<RemoteStat | undefined> {
    try {
      return toStat(await this.#session.ask("look at", path, (client) => client.stat(path)));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    // The library says "no such file" of a plain failure too: only the raw answer tells a missing file.
    try {
      const { mode, size, mtime, uid, gid } = await this.#session.call<Stats>(
        "look at",
        path,
        (sftp, done) => {
          sftp.stat(path, done);
        },
      );
      return toStat({ mode, size, uid, gid, modifyTime: mtime * 1000 });
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async realPath(path: string): Promise<string> {
    const real = await this.#session.ask("follow", path, (client) => client.realPath(path));
    if (real === "") throw missingPath("follow", path);
    return real;
  }

  async read(path: string): Promise<Buffer | undefined> {
    let bytes: Buffer | never[];
    try {
      bytes = await this.#session.ask("read", path, (client) =>
        client.get(path, undefined, {
          readStreamOptions: { highWaterMark: READ_BYTES, end: WHOLE_BYTES },
        }),
      );
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
    if (bytes.length > WHOLE_BYTES) {
      throw new ProxError("E_REMOTE_SIZE", `cannot read ${path}: it is larger than ${WHOLE_BYTES} bytes`, {
        suggestions: ["look at the file on the server: no cfg file, log or module is that large"],
        details: { path },
      });
    }
    return Buffer.isBuffer(bytes) ? bytes : Buffer.alloc(0);
  }

  async readRange(
    path: string,
    start: number,
    end: number,
    sink: (bytes: Buffer) => void,
    mayAsk?: (bytes: number) => Promise<void>,
  ): Promise<number> {
    const handle = await this.#session.call<Buffer>("read", path, (sftp, done) => {
      sftp.open(path, "r", done);
    });
    const ahead: Promise<Buffer>[] = [];
    let asked = start;
    let reached = start;
    const requests = { left: CRUMBS_ALLOWED + Math.ceil((end - start) / CRUMB_BYTES) };
    try {
      for (;;) {
        while (asked < end && ahead.length < READS_AHEAD) {
          const length = Math.min(READ_BYTES, end - asked);
          if (mayAsk !== undefined) await mayAsk(length);
          const read = this.#readFully(path, handle, asked, length, requests);
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
  async #readFully(
    path: string,
    handle: Buffer,
    position: number,
    length: number,
    requests: { left: number },
  ): Promise<Buffer> {
    const buffer = Buffer.from(this.#spareBuffers.pop() ?? new ArrayBuffer(READ_BYTES));
    let filled = 0;
    while (filled < length) {
      const from = filled;
      if ((requests.left -= 1) < 0) {
        throw new ProxError("E_REMOTE_FAILED", `cannot read ${path}: the server sends it in tiny pieces`, {
          suggestions: ["check the server: no SFTP server does that by itself"],
          details: { path },
        });
      }
      const count = await this.#session.call<number>("read", path, (sftp, done) => {
        sftp.read(handle, buffer, from, length - from, position + from, done);
      });
      if (count === 0) break;
      filled += count;
    }
    return buffer.subarray(0, filled);
  }

  async #close(path: string, handle: Buffer): Promise<void> {
    await this.#session.run("close", path, (sftp, done) => {
      sftp.close(handle, done);
    });
  }

  async write(path: string, bytes: Buffer, options: WriteOptions): Promise<void> {
    const { exclusive = false, group, mode } = options;
    await this.#writeWith(path, bytes, { flags: exclusive ? "wx" : "w", mode }, group);
  }

  async isOwn(path: string, mode: number): Promise<boolean> {
    try {
      await this.#session.run("look at", path, (sftp, done) => {
        sftp.chmod(path, mode, done);
      });
      return true;
    } catch (error) {
      if (isRefused(error)) return false;
      throw error;
    }
  }

  async append(path: string, bytes: Buffer): Promise<void> {
    // The library sets permissions on a file that it adds to: those that it has.
    const mode = (await this.stat(path))?.mode ?? 0o644;
    await this.#writeWith(path, bytes, { flags: "a", mode });
  }

  async #writeWith(path: string, bytes: Buffer, options: StreamOptions, group?: number): Promise<void> {
    const isPrivate = group !== undefined;
    const opened = isPrivate ? { ...options, mode: options.mode & OWNERS_BITS } : options;
    const handle = await this.#session.ask("write", path, (client) => writeAll(client, path, bytes, opened));
    try {
      if (isPrivate) await this.#setGroup(path, handle, group);
      await Promise.all([this.#sync(path, handle), this.#setMode(path, handle, options)]);
    } finally {
      await this.#close(path, handle);
    }
  }

  /** The library sets the mode as well, but does not tell where the server refuses. */
  async #setMode(path: string, handle: Buffer, { flags, mode }: StreamOptions): Promise<void> {
    if (flags !== "w") return;
    await this.#session.run("set the permissions of", path, (sftp, done) => {
      sftp.fchmod(handle, mode, done);
    });
  }

  async #setGroup(path: string, handle: Buffer, group: number): Promise<void> {
    const { gid, uid } = await this.#session.call<Stats>("look at", path, (sftp, done) => {
      sftp.fstat(handle, done);
    });
    if (gid === group) return;
    await this.#session.run("set the group of", path, (sftp, done) => {
      sftp.fchown(handle, uid, group, done);
    });
  }

  async #sync(path: string, handle: Buffer): Promise<void> {
    try {
      await this.#session.run("save", path, (sftp, done) => {
        sftp.ext_openssh_fsync(handle, done);
      });
    } catch (error) {
      // Its own habits decide when the file is on disk.
      if (!isUnknownExtension(error)) throw error;
    }
  }

  async freeBytes(path: string): Promise<number | undefined> {
    try {
      const found = await this.#session.call<Record<"f_bavail" | "f_frsize", number | bigint>>(
        "look at the disk of",
        path,
        (sftp, done) => {
          sftp.ext_openssh_statvfs(path, done);
        },
      );
      return Number(found.f_bavail) * Number(found.f_frsize);
    } catch (error) {
      if (isUnknownExtension(error)) return undefined;
      throw error;
    }
  }

  async makeFolder(path: string): Promise<boolean> {
    try {
      const answer = await this.#session.ask("make the folder", path, (client) => client.mkdir(path));
      return !answer.endsWith("already exists");
    } catch (error) {
      // SFTP has no word for "exists": a failure with something there is that.
      if (isPlainFailure(error) && (await this.stat(path)) !== undefined) return false;
      throw error;
    }
  }

  removeFolder(path: string): Promise<boolean> {
    return this.#falseIfMissing(this.#session.ask("remove the folder", path, (client) => client.rmdir(path)));
  }

  remove(path: string): Promise<boolean> {
    return this.#falseIfMissing(this.#session.ask("remove", path, (client) => client.delete(path)));
  }

  async #falseIfMissing(operation: Promise<unknown>): Promise<boolean> {
    try {
      await operation;
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#session.ask("rename to", [from, to], (client) => client.rename(from, to));
  }

  async replace(from: string, to: string, aside: string): Promise<void> {
    try {
      await this.#session.ask("replace", [from, to], (client) => client.posixRename(from, to));
      return;
    } catch (error) {
      if (!isUnknownExtension(error)) throw error;
    }
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
