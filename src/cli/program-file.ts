/**
 * All of prox in one file, which `tools/bundle.ts` makes: Node takes longer to find and read hundreds of modules than prox to
 * work. What V8 compiled of it is kept in the user's cache, once for each command's first word, so that it is not compiled
 * again; V8 itself refuses what another version of it made, but takes damaged bytes, so a checksum stands before them.
 */
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { crc32 } from "node:zlib";

import { packagePath } from "../package-root.ts";
import { userFolder } from "../user-folders.ts";
import type { main } from "./main.ts";

/** What the file exports. */
interface Program {
  readonly main: typeof main;
  /** The modules that oclif looks for by their paths below `dist`. */
  readonly modules: Readonly<Record<string, () => Promise<unknown>>>;
}

/** Loads a module by its address or name, as `import()` does. */
type Import = (specifier: string) => Promise<unknown>;
type Wrapper = (
  exports: object,
  require: NodeJS.Require,
  module: { readonly exports: object },
  importModule: Import,
  filename: string,
) => void;

/** The first line of the file: a comment with the hash of the rest. */
const FIRST_LINE = /^\/\/ ([0-9a-f]{16})$/m;
/** With these options of Node, somebody wants to see the modules as they are. */
const DEBUGGING = /^--(?:enable-source-maps|inspect)/;
const COMMAND = /^[a-z]{1,20}$/;
/** Help runs nothing of a command. */
const HELP_FLAGS: ReadonlySet<string> = new Set(["--help", "-h"]);
/** A file has a megabyte, and there is one for each first word of a command, build of prox and version of Node. */
const MAXIMUM_KEPT = 20;

/** Whether prox runs from a checkout. A package has no sources of this file, and not all that its modules import. */
function isCheckout(): boolean {
  return existsSync(packagePath("src/cli/program-file.ts"));
}

/** Whether the file was made after the modules were compiled: who compiles them by hand wants to see those. */
function isRecent(file: string): boolean {
  const timeOf = (name: string): number => statSync(name, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return timeOf(file) >= timeOf(fileURLToPath(import.meta.url));
}

/** Bytes in front of what V8 compiled: its checksum. V8 trusts what it is given, and dies of a byte that a disk changed. */
const CHECKSUM_BYTES = 4;

/** Reads what was kept; nothing that is damaged, or that another user could have written, as it is run. */
function readKept(file: string): Buffer | undefined {
  try {
    if (statSync(file).uid !== process.getuid?.()) return undefined;
    const kept = readFileSync(file);
    const compiled = kept.subarray(CHECKSUM_BYTES);
    return kept.readUInt32LE() === crc32(compiled) ? compiled : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps what was compiled, and of what was kept the latest; a cache that cannot be written is none. */
function keep(compiled: Buffer, folder: string, name: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const unfinished = path.join(folder, `${name}.${process.pid}`);
    const checksum = Buffer.alloc(CHECKSUM_BYTES);
    checksum.writeUInt32LE(crc32(compiled));
    writeFileSync(unfinished, Buffer.concat([checksum, compiled]), { mode: 0o600 });
    renameSync(unfinished, path.join(folder, name));
    const kept = readdirSync(folder).map((file) => {
      const at = path.join(folder, file);
      return { at, writtenMs: statSync(at).mtimeMs };
    });
    kept.sort((a, b) => b.writtenMs - a.writtenMs);
    for (const { at } of kept.slice(MAXIMUM_KEPT)) rmSync(at, { force: true });
  } catch {
    // The next start compiles again.
  }
}

/** Loads the file; undefined in a checkout where it is not there, or the modules are wanted as they are. */
export function loadProgram(): Program | undefined {
  const dist = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
  const file = path.join(dist, "prox.cjs");
  const isDebugged = process.execArgv.some((option) => DEBUGGING.test(option));
  if (isCheckout() && (isDebugged || !isRecent(file))) return undefined;
  // The bundler writes ASCII alone.
  const source = readFileSync(file, "latin1");
  const hash = FIRST_LINE.exec(source.slice(0, 20))?.[1] ?? "";
  const [command = "", ...others] = process.argv.slice(2);
  const isKept = COMMAND.test(command) && !others.some((other) => HELP_FLAGS.has(other));
  const folder = path.join(userFolder("XDG_CACHE_HOME"), "compiled");
  const name = `${command}-${hash}-${process.version}-${process.arch}`;
  const cachedData = isKept ? readKept(path.join(folder, name)) : undefined;
  const script = new Script(`(function (exports, require, module, importModule, __filename) {${source}\n})`, {
    filename: file,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  if (isKept && script.cachedDataRejected !== false) {
    process.once("exit", (code) => {
      if (code === 0) keep(script.createCachedData(), folder, name);
    });
  }
  const program = { exports: {} as Program };
  const importModule: Import = async (specifier) => {
    const known = specifier.startsWith("file:")
      ? program.exports.modules[path.relative(dist, fileURLToPath(specifier)).replaceAll(path.sep, "/")]
      : undefined;
    return known === undefined ? import(specifier) : known();
  };
  (script.runInThisContext() as Wrapper)(program.exports, createRequire(file), program, importModule, file);
  return program.exports;
}
