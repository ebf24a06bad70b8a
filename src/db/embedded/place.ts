/** Where an embedded cluster is, and which version made it. */
import { readFile } from "node:fs/promises";
import path from "node:path";

import type { BinarySearch } from "./binaries.ts";
import { dataHome } from "./folders.ts";
import { serverUser, type ServerUser } from "./server-user.ts";

/** Which embedded cluster is meant: by default the user's own, which all prox processes share. */
export interface ClusterOptions {
  /** The cluster's folder; by default `postgres` below the folder of prox's own data. */
  readonly folder?: string;
  /** False gives up safety against power loss for speed, for data that need not last; counts when it is created. */
  readonly isDurable?: boolean;
  /** Where to look for the server's programs. */
  readonly search?: BinarySearch;
}

/** The places of a cluster, and whom its server runs as. */
export interface Cluster extends Required<Pick<ClusterOptions, "isDurable" | "search">> {
  readonly home: string;
  readonly folder: string;
  readonly data: string;
  readonly log: string;
  readonly user: ServerUser | undefined;
}

/** The cluster that is meant. */
export async function resolveCluster(options: ClusterOptions): Promise<Cluster> {
  const user = await serverUser();
  const home = options.folder === undefined ? await dataHome(user) : path.dirname(options.folder);
  const folder = options.folder ?? path.join(home, "postgres");
  return {
    home,
    folder,
    data: path.join(folder, "data"),
    log: path.join(folder, "server.log"),
    user,
    isDurable: options.isDurable ?? true,
    search: options.search ?? {},
  };
}

/** The major version that made the data, or undefined where there are none. */
export async function dataMajor(cluster: Cluster): Promise<number | undefined> {
  const text = await readFile(path.join(cluster.data, "PG_VERSION"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : Number.parseInt(text, 10);
}
