/** The engine's file functions: handles, modes, buffers and refusals as `src/qcommon/files.c` has them. */
import { hasMatch } from "./text.ts";

/** Where the bytes go: Node's file system under wasmoon, Lua's own under a native Lua. Paths are relative. */
export interface Disk {
  /** Opens for writing, makes folders; undefined where that fails. */
  open: (this: void, path: string, appends: boolean) => number | undefined;
  /** Returns whether all bytes were written. */
  write: (this: void, handle: number, data: string) => boolean;
  close: (this: void, handle: number) => void;
  rename: (this: void, from: string, to: string) => void;
  /** Bytes of a file, or undefined where there is none. */
  size: (this: void, path: string) => number | undefined;
  /** The whole content, or undefined where there is no such file. */
  read: (this: void, path: string) => string | undefined;
}

const FS_READ = 0;
const FS_APPEND = 2;
const FS_APPEND_SYNC = 3;

/** Handles 1 to 63 of the whole engine. */
const MAXIMUM_HANDLES = 63;
/** The C library writes to a file in blocks of this size; what is left waits for the next write or the close. */
const BLOCK_BYTES = 4096;

interface OpenFile {
  name: string;
  /** Handle on the disk, or undefined for a file that is read. */
  disk: number | undefined;
  isSynchronous: boolean;
  pending: string;
  /** Of a file that is read: its content, from the first read on. */
  content: string | undefined;
  position: number;
}

/**
 * What stands behind `et.trap_FS_*`. All modules share the handles, which outlive a VM. A mistake that ends the map on
 * a server, such as a handle that is not open, ends it here too.
 */
export interface Files {
  /** Modes are the engine's `FS_*`. Returns handle and size, the latter 0 for writing; 0 and -1 where it is refused. */
  open: (this: void, name: string, mode: number) => LuaMultiReturn<[number, number]>;
  /** The first `count` bytes of `data`. Returns how many were taken: 0 where the disk fails. */
  write: (this: void, data: string, count: number, handle: number) => number;
  /** At most `count` bytes from where the last read ended, cut before the first zero byte. */
  read: (this: void, handle: number, count: number) => string;
  close: (this: void, handle: number) => void;
  rename: (this: void, from: string, to: string) => void;
  /** Names of the files that are open now. */
  openNames: (this: void) => string[];
  /** The process is gone: what the C library had not written is lost, the system closes the files. */
  kill: (this: void) => void;
}

function isRefused(name: string): boolean {
  return hasMatch(name, "%.%.") || hasMatch(name, "::");
}

/** `drop` ends the map, as ERR_DROP does; it does not return. */
export function makeFiles(disk: Disk, drop: (this: void, message: string) => never): Files {
  const files = new LuaTable<number, OpenFile | undefined>();

  function freeHandle(): number {
    for (const handle of $range(1, MAXIMUM_HANDLES)) {
      if (!files.has(handle)) return handle;
    }
    return drop("FS_HandleForFile: none free");
  }

  function fileOf(handle: number): OpenFile {
    return files.get(handle) ?? drop(`FS_FileForHandle: NULL for handle ${handle}`);
  }

  function flush(file: OpenFile, keep: number): boolean {
    const size = file.pending.length - keep;
    if (file.disk === undefined || size <= 0) return true;
    const isWritten = disk.write(file.disk, string.sub(file.pending, 1, size));
    file.pending = string.sub(file.pending, size + 1);
    return isWritten;
  }

  function open(name: string, mode: number): LuaMultiReturn<[number, number]> {
    if (isRefused(name)) return $multi(0, -1);
    if (hasMatch(name, "%.pk3$") || hasMatch(name, "%.so$")) {
      return drop(`FS_CheckFilenameIsNotAllowed: not allowed to manipulate '${name}'`);
    }
    const handle = freeHandle();
    if (mode === FS_READ) {
      const size = disk.size(name);
      if (size === undefined) return $multi(0, -1);
      files.set(handle, {
        name,
        disk: undefined,
        isSynchronous: false,
        pending: "",
        content: undefined,
        position: 0,
      });
      return $multi(handle, size);
    }
    const opened = disk.open(name, mode === FS_APPEND || mode === FS_APPEND_SYNC);
    if (opened === undefined) return $multi(0, -1);
    const isSynchronous = mode === FS_APPEND_SYNC;
    files.set(handle, { name, disk: opened, isSynchronous, pending: "", content: undefined, position: 0 });
    return $multi(handle, 0);
  }

  function write(data: string, count: number, handle: number): number {
    if (handle === 0) return 0;
    const file = fileOf(handle);
    if (count < 0 || count > data.length) {
      return drop(`trap_FS_Write of ${count} bytes from a string of ${data.length}`);
    }
    file.pending += string.sub(data, 1, count);
    return flush(file, file.isSynchronous ? 0 : file.pending.length % BLOCK_BYTES) ? count : 0;
  }

  function read(handle: number, count: number): string {
    const file = fileOf(handle);
    file.content ??= disk.read(file.name) ?? "";
    const piece = string.sub(file.content, file.position + 1, file.position + count);
    file.position += count;
    return string.match(piece, "^[^%z]*")[0] ?? "";
  }

  function close(handle: number): void {
    const file = fileOf(handle);
    files.delete(handle);
    if (file.disk === undefined) return;
    flush(file, 0);
    disk.close(file.disk);
  }

  function openNames(): string[] {
    const names: string[] = [];
    for (const handle of $range(1, MAXIMUM_HANDLES)) {
      const file = files.get(handle);
      if (file !== undefined) names.push(file.name);
    }
    return names;
  }

  function kill(): void {
    for (const handle of $range(1, MAXIMUM_HANDLES)) {
      const file = files.get(handle);
      if (file?.disk !== undefined) disk.close(file.disk);
      files.delete(handle);
    }
  }

  return {
    open,
    write,
    read,
    close,
    rename: (from, to) => {
      if (!isRefused(from) && !isRefused(to)) disk.rename(from, to);
    },
    openNames,
    kill,
  };
}
