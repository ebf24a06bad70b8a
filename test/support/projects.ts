/**
 * The projects of the test run. A file belongs to the first of them whose means it imports, itself or through other files
 * below `test/`; one that imports none is in `fast`, one that replaces modules in `alone`. So every file is in exactly
 * one, and moves when its imports do.
 */
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

const ROOT = path.resolve(import.meta.dirname, "../..");

/** A file that replaces modules: its worker serves no other. */
const REPLACES_MODULES = /\bvi\.(?:mock|doMock|resetModules)\(/;

/** What makes a file one of a project: modules by their path below the package's folder, or by name. */
const MEANS = {
  /** A browser that shows the replay. */
  browser: ["test/support/browser.ts", "test/support/firefox.ts"],
  /** A server of SSH, OpenSSH's or one in this process, of FTP, or of HTTP. */
  ssh: [
    "test/support/sshd.ts",
    "test/support/sftp-server.ts",
    "test/support/proftpd.ts",
    "test/support/chat-server.ts",
    "test/support/discord-server.ts",
  ],
  /** A server of PostgreSQL. */
  database: ["test/support/database.ts", "src/db/embedded/"],
  /** A Lua VM, the compiler or another process. */
  lua: [
    "src/build/build-tracker.ts",
    "src/build/compile-lua.ts",
    "src/build/lua-bundle.ts",
    "src/build/lua-vm.ts",
    "src/build/verify-module.ts",
    "src/cli/load-module.ts",
    "src/commands/simulate.ts",
    "src/simulate/simulate.ts",
    "node:child_process",
  ],
} as const;

export const PROJECTS = ["fast", "lua", "database", "ssh", "browser", "alone"] as const;
export type ProjectName = (typeof PROJECTS)[number];

/** The modules that a file needs when it runs: types are left out, files are paths below the package's folder. */
function importsOf(file: string): string[] {
  const text = readFileSync(path.join(ROOT, file), "utf8");
  const statements = text.matchAll(
    /^(?:import|export)\s+(?!type\b)(?:[^"';]*?\bfrom\s+)?"([^"]+)"|\bimport\(\s*"([^"]+)"/gm,
  );
  return Array.from(statements, ([, named, called]) => named ?? called ?? "").map((specifier) =>
    specifier.startsWith(".") ? path.posix.join(path.posix.dirname(file), specifier) : specifier,
  );
}

/** All modules that a test file imports, itself or through other files below `test/`. */
function reach(file: string, reached = new Set<string>()): Set<string> {
  for (const module of importsOf(file)) {
    if (reached.has(module)) continue;
    reached.add(module);
    if (module.startsWith("test/")) reach(module, reached);
  }
  return reached;
}

/** Whether a test file talks to OpenSSH's server. */
export const needsSshd = (file: string): boolean => reach(file).has("test/support/sshd.ts");

/** Whether a test file talks to ProFTPD. */
export const needsProftpd = (file: string): boolean => reach(file).has("test/support/proftpd.ts");

function projectOf(file: string): ProjectName {
  if (REPLACES_MODULES.test(readFileSync(path.join(ROOT, file), "utf8"))) return "alone";
  const modules = [...reach(file)];
  for (const [project, means] of Object.entries(MEANS) as [keyof typeof MEANS, readonly string[]][]) {
    if (modules.some((module) => means.some((mean) => module.startsWith(mean)))) return project;
  }
  return "fast";
}

/** Every test file, as a path below the package's folder, by its project. */
export function testFiles(): Record<ProjectName, string[]> {
  const files: Record<ProjectName, string[]> = {
    fast: [],
    lua: [],
    database: [],
    ssh: [],
    browser: [],
    alone: [],
  };
  for (const name of readdirSync(path.join(ROOT, "test"), { recursive: true, encoding: "utf8" }).sort()) {
    if (!name.endsWith(".test.ts")) continue;
    const file = `test/${name.replaceAll(path.sep, "/")}`;
    files[projectOf(file)].push(file);
  }
  return files;
}
