/**
 * Lua bundles, each compiled once for each state of its sources.
 *
 * A bundle has a key: a hash of its sources and of the versions of the compiler. It is looked for in the package, which
 * ships the bundles of its own sources, and then in the user's cache. Only where neither has it, as in a checkout whose
 * sources were edited, is the compiler loaded and run, and the user's cache keeps the result.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

import { packagePath } from "../package-root.ts";
import { userFolder } from "../user-folders.ts";

/** What is compiled into one bundle. Paths are below the folder of the package. */
export interface LuaProject {
  /** Names the files that hold the bundle. */
  readonly name: string;
  readonly tsconfig: string;
  /** Folders and files with all that the compiler reads for it, configurations included. */
  readonly sources: readonly string[];
  /** Throws when a bundle that was just compiled is no good; such a bundle is not kept. */
  readonly verify?: (lua: string) => Promise<unknown>;
}

/** The packages that make Lua of TypeScript: another version of one may give another bundle. */
const COMPILER = ["typescript", "typescript-to-lua", "lua-types", "@typescript-to-lua/language-extensions"];
/** Of each project, the user's cache keeps this many bundles. */
const KEPT_BUNDLES = 8;

const sha256 = (data: string): string => createHash("sha256").update(data).digest("hex");

/** The TypeScript and JSON files of a folder, or the file itself, as paths below the folder of the package. */
function filesOf(source: string): string[] {
  if (/\.(?:ts|json)$/.test(source)) return [source];
  return readdirSync(packagePath(source), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(?:ts|json)$/.test(name))
    .map((name) => `${source}/${name.replaceAll(path.sep, "/")}`)
    .sort();
}

/** The bundle's key, 64 hex digits: it changes with each byte of a source, a source's name and a compiler's version. */
function keyOf({ sources, tsconfig }: LuaProject): string {
  const hash = createHash("sha256").update(`${tsconfig}\n`);
  const require = createRequire(import.meta.url);
  for (const name of COMPILER) {
    const { version } = JSON.parse(readFileSync(require.resolve(`${name}/package.json`), "utf8")) as {
      version: string;
    };
    hash.update(`${name} ${version}\n`);
  }
  for (const file of sources.flatMap(filesOf)) {
    const content = readFileSync(packagePath(file));
    hash.update(`${file} ${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}

/** A bundle as a file: the first line proves whose it is, and that the rest is whole. */
const entryOf = (key: string, lua: string): string => `-- ${key} ${sha256(lua)}\n${lua}`;

/** The bundle in a file; undefined where the file is missing, of other sources or damaged. */
function readEntry(file: string, key: string): string | undefined {
  let entry: string;
  try {
    entry = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  const lua = entry.slice(entry.indexOf("\n") + 1);
  return entry === entryOf(key, lua) ? lua : undefined;
}

/** Writes a file whole or not at all. */
function writeEntry(file: string, entry: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    writeFileSync(temporary, entry);
    renameSync(temporary, file);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Deletes all but the newest bundles of a project. */
function tidy(folder: string, name: string): void {
  const age = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const files = readdirSync(folder)
    .filter((entry) => entry.startsWith(`${name}-`))
    .map((entry) => path.join(folder, entry));
  const oldest = files.sort((a, b) => age(b) - age(a)).slice(KEPT_BUNDLES);
  for (const file of oldest) rmSync(file, { force: true });
}

/**
 * Compiles and verifies a project, whatever was kept before. Loads the compiler, which takes a second by itself.
 * Throws E_BUILD with the compiler's diagnostics, or what `verify` throws.
 */
async function compile(project: LuaProject): Promise<string> {
  const { compileLua } = await import("./compile-lua.ts");
  const lua = compileLua(packagePath(project.tsconfig));
  await project.verify?.(lua);
  return lua;
}

/** Where the package keeps the bundles that it ships. */
const shippedFolder = (): string => packagePath("dist/bundles");

async function findOrCompile(project: LuaProject, shipped: string): Promise<string> {
  const key = keyOf(project);
  const ready = readEntry(path.join(shipped, `${project.name}.lua`), key);
  if (ready !== undefined) return ready;
  const folder = path.join(userFolder("XDG_CACHE_HOME"), "bundles");
  const file = path.join(folder, `${project.name}-${key}.lua`);
  const kept = readEntry(file, key);
  if (kept !== undefined) return kept;
  const lua = await compile(project);
  try {
    writeEntry(file, entryOf(key, lua));
    tidy(folder, project.name);
  } catch {
    // Without a cache the next command compiles again, which is slow and right.
  }
  return lua;
}

const found = new WeakMap<LuaProject, Promise<string>>();

/**
 * The bundle of a project, a Lua chunk: from the package, from the user's cache, or compiled and kept there. Looked for
 * once a process, as sources do not change under a running command. Throws as {@link shipBundle} does.
 * @param shipped the folder of the bundles that ship; the package's own unless a test has another.
 */
export function luaBundle(project: LuaProject, shipped: string = shippedFolder()): Promise<string> {
  const known = found.get(project);
  if (known !== undefined) return known;
  const bundle = findOrCompile(project, shipped);
  found.set(project, bundle);
  return bundle;
}

/**
 * Compiles a project for the package to ship, unless the package has the bundle of these sources already. Throws
 * E_BUILD with the compiler's diagnostics, or what the project's `verify` throws.
 */
export async function shipBundle(project: LuaProject, shipped: string = shippedFolder()): Promise<void> {
  const key = keyOf(project);
  const file = path.join(shipped, `${project.name}.lua`);
  if (readEntry(file, key) !== undefined) return;
  writeEntry(file, entryOf(key, await compile(project)));
}
