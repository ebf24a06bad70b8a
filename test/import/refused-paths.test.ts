/** What is refused before its content is known is told once, and forgotten when it can be read. */
import { mkdir, readFile, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";

import { packTar } from "modern-tar";
import { expect, test } from "vitest";

import { readContents } from "../../src/db/status.ts";
import { importRounds } from "../../src/import/import-rounds.ts";
import type { ImportReport } from "../../src/import/report.ts";
import { setUpImports } from "../support/import.ts";
import { writeRound } from "../support/round-files.ts";

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
  await writeFile(within("season.lz4"), Buffer.from("\u0004\u0022\u004d\u0018 and so on", "latin1"));
  await mkdir(within("pipe"));
  await symlink("/dev/null", within("null_combat.txt"));
  const missing = within("missing_combat.txt");
  const paths = [within("cut.tar.gz"), within("season.lz4"), within("null_combat.txt"), missing];

  const first = await run(paths);
  // The entry that the cut went through has a content, and so a hash; the others have none.
  expect(told(first)).toEqual([
    [`cut.tar.gz!${names.at(-1) ?? ""}`, "E_ARCHIVE", false],
    ["cut.tar.gz", "E_ARCHIVE", false],
    ["season.lz4", "E_ARCHIVE", false],
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
    { name: "null_combat.txt", error_code: "E_READ" },
    { name: "season.lz4", error_code: "E_ARCHIVE" },
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
  expect(told(fixed)).toEqual([["season.lz4", "E_ARCHIVE", true]]);
  expect(await listed()).toEqual([
    { name: "null_combat.txt", error_code: "E_READ" },
    { name: "season.lz4", error_code: "E_ARCHIVE" },
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

/** How many files `prox status` and `prox db status` count as rejected. */
const counted = async (): Promise<number | undefined> => (await readContents(imports.sql))?.rejectedFiles;

test("what was refused and is gone from its folder is no longer counted, and no news when it comes back", async () => {
  await imports.sql`truncate import_files, refused_paths, rounds cascade`;
  const within = (...names: string[]): string => path.join(imports.folder, ...names);
  await mkdir(within("all/below"), { recursive: true });
  await mkdir(within("all-too"));
  const bad = [
    within("all/0_combat.txt"),
    within("all/below/1_combat.txt"),
    within("all-too/2_combat.txt"),
    within("all/below/bad.zip"),
  ];
  const [above = "", below = "", beside = "", archive = ""] = bad;
  const write = async (): Promise<void> => {
    for (const file of [above, below, beside]) await writeFile(file, `junk ${path.basename(file)}`);
    await writeFile(archive, Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.alloc(40)]));
  };
  await write();
  // A round whose fault shows only while it is stored.
  const { heatmap } = await writeRound(within("all/round"), newKey(), {
    heatmap: { rows: [{ kills: "x" }] },
  });
  expect((await run([within("all"), within("all-too")])).totals).toMatchObject({ files: { rejected: 5 } });
  expect(await counted()).toBe(5);

  for (const file of [...bad, heatmap]) await rm(file);
  // Nobody looked: a rehearsal changes nothing, and what watches a folder gives only the files that have changed.
  await run([within("all/round")], { dryRun: true });
  await run([within("all/round")], { folders: [] });
  expect(await counted()).toBe(5);
  await run([within("all/round")]);
  expect(await counted()).toBe(4);
  // Its name begins like that of the folder.
  await run([within("all")]);
  expect(await counted()).toBe(1);
  await run([within("all-too")]);
  expect(await counted()).toBe(0);

  await write();
  expect(told(await run([within("all"), within("all-too")])).map((row) => (row as unknown[])[2])).toEqual(
    Array(4).fill(true),
  );
  expect(await counted()).toBe(4);
});

test("below a folder that cannot be listed nothing is gone; what is gone for a month is forgotten", async () => {
  await imports.sql`truncate import_files, refused_paths cascade`;
  const closed = path.join(imports.folder, "closed");
  await mkdir(closed);
  const archive = path.join(closed, "bad.zip");
  await writeFile(archive, Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.alloc(40)]));
  await writeFile(path.join(closed, "0_combat.txt"), "junk");
  await run([imports.folder]);
  await rm(closed, { recursive: true });
  const error = Object.assign(new Error("EACCES: permission denied"), { code: "EACCES", syscall: "scandir" });
  const options = {
    badRows: "reject-file",
    replace: false,
    dryRun: false,
    folders: [imports.folder],
  } as const;
  await importRounds(imports.sql, [{ path: closed, isNamed: false, error }], options);
  // The folder itself is the third.
  expect(await counted()).toBe(3);
  await run([imports.folder]);
  expect(await counted()).toBe(0);
  const paths = async (): Promise<number> => (await imports.sql`select from refused_paths`).length;
  expect(await paths()).toBe(2);
  await imports.sql`update refused_paths set gone_at = gone_at - interval '31 days' where label = ${archive}`;
  await run([imports.folder]);
  expect(await paths()).toBe(1);
});
