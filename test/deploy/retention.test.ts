/** What a deploy leaves of older modules and backups on the server. */
import { readdirSync } from "node:fs";
import path from "node:path";

import { beforeAll, expect, test } from "vitest";

import type { ServerSettings } from "../../src/config/settings.ts";
import { changeServer } from "../../src/deploy/change-server.ts";
import { planDeploy } from "../../src/deploy/plan-deploy.ts";
import { planRollback } from "../../src/deploy/plan-rollback.ts";
import { outdatedFiles } from "../../src/deploy/retention.ts";
import { type RemoteConnection, connect } from "../../src/remote/connect.ts";
import { serverFolders } from "../../src/server/folders.ts";
import { carryOut } from "../support/carry-out.ts";
import { gameSettings, makeGameServer, makeModule } from "../support/game-server.ts";
import { serverSettings } from "../support/server-settings.ts";
import { useSshd } from "../support/use-sshd.ts";

const sshd = useSshd();
let connection: RemoteConnection;

beforeAll(async () => {
  const { port, user, keyFile, fingerprint } = sshd;
  connection = await connect(serverSettings({ port, user, key: keyFile, hostKey: fingerprint }));
  return () => {
    connection.close();
  };
});

const CFG = "base/etmain/etl_server.cfg";
// Each deploy allows its module here, so that each keeps a backup of the file.
const ORIGINAL =
  'set lua_modules "c0rnp0rn.lua"\nset lua_allowedModules "00112233445566778899AABBCCDDEEFF00112233"\n';

async function deploy(server: ServerSettings, version: string, keep: number): Promise<readonly string[]> {
  const module = makeModule(version);
  const { removed } = await changeServer(connection.files, {
    server,
    what: "test",
    plan: (files) => planDeploy(files, server, module),
    rcon: undefined,
    isDryRun: false,
    keep,
    approve: () => Promise.resolve(),
  });
  return removed;
}

test("a deploy removes what is older than the revisions to keep, and nothing else", async () => {
  const game = makeGameServer(sshd.folder, sshd.own, { [CFG]: ORIGINAL });
  const server = serverSettings(gameSettings(game));
  const here = (folder: string): string[] => readdirSync(path.join(game.game, "prox", folder)).sort();
  for (const version of ["1", "2", "3", "4"]) expect(await deploy(server, version, 10)).toEqual([]);
  const [first = "", second = "", third = ""] = here("backups");
  game.write("home/legacy/prox/backups/by-hand.cfg", "mine");
  game.write("home/legacy/prox/revisions/notes.txt", "mine");
  game.write(`home/legacy/prox/revisions/${"0".repeat(40)}.lua`, "mine");

  const removed = await deploy(server, "5", 2);
  const modules = (...versions: string[]): string[] =>
    versions.map((version) => `${makeModule(version).sha1}.lua`).sort();
  // Of 4 and 5 stay the modules, and the one before 4.
  const names = removed.map((file) => path.basename(file)).sort();
  expect(names).toEqual([...modules("1", "2"), second, third].sort());
  expect(here("revisions")).toEqual([...modules("3", "4", "5"), `${"0".repeat(40)}.lua`, "notes.txt"].sort());
  expect(here("backups")).toContain("by-hand.cfg");
  // The first one is as the owner wrote it.
  expect(game.read(`home/legacy/prox/backups/${first}`)).toBe(ORIGINAL);
  expect(here("backups")).toHaveLength(4);
  expect(game.read("home/legacy/prox/revisions.log").trim().split(/\n+/)).toHaveLength(5);

  expect(await deploy(server, "5", 1)).toHaveLength(2);
  await carryOut(connection.files, server, (files) => planRollback(files, server, undefined));
  expect(game.read("home/legacy/proximity_tracker.lua")).toBe(makeModule("4").bytes.toString());
  await carryOut(connection.files, server, (files) => planRollback(files, server, undefined));
  expect(game.read("home/legacy/proximity_tracker.lua")).toBe(makeModule("5").bytes.toString());
});

test("paths elsewhere in the log count for nothing", () => {
  const folders = serverFolders(serverSettings({ basepath: "/game" }));
  const revision = (number: number, sha1: string, backups: string[]) => ({
    revision: number,
    at: "",
    by: "",
    action: "deploy" as const,
    sha1,
    version: null,
    previousSha1: null,
    files: backups.map((backup, index) => ({ path: `/game/legacy/${number}-${index}.cfg`, backup })),
  });
  const forged = [
    revision(1, "../../legacy/qagame", []),
    revision(2, "a".repeat(40), [
      "/game/legacy/prox/backups/../../x.cfg",
      "/etc/passwd",
      "/game/legacy/prox/backups/..",
    ]),
    { ...revision(3, "b".repeat(40), []), files: "x" as unknown as [] },
    revision(4, "c".repeat(40), []),
  ];
  expect(outdatedFiles(forged, folders, 1)).toEqual([
    `/game/legacy/prox/revisions/${"a".repeat(40)}.lua`,
    `/game/legacy/prox/revisions/${"b".repeat(40)}.lua`,
  ]);
});
