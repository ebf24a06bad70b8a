/** What an unattended command tells of something that fails in many runs in a row. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { databaseFailure } from "../src/db/driver/errors.ts";
import { ProxError } from "../src/errors.ts";
import { endOutage, isNewFailure } from "../src/outage.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "prox-test-"));
  file = path.join(folder, "import", "outage.json");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const PASSING = { reason: "E_DATABASE", mayPass: true };
const LASTING = { reason: "E_DATABASE 28P01", mayPass: false };

test("what may pass is told at the third failure in a row, and not again; a success in between starts over", () => {
  const fail = (): boolean => isNewFailure(file, PASSING, 3);
  expect([fail(), fail()]).toEqual([false, false]);
  expect(endOutage(file)).toEqual({ since: expect.stringMatching(/^20.*Z$/) as string, failures: 2 });
  expect(endOutage(file)).toBeUndefined();
  expect([fail(), fail(), fail(), fail(), fail()]).toEqual([false, false, true, false, false]);
  expect(endOutage(file)).toMatchObject({ failures: 5, told: "E_DATABASE" });
});

test("what does not pass by itself is told at once; another reason is told again", () => {
  expect(isNewFailure(file, LASTING, 3)).toBe(true);
  expect(isNewFailure(file, LASTING, 3)).toBe(false);
  expect(isNewFailure(file, { ...LASTING, reason: "E_DATABASE_UNFIT" }, 3)).toBe(true);
  // The fourth in a row.
  expect(isNewFailure(file, PASSING, 3)).toBe(true);
});

test("a torn file starts over; where nothing can be remembered, everything is told", () => {
  isNewFailure(file, PASSING, 3);
  writeFileSync(file, readFileSync(file, "utf8").slice(0, 20));
  expect(endOutage(file)).toBeUndefined();
  writeFileSync(path.join(folder, "a file"), "");
  const within = path.join(folder, "a file", "outage.json");
  expect([1, 2].map(() => isNewFailure(within, PASSING, 3))).toEqual([true, true]);
});

test("refused, reset and late connections are one outage; a wrong password or a full disk is none", () => {
  const failure = (code: string): unknown => {
    const cause = Object.assign(new Error("x"), { code });
    return databaseFailure(new ProxError("E_DATABASE", "x", { details: { sqlstate: code }, cause }));
  };
  for (const code of ["ECONNREFUSED", "ECONNRESET", "CONNECT_TIMEOUT", "57P03", "53300"])
    expect(failure(code)).toEqual({ reason: "E_DATABASE", mayPass: true });
  for (const code of ["28P01", "53100", "3D000"])
    expect(failure(code)).toEqual({ reason: `E_DATABASE ${code}`, mayPass: false });
});
