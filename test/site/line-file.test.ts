/** What a build remembers in a file of lines: what is kept, what goes, and what a damaged file is worth. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { LineFile } from "../../src/site/line-file.ts";
import { packRows, type PackedRows, unpackRows } from "../../src/site/packed-rows.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "prox-lines-"));
  file = path.join(folder, "lines");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Writes a file with these values, and keeps of the one before what is named. */
function write(values: Readonly<Record<string, unknown>>, ...kept: readonly string[]): void {
  const lines = new LineFile<unknown>(file, false);
  for (const key of kept) lines.keep(key);
  for (const [key, value] of Object.entries(values)) lines.set(key, value);
  lines.save();
}

const read = (key: string): unknown => new LineFile<unknown>(file, false).get(key);

test("values come back under keys of any letters", () => {
  const values = { "tab\t line\n “é” 日本": { text: "a\tb\nc" }, plain: [1, null, "x"] };
  write(values);
  for (const [key, value] of Object.entries(values)) expect(read(key)).toEqual(value);
  expect(read("other")).toBeUndefined();
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("what is new is added at the end, and the file is the same as one that was written at once", () => {
  write({ a: 1, b: 2 });
  const { ino } = statSync(file);
  write({ c: 3 }, "a", "b");
  expect(statSync(file).ino).toBe(ino);
  const grown = readFileSync(file);
  rmSync(file);
  write({ a: 1, b: 2, c: 3 });
  expect(readFileSync(file)).toEqual(grown);
});

test("nothing stays of what was not kept, or has changed", () => {
  write({ a: "old name", b: "gone", c: 3 });
  write({ a: "new name" }, "c");
  expect(read("a")).toBe("new name");
  expect(read("c")).toBe(3);
  expect(readFileSync(file, "utf8")).not.toMatch(/old name|gone/u);
});

test("a line that is cut or damaged is as good as none, and goes", () => {
  write({ a: 1, b: 2 });
  appendFileSync(file, '"c"\t[1, 2');
  expect(read("c")).toBeUndefined();
  expect(read("b")).toBe(2);
  write({ d: 4 }, "a", "b");
  expect(read("d")).toBe(4);
  appendFileSync(file, "no key\n");
  appendFileSync(file, '"e"\t{\n');
  expect(read("e")).toBeUndefined();
  expect(read("a")).toBe(1);
});

test("of what is there nothing is used where all is to be made again", () => {
  write({ a: 1 });
  expect(new LineFile<unknown>(file, true).get("a")).toBeUndefined();
});

test("packed rows come back as they were", () => {
  const rows = [
    { name: "a", count: 1, list: [1, 2], nothing: null },
    { name: "b", count: 2.5, list: [], nothing: "x" },
  ];
  expect(unpackRows(JSON.parse(JSON.stringify(packRows(rows))) as PackedRows)).toEqual(rows);
  expect(unpackRows(packRows([]))).toEqual([]);
});
