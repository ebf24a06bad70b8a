/** What is known by path, size and time is not opened; what may have changed is. */
import files from "node:fs";
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";

import { packTar } from "modern-tar";
import { beforeEach, expect, test } from "vitest";

import { setUpImports } from "../support/import.ts";
import { writeRound } from "../support/round-files.ts";
import { zipOf } from "../support/zip.ts";

const imports = setUpImports();
const { newKey, run } = imports;
const within = (name: string): string => path.join(imports.folder, name);

/** Longer than a file must rest before its times are trusted. */
const REST_MS = 2100;
let opened: string[] = [];

// Every opening of a file that Node itself sees.
beforeEach(() => {
  const { open, openSync } = files;
  const spyOn =
    <Result>(original: (...all: never[]) => Result) =>
    (file: unknown, ...others: unknown[]): Result => {
      opened.push(path.basename(String(file)));
      return Reflect.apply(original, files, [file, ...others]) as Result;
    };
  Object.assign(files, { open: spyOn(open), openSync: spyOn(openSync) });
  syncBuiltinESMExports();
  return () => {
    Object.assign(files, { open, openSync });
    syncBuiltinESMExports();
  };
});

/** Imports the folder; returns what was opened, and the fates of rounds and files. */
async function importAll(options: Parameters<typeof run>[1] = {}) {
  opened = [];
  const { files, rounds, totals } = await run([imports.folder], options);
  return {
    opened,
    totals,
    rounds: rounds.map(({ status }) => status),
    labels: files.map(({ label }) => label).sort(),
  };
}

const filesOf = async (folder: string): Promise<{ name: string; bytes: Buffer }[]> => {
  const names = await fs.readdir(folder);
  return Promise.all(
    names.map(async (name) => ({ name, bytes: await fs.readFile(path.join(folder, name)) })),
  );
};

test("known files are not opened, in archives neither; what is told of them is the same", async () => {
  await writeRound(within("plain"), newKey());
  for (const kind of ["tar", "zip"]) {
    await writeRound(within(kind), newKey());
    const files = await filesOf(within(kind));
    await fs.rm(within(kind), { recursive: true });
    const tar = await packTar(
      files.map(({ bytes, name }) => ({ header: { name, size: bytes.length }, body: bytes })),
    );
    await fs.writeFile(within(`round.${kind}`), kind === "zip" ? zipOf(files, true) : gzipSync(tar));
  }
  await fs.writeFile(within("notes.txt"), "nothing of a round");
  await fs.writeFile(within("empty_combat.txt"), "junk");
  await sleep(REST_MS);

  const first = await importAll();
  expect(first.rounds).toEqual(["imported", "imported", "imported"]);
  const again = await importAll();
  expect(again.opened).toEqual([]);
  expect(again.rounds).toEqual(["skipped", "skipped", "skipped"]);
  expect(again.labels).toEqual(first.labels);
  expect(again.totals.files).toEqual({
    imported: 0,
    skipped: first.totals.files.imported,
    rejected: 1,
    passedOver: 1,
  });
  expect(again.totals).toMatchObject({ rejectedBefore: 1, notOpened: first.totals.files.imported + 2 });

  const verified = await importAll({ verify: true });
  // The plain files, both archives (a zip three times), and two that are no round files.
  expect(verified.opened.length).toBe(first.totals.files.imported / 3 + 6);
  expect(verified.totals).toMatchObject({ notOpened: 0, files: again.totals.files });

  // A file that is named is judged by its content again: what was passed over is refused now.
  opened = [];
  const named = await run([within("notes.txt")]);
  expect(opened).toEqual(["notes.txt"]);
  expect(named.totals.files.rejected).toBe(1);
  expect((await importAll()).totals.files.passedOver).toBe(1);
});

test("a file that is exchanged for one of the same size and time of change is read", async () => {
  const key = newKey();
  const { combat } = await writeRound(imports.folder, key);
  const bytes = await fs.readFile(combat);
  // A whole second, as Node sets no finer time.
  const then = new Date("2026-01-31T19:30:00Z");
  await fs.utimes(combat, then, then);
  await sleep(REST_MS);
  await importAll();
  const forged = Buffer.from(bytes);
  forged[forged.length - 3] = forged[forged.length - 3] === 0x30 ? 0x31 : 0x30;
  await fs.writeFile(within("new"), forged);
  await fs.utimes(within("new"), then, then);
  await fs.rename(within("new"), combat);
  const after = await importAll();
  expect(after.opened).toContain(path.basename(combat));
  expect(after.totals.files.rejected).toBe(1);
});

test("a file that was written this moment is read again, once", async () => {
  await writeRound(imports.folder, newKey());
  expect((await importAll()).rounds).toEqual(["imported"]);
  expect((await importAll()).opened.length).toBeGreaterThan(0);
  await sleep(REST_MS);
  expect((await importAll()).opened.length).toBeGreaterThan(0);
  expect((await importAll()).opened).toEqual([]);
});

test("what is known of a path counts for nothing where its content is not stored", async () => {
  const key = newKey();
  await writeRound(imports.folder, key);
  await sleep(REST_MS);
  // A rehearsal writes nothing down.
  await importAll({ dryRun: true });
  expect((await imports.sql`select from known_paths where starts_with(path, ${imports.folder})`).length).toBe(
    0,
  );
  await importAll();
  await imports.sql`truncate import_files, rounds cascade`;
  const after = await importAll();
  expect(after.rounds).toEqual(["imported"]);
  expect(after.totals.notOpened).toBe(after.totals.files.imported);
});

test("another version of prox reads the files, and so does one that finds them half a year later", async () => {
  await writeRound(imports.folder, newKey());
  await sleep(REST_MS);
  await importAll();
  await imports.sql`update known_paths set prox_version = '0.0.1'`;
  expect((await importAll()).opened.length).toBeGreaterThan(0);
  expect((await importAll()).opened).toEqual([]);
  await imports.sql`update known_paths set read_at = now() - interval '181 days'`;
  await importAll();
  expect((await importAll()).opened.length).toBeGreaterThan(0);
});

test("known files of a round are opened where another file of it is new", async () => {
  const key = newKey();
  const { combat } = await writeRound(within("zip"), key);
  const files = await filesOf(within("zip"));
  const last = path.basename(combat);
  await fs.rm(within("zip"), { recursive: true });
  const others = files.filter(({ name }) => name !== last);
  await fs.writeFile(within("round.zip"), zipOf(others, false));
  await sleep(REST_MS);
  expect((await importAll()).rounds).toEqual(["imported"]);
  // What is stored is gone, so that all is needed again, from the archive by its numbers.
  await imports.sql`truncate import_files, rounds cascade`;
  await fs.writeFile(within(last), files.find(({ name }) => name === last)?.bytes ?? "");
  const after = await importAll();
  expect(after.rounds).toEqual(["imported"]);
  expect(after.totals).toMatchObject({
    notOpened: others.length,
    files: { imported: files.length, rejected: 0 },
  });
});
