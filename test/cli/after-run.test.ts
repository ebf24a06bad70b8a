/** What is told to others when a command is through: real programs, a real HTTP server. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { once } from "node:events";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";

import { Flags } from "@oclif/core";
import { captureOutput } from "@oclif/test";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { AFTER_RUN_FLAGS, ON_IMPORTED_FLAG, runHook } from "../../src/cli/after-run.ts";
import { BaseCommand } from "../../src/cli/base-command.ts";
import { ProxError } from "../../src/errors.ts";
import { packagePath } from "../../src/package-root.ts";

/** Ends as its flag says. */
class Ends extends BaseCommand {
  static override id = "ends";
  static override flags = { how: Flags.string(), ...AFTER_RUN_FLAGS, ...ON_IMPORTED_FLAG };

  async run(): Promise<object> {
    const { flags } = await this.parse(Ends);
    const result = { done: 1 };
    if (flags.how === "fails") throw new ProxError("E_PATH", "it is not there", { result });
    if (flags.how === "locked") throw new ProxError("E_LOCKED", "someone else does it");
    if (flags.how === "silently") this.exit(4);
    if (flags.how === "partly") this.noteFailure(result);
    if (flags.how === "imports") await this.tellImported(result);
    return result;
  }
}

interface Ping {
  readonly path: string;
  readonly body: string;
}
let pings: Ping[];
let status = 200;
let monitor: Server;
let url: string;
let folder: string;

beforeAll(async () => {
  monitor = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      pings.push({ path: request.url ?? "", body });
      response.writeHead(status).end("OK");
    });
  });
  monitor.listen(0, "127.0.0.1");
  await once(monitor, "listening");
  url = `http://127.0.0.1:${(monitor.address() as AddressInfo).port}/ping/id`;
});
afterAll(() => new Promise((resolve) => monitor.close(resolve)));
beforeEach(() => {
  pings = [];
  status = 200;
  folder = mkdtempSync(path.join(tmpdir(), "prox-after-"));
});
afterEach(() => {
  process.exitCode = undefined;
  rmSync(folder, { recursive: true });
});

async function run(...argv: string[]): Promise<string> {
  process.exitCode = undefined;
  const { stderr } = await captureOutput(async () => Ends.run(argv, { root: packagePath(".") }));
  return stderr;
}

test.each([
  ["nothing", [{ path: "/ping/id", body: "" }]],
  ["partly", [{ path: "/ping/id", body: "" }]],
  ["fails", [{ path: "/ping/id/fail", body: "exit code 9: it is not there" }]],
  ["silently", [{ path: "/ping/id/fail", body: expect.stringMatching(/^exit code 4/) as string }]],
  ["locked", []],
])("a monitor hears how a command ends that %s", async (how, heard) => {
  await run("--how", how, "--ping", url);
  expect(pings).toEqual(heard);
});

test("a monitor that is not there, or refuses, is a warning and no more", async () => {
  expect(await run("--ping", "http://127.0.0.1:2/x")).toMatch(
    /^warning: the monitor at 127\.0\.0\.1:2 was not reached: .*ECONNREFUSED/,
  );
  expect(process.exitCode).toBeUndefined();
  status = 404;
  expect(await run("--ping", url)).toMatch(/was not reached: it answers 404\n$/);
  expect(await run("--ping", "ftp://x")).toContain("[E_USAGE]");
});

describe("a command of the user's", () => {
  test.each([
    ["nothing", undefined],
    ["silently", undefined],
    ["locked", undefined],
    ["partly", { ok: true, command: "ends", result: { done: 1 } }],
    ["fails", { ok: false, command: "ends", result: { done: 1 }, error: { code: "E_PATH", exitCode: 9 } }],
  ])("gets the JSON of a failure that is told: %s", async (how, told) => {
    const file = path.join(folder, "told");
    await run("--how", how, "--on-failed", `cat > ${file}`);
    const text = existsSync(file) ? readFileSync(file, "utf8") : undefined;
    if (told === undefined) expect(text).toBeUndefined();
    else expect(JSON.parse(text ?? "")).toMatchObject(told);
  });

  test("gets the JSON of an import", async () => {
    const file = path.join(folder, "told");
    await run("--on-imported", `cat > ${file}`);
    expect(existsSync(file)).toBe(false);
    await run("--how", "imports", "--on-imported", `cat > ${file}`);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ ok: true, result: { done: 1 } });
  });

  test("that fails, or reads nothing, changes nothing but a warning", async () => {
    const command = "exit 3";
    expect(await run("--how", "imports", "--on-imported", command)).toBe(
      "warning: the command of --on-imported failed: it ended with 3\n",
    );
    expect(process.exitCode).toBeUndefined();
    await runHook("true", "x".repeat(1_000_000));
    await expect(runHook("kill -TERM $$", {})).rejects.toThrow("it ended with SIGTERM");
  });

  test("that does not end is killed with what it started", async () => {
    const file = path.join(folder, "pid");
    await expect(runHook(`sleep 321 & echo $! > ${file}; wait`, {}, 300)).rejects.toThrow(
      "did not end within 0.3 s",
    );
    const pid = readFileSync(file, "utf8").trim();
    await expect
      .poll(() => spawnSync("ps", ["-o", "stat=", "-p", pid]).stdout.toString().trim().replace(/^Z.*/, ""))
      .toBe("");
  });
});
