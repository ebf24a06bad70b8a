/** A user who asks a database of their own, beside the data of another user, is told so. */
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { databaseStatus } from "../../src/db/status.ts";
import { whoseDatabase } from "../../src/db/whose.ts";
import { packagePath } from "../../src/package-root.ts";

const STRANGER = 54_321;
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const asNobody = ["--reuid", String(NOBODY), "--regid", String(NOBODY), "--clear-groups"];
/** Whether another user can run prox from here at all. */
const canRun =
  isRoot &&
  spawnSync("setpriv", [...asNobody, process.execPath, packagePath("bin/run.js"), "--version"]).status === 0;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "prox-whose-"));
  chmodSync(folder, 0o755);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test("the address of a server is told without its password", async () => {
  expect(await whoseDatabase("postgres://a:secret@db/prox")).toEqual({
    asked: expect.not.stringContaining("secret") as string,
    others: [],
  });
});

describe.runIf(isRoot)("data of another user", () => {
  test("in the project's folder are told with their owner, those of one's own are not", async () => {
    vi.stubEnv("XDG_DATA_HOME", path.join(folder, "own"));
    vi.stubEnv("DATABASE_URL", "");
    const data = path.join(folder, "prox-data");
    vi.stubEnv("PROX_DATA_FOLDER", data);
    expect((await whoseDatabase(undefined)).others).toEqual([]);
    mkdirSync(data);
    expect((await whoseDatabase(undefined)).others).toEqual([]);
    chownSync(data, STRANGER, STRANGER);
    const told = `${data} belongs to user number ${STRANGER}`;
    expect(await whoseDatabase(undefined)).toEqual({
      asked: `the embedded database of user root in ${path.join(folder, "own", "prox", "postgres")}`,
      others: [told],
    });
    expect((await databaseStatus(undefined)).others).toEqual([told]);
  });
});

describe.runIf(canRun)("a second user of a project", () => {
  test("gets an error that names both databases, instead of no rounds", () => {
    const [home, project] = [path.join(folder, "home"), path.join(folder, "project")];
    for (const each of [home, project, path.join(project, "prox-data")]) mkdirSync(each);
    chownSync(home, NOBODY, NOBODY);
    writeFileSync(path.join(project, "prox.config.json"), '{ "servers": {} }');
    const run = (...parameters: string[]) =>
      spawnSync("setpriv", [...asNobody, process.execPath, packagePath("bin/run.js"), ...parameters], {
        cwd: project,
        encoding: "utf8",
        env: { PATH: process.env["PATH"], HOME: home, NO_COLOR: "1" },
      });
    try {
      const report = run("report", "rounds");
      expect(report.stderr).toContain(`no round is in the embedded database of user nobody in ${home}`);
      expect(report.stderr).toContain(`${path.join(project, "prox-data")} belongs to user root`);
      expect(report.stderr).toContain("[E_NOTHING_FOUND]");
      expect(report.status).toBe(9);
      expect(run("db", "status").stdout).toMatch(/other data +.*prox-data belongs to user root/);
    } finally {
      run("db", "stop");
    }
  }, 120_000);
});
