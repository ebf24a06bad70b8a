/** Puts other data in the place of a cluster's, so that a crash at any moment leaves one of the two in place. */
import { existsSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import path from "node:path";

import type { Cluster } from "./place.ts";

/** Data that are whole, and wait for their place to be free. */
const nextData = ({ folder }: Cluster): string => path.join(folder, "data.next");

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Puts `data`, a folder on the same disk, in the place of the cluster's, which become `kept`. To be called with the lock of the
 * cluster, and with no server that uses either.
 */
export async function switchData(cluster: Cluster, data: string, kept: string): Promise<void> {
  await rm(nextData(cluster), { recursive: true, force: true });
  await rename(data, nextData(cluster));
  await syncFolder(cluster.folder);
  if (existsSync(cluster.data)) await rename(cluster.data, kept);
  await syncFolder(cluster.folder);
  await finishSwitch(cluster);
}

/** Ends a switch that a crash cut off after the old data had left their place. To be called with the lock of the cluster. */
export async function finishSwitch(cluster: Cluster): Promise<void> {
  if (existsSync(cluster.data) || !existsSync(nextData(cluster))) return;
  await rename(nextData(cluster), cluster.data);
  await syncFolder(cluster.folder);
}
