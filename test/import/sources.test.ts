import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { findPaths } from "../../src/import/find-paths.ts";
import { filesIn } from "../../src/import/sources.ts";
import { readFile } from "../../src/import/streams.ts";
import { mostUnpackedBytes } from "../../src/import/unpacking-room.ts";
import { zipOf } from "../support/zip.ts";
import { zstdOfRepeats } from "../support/zstd-of-repeats.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "prox-test-"));
});
afterEach(() => rm(folder, { recursive: true }));

const within = (...parts: string[]): string => path.join(folder, ...parts);

async function textOf(bytes: AsyncIterable<Buffer>): Promise<string> {
  let text = "";
  for await (const chunk of bytes) text += chunk.toString("latin1");
  return text;
}

describe("findPaths", () => {
  const find = async (...paths: string[]): Promise<[string, boolean][]> => {
    const found: [string, boolean][] = [];
    for await (const { isNamed, path: file } of findPaths(paths)) {
      found.push([path.relative(folder, file), isNamed]);
    }
    return found;
  };

  test("gives files of folders by name, with everything below; what is named is marked", async () => {
    await mkdir(within("b", "deep"), { recursive: true });
    for (const file of ["c.txt", "a.txt", "b/z.txt", "b/deep/y.txt"]) await writeFile(within(file), "");
    expect(await find(folder)).toEqual([
      ["a.txt", false],
      ["b/deep/y.txt", false],
      ["b/z.txt", false],
      ["c.txt", false],
    ]);
    expect(await find(within("c.txt"), within("b", "deep"))).toEqual([
      ["c.txt", true],
      ["b/deep/y.txt", false],
    ]);
  });

  test("follows links to files, not to folders, and passes over those that lead nowhere", async () => {
    await mkdir(within("real"));
    await writeFile(within("real", "file.txt"), "");
    await symlink(within("real", "file.txt"), within("link.txt"));
    await symlink(folder, within("real", "circle"));
    await symlink(within("gone"), within("broken"));
    expect((await find(folder)).map(([file]) => file)).toEqual(["link.txt", "real/file.txt"]);
  });

  test("gives a path that is missing like a file, and says so where none is there", async () => {
    await writeFile(within("there.txt"), "");
    expect(await find(within("there.txt"), within("missing"))).toEqual([
      ["there.txt", true],
      ["missing", true],
    ]);
    await expect(find(within("missing"), within("gone"))).rejects.toMatchObject({
      code: "E_PATH",
      exit: "input",
      message: expect.stringContaining("missing") as string,
    });
  });
});

describe("filesIn", () => {
  const open = async (file: string, mostBytes?: number): Promise<string[]> => {
    const texts: string[] = [];
    for await (const found of filesIn(file, mostBytes)) {
      texts.push(found.fault === undefined ? await textOf(found.bytes) : found.fault.message);
    }
    return texts;
  };

  test("a plain file is itself, whatever its name says", async () => {
    await writeFile(within("plain.gz"), "plain");
    expect(await open(within("plain.gz"))).toEqual(["plain"]);
    await writeFile(within("empty"), "");
    expect(await open(within("empty"))).toEqual([""]);
  });

  test("a file that is gzip is unpacked, whatever its name says", async () => {
    await writeFile(within("packed.txt"), gzipSync("packed"));
    expect(await open(within("packed.txt"))).toEqual(["packed"]);
  });

  test("stops where a file unpacks to more than it may, whatever packed it", async () => {
    const text = Buffer.alloc(4 << 20, "a");
    const packed = {
      "bomb.gz": gzipSync(text),
      "bomb.zip": zipOf([{ name: "a.txt", bytes: text }], true),
      "inner.zip": zipOf([{ name: "a.gz", bytes: gzipSync(text) }], false),
      "bomb.zst": zstdOfRepeats(32),
    };
    for (const [name, bytes] of Object.entries(packed)) {
      await writeFile(within(name), bytes);
      expect(await open(within(name), 5e6), name).toEqual([text.toString()]);
      const stopped = open(within(name), 4e6).then(
        ([message]) => message,
        (error: unknown) => (error as Error).message,
      );
      expect(await stopped, name).toContain(
        `unpacks to more than 4.0 MB, from ${bytes.length.toLocaleString("en-US")} bytes: prox stops there, as no archive of rounds does that`,
      );
    }
  });

  test("lets archives of rounds unpack, of any size", () => {
    // A season of 10,000 rounds: 10 GB packed, and each round 8 times as long.
    expect(mostUnpackedBytes(10e9)).toBeGreaterThan(80e9);
    // A log of one evening that repeats itself.
    expect(mostUnpackedBytes(1e6)).toBeGreaterThan(30e6);
    // All that 10 MB of a zip archive can unpack to is a thousand times as much.
    expect(mostUnpackedBytes(10e6)).toBeLessThan(10e9);
  });

  test("can be read again after the first look", async () => {
    await writeFile(within("again.txt"), gzipSync("again"));
    for await (const { bytes, source } of filesIn(within("again.txt"))) {
      expect(await textOf(bytes)).toBe("again");
      if (source.type !== "open") throw new Error("a plain file can be opened at any time");
      expect(await textOf(source.open())).toBe("again");
    }
  });
});

test("readFile gives large files whole, in chunks that are valid until the next one", async () => {
  const large = Buffer.alloc(700_001, "0123456789");
  await writeFile(within("large"), large);
  const [one, two] = await Promise.all([
    textOf(readFile(within("large"))),
    textOf(readFile(within("large"))),
  ]);
  expect(one).toBe(large.toString("latin1"));
  expect(two).toBe(one);
});
