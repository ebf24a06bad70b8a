/** Files that a transfer took for a text of another system: read as they were where the checksum proves it, else named. */
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";

import { packTar } from "modern-tar";
import { describe, expect, test } from "vitest";

import { findPaths } from "../../src/import/find-paths.ts";
import { undoTransfer } from "../../src/import/transfer-changes.ts";
import { validateFiles } from "../../src/import/validate-files.ts";
import { setUpImports } from "../support/import.ts";
import { DEFAULT_PLAYERS, SOME_ROWS, writeRound } from "../support/round-files.ts";
import { zipOf } from "../support/zip.ts";

const imports = setUpImports();
const { contents, newKey, run } = imports;

/** Names with letters of two and three bytes in UTF-8, of which Windows-1252 and Latin-1 have different ones. */
const [alpha = { slot: 0, guid: "", name: "" }, ...others] = DEFAULT_PLAYERS;
const named = (name: string) => ({ players: [{ ...alpha, name }, ...others] });
const ACCENTS = "Zoë Ü";

const toBytes = (text: string, encoding: BufferEncoding): Buffer => Buffer.from(text, encoding);
const lineEnds = (end: string) => (bytes: Buffer) =>
  toBytes(bytes.toString("latin1").replaceAll("\n", end), "latin1");
const decoded = (bytes: Buffer, label: string): string => new TextDecoder(label).decode(bytes);
const wide = (bytes: Buffer): Buffer => toBytes(bytes.toString("utf8"), "utf16le");
const MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** What transfers and text editors do to a file; the words that tell of it; the name of a player in it. */
const CHANGES: [words: string, change: (bytes: Buffer) => Buffer, name?: string][] = [
  ["its line ends are CRLF", lineEnds("\r\n")],
  ["its line ends are CRLF", lineEnds("\r\r\n")],
  ["its line ends are CR", lineEnds("\r")],
  ["a byte order mark stands before it", (bytes) => Buffer.concat([MARK, bytes])],
  [
    "a byte order mark stands before it, its line ends are CRLF",
    (bytes) => Buffer.concat([MARK, lineEnds("\r\n")(bytes)]),
  ],
  ["its encoding is UTF-16", wide],
  ["its encoding is UTF-16", (bytes) => Buffer.concat([Buffer.from([0xff, 0xfe]), wide(bytes)])],
  ["its encoding is UTF-16", (bytes) => Buffer.concat([Buffer.from([0xff, 0xfe]), wide(bytes)]).swap16()],
  ["its encoding is Latin-1", (bytes) => toBytes(bytes.toString("utf8"), "latin1"), "Zoë \u0085"],
  [
    "its encoding is Windows-1252",
    (bytes) => toBytes(bytes.toString("utf8").replace("€", "\x80"), "latin1"),
    "Zoë €",
  ],
  ["its encoding is UTF-8 twice", (bytes) => toBytes(bytes.toString("latin1"), "utf8")],
  ["its encoding is UTF-8 twice", (bytes) => toBytes(decoded(bytes, "windows-1252"), "utf8"), "Ã Ž €"],
  [
    "its line ends are CRLF, its encoding is Latin-1",
    (bytes) => lineEnds("\r\n")(toBytes(bytes.toString("utf8"), "latin1")),
    "ë \u0085",
  ],
  ["zeros stand at its end", (bytes) => Buffer.concat([bytes, Buffer.alloc(70_000)])],
  ["something stands behind its last line", (bytes) => Buffer.concat([bytes, Buffer.from("\r\n\x1a")])],
  ["its last line end is missing", (bytes) => bytes.subarray(0, -1)],
  [
    "its line ends are CRLF, zeros stand at its end",
    (bytes) => Buffer.concat([lineEnds("\r\n")(bytes), Buffer.alloc(300)]),
  ],
];

describe("a file that its checksum proves is read as it was", () => {
  test.each(CHANGES)("%s", async (words, change, name = ACCENTS) => {
    const [key, whole] = [newKey(), newKey()];
    await writeRound(path.join(imports.folder, "whole"), whole, { all: named(name) });
    await run([path.join(imports.folder, "whole")]);
    const folder = path.join(imports.folder, "changed");
    const { combat } = await writeRound(folder, key, { all: named(name) });
    const before = await readFile(combat);
    await writeFile(combat, change(before));
    const { files } = await validateFiles(findPaths([folder]));
    expect(files.filter(({ changes }) => changes.length > 0)).toMatchObject([
      { label: combat, valid: true, changes: words.split(", ") },
    ]);
    const report = await run([folder]);
    expect(report.files.filter(({ changes }) => changes.length > 0)).toMatchObject([
      { label: combat, fate: "imported", changes: words.split(", "), rows: SOME_ROWS.combat.length },
    ]);
    expect(report.rounds).toMatchObject([{ roundKey: key, complete: true }]);
    expect(await contents(key)).toEqual(await contents(whole));
    // The file as it was is the same content.
    await writeFile(combat, before);
    expect((await run([folder], { verify: true })).totals.rounds).toMatchObject({ skipped: 1 });
  });

  test.each([
    ["zip", (bytes: Buffer) => Promise.resolve(zipOf([{ name: "in.txt", bytes }], true))],
    [
      "tar.gz",
      async (body: Buffer) =>
        gzipSync(await packTar([{ header: { name: "in.txt", size: body.length }, body }])),
    ],
    ["txt.gz", (bytes: Buffer) => Promise.resolve(gzipSync(bytes))],
  ])("within a %s", async (ending, pack) => {
    const key = newKey();
    const { combat } = await writeRound(imports.folder, key);
    const archive = path.join(imports.folder, `season.${ending}`);
    await writeFile(archive, await pack(lineEnds("\r\n")(await readFile(combat))));
    await rm(combat);
    const report = await run([imports.folder]);
    expect(report.rounds).toMatchObject([{ roundKey: key, complete: true }]);
    expect(report.files.flatMap(({ changes }) => changes)).toEqual(["its line ends are CRLF"]);
  });

  test("a name that only looks as if it were encoded twice stays as it is", async () => {
    const key = newKey();
    await writeRound(imports.folder, key, { all: named("Ã©Ã¼") });
    const report = await run([imports.folder]);
    expect(report.files.flatMap(({ changes }) => changes)).toEqual([]);
    const rows = imports.sql`select name from round_players join rounds using (round_id) where round_key = ${key}`;
    expect((await rows).map(({ name }) => String(name))).toContain("Ã©Ã¼");
  });
});

describe("a file of which nothing proves what it was is refused", () => {
  const crlf = lineEnds("\r\n");
  test.each([
    ["it was cut", { cutBytes: 0 }, crlf, "it was cut, so that no checksum proves what it was"],
    [
      "it was cut, and its encoding is another",
      { cutBytes: 0 },
      (bytes: Buffer) => Buffer.concat([MARK, bytes]),
      "it was cut, so that no checksum proves what it was",
    ],
    [
      "a byte is another",
      {},
      (bytes: Buffer) => crlf(toBytes(bytes.toString("latin1").replace("\n1400\t", "\n1399\t"), "latin1")),
      "with this undone it is not what it was: ",
    ],
    [
      "a row is missing",
      {},
      (bytes: Buffer) => crlf(toBytes(bytes.toString("latin1").replace(/\n1400\t.*/, ""), "latin1")),
      "with this undone it is not what it was: ",
    ],
  ])("%s", async (_, values, change, why) => {
    const key = newKey();
    const { combat } = await writeRound(imports.folder, key, { combat: values });
    await writeFile(combat, change(await readFile(combat)));
    const error = { code: "E_TRANSFER", message: expect.stringContaining(why) as string };
    const { files } = await validateFiles(findPaths([combat]));
    expect(files).toMatchObject([{ valid: false, issues: [error] }]);
    const report = await run([imports.folder]);
    expect(report.files.filter(({ fate }) => fate === "rejected")).toMatchObject([
      { label: combat, changes: [], error },
    ]);
    expect(report.rounds).toMatchObject([{ missing: ["combat"] }]);
  });

  test("its encoding is another, in an archive that passes by", async () => {
    const { combat } = await writeRound(imports.folder, newKey(), { combat: named("Zoë") });
    const body = toBytes((await readFile(combat)).toString("utf8"), "latin1");
    await writeFile(
      path.join(imports.folder, "season.tar"),
      await packTar([{ header: { name: "in.txt", size: body.length }, body }]),
    );
    await rm(combat);
    const { error } = (await run([imports.folder])).files.find(({ fate }) => fate === "rejected") ?? {};
    expect(error).toMatchObject({
      code: "E_TRANSFER",
      message: expect.stringContaining("unpack the archive") as string,
    });
  });

  test("a cut file whose disk left zeros behind it: up to the tear it is read, as any cut file", async () => {
    const key = newKey();
    const { combat } = await writeRound(imports.folder, key, { combat: { cutBytes: 3 } });
    await writeFile(combat, Buffer.concat([await readFile(combat), Buffer.alloc(512)]));
    const report = await run([combat]);
    expect(report.files).toMatchObject([{ fate: "imported", rows: SOME_ROWS.combat.length - 1 }]);
  });
});

describe("undoTransfer", () => {
  const HEAD_BYTES = 512;
  async function undone(
    bytes: Buffer,
    chunkBytes: number,
  ): Promise<{ text: Buffer; changes: readonly string[] }> {
    async function* chunks(): AsyncGenerator<Buffer> {
      // A chunk's memory is used again, as that of files is.
      const memory = Buffer.alloc(chunkBytes);
      for (let at = 0; at < bytes.length; at += chunkBytes) {
        const length = bytes.copy(memory, 0, at, at + chunkBytes);
        yield await Promise.resolve(memory.subarray(0, length));
      }
    }
    const { bytes: before, changes } = undoTransfer(bytes.subarray(0, HEAD_BYTES), chunks());
    const text: Buffer[] = [];
    for await (const chunk of before) text.push(Buffer.from(chunk));
    return { text: Buffer.concat(text), changes };
  }

  test.each([1, 2, 3, 7, 64, 65, 1000])("in chunks of %d bytes gives the same", async (chunkBytes) => {
    const { combat } = await writeRound(imports.folder, newKey(), { combat: named(ACCENTS) });
    const before = await readFile(combat);
    for (const [words, change] of CHANGES) {
      if (/Latin|1252|twice/.test(words)) continue;
      expect(await undone(change(before), chunkBytes)).toEqual({ text: before, changes: words.split(", ") });
    }
    expect(await undone(before, chunkBytes)).toEqual({ text: before, changes: [] });
    // What is none of ours stays, whatever its line ends.
    const other = Buffer.from("\ufeff# something\r\n\r\nelse\0\0");
    expect(await undone(other, chunkBytes)).toEqual({ text: other, changes: [] });
  });

  test("leaves more filling than any transfer puts behind a file where it is", async () => {
    const { combat } = await writeRound(imports.folder, newKey());
    const filled = Buffer.concat([await readFile(combat), Buffer.alloc(3 * 1024 * 1024)]);
    const { changes, text } = await undone(filled, 65_536);
    expect(changes).toEqual([]);
    expect(text.equals(filled)).toBe(true);
  });
});
