/** Files in pk3 archives: which one counts, and how little of an archive is read for that. */
import { describe, expect, test } from "vitest";

import { readPk3File, searchPk3s } from "../../src/deploy/pk3-files.ts";
import { ProxError } from "../../src/errors.ts";
import type { RemoteFiles } from "../../src/remote/remote-files.ts";
import { memoryFiles } from "../support/memory-files.ts";
import { zipOf } from "../support/zip.ts";

const CONFIG = /^configs\/.+\.config$/;

/** An archive as text, one character a byte: these names, each with a text of its own. */
function pk3(files: Readonly<Record<string, string>>, compress = true, comment = ""): string {
  const entries = Object.entries(files).map(([name, text]) => ({ name, bytes: Buffer.from(text) }));
  const bytes = zipOf(entries, compress);
  bytes.writeUInt16LE(comment.length, bytes.length - 2);
  return bytes.toString("latin1") + comment;
}

/** The files over which it is counted what is read. */
function counted(files: Record<string, string>): { files: RemoteFiles; bytes: () => number } {
  const real = memoryFiles(files);
  let bytes = 0;
  return {
    files: {
      ...real,
      readRange: (name, start, end, sink, mayAsk) => {
        bytes += end - start;
        return real.readRange(name, start, end, sink, mayAsk);
      },
    },
    bytes: () => bytes,
  };
}

async function textsIn(
  files: RemoteFiles,
  folders: readonly string[] = ["/g"],
): Promise<(string | undefined)[]> {
  const { files: found } = await searchPk3s(files, folders, CONFIG);
  return Promise.all(found.map(async (file) => (await readPk3File(files, file))?.toString()));
}

describe("a config is found in an archive", () => {
  const many = Object.fromEntries(
    Array.from({ length: 2000 }, (_, index) => [`textures/${index}.tga`, String(index)]),
  );
  test.each<[title: string, archive: string]>([
    ["that is compressed", pk3({ "maps/a.bsp": "x", "configs/cup.config": "cup" })],
    ["that is stored", pk3({ "configs/cup.config": "cup" }, false)],
    ["whatever the letters' case", pk3({ "Configs/CUP.Config": "cup" })],
    ["with a comment behind its directory", pk3({ "configs/cup.config": "cup" }, true, "c".repeat(40_000))],
    ["with a large directory", pk3({ ...many, "configs/cup.config": "cup" })],
  ])("%s", async (_title, archive) => {
    expect(await textsIn(memoryFiles({ "/g/a.pk3": archive }))).toEqual(["cup"]);
  });
});

test.each<[title: string, archive: string]>([
  ["no archive", "x".repeat(100_000)],
  ["an empty file", ""],
  ["one that is cut in front", pk3({ "configs/cup.config": "cup" }).slice(40)],
  ["one that is cut at the end", pk3({ "configs/cup.config": "cup" }).slice(0, -30)],
  [
    "a config below another folder, or of another kind",
    pk3({ "x/configs/cup.config": "", "configs/cup.cfg": "" }),
  ],
])("nothing is found in %s", async (_title, archive) => {
  expect(await textsIn(memoryFiles({ "/g/a.pk3": archive }))).toEqual([]);
});

test("archives come in the engine's order: folder by folder, and by name the last one first", async () => {
  const archive = (text: string): string => pk3({ "configs/cup.config": text });
  const files = memoryFiles({
    "/home/a.pk3": archive("home a"),
    "/home/Z.PK3": archive("home z"),
    "/home/m.pk3": archive("home m"),
    "/base/zz.pk3": archive("base zz"),
    "/base/pak0.pk3": archive("the game's own"),
    "/base/zz.zip": archive("no pk3"),
  });
  expect(await textsIn(files, ["/home", "/base", "/none"])).toEqual([
    "home z",
    "home m",
    "home a",
    "base zz",
  ]);
});

test("of a large archive only the end is read, and of its config what it holds", async () => {
  const large = pk3({ "maps/a.bsp": "x".repeat(3_000_000), "configs/cup.config": "cup" }, false);
  const { bytes, files } = counted({
    "/g/a.pk3": large,
    "/g/b.pk3": large.replace("configs/", "others_/").replace("configs/", "others_/"),
  });
  expect(await textsIn(files)).toEqual(["cup"]);
  expect(bytes()).toBeLessThan(35_000);
});

test("archives that cannot be looked into are told; what is read of all together is bounded", async () => {
  const archive = pk3({ "configs/cup.config": "cup" });
  const real = memoryFiles({ "/g/a.pk3": archive, "/g/b.pk3": archive });
  const denied = new ProxError("E_REMOTE_DENIED", "cannot read /g/b.pk3: permission denied");
  const files: RemoteFiles = {
    ...real,
    readRange: (name, ...rest) =>
      name === "/g/b.pk3" ? Promise.reject(denied) : real.readRange(name, ...rest),
  };
  const { doubts, files: found } = await searchPk3s(files, ["/g"], CONFIG);
  expect(doubts).toEqual([denied.message]);
  expect(found.map(({ pk3: each }) => each)).toEqual(["/g/a.pk3"]);

  // A directory that claims to be larger than 4 MiB.
  const huge = Buffer.alloc(6_000_000);
  huge.write("PK\x05\x06", huge.length - 22, "latin1");
  huge.writeUInt32LE(5_000_000, huge.length - 10);
  const claimed = counted({ "/g/huge.pk3": huge.toString("latin1") });
  expect((await searchPk3s(claimed.files, ["/g"], CONFIG)).doubts).toEqual([
    "the directory of /g/huge.pk3 is too large",
  ]);
  expect(claimed.bytes()).toBeLessThan(17_000);
});

test("a file that claims little and holds much, or is of an unknown kind, is not read", async () => {
  const files = memoryFiles({ "/g/a.pk3": pk3({ "configs/cup.config": "x".repeat(5_000_000) }) });
  const [found] = (await searchPk3s(files, ["/g"], CONFIG)).files;
  if (found === undefined) throw new Error("not found");
  expect(await readPk3File(files, found)).toBeUndefined();
  expect(await readPk3File(files, { ...found, bytes: 3 })).toBeUndefined();
  expect(await readPk3File(files, { ...found, bytes: 3, method: 12 })).toBeUndefined();
  expect(await readPk3File(files, { ...found, bytes: 3, offset: 5 })).toBeUndefined();
});
