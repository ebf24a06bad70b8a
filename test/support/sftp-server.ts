/**
 * An SFTP server in this process, over the real files of this machine, built of ssh2: for what OpenSSH's server
 * cannot be made to do on demand. It may lack posix-rename, run out of space, be slow, never answer some requests, die
 * at a given request, and list names that no file system here would hold.
 */
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeSync,
  type Stats,
} from "node:fs";
import path from "node:path";

import ssh2, { type Attributes, type Connection, type FileEntry, type SFTPWrapper } from "ssh2";

import { fingerprintOf } from "../../src/remote/known-hosts.ts";

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp;

export interface SftpServerOptions {
  readonly password?: string;
  /** Bytes that may be written before the disk is full. */
  readonly spaceBytes?: number;
  /** Requests are answered this late. */
  readonly delayMs?: number;
  /** Requests of this kind (the first word of `requests`) are neither carried out nor answered. */
  readonly silentOn?: string;
  /** The server dies when the request of this number (from 1) has been carried out, before its answer. */
  readonly cutAt?: number;
  /** Names that every listing shows besides the real ones. */
  readonly extraNames?: readonly string[];
  /** Every listing goes on for ever, with answers that hold so many names, none for empty ones. */
  readonly endlessNames?: number;
  /** Real files are listed with this size. */
  readonly claimedSize?: number;
  /** Bytes that an answer to a read holds at most. */
  readonly readBytes?: number;
  /** The server goes on sending something that is no answer, so often. */
  readonly chatterMs?: number;
  /** How far the times of its files are ahead of this machine's. */
  readonly clockAheadS?: number;
  /** Lets in, but never opens SFTP. */
  readonly isWithoutSftp?: boolean;
}

export interface SftpServer {
  readonly port: number;
  readonly fingerprint: string;
  /** Requests so far. */
  readonly requests: readonly string[];
  stop(): Promise<void>;
}

function toAttributes(stats: Stats): Attributes {
  return {
    mode: stats.mode,
    uid: stats.uid,
    gid: stats.gid,
    size: stats.size,
    atime: Math.floor(stats.atimeMs / 1000),
    mtime: Math.floor(stats.mtimeMs / 1000),
  };
}

function openFlags(flags: number): number {
  const isReading = (flags & OPEN_MODE.READ) !== 0;
  const isWriting = (flags & OPEN_MODE.WRITE) !== 0;
  let result =
    isReading && isWriting ? constants.O_RDWR : isWriting ? constants.O_WRONLY : constants.O_RDONLY;
  if ((flags & OPEN_MODE.APPEND) !== 0) result |= constants.O_APPEND;
  if ((flags & OPEN_MODE.CREAT) !== 0) result |= constants.O_CREAT;
  if ((flags & OPEN_MODE.TRUNC) !== 0) result |= constants.O_TRUNC;
  if ((flags & OPEN_MODE.EXCL) !== 0) result |= constants.O_EXCL;
  return result;
}

function statusOf(error: unknown): number {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT" || code === "ENOTDIR") return STATUS_CODE.NO_SUCH_FILE;
  if (code === "EACCES" || code === "EPERM") return STATUS_CODE.PERMISSION_DENIED;
  return STATUS_CODE.FAILURE;
}

let hostKey: string | undefined;

function makeHostKey(): string {
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "pkcs1", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  return privateKey;
}

export async function startSftpServer(options: SftpServerOptions = {}): Promise<SftpServer> {
  // One key for all servers of a process: making one takes its time.
  const privateKey = (hostKey ??= makeHostKey());
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error) throw key;
  const requests: string[] = [];
  const connections = new Set<Connection>();
  let space = options.spaceBytes ?? Number.POSITIVE_INFINITY;

  const serve = (sftp: SFTPWrapper, connection: Connection): void => {
    const handles = new Map<number, { fd: number; path: string } | { names: string[]; path: string }>();
    let nextHandle = 1;
    const handleOf = (entry: { fd: number; path: string } | { names: string[]; path: string }): Buffer => {
      const id = nextHandle++;
      handles.set(id, entry);
      const buffer = Buffer.alloc(4);
      buffer.writeUInt32BE(id);
      return buffer;
    };
    const fdOf = (handle: Buffer): number => {
      const entry = handles.get(handle.readUInt32BE());
      if (entry === undefined || !("fd" in entry)) throw new Error("no such handle");
      return entry.fd;
    };
    /** Carries a request out at once, and answers it unless the connection is to be cut here. */
    const answer = (request: number, name: string, act: () => (() => void) | undefined): void => {
      requests.push(name);
      if (options.cutAt !== undefined && requests.length > options.cutAt) return;
      if (options.silentOn !== undefined && name.split(" ")[0] === options.silentOn) return;
      let reply: () => void;
      try {
        const own = act();
        reply =
          own ??
          (() => {
            sftp.status(request, STATUS_CODE.OK);
          });
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        reply = () => {
          sftp.status(request, statusOf(error), message);
        };
      }
      if (requests.length === options.cutAt) {
        connection.end();
        return;
      }
      if (options.delayMs === undefined) reply();
      else setTimeout(reply, options.delayMs);
    };

    sftp.on("OPEN", (request, name, flags, attributes) => {
      const isWriting = (flags & OPEN_MODE.WRITE) !== 0;
      answer(request, `${isWriting ? "create" : "open"} ${name}`, () => {
        const mode = (attributes as Partial<Attributes>).mode ?? 0o644;
        const handle = handleOf({ fd: openSync(name, openFlags(flags), mode & 0o7777), path: name });
        return () => {
          sftp.handle(request, handle);
        };
      });
    });
    sftp.on("READ", (request, handle, offset, length) => {
      answer(request, "read", () => {
        const buffer = Buffer.alloc(Math.min(length, options.readBytes ?? 32768));
        const count = readSync(fdOf(handle), buffer, 0, buffer.length, offset);
        return () => {
          if (count === 0) sftp.status(request, STATUS_CODE.EOF);
          else sftp.data(request, buffer.subarray(0, count));
        };
      });
    });
    sftp.on("WRITE", (request, handle, offset, data) => {
      answer(request, "write", () => {
        if (data.length > space) throw new Error("No space left on device");
        space -= data.length;
        writeSync(fdOf(handle), data, 0, data.length, offset);
        return undefined;
      });
    });
    sftp.on("CLOSE", (request, handle) => {
      answer(request, "close", () => {
        const entry = handles.get(handle.readUInt32BE());
        handles.delete(handle.readUInt32BE());
        if (entry !== undefined && "fd" in entry) closeSync(entry.fd);
        return undefined;
      });
    });
    sftp.on("FSTAT", (request, handle) => {
      answer(request, "fstat", () => {
        const attributes = toAttributes(fstatSync(fdOf(handle)));
        return () => {
          sftp.attrs(request, attributes);
        };
      });
    });
    for (const [event, look] of [
      ["STAT", statSync],
      ["LSTAT", lstatSync],
    ] as const) {
      sftp.on(event, (request: number, name: string) => {
        answer(request, `${event.toLowerCase()} ${name}`, () => {
          const attributes = toAttributes(look(name));
          attributes.mtime += options.clockAheadS ?? 0;
          return () => {
            sftp.attrs(request, attributes);
          };
        });
      });
    }
    sftp.on("SETSTAT", (request, name, attributes) => {
      answer(request, `setstat ${name}`, () => {
        chmodSync(name, attributes.mode & 0o7777);
        return undefined;
      });
    });
    sftp.on("FSETSTAT", (request, handle, attributes) => {
      answer(request, "fsetstat", () => {
        const entry = handles.get(handle.readUInt32BE());
        if (entry !== undefined) chmodSync(entry.path, attributes.mode & 0o7777);
        return undefined;
      });
    });
    sftp.on("OPENDIR", (request, name) => {
      answer(request, `opendir ${name}`, () => {
        const names = [...readdirSync(name), ...(options.extraNames ?? [])];
        const handle = handleOf({ names, path: name });
        return () => {
          sftp.handle(request, handle);
        };
      });
    });
    sftp.on("READDIR", (request, handle) => {
      answer(request, "readdir", () => {
        const entry = handles.get(handle.readUInt32BE());
        if (entry === undefined || !("names" in entry)) throw new Error("no such handle");
        const { endlessNames } = options;
        if (endlessNames !== undefined) {
          const attrs = { mode: 0o100644, uid: 0, gid: 0, size: 5, atime: 1, mtime: 1 };
          const filename = "x".repeat(200);
          const longname = `-rw-r--r-- 1 et et 5 Jan 1 00:00 ${filename}`;
          return () => {
            sftp.name(
              request,
              Array.from({ length: endlessNames }, () => ({ filename, longname, attrs })),
            );
          };
        }
        const names = entry.names.splice(0, 100);
        if (names.length === 0) {
          return () => {
            sftp.status(request, STATUS_CODE.EOF);
          };
        }
        const entries: FileEntry[] = names.map((filename) => {
          const full = path.join(entry.path, filename);
          const isReal = readdirSync(entry.path).includes(filename);
          // A name that is not real is shown as a regular file of five bytes.
          const attrs = isReal
            ? toAttributes(lstatSync(full))
            : { mode: 0o100644, uid: 0, gid: 0, size: 5, atime: 1, mtime: 1 };
          if (options.claimedSize !== undefined) attrs.size = options.claimedSize;
          return { filename, longname: filename, attrs };
        });
        return () => {
          sftp.name(request, entries);
        };
      });
    });
    sftp.on("REMOVE", (request, name) => {
      answer(request, `remove ${name}`, () => {
        unlinkSync(name);
        return undefined;
      });
    });
    sftp.on("RMDIR", (request, name) => {
      answer(request, `rmdir ${name}`, () => {
        rmdirSync(name);
        return undefined;
      });
    });
    sftp.on("MKDIR", (request, name) => {
      answer(request, `mkdir ${name}`, () => {
        mkdirSync(name);
        return undefined;
      });
    });
    sftp.on("RENAME", (request, from, to) => {
      answer(request, `rename ${from} ${to}`, () => {
        // As version 3 of the protocol has it: the new name must be free.
        if (existsSync(to)) throw new Error("the target exists");
        renameSync(from, to);
        return undefined;
      });
    });
    sftp.on("REALPATH", (request, name) => {
      answer(request, `realpath ${name}`, () => {
        const real = realpathSync(name);
        return () => {
          sftp.name(request, [{ filename: real, longname: real, attrs: toAttributes(statSync(real)) }]);
        };
      });
    });
  };

  const server = new ssh2.Server({ hostKeys: [privateKey] }, (connection) => {
    connections.add(connection);
    // Without this each small answer waits for the client's delayed acknowledgement.
    (connection as Connection & { setNoDelay(noDelay: boolean): void }).setNoDelay(true);
    connection.on("error", () => undefined);
    connection.on("close", () => connections.delete(connection));
    connection.on("authentication", (context) => {
      const isRight = context.method === "password" && context.password === (options.password ?? "secret");
      if (isRight) context.accept();
      else context.reject(["password"]);
    });
    connection.on("ready", () => {
      connection.on("session", (acceptSession) => {
        if (options.isWithoutSftp === true) return;
        acceptSession().on("sftp", (accept) => {
          serve(accept(), connection);
        });
      });
      if (options.chatterMs !== undefined) {
        const chatter = setInterval(() => {
          connection.rekey();
        }, options.chatterMs);
        connection.on("close", () => {
          clearInterval(chatter);
        });
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as { port: number }).port,
    fingerprint: fingerprintOf(key.getPublicSSH()),
    requests,
    stop: async () => {
      for (const connection of connections) connection.end();
      server.close();
      await once(server, "close");
    },
  };
}
