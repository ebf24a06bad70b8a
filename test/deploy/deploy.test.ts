import { chmodSync, chownSync, statSync, symlinkSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import type { ServerChange, ServerChangeResult } from "../../src/deploy/change-server.ts";
import { planDeploy } from "../../src/deploy/plan-deploy.ts";
import { planUndeploy } from "../../src/deploy/plan-undeploy.ts";
import type { Module } from "../../src/deploy/server-plan.ts";
import { planRollback } from "../../src/deploy/plan-rollback.ts";
import { showPlan } from "../../src/deploy/show-plan.ts";
import type { ServerSettings } from "../../src/config/settings.ts";
import { type RemoteConnection, connect } from "../../src/remote/connect.ts";
import { carryOut } from "../support/carry-out.ts";
import { type GameServer, gameSettings, makeGameServer, makeModule } from "../support/game-server.ts";
import { refusal } from "../support/refusal.ts";
import { serverSettings } from "../support/server-settings.ts";
import { useSshd } from "../support/use-sshd.ts";

const sshd = useSshd();
let connection: RemoteConnection;
const ONE = makeModule("1.0.0");
const TWO = makeModule("2.0.0");
const CFG = "base/etmain/etl_server.cfg";
const MODULE = "home/legacy/proximity_tracker.lua";

beforeAll(async () => {
  connection = await connect(settingsFor({}));
  return () => {
    connection.close();
  };
});

function settingsFor(settings: Partial<ServerSettings>): ServerSettings {
  const { port, user, keyFile, fingerprint } = sshd;
  return serverSettings({ port, user, key: keyFile, hostKey: fingerprint, ...settings });
}

function gameServer(files: Record<string, string> = {}): { game: GameServer; server: ServerSettings } {
  const game = makeGameServer(sshd.folder, sshd.own, files);
  return { game, server: settingsFor(gameSettings(game)) };
}

function change(
  server: ServerSettings,
  plan: ServerChange["plan"],
  options?: { isDryRun?: boolean; warnings?: string[] },
): Promise<ServerChangeResult> {
  return carryOut(connection.files, server, plan, options);
}

function deploy(server: ServerSettings, module: Module, warnings?: string[]): Promise<ServerChangeResult> {
  const options = warnings === undefined ? {} : { warnings };
  return change(server, (files) => planDeploy(files, server, module), options);
}

describe("deploy", () => {
  test("puts the module where the game looks first and lists it; a second time there is nothing to do", async () => {
    const { game, server } = gameServer();
    const first = await deploy(server, ONE);
    expect(first.revision).toMatchObject({
      revision: 1,
      action: "deploy",
      sha1: ONE.sha1,
      previousSha1: null,
    });
    expect(game.read(MODULE)).toBe(ONE.bytes.toString("latin1"));
    expect(game.read(CFG)).toBe(
      'set sv_hostname "ET"\nset lua_modules "proximity_tracker.lua c0rnp0rn.lua"\n',
    );
    expect(
      game.read(first.revision?.files[1]?.backup?.slice(path.dirname(game.homepath).length + 1) ?? ""),
    ).toBe('set sv_hostname "ET"\nset lua_modules "c0rnp0rn.lua"\n');
    expect(game.leftOvers()).toEqual([]);

    const second = await deploy(server, ONE);
    expect(second.plan.hasWork).toBe(false);
    expect(second.revision).toBeUndefined();
  });

  test("a list that has the module stays as it is; who stands in front of it is told, unless that is wanted", async () => {
    const { game, server } = gameServer();
    const plan = async (position: "first" | "last"): Promise<readonly string[]> => {
      const found = await change(server, (files) => planDeploy(files, { ...server, position }, ONE), {
        isDryRun: true,
      });
      return found.plan.warnings;
    };
    await change(server, (files) => planDeploy(files, { ...server, position: "last" }, ONE));
    const listed = game.read(CFG);
    expect(listed).toContain('set lua_modules "c0rnp0rn.lua proximity_tracker.lua"');
    expect(await plan("last")).toEqual([]);
    const [warning] = await plan("first");
    expect(warning).toContain("proximity_tracker.lua stays behind c0rnp0rn.lua");
    expect(warning).toContain(`prox undeploy ${server.name}, then prox deploy ${server.name}`);
    await deploy(server, TWO);
    expect(game.read(CFG)).toBe(listed);
    await change(server, (files) => planUndeploy(files, server));
    await deploy(server, TWO);
    expect(game.read(CFG)).toContain('set lua_modules "proximity_tracker.lua c0rnp0rn.lua"');
    expect(await plan("first")).toEqual([]);
  });

  test("dry run changes nothing at all, and shows the diff", async () => {
    const { game, server } = gameServer();
    const { plan } = await change(server, (files) => planDeploy(files, server, ONE), { isDryRun: true });
    expect(plan.hasWork).toBe(true);
    expect(game.has(MODULE)).toBe(false);
    expect(game.has("home/legacy/prox")).toBe(false);
    const shown = showPlan(plan, true);
    expect(shown).toContain(
      '-set lua_modules "c0rnp0rn.lua"\n+set lua_modules "proximity_tracker.lua c0rnp0rn.lua"',
    );
    expect(shown).toContain('+local PROX_BUILD = { version = "1.0.0" }');
    expect(shown).not.toContain("return 1");
    expect(shown).toContain("over rcon: lua_restart reloads all modules");
  });

  test("an upgrade changes the module alone; rollback and undeploy restore the bytes from before", async () => {
    const { game, server } = gameServer();
    const original = game.read(CFG);
    await deploy(server, ONE);
    const listed = game.read(CFG);
    const upgrade = await deploy(server, TWO);
    expect(upgrade.plan.changes.map(({ kind }) => kind)).toEqual(["module"]);
    expect(game.read(MODULE)).toContain("2.0.0");
    expect(game.read(CFG)).toBe(listed);

    const back = await change(server, (files) => planRollback(files, server, undefined));
    expect(back.revision).toMatchObject({
      revision: 3,
      action: "rollback",
      sha1: ONE.sha1,
      previousSha1: TWO.sha1,
    });
    expect(game.read(MODULE)).toContain("1.0.0");
    await change(server, (files) => planRollback(files, server, undefined));
    expect(game.read(MODULE)).toContain("2.0.0");
    await change(server, (files) => planRollback(files, server, 1));
    expect(game.read(MODULE)).toContain("1.0.0");

    const gone = await change(server, (files) => planUndeploy(files, server));
    expect(gone.revision).toMatchObject({ action: "undeploy", sha1: null, previousSha1: ONE.sha1 });
    expect(game.has(MODULE)).toBe(false);
    expect(game.read(CFG)).toBe(original);
    expect((await change(server, (files) => planUndeploy(files, server))).plan.hasWork).toBe(false);

    await change(server, (files) => planRollback(files, server, undefined));
    expect(game.read(MODULE)).toContain("1.0.0");
    expect(game.read(CFG)).toBe(listed);
    const missing = await refusal(change(server, (files) => planRollback(files, server, 99)));
    expect(missing.message).toBe("unknown revision: 99");
  });

  test("follows links, and keeps permissions", async () => {
    const { game, server } = gameServer();
    game.write("shared/real.cfg", 'set lua_modules ""\n');
    symlinkSync(
      path.join(path.dirname(game.homepath), "shared/real.cfg"),
      path.join(game.game, "etl_server.cfg"),
    );
    chmodSync(path.join(path.dirname(game.homepath), "shared/real.cfg"), 0o660);
    await deploy(server, ONE);
    expect(game.read("shared/real.cfg")).toBe('set lua_modules "proximity_tracker.lua"\n');
    expect(statSync(path.join(path.dirname(game.homepath), "shared/real.cfg")).mode & 0o777).toBe(0o660);
    expect(game.read(CFG)).not.toContain("proximity_tracker");
  });

  test("edits the copy in the homepath, which hides the one in the basepath, and says so", async () => {
    const { game, server } = gameServer({ "home/legacy/etl_server.cfg": 'set lua_modules "x.lua"\n' });
    game.write("base/legacy/proximity_tracker.lua", "-- older");
    const warnings: string[] = [];
    await deploy(server, ONE, warnings);
    expect(game.read("home/legacy/etl_server.cfg")).toContain("proximity_tracker.lua x.lua");
    expect(warnings.join("\n")).toContain(`hides ${game.basepath}/etmain/etl_server.cfg`);
    expect(warnings.join("\n")).toContain(
      "base/legacy/proximity_tracker.lua exists already and will be hidden",
    );
  });

  test("edits the list file where g_luaModuleList names one", async () => {
    const { game, server } = gameServer({
      "base/legacy/modules.txt": "c0rnp0rn.lua\n",
      [CFG]: 'set g_luaModuleList "modules.txt"\nset lua_modules "ignored.lua"\n',
    });
    await deploy(server, ONE);
    expect(game.read("base/legacy/modules.txt")).toBe("proximity_tracker.lua\nc0rnp0rn.lua\n");
    expect(game.read(CFG)).toContain('"ignored.lua"');
    await change(server, (files) => planUndeploy(files, server));
    expect(game.read("base/legacy/modules.txt")).toBe("c0rnp0rn.lua\n");

    await change(server, (files) => planDeploy(files, { ...server, position: "last" }, ONE));
    const { plan } = await change(server, (files) => planDeploy(files, server, ONE), { isDryRun: true });
    expect(plan.warnings.join("\n")).toContain("proximity_tracker.lua stays behind c0rnp0rn.lua");
  });

  test("keeps an allow-list right: old and new are allowed while one replaces the other", async () => {
    const other = "C".repeat(40);
    const { game, server } = gameServer({
      [CFG]: `set lua_allowedModules "${other}"\nset lua_modules ""\n`,
    });
    await deploy(server, ONE);
    const allowed = (): string => /lua_allowedModules "([^"]*)"/.exec(game.read(CFG))?.[1] ?? "";
    expect(allowed()).toBe(`${ONE.sha1.toUpperCase()} ${other}`);
    const upgrade = await deploy(server, TWO);
    expect(upgrade.plan.changes.map(({ kind }) => kind)).toEqual(["cfg", "module"]);
    expect(allowed()).toBe(`${TWO.sha1.toUpperCase()} ${ONE.sha1.toUpperCase()} ${other}`);
    // Deployed once more, nothing is left to do: the one before stays allowed, as the game may still run it.
    expect((await deploy(server, TWO)).plan.hasWork).toBe(false);
    await deploy(server, makeModule("3.0.0"));
    expect(allowed()).not.toContain(ONE.sha1.toUpperCase());
    await change(server, (files) => planUndeploy(files, server));
    expect(allowed()).toBe(other);
  });

  test("makes the folder of a module that lies deeper", async () => {
    const { game, server } = gameServer();
    await deploy({ ...server, module: "luascripts/prox/tracker.lua" }, ONE);
    expect(game.read("home/legacy/luascripts/prox/tracker.lua")).toContain("1.0.0");
    expect(game.read(CFG)).toContain("luascripts/prox/tracker.lua");
  });
});

describe("what prox keeps on the server", () => {
  test("a backup can be read by nobody who could not read the original", async () => {
    const { game, server } = gameServer({ "base/legacy/private.cfg": 'set rconPassword "s3cret"\n' });
    for (const [mode, cfg] of [
      [0o600, CFG],
      [0o640, "home/legacy/league.cfg"],
    ] as const) {
      if (cfg !== CFG) game.write(cfg, "set lua_modules old.lua\n");
      chmodSync(path.join(game.root, cfg), mode);
      const at = { ...server, cfg: path.basename(cfg) };
      const { revision } = await deploy(at, ONE);
      const backup = revision?.files.find((file) => file.path.endsWith(at.cfg))?.backup ?? "";
      expect(statSync(backup).mode & 0o777).toBe(mode);
      await change(at, (files) => planUndeploy(files, at));
    }
  });

  test("a rollback that was cut off after its log entry goes on to the same module", async () => {
    const { game, server } = gameServer();
    await deploy(server, ONE);
    await deploy(server, TWO);
    const before = new Date().toISOString();
    await change(server, (files) => planRollback(files, server, undefined));
    const lock = (at: string): void => {
      // No process has this number: it is above what Linux gives.
      const owner = { host: hostname(), user: "u", pid: 4_194_305, started: "", what: "roll back", at };
      game.write("home/legacy/prox/lock/owner.json", JSON.stringify({ ...owner, isKept: false, token: "t" }));
    };
    const again = (): Promise<ServerChangeResult> =>
      change(server, (files, cutOff) => planRollback(files, server, undefined, cutOff));
    lock(before);
    expect((await again()).plan.hasWork).toBe(false);
    expect(game.read(MODULE)).toBe(ONE.bytes.toString("latin1"));
    // Cut before it logged anything, or not cut at all: then it is a rollback of the last change.
    lock(new Date(Date.now() + 1000).toISOString());
    expect((await again()).revision).toMatchObject({ revision: 4, sha1: TWO.sha1 });
    expect((await again()).revision).toMatchObject({ revision: 5, sha1: ONE.sha1 });
  });
});

describe("deploy refuses, and changes nothing,", () => {
  test.skipIf(process.getuid?.() !== 0).each([CFG, "home/legacy/modules.txt", MODULE])(
    "when %s belongs to another user",
    async (foreign) => {
      const { game, server } = gameServer({
        [CFG]: "set g_luaModuleList modules.txt\nset lua_allowedModules AA\n",
        "home/legacy/modules.txt": "c0rnp0rn.lua\n",
        [MODULE]: "-- an old one\n",
      });
      chownSync(path.join(game.root, foreign), 12345, 12345);
      chmodSync(path.join(game.root, foreign), 0o666);
      const before = [CFG, "home/legacy/modules.txt", MODULE].map((file) => game.read(file));
      const error = await refusal(deploy(server, ONE));
      expect(error.code).toBe("E_REMOTE_OWNER");
      expect(error.message).toContain(`${foreign} belongs to user 12345`);
      expect([CFG, "home/legacy/modules.txt", MODULE].map((file) => game.read(file))).toEqual(before);
      expect(game.has("home/legacy/prox/revisions")).toBe(false);
      expect(game.leftOvers()).toEqual([]);
    },
  );

  test("when a league config locks the list, with the line; another config is a warning", async () => {
    const config = (verb: string): string => `// league\ninit {\n  ${verb} lua_modules "league.lua"\n}\n`;
    const { game, server } = gameServer({
      "base/legacy/configs/legacy6.config": config("setl"),
      "base/legacy/configs/other.config": config("set"),
      [CFG]: 'set g_customConfig "legacy6"\nset lua_modules ""\n',
    });
    const error = await refusal(deploy(server, ONE));
    expect(error.code).toBe("E_DEPLOY_REFUSED");
    expect(error.exit).toBe("verification");
    expect(error.message).toContain(
      `${game.basepath}/legacy/configs/legacy6.config:3 sets lua_modules to "league.lua"`,
    );
    expect(error.message).toContain("and locks it");
    expect(game.has(MODULE)).toBe(false);
    expect(game.leftOvers()).toEqual([]);

    game.write(CFG, 'set g_customConfig ""\nset lua_modules ""\n');
    const warnings: string[] = [];
    await deploy(server, ONE, warnings);
    expect(warnings.filter((warning) => warning.includes("when this config is voted in"))).toHaveLength(2);
  });

  test("when a map config sets the list after each map has started", async () => {
    const { server } = gameServer({
      "base/legacy/mapconfigs/default.cfg": 'set lua_modules "maps.lua"\n',
      [CFG]: 'set g_mapConfigs "mapconfigs"\nset lua_modules ""\n',
    });
    expect((await refusal(deploy(server, ONE))).message).toContain(
      "mapconfigs/default.cfg:1 sets lua_modules",
    );
  });

  test("when the list is full, ends in a separator, or the module is too large or its name too long", async () => {
    const { game, server } = gameServer({ [CFG]: `set lua_modules "${"a".repeat(240)}.lua"\n` });
    expect((await refusal(deploy(server, ONE))).message).toContain(
      "etl_server.cfg:1 would hold 266 characters",
    );
    game.write(CFG, 'set lua_modules "a.lua,"\n');
    expect((await refusal(deploy(server, ONE))).message).toContain(
      "etl_server.cfg:1 ends lua_modules in a separator",
    );
    game.write(CFG, 'set lua_modules ""\n');
    const large = { ...ONE, bytes: Buffer.alloc(1024 * 1024 + 1) };
    expect((await refusal(deploy(server, large))).message).toContain("the engine ignores more than 1 MiB");
    const long = { ...server, module: `${"a".repeat(60)}.lua` };
    expect((await refusal(deploy(long, ONE))).message).toContain("longer than the engine keeps");
    expect(game.has(MODULE)).toBe(false);
  });

  test("when the cfg is read-only", async () => {
    const { game, server } = gameServer();
    chmodSync(path.join(game.basepath, "etmain/etl_server.cfg"), 0o444);
    expect((await refusal(deploy(server, ONE))).message).toContain("etl_server.cfg is read-only");
    expect(game.has(MODULE)).toBe(false);
  });

  test("when folders or the cfg file are missing, naming the ones that are there", async () => {
    const { game, server } = gameServer({ "base/etmain/other.cfg": "" });
    const folder = await refusal(deploy({ ...server, game: "nomod" }, ONE));
    expect(folder.code).toBe("E_DEPLOY_FOLDER");
    expect(folder.message).toContain(`${game.homepath}/nomod`);
    const cfg = await refusal(deploy({ ...server, cfg: "none.cfg" }, ONE));
    expect(cfg.code).toBe("E_DEPLOY_CFG");
    expect(cfg.suggestions.join("\n")).toContain("etl_server.cfg, other.cfg");
  });

  test("without permission, saying for which file", async () => {
    const { game, server } = gameServer();
    chmodSync(game.game, 0o555);
    const error = await refusal(deploy(server, ONE));
    expect(error.code).toBe("E_REMOTE_DENIED");
    expect(error.message).toContain(`${game.game}/prox`);
    chmodSync(game.game, 0o755);
  });
});

describe("warnings", () => {
  test("name an executed file that is not there, and a map that is loaded too early", async () => {
    const { server } = gameServer({
      [CFG]: 'exec secrets\nmap oasis\nset lua_modules "a.lua"\n',
    });
    const warnings: string[] = [];
    await deploy(server, ONE, warnings);
    expect(warnings.join("\n")).toContain("etl_server.cfg:1 executes secrets.cfg, which is not a loose file");
    expect(warnings.join("\n")).toContain("etl_server.cfg:2 loads a map before");
  });
});
