/** The files of contrib/ as the programs read them that they are for. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { beforeEach, expect, test } from "vitest";

import { packagePath } from "../../src/package-root.ts";

const hasSystemd = existsSync("/usr/bin/systemd-analyze");
const isRoot = process.getuid?.() === 0;
const contrib = (name: string): string => packagePath(`contrib/${name}`);
const units = readdirSync(contrib("systemd"));

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "prox-contrib-"));
  return () => {
    rmSync(root, { recursive: true, force: true });
  };
});

test.skipIf(!hasSystemd)("systemd finds nothing wrong in the units, and does in a broken one", () => {
  // It tells of what it does not know, and ends well all the same.
  const verify = (files: readonly string[]): string =>
    spawnSync("systemd-analyze", ["verify", "--man=no", ...files], { encoding: "utf8" })
      .stderr.split("\n")
      .filter((line) => line.includes("prox"))
      .join("\n");
  expect(verify(units.map((name) => contrib(`systemd/${name}`)))).toBe("");
  for (const timer of units.filter((name) => name.endsWith(".timer"))) {
    const calendar = /^OnCalendar=(.*)$/m.exec(readFileSync(contrib(`systemd/${timer}`), "utf8"))?.[1] ?? "";
    expect(spawnSync("systemd-analyze", ["calendar", calendar]).status).toBe(0);
  }
  const broken = path.join(root, "prox-broken.service");
  writeFileSync(
    broken,
    readFileSync(contrib("systemd/prox.service"), "utf8").replace("KillMode=process", "KillMod=process"),
  );
  expect(verify([broken])).toContain("KillMod");
});

test("no unit that comes and goes ends the database: it is in a unit of its own, and only their own process ends with them", () => {
  for (const name of units.filter((unit) => /^prox(?:-backup|-discord)?\.service$/.test(unit))) {
    const text = readFileSync(contrib(`systemd/${name}`), "utf8");
    expect(text).toMatch(/^KillMode=process$/m);
    expect(text).toMatch(/^After=.*prox-database\.service$/m);
  }
  expect(readFileSync(contrib("systemd/prox-database.service"), "utf8")).toMatch(/^RemainAfterExit=yes$/m);
});

test.skipIf(!hasSystemd || !isRoot)("the user and the folders are made in an empty root", () => {
  for (const folder of ["sysusers.d", "tmpfiles.d"]) {
    mkdirSync(path.join(root, "etc", folder), { recursive: true });
    copyFileSync(contrib(`${folder}/prox.conf`), path.join(root, "etc", folder, "prox.conf"));
  }
  execFileSync("systemd-sysusers", [`--root=${root}`], { stdio: "ignore" });
  execFileSync("systemd-tmpfiles", [`--root=${root}`, "--create"], { stdio: "ignore" });
  const [, , uid] = readFileSync(path.join(root, "etc/passwd"), "utf8").split(":");
  const modes = {
    "etc/prox": [0, 0o750],
    "var/lib/prox": [Number(uid), 0o750],
    "var/backups/prox": [Number(uid), 0o700],
  };
  for (const [name, expected] of Object.entries(modes)) {
    const found = statSync(path.join(root, name));
    expect([found.uid, found.mode & 0o777]).toEqual(expected);
  }
});

test.skipIf(!existsSync("/usr/sbin/logrotate") || !isRoot)(
  "logrotate turns the log over, and leaves an empty one alone",
  () => {
    const log = path.join(root, "prox.log");
    const rules = path.join(root, "rules");
    const text = readFileSync(contrib("logrotate.d/prox"), "utf8")
      .replace("/var/log/prox/*.log", log)
      .replaceAll("prox prox", "root root");
    writeFileSync(rules, text, { mode: 0o644 });
    const rotate = (): void => {
      execFileSync("/usr/sbin/logrotate", ["--force", "--state", path.join(root, "state"), rules], {
        stdio: "ignore",
      });
    };
    writeFileSync(log, "a line\n");
    rotate();
    expect(readFileSync(`${log}.1`, "utf8")).toBe("a line\n");
    rotate();
    expect(readFileSync(`${log}.1`, "utf8")).toBe("a line\n");
  },
);
