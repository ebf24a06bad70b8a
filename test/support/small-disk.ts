/** File systems that are small enough to fill. */
import { spawnSync } from "node:child_process";
import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { chmod, chown, mkdtemp, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { serverUser } from "../../src/db/embedded/server-user.ts";

export interface SmallDisk {
  readonly folder: string;
  /** Fills it but for so many megabytes. */
  readonly fill: (leftMegabytes: number) => void;
  /** Undoes it. */
  readonly free: () => void;
  /** Lets nobody write there any more. */
  readonly protect: () => void;
  readonly remove: () => Promise<void>;
}

function run(command: string, ...parameters: readonly string[]): boolean {
  return spawnSync(command, parameters).status === 0;
}

/** Mounts a file system in memory for the user that test servers run as; undefined where that is not allowed. */
export async function mountSmallDisk(megabytes: number): Promise<SmallDisk | undefined> {
  const folder = await mkdtemp(path.join(tmpdir(), "prox-disk-"));
  if (!run("mount", "-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder)) {
    await rmdir(folder);
    return undefined;
  }
  await chmod(folder, 0o700);
  const user = await serverUser();
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  const ballast = path.join(folder, "ballast");
  return {
    folder,
    fill(leftMegabytes) {
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - leftMegabytes * 2 ** 20)));
    },
    free() {
      rmSync(ballast);
    },
    protect() {
      if (!run("mount", "-o", "remount,ro", folder)) throw new Error("the disk cannot be made read-only");
    },
    async remove() {
      run("umount", "--lazy", folder);
      await rmdir(folder);
    },
  };
}
