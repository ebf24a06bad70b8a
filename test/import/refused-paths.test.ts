/** What is refused before its content is known is told once, and forgotten when it can be read. */
import { mkdir, readFile, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";

import { packTar } from "modern-tar";
import { expect, test } from "vitest";

import { readContents } from "../../src/db/status.ts";
import type { ImportReport } from "../../src/import/report.ts";
import { setUpImports } from "../support/import.ts";
import { writeRound } from "../support/round-files.ts";
import { zipOf } from "../support/zip.ts";

const imports = setUpImports();
const { newKey, run } = imports;

/** Which files were refused, with the code and whether that was told before. */
const told = ({ files }: ImportReport): unknown[] =>
  files.flatMap(({ error, isKnown, label }) =>
    error === null ? [] : [[path.basename(label), error.code, isKnown]],
  );
const listed = async (): Promise<unknown[]> => [
  ...(await imports.sql`
    select regexp_replace(label, '.*/', '') as name, error_code from refused_paths order by 1`),
];

test("a damaged archive, a folder that leads nowhere and a bad name are told once, counted, and forgotten when they are right", async () => {
  const within = (name: string): string => path.join(imports.folder, name);
  await writeRound(within("source"), newKey());
  const names = await readdir(within("source"));
  const files = await Promise.all(
    names.map(async (name) => ({ name, bytes: await readFile(path.join(within("source"), name)) })),
  );
  await rm(within("source"), { recursive: true });
  const tar = await packTar(
    files.map(({ bytes, name }) => ({ header: { name, size: bytes.length }, body: bytes })),
  );
  const archive = gzipSync(tar);
  await writeFile(within("cut.tar.gz"), archive.subarray(0, archive.length - 40));
  await writeFile(
    within("name.zip"),
    zipOf([{ name: "a\0b_combat.txt", bytes: Buffer.from("#prox") }], true),
  );
  await mkdir(within("pipe"));
  await symlink("/dev/null", within("null_combat.txt"));
  const missing = within("missing_combat.txt");
  const paths = [within("cut.tar.gz"), within("name.zip"), within("null_combat.txt"), missing];

  const first = await run(paths);
  // The entry that the cut went through has a content, and so a hash; the others have none.
  expect(told(first)).toEqual([
    [`cut.tar.gz!${names.at(-1) ?? ""}`, "E_ARCHIVE", false],
    ["cut.tar.gz", "E_ARCHIVE", false],
    ["name.zip!a\0b_combat.txt", "E_NAME", false],
    ["null_combat.txt", "E_READ", false],
    ["missing_combat.txt", "E_READ", false],
  ]);
  const again = await run(paths);
  expect(told(again).map((row) => (row as unknown[])[2])).toEqual([true, true, true, true, true]);
  expect(again.totals).toMatchObject({ rejectedBefore: 5, files: { rejected: 5 } });
  expect((await run(paths, { dryRun: true })).totals.rejectedBefore).toBe(5);
  expect(await listed()).toEqual([
    { name: "cut.tar.gz", error_code: "E_ARCHIVE" },
    { name: "missing_combat.txt", error_code: "E_READ" },
    { name: "name.zip!a\\x00b_combat.txt", error_code: "E_NAME" },
    { name: "null_combat.txt", error_code: "E_READ" },
  ]);
  expect((await readContents(imports.sql))?.rejectedFiles).toBe(5);

  // Another reason is news; what can be read now is no longer refused.
  await writeFile(within("cut.tar.gz"), archive);
  await rm(within("null_combat.txt"));
  await mkdir(missing);
  await rename(missing, within("null_combat.txt"));
  const { combat } = await writeRound(within("fixed"), newKey());
  await rename(combat, missing);
  const fixed = await run([...paths.slice(0, 2), missing]);
  expect(told(fixed)).toEqual([["name.zip!a\0b_combat.txt", "E_NAME", true]]);
  expect(await listed()).toEqual([
    { name: "name.zip!a\\x00b_combat.txt", error_code: "E_NAME" },
    { name: "null_combat.txt", error_code: "E_READ" },
  ]);
});

test("a rehearsal remembers nothing, and another reason is told again", async () => {
  const archive = path.join(imports.folder, "bad.zip");
  await writeFile(archive, Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.alloc(40)]));
  const counted = async (): Promise<unknown> =>
    (await imports.sql`select from refused_paths where label = ${archive}`).length;
  expect(told(await run([archive], { dryRun: true }))).toEqual([["bad.zip", "E_ARCHIVE", false]]);
  expect(await counted()).toBe(0);
  await run([archive]);
  await imports.sql`update refused_paths set error_message = 'another reason' where label = ${archive}`;
  expect(told(await run([archive]))).toEqual([["bad.zip", "E_ARCHIVE", false]]);
  expect(await counted()).toBe(1);
});

test("files of a damaged archive that have no checksum of their own, and files that were superseded, are told once", async () => {
  const key = newKey();
  const { combat } = await writeRound(imports.folder, key);
  const other = await writeRound(path.join(imports.folder, "other"), key, { combat: { rows: [] } });
  await run([combat]);
  await run([other.combat], { replace: true });
  expect(told(await run([combat]))).toEqual([[path.basename(combat), "E_CONFLICT", false]]);
  expect(told(await run([combat]))).toEqual([[path.basename(combat), "E_CONFLICT", true]]);
});
