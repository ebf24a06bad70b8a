/** What prox uses of ssh2-sftp-client 12.1.1, which brings no types. */
declare module "ssh2-sftp-client" {
  import type { Writable } from "node:stream";

  import type { Client, ConnectConfig, SFTPWrapper } from "ssh2";

  /** How a file is opened that is written to. */
  interface StreamOptions {
    readonly flags: "w" | "wx" | "a";
    /** Set on the file in any case, also where it exists already. */
    readonly mode: number;
  }

  /** Options of the stream that `get` reads from; `end` is the last offset that is read. */
  interface GetOptions {
    readonly readStreamOptions?: { readonly end?: number; readonly highWaterMark?: number };
  }

  interface FileInfo {
    readonly name: string;
    readonly size: number;
    /** Milliseconds since 1970. */
    readonly modifyTime: number;
    /** The server's own description of the entry, usually as `ls -l` has it. */
    readonly longname: string;
  }

  interface FileStats {
    readonly mode: number;
    readonly uid: number;
    readonly gid: number;
    readonly size: number;
    /** Milliseconds since 1970. */
    readonly modifyTime: number;
  }

  export default class SftpClient {
    /** The callbacks get what happens outside of a call. */
    constructor(
      name: string,
      callbacks: { error: (error: Error) => void; end: () => void; close: () => void },
    );
    /** The SSH connection. */
    readonly client: Client;
    connect(options: ConnectConfig): Promise<SFTPWrapper>;
    on(event: "ready" | "close", listener: () => void): void;
    on(event: "error", listener: (error: Error) => void): void;
    list(folder: string): Promise<FileInfo[]>;
    stat(path: string): Promise<FileStats>;
    lstat(path: string): Promise<FileStats>;
    realPath(path: string): Promise<string>;
    /** An empty array for an empty file. */
    get(path: string, target: undefined, options: GetOptions): Promise<Buffer | never[]>;
    /** Emits "open" with the handle. With `autoClose` a write that fails closes the file and counts as done. */
    createWriteStream(path: string, options: StreamOptions & { readonly autoClose: boolean }): Writable;
    mkdir(path: string): Promise<string>;
    rmdir(path: string): Promise<string>;
    delete(path: string): Promise<string>;
    rename(from: string, to: string): Promise<string>;
    posixRename(from: string, to: string): Promise<string>;
  }
}
