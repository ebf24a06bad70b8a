/** What deploy, undeploy and rollback refuse to do: each time over a real sshd, with the fault really there. */
import { chownSync, chmodSync, rmSync, statSync } from "node:fs";
import path from "node:path";

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { ServerSettings } from "../../src/config/settings.ts";
import { temporaryPath } from "../../src/deploy/game-files.ts";
import { planDeploy } from "../../src/deploy/plan-deploy.ts";
import { planRollback } from "../../src/deploy/plan-rollback.ts";
import { planUndeploy } from "../../src/deploy/plan-undeploy.ts";
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
const THEIRS = 'set sv_hostname "changed by someone else"\n';

let sshd: Sshd;
let connection: RemoteConnection;
let game: GameServer;
let server: ServerSettings;

beforeAll(async () => {
  sshd = await startSshd();
  const { port, user, keyFile, fingerprint } = sshd;
  connection = await connect(serverSettings({ port, user, key: keyFile, hostKey: fingerprint }));
});
afterAll(async () => {
  connection.close();
  await sshd.stop();
});
beforeEach(() => {
  game = makeGameServer(sshd.folder, sshd.own);
  server = serverSettings(gameSettings(game));
});

/** The connection's files; `meanwhile` runs each time after what is to replace `file` was written beside it. */
function afterWriting(file: string, meanwhile: () => void): RemoteFiles {
  const temporary = temporaryPath(path.join(game.root, file));
  return new Proxy(connection.files, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return async (...args: unknown[]): Promise<unknown> => {
        const answer: unknown = await Reflect.apply(value, target, args);
        if (name === "write" && args[0] === temporary) meanwhile();
        return answer;
      };
    },
  });
}

const deploy = (files = connection.files, module = ONE): Promise<unknown> =>
  carryOut(files, server, (remote) => planDeploy(remote, server, module));

const rollback = (revision?: number): Promise<unknown> =>
  carryOut(connection.files, server, (remote) => planRollback(remote, server, revision));

describe("a file that changes on the server while prox is working", () => {
  test("is not overwritten", async () => {
    const files = afterWriting(CFG, () => {
      game.write(CFG, THEIRS);
    });
    const error = await refusal(deploy(files));
    expect(error.code).toBe("E_DEPLOY_CHANGED");
    expect(error.message).toContain(path.join(game.root, CFG));
    expect(game.read(CFG)).toBe(THEIRS);
    // The next run takes it as it is now.
    await deploy();
    expect(game.read(CFG)).toContain("changed by someone else");
    expect(game.leftOvers()).toEqual([]);
  });

  test("is not removed", async () => {
    await deploy();
    const files = afterWriting(CFG, () => {
      game.write(MODULE, "-- theirs");
    });
    const undeploy = carryOut(files, server, (remote) => planUndeploy(remote, server));
    expect((await refusal(undeploy)).code).toBe("E_DEPLOY_CHANGED");
    expect(game.read(MODULE)).toBe("-- theirs");
  });
});

test("a file that reads back with other content is not put in place", async () => {
  await deploy();
  const files = afterWriting(MODULE, () => {
    const temporary = path.relative(game.root, temporaryPath(path.join(game.root, MODULE)));
    game.write(temporary, TWO.bytes.toString("latin1").slice(0, 20));
  });
  const error = await refusal(deploy(files, TWO));
  expect(error.code).toBe("E_DEPLOY_VERIFY");
  expect(error.message).toContain(`20 of ${TWO.bytes.length} bytes`);
  expect(game.read(MODULE)).toBe(ONE.bytes.toString("latin1"));
});

const isRoot = process.getuid?.() === 0;
if (!isRoot) process.stderr.write("only root can give files away: a file's change of owner is NOT CHECKED\n");

test.skipIf(!isRoot)("a file of another user keeps its owner and its content", async () => {
  const file = path.join(game.root, CFG);
  const text = game.read(CFG);
  chownSync(file, 0, 0);
  chmodSync(file, 0o666);
  const error = await refusal(deploy());
  expect(error.code).toBe("E_REMOTE_OWNER");
  expect(error.message).toContain(`${file} belongs to user 0`);
  expect(game.read(CFG)).toBe(text);
  expect(statSync(file).uid).toBe(0);
  expect(game.leftOvers()).toEqual([]);
});

describe("rollback", () => {
  test("needs a revision with a module", async () => {
    const refused = async (revision?: number): Promise<string> => {
      const { code, message } = await refusal(rollback(revision));
      expect(code).toBe("E_NO_REVISION");
      return message;
    };
    expect(await refused()).toContain("deployed");
    await deploy();
    expect(await refused()).toContain("before revision 1");
    expect(await refused(7)).toContain("unknown revision: 7");
    await carryOut(connection.files, server, (remote) => planUndeploy(remote, server));
    expect(await refused(2)).toContain("revision 2: it removed the tracker");
  });

  test("refuses a copy that is damaged or missing, and changes nothing", async () => {
    await deploy();
    await deploy(connection.files, TWO);
    const copy = `home/legacy/prox/revisions/${ONE.sha1}.lua`;
    game.write(copy, "-- damaged");
    const damaged = await refusal(rollback());
    expect(damaged).toMatchObject({ code: "E_REVISION_FILE", exit: "verification" });
    expect(damaged.message).toContain("damaged");
    rmSync(path.join(game.root, copy));
    expect((await refusal(rollback())).code).toBe("E_REVISION_FILE");
    expect(game.read(MODULE)).toBe(TWO.bytes.toString("latin1"));
  });
});
