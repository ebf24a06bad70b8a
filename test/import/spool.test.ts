/** What an archive passes by is kept whole, in memory or on the disk. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";

import { Spool, type Kept } from "../../src/import/spool.ts";
import { mountSmallDisk } from "../support/small-disk.ts";

let spool: Spool;
let place: string;
beforeAll(async () => {
  place = await mkdtemp(path.join(tmpdir(), "prox-test-"));
  vi.stubEnv("TMPDIR", place);
});
afterEach(() => spool.close());
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(place, { recursive: true });
});

const PAGE = 16 << 10;

/** Bytes that tell their place, in chunks of an odd size. */
function someBytes(length: number, seed: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8) + seed) % 251));
}
async function* inChunks(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 5000) yield await Promise.resolve(bytes.subarray(at, at + 5000));
}
async function readAll(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(Buffer.from(chunk));
  return Buffer.concat(all);
}

test("files of any size come back as often as needed, and their memory is used again", async () => {
  spool = new Spool(4);
  for (const [seed, size] of [0, 1, PAGE - 1, PAGE, PAGE + 1, 4 * PAGE, 3].entries()) {
    const bytes = someBytes(size, seed);
    const kept = await spool.keep("a file", inChunks(bytes), size);
    for (let time = 0; time < 2; time++) expect((await readAll(kept.open())).equals(bytes)).toBe(true);
    await kept.drop();
  }
  expect(await readdir(place)).toEqual([]);
});

test("what does not fit the memory goes to the disk, and goes from there", async () => {
  spool = new Spool(4);
  const sizes = [2 * PAGE, 3 * PAGE, 2 * PAGE, 1];
  const files = sizes.map((size, seed) => someBytes(size, seed));
  const kept: Kept[] = [];
  for (const bytes of files) kept.push(await spool.keep("a file", inChunks(bytes), bytes.length));
  expect(await readdir(place)).toHaveLength(1);
  for (const [index, { drop, open }] of kept.entries()) {
    expect((await readAll(open())).equals(files[index] ?? Buffer.alloc(0))).toBe(true);
    await drop();
  }
  await spool.close();
  expect(await readdir(place)).toEqual([]);
});

test("of a file that has grown, what was there at the first look comes back", async () => {
  spool = new Spool(4);
  const bytes = someBytes(PAGE + 100, 1);
  const kept = await spool.keep("a file", inChunks(bytes), PAGE + 10);
  expect((await readAll(kept.open())).equals(bytes.subarray(0, PAGE + 10))).toBe(true);
});

const disk = await mountSmallDisk(1);
if (disk === undefined) {
  process.stderr.write(
    "LEFT OUT: unpacking onto a full disk, because this user may not mount one; root may\n",
  );
}
afterAll(() => disk?.remove());

const PLACES: readonly (readonly [what: string, folder: string])[] = [
  ["a folder that is not there", "/nonexistent"],
  ...(disk === undefined ? [] : [["a full disk", disk.folder] as const]),
];
test.each(PLACES)("%s is an error that says which file, where, and what to do", async (_, folder) => {
  spool = new Spool(0);
  vi.stubEnv("TMPDIR", folder);
  const bytes = someBytes(4 << 20, 1);
  await expect(spool.keep("big.tar!a file", inChunks(bytes), bytes.length)).rejects.toMatchObject({
    code: "E_UNPACK",
    message: expect.stringMatching(/^cannot unpack big\.tar!a file: EN/) as string,
    suggestions: expect.arrayContaining([expect.stringContaining(folder)]) as string[],
  });
  vi.stubEnv("TMPDIR", place);
});
