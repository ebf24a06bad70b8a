/** Nobody else's server is taken for the embedded one, and it gets nothing of whoever started it. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readlinkSync, readdirSync, writeFileSync } from "node:fs";
import { chmod, chown, lstat, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { parseAddress } from "../../src/db/address/address.ts";
import { createPool } from "../../src/db/driver/connect.ts";
import { clusterState, deleteCluster, startCluster, stopCluster } from "../../src/db/embedded/cluster.ts";
import type { ClusterOptions } from "../../src/db/embedded/place.ts";
import { makePrivateFolder } from "../../src/db/embedded/folders.ts";
import { refuseTcpTrust } from "../../src/db/embedded/socket.ts";
import { removeStaleLock } from "../../src/db/embedded/stale-lock.ts";
import { putCluster } from "../support/made-cluster.ts";

const isRoot = process.getuid?.() === 0;
/** A user who is neither root nor whom the server runs as. */
const STRANGER = 54_321;

let home: string;
let options: ClusterOptions & { folder: string };
let servers: Server[];
/** How many connections the planted servers got. */
let connections: number;

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), "prox-safety-"));
  await chmod(home, 0o711);
  options = { folder: path.join(home, "postgres"), isDurable: false };
  servers = [];
  connections = 0;
});

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  await deleteCluster(options).catch(() => undefined);
  await rm(home, { recursive: true, force: true });
});

/** A server that counts whoever comes, and answers nothing. */
async function plantServer(folder: string, owner: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  const file = path.join(folder, ".s.PGSQL.5432");
  await new Promise<void>((resolve) => server.listen(file, resolve));
  servers.push(server);
  if (isRoot) for (const each of [folder, file]) await chown(each, owner, owner);
}

/** A folder whose socket would have too long a path. */
async function deepFolder(): Promise<string> {
  const deep = path.join(home, "a-rather-long-name-of-a-folder".repeat(3));
  await mkdir(deep);
  await chmod(deep, 0o711);
  options = { ...options, folder: path.join(deep, "postgres") };
  return options.folder;
}

async function databaseOf(url: string): Promise<string> {
  const sql = createPool(url, { connections: 1 });
  try {
    const [row] = await sql<{ name: string }[]>`select current_database() as name`;
    return row?.name ?? "";
  } finally {
    await sql.end();
  }
}

describe("a planted server", () => {
  test.runIf(isRoot)("where the socket's folder used to be is never met", async () => {
    const folder = await deepFolder();
    await putCluster(folder);
    const name = createHash("sha256").update(folder).digest("hex").slice(0, 12);
    const planted = path.join(tmpdir(), `prox-${name}`);
    try {
      await plantServer(planted, STRANGER);
      expect(await databaseOf(await startCluster(options))).toBe("prox");
      expect(connections).toBe(0);
    } finally {
      await rm(planted, { recursive: true, force: true });
    }
  });

  test.runIf(isRoot)("in a folder among the temporary files that was ours is not met either", async () => {
    const folder = await deepFolder();
    await putCluster(folder);
    const socket = parseAddress(await startCluster(options)).host;
    await stopCluster(options);
    // As after a restart of the machine: the lock file is left, and its folder is someone else's.
    const data = path.join(folder, "data");
    await writeFile(path.join(data, "postmaster.pid"), `4194305\n${data}\n1\n5432\n${socket}\n\n`);
    await plantServer(socket, STRANGER);
    // An invitation.
    await chmod(socket, 0o777);
    try {
      const url = await startCluster(options);
      expect(parseAddress(url).host).not.toBe(socket);
      expect(await databaseOf(url)).toBe("prox");
      expect(connections).toBe(0);
    } finally {
      await rm(socket, { recursive: true, force: true });
    }
  });

  test.runIf(isRoot)(
    "of another user in the cluster's own folder is refused before the first byte",
    async () => {
      await plantServer(path.join(options.folder, "run"), STRANGER);
      await expect(startCluster(options)).rejects.toMatchObject({
        code: "E_EMBEDDED_FOLDER",
        message: expect.stringContaining(String(STRANGER)) as string,
      });
      expect(connections).toBe(0);
    },
  );

  test.runIf(isRoot)("in a folder of another user is refused, whosever the socket is", async () => {
    const run = path.join(options.folder, "run");
    await plantServer(run, STRANGER);
    await chown(path.join(run, ".s.PGSQL.5432"), 0, 0);
    await expect(startCluster(options)).rejects.toMatchObject({
      code: "E_EMBEDDED_FOLDER",
      message: expect.stringContaining(`belongs to user ${STRANGER}`) as string,
    });
    expect(connections).toBe(0);
  });

  test.runIf(isRoot)("behind a socket of another user in a folder of ours is refused", async () => {
    const run = path.join(options.folder, "run");
    await plantServer(run, STRANGER);
    await chown(run, 0, 0);
    await expect(startCluster(options)).rejects.toMatchObject({ code: "E_EMBEDDED_FOLDER" });
    expect(connections).toBe(0);
  });

  test("behind a link, or where everybody may write, is refused", async () => {
    const run = path.join(options.folder, "run");
    await plantServer(path.join(home, "elsewhere"), 0);
    await mkdir(options.folder);
    await symlink(path.join(home, "elsewhere"), run);
    await expect(startCluster(options)).rejects.toMatchObject({ code: "E_EMBEDDED_FOLDER" });
    await rm(run);

    await plantServer(run, 0);
    await chmod(run, 0o777);
    await expect(startCluster(options)).rejects.toMatchObject({ code: "E_EMBEDDED_FOLDER" });
    await chmod(run, 0o755);
    await chmod(home, 0o777);
    await expect(startCluster(options)).rejects.toMatchObject({ code: "E_EMBEDDED_FOLDER" });
    expect(connections).toBe(0);
    // Nobody but its owner can replace what lies in a sticky folder.
    await chmod(home, 0o1777);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    expect(await databaseOf(await startCluster(options))).toBe("prox");
  });
});

test("the lock file of another server, copied with the data, is neither believed nor in the way", async () => {
  const other = { folder: path.join(home, "other", "postgres"), isDurable: false };
  await mkdir(path.dirname(other.folder));
  await chmod(path.dirname(other.folder), 0o711);
  await putCluster(options.folder);
  const url = await startCluster(options);
  try {
    await putCluster(other.folder);
    const [from, to] = [options, other].map(({ folder }) => path.join(folder, "data", "postmaster.pid"));
    const { gid, uid } = await lstat(from ?? "");
    await writeFile(to ?? "", await readFile(from ?? ""));
    await chown(to ?? "", uid, gid);
    expect(await clusterState(other)).toMatchObject({ isRunning: false });
    const own = await startCluster(other);
    expect(parseAddress(own).host).toBe(path.join(other.folder, "run"));
    expect(own).not.toBe(url);
    expect(await databaseOf(own)).toBe("prox");
    // The server that it belongs to has noticed nothing.
    expect(await startCluster(options)).toBe(url);
    expect(await databaseOf(url)).toBe("prox");
  } finally {
    await deleteCluster(other);
  }
});

test("the lock file of a server that runs is not stale, whatever links lead to its data", async () => {
  await putCluster(options.folder);
  await startCluster(options);
  const link = path.join(home, "link");
  await symlink(options.folder, link);
  const data = path.join(link, "data");
  expect(await removeStaleLock(data)).toBe(false);
  expect(existsSync(path.join(data, "postmaster.pid"))).toBe(true);
});

test.runIf(isRoot)("root gives no folder away that a link or a stranger put in its place", async () => {
  const target = path.join(home, "target");
  await mkdir(target);
  const link = path.join(home, "link");
  await symlink(target, link);
  const user = { name: "nobody", uid: 65_534, gid: 65_534 };
  await expect(makePrivateFolder(link, user)).rejects.toMatchObject({ code: "E_EMBEDDED_FOLDER" });
  expect((await lstat(target)).uid).toBe(0);
  await chown(target, STRANGER, STRANGER);
  await expect(makePrivateFolder(target, user)).rejects.toMatchObject({ code: "E_EMBEDDED_FOLDER" });
  expect((await lstat(target)).uid).toBe(STRANGER);
});

test("a server with its socket elsewhere is found, and found again, whatever TMPDIR says now", async () => {
  const folder = await deepFolder();
  await putCluster(folder);
  const url = await startCluster(options);
  vi.stubEnv("TMPDIR", path.join(home, "other"));
  expect(await startCluster(options)).toBe(url);
  const pid = Number.parseInt(readFileSync(path.join(folder, "data", "postmaster.pid"), "utf8"), 10);
  process.kill(pid, "SIGKILL");
  // A number that another process has, as after a restart of a container or of a zombie: the server refuses its own lock.
  const lock = path.join(folder, "data", "postmaster.pid");
  writeFileSync(lock, readFileSync(lock, "utf8").replace(/^\d+/, String(process.pid)));
  // An import that goes on after its server was killed knows the old address only.
  expect(await startCluster(options)).toBe(url);
  await stopCluster(options);
  expect(existsSync(parseAddress(url).host)).toBe(false);
  expect(await clusterState(options)).toMatchObject({ isRunning: false });
});

describe("pg_hba.conf", () => {
  test("trusts no address, in a new cluster and in one that was made before", async () => {
    await startCluster(options);
    const file = path.join(options.folder, "data", "pg_hba.conf");
    const trusted = /^\s*host\w*\s.*\btrust\b/m;
    expect(await readFile(file, "utf8")).not.toMatch(trusted);
    expect(await readFile(file, "utf8")).toMatch(/^local\s+all\s+all\s+trust$/m);
    await stopCluster(options);
    const before =
      "local all all trust\nhost all all 127.0.0.1/32 trust\nhost all me 10.0.0.0/8 scram-sha-256\n";
    writeFileSync(file, before);
    await startCluster(options);
    expect(await readFile(file, "utf8")).toBe(before.replace("127.0.0.1/32 trust", "127.0.0.1/32 reject"));
  });

  test.each([
    ["host    all all 127.0.0.1/32            trust", "host    all all 127.0.0.1/32            reject"],
    ["hostnossl all all samehost trust\r\n", "hostnossl all all samehost reject\r\n"],
    ["  host replication all ::1/128 trust", "  host replication all ::1/128 reject"],
    ["host all all 127.0.0.1/32 trust # mine", "host all all 127.0.0.1/32 reject # mine"],
    ['host all all 127.0.0.1/32 "trust"', "host all all 127.0.0.1/32 reject"],
    ["host all all 127.0.0.1/32 md5 # not trust", "host all all 127.0.0.1/32 md5 # not trust"],
    ["# host all all all trust", "# host all all all trust"],
    ["local all all trust", "local all all trust"],
    ["host trust trust 127.0.0.1/32 md5", "host trust trust 127.0.0.1/32 md5"],
  ])("%s", (text, fixed) => {
    expect(refuseTcpTrust(text)).toBe(fixed);
  });
});

test.runIf(existsSync("/proc/self/environ"))(
  "the server has nothing of the command that started it",
  async () => {
    await putCluster(options.folder);
    vi.stubEnv("PROX_MAIN_PASSWORD", "a-secret-of-the-command");
    await startCluster(options);
    const data = path.join(options.folder, "data");
    const pids = readdirSync("/proc").filter((pid) => {
      try {
        return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`) === data;
      } catch {
        return false;
      }
    });
    expect(pids.length).toBeGreaterThan(1);
    for (const pid of pids) {
      expect(readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").join("\n")).not.toMatch(
        /secret|HOME|PROX/,
      );
    }
  },
);
