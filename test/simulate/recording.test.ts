import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

import { afterEach, beforeEach, expect, test } from "vitest";

import { bundledRecordings, findRecording, readRecording } from "../../src/simulate/recording.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "prox-recording-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function read(file: string): Promise<{ pieces: Buffer[]; isCut: boolean }> {
  const state = { bytesRead: 0, bytes: 0, isCut: false };
  const pieces: Buffer[] = [];
  for await (const piece of readRecording(file, state)) pieces.push(Buffer.from(piece));
  expect(state.bytesRead).toBe(state.bytes);
  return { pieces, isCut: state.isCut };
}

function put(name: string, content: Buffer | string): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** Lines of many lengths, longer in all than several pieces. */
const TEXT = Array.from({ length: 40_000 }, (_, index) => `${index}${"é".repeat(index % 40)}\n`).join("");

test.each([
  ["plain", "r.tsv", Buffer.from(TEXT)],
  ["gzip", "r.tsv.gz", gzipSync(TEXT)],
])("a %s file comes in pieces of whole lines", async (_name, name, content) => {
  const { pieces, isCut } = await read(put(name, content));
  expect(pieces.length).toBeGreaterThan(2);
  expect(pieces.every((piece) => piece.at(-1) === 10)).toBe(true);
  expect(Buffer.concat(pieces).toString() === TEXT).toBe(true);
  expect(isCut).toBe(false);
});

test.each([
  ["plain", "r.tsv", Buffer.from(`${TEXT}half a li`)],
  ["gzip", "r.tsv.gz", gzipSync(`${TEXT}half a li`)],
])("a %s file that ends in a line gives its whole lines", async (_name, name, content) => {
  const { pieces, isCut } = await read(put(name, content));
  expect(Buffer.concat(pieces).toString() === TEXT).toBe(true);
  expect(isCut).toBe(true);
});

test("a compressed file that was cut gives the whole lines that are left", async () => {
  const compressed = gzipSync(TEXT);
  const { pieces, isCut } = await read(put("r.tsv.gz", compressed.subarray(0, compressed.length / 2)));
  const text = Buffer.concat(pieces).toString();
  expect(TEXT.startsWith(text)).toBe(true);
  expect(text.endsWith("\n")).toBe(true);
  expect(text.length).toBeGreaterThan(TEXT.length / 4);
  expect(isCut).toBe(true);
});

test("a file that is no gzip is refused", async () => {
  await expect(read(put("r.tsv.gz", "not gzip"))).rejects.toMatchObject({
    code: "E_RECORDING",
  });
});

test("recordings are found by name and by path", () => {
  expect(bundledRecordings()).toContain("objective-16");
  expect(
    gunzipSync(readFileSync(findRecording("pause-8")))
      .toString()
      .startsWith("# et-recording 1"),
  ).toBe(true);
  const file = put("mine.tsv", TEXT);
  expect(findRecording(file)).toBe(file);
  expect(() => findRecording("nothing")).toThrow(/unknown recording: nothing/);
});
