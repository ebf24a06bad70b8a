import { utimesSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import type { ServerSettings } from "../../src/config/settings.ts";
import { serverFolders } from "../../src/server/folders.ts";
import { type HeldLock, readLock, removeLock, takeLock } from "../../src/server/lock.ts";
import { newOwner } from "../../src/process/lock-owner.ts";
import { planDeploy } from "../../src/deploy/plan-deploy.ts";
import { type RemoteConnection, connect } from "../../src/remote/connect.ts";
import type { RemoteFiles } from "../../src/remote/remote-files.ts";
import { carryOut } from "../support/carry-out.ts";
import { type GameServer, gameSettings, makeGameServer, makeModule } from "../support/game-server.ts";
import { refusal } from "../support/refusal.ts";
import { serverSettings } from "../support/server-settings.ts";
import { useSshd } from "../support/use-sshd.ts";

const ONE = makeModule("1.0.0");
const MODULE = "home/legacy/proximity_tracker.lua";
const sshd = useSshd();
let connection: RemoteConnection;

beforeAll(async () => {
  const { port, user, keyFile, fingerprint } = sshd;
  connection = await connect(serverSettings({ port, user, key: keyFile, hostKey: fingerprint }));
  return () => {
    connection.close();
  };
});

function gameServer(): { game: GameServer; server: ServerSettings } {
  const game = makeGameServer(sshd.folder, sshd.own);
  return { game, server: serverSettings(gameSettings(game)) };
}

async function deploy(server: ServerSettings): Promise<void> {
  await carryOut(connection.files, server, (files) => planDeploy(files, server, ONE));
}

describe("the lock of a server", () => {
  test("keeps a second change away, and says whose it is", async () => {
    const { game, server } = gameServer();
    const folders = serverFolders(server);
    await connection.files.makeFolder(folders.prox);
    const held = await takeLock(connection.files, folders, {
      serverName: "test",
      what: "cup final",
      isKept: true,
    });
    const error = await refusal(deploy(server));
    expect(error.code).toBe("E_LOCKED");
    expect(error.exit).toBe("locked");
    expect(error.message).toMatch(/locked by .*for cup final/);
    expect(error.suggestions.join("\n")).toContain("prox unlock test");
    expect(game.has(MODULE)).toBe(false);
    await held.release();
    await deploy(server);
    expect(game.leftOvers()).toEqual([]);
  });

  test("keeps a second change of the same process away: one server may have two names", async () => {
    const { game, server } = gameServer();
    const folders = serverFolders(server);
    await connection.files.makeFolder(folders.prox);
    const held = await takeLock(connection.files, folders, { serverName: "test", what: "deploy" });
    expect((await refusal(deploy(server))).code).toBe("E_LOCKED");
    expect(game.has(MODULE)).toBe(false);
    await held.release();
    await deploy(server);
    expect(game.leftOvers()).toEqual([]);
  });

  test("of a command that is gone is taken over; one of another machine is not", async () => {
    const { game, server } = gameServer();
    const folders = serverFolders(server);
    const owner = { host: "elsewhere", user: "u", pid: 1, started: "", at: new Date().toISOString() };
    const write = (host: string, pid: number): void => {
      game.write(
        "home/legacy/prox/lock/owner.json",
        JSON.stringify({ ...owner, host, pid, what: "deploy", isKept: false, token: "t" }),
      );
    };
    write("elsewhere", 1);
    expect((await refusal(deploy(server))).code).toBe("E_LOCKED");
    // No process has this number: it is above what Linux gives.
    write(hostname(), 4_194_305);
    await deploy(server);
    expect(await readLock(connection.files, folders)).toBeUndefined();
    expect(await removeLock(connection.files, folders)).toBe(false);
  });

  test("that does not say whose it is counts as left over after a while", async () => {
    const { game, server } = gameServer();
    const folders = serverFolders(server);
    await connection.files.makeFolder(folders.prox);
    await connection.files.makeFolder(`${folders.prox}/lock`);
    const { takenFrom, release } = await takeLock(connection.files, folders, {
      serverName: "test",
      what: "x",
      namelessMs: 300,
    });
    expect(takenFrom).toContain("does not name its owner");
    await release();
    expect(game.leftOvers()).toEqual([]);
  });

  test("of a command on another machine counts as left over when it has given no sign of life", async () => {
    const { game, server } = gameServer();
    const folders = serverFolders(server);
    const file = path.join(game.root, "home/legacy/prox/lock/owner.json");
    const write = (agoS: number): void => {
      const owner = { ...newOwner("deploy", { beatS: 30 }), host: "elsewhere", started: "another-boot 1" };
      game.write("home/legacy/prox/lock/owner.json", JSON.stringify(owner));
      const time = new Date(Date.now() - agoS * 1000);
      utimesSync(file, time, time);
    };
    write(90);
    expect((await refusal(deploy(server))).code).toBe("E_LOCKED");
    write(150);
    await deploy(server);
    expect(await readLock(connection.files, folders)).toBeUndefined();
    expect(game.leftOvers()).toEqual([]);
  });

  test("of a command that is gone is taken over by one only of many that see it at once", async () => {
    const { game, server } = gameServer();
    const folders = serverFolders(server);
    for (const content of [JSON.stringify({ ...newOwner("deploy", { beatS: 30 }), pid: 4_194_305 }), ""]) {
      game.write("home/legacy/prox/lock/owner.json", content);
      const results = await Promise.allSettled(
        Array.from({ length: 8 }, () =>
          takeLock(connection.files, folders, {
            serverName: "test",
            what: "race",
            isKept: true,
            namelessMs: 300,
          }),
        ),
      );
      const held = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
      expect(held).toHaveLength(1);
      expect(await readLock(connection.files, folders)).toEqual(held[0]?.owner);
      await held[0]?.release();
      expect(game.leftOvers()).toEqual([]);
    }
  });

  test("of a command that is gone is not taken from whoever took it over meanwhile", async () => {
    const { game, server } = gameServer();
    const folders = serverFolders(server);
    const dead = JSON.stringify({ ...newOwner("deploy", { beatS: 30 }), pid: 4_194_305 });
    game.write("home/legacy/prox/lock/owner.json", dead);
    const take = (files: RemoteFiles): Promise<HeldLock> =>
      takeLock(files, folders, { serverName: "test", what: "race", isKept: true });
    let faster: Promise<HeldLock> | undefined;
    // Reads whose lock it is, and goes on only when another one has taken it.
    const slow = new Proxy(connection.files, {
      get: (target, key: keyof RemoteFiles) => {
        if (key !== "read") return target[key].bind(target) as unknown;
        return async (file: string): Promise<Buffer | undefined> => {
          const bytes = await target.read(file);
          if (faster === undefined) await (faster = take(target));
          return bytes;
        };
      },
    });
    await expect(take(slow)).rejects.toMatchObject({ code: "E_LOCKED" });
    const held = await faster;
    await held?.release();
    expect(game.leftOvers()).toEqual([]);
  });

  test("that was taken away is noticed before anything is changed", async () => {
    const { server } = gameServer();
    const folders = serverFolders(server);
    await connection.files.makeFolder(folders.prox);
    const lock = await takeLock(connection.files, folders, { serverName: "test", what: "deploy" });
    await lock.assertHeld();
    await removeLock(connection.files, folders);
    await expect(lock.assertHeld()).rejects.toMatchObject({ code: "E_LOCKED" });
    await takeLock(connection.files, folders, { serverName: "test", what: "cup final", isKept: true });
    await expect(lock.assertHeld()).rejects.toMatchObject({
      message: expect.stringContaining("cup final") as string,
    });
    await lock.release();
    expect(await readLock(connection.files, folders)).toMatchObject({ what: "cup final" });
  });

  test("is got by one only of many at once", async () => {
    const { server } = gameServer();
    const folders = serverFolders(server);
    await connection.files.makeFolder(folders.prox);
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, () =>
        takeLock(connection.files, folders, { serverName: "test", what: "race", isKept: true }),
      ),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });
});
