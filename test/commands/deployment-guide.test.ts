import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

import { expect, test } from "vitest";

import { SERVER_SETTINGS } from "../../src/config/definition.ts";

const root = path.resolve(import.meta.dirname, "../..");
const guide = readFileSync(path.join(root, "docs/deployment.md"), "utf8");

test("the guide explains every setting of a server", () => {
  for (const name of Object.keys(SERVER_SETTINGS)) expect(guide).toContain(`\`${name}\``);
});

test("every error code that the guide speaks of is thrown somewhere", () => {
  const sources = readdirSync(path.join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(path.join(root, "src", file), "utf8"))
    .join("\n");
  const codes = [...new Set(guide.match(/\bE_[A-Z_]+/g))];
  expect(codes.length).toBeGreaterThan(10);
  for (const code of codes) expect(sources.includes(`"${code}"`), code).toBe(true);
});
