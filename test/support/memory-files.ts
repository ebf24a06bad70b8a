/** A game server's files in memory, to be looked at only. */
import path from "node:path/posix";

import type { RemoteFiles, RemoteStat } from "../../src/remote/remote-files.ts";

/** Files by their absolute paths: the text, and the mode where it is not 0o644. */
export type MemoryFiles = Readonly<Record<string, string | { readonly text: string; readonly mode: number }>>;

/** Whatever would change something is refused. */
export function memoryFiles(files: MemoryFiles): RemoteFiles {
  const refuse = (): Promise<never> => Promise.reject(new Error("these files are to be looked at only"));
  const bytesOf = (name: string): Buffer | undefined => {
    const file = files[name];
    const text = typeof file === "string" ? file : file?.text;
    return text === undefined ? undefined : Buffer.from(text, "latin1");
  };
  const stat = (name: string): RemoteStat | undefined => {
    const file = files[name];
    const about = { size: bytesOf(name)?.length ?? 0, modifiedS: 0, owner: 0, group: 0 };
    if (file !== undefined)
      return { ...about, kind: "file", mode: typeof file === "string" ? 0o644 : file.mode };
    const isFolder = Object.keys(files).some((each) => each.startsWith(`${name}/`));
    return isFolder ? { ...about, kind: "folder", mode: 0o755 } : undefined;
  };
  return {
    stat: (name) => Promise.resolve(stat(name)),
    realPath: (name) => Promise.resolve(name),
    read: (name) => Promise.resolve(bytesOf(name)),
    readRange: (name, start, end, sink) => {
      const bytes = bytesOf(name)?.subarray(start, end) ?? Buffer.alloc(0);
      sink(bytes);
      return Promise.resolve(start + bytes.length);
    },
    list: (folder) => {
      const names = Object.keys(files).filter((name) => path.dirname(name) === path.normalize(folder));
      const entries = names.map((name) => ({
        name: path.basename(name),
        kind: "file" as const,
        size: bytesOf(name)?.length ?? 0,
        modifiedS: 0,
      }));
      return Promise.resolve(stat(path.normalize(folder)) === undefined ? undefined : entries);
    },
    freeBytes: () => Promise.resolve(undefined),
    isOwn: () => Promise.resolve(true),
    abort: () => undefined,
    write: refuse,
    append: refuse,
    makeFolder: refuse,
    removeFolder: refuse,
    remove: refuse,
    rename: refuse,
    replace: refuse,
  };
}
