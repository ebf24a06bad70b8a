import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";

import { packTar, type TarHeader } from "modern-tar";
import { describe, expect, test, vi } from "vitest";

import { setUpImports } from "../support/import.ts";
import { writeRound } from "../support/round-files.ts";
import { zipOf } from "../support/zip.ts";

const imports = setUpImports();
const { newKey, run } = imports;

interface Entry {
  readonly name: string;
  readonly bytes: Buffer;
}

/** The files of some rounds, in the order of their names. */
async function roundEntries(keys: readonly string[]): Promise<Entry[]> {
  const source = path.join(imports.folder, "source");
  for (const key of keys) await writeRound(source, key);
  const names = (await readdir(source)).sort();
  const entries = await Promise.all(
    names.map(async (name) => ({ name, bytes: await readFile(path.join(source, name)) })),
  );
  await rm(source, { recursive: true });
  return entries;
}

async function tarOf(entries: readonly (Entry & Partial<TarHeader>)[]): Promise<Buffer> {
  return Buffer.from(
    await packTar(
      entries.map(({ bytes, ...header }) => ({ header: { size: bytes.length, ...header }, body: bytes })),
    ),
  );
}

const newKeys = (count: number): string[] => Array.from({ length: count }, newKey);
/** Writes an archive and imports it; every round must come out whole, and nothing be left over. */
async function expectWhole(keys: readonly string[], name: string, bytes: Buffer): Promise<void> {
  const archive = path.join(imports.folder, name);
  await writeFile(archive, bytes);
  const place = path.join(imports.folder, "place");
  await mkdir(place, { recursive: true });
  vi.stubEnv("TMPDIR", place);
  const report = await run([archive]);
  vi.unstubAllEnvs();
  expect(report.rounds.map(({ complete, roundKey, status }) => [roundKey, status, complete]).sort()).toEqual(
    keys.map((key) => [key, "imported", true]).sort(),
  );
  expect(report.files.every(({ label }) => label.startsWith(archive))).toBe(true);
  expect(await readdir(place)).toEqual([]);
  const again = await run([archive]);
  expect(again.totals.rounds).toEqual({ imported: 0, replaced: 0, rejected: 0, skipped: keys.length });
}

describe("archives are told apart by content, and unpacked as streams", () => {
  test(".tar", async () => {
    const keys = newKeys(3);
    await expectWhole(keys, "rounds.tar", await tarOf(await roundEntries(keys)));
  });

  test(".tar.gz, under whatever name", async () => {
    const keys = newKeys(2);
    await expectWhole(keys, "rounds.bin", gzipSync(await tarOf(await roundEntries(keys))));
  });

  test(".zip, compressed and stored", async () => {
    for (const compress of [true, false]) {
      const keys = newKeys(2);
      await expectWhole(keys, "rounds.zip", zipOf(await roundEntries(keys), compress));
    }
  });

  test("compressed files within .tar and .zip", async () => {
    const keys = newKeys(2);
    const [tarred, zipped] = await Promise.all(
      keys.map(async (key, index) => {
        const own = path.join(imports.folder, String(index));
        await writeRound(own, key);
        const names = await readdir(own);
        return Promise.all(
          names.map(async (name) => ({
            name: `${name}.gz`,
            bytes: gzipSync(await readFile(path.join(own, name))),
          })),
        );
      }),
    );
    await expectWhole(keys.slice(0, 1), "one.tar", await tarOf(tarred ?? []));
    await expectWhole(keys.slice(1), "two.zip", zipOf(zipped ?? [], false));
  });

  test("rounds whose files lie far apart in an archive", async () => {
    const keys = newKeys(4);
    const entries = await roundEntries(keys);
    const scattered = [
      ...entries.filter((_, index) => index % 4 !== 0),
      ...entries.filter((_, index) => index % 4 === 0),
    ];
    await expectWhole(keys, "scattered.tar.gz", gzipSync(await tarOf(scattered)));
  });

  test("a round of which each file lies somewhere else", async () => {
    const [key = ""] = newKeys(1);
    const [combat, engagements, heatmap, objectives, positions] = await roundEntries([key]);
    if (!combat || !engagements || !heatmap || !objectives || !positions)
      throw new Error("five files were expected");
    const place = path.join(imports.folder, "places");
    await mkdir(place);
    await writeFile(path.join(place, "a.tar"), await tarOf([combat]));
    await writeFile(path.join(place, "b.tar.gz"), gzipSync(await tarOf([engagements])));
    await writeFile(path.join(place, "c.zip"), zipOf([heatmap], true));
    await writeFile(path.join(place, "d.gz"), gzipSync(positions.bytes));
    await writeFile(path.join(place, "e.txt"), objectives.bytes);
    const report = await run([place]);
    expect(report.rounds).toMatchObject([{ roundKey: key, status: "imported", complete: true }]);
  });
});

test("what is no round file is passed over and counted, in archives too", async () => {
  const [key = ""] = newKeys(1);
  const entries = await roundEntries([key]);
  const other = { name: "readme.md", bytes: Buffer.from("hello") };
  const large = { name: "map.pk3", bytes: Buffer.alloc(3_000_000, 7) };
  const archive = path.join(imports.folder, "mixed.tar.gz");
  await writeFile(archive, gzipSync(await tarOf([large, ...entries, other])));
  const report = await run([archive]);
  expect(report.rounds).toMatchObject([{ roundKey: key, complete: true }]);
  expect(report.totals.files).toEqual({ imported: 5, skipped: 0, rejected: 0, passedOver: 2 });
});

describe("a damaged archive is named, and what came out of it whole is kept", () => {
  test(".tar.gz that was cut", async () => {
    const keys = newKeys(3);
    const packed = await tarOf(await roundEntries(keys));
    // Cut within the third round: the two before are whole.
    const archive = path.join(imports.folder, "cut.tar");
    await writeFile(archive, packed.subarray(0, Math.floor(packed.length * 0.75)));
    const report = await run([archive]);
    expect(report.rounds.filter(({ complete }) => complete).map(({ roundKey }) => roundKey)).toEqual(
      keys.slice(0, 2),
    );
    expect(report.files.some(({ error, label }) => label === archive && error?.code === "E_ARCHIVE")).toBe(
      true,
    );
  });

  test(".gz that was cut, and a .zip whose entry is damaged", async () => {
    const [key = "", other = ""] = newKeys(2);
    const [combat] = await roundEntries([key]);
    if (combat === undefined) throw new Error("a file was expected");
    const packed = gzipSync(combat.bytes);
    await writeFile(path.join(imports.folder, "cut.gz"), packed.subarray(0, packed.length - 20));
    const zip = zipOf(await roundEntries([other]), true);
    zip.fill(0xff, 100, 140);
    await writeFile(path.join(imports.folder, "damaged.zip"), zip);
    const report = await run([imports.folder]);
    const refused = report.files.filter(({ fate }) => fate === "rejected");
    expect(refused.map(({ error }) => error?.code)).toEqual(["E_ARCHIVE", "E_ARCHIVE"]);
    expect(report.rounds).toMatchObject([{ roundKey: other, complete: false, missing: ["combat"] }]);
  });
});

test("links to files are followed, links to folders are not: they could lead in circles", async () => {
  const [key = ""] = newKeys(1);
  await writeRound(path.join(imports.folder, "real"), key);
  await mkdir(path.join(imports.folder, "links"));
  await symlink(imports.folder, path.join(imports.folder, "links", "circle"));
  const names = await readdir(path.join(imports.folder, "real"));
  for (const name of names)
    await symlink(path.join(imports.folder, "real", name), path.join(imports.folder, "links", name));
  const report = await run([path.join(imports.folder, "links")]);
  expect(report.rounds).toMatchObject([{ roundKey: key, complete: true }]);
  expect(report.files).toHaveLength(5);
});

test("a path that is not there stops the import before it begins", async () => {
  await expect(run([path.join(imports.folder, "nowhere")])).rejects.toMatchObject({
    code: "E_PATH",
  });
});

describe("an archive that was made to do harm", () => {
  const BLOCK_BYTES = 512;
  const SIZE_OFFSET = 124;
  const CHECKSUM_OFFSET = 148;

  /** The archive with another size in its first header, whose checksum is right again. */
  function withSize(packed: Buffer, size: string): Buffer {
    const header = packed.subarray(0, BLOCK_BYTES);
    header.write(size, SIZE_OFFSET, 12, "latin1");
    header.fill(" ", CHECKSUM_OFFSET, CHECKSUM_OFFSET + 8);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, CHECKSUM_OFFSET, 8, "latin1");
    return packed;
  }

  async function fileFaultOf(bytes: Buffer): Promise<(string | undefined)[]> {
    const archive = path.join(imports.folder, "hostile.tar.gz");
    await writeFile(archive, gzipSync(bytes));
    const report = await run([archive]);
    expect(report.rounds).toEqual([]);
    return report.files.map(({ error }) => error?.code);
  }

  const harmless = { name: "harmless", bytes: Buffer.alloc(10 * BLOCK_BYTES, "x") };

  test("names are labels: nothing is written where they point", async () => {
    const [key = ""] = newKeys(1);
    const [combat, ...others] = await roundEntries([key]);
    if (combat === undefined) throw new Error("files were expected");
    const target = path.join(imports.folder, "written");
    const archive = path.join(imports.folder, "names.tar");
    const entries = [
      { name: `../../..${target}`, bytes: combat.bytes },
      { name: target, bytes: Buffer.alloc(0), type: "symlink" as const, linkname: "/etc/passwd", size: 0 },
      { name: "hard link", bytes: Buffer.alloc(0), type: "link" as const, linkname: target, size: 0 },
      { name: "folder/", bytes: Buffer.alloc(0), type: "directory" as const, size: 0 },
      ...others,
    ];
    await writeFile(archive, await tarOf(entries));
    const report = await run([archive]);
    expect(report.rounds).toMatchObject([{ roundKey: key, complete: true }]);
    expect(report.totals.files).toEqual({ imported: 5, skipped: 0, rejected: 0, passedOver: 0 });
    expect(await readdir(imports.folder)).not.toContain("written");
  });

  test.each([
    ["a size below zero", `\u00ff${"\u00ff".repeat(11)}`],
    ["a size that is no number", "12a4567 901\0"],
  ])("%s", async (_name, size) => {
    expect(await fileFaultOf(withSize(await tarOf([harmless]), size))).toEqual(["E_ARCHIVE"]);
  });

  test("a size that the archive does not have: the entry is refused, and the archive named", async () => {
    const packed = withSize(await tarOf([harmless]), "77777777777\0");
    expect(await fileFaultOf(packed)).toEqual(["E_ARCHIVE", "E_ARCHIVE"]);
  });

  test("a header that does not fit its checksum", async () => {
    const packed = await tarOf([harmless]);
    packed[0] = 0x21;
    expect(await fileFaultOf(packed)).toEqual(["E_ARCHIVE"]);
  });

  test("an entry left unread does not end the archive", async () => {
    const [key = ""] = newKeys(1);
    const entries = await roundEntries([key]);
    const archive = path.join(imports.folder, "unread.tar");
    await writeFile(archive, await tarOf(entries.flatMap((entry) => [harmless, entry])));
    const report = await run([archive]);
    expect(report.rounds).toMatchObject([{ roundKey: key, complete: true }]);
  });

  test("an archive that ends between two entries is named as cut", async () => {
    const packed = await tarOf([harmless, harmless]);
    expect(await fileFaultOf(packed.subarray(0, packed.length / 2 - BLOCK_BYTES))).toEqual(["E_ARCHIVE"]);
  });
});
