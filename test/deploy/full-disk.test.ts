/** Deploys to a disk of the server that gets full: a real one, behind a real sshd. */
import { execFileSync } from "node:child_process";
import { chmodSync, rmSync, statfsSync } from "node:fs";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { ServerSettings } from "../../src/config/settings.ts";
import { planDeploy } from "../../src/deploy/plan-deploy.ts";
import type { Module } from "../../src/deploy/server-plan.ts";
import { type RemoteConnection, connect } from "../../src/remote/connect.ts";
import { carryOut } from "../support/carry-out.ts";
import {
  type GameServer,
  gameServerAt,
  gameSettings,
  makeGameServer,
  makeModule,
} from "../support/game-server.ts";
import { serverSettings } from "../support/server-settings.ts";
import { mountSmallDisk } from "../support/small-disk.ts";
import { useSshd } from "../support/use-sshd.ts";

const ONE = makeModule("1.0.0", "-- filling\n".repeat(1500));
const TWO = makeModule("2.0.0", "-- filling\n".repeat(1500));
const MODULE = "home/legacy/proximity_tracker.lua";
const CFG = "base/etmain/etl_server.cfg";
/** A page of 4 KiB: the least that a file takes there. */
const PAGE_MEGABYTES = 4096 / 2 ** 20;

const disk = await mountSmallDisk(1);
if (disk === undefined) {
  process.stderr.write(
    "this machine lets nobody mount a file system: the tests of a full disk are LEFT OUT (they need root)\n",
  );
}

describe.skipIf(disk === undefined)("a deploy to a disk that is full after so many pages", () => {
  const sshd = useSshd();
  let connection: RemoteConnection;

  beforeAll(async () => {
    const { port, user, keyFile, fingerprint } = sshd;
    connection = await connect(serverSettings({ port, user, key: keyFile, hostKey: fingerprint }));
    // For the user whom sshd lets in.
    chmodSync(disk?.folder ?? "", 0o777);
    return () => {
      connection.close();
    };
  });
  afterAll(() => disk?.remove());

  async function deploy(game: GameServer, module: Module): Promise<void> {
    const server: ServerSettings = serverSettings(gameSettings(game));
    await carryOut(connection.files, server, (files) => planDeploy(files, server, module));
  }

  /** What the engine would load; nothing may be cut or half written. */
  function loadable(game: GameServer): string {
    const isListed = game.read(CFG).includes("proximity_tracker.lua c0rnp0rn.lua");
    expect(game.read(CFG)).toBe(
      `set sv_hostname "ET"\nset lua_modules "${isListed ? "proximity_tracker.lua " : ""}c0rnp0rn.lua"\n`,
    );
    if (!isListed) return "none";
    const module = [ONE, TWO].find(({ bytes }) => bytes.toString("latin1") === game.read(MODULE));
    expect(module, "the module is whole").toBeDefined();
    return module?.version ?? "";
  }

  test.each([
    ["none", undefined],
    ["1.0.0", ONE],
  ] as const)(
    "over %s leaves the old or the new state, and the next one fixes it",
    async (before, module) => {
      const template = makeGameServer(sshd.folder, sshd.own);
      if (module !== undefined) await deploy(template, module);

      const failures: string[] = [];
      for (let freePages = 0; ; freePages += 1) {
        const root = path.join(disk?.folder ?? "", "game");
        execFileSync("cp", ["-a", template.root, root]);
        const game = gameServerAt(root, sshd.own);
        disk?.fill(freePages * PAGE_MEGABYTES);
        expect(statfsSync(root).bfree).toBe(freePages);
        const error: unknown = await deploy(game, TWO).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        expect([before, "2.0.0"]).toContain(loadable(game));
        disk?.free();
        if (error === undefined) {
          rmSync(root, { recursive: true });
          break;
        }
        expect(error).toMatchObject({ code: "E_REMOTE_FAILED", exit: "remote" });
        failures.push((error as Error).message);
        expect((error as { suggestions: string[] }).suggestions.join("\n")).toContain("the disk is full");
        await deploy(game, TWO);
        expect(loadable(game)).toBe("2.0.0");
        expect(game.leftOvers()).toEqual([]);
        rmSync(root, { recursive: true });
      }
      // It failed at each of the files that it writes, this one and that one among them.
      expect(failures.length).toBeGreaterThan(8);
      expect(failures.join("\n")).toContain(`/prox/revisions/${TWO.sha1}.lua`);
      expect(failures.join("\n")).toContain(".proximity_tracker.lua.prox-new");
    },
  );
});
