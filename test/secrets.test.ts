import { expect, test } from "vitest";

import { showPlan } from "../src/deploy/show-plan.ts";
import type { ServerPlan } from "../src/deploy/server-plan.ts";
import { maskCfgSecrets, maskSecrets, rememberSecret, rememberSecretsOf } from "../src/secrets.ts";
import { makeModule } from "./support/game-server.ts";
import { serverSettings } from "./support/server-settings.ts";

test.each([
  ['set rconPassword "hunter2"', "set rconPassword ***"],
  ["seta rconpassword hunter2 // ours", "seta rconpassword *** // ours"],
  ['set "rconPassword" "two words"', 'set "rconPassword" ***'],
  ["g_password open;set sv_hostname ET", "g_password ***;set sv_hostname ET"],
  ["sets refereePassword\t'x'", "sets refereePassword\t***"],
  ['set sv_privatePassword "never closed', "set sv_privatePassword ***"],
  ["// set shoutcastPassword old", "// set shoutcastPassword ***"],
  ['set v "set rconPassword hunter2; exec x"', 'set v "set rconPassword ***; exec x"'],
  ["rcon hunter2 status", "rcon *** status"],
  ["set api_token abc", "set api_token ***"],
  ["set my_secret_key abc", "set my_secret_key ***"],
  ["set sv_privatePassword abc", "set sv_privatePassword ***"],
  ["set stats_webhook_url https://example.org/a", "set stats_webhook_url ***"],
  ["set api_key 1", "set api_key ***"],
  ["rconAuth.whitelist 1.2.3.4", "rconAuth.whitelist 1.2.3.4"],
  [
    "set hook https://discord.example/api/webhooks/1/abc-d",
    "set hook https://discord.example/api/webhooks/***",
  ],
  ['set lua_modules "a.lua b.lua"', 'set lua_modules "a.lua b.lua"'],
  ['set sv_hostname "no password"', 'set sv_hostname "no password"'],
])("%s is shown as %s", (text, shown) => {
  expect(maskCfgSecrets(text)).toBe(shown);
});

test.each([
  ["postgres://me:secret@host/x", "postgres://me:***@host/x"],
  ["postgres://:secret@host/x", "postgres://:***@host/x"],
  ["at postgres://me:se/cr@t#1@host:99999/x, no", "at postgres://me:***@host:99999/x, no"],
  ["postgres://me@host/x?a=b&password=secret&c=d", "postgres://me@host/x?a=b&password=***&c=d"],
  ["https://example.org/?access_token=abc", "https://example.org/?access_token=***"],
  ["https://hooks.slack.example/services/T0/B0/abc", "https://hooks.slack.example/services/***"],
  ["http://www.w3.org/2000/svg and me@host", "http://www.w3.org/2000/svg and me@host"],
  ["the rcon password for server", "the rcon password for server"],
])("%s is shown as %s anywhere", (text, shown) => {
  expect(maskSecrets(text)).toBe(shown);
});

test("a value that is known to be secret is shown nowhere, unless it is part of many words", () => {
  rememberSecretsOf({
    PGPASSWORD: "from-environment",
    PROX_MAIN_RCON_PASSWORD: "from-server",
    MY_TOKEN: "token-value",
    PROX_MAIN_PASSWORD_FILE: "/etc/prox/secret-file",
    HOME: "/home/somebody",
    TOKENIZERS_PARALLELISM: "false",
    PASSWORD_STORE_DIR: "/home/somebody",
    SOME_TOKEN: "false",
    RCON_PORT: "27960",
    PIN_PASSWORD: "27960",
  });
  rememberSecret("a b.*c");
  rememberSecret("main");
  rememberSecret(undefined);
  expect(maskSecrets('{"isKept": false, "port": 27960}')).toBe('{"isKept": false, "port": 27960}');
  expect(maskSecrets("from-environment from-server token-value a b.*c")).toBe("*** *** *** ***");
  expect(maskSecrets("main /etc/prox/secret-file /home/somebody")).toBe(
    "main /etc/prox/secret-file /home/somebody",
  );
});

test("lines stay what and where they are", () => {
  const text = 'set rconPassword "a"\r\nset g_password\r\nset b 1\r\n';
  expect(maskCfgSecrets(text)).toBe("set rconPassword ***\r\nset g_password\r\nset b 1\r\n");
});

test("a plan shows no secret that stands beside its edit, before or after", () => {
  const cfg = (list: string): Buffer =>
    Buffer.from(`set rconPassword "hunter2"\nset lua_modules "${list}"\nset g_password hunter2\n`);
  const module = makeModule("1.0.0");
  const plan: ServerPlan = {
    action: "deploy",
    server: serverSettings({}),
    folders: { write: "/g", search: ["/g"], prox: "/g/prox", output: "/g/out" },
    modulePath: "/g/m.lua",
    module,
    liveSha1: undefined,
    changes: [
      {
        path: "/g/a.cfg",
        kind: "cfg",
        before: cfg("a.lua"),
        after: cfg("a.lua m.lua"),
        mode: 0o600,
        group: 0,
      },
    ],
    files: [],
    cvars: { lua_modules: "a.lua m.lua", lua_allowedModules: "", g_luaModuleList: "" },
    wasListed: false,
    revisions: [],
    warnings: [],
    hasLeagueConfigs: false,
    lockingConfigs: [],
    hasWork: true,
  };
  const shown = showPlan(plan, false);
  expect(shown).toContain('+set lua_modules "a.lua m.lua"');
  expect(shown).toContain(" set rconPassword ***");
  expect(shown).not.toContain("hunter2");
});
