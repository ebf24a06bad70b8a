/** What other programs packed: unpacked where that can be done, named with the reason where it cannot. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";

import { packTar } from "modern-tar";
import { afterEach, describe, expect, test, vi } from "vitest";

import { findPaths } from "../../src/import/find-paths.ts";
import type { ImportReport } from "../../src/import/report.ts";
import { validateFiles } from "../../src/import/validate-files.ts";
import { packagePath } from "../../src/package-root.ts";
import { setUpImports } from "../support/import.ts";
import { zipOf } from "../support/zip.ts";

const imports = setUpImports();
const PACKED = packagePath("test/fixtures/packed");
const KEY = "2026-01-10-201001-scenario-round-1-4977f1dc";
const within = (...parts: string[]): string => path.join(imports.folder, ...parts);
const fixture = (name: string): Promise<Buffer> => readFile(path.join(PACKED, name));

/** Lets the database know nothing of the round. */
async function forget(): Promise<void> {
  await imports.sql`delete from rounds`;
  await imports.sql`delete from import_files`;
}
afterEach(forget);

async function tarOf(entries: Readonly<Record<string, Buffer>>): Promise<Buffer> {
  const packed = Object.entries(entries).map(([name, body]) => ({
    header: { name, size: body.length },
    body,
  }));
  return Buffer.from(await packTar(packed));
}

/** Imports a file; nothing may be left over of what was unpacked. */
async function importAlone(name: string, bytes: Buffer): Promise<ImportReport> {
  await writeFile(within(name), bytes);
  await mkdir(within("place"), { recursive: true });
  vi.stubEnv("TMPDIR", within("place"));
  try {
    return await imports.run([within(name)]);
  } finally {
    vi.unstubAllEnvs();
    expect(await readdir(within("place"))).toEqual([]);
  }
}

/** The refusals, by what follows the folder. */
const refusals = ({ files }: ImportReport): string[][] =>
  files.flatMap(({ error, label }) =>
    error === null ? [] : [[path.relative(imports.folder, label), error.code, error.message]],
  );

const isWhole = { roundKey: KEY, complete: true, missing: [] };

describe("a round comes whole out of", () => {
  test.each([
    "rounds.tar.zst",
    "rounds.tar.xz",
    "rounds.tar.bz2",
    "rounds.7z",
    "bzip2.zip",
    "old.tar.gz",
    "macos.zip",
  ])("%s, and is known the next time", async (name) => {
    const report = await importAlone(name, await fixture(name));
    expect(report.rounds).toMatchObject([{ ...isWhole, status: "imported" }]);
    expect(refusals(report)).toEqual([]);
    const { totals } = await imports.run([within(name)]);
    expect(totals.rounds).toEqual({ imported: 0, replaced: 0, rejected: 0, skipped: 1 });
  });
});

describe("an archive in an archive", () => {
  test("is opened, whatever the two are", async () => {
    const inner = ["macos.zip", "rounds.7z", "rounds.tar.bz2", "old.tar.gz"];
    for (const name of inner) {
      const bytes = await fixture(name);
      const other = Buffer.from("a note");
      const outers = {
        "outer.tar.gz": gzipSync(await tarOf({ "readme.txt": other, [name]: bytes })),
        "outer.zip": zipOf(
          [
            { name: "readme.txt", bytes: other },
            { name, bytes },
          ],
          true,
        ),
      };
      for (const [outer, outerBytes] of Object.entries(outers)) {
        const report = await importAlone(outer, outerBytes);
        expect([name, outer, ...report.rounds]).toMatchObject([
          name,
          outer,
          { ...isWhole, status: "imported" },
        ]);
        expect(report.files[0]?.label.startsWith(`${within(outer)}!${name}!`)).toBe(true);
        expect(refusals(report)).toEqual([]);
        await forget();
      }
    }
  });

  test("in an archive is named; what lies beside it comes out", async () => {
    const middle = zipOf([{ name: "inner.zip", bytes: await fixture("macos.zip") }], true);
    const outer = await tarOf({ "middle.zip": middle, "rounds.7z": await fixture("rounds.7z") });
    const report = await importAlone("outer.tar", outer);
    expect(report.rounds).toMatchObject([{ ...isWhole, status: "imported" }]);
    expect(refusals(report)).toEqual([
      ["outer.tar!middle.zip!inner.zip", "E_ARCHIVE", expect.stringContaining("unpack the outermost")],
    ]);
  });

  test("that is damaged is named; what lies beside it comes out", async () => {
    const outer = await tarOf({
      "cut.tar.xz": await fixture("cut.tar.xz"),
      "good.7z": await fixture("rounds.7z"),
    });
    const report = await importAlone("outer.tar", outer);
    expect(report.rounds).toMatchObject([{ ...isWhole, status: "imported" }]);
    expect(refusals(report)).toEqual([
      [
        "outer.tar!cut.tar.xz",
        "E_ARCHIVE",
        "cannot be unpacked: unexpected end of data; nothing of it was taken",
      ],
    ]);
  });
});

describe("what cannot be unpacked is named once, with what to do", () => {
  test.each([
    ["password.zip", "5 of its 5 entries need a password: unpack it, and import what is in it"],
    ["password.7z", "cannot be unpacked: it needs a password"],
    ["hidden.7z", "cannot be unpacked: it needs a password"],
    ["cut.tar.xz", "cannot be unpacked: unexpected end of data; nothing of it was taken"],
  ])("%s", async (name, message) => {
    const report = await importAlone(name, await fixture(name));
    expect(refusals(report)).toEqual([[name, "E_ARCHIVE", message]]);
    expect(report.rounds).toEqual([]);
  });

  test.each([
    ["season.lz4", Buffer.from([4, 0x22, 0x4d, 0x18, 1, 2, 3]), "cannot be unpacked by prox (LZ4)"],
    ["season.tar.lz", Buffer.from("LZIP\u0001\u0000"), "cannot be unpacked by prox (lzip)"],
    ["season.ace", Buffer.from("\0\0\0\0\0\0\0**ACE**"), "cannot be unpacked by prox (ACE)"],
    [
      "season.rar",
      Buffer.from([1, 2, 3, 4]),
      "has the name of a packed file, and is of no kind that prox knows",
    ],
    ["twice.gz", gzipSync(gzipSync("x")), "is packed more than once"],
  ])("%s in a folder that is imported", async (name, bytes, message) => {
    await mkdir(within("season"));
    await writeFile(within("season", name), bytes);
    expect(refusals(await imports.run([within("season")]))).toEqual([
      [`season/${name}`, "E_ARCHIVE", expect.stringContaining(message)],
    ]);
  });

  test.each([
    ["season.7z", Buffer.from("<html>404 not found</html>"), "E_NOT_ROUND_FILE"],
    ["season.zip", Buffer.alloc(0), "E_EMPTY_FILE"],
    ["season.cpio", Buffer.from(`070701${"0".repeat(104)}`), "E_ARCHIVE"],
    ["season.iso", Buffer.alloc(40_000), "E_ARCHIVE"],
    ["season.tar.zst", frameOf(Buffer.from("no archive")), "E_NOT_ROUND_FILE"],
    ["season.r00", Buffer.from([1, 2, 3]), "E_ARCHIVE"],
  ])("%s, which holds nothing of the kind", async (name, bytes, code) => {
    await mkdir(within("season"));
    await writeFile(within("season", name), bytes);
    const found = [[`season/${name}`, code, expect.any(String)]];
    expect(refusals(await imports.run([within("season")]))).toEqual(found);
    const { files } = await validateFiles(findPaths([within("season")]));
    expect(files.map(({ issues: [issue], label }) => [path.basename(label), issue?.code])).toEqual([
      [name, code],
    ]);
  });
});

/** A frame of zstd that holds these bytes as they are, by RFC 8878; at most 255. */
function frameOf(bytes: Buffer): Buffer {
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, bytes.length, 0, 0, 0]);
  head.writeUIntLE((bytes.length << 3) | 1, 6, 3);
  return Buffer.concat([head, bytes]);
}

test("files that another system put there, and packed files of another kind, are no bad files", async () => {
  const finder = Buffer.from("\0\u0005\u0016\u0007\0\u0002\0\0Mac OS X", "latin1");
  await mkdir(within("season"));
  const others = {
    "._season.zip": finder,
    "._x_combat.txt": finder,
    ".DS_Store": Buffer.from("\0\0\0\u0001Bud1", "latin1"),
    "Thumbs.db": Buffer.from("\u00d0\u00cf\u0011\u00e0", "latin1"),
    "desktop.ini": Buffer.from("[.ShellClassInfo]\r\n"),
    "demo.dm_84.zst": frameOf(Buffer.from([1, 0, 2, 0])),
  };
  for (const [name, bytes] of Object.entries(others)) await writeFile(within("season", name), bytes);
  await writeFile(within("season.tar"), await tarOf(others));
  const report = await imports.run([within("season"), within("season.tar")]);
  expect(refusals(report)).toEqual([]);
  expect(report.totals.files.passedOver).toBe(12);
});
