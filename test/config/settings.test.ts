import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import path from "node:path";

import { captureOutput } from "@oclif/test";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import Init from "../../src/commands/init.ts";
import { settingFault } from "../../src/config/check-values.ts";
import { parseConfig } from "../../src/config/config-file.ts";
import { GENERAL_SETTINGS, SERVER_SETTINGS, type Setting } from "../../src/config/definition.ts";
import { configSchema } from "../../src/config/json-schema.ts";
import { loadSettings, serverSecret } from "../../src/config/settings.ts";
import type { ProxError } from "../../src/errors.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "prox-config-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function writeProject(config: unknown): Promise<void> {
  await writeFile(path.join(folder, "prox.config.json"), JSON.stringify(config));
}

function failure(text: string): string {
  try {
    parseConfig(text, "prox.config.json");
  } catch (error) {
    expect(error).toMatchObject({ code: "E_CONFIG_FILE" });
    return (error as ProxError).message;
  }
  throw new Error("the text was taken");
}

describe("precedence", () => {
  test("flags win over environment, project file, user file and defaults, setting by setting", async () => {
    await mkdir(path.join(folder, "xdg/prox"), { recursive: true });
    await writeFile(
      path.join(folder, "xdg/prox/config.json"),
      JSON.stringify({
        servers: { main: { host: "user-file", user: "user-file", port: 1, timeoutS: 5, cfg: "user.cfg" } },
      }),
    );
    await writeProject({
      servers: { main: { host: "project", user: "project", port: 2, cfg: "project.cfg" } },
    });
    const settings = await loadSettings({
      flags: { host: "flag" },
      environment: { XDG_CONFIG_HOME: path.join(folder, "xdg"), PROX_MAIN_PORT: "3", PROX_MAIN_HOST: "env" },
      workingFolder: folder,
    });
    const server = settings.server();
    expect(server).toMatchObject({
      name: "main",
      host: "flag",
      port: 3,
      user: "project",
      cfg: "project.cfg",
      timeoutS: 5,
      game: "legacy",
    });
    expect(settings.files).toEqual([
      path.join(folder, "prox.config.json"),
      path.join(folder, "xdg/prox/config.json"),
    ]);
  });

  test("paths start at the file that states them; the project file is found from a folder below", async () => {
    await mkdir(path.join(folder, "deep/er"), { recursive: true });
    await writeProject({
      dataFolder: "rounds",
      servers: { a: { host: "h", key: "keys/id" }, b: { host: "h", key: "~/id" } },
    });
    const settings = await loadSettings({
      environment: { XDG_CONFIG_HOME: folder },
      workingFolder: path.join(folder, "deep/er"),
    });
    expect(settings.dataFolder).toBe(path.join(folder, "rounds"));
    expect(settings.server("a").key).toBe(path.join(folder, "keys/id"));
    expect(settings.server("b").key).toBe(path.join(homedir(), "id"));
    expect(() => settings.server()).toThrow("cannot choose between the configured servers a, b");
    expect(() => settings.server("bb")).toThrow('unknown server "bb"');
  });

  test("without a project file data lies below the user's data folder", async () => {
    const environment = { XDG_CONFIG_HOME: folder, XDG_DATA_HOME: path.join(folder, "data") };
    const settings = await loadSettings({ environment, workingFolder: "/" });
    expect(settings.dataFolder).toBe(path.join(folder, "data/prox"));
    expect(() => settings.server()).toThrow("no server is configured");
  });

  test.each([
    [{}, {}, undefined, false],
    [{ leagueConfigs: true }, {}, undefined, true],
    [{ leagueConfigs: true }, { PROX_MAIN_LEAGUE_CONFIGS: "false" }, undefined, false],
    [{}, { PROX_MAIN_LEAGUE_CONFIGS: "true" }, undefined, true],
    [{ leagueConfigs: false }, {}, true, true],
  ])("yes or no: %j, %j and the flag %s make %s", async (values, variables, leagueConfigs, expected) => {
    await writeProject({ servers: { main: { host: "h", ...values } } });
    const environment = { XDG_CONFIG_HOME: folder, ...variables };
    const settings = await loadSettings({ environment, workingFolder: folder, flags: { leagueConfigs } });
    expect(settings.server("main").leagueConfigs).toBe(expected);
  });

  test("a yes or no that is neither is refused by name", async () => {
    await writeProject({ servers: { main: { host: "h" } } });
    const environment = { XDG_CONFIG_HOME: folder, PROX_MAIN_LEAGUE_CONFIGS: "yes" };
    const settings = await loadSettings({ environment, workingFolder: folder });
    expect(() => settings.server("main")).toThrow("PROX_MAIN_LEAGUE_CONFIGS must be true or false");
  });

  test("a wrong value in the environment is refused by name", async () => {
    await writeProject({ servers: { main: { host: "h" } } });
    const settings = await loadSettings({
      environment: { XDG_CONFIG_HOME: folder, PROX_MAIN_PORT: "many" },
      workingFolder: folder,
    });
    expect(() => settings.server()).toThrow("PROX_MAIN_PORT must be a whole number from 1 to 65535");
  });
});

describe("a wrong file", () => {
  test("names an unknown key with line, column and the nearest right one", () => {
    const text =
      '{\n  "servers": {\n    "main": {\n      "host": "h",\n      "basepaht": "/x"\n    }\n  }\n}\n';
    expect(failure(text)).toBe('prox.config.json:5:7: unknown key "basepaht": did you mean "basepath"?');
  });

  test("names everything that is wrong at once", () => {
    const message = failure(
      '{"dataFoldr": "x",\n"servers": {"a b": {}, "c": {"port": 0, "position": "middle"}}}',
    );
    expect(message.split("\n")).toEqual([
      'prox.config.json:1:2: unknown key "dataFoldr": did you mean "dataFolder"?',
      'prox.config.json:2:13: server name "a b" must consist of letters, digits, "-" and "_"',
      'prox.config.json:2:30: "port" must be a whole number from 1 to 65535',
      'prox.config.json:2:41: "position" must be one of first, last',
    ]);
  });

  test("says where the JSON is broken", () => {
    expect(failure('{\n  "servers": {\n    "a" {}\n  }\n}')).toMatch(
      /^prox\.config\.json:3:9: not valid JSON: colon expected$/,
    );
  });

  test("is JSON without comments, trailing commas and raw control characters", () => {
    expect(failure('{"servers": {},}')).toMatch(/^prox\.config\.json:1:16: not valid JSON: /);
    expect(failure('{\n// a server\n"servers": {}}')).toMatch(/^prox\.config\.json:2:1: not valid JSON: /);
    expect(failure('{"dataFolder": "a\tb"}')).toMatch(/^prox\.config\.json:1:\d+: not valid JSON: /);
    expect(failure("")).toMatch(/^prox\.config\.json:1:1: not valid JSON: /);
    expect(failure("[]")).toBe("prox.config.json:1:1: the file must hold one object { … }");
  });

  test("means the last of a doubled key, as it reads the last", () => {
    expect(failure('{"servers": {},\n"servers": {"m": {"port": 0}}}')).toBe(
      'prox.config.json:2:19: "port" must be a whole number from 1 to 65535',
    );
  });

  test("is refused when a secret stands in it", () => {
    expect(failure('{"servers": {"main": {"host": "h", "password": "x"}}}')).toContain("PROX_MAIN_PASSWORD");
    expect(failure('{"servers": {"main": {"rconPassword": "x"}}}')).toContain("PROX_MAIN_RCON_PASSWORD");
    expect(failure('{"databaseUrl": "postgres://u:secret@h/d"}')).toContain("PGPASSWORD");
  });

  test("cannot let a path climb out of its folder", () => {
    for (const value of ["../x.cfg", "/etc/passwd", "a/../b.cfg", "a b.cfg", "./x.cfg"]) {
      expect(failure(JSON.stringify({ servers: { m: { cfg: value } } }))).toContain('"cfg" must look like');
    }
  });
});

test("secrets come from the environment or from the file that it names", async () => {
  await writeFile(path.join(folder, "secret"), "from file\n");
  const environment = {
    PROX_MAIN_PASSWORD: "direct",
    PROX_MAIN_RCON_PASSWORD_FILE: path.join(folder, "secret"),
    PROX_OTHER_PASSWORD_FILE: path.join(folder, "none"),
  };
  expect(serverSecret("main", "password", environment)).toBe("direct");
  expect(serverSecret("main", "rconPassword", environment)).toBe("from file");
  expect(serverSecret("third", "password", environment)).toBeUndefined();
  expect(() => serverSecret("other", "password", environment)).toThrow(
    expect.objectContaining({
      code: "E_SECRET",
      message: expect.stringContaining("PROX_OTHER_PASSWORD_FILE") as string,
    }) as Error,
  );
});

test("every default and example fits its own setting, and the schema names every setting", () => {
  const all: [string, Setting][] = [...Object.entries(GENERAL_SETTINGS), ...Object.entries(SERVER_SETTINGS)];
  for (const [name, setting] of all) {
    expect([name, settingFault(setting, setting.example)]).toEqual([name, undefined]);
    if (setting.default !== undefined)
      expect([name, settingFault(setting, setting.default)]).toEqual([name, undefined]);
  }
  expect(configSchema()).toMatchObject({
    properties: Object.fromEntries(Object.keys(GENERAL_SETTINGS).map((name) => [name, {}])),
  });
});

describe("prox init", () => {
  const root = path.resolve(import.meta.dirname, "../..");

  test("writes a file that is valid and refuses to overwrite it", async () => {
    const argv = ["--folder", folder, "--host", "et.example.org", "--rcon", "192.0.2.7:27960"];
    const hostKey = `SHA256:${"A".repeat(43)}`;
    argv.push("--port", "2222", "--key", "/k", "--host-key", hostKey);
    const first = await captureOutput(async () => Init.run(argv, { root }));
    expect(first.stdout).toContain("prox deploy main --dry-run");
    const written = await readFile(path.join(folder, "prox.config.json"), "utf8");
    const { servers } = parseConfig(written, "x");
    expect(servers["main"]).toMatchObject({
      host: "et.example.org",
      port: 2222,
      key: "/k",
      hostKey,
      rcon: "192.0.2.7:27960",
      game: "legacy",
    });
    expect(JSON.parse(await readFile(path.join(folder, "prox.config.schema.json"), "utf8"))).toEqual(
      configSchema(),
    );

    const second = await captureOutput(async () => Init.run([...argv, "--cfg", "other.cfg"], { root }));
    expect(second.stderr).toContain("exists already [E_WRITE]");
    expect(await readFile(path.join(folder, "prox.config.json"), "utf8")).toBe(written);
    process.exitCode = 0;
  });

  test("writes nothing when a value is wrong", async () => {
    const { stderr } = await captureOutput(async () =>
      Init.run(["--folder", folder, "--cfg", "../x"], { root }),
    );
    expect(stderr).toContain('"cfg" must look like');
    await expect(readFile(path.join(folder, "prox.config.json"))).rejects.toThrow("ENOENT");
    process.exitCode = 0;
  });
});
