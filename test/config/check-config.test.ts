/** `prox config check`, and `prox init` on a file that is there already. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { captureOutput } from "@oclif/test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { addServer } from "../../src/config/add-server.ts";
import ConfigCheck from "../../src/commands/config/check.ts";
import Init from "../../src/commands/init.ts";
import { EXIT_CODES } from "../../src/errors/exit-codes.ts";
import { packagePath } from "../../src/package-root.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "prox-check-"));
  file = path.join(folder, "prox.config.json");
  vi.stubEnv("XDG_CONFIG_HOME", path.join(folder, "user"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
  process.exitCode = undefined;
});

async function run(
  command: { run: (argv: string[], options: { root: string }) => Promise<unknown> },
  ...argv: string[]
): Promise<{ out: string; err: string[]; exit: unknown }> {
  process.exitCode = undefined;
  const { stderr, stdout } = await captureOutput(async () => command.run(argv, { root: packagePath(".") }));
  return { out: stdout, err: stderr.split("\n").filter((line) => line !== ""), exit: process.exitCode };
}

async function check(text: string): Promise<string[]> {
  writeFileSync(file, text);
  const { err, exit } = await run(ConfigCheck, "--config", file);
  expect(exit).toBe(EXIT_CODES.input);
  return err
    .slice(0, -1)
    .map((line) =>
      line.replace("error: ", "").trim().replaceAll(`${file}:`, "").replace(" [E_CONFIG_FILE]", ""),
    );
}

describe("prox config check", () => {
  test("names everything that is wrong in a file, with its place and what to do", async () => {
    expect(await check('{\n  "servers": {\n    "a": { "port": 0, "hots": "h", },\n  }\n}\n')).toEqual([
      "3:36: not valid JSON: property name expected (look at this place and just before it: JSON has no comments, and no comma before } or ])",
      "4:3: not valid JSON: property name expected (look at this place and just before it: JSON has no comments, and no comma before } or ])",
      '3:12: "port" must be a whole number from 1 to 65535 (SSH or FTP port; by default what ~/.ssh/config says, or 22; for FTP 21; for example 22)',
      '3:23: unknown key "hots": did you mean "host"?',
    ]);
  });

  test("names what the files say together: groups, the default, and what a server needs", async () => {
    mkdirSync(path.join(folder, "user/prox"), { recursive: true });
    writeFileSync(
      path.join(folder, "user/prox/config.json"),
      '{"servers": {"mine": {"host": "h", "basepath": "/x"}},\n"groups": {"b": ["main"]}}',
    );
    vi.stubEnv("PROX_MAIN_PORT", "many");
    const text = `{
  "defaultServer": "mian",
  "servers": {
    "main": { "host": "h", "basepath": "/x" },
    "bare": { "host": "h" },
    "none": { "basepath": "/x" }
  },
  "groups": { "a": ["mine", "gone"] }
}`;
    expect(await check(text)).toEqual([
      '8:15: group "a" names "gone", which is no server (did you mean "none"?)',
      '2:3: defaultServer names "mian", which is no server (did you mean "main"?)',
      "4:5: the environment variable PROX_MAIN_PORT must be a whole number from 1 to 65535 (SSH or FTP port; by default what ~/.ssh/config says, or 22; for FTP 21)",
      '5:5: server "bare" has no "basepath" (add "basepath" below servers.bare in prox.config.json)',
      `6:5: server "none" has no "host" (add "host" below servers.none in ${file})`,
    ]);
    const json = await run(ConfigCheck, "--config", file, "--json");
    expect(JSON.parse(json.out)).toMatchObject({
      ok: false,
      error: {
        code: "E_CONFIG_FILE",
        details: { problems: [{ file, line: 8, column: 15 }, {}, {}, {}, {}] },
      },
    });
  });

  test("says that nothing is wrong", async () => {
    writeFileSync(file, '{"servers": {"a": {"host": "h", "basepath": "/x"}}, "groups": {"g": ["a"]}}');
    const { exit, out } = await run(ConfigCheck, "--config", file);
    expect([out, exit]).toEqual([`${file}: 1 server, 1 group; nothing is wrong\n`, undefined]);
  });

  test("names a file that cannot be read, a wrong general variable, and that there is none", async () => {
    expect((await run(ConfigCheck, "--config", path.join(folder, "none.json"))).err[0]).toContain(
      "none.json:1:1: cannot be read: ",
    );
    writeFileSync(file, "{}");
    vi.stubEnv("DATABASE_URL", "mysql://x");
    expect((await run(ConfigCheck, "--config", file)).err[0]).toContain(
      "the environment variable DATABASE_URL must look like",
    );
    const cwd = vi.spyOn(process, "cwd").mockReturnValue("/");
    expect((await run(ConfigCheck)).err[0]).toContain("there is no prox.config.json");
    cwd.mockRestore();
  });
});

describe("prox init --server", () => {
  const TEXT =
    '{\r\n\t"dataFolder":   "d",\r\n\t"servers": {\r\n\t\t"main": {"host":"h",   "basepath":"/x"}\r\n\t},\r\n\t"groups": { "all": [ "main" ] }\r\n}';

  test("adds a server to what is there, and leaves every other byte as it is", async () => {
    writeFileSync(file, TEXT);
    chmodSync(file, 0o640);
    const { out } = await run(
      Init,
      "--folder",
      folder,
      "--server",
      "cup",
      "--host",
      "cup.example.org",
      "--basepath",
      "/opt/et",
    );
    expect(out).toContain(`added server "cup" to ${file}\n`);
    const added =
      ',\r\n\t\t"cup": {\r\n\t\t\t"host": "cup.example.org",\r\n\t\t\t"basepath": "/opt/et",\r\n\t\t\t"game": "legacy",\r\n\t\t\t"cfg": "etl_server.cfg"\r\n\t\t}';
    expect(readFileSync(file, "utf8")).toBe(TEXT.replace('"/x"}', `"/x"}${added}`));
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder).sort()).toEqual(["prox.config.json", "prox.config.schema.json"]);
  });

  test.each([
    ["{}", '{\n  "servers": {\n    "cup": {\n      "host": "h"\n    }\n  }\n}'],
    ['{"servers": {}}', '{\n  "servers": {\n    "cup": {\n      "host": "h"\n    }\n  }\n}'],
    ['{ "servers": { "a": {} } }', '{ "servers": { "a": {}, "cup": {"host":"h"} } }'],
    ['{ "servers": { "cup": {"port": 1} } }', '{ "servers": { "cup": {"host":"h"} } }'],
  ])("adds to %s", (text, added) => {
    const server = { name: "cup", values: { host: "h", port: undefined } };
    expect(addServer(text, "x", server, true)).toBe(added);
  });

  test("refuses a server that is there, a group's name, a broken file and a server without host", async () => {
    writeFileSync(file, TEXT);
    const add = (name: string, ...more: string[]) => run(Init, "--folder", folder, "--server", name, ...more);
    expect((await add("main", "--host", "x")).err[0]).toContain(
      `server "main" is in ${file} already [E_WRITE]`,
    );
    expect((await add("all", "--host", "x")).err[0]).toContain('group "all" has the name of a server');
    expect((await add("cup")).err[0]).toContain("its host is missing [E_USAGE]");
    expect(readFileSync(file, "utf8")).toBe(TEXT);
    expect((await add("main", "--host", "other", "--force")).exit).toBeUndefined();
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
      dataFolder: "d",
      servers: { main: { host: "other" } },
    });
    writeFileSync(file, "{,}");
    expect((await add("cup", "--host", "x")).err[0]).toContain("not valid JSON");
    expect(readFileSync(file, "utf8")).toBe("{,}");
  });
});
