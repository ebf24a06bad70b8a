/** Global set-up of the tests: one folder for the run's PostgreSQL, which the first test that needs it starts. */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import path from "node:path";

import type { TestProject } from "vitest/node";

import { stopCluster } from "../../src/db/embedded/cluster.ts";
import { memoryFolder } from "./memory-folder.ts";

declare module "vitest" {
  export interface ProvidedContext {
    clusterFolder: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(memoryFolder(), "prox-test-"));
  // Run by root, the server works as another user, who has to get in.
  await chmod(folder, 0o711);
  const clusterFolder = path.join(folder, "postgres");
  project.provide("clusterFolder", clusterFolder);
  return async () => {
    await stopCluster({ folder: clusterFolder });
    await rm(folder, { recursive: true, force: true });
  };
}
