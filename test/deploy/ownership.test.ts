/** Whose files are before and after a change: mode, owner and group of everything that prox writes on a server. */
import { chmodSync, chownSync, readdirSync, statSync } from "node:fs";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { ServerSettings } from "../../src/config/settings.ts";
import type { ServerChangeResult } from "../../src/deploy/change-server.ts";
import { planDeploy } from "../../src/deploy/plan-deploy.ts";
import { planUndeploy } from "../../src/deploy/plan-undeploy.ts";
import type { Module } from "../../src/deploy/server-plan.ts";
import { type RemoteConnection, connect } from "../../src/remote/connect.ts";
import type { RemoteFiles } from "../../src/remote/remote-files.ts";
import { carryOut } from "../support/carry-out.ts";
import { type GameServer, gameSettings, makeGameServer, makeModule } from "../support/game-server.ts";
import { refusal } from "../support/refusal.ts";
import { serverSettings } from "../support/server-settings.ts";
import { type Sshd, startSshd } from "../support/sshd.ts";

const ONE = makeModule("1.0.0");
const TWO = makeModule("2.0.0");
const CFG = "base/etmain/etl_server.cfg";
const MODULE = "home/legacy/proximity_tracker.lua";
/** A user, and a group that the user who signs in is no member of. */
const STRANGER = 12_345;
const isRoot = process.getuid?.() === 0;
if (!isRoot) process.stderr.write("only root can give files away: owners and groups are NOT CHECKED\n");

describe.runIf(isRoot).each([
  ["an ordinary user", false],
  ["root", true],
])("signed in as %s", (_name, asSelf) => {
  let sshd: Sshd;
  let connection: RemoteConnection;
  let game: GameServer;
  let server: ServerSettings;

  beforeAll(async () => {
    sshd = await startSshd({ asSelf });
    const { port, user, keyFile, fingerprint } = sshd;
    connection = await connect(serverSettings({ port, user, key: keyFile, hostKey: fingerprint }));
  });
  afterAll(async () => {
    connection.close();
    await sshd.stop();
  });

  function makeServer(files: Record<string, string> = {}): void {
    game = makeGameServer(sshd.folder, sshd.own, files);
    server = serverSettings(gameSettings(game));
  }
  const at = (file: string): string => path.join(game.root, file);
  const whose = (file: string): string => {
    const { gid, mode, uid } = statSync(file);
    return `${uid}:${gid} ${(mode & 0o777).toString(8)}`;
  };
  function deploy(module: Module, isDryRun = false, warnings: string[] = []): Promise<ServerChangeResult> {
    const plan = (files: RemoteFiles) => planDeploy(files, server, module);
    return carryOut(connection.files, server, plan, { isDryRun, warnings });
  }
  const everything = (): string[] => readdirSync(game.root, { recursive: true, encoding: "utf8" }).sort();

  test("a dry run refuses the files of another user as the real run does, and writes nothing", async () => {
    for (const foreign of [CFG, "home/legacy/modules.txt", MODULE]) {
      makeServer({
        [CFG]: "set g_luaModuleList modules.txt\nset lua_allowedModules AA\n",
        "home/legacy/modules.txt": "c0rnp0rn.lua\n",
        [MODULE]: "-- an old one\n",
      });
      expect((await deploy(ONE, true)).plan.hasWork).toBe(true);
      chownSync(at(foreign), STRANGER, statSync(at(foreign)).gid);
      chmodSync(at(foreign), 0o666);
      const before = everything();
      for (const isDryRun of [true, false]) {
        const error = await refusal(deploy(ONE, isDryRun));
        expect(error.code, foreign).toBe("E_REMOTE_OWNER");
        expect(error.message).toContain(`${foreign} belongs to user ${STRANGER}`);
        if (isDryRun) expect(everything()).toEqual(before);
      }
    }
  });

  test("a dry run names the files that keep a group of their own, and writes nothing", async () => {
    makeServer({ [MODULE]: "-- an old one\n" });
    const ofGroups = (warnings: readonly string[]): string[] =>
      warnings.filter((line) => line.includes(" belongs to group "));
    const none: string[] = [];
    await deploy(ONE, true, none);
    expect(ofGroups(none)).toEqual([]);
    chownSync(at(MODULE), statSync(at(MODULE)).uid, STRANGER);
    const before = everything();
    const warnings: string[] = [];
    await deploy(ONE, true, warnings);
    expect(ofGroups(warnings)).toEqual([
      expect.stringContaining(`${at(MODULE)} belongs to group ${STRANGER}, which it keeps`),
    ]);
    expect(everything()).toEqual(before);
  });

  test.runIf(asSelf)("what is replaced keeps its group, and what is kept of it has it too", async () => {
    makeServer({
      [CFG]: "set g_luaModuleList modules.txt\nset lua_allowedModules AA\nset rconPassword hunter2\n",
      "home/legacy/modules.txt": "c0rnp0rn.lua\n",
      [MODULE]: "-- an old one\n",
    });
    const files = [CFG, "home/legacy/modules.txt", MODULE].map(at);
    for (const [index, file] of files.entries()) {
      chownSync(file, 0, STRANGER + index);
      chmodSync(file, 0o640);
    }
    const { revision } = await deploy(ONE);
    expect(files.map(whose)).toEqual([0, 1, 2].map((index) => `0:${STRANGER + index} 640`));
    for (const { backup, path: file } of revision?.files ?? []) expect(whose(backup ?? "")).toBe(whose(file));
    expect(revision?.files).toHaveLength(3);
    expect(whose(at(`home/legacy/prox/revisions/${ONE.sha1}.lua`))).toBe(whose(at(MODULE)));
    expect(game.has("home/legacy/prox/group-probe")).toBe(false);
  });

  test.runIf(!asSelf)("a file whose group cannot be kept is refused before anything is written", async () => {
    makeServer();
    chownSync(at(CFG), statSync(at(CFG)).uid, STRANGER);
    const text = game.read(CFG);
    const error = await refusal(deploy(ONE));
    expect(error.code).toBe("E_REMOTE_OWNER");
    expect(error.message).toContain(`${at(CFG)} belongs to group ${STRANGER}`);
    expect([game.read(CFG), game.has(MODULE), game.has("home/legacy/prox/revisions")]).toEqual([
      text,
      false,
      false,
    ]);
    expect(game.has("home/legacy/prox/group-probe")).toBe(false);
    expect(game.leftOvers()).toEqual([]);
  });

  test.runIf(!asSelf)("a backup that cannot have the group of its file is for its owner alone", async () => {
    makeServer();
    await deploy(ONE);
    game.write(MODULE, TWO.bytes.toString("latin1"));
    chownSync(at(MODULE), statSync(at(MODULE)).uid, STRANGER);
    chmodSync(at(MODULE), 0o640);
    await carryOut(connection.files, server, (files) => planUndeploy(files, server));
    expect(game.has(MODULE)).toBe(false);
    expect(statSync(at(`home/legacy/prox/revisions/${TWO.sha1}.lua`)).mode & 0o777).toBe(0o600);
  });
});
