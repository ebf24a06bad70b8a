/** `prox unlock` for the locks of this machine; that of a server stands in server-commands.test.ts. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { captureOutput } from "@oclif/test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import Unlock from "../../src/commands/unlock.ts";
import { clusterLock } from "../../src/db/embedded/cluster-lock.ts";
import { clusterState, deleteCluster, startCluster } from "../../src/db/embedded/cluster.ts";
import { packagePath } from "../../src/package-root.ts";
import { newOwner } from "../../src/process/lock-owner.ts";
import { pullPaths } from "../../src/pull/pull.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "prox-unlock-"));
  chmodSync(folder, 0o711);
  vi.stubEnv("XDG_DATA_HOME", folder);
});

afterEach(() => {
  vi.unstubAllEnvs();
  process.exitCode = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function unlock(...argv: string[]): Promise<string> {
  const { stderr, stdout } = await captureOutput(() => Unlock.run(argv, { root: packagePath(".") }));
  return stdout + stderr;
}

test("the lock of pulls goes without a connection to the server", async () => {
  const config = path.join(folder, "prox.config.json");
  // Nothing listens there.
  writeFileSync(config, JSON.stringify({ servers: { main: { host: "127.0.0.1", port: 1 } } }));
  const { lock } = pullPaths(path.join(folder, "prox-data"), "main");
  mkdirSync(path.dirname(lock), { recursive: true });
  writeFileSync(lock, JSON.stringify({ ...newOwner("prox pull", { beatS: 15 }), host: "renamed" }));
  expect(await unlock("main", "--pull", "--config", config)).toMatch(
    /^removed the lock .*@renamed .*for prox pull\n$/,
  );
  expect(existsSync(lock)).toBe(false);
  expect(await unlock("main", "--pull", "--config", config)).toContain("was not locked");
});

test("the lock of the embedded database goes, and what waited for it goes on", async () => {
  const cluster = await clusterState();
  mkdirSync(path.dirname(cluster.folder), { recursive: true });
  const lock = clusterLock(cluster.folder);
  // Of this very process, as far as anybody can see.
  writeFileSync(lock, JSON.stringify(newOwner("starting it", { beatS: 15 })));
  const started = startCluster({ folder: cluster.folder, isDurable: false });
  try {
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(existsSync(cluster.folder)).toBe(false);
    expect(await unlock("--database")).toMatch(
      /^removed the lock of the embedded database: .*for starting it\n$/,
    );
    await started;
    expect(existsSync(lock)).toBe(false);
  } finally {
    await deleteCluster({ folder: cluster.folder });
  }
});
