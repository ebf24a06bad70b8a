import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

import { expect, test } from "vitest";

import { type ProcessIdentity, isGone, thisProcess } from "../../src/process/identity.ts";

const MODULE = path.resolve(import.meta.dirname, "../../src/process/identity.ts");
/** A user who may send no signals to the processes of root. */
const NOBODY = 65534;

test("a process that lives is not gone, one with its number and another start is", () => {
  const own = thisProcess();
  expect(isGone(own)).toBe(false);
  expect(isGone({ ...own, started: "another boot 1" })).toBe(true);
  expect(isGone({ ...own, started: "" })).toBe(false);
  expect(isGone({ ...own, host: `not-${own.host}`, started: "another boot 1" })).toBe(false);
});

test("a process that ended is gone", async () => {
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await once(child, "exit");
  expect(isGone({ ...thisProcess(), pid: child.pid ?? 0 })).toBe(true);
});

test.runIf(process.getuid?.() === 0)("the process of another user is told by its start too", () => {
  const own = thisProcess();
  const identities: ProcessIdentity[] = [own, { ...own, started: "another boot 1" }, { ...own, started: "" }];
  const script = `
    import { isGone } from ${JSON.stringify(MODULE)};
    // Only now, so that the user need not be able to read this folder.
    process.setuid(${NOBODY});
    let code = "";
    try {
      process.kill(${own.pid}, 0);
    } catch (error) {
      code = error.code;
    }
    console.log(JSON.stringify({ code, gone: ${JSON.stringify(identities)}.map((each) => isGone(each)) }));`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", import.meta.resolve("tsx"), "--input-type=module", "--eval", script],
    { encoding: "utf8" },
  );
  expect(JSON.parse(stdout), stderr).toEqual({ code: "EPERM", gone: [false, true, false] });
});
