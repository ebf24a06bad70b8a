import { expect, test } from "vitest";

import { maskSecrets } from "../../src/deploy/mask-secrets.ts";
import { showPlan } from "../../src/deploy/show-plan.ts";
import type { ServerPlan } from "../../src/deploy/server-plan.ts";
import { makeModule } from "../support/game-server.ts";
import { serverSettings } from "../support/server-settings.ts";

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
  ['set lua_modules "a.lua b.lua"', 'set lua_modules "a.lua b.lua"'],
  ['set sv_hostname "no password"', 'set sv_hostname "no password"'],
])("%s is shown as %s", (text, shown) => {
  expect(maskSecrets(text)).toBe(shown);
});

test("lines stay what and where they are", () => {
  const text = 'set rconPassword "a"\r\nset g_password\r\nset b 1\r\n';
  expect(maskSecrets(text)).toBe("set rconPassword ***\r\nset g_password\r\nset b 1\r\n");
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
      { path: "/g/a.cfg", kind: "cfg", before: cfg("a.lua"), after: cfg("a.lua m.lua"), mode: 0o600 },
    ],
    files: [],
    cvars: { lua_modules: "a.lua m.lua", lua_allowedModules: "", g_luaModuleList: "" },
    wasListed: false,
    revisions: [],
    warnings: [],
    hasWork: true,
  };
  const shown = showPlan(plan, false);
  expect(shown).toContain('+set lua_modules "a.lua m.lua"');
  expect(shown).toContain(" set rconPassword ***");
  expect(shown).not.toContain("hunter2");
});
