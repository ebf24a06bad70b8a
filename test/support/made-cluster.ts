/** Clusters of the embedded database for tests to which it does not matter how a cluster comes to be: copies of one. */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import path from "node:path";

import { inject } from "vitest";

import { startCluster, stopCluster } from "../../src/db/embedded/cluster.ts";

/** Puts a cluster that was never used, and does not run, into a folder that is not there yet. */
export async function putCluster(folder: string): Promise<void> {
  const ofRun = path.dirname(inject("clusterFolder"));
  const unused = path.join(ofRun, "unused-cluster");
  if (!existsSync(unused)) {
    const making = mkdtempSync(path.join(ofRun, "making-"));
    chmodSync(making, 0o711);
    const cluster = { folder: path.join(making, "postgres"), isDurable: false };
    await startCluster(cluster);
    await stopCluster(cluster);
    try {
      renameSync(cluster.folder, unused);
    } catch {
      // Another worker was faster.
    }
    rmSync(making, { recursive: true, force: true });
  }
  execFileSync("cp", ["-a", unused, folder]);
}
