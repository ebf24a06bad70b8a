/** The folder of a site: what is written, left alone and removed, also after a build that was killed. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { SiteFolder } from "../../src/site/site-folder.ts";
import { refusal } from "../support/refusal.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "prox-site-folder-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const at = (name: string): string => path.join(folder, name);

async function build(parts: Readonly<Record<string, { stamp: string; files: Record<string, string> }>>) {
  const site = SiteFolder.open(folder);
  const made: string[] = [];
  for (const [name, { files, stamp }] of Object.entries(parts)) {
    if (site.keep(name, stamp)) continue;
    made.push(name);
    await site.make(name, stamp, (put) => {
      for (const [file, text] of Object.entries(files)) put(file, text);
    });
  }
  const { removed, written } = site.finish();
  return { made, written, removed };
}

const ONE = { stamp: "1", files: { "a/index.html": "one" } };
const TWO = { stamp: "1", files: { "b/index.html": "two", "b/c.svg": "three" } };

test("writes what is new, leaves alone what is the same, and removes what is gone with its folder", async () => {
  expect(await build({ ONE, TWO })).toEqual({
    made: ["ONE", "TWO"],
    written: ["a/index.html", "b/index.html", "b/c.svg"],
    removed: [],
  });
  const { mtimeMs } = statSync(at("b/c.svg"));
  expect(await build({ ONE, TWO })).toEqual({ made: [], written: [], removed: [] });
  const other = { stamp: "2", files: { "b/index.html": "other", "b/c.svg": "three" } };
  expect(await build({ ONE, TWO: other })).toEqual({ made: ["TWO"], written: ["b/index.html"], removed: [] });
  expect(statSync(at("b/c.svg")).mtimeMs).toBe(mtimeMs);
  expect(await build({ ONE })).toEqual({ made: [], written: [], removed: ["b/index.html", "b/c.svg"] });
  expect([existsSync(at("a/index.html")), existsSync(at("b"))]).toEqual([true, false]);
});

test("a part without a stamp is made each time, and files that somebody changed in length or deleted come back", async () => {
  const list = { stamp: "", files: { "index.html": "list" } };
  await build({ list, ONE });
  writeFileSync(at("a/index.html"), "longer than it was");
  expect(await build({ list, ONE })).toEqual({
    made: ["list", "ONE"],
    written: ["a/index.html"],
    removed: [],
  });
  rmSync(at("a/index.html"));
  expect((await build({ list, ONE })).written).toEqual(["a/index.html"]);
});

test("files of others in the folder stay, and a folder of others is refused", async () => {
  await build({ ONE, TWO });
  writeFileSync(at("b/mine.txt"), "mine");
  await build({ ONE });
  expect(readFileSync(at("b/mine.txt"), "utf8")).toBe("mine");
  rmSync(at(".prox-site.json"));
  expect(await refusal(build({ ONE }))).toMatchObject({ code: "E_SITE_FOLDER" });
});

test("a build that was killed leaves nothing that the next one does not put right", async () => {
  await build({ ONE, TWO });
  // Killed after it wrote one file with other bytes, one new file, and half of a third.
  writeFileSync(at(".prox-site.journal"), "b/c.svg\nnew/index.html\nhalf/index.html\n");
  writeFileSync(at("b/c.svg"), "THREE");
  mkdirSync(at("new"));
  writeFileSync(at("new/index.html"), "new");
  mkdirSync(at("half"));
  writeFileSync(at("half/index.html.part"), "ha");
  expect(await build({ ONE, TWO })).toEqual({
    made: ["TWO"],
    written: ["b/c.svg"],
    removed: ["new/index.html"],
  });
  expect(readFileSync(at("b/c.svg"), "utf8")).toBe("three");
  expect([existsSync(at("new")), existsSync(at("half")), existsSync(at(".prox-site.journal"))]).toEqual([
    false,
    false,
    false,
  ]);
});

test("a manifest that is damaged, or names files outside, is refused", async () => {
  await build({ ONE });
  for (const text of [
    "{",
    '{"format":1,"parts":{"x":{"stamp":"","files":{"../x":["",1]}}}}',
    '{"format":2,"parts":{}}',
  ]) {
    writeFileSync(at(".prox-site.json"), text);
    expect(await refusal(build({ ONE }))).toMatchObject({ code: "E_SITE_FOLDER" });
  }
});
