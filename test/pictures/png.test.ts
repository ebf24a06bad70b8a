import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect, test } from "vitest";

import { renderPng } from "../../src/pictures/png.ts";
import { readPng } from "../support/png.ts";

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="120" height="60" viewBox="0 0 40 20">
  <rect width="20" height="20" fill="#f00"/><text x="20" y="18" font-size="20" fill="#00f">M</text></svg>`;

test("draws shapes, and text in a font of its own, as large as the picture says", async () => {
  const { height, pixel, width } = readPng(await renderPng(SVG));
  expect([width, height]).toEqual([120, 60]);
  expect(pixel(30, 30)).toEqual([255, 0, 0]);
  const blue = Array.from({ length: 60 * 60 }, (_, index) =>
    pixel(60 + (index % 60), Math.floor(index / 60)),
  );
  expect(blue.filter(([red, , amount]) => red === 0 && amount === 255).length).toBeGreaterThan(100);
});

test("where the renderer is missing, the error says what to do", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "prox-test-"));
  try {
    // Node itself finds no such package: what a system looks like for which there is no binary.
    const hooks = path.join(folder, "hooks.mjs");
    writeFileSync(
      hooks,
      `export function resolve(name, context, next) {
        if (name === "@resvg/resvg-js") throw new Error("Cannot find native binding");
        return next(name, context);
      }`,
    );
    const script = `
      import { register } from "node:module";
      register(${JSON.stringify(`file://${hooks}`)});
      const { renderPng } = await import(${JSON.stringify(new URL("../../src/pictures/png.ts", import.meta.url).href)});
      await renderPng("<svg/>").catch(({ code, suggestions }) => console.log(code, suggestions[0]));`;
    const { stderr, stdout } = spawnSync(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "-e", script],
      { encoding: "utf8", cwd: path.resolve(import.meta.dirname, "../..") },
    );
    expect(stderr).toBe("");
    expect(stdout).toBe("E_NO_RENDERER write --svg instead: every browser shows it\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
