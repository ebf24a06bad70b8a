import { createWriteStream } from "node:fs";
import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { gzipSync } from "node:zlib";

import tar from "tar-stream";
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

async function tarOf(entries: readonly Entry[]): Promise<Buffer> {
  const pack = tar.pack();
  for (const { bytes, name } of entries) pack.entry({ name }, bytes);
  pack.finalize();
  const file = path.join(imports.folder, "packed");
  await pipeline(pack, createWriteStream(file));
  const bytes = await readFile(file);
  await rm(file);
  return bytes;
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
    const [combat, engagements, heatmap, positions] = await roundEntries([key]);
    if (!combat || !engagements || !heatmap || !positions) throw new Error("four files were expected");
    const place = path.join(imports.folder, "places");
    await mkdir(place);
    await writeFile(path.join(place, "a.tar"), await tarOf([combat]));
    await writeFile(path.join(place, "b.tar.gz"), gzipSync(await tarOf([engagements])));
    await writeFile(path.join(place, "c.zip"), zipOf([heatmap], true));
    await writeFile(path.join(place, "d.gz"), gzipSync(positions.bytes));
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
  expect(report.totals.files).toEqual({ imported: 4, skipped: 0, rejected: 0, passedOver: 2 });
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
  expect(report.files).toHaveLength(4);
});

test("a path that is not there stops the import before it begins", async () => {
  await expect(run([path.join(imports.folder, "nowhere")])).rejects.toMatchObject({
    code: "E_PATH",
  });
});
