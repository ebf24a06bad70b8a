/** Files on the game server: what the rest of prox needs of them. */

/** A file or folder on the server. */
export interface RemoteStat {
  readonly kind: "file" | "folder" | "other";
  /** Bytes. */
  readonly size: number;
  /** Seconds since 1970 by the server's clock; SFTP knows no finer time. */
  readonly modifiedS: number;
  /** Permission bits, `0o644` for example. */
  readonly mode: number;
  /** Number of the user whom it belongs to, and of the group. */
  readonly owner: number;
  readonly group: number;
}

/** What stands in a folder. Links are not followed: they are of the kind `other`. */
export interface RemoteEntry extends Pick<RemoteStat, "kind" | "size" | "modifiedS"> {
  readonly name: string;
}

/** How a file is written. */
export interface WriteOptions {
  /** Permission bits. */
  readonly mode: number;
  /**
   * Number of the group that it is to belong to, by default that of the user who writes it. Nobody else can read it before it
   * does. Throws E_REMOTE_DENIED where the server does not allow that.
   */
  readonly group?: number | undefined;
  readonly exclusive?: boolean;
}

/** Operations on the server's files. Each throws E_REMOTE_* naming the path; a missing file is often an answer instead. */
export interface RemoteFiles {
  /** What is in a folder, without `.` and `..`; links are not followed. Undefined where there is no such folder. */
  list(folder: string): Promise<RemoteEntry[] | undefined>;
  /** Undefined where there is nothing. Links are followed. */
  stat(path: string): Promise<RemoteStat | undefined>;
  /** The absolute path with all links followed. */
  realPath(path: string): Promise<string>;
  /** A whole file, undefined where there is none. Throws E_REMOTE_SIZE where it is larger than 16 MiB. */
  read(path: string): Promise<Buffer | undefined>;
  /**
   * Reads a file from an offset up to `end` (in bytes), several requests under way at once; `sink` gets the bytes in
   * their order, in memory that is used again when it returns. Stops early where the file does; returns the offset
   * reached. Each request waits until `mayAsk` lets it go.
   */
  readRange(
    path: string,
    start: number,
    end: number,
    sink: (bytes: Buffer) => void,
    mayAsk?: (bytes: number) => Promise<void>,
  ): Promise<number>;
  /** Writes a whole file and asks the server to put it on its disk. `exclusive` fails where there is one already. */
  write(path: string, bytes: Buffer, options: WriteOptions): Promise<void>;
  /**
   * Whether a file belongs to the user that is signed in, or that user is root; told by setting the permissions that it
   * has, which nobody else may. `mode` are those.
   */
  isOwn(path: string, mode: number): Promise<boolean>;
  /** Bytes that are free for this user on the disk of a path; undefined where the server does not tell. */
  freeBytes(path: string): Promise<number | undefined>;
  /** Adds to the end of a file, creating it where there is none. */
  append(path: string, bytes: Buffer): Promise<void>;
  /** Makes one folder; false where there is something of that name already. */
  makeFolder(path: string): Promise<boolean>;
  /** Removes an empty folder; false where there is none. */
  removeFolder(path: string): Promise<boolean>;
  /** Removes a file; false where there is none. */
  remove(path: string): Promise<boolean>;
  /** Renames to a name that must be free. */
  rename(from: string, to: string): Promise<void>;
  /**
   * Puts the file `from` in the place of `to`, which may be there: at once where the server can (posix-rename). Where
   * it cannot, `to` first becomes `aside`, with both requests sent together, and `aside` is removed afterwards.
   */
  replace(from: string, to: string, aside: string): Promise<void>;
  /** Ends the session: what is under way fails with this error, and so does whatever is asked later. */
  abort(error: Error): void;
}
