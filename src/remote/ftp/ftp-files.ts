/** Files on a game server that offers FTP only: reading, and moving or removing what was read. */
import { Writable } from "node:stream";

import { type Client, type FileInfo, FTPError } from "basic-ftp";

import { ProxError } from "../../errors.ts";
import type { RemoteEntry, RemoteFiles, RemoteStat } from "../remote-files.ts";
import { explainFtpError, isNotAvailable } from "./ftp-errors.ts";

/** The largest file that is read whole. */
const WHOLE_BYTES = 16 << 20;
/** So much more than it listed may come of a file that grows while it is fetched. */
const GROWN_BYTES = 1 << 20;
/** A server that sends, but ends no answer, may do so for so many time limits. */
const BUSY_LIMITS = 10;

/** FTP tells neither; who needs them refuses FTP before. */
const UNTOLD = { mode: 0, owner: -1, group: -1 } as const;

function kindOf(info: FileInfo): RemoteEntry["kind"] {
  if (info.isFile) return "file";
  return info.isDirectory ? "folder" : "other";
}

/** The error of what FTP cannot do as safely as prox promises it. */
const refused = (what: string): ProxError =>
  new ProxError("E_FTP_UNSAFE", `prox does not ${what} over FTP`, {
    suggestions: ["use SFTP where the host offers it; over FTP, prox fetches rounds only"],
  });

/**
 * FTP knows one request at a time: each waits for the one before it. Once the line is lost or silent, all fail. Times of
 * files are those of MLSD or MDTM, which are exact and in UTC; those that LIST shows are neither.
 */
export class FtpFiles implements RemoteFiles {
  readonly #client: Client;
  readonly #timeoutMs: number;
  #last: Promise<unknown> = Promise.resolve();
  #aborted: Error | undefined;

  /** Takes over a client that is signed in. */
  constructor(client: Client, timeoutMs: number) {
    this.#client = client;
    this.#timeoutMs = timeoutMs;
  }

  /** One request, or some that belong together. A transfer has a time limit of its own: that nothing arrives. */
  #run<T>(
    action: string,
    path: string,
    work: (client: Client) => Promise<T>,
    isTransfer = false,
  ): Promise<T> {
    const turn = this.#last.then(async () => {
      if (this.#aborted !== undefined) throw this.#aborted;
      const limit = setTimeout(() => {
        this.abort(explainFtpError(new Error("Timeout"), action, path));
      }, BUSY_LIMITS * this.#timeoutMs);
      if (isTransfer) clearTimeout(limit);
      try {
        return await work(this.#client);
      } catch (error) {
        throw this.#reasonFor(error, action, path);
      } finally {
        clearTimeout(limit);
      }
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #reasonFor(error: unknown, action: string, path: string): Error {
    return this.#aborted ?? explainFtpError(error, action, path);
  }

  async list(folder: string): Promise<RemoteEntry[] | undefined> {
    return this.#run("list", folder, async (client) => {
      if (!(await enter(client, folder))) return undefined;
      const entries: RemoteEntry[] = [];
      for (const info of await client.list()) {
        const { name, modifiedAt, size } = info;
        if (name === "." || name === "..") continue;
        const kind = kindOf(info);
        const modified =
          modifiedAt ?? (kind === "file" ? await client.lastMod(`${folder}/${name}`) : new Date(0));
        entries.push({ name, kind, size, modifiedS: Math.floor(modified.getTime() / 1000) });
      }
      return entries;
    });
  }

  async stat(path: string): Promise<RemoteStat | undefined> {
    return this.#run("look at", path, async (client) => {
      if (await enter(client, path)) return { kind: "folder", size: 0, modifiedS: 0, ...UNTOLD };
      try {
        const size = await client.size(path);
        const modified = await client.lastMod(path);
        return { kind: "file", size, modifiedS: Math.floor(modified.getTime() / 1000), ...UNTOLD };
      } catch (error) {
        if (isNotAvailable(error)) return undefined;
        throw error;
      }
    });
  }

  async read(path: string): Promise<Buffer | undefined> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const take = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        bytes += chunk.length;
        if (bytes <= WHOLE_BYTES) {
          chunks.push(chunk);
          done();
          return;
        }
        done(
          new ProxError("E_REMOTE_SIZE", `cannot read ${path}: it is larger than ${WHOLE_BYTES} bytes`, {
            suggestions: ["look at the file on the server: no cfg file, log or module is that large"],
            details: { path },
          }),
        );
      },
    });
    return this.#run("read", path, async (client) => {
      try {
        await download(client, take, path, 0);
        return Buffer.concat(chunks);
      } catch (error) {
        if (isNotAvailable(error)) return undefined;
        throw error;
      }
    });
  }

  async readRange(
    path: string,
    start: number,
    end: number,
    sink: (bytes: Buffer) => void,
    mayAsk?: (bytes: number) => Promise<void>,
  ): Promise<number> {
    let reached = start;
    const take = async (chunk: Buffer): Promise<void> => {
      await mayAsk?.(chunk.length);
      const wanted = chunk.subarray(0, Math.max(0, end - reached));
      if (wanted.length > 0) sink(wanted);
      reached += chunk.length;
      if (reached > end + GROWN_BYTES) {
        throw new ProxError("E_REMOTE_FAILED", `cannot read ${path}: the server sends more than it listed`, {
          suggestions: ["look at the file on the server"],
          details: { path },
        });
      }
    };
    const destination = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        take(chunk).then(
          () => {
            done();
          },
          (error: unknown) => {
            done(error instanceof Error ? error : new Error(String(error)));
          },
        );
      },
    });
    await this.#run("read", path, (client) => download(client, destination, path, start), true);
    return Math.min(reached, end);
  }

  async makeFolder(path: string): Promise<boolean> {
    return this.#run("make the folder", path, async (client) => {
      if (await enter(client, path)) return false;
      await client.send(`MKD ${path}`);
      return true;
    });
  }

  async remove(path: string): Promise<boolean> {
    return this.#run("remove", path, async (client) => {
      try {
        await client.remove(path);
        return true;
      } catch (error) {
        if (isNotAvailable(error) && !(await isThere(client, path))) return false;
        throw error;
      }
    });
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#run("rename to", to, async (client) => {
      // Many servers put the file in the place of another.
      if (await isThere(client, to)) {
        throw new ProxError(
          "E_REMOTE_FAILED",
          `cannot rename ${from} to ${to}: there is something of that name`,
          {
            suggestions: ["look at both files on the server, and remove one"],
            details: { path: to },
          },
        );
      }
      await client.rename(from, to);
    });
  }

  freeBytes(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  abort(error: Error): void {
    this.#aborted ??= error;
    this.#client.close();
  }

  realPath = (): Promise<never> => Promise.reject(refused("follow links"));
  write = (): Promise<never> => Promise.reject(refused("write files"));
  isOwn = (): Promise<never> => Promise.reject(refused("see whom files belong to"));
  append = (): Promise<never> => Promise.reject(refused("add to files"));
  removeFolder = (): Promise<never> => Promise.reject(refused("remove folders"));
  replace = (): Promise<never> => Promise.reject(refused("replace files"));
}

/** Goes into a folder; false where there is none. */
async function enter(client: Client, folder: string): Promise<boolean> {
  try {
    await client.cd(folder);
    return true;
  } catch (error) {
    if (error instanceof FTPError) return false;
    throw error;
  }
}

async function isThere(client: Client, path: string): Promise<boolean> {
  try {
    await client.size(path);
    return true;
  } catch (error) {
    if (isNotAvailable(error)) return false;
    throw error;
  }
}

/** Fetches a file. Of one that is missing, a server with TLS may answer by breaking the line: it is asked for its size first. */
async function download(client: Client, to: Writable, path: string, start: number): Promise<void> {
  await client.size(path);
  await client.downloadTo(to, path, start);
}
