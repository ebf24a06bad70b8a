/**
 * `npm run release`: proves that the package works where it is installed, and tags its version. `--dry-run` does all but
 * the tag, and tells what of the book-keeping is still to do.
 */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

import { serverUser } from "../src/db/embedded/server-user.ts";
import { packagePath, packageVersion } from "../src/package-root.ts";
import { changelogProblems } from "./changelog.ts";
import { installedPackages } from "./installed-size.ts";

const MEGABYTE = 1e6;
/** A larger installation is not released: find what grew. */
const MAX_INSTALLED_MEGABYTES = 120;
/** More than any of the programs writes. */
const MAX_OUTPUT_BYTES = 64 * MEGABYTE;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
}

/** Runs a program and gives what it writes to stdout. Throws when it does not end with 0. */
function run(command: string, parameters: readonly string[], { cwd, env, user }: RunOptions = {}): string {
  const { error, status, stdout } = spawnSync(command, parameters, {
    cwd: cwd ?? packagePath("."),
    env: env ?? process.env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: MAX_OUTPUT_BYTES,
    ...user,
  });
  if (error !== undefined) throw error;
  if (status !== 0)
    throw new Error(`${command} ${parameters.join(" ")} ended with ${status ?? "a signal"}\n${stdout}`);
  return stdout;
}

/** What has to be put in order before the version can be tagged. */
function openTasks(version: string): string[] {
  const tasks = changelogProblems(readFileSync(packagePath("CHANGELOG.md"), "utf8"), version);
  if (run("git", ["status", "--porcelain"]) !== "")
    tasks.push("the tree is not clean: commit or remove what git status shows");
  if (run("git", ["tag", "--list", `v${version}`]) !== "")
    tasks.push(`version ${version} was released before: raise the version in package.json`);
  return tasks;
}

/** Installs the packed file as users do, into an empty folder that is then made read-only. Returns its `prox`. */
function install(tarball: string, folder: string): string {
  const prefix = path.join(folder, "prefix");
  mkdirSync(prefix);
  run("npm", ["install", "--global", "--prefix", prefix, "--no-audit", "--no-fund", tarball], {
    cwd: folder,
  });
  run("chmod", ["-R", "a-w,a+rX", prefix]);
  const packages = installedPackages(path.join(prefix, "lib", "node_modules"));
  const total = packages.reduce((sum, { bytes }) => sum + bytes, 0) / MEGABYTE;
  for (const { bytes, name } of packages.slice(0, 12))
    say(`  ${(bytes / MEGABYTE).toFixed(1).padStart(6)} MB  ${name}`);
  say(`  ${total.toFixed(1).padStart(6)} MB  in all, ${packages.length} packages`);
  if (total > MAX_INSTALLED_MEGABYTES)
    throw new Error(`the installation takes more than ${MAX_INSTALLED_MEGABYTES} MB`);
  return path.join(prefix, "bin", "prox");
}

/** Runs the demo with the installed prox, as an ordinary user with an empty home. Throws unless all of it comes out. */
async function tryDemo(prox: string, folder: string, version: string): Promise<void> {
  const user = await serverUser();
  const home = path.join(folder, "home");
  mkdirSync(home);
  if (user !== undefined) chownSync(home, user.uid, user.gid);
  const options = { cwd: home, env: { PATH: process.env["PATH"], HOME: home }, user };
  const found = run(prox, ["--version"], options);
  if (!found.startsWith(`prox/${version} `)) throw new Error(`the installed prox says ${found}`);
  try {
    const answer = JSON.parse(run(prox, ["demo", "--json"], options)) as {
      result: { files: Record<"picture" | "replay" | "module", string>; rows: Record<string, number> };
    };
    const { files, rows } = answer.result;
    for (const file of [files.picture, files.replay, files.module]) {
      if (statSync(path.resolve(home, file)).size < 1000)
        throw new Error(`the demo's ${file} is nearly empty`);
    }
    say(`  as ${user?.name ?? "you"}, the demo imported ${JSON.stringify(rows)}`);
  } finally {
    run(prox, ["db", "stop"], options);
  }
}

async function release(isRehearsal: boolean): Promise<void> {
  const version = packageVersion();
  const tasks = openTasks(version);
  if (tasks.length > 0 && !isRehearsal)
    throw new Error(`${version} cannot be released:\n- ${tasks.join("\n- ")}`);
  const folder = mkdtempSync(path.join(tmpdir(), "prox-release-"));
  // An ordinary user has to get in where root runs this.
  chmodSync(folder, 0o755);
  try {
    say(`build and pack ${version}`);
    run("npm", ["run", "--silent", "build"]);
    run("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder]);
    const name = `prox-${version}.tgz`;
    const tarball = path.join(folder, name);
    say("install it into an empty folder, read-only");
    const prox = install(tarball, folder);
    say("run its demo as an ordinary user");
    await tryDemo(prox, folder, version);
    if (isRehearsal) {
      say(
        tasks.length === 0
          ? `${version} can be released`
          : `before the release of ${version}:\n- ${tasks.join("\n- ")}`,
      );
      return;
    }
    copyFileSync(tarball, packagePath(name));
  } finally {
    run("chmod", ["-R", "u+w", folder]);
    rmSync(folder, { recursive: true, force: true });
  }
  run("git", ["tag", "--annotate", `v${version}`, "--message", `prox ${version}`]);
  say(`tagged v${version}; next: git push --follow-tags && npm publish prox-${version}.tgz`);
}

const { values } = parseArgs({ options: { "dry-run": { type: "boolean", default: false } } });
try {
  await release(values["dry-run"]);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
