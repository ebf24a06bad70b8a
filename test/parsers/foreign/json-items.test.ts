import { expect, test } from "vitest";

import { RoundFileError } from "../../../src/parsers/fault.ts";
import { JsonItems, type JsonItem } from "../../../src/parsers/foreign/json-items.ts";

function read(text: string | Buffer, chunkBytes: number, maximumItemBytes?: number): JsonItem[] {
  const bytes = Buffer.from(text);
  const items = new JsonItems(["$.list.*", "$.head"], maximumItemBytes);
  const found: JsonItem[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes)
    found.push(...items.push(bytes.subarray(at, at + chunkBytes)));
  items.end();
  return found;
}

function fault(text: string | Buffer, maximumItemBytes?: number): { line: number; message: string } {
  try {
    read(text, 7, maximumItemBytes);
  } catch (error) {
    if (error instanceof RoundFileError) return error.fault;
    throw error;
  }
  throw new Error("it was not refused");
}

test.each([1, 2, 3, 1000])("items come as they stand, in chunks of %i bytes", (chunkBytes) => {
  const text = '{"list":[{"a":[1,{"b":null}]},\n"x"],"other":[[1],[2]],\n"head":{"n":3152.0,"t":true}}\n';
  expect(read(text, chunkBytes)).toEqual([
    { path: ["list", 0], value: { a: [1, { b: null }] }, line: 1 },
    { path: ["list", 1], value: "x", line: 2 },
    { path: ["head"], value: { n: 3152, t: true }, line: 3 },
  ]);
});

test.each([1, 3, 1000])("bytes that are no UTF-8 are kept, in chunks of %i bytes", (chunkBytes) => {
  const text = Buffer.from(
    String.raw`{"head":"§ä# \u00e4 \u4e2d \" \\ \ud83e"}`.replace("§", "\xe4"),
    "latin1",
  );
  expect(read(text, chunkBytes)).toEqual([
    { path: ["head"], value: '\xe4\xe4# \xe4 \u4e2d " \\ \ud83e', line: 1 },
  ]);
});

test("a byte order mark is passed over", () => {
  expect(read("\ufeff{}", 2)).toEqual([]);
});

test("what is no JSON is told with line and byte", () => {
  expect(fault('{"list":[1,\n2 3]}')).toMatchObject({ line: 2, message: "this is no JSON, before byte 17" });
  expect(fault('{"list":[1,\n2}')).toMatchObject({ line: 2 });
  expect(fault("{}\n{}")).toMatchObject({ line: 2 });
  expect(fault("{} x")).toMatchObject({ line: 1 });
});

test("what was cut is told with the byte", () => {
  const text = '{"list":[1,\n2],"head":true}';
  expect(read(text, 5)).toHaveLength(3);
  for (let length = 0; length < text.length; length++)
    expect(fault(text.slice(0, length)).message).toBe(`the JSON was cut: it ends after byte ${length}`);
});

test("what would fill the memory is refused", () => {
  expect(fault("[".repeat(40))).toMatchObject({ line: 1 });
  const most = 100;
  expect(read(`{"list":[${`"${"x".repeat(80)}",`.repeat(9)}1]}`, 7, most)).toHaveLength(10);
  expect(fault(`{"list":["${"x".repeat(most)}"]}`, most).message).toContain("which no round has");
});
