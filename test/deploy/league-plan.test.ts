/** What deploy, rollback and undeploy do with league configs, by the files that lie on the server. */
import { describe, expect, test } from "vitest";

import type { ServerSettings } from "../../src/config/settings.ts";
import { ProxError } from "../../src/errors.ts";
import { planDeploy } from "../../src/deploy/plan-deploy.ts";
import { planRollback } from "../../src/deploy/plan-rollback.ts";
import { planUndeploy } from "../../src/deploy/plan-undeploy.ts";
import type { ServerPlan } from "../../src/deploy/server-plan.ts";
import { makeModule } from "../support/game-server.ts";
import { type MemoryFiles, memoryFiles } from "../support/memory-files.ts";
import { serverSettings } from "../support/server-settings.ts";
import { zipOf } from "../support/zip.ts";

const SERVER = serverSettings({ basepath: "/base", homepath: "/home", position: "first" });
const CFG = "/base/etmain/etl_server.cfg";
const MODULE = "/home/legacy/proximity_tracker.lua";
const CUP = "/base/legacy/configs/cup.config";
const OPEN = "/home/legacy/configs/open.config";
const LOG = "/home/legacy/prox/revisions.log";
const T = "proximity_tracker.lua";
const [ONE, TWO] = [makeModule("1.0.0"), makeModule("2.0.0")];

const cup = (list: string): string =>
  `configname "cup"\r\ninit\r\n{\r\n\tsetl lua_modules "${list}"\r\n}\r\n`;
const open = (list: string): string =>
  `init { set sv_fps "20" }\nmap default { set lua_modules "${list}" }\nmap arena { setl lua_modules "arena.lua${list === "" ? "" : ` ${list}`}" }\n`;
/** A server of a league: `cup` is loaded, `open` can be voted in, `plain` sets nothing. */
const LEAGUE: MemoryFiles = {
  "/home/legacy/etconfig_server.cfg": "",
  [CFG]: 'set g_customConfig "cup"\nset lua_modules "a.lua"\n',
  [CUP]: cup(""),
  [OPEN]: open(""),
  "/base/legacy/configs/plain.config": 'init { setl sv_pure "1" }\n//setl lua_modules ""\n',
};

interface Entry {
  readonly action: "deploy" | "rollback" | "undeploy";
  readonly sha1: string | null;
  readonly previousSha1: string | null;
  readonly hasLeagueConfigs?: boolean;
}

function logOf(...entries: readonly Entry[]): string {
  return entries
    .map((entry, index) =>
      JSON.stringify({ revision: index + 1, at: "2026-01-31T12:00:00.000Z", files: [], ...entry }),
    )
    .join("\n");
}

const changesOf = ({ changes }: ServerPlan): [path: string, after: string | null][] =>
  changes.map(({ after, path }) => [path, after?.toString("latin1") ?? null]);

function deployOf(
  files: MemoryFiles,
  settings: Partial<ServerSettings> = {},
  module = ONE,
): Promise<ServerPlan> {
  return planDeploy(memoryFiles({ ...LEAGUE, ...files }), { ...SERVER, ...settings }, module);
}

async function refusalOf(plan: Promise<ServerPlan>): Promise<ProxError> {
  const error: unknown = await plan.catch((thrown: unknown) => thrown);
  if (!(error instanceof ProxError)) throw new Error("is not refused");
  expect(error.code).toBe("E_DEPLOY_REFUSED");
  return error;
}

/** The files as they lie there after a plan. */
function after(plan: ServerPlan, files: MemoryFiles): MemoryFiles {
  const changed = changesOf(plan).flatMap(([path, text]) => (text === null ? [] : [[path, text] as const]));
  return { ...LEAGUE, ...files, ...Object.fromEntries(changed) };
}

describe("without leagueConfigs", () => {
  test("the refusal names the active config's line, and the flag with all configs that it would change", async () => {
    const error = await refusalOf(deployOf({}));
    expect(error.details).toEqual({
      reasons: [
        `${CUP}:4 sets lua_modules to "" at each map, as g_customConfig names this file, and locks it`,
      ],
    });
    expect(error.suggestions[0]).toBe(
      `to add the tracker in ${CUP}, ${OPEN}, run: prox deploy test --league-configs`,
    );
  });

  test("configs that can be voted in are warnings, and so is one map's list in the active one", async () => {
    const plan = await deployOf({
      [CFG]: 'set g_customConfig "open"\nset lua_modules "a.lua"\n',
      [OPEN]: open(T).replace(/ prox.*(?=" }\n$)/, ""),
    });
    expect(plan.warnings).toEqual([
      `${CUP}:4 sets lua_modules to "" when this config is voted in, and locks it: nothing is recorded then; --league-configs adds it there`,
      `${OPEN}:3 sets lua_modules to "arena.lua" on the map arena, as g_customConfig names this file, and locks it: nothing is recorded then; --league-configs adds it there`,
    ]);
    expect(plan.changes.map(({ kind }) => kind)).toEqual(["module", "cfg"]);
  });
});

describe("with leagueConfigs", () => {
  test("every config that sets the list gets the tracker, after the module is in place", async () => {
    const plan = await deployOf({}, { leagueConfigs: true });
    expect(changesOf(plan)).toEqual([
      [MODULE, ONE.bytes.toString("latin1")],
      [CFG, 'set g_customConfig "cup"\nset lua_modules "proximity_tracker.lua a.lua"\n'],
      [CUP, cup(T)],
      [
        OPEN,
        `init { set sv_fps "20" }\nmap default { set lua_modules "${T}" }\nmap arena { setl lua_modules "${T} arena.lua" }\n`,
      ],
    ]);
    expect(plan.changes.map(({ kind }) => kind)).toEqual(["module", "cfg", "league", "league"]);
    expect(plan).toMatchObject({ warnings: [], hasLeagueConfigs: true, lockingConfigs: ["cup", "open"] });
    // What the active config says is what the engine loads.
    expect(plan.cvars.lua_modules).toBe(T);
    expect(plan.files).toEqual(expect.arrayContaining([CUP, OPEN]));
  });

  test("a second deploy finds nothing to do", async () => {
    const files = {
      ...after(await deployOf({}, { leagueConfigs: true }), {}),
      [LOG]: logOf({ action: "deploy", sha1: ONE.sha1, previousSha1: null, hasLeagueConfigs: true }),
    };
    expect(await deployOf(files, { leagueConfigs: true })).toMatchObject({ changes: [], hasWork: false });
    // Nor does one without the flag, which leaves them as they are.
    expect(await deployOf(files)).toMatchObject({ changes: [], hasWork: false, hasLeagueConfigs: true });
  });

  test("an update of the configs is mended, and where the flag is missing it is named", async () => {
    const files = { ...after(await deployOf({}, { leagueConfigs: true }), {}), [CUP]: cup("new.lua") };
    expect(changesOf(await deployOf(files, { leagueConfigs: true }))).toEqual([[CUP, cup(`${T} new.lua`)]]);
    expect((await refusalOf(deployOf(files))).suggestions[0]).toBe(
      `to add the tracker in ${CUP}, run: prox deploy test --league-configs`,
    );
  });

  test("where modules are restricted it is allowed before it comes, and those before the last are forgotten", async () => {
    const other = "A".repeat(40);
    const restricted = (list: string, sha1s: string): string =>
      `${cup(list)}map default { setl lua_allowedModules "${sha1s}" }\n`;
    const plan = await deployOf(
      {
        [OPEN]: "",
        [CFG]: `set g_customConfig "cup"\nset lua_modules "${T}"\n`,
        [CUP]: restricted(T, `${"b".repeat(40)} ${ONE.sha1} ${other}`),
        [MODULE]: ONE.bytes.toString("latin1"),
        [LOG]: logOf(
          { action: "deploy", sha1: "b".repeat(40), previousSha1: null },
          { action: "deploy", sha1: ONE.sha1, previousSha1: "b".repeat(40), hasLeagueConfigs: true },
        ),
      },
      { leagueConfigs: true },
      TWO,
    );
    expect(changesOf(plan)).toEqual([
      [CUP, restricted(T, `${TWO.sha1.toUpperCase()} ${ONE.sha1} ${other}`)],
      [MODULE, TWO.bytes.toString("latin1")],
    ]);
  });

  test("what cannot be edited is a reason in the active config, and a warning in another", async () => {
    const odd = "init { setl lua_modules none }\n";
    const why = (path: string): string =>
      `${path}:1 holds a value that prox cannot edit: write "none" as one text in double quotes`;
    const error = await refusalOf(deployOf({ [CUP]: odd }, { leagueConfigs: true }));
    expect(error.details).toEqual({
      reasons: [
        `${CUP}:1 sets lua_modules to "none" at each map, as g_customConfig names this file, and locks it, and prox cannot edit it: ${why(CUP)}`,
      ],
    });
    const { warnings } = await deployOf({ [OPEN]: odd }, { leagueConfigs: true });
    expect(warnings).toEqual([
      expect.stringContaining(
        `when this config is voted in, and locks it, and prox cannot edit it: ${why(OPEN)}: nothing is recorded then`,
      ),
    ]);
  });

  test("a config that is read-only stops it", async () => {
    const error = await refusalOf(
      deployOf({ [CUP]: { text: cup(""), mode: 0o444 } }, { leagueConfigs: true }),
    );
    expect(error.details).toEqual({ reasons: [`${CUP} is read-only, and prox must change it`] });
  });

  test("a config that lies aside since an exchange was cut off comes back", async () => {
    const files = { ...LEAGUE, "/base/legacy/configs/.cup.config.prox-old": cup("") };
    Reflect.deleteProperty(files, CUP);
    const edited = await planDeploy(memoryFiles(files), { ...SERVER, leagueConfigs: true }, ONE);
    expect(changesOf(edited)).toContainEqual([CUP, cup(T)]);
    const harmless = { ...files, [CFG]: 'set lua_modules "a.lua"\n' };
    expect(changesOf(await planDeploy(memoryFiles(harmless), SERVER, ONE))).toContainEqual([CUP, cup("")]);
  });

  test("the engine's odd and unfollowed places are told", async () => {
    const { warnings } = await deployOf(
      { [CUP]: `${cup(T)}foo`, [OPEN]: '#include "x"\n' },
      { leagueConfigs: true },
    );
    expect(warnings).toEqual([
      `${CUP}:6 has a word that the engine does not expect: it reads no further, and says that the config failed`,
      `${OPEN}:1 has a directive: prox does not know what the engine reads behind it`,
    ]);
  });
});

describe("configs in pk3 files", () => {
  const pk3 = (name: string, text: string): string =>
    zipOf([{ name: `configs/${name}.config`, bytes: Buffer.from(text) }], true).toString("latin1");
  const copy = "prox changes no pk3: copy this file to /home/legacy/configs, where the game finds it first";

  test("are known by name: the active one is a reason, others are warnings, a loose one of the same name counts", async () => {
    const packed = {
      "/base/legacy/league_2.pk3": pk3("six", cup("")),
      "/home/legacy/league.pk3": pk3("Three", cup("")),
      "/base/etmain/older.pk3": pk3("three", "init { foo }"),
      "/base/legacy/cup.pk3": pk3("cup", cup("")),
      "/base/legacy/stock.pk3": pk3("legacy6", 'init { setl sv_pure "1" }'),
    };
    const { warnings } = await deployOf(packed, { leagueConfigs: true });
    expect(warnings).toEqual([
      `/home/legacy/league.pk3: configs/three.config:4 sets lua_modules to "" when this config is voted in, and locks it; ${copy}: nothing is recorded then`,
      `/base/legacy/league_2.pk3: configs/six.config:4 sets lua_modules to "" when this config is voted in, and locks it; ${copy}: nothing is recorded then`,
    ]);
    const active = { ...packed, [CFG]: 'set g_customConfig "SIX"\n' };
    const error = await refusalOf(deployOf(active, { leagueConfigs: true }));
    expect(error.details).toEqual({
      reasons: [
        `/base/legacy/league_2.pk3: configs/six.config:4 sets lua_modules to "" at each map, as g_customConfig names this file, and locks it; ${copy}`,
      ],
    });
    const copied = { ...active, "/home/legacy/configs/six.config": cup("") };
    expect(changesOf(await deployOf(copied, { leagueConfigs: true }))).toContainEqual([
      "/home/legacy/configs/six.config",
      cup(T),
    ]);
  });

  test("that cannot be read are told", async () => {
    const damaged = pk3("six", "x".repeat(300_000));
    const { warnings } = await deployOf({ "/base/legacy/a.pk3": damaged }, { leagueConfigs: true });
    expect(warnings).toEqual([
      "/base/legacy/a.pk3: configs/six.config cannot be read: prox does not know what it sets",
    ]);
  });
});

describe("going back", () => {
  const stored = Object.fromEntries(
    [ONE, TWO].map(({ bytes, sha1 }) => [
      `/home/legacy/prox/revisions/${sha1}.lua`,
      bytes.toString("latin1"),
    ]),
  );
  const first = { action: "deploy", sha1: ONE.sha1, previousSha1: null } as const;

  test("an undeploy gives every config its former bytes back", async () => {
    const files = after(await deployOf({}, { leagueConfigs: true }), {});
    const plan = await planUndeploy(memoryFiles(files), SERVER);
    expect(plan.warnings).toEqual([]);
    expect(plan.hasLeagueConfigs).toBe(false);
    expect(after(plan, files)).toEqual({ ...LEAGUE, [MODULE]: ONE.bytes.toString("latin1") });
    expect(plan.changes.at(-1)).toMatchObject({ path: MODULE, after: undefined });
  });

  test("a rollback to a revision before the league configs takes it out of them", async () => {
    const changed = after(await deployOf({}, { leagueConfigs: true }), {});
    const files = {
      ...changed,
      ...stored,
      [CFG]: `set lua_modules "${T} a.lua"\n`,
      [LOG]: logOf(first, { ...first, previousSha1: ONE.sha1, hasLeagueConfigs: true }),
    };
    const plan = await planRollback(memoryFiles(files), SERVER, undefined);
    expect(changesOf(plan)).toEqual([
      [CUP, cup("")],
      [OPEN, open("")],
    ]);
    expect(plan.hasLeagueConfigs).toBe(false);
    // Where one of them is active, that would be the end of the recording.
    const active = { ...files, [CFG]: `set g_customConfig "cup"\nset lua_modules "${T} a.lua"\n` };
    const error = await refusalOf(planRollback(memoryFiles(active), SERVER, 1));
    expect(error.suggestions[0]).toBe(`to add the tracker in ${CUP}, ${OPEN}, give --league-configs`);
    expect(await planRollback(memoryFiles(active), { ...SERVER, leagueConfigs: true }, 1)).toMatchObject({
      changes: [],
      hasLeagueConfigs: true,
    });
  });

  test("a rollback after an undeploy puts it into them again", async () => {
    const undeployed = {
      ...LEAGUE,
      ...stored,
      [LOG]: logOf(
        { ...first, hasLeagueConfigs: true },
        { action: "undeploy", sha1: null, previousSha1: ONE.sha1, hasLeagueConfigs: false },
      ),
    };
    const plan = await planRollback(memoryFiles(undeployed), SERVER, undefined);
    expect(changesOf(plan).map(([path]) => path)).toEqual([MODULE, CFG, CUP, OPEN]);
  });

  test("a rollback leaves configs that prox never changed", async () => {
    const files = {
      ...LEAGUE,
      ...stored,
      [CFG]: `set lua_modules "${T}"\n`,
      [CUP]: cup(T),
      [MODULE]: TWO.bytes.toString("latin1"),
      [LOG]: logOf(first, { ...first, sha1: TWO.sha1, previousSha1: ONE.sha1 }),
    };
    expect(
      changesOf(await planRollback(memoryFiles(files), SERVER, undefined)).map(([path]) => path),
    ).toEqual([MODULE]);
  });
});
