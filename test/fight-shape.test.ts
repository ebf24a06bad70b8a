/** One meaning of NvM: every place that writes it uses one function. */
import { readdir, readFile } from "node:fs/promises";

import { expect, test } from "vitest";

import { fightShape } from "../src/fight-shape.ts";
import { packagePath } from "../src/package-root.ts";

test("so many against so many", () => {
  expect(fightShape(2, 1)).toBe("2v1");
});

test("no other source but the page of a replay writes it itself", async () => {
  const names = await readdir(packagePath("src"), { recursive: true });
  const sources = names.filter((name) => name.endsWith(".ts") && name !== "fight-shape.ts");
  expect(sources.length).toBeGreaterThan(300);
  const texts = await Promise.all(
    sources.map(async (name) => [name, await readFile(packagePath(`src/${name}`), "utf8")] as const),
  );
  // A number, `v`, a number; `v${x}` behind anything else is a version.
  const written = texts.filter(([, text]) => /\}v\$\{|\b\dv\$\{|\+ "v" \+/u.test(text)).map(([name]) => name);
  // Modules of a page import no others.
  expect(written).toEqual(["replay/page/effects-layer.ts"]);
  const using = texts.filter(([, text]) => text.includes("fightShape(")).map(([name]) => name);
  expect(using.length).toBeGreaterThan(8);
});
