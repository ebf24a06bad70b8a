/** Locks on a disk that is really full: a small file system in memory, which only root may mount. */
import { appendFileSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";

import { afterEach, expect, test, vi } from "vitest";

import { takeFileLock } from "../../src/process/file-lock.ts";
import { mountSmallDisk, type SmallDisk } from "../support/small-disk.ts";

const BEAT_S = 0.02;
/** What a file grows by on such a disk: within a page that it has, it needs no space. */
const PAGE_BYTES = 4096;

const probe = await mountSmallDisk(1);
await probe?.remove();
if (probe === undefined) {
  process.stderr.write("LEFT OUT: locks on a full disk, because this user may not mount one; root may\n");
}

let disk: SmallDisk | undefined;
afterEach(async () => {
  await disk?.remove();
});

test.runIf(probe !== undefined)(
  "a full disk costs a lock its signs of life, which come back with the space; the command keeps it",
  async () => {
    disk = await mountSmallDisk(1);
    if (disk === undefined) throw new Error("a small disk could be mounted before, and cannot now");
    const file = path.join(disk.folder, "lock");
    const lock = takeFileLock(file, "a test", { beatS: BEAT_S });
    if ("heldBy" in lock) throw new Error("someone has the lock");
    const beats = (): number => statSync(file).size;
    await vi.waitFor(() => {
      const before = statSync(file).size;
      expect(before % PAGE_BYTES).toBeGreaterThan(0);
      // To the end of the page, so that the next sign of life needs another one.
      appendFileSync(file, " ".repeat(PAGE_BYTES - before));
      disk?.fill(0);
      expect(beats()).toBe(PAGE_BYTES);
      expect(() => {
        appendFileSync(file, "\n");
      }).toThrow(/ENOSPC/);
    });
    const owner = readFileSync(file, "utf8").trim();
    // An error in the timer would end this process of tests as it would end a command.
    await new Promise((resolve) => setTimeout(resolve, 10 * BEAT_S * 1000));
    expect(beats()).toBe(PAGE_BYTES);
    expect(lock.lost.aborted).toBe(false);
    const other = takeFileLockWithSpace(file);
    expect(other).toMatchObject({ heldBy: { pid: process.pid } });

    await vi.waitFor(() => {
      expect(beats()).toBeGreaterThan(PAGE_BYTES);
    });
    expect(readFileSync(file, "utf8").trim()).toBe(owner);
    expect(lock.lost.aborted).toBe(false);

    rmSync(path.join(disk.folder, "ballast"), { force: true });
    disk.fill(0);
    lock.release();
    expect(() => statSync(file)).toThrow(/ENOENT/);
  },
);

/** Tries to take it when there is space again. */
function takeFileLockWithSpace(file: string): ReturnType<typeof takeFileLock> {
  disk?.free();
  return takeFileLock(file, "another test");
}
