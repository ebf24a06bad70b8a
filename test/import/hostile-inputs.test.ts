/** Inputs whose name, content or order could end an import: each is refused by name, and the rest goes on. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { gzipSync } from "node:zlib";

import { packTar } from "modern-tar";
import { describe, expect, test } from "vitest";

import { importRounds } from "../../src/import/import-rounds.ts";
import type { ImportReport } from "../../src/import/report.ts";
import { findPaths } from "../../src/import/find-paths.ts";
import { validateFiles } from "../../src/import/validate-files.ts";
import { watchPaths } from "../../src/import/watch.ts";
import { setUpImports } from "../support/import.ts";
import { DEFAULT_PLAYERS, writeRound } from "../support/round-files.ts";
import { zipOf, type ZipEntry } from "../support/zip.ts";

const imports = setUpImports();
const { newKey, run } = imports;

const within = (name: string): string => path.join(imports.folder, name);

/** The files of a round, written with these values, and taken off the folder again. */
async function entriesOf(key: string, values: Parameters<typeof writeRound>[2] = {}): Promise<ZipEntry[]> {
  const source = within("source");
  await writeRound(source, key, values);
  const names = (await readdir(source)).sort();
  const entries = await Promise.all(
    names.map(async (name) => ({ name, bytes: await readFile(path.join(source, name)) })),
  );
  await rm(source, { recursive: true });
  return entries;
}

async function tarOf(entries: readonly ZipEntry[]): Promise<Buffer> {
  const files = entries.map(({ bytes, name }) => ({ header: { name, size: bytes.length }, body: bytes }));
  return Buffer.from(await packTar(files));
}

/** What was refused, by the end of its name. */
function refusals({ files }: ImportReport): (string | undefined)[][] {
  return files.flatMap(({ error, label }) => (error === null ? [] : [[path.basename(label), error.code]]));
}

async function expectImported(key: string): Promise<void> {
  const [round] = await imports.sql`select is_complete from rounds where round_key = ${key}`;
  expect(round).toEqual({ is_complete: true });
}

describe("a name that no database can hold", () => {
  test("of an entry of .zip and .tar: it is a label, and the NUL in it is replaced", async () => {
    const [zipped, tarred, plain] = [newKey(), newKey(), newKey()];
    const [first, ...others] = await entriesOf(zipped);
    if (first === undefined) throw new Error("files were expected");
    await writeFile(within("a.zip"), zipOf([{ ...first, name: "a\0b_combat.txt" }, ...others], true));
    const [one, ...rest] = await entriesOf(tarred);
    if (one === undefined) throw new Error("files were expected");
    await writeFile(
      within("b.tar"),
      await tarOf([{ ...one, name: `${"long".repeat(40)}\0b_combat.txt` }, ...rest]),
    );
    await writeRound(within("c"), plain);
    const report = await run([imports.folder]);
    expect(refusals(report)).toEqual([]);
    expect(report.totals.files).toMatchObject({ imported: 15, rejected: 0 });
    const labels = report.files.map(({ label }) => path.basename(label));
    expect(labels).toContain("a.zip!a\uFFFDb_combat.txt");
    expect(labels).toContain(`b.tar!${"long".repeat(40)}\uFFFDb_combat.txt`);
    for (const key of [zipped, tarred, plain]) await expectImported(key);
    const { totals } = await validateFiles(findPaths([imports.folder]));
    expect(totals).toMatchObject({ valid: 15, invalid: 0 });
  });

  test("of a path: it is refused by name, the others are imported", async () => {
    const key = newKey();
    await writeRound(within("good"), key);
    await writeFile(Buffer.concat([Buffer.from(`${imports.folder}/`), Buffer.from([0xff, 0xfe])]), "x");
    const report = await run([`${imports.folder}/a\0b.txt`, imports.folder]);
    expect(refusals(report)).toEqual([
      ["a\0b.txt", "E_NAME"],
      ["\uFFFD\uFFFD", "E_NAME"],
    ]);
    await expectImported(key);
  });

  test("names in .zip that are no good paths are labels like any other", async () => {
    const key = newKey();
    const entries = await entriesOf(key);
    const names = ["../../up", "/etc/absolute", "C:\\drive", "a\\b"];
    const renamed = entries.map(({ bytes }, index) => ({ name: names[index] ?? "", bytes }));
    await writeFile(within("paths.zip"), zipOf(renamed, true));
    expect((await run([within("paths.zip")])).totals.files).toMatchObject({ imported: 5, rejected: 0 });
  });

  test("is told once by --watch", async () => {
    // A name that is no UTF-8: no text of it finds the file.
    await writeFile(Buffer.concat([Buffer.from(`${imports.folder}/`), Buffer.from([0xff, 0xfe])]), "x");
    const end = new AbortController();
    const told: unknown[] = [];
    let looks = 0;
    await watchPaths(
      [imports.folder],
      async (files) => {
        const options = { badRows: "reject-file", replace: false, dryRun: false } as const;
        told.push(...refusals(await importRounds(imports.sql, files, options)));
        setTimeout(() => {
          end.abort();
        }, 2500);
        looks++;
        return true;
      },
      end.signal,
    );
    expect(told).toEqual([["\uFFFD\uFFFD", "E_NAME"]]);
    expect(looks).toBe(1);
  });
});

describe("what is no file is not waited for", () => {
  test("a named pipe, a link to one, a socket, a device, a folder that cannot be listed", async () => {
    const key = newKey();
    await writeRound(within("good"), key);
    execFileSync("mkfifo", [within("pipe")]);
    await symlink(within("pipe"), within("link"));
    const server = createServer().listen(within("socket"));
    await once(server, "listening");
    const named = ["pipe", "link", "socket"].map(within);
    const report = await run([...named, "/dev/zero", within("good")]);
    const denied = Object.assign(new Error("EACCES: permission denied"), {
      code: "EACCES",
      syscall: "scandir",
    });
    const options = { badRows: "reject-file", replace: false, dryRun: false } as const;
    const unlisted = [{ path: within("closed"), isNamed: false, error: denied }];
    const other = await importRounds(imports.sql, unlisted, options);
    server.close();
    expect(refusals(report)).toEqual([
      ["pipe", "E_READ"],
      ["link", "E_READ"],
      ["socket", "E_READ"],
      ["zero", "E_READ"],
    ]);
    expect(report.files[0]?.error?.message).toContain("a named pipe");
    expect(refusals(other)).toEqual([["closed", "E_READ"]]);
    await expectImported(key);
    // In a folder they are none of ours.
    expect((await run([imports.folder])).totals.files.rejected).toBe(0);
  }, 20_000);

  test("a path that is gone, among others that are there", async () => {
    const key = newKey();
    await writeRound(within("good"), key);
    expect(refusals(await run([within("gone"), within("good")]))).toEqual([["gone", "E_READ"]]);
    await expectImported(key);
  });
});

describe("an archive that is another one at the second reading", () => {
  const changes: Readonly<Record<string, (archive: string, entries: readonly ZipEntry[]) => Promise<void>>> =
    {
      "holds less": async (archive, entries) => writeFile(archive, await tarOf(entries.slice(0, 2))),
      "is empty": (archive) => writeFile(archive, ""),
      "is gone": (archive) => rm(archive),
      "is no archive": (archive) => writeFile(archive, Buffer.alloc(5000, 7)),
      "is cut in an entry": async (archive, entries) => {
        const whole = await tarOf(entries);
        await writeFile(archive, whole.subarray(0, whole.length / 2));
      },
      "holds other bytes": async (archive, entries) =>
        writeFile(
          archive,
          await tarOf(entries.map(({ name }) => ({ name, bytes: Buffer.alloc(4000, "x") }))),
        ),
    };

  test.each(Object.entries(changes))(
    "%s: each file is refused by name, the rest goes on",
    async (_, change) => {
      const [key, other] = [newKey(), newKey()];
      const entries = await entriesOf(key);
      const archive = within("rounds.tar");
      await writeFile(archive, await tarOf(entries));
      const changed = within("changed");
      await change(changed, entries).catch(() => undefined);
      const bytes = await readFile(changed).catch(() => undefined);
      await rm(changed, { force: true });
      await writeRound(within("good"), other);
      const nothing = (): void => undefined;
      const begin = (): void => {
        if (bytes === undefined) rmSync(archive);
        else writeFileSync(archive, bytes);
      };
      const report = await run([imports.folder], {
        progress: { surveyed: nothing, begin, rows: nothing, round: nothing },
      });
      const { imported, rejected } = report.totals.files;
      expect(imported + rejected).toBe(10);
      expect(rejected).toBeGreaterThanOrEqual(2);
      for (const [, code] of refusals(report)) expect(code).toMatch(/^E_(READ|ARCHIVE|FILE_CHANGED)$/);
      await expectImported(other);
    },
  );
});

describe("the checksum of an archive", () => {
  /** The entries stored as they are, with one byte of a row in the file of positions changed. */
  function flipped(archive: Buffer): Buffer {
    const at = archive.indexOf("\t82\t") + 1;
    archive[at] = "9".charCodeAt(0);
    return archive;
  }

  test(".zip: an entry whose bytes do not fit is refused, though it has no checksum of its own", async () => {
    const key = newKey();
    const entries = await entriesOf(key, { all: { cutBytes: 0 } });
    await writeFile(within("flipped.zip"), flipped(zipOf(entries, false)));
    const report = await run([within("flipped.zip")]);
    expect(report.files.map(({ error, kind }) => [kind, error?.code])).toContainEqual([null, "E_ARCHIVE"]);
    expect(report.rounds).toMatchObject([{ missing: ["positions"] }]);
    const { files } = await validateFiles(findPaths([within("flipped.zip")]));
    expect(files.flatMap(({ issues }) => issues.map(({ code }) => code))).toEqual(["E_ARCHIVE"]);
  });

  test(".gz: a file whose bytes do not fit sum or length is refused", async () => {
    const [entry] = await entriesOf(newKey(), { all: { cutBytes: 0 } });
    if (entry === undefined) throw new Error("a file was expected");
    for (const fromEnd of [8, 4]) {
      const packed = gzipSync(entry.bytes);
      packed.writeUInt32LE(0x01020304, packed.length - fromEnd);
      await writeFile(within("file.gz"), packed);
      expect(refusals(await run([within("file.gz")]))).toEqual([["file.gz", "E_ARCHIVE"]]);
    }
  });

  test(".tar.gz: files without a checksum of their own are refused, the others imported", async () => {
    const [cut, whole] = [newKey(), newKey()];
    const entries = [...(await entriesOf(cut, { all: { cutBytes: 0 } })), ...(await entriesOf(whole))];
    // Far enough from the end that it is out before the sum is checked.
    entries.push({ name: "other.bin", bytes: randomBytes(4 << 20) });
    const packed = gzipSync(await tarOf(entries));
    packed.writeUInt32LE(0x01020304, packed.length - 8);
    await writeFile(within("rounds.tar.gz"), packed);
    const report = await run([within("rounds.tar.gz")]);
    expect(refusals(report).map(([, code]) => code)).toEqual(Array(6).fill("E_ARCHIVE"));
    expect(report.rounds).toMatchObject([{ roundKey: whole, status: "imported", complete: true }]);
  });
});

describe("contents that the database cannot hold", () => {
  test("a text that is too long for an index is refused by the parser", async () => {
    const [key, good] = [newKey(), newKey()];
    // Every character takes three bytes, and none repeats: nothing of it can be compressed.
    const name = Array.from({ length: 1000 }, (_, index) => String.fromCodePoint(0x4e00 + index * 7)).join(
      "",
    );
    const players = [...DEFAULT_PLAYERS, { slot: 5, guid: "D".repeat(32), name }];
    await writeRound(within("bad"), key, { combat: { players } });
    await writeRound(within("good"), good);
    const report = await run([imports.folder]);
    expect(report.files.filter(({ error }) => error !== null)).toMatchObject([
      { error: { code: "E_NOTE", line: expect.any(Number) as number, field: "name" } },
    ]);
    await expectImported(good);
  });

  test("a time that no calendar has is refused by the parser, and takes no other file with it", async () => {
    const key = newKey();
    await writeRound(within("bad"), key, { positions: { header: { started_at: "0000-01-01T00:00:00Z" } } });
    const report = await run([imports.folder]);
    expect(report.files.filter(({ error }) => error !== null)).toMatchObject([
      { error: { code: "E_HEADER" } },
    ]);
    expect(report.rounds).toMatchObject([{ missing: ["positions"] }]);
  });

  test.each(["22003", "54000"])(
    "error %s while rows are copied takes no other file with it",
    async (code) => {
      const key = newKey();
      await mkdir(within("round"));
      await writeRound(within("round"), key);
      await imports.sql.unsafe(`
      create function refuse() returns trigger language plpgsql as
        $$ begin raise exception 'no' using errcode = '${code}'; end $$;
      create trigger refuse before insert on combat_events for each row execute function refuse()`);
      const report = await run([imports.folder]);
      await imports.sql.unsafe("drop trigger refuse on combat_events; drop function refuse()");
      expect(report.files.filter(({ error }) => error !== null)).toMatchObject([
        { kind: "combat", error: { code: "E_NOT_STORABLE" } },
      ]);
      expect(report.rounds).toMatchObject([{ missing: ["combat"] }]);
    },
  );
});
