/** Advice about a disk that takes no more: on file systems that are really full, or read-only, where root may mount some. */
import { mkdirSync } from "node:fs";
import path from "node:path";

import { afterEach, describe, expect, test, vi } from "vitest";

import Init from "../src/commands/init.ts";
import { startCluster } from "../src/db/embedded/cluster.ts";
import { diskAdvice, writingAdvice } from "../src/disk-advice.ts";
import { ProxError } from "../src/errors.ts";
import { withFiles } from "../src/import/from-files.ts";
import { addMap } from "../src/maps/map-file.ts";
import { packagePath } from "../src/package-root.ts";
import { createOutputFolder } from "../src/simulate/output-folder.ts";
import { savingTo } from "../src/simulate/match.ts";
import { mountSmallDisk, type SmallDisk } from "./support/small-disk.ts";

test.each([
  ["ENOSPC: no space left on device, write", "full"],
  ['could not extend file "base/1/2": No space left on device', "full"],
  ["Unknown system error -122: Unknown system error -122, write", "quota"],
  ["could not write file: Disk quota exceeded", "quota"],
  ["EROFS: read-only file system, open '/a'", "read-only"],
  ['Could not write file "a.new": File too large', "ulimit -f"],
  ["EIO: i/o error, read", "the disk fails"],
])("%s", (text, advice) => {
  expect(diskAdvice(new Error(text))).toContain(advice);
  expect(writingAdvice(text, ["chmod"])).toEqual([expect.stringContaining(advice)]);
});

test("what is no fault of the disk keeps its own advice", () => {
  expect(diskAdvice(new Error("EACCES: permission denied, open '/a'"))).toBeUndefined();
  expect(writingAdvice(new Error("EACCES: permission denied"), ["chmod"])).toEqual(["chmod"]);
});

const probe = await mountSmallDisk(1);
await probe?.remove();
if (probe === undefined) {
  process.stderr.write("LEFT OUT: advice about full disks, because this user may not mount one; root may\n");
}

let disk: SmallDisk | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await disk?.remove();
  disk = undefined;
});

const forget = (): Promise<never> => Promise.reject(new Error("the disk took it"));
async function* much(): AsyncGenerator<Uint8Array> {
  for (let piece = 0; piece < 200; piece++) yield await Promise.resolve(new Uint8Array(64 * 1024));
}

/** Things that prox writes, each into a folder, and the code of the error when it cannot. */
const WRITERS: readonly (readonly [what: string, code: string, write: (folder: string) => unknown])[] = [
  ["a configuration", "E_WRITE", (folder) => init(path.join(folder, "config"))],
  [
    "a map",
    "E_WRITE",
    (folder) => addMap("oasis", { minX: 0, minY: 0, maxX: 1, maxY: 1 }, undefined, folder),
  ],
  ["a saved recording", "E_WRITE", (folder) => readAll(savingTo(path.join(folder, "saved.tsv"), much()))],
  ["the files of a simulation", "E_WRITE", (folder) => createOutputFolder(path.join(folder, "simulated"))],
  [
    "the lock of the embedded database",
    "E_EMBEDDED_FOLDER",
    (folder) => startCluster({ folder: path.join(folder, "db") }),
  ],
  ["the database of --from", "E_WRITE", (folder) => fromFiles(folder)],
];

async function readAll(bytes: AsyncIterable<unknown>): Promise<void> {
  const pieces = bytes[Symbol.asyncIterator]();
  while ((await pieces.next()).done !== true);
}

/** Runs `prox init` without the base's catch, which would print the error. */
async function init(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  class Thrown extends Init {
    protected override catch(error: Error): Promise<void> {
      throw error;
    }
  }
  await Thrown.run(["--host", "x", "--basepath", "/x", "--folder", folder], { root: packagePath(".") });
}

function fromFiles(folder: string): Promise<never> {
  vi.stubEnv("TMPDIR", folder);
  return withFiles([folder], new AbortController().signal, forget);
}

async function errorOf(work: () => unknown): Promise<ProxError> {
  try {
    await work();
  } catch (error) {
    expect(error).toBeInstanceOf(ProxError);
    return error as ProxError;
  }
  throw new Error("it was written");
}

describe.skipIf(probe === undefined)("on a disk that takes no more", () => {
  async function mount(): Promise<SmallDisk> {
    disk = await mountSmallDisk(1);
    if (disk === undefined) throw new Error("a small disk could be mounted before, and cannot now");
    return disk;
  }

  // A folder is made on a full disk of this kind, so that the simulation only fails when it writes files.
  const onFull = WRITERS.filter(
    ([what]) => what !== "the files of a simulation" && what !== "the database of --from",
  );
  test.each(onFull)("full: %s", async (_, code, write) => {
    const { fill, folder } = await mount();
    fill(0);
    const error = await errorOf(() => write(folder));
    expect(error).toMatchObject({ code });
    expect(error.suggestions[0]).toContain("make room");
    expect(error.suggestions.join("\n")).not.toMatch(/the right to|reset|not yours/);
  });

  test.each(WRITERS)("read-only: %s", async (_, code, write) => {
    const { folder, protect } = await mount();
    mkdirSync(path.join(folder, "config"));
    protect();
    const error = await errorOf(() => write(folder));
    expect(error).toMatchObject({ code });
    expect(error.suggestions[0]).toContain("mounted read-only");
    expect(error.suggestions.join("\n")).not.toMatch(/the right to|reset|not yours/);
  });

  test("that fills while the embedded database is made: nothing advises to delete data", async () => {
    disk = await mountSmallDisk(8);
    const folder = path.join(disk?.folder ?? "", "db");
    const error = await errorOf(() => startCluster({ folder, isDurable: false }));
    expect(error).toMatchObject({ code: "E_EMBEDDED_START" });
    expect(error.suggestions[0]).toContain("make room");
    expect(error.suggestions.join("\n")).not.toContain("reset");
  }, 60_000);
});
