/** The folder that stands for the server's `fs_homepath/fs_game`: modules write below it and nowhere else. */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import path from "node:path";

import { writingAdvice } from "../disk-advice.ts";
import { messageOf, ProxError } from "../errors.ts";
import { makeFolder } from "../make-folder.ts";

/** A file that a module wrote. */
export interface WrittenFile {
  /** Path below the folder, with slashes. */
  name: string;
  bytes: number;
}

/**
 * Files by their path below the folder, with slashes. A path that leads out of it is refused as the file system refuses
 * one: by the answer, never by an exception.
 */
export interface OutputFolder {
  /** Opens for writing and returns a handle, or undefined when the file system refuses. */
  open(name: string, appends: boolean): number | undefined;
  /** Returns whether all bytes were written. */
  write(handle: number, bytes: Uint8Array): boolean;
  close(handle: number): void;
  /** Closes what is still open, which a module may have left so. */
  closeAll(): void;
  /** Replaces a file of the new name; makes its folder. Does nothing where it is refused. */
  rename(from: string, to: string): void;
  /** Bytes of a file, or undefined where there is none. */
  size(name: string): number | undefined;
  /** The whole content, or undefined where there is no such file. */
  read(name: string): Uint8Array | undefined;
  /** The files that were written and exist, sorted by name. */
  written(): WrittenFile[];
}

/** Makes the folder where it is missing. Throws E_WRITE when nothing can be written there. */
export function createOutputFolder(folder: string): OutputFolder {
  const root = path.resolve(folder);
  const names = new Set<string>();
  const handles = new Set<number>();
  try {
    makeFolder(root);
    accessSync(root, constants.W_OK);
  } catch (cause) {
    throw new ProxError("E_WRITE", `cannot write to ${folder}: ${messageOf(cause)}`, {
      suggestions: writingAdvice(cause, ["name a folder that you may write to"]),
      cause,
    });
  }

  /** Absolute path of a module's name; undefined outside of the folder. */
  function resolve(name: string): string | undefined {
    const file = path.resolve(root, `./${name}`);
    return file.startsWith(root + path.sep) ? file : undefined;
  }

  /** The file system's refusals are a module's to deal with, as on a server. */
  function attempt<T>(action: () => T): T | undefined {
    try {
      return action();
    } catch {
      return undefined;
    }
  }

  function close(handle: number): void {
    handles.delete(handle);
    attempt(() => {
      closeSync(handle);
    });
  }

  return {
    open(name, appends) {
      const file = resolve(name);
      if (file === undefined) return undefined;
      return attempt(() => {
        mkdirSync(path.dirname(file), { recursive: true });
        const handle = openSync(file, appends ? "a" : "w");
        names.add(name);
        handles.add(handle);
        return handle;
      });
    },
    write(handle, bytes) {
      return (
        attempt(() => {
          let written = 0;
          while (written < bytes.length) written += writeSync(handle, bytes, written);
          return true;
        }) === true
      );
    },
    close,
    closeAll() {
      for (const handle of handles) close(handle);
    },
    rename(from, to) {
      const source = resolve(from);
      const target = resolve(to);
      if (source === undefined || target === undefined) return;
      attempt(() => {
        mkdirSync(path.dirname(target), { recursive: true });
        renameSync(source, target);
        names.add(to);
      });
    },
    size(name) {
      const file = resolve(name);
      return file === undefined ? undefined : attempt(() => statSync(file).size);
    },
    read(name) {
      const file = resolve(name);
      return file === undefined ? undefined : attempt(() => readFileSync(file));
    },
    written: () =>
      [...names]
        .filter((name) => existsSync(path.join(root, name)))
        .sort()
        .map((name) => ({ name, bytes: statSync(path.join(root, name)).size })),
  };
}
