import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, expect, test } from "vitest";

import { passwordFor } from "../../../src/db/address/pass-file.ts";

const folder = mkdtempSync(path.join(tmpdir(), "prox-pass-file-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const LOGIN = { host: "db", port: 5432, database: "prox", user: "me" };

test.each([
  ["the first line that fits", "db:5432:other:me:no\ndb:5432:prox:me:yes\n*:*:*:*:late", "yes"],
  ["wildcards", "*:*:*:*:any", "any"],
  [
    "colons in a password, and escaped ones in a name",
    String.raw`db:5432:pr\ox:me:a:b\\c`,
    String.raw`a:b\c`,
  ],
  ["a comment", "#db:5432:prox:me:no", undefined],
  ["a line with too few fields", "db:5432:prox:me", undefined],
  ["an empty password", "db:5432:prox:me:\n*:*:*:me:next", "next"],
])("%s", (name, text, password) => {
  const file = path.join(folder, encodeURIComponent(name));
  writeFileSync(file, text, { mode: 0o600 });
  expect(passwordFor(LOGIN, file)).toBe(password);
});

test("a socket in a usual folder is localhost", () => {
  const file = path.join(folder, "socket");
  writeFileSync(file, "localhost:*:*:*:yes", { mode: 0o600 });
  expect(passwordFor({ ...LOGIN, host: "/var/run/postgresql" }, file)).toBe("yes");
  expect(passwordFor({ ...LOGIN, host: "/elsewhere" }, file)).toBeUndefined();
});

test("a file that others can read, and one that is missing, count as none", () => {
  const file = path.join(folder, "open");
  writeFileSync(file, "*:*:*:*:any", { mode: 0o644 });
  expect(passwordFor(LOGIN, file)).toBeUndefined();
  expect(passwordFor(LOGIN, path.join(folder, "missing"))).toBeUndefined();
});
