/** Whether something has taken the tracker out since it was deployed: what a look reads, and when its answer is news. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { ProxError } from "../../src/errors.ts";
import type { RemoteFiles } from "../../src/remote/remote-files.ts";
import { type TrackerWatch, watchTracker } from "../../src/status/tracker-watch.ts";
import { makeModule } from "../support/game-server.ts";
import { type MemoryFiles, memoryFiles } from "../support/memory-files.ts";
import { serverSettings } from "../support/server-settings.ts";

const SERVER = serverSettings({ name: "main", basepath: "/base", homepath: "/home" });
const MODULE = makeModule("1.0.0");
const T = "proximity_tracker.lua";
const CFG = "/base/etmain/etl_server.cfg";
const CUP = "/base/legacy/configs/cup.config";
const LOG = "/home/legacy/prox/revisions.log";
const entry = (values: object): string =>
  `${JSON.stringify({ revision: 3, at: "2026-01-31T12:00:00.000Z", files: [], ...values })}\n`;
const DEPLOYED = {
  [`/home/legacy/${T}`]: MODULE.bytes.toString("latin1"),
  [CFG]: `set lua_modules "${T} a.lua"\n`,
  [CUP]: `init { setl lua_modules "${T}" }\n`,
  "/base/legacy/configs/plain.config": "init { }\n",
  [LOG]: entry({ action: "deploy", sha1: MODULE.sha1, previousSha1: null, hasLeagueConfigs: true }),
};
const CFG_GONE =
  `${CFG} no longer names the tracker, as revision 3 made it do: an update or a new container has replaced it; ` +
  "to put it back, run: prox deploy main --league-configs";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "prox-watch-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const stateFile = (): string => path.join(folder, "tracker.json");

/** A look, and the paths of the files that it read. */
async function look(
  files: MemoryFiles,
  server = SERVER,
): Promise<{ found: TrackerWatch | undefined; read: string[] }> {
  const real = memoryFiles(files);
  const read: string[] = [];
  const counted: RemoteFiles = {
    ...real,
    read: (name) => {
      read.push(name);
      return real.read(name);
    },
  };
  return { found: await watchTracker(counted, server, stateFile()), read };
}

const findings = async (files: MemoryFiles): Promise<TrackerWatch | undefined> => (await look(files)).found;

test("a server where all is well is read once, and then only looked at", async () => {
  const first = await look(DEPLOYED);
  expect(first.found).toEqual({ problems: [], isNews: false });
  expect(first.read).toContain(CUP);
  expect(await look(DEPLOYED)).toEqual({ found: { problems: [], isNews: false }, read: [] });
});

test("what was taken out is told once, told again when it is more, and once when it is back", async () => {
  await look(DEPLOYED);
  const updated = { ...DEPLOYED, [CFG]: 'set lua_modules "a.lua"\n' };
  expect(await findings(updated)).toEqual({ problems: [CFG_GONE], isNews: true });
  expect(await look(updated)).toEqual({ found: { problems: [CFG_GONE], isNews: false }, read: [] });
  // The same answer after another look is no news either.
  expect(await findings({ ...updated, "/base/legacy/configs/new.config": "init { }" })).toEqual({
    problems: [CFG_GONE],
    isNews: false,
  });

  const both = { ...updated, [CUP]: 'init { setl lua_modules "" }\n' };
  const more = await findings(both);
  expect(more).toEqual({
    problems: [CFG_GONE, expect.stringContaining(`the league config ${CUP} no longer names`)],
    isNews: true,
  });
  expect(await findings(DEPLOYED)).toEqual({ problems: [], isNews: true });
  expect(await findings(DEPLOYED)).toEqual({ problems: [], isNews: false });
});

test("a league config does not count where prox did not put the tracker there; the active one does", async () => {
  const log = entry({ action: "deploy", sha1: MODULE.sha1, previousSha1: null });
  const files = { ...DEPLOYED, [CUP]: 'init { setl lua_modules "" }\n', [LOG]: log };
  expect(await findings(files)).toEqual({ problems: [], isNews: false });
  const active = { ...files, [CFG]: `set g_customConfig "cup"\n${files[CFG]}` };
  const found = await findings(active);
  expect(found?.problems.join("\n")).toContain(`${CUP}:1 sets lua_modules to "" at each map`);
});

test("the module, and all that prox keeps, may be gone with a container", async () => {
  const without = (...names: string[]): MemoryFiles =>
    Object.fromEntries(Object.entries(DEPLOYED).filter(([name]) => !names.includes(name)));
  expect((await findings(without(`/home/legacy/${T}`)))?.problems).toEqual([
    expect.stringMatching(
      /^the tracker is not on the server, where revision 3 put it: .*prox deploy main --league-configs$/,
    ),
  ]);
  const fresh = { ...without(`/home/legacy/${T}`, LOG), "/home/legacy/etconfig.cfg": "" };
  expect((await findings(fresh))?.problems).toEqual([
    expect.stringMatching(
      /^the tracker and what prox keeps on the server are gone from \/home\/legacy: .*prox deploy main/,
    ),
  ]);
  expect(await findings(fresh)).toMatchObject({ isNews: false });
});

test("a server to which prox never deployed, and one from which it took the tracker, are left in peace", async () => {
  const plain = { [CFG]: 'set lua_modules "a.lua"\n', "/home/legacy/x": "" };
  expect(await findings(plain)).toEqual({ problems: [], isNews: false });
  await look(DEPLOYED);
  const undeployed = {
    ...plain,
    [LOG]: entry({ action: "undeploy", sha1: null, previousSha1: MODULE.sha1 }),
  };
  expect(await findings(undeployed)).toEqual({ problems: [], isNews: false });
  expect(await findings(plain)).toEqual({ problems: [], isNews: false });
});

test("where the game's files cannot be read, nothing is known, and what was known stays", async () => {
  await look(DEPLOYED);
  const before = readFileSync(stateFile(), "utf8");
  const denied: RemoteFiles = {
    ...memoryFiles(DEPLOYED),
    stat: () => Promise.reject(new ProxError("E_REMOTE_DENIED", "permission denied")),
  };
  expect(await watchTracker(denied, SERVER, stateFile())).toBeUndefined();
  expect(readFileSync(stateFile(), "utf8")).toBe(before);
});

test("a state file that was cut counts as none", async () => {
  await look(DEPLOYED);
  writeFileSync(stateFile(), '{"seen": {"stat /x');
  expect((await look(DEPLOYED)).read).toContain(CFG);
});
