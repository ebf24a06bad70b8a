/** League configs on a real server: added, taken out, and a connection that breaks in the midst of it. */
import { chmodSync, statSync } from "node:fs";
import path from "node:path";

import { beforeAll, expect, test } from "vitest";

import type { ServerSettings } from "../../src/config/settings.ts";
import { planDeploy } from "../../src/deploy/plan-deploy.ts";
import { planRollback } from "../../src/deploy/plan-rollback.ts";
import { planUndeploy } from "../../src/deploy/plan-undeploy.ts";
import { type RemoteConnection, connect } from "../../src/remote/connect.ts";
import { carryOut } from "../support/carry-out.ts";
import {
  type GameServer,
  cuttingFiles,
  gameSettings,
  makeGameServer,
  makeModule,
} from "../support/game-server.ts";
import { serverSettings } from "../support/server-settings.ts";
import { zipOf } from "../support/zip.ts";
import { useSshd } from "../support/use-sshd.ts";

const CFG = "base/etmain/etl_server.cfg";
const CUP = "base/legacy/configs/cup.config";
const OPEN = "home/legacy/configs/open.config";
const PLAIN = "home/legacy/configs/plain.config";
const MODULE = "home/legacy/proximity_tracker.lua";
const T = "proximity_tracker.lua";
const ONE = makeModule("1.0.0");
/** Line ends of both kinds, no last one, bytes that are no UTF-8, the quotes of editors in a comment. */
const FILES = {
  [CFG]: 'set g_customConfig "cup"\r\nset lua_modules "c0rnp0rn.lua"\r\n',
  [CUP]:
    'configname "^1C\u00FCp"\r\ninit\r\n{\r\n\tsetl lua_modules\t"" // \u0093none\u0094\r\n\tsetl sv_pure "1"\r\n}',
  [OPEN]:
    'init\n{\n  setl lua_modules "team-lock.lua,stats.lua"\r\n}\nmap arena { set lua_modules "arena.lua" }\n\n',
  [PLAIN]: 'init { setl sv_pure "1" }\n// setl lua_modules ""\n',
};
const CHANGED = {
  [CFG]: `set g_customConfig "cup"\r\nset lua_modules "${T} c0rnp0rn.lua"\r\n`,
  [CUP]: FILES[CUP].replace('\t""', `\t"${T}"`),
  [OPEN]: FILES[OPEN].replace('"team', `"${T},team`).replace('"arena', `"${T} arena`),
  [PLAIN]: FILES[PLAIN],
};

const sshd = useSshd();
let steady: RemoteConnection;

function gameServer(): { game: GameServer; server: ServerSettings } {
  const { port, user, keyFile, fingerprint } = sshd;
  const game = makeGameServer(sshd.folder, sshd.own, FILES);
  const login = { port, user, key: keyFile, hostKey: fingerprint };
  return { game, server: serverSettings({ ...login, ...gameSettings(game), leagueConfigs: true }) };
}

const contents = (game: GameServer): Record<string, string> =>
  Object.fromEntries(Object.keys(FILES).map((file) => [file, game.read(file)]));

beforeAll(async () => {
  steady = await connect(gameServer().server);
  return () => {
    steady.close();
  };
});

test("a deploy adds the tracker and nothing else, once; undeploy and rollback undo and redo it", async () => {
  const { game, server } = gameServer();
  chmodSync(path.join(game.root, CUP), 0o640);
  const packed = [{ name: "configs/six.config", bytes: Buffer.from(FILES[CUP]) }];
  game.write("base/etmain/league.pk3", zipOf(packed, true).toString("latin1"));
  const { plan, revision } = await carryOut(steady.files, server, (files) => planDeploy(files, server, ONE));
  expect(plan.warnings).toEqual([
    expect.stringMatching(/etmain\/league\.pk3: configs\/six\.config:4 sets .*no pk3/),
  ]);
  expect(revision).toMatchObject({ revision: 1, hasLeagueConfigs: true });
  expect(revision?.files.map(({ path: file }) => path.relative(game.root, file))).toEqual([
    MODULE,
    CFG,
    CUP,
    OPEN,
  ]);
  expect(contents(game)).toEqual(CHANGED);
  expect(statSync(path.join(game.root, CUP)).mode & 0o777).toBe(0o640);
  for (const { backup } of revision?.files.slice(2) ?? []) {
    const kept = game.read(path.relative(game.root, backup ?? ""));
    expect([FILES[CUP], FILES[OPEN]]).toContain(kept);
  }

  const again = await carryOut(steady.files, server, (files) => planDeploy(files, server, ONE));
  expect(again.plan.hasWork).toBe(false);
  await carryOut(steady.files, server, (files) => planUndeploy(files, server));
  expect(contents(game)).toEqual(FILES);
  expect(game.has(MODULE)).toBe(false);

  const plain = { ...server, leagueConfigs: false };
  await carryOut(steady.files, plain, (files) => planRollback(files, plain, undefined));
  expect(contents(game)).toEqual(CHANGED);
  expect(game.leftOvers()).toEqual([]);
});

test(
  "a connection that breaks in the midst of it leaves whole files, and the next run goes on",
  { timeout: 300_000 },
  async () => {
    const counted = gameServer();
    const counting = cuttingFiles(steady, { at: Infinity, cut: () => undefined });
    await carryOut(counting.files, counted.server, (files) => planDeploy(files, counted.server, ONE));
    const total = counting.count();
    const states = new Set<string>();
    const tryCut = async (at: number): Promise<void> => {
      const { game, server } = gameServer();
      const connection = await connect(server);
      const cut = (): void => {
        connection.close();
      };
      const { files } = cuttingFiles(connection, { at, cut });
      await carryOut(files, server, (own) => planDeploy(own, server, ONE)).catch(() => undefined);
      connection.close();
      const found = contents(game);
      for (const file of [CFG, CUP, OPEN, PLAIN] as const) {
        expect([FILES[file], CHANGED[file]], `${file} after ${at} of ${total}`).toContain(found[file]);
      }
      // Where a config lists the tracker, the module is there.
      const changed = [CUP, OPEN].filter((file) => found[file]?.includes(T) === true);
      if (changed.length > 0) expect(game.read(MODULE)).toBe(ONE.bytes.toString("latin1"));
      states.add(String(changed.length));

      await carryOut(steady.files, server, (own) => planDeploy(own, server, ONE));
      expect(contents(game)).toEqual(CHANGED);
      expect(game.leftOvers()).toEqual([]);
      await carryOut(steady.files, server, (own) => planUndeploy(own, server));
      expect(contents(game)).toEqual(FILES);
    };
    const moments = Array.from({ length: total }, (_, index) => index + 1).filter(
      (at) => at % (at > total * 0.6 ? 2 : 8) === 0,
    );
    for (let next = 0; next < moments.length; next += 8) {
      await Promise.all(moments.slice(next, next + 8).map(tryCut));
    }
    // Cuts came before, between and after the two configs.
    expect([...states].sort()).toEqual(["0", "1", "2"]);
  },
);
