/** What deploy, rollback and undeploy would change, by the files that lie on the server. */
import { describe, expect, test } from "vitest";

import type { ServerSettings } from "../../src/config/settings.ts";
import { planDeploy } from "../../src/deploy/plan-deploy.ts";
import { planRollback } from "../../src/deploy/plan-rollback.ts";
import { planUndeploy } from "../../src/deploy/plan-undeploy.ts";
import { type Module, type ServerPlan, sha1Of } from "../../src/deploy/server-plan.ts";
import { MAXIMUM_MODULE_BYTES } from "../../src/engine/modules.ts";
import type { LockOwner } from "../../src/process/lock-owner.ts";
import { type MemoryFiles, memoryFiles } from "../support/memory-files.ts";
import { serverSettings } from "../support/server-settings.ts";

const SERVER = serverSettings({ basepath: "/base", homepath: "/home", position: "first" });
const MODULE = "/home/legacy/proximity_tracker.lua";
const CFG = "/base/etmain/etl_server.cfg";
const LOG = "/home/legacy/prox/revisions.log";
const LISTED = 'set lua_modules "proximity_tracker.lua a.lua"\n';
/** The game has written into its folder. */
const STARTED: MemoryFiles = { "/home/legacy/etconfig_server.cfg": "" };

function moduleOf(text: string): Module {
  const bytes = Buffer.from(text);
  return { bytes, sha1: sha1Of(bytes), version: "1" };
}
const [OLD, ONE, TWO] = [moduleOf("-- old"), moduleOf("-- one"), moduleOf("-- two")];

type Entry = readonly [
  action: "deploy" | "rollback" | "undeploy",
  sha1: string | null,
  previousSha1: string | null,
];

/** The log of changes that were made before, the first at noon, then one each hour. */
function log(...entries: readonly Entry[]): string {
  const lines = entries.map(([action, sha1, previousSha1], index) =>
    JSON.stringify({
      revision: index + 1,
      at: `2026-01-31T${12 + index}:00:00.000Z`,
      by: "me@here",
      action,
      sha1,
      version: sha1 === null ? null : `v${index + 1}`,
      previousSha1,
      files: [],
    }),
  );
  return lines.map((line) => `${line}\n`).join("");
}

const textOf = (bytes: Buffer | undefined): string | null => bytes?.toString("latin1") ?? null;
const changesOf = ({ changes }: ServerPlan): [path: string, after: string | null][] =>
  changes.map(({ path, after }) => [path, textOf(after)]);

function deployOf(
  files: MemoryFiles,
  { settings = {}, module = ONE }: { settings?: Partial<ServerSettings>; module?: Module } = {},
): Promise<ServerPlan> {
  return planDeploy(memoryFiles({ ...STARTED, ...files }), { ...SERVER, ...settings }, module);
}

/** The reasons of a refusal, without what is the same of all. */
async function reasonsOf(plan: Promise<ServerPlan>): Promise<unknown> {
  const error: unknown = await plan.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "E_DEPLOY_REFUSED" });
  return (error as { details: { reasons: unknown } }).details.reasons;
}

const PLACED = [MODULE, "-- one"] as const;

describe("a deploy changes, in this order", () => {
  test.each<[title: string, files: MemoryFiles, expected: readonly (readonly [string, string])[]]>([
    ["module and list", { [CFG]: 'set lua_modules "a.lua"\n' }, [PLACED, [CFG, LISTED]]],
    ["the module alone, where it is listed", { [CFG]: LISTED, [MODULE]: "-- old" }, [PLACED]],
    [
      "the list alone, where the module is there",
      { [CFG]: 'set lua_modules "a.lua"\n', [MODULE]: "-- one" },
      [[CFG, LISTED]],
    ],
    ["nothing, where all is as it should be", { [CFG]: LISTED, [MODULE]: "-- one" }, []],
    [
      "what it is allowed by, before the module comes",
      {
        "/base/legacy/autoexec.cfg": `set lua_allowedModules "${"A".repeat(40)}"\n`,
        [CFG]: 'set lua_modules "a.lua"\n',
      },
      [
        [
          "/base/legacy/autoexec.cfg",
          `set lua_allowedModules "${ONE.sha1.toUpperCase()} ${"A".repeat(40)}"\n`,
        ],
        PLACED,
        [CFG, LISTED],
      ],
    ],
    [
      "the file of a module list, last",
      { [CFG]: 'set g_luaModuleList "mods.txt"\n', "/base/legacy/mods.txt": "a.lua\n" },
      [PLACED, ["/base/legacy/mods.txt", "proximity_tracker.lua\na.lua\n"]],
    ],
    [
      "and forgets modules that were there before the last",
      {
        [CFG]: `set lua_allowedModules "${OLD.sha1} ${TWO.sha1}"\n${LISTED}`,
        [MODULE]: "-- two",
        [LOG]: log(["deploy", OLD.sha1, null], ["deploy", TWO.sha1, OLD.sha1]),
      },
      [[CFG, `set lua_allowedModules "${ONE.sha1.toUpperCase()} ${TWO.sha1}"\n${LISTED}`], PLACED],
    ],
  ])("%s", async (_title, files, expected) => {
    expect(changesOf(await deployOf(files))).toEqual(expected);
  });

  test("with the mode that the module had, or one that all may read", async () => {
    const [fresh] = (await deployOf({ [CFG]: LISTED })).changes;
    expect(fresh).toMatchObject({ kind: "module", before: undefined, mode: 0o644 });
    const [changed] = (await deployOf({ [CFG]: LISTED, [MODULE]: { text: "-- old", mode: 0o640 } })).changes;
    expect(changed).toMatchObject({ before: OLD.bytes, mode: 0o640 });
  });
});

describe("the plan of a deploy says", () => {
  test.each<
    [title: string, files: MemoryFiles, expected: Partial<ServerPlan>, settings?: Partial<ServerSettings>]
  >([
    ["that nothing was listed", { [CFG]: "" }, { wasListed: false, liveSha1: undefined, hasWork: true }],
    ["what was there", { [CFG]: LISTED, [MODULE]: "-- old" }, { wasListed: true, liveSha1: OLD.sha1 }],
    [
      "what a cfg without an ending lists, as +exec takes it",
      { [CFG]: LISTED },
      { wasListed: true },
      { cfg: "etl_server" },
    ],
    [
      "that a listed name may lack its ending",
      { [CFG]: 'set lua_modules "a.lua proximity_tracker"\n' },
      { wasListed: true },
    ],
    [
      "that the file of a module list lists it",
      { [CFG]: 'set g_luaModuleList "mods.txt"\n', "/base/legacy/mods.txt": "proximity_tracker.lua\n" },
      { wasListed: true, cvars: { lua_modules: "", lua_allowedModules: "", g_luaModuleList: "mods.txt" } },
    ],
    [
      "what the lists will be",
      { [CFG]: 'set lua_modules "a.lua"\n' },
      {
        cvars: { lua_modules: "proximity_tracker.lua a.lua", lua_allowedModules: "", g_luaModuleList: "" },
      },
    ],
    [
      "that there is nothing to do",
      { [CFG]: LISTED, [MODULE]: "-- one", [LOG]: log(["deploy", ONE.sha1, null]) },
      { hasWork: false, changes: [] },
    ],
    [
      "that the log is to be brought up to date",
      { [CFG]: LISTED, [MODULE]: "-- one", [LOG]: log(["deploy", OLD.sha1, null]) },
      { hasWork: true, changes: [] },
    ],
  ])("%s", async (_title, files, expected, settings = {}) => {
    expect(await deployOf(files, { settings })).toMatchObject(expected);
  });
});

describe("a deploy is refused", () => {
  const large = (bytes: number): Module => moduleOf("-".repeat(bytes));
  const long = (length: number): string => `${"x".repeat(length - 4)}.lua`;
  test.each<[title: string, plan: () => Promise<ServerPlan>, reasons: readonly string[]]>([
    [
      "for a module that is too large, and for a name that is too long, both at once",
      () =>
        deployOf({ [CFG]: "" }, { module: large(MAXIMUM_MODULE_BYTES + 1), settings: { module: long(64) } }),
      [
        `the module has ${MAXIMUM_MODULE_BYTES + 1} bytes, and the engine ignores more than 1 MiB`,
        `the name ${long(64)} is longer than the engine keeps (63 characters)`,
      ],
    ],
    [
      "where the module list is no loose file",
      () => deployOf({ [CFG]: 'set g_luaModuleList "mods.txt"\n' }),
      ["g_luaModuleList names mods.txt, which is not a loose file"],
    ],
    [
      "where a file that must change is read-only",
      () => deployOf({ [CFG]: { text: 'set lua_modules "a.lua"\n', mode: 0o444 } }),
      [`${CFG} is read-only, and prox must change it`],
    ],
    [
      "where a config replaces the list at each map",
      () =>
        deployOf({
          [CFG]: 'set g_customConfig "x"\n',
          "/base/legacy/configs/x.config": 'init { set lua_modules "b.lua" }\n',
        }),
      [
        '/base/legacy/configs/x.config:1 sets lua_modules to "b.lua" at each map, as g_customConfig names this file',
      ],
    ],
  ])("%s", async (_title, plan, reasons) => {
    expect(await reasonsOf(plan())).toEqual(reasons);
  });

  test("only beyond the limits", async () => {
    const settings = { module: long(63) };
    await expect(
      deployOf({ [CFG]: "" }, { module: large(MAXIMUM_MODULE_BYTES), settings }),
    ).resolves.toMatchObject({ hasWork: true });
  });

  test("where the game's folder or its cfg is not found", async () => {
    await expect(planDeploy(memoryFiles({ [CFG]: "" }), SERVER, ONE)).rejects.toMatchObject({
      code: "E_DEPLOY_FOLDER",
    });
    await expect(deployOf({ "/base/etmain/other.cfg": "" })).rejects.toMatchObject({
      code: "E_DEPLOY_CFG",
      suggestions: [expect.stringContaining("found: etconfig_server.cfg, other.cfg") as unknown],
    });
  });
});

describe("a deploy warns", () => {
  const behind = 'set lua_modules "a.lua b.lua proximity_tracker.lua"\n';
  test.each<
    [title: string, files: MemoryFiles, settings: Partial<ServerSettings>, warnings: readonly RegExp[]]
  >([
    ["of nothing", { [CFG]: LISTED }, {}, []],
    [
      "of a file that it hides",
      { [CFG]: LISTED, "/base/legacy/proximity_tracker.lua": "x" },
      {},
      [/^\/base\/legacy\/proximity_tracker\.lua exists already and will be hidden .*\/home\/legacy/],
    ],
    [
      "of modules in front",
      { [CFG]: behind },
      {},
      [
        /^proximity_tracker\.lua stays behind a\.lua, b\.lua in the list.*; to leave it there, set "position" to "last"$/,
      ],
    ],
    ["of none in front, where that is wanted", { [CFG]: behind }, { position: "last" }, []],
    [
      "of modules in front in the file of a module list",
      {
        [CFG]: 'set g_luaModuleList "mods.txt"\n',
        "/base/legacy/mods.txt": "a.lua\nproximity_tracker.lua\n",
      },
      {},
      [/stays behind a\.lua in the list/],
    ],
    [
      "of a map that is loaded before the list is set",
      { [CFG]: `map oasis\n${LISTED}` },
      {},
      [/etl_server\.cfg:1 loads a map before \S+etl_server\.cfg:2 sets lua_modules/],
    ],
    [
      "not of one that an executed cycle loads, where nothing was listed",
      { [CFG]: "exec cycle\n", "/base/etmain/cycle.cfg": 'set d1 "map radar"\nvstr d1\n' },
      {},
      [],
    ],
    ["not of one that is loaded after", { [CFG]: `${LISTED}map oasis\n` }, {}, []],
    [
      "of a config that someone may vote for",
      { [CFG]: LISTED, "/base/legacy/configs/x.config": 'init { set lua_modules "b.lua" }\n' },
      {},
      [
        /configs\/x\.config:1 sets lua_modules to "b\.lua" .*: nothing is recorded then; --league-configs adds it there$/,
      ],
    ],
    [
      "not of one that lists the tracker",
      { [CFG]: LISTED, "/base/legacy/configs/x.config": `init { ${LISTED} }` },
      {},
      [],
    ],
  ])("%s", async (_title, files, settings, warnings) => {
    const found = (await deployOf(files, { settings })).warnings;
    expect(found).toEqual(warnings.map((pattern) => expect.stringMatching(pattern) as unknown));
  });
});

describe("a rollback", () => {
  const HISTORY = log(["deploy", ONE.sha1, null], ["deploy", TWO.sha1, ONE.sha1]);
  const KEPT: MemoryFiles = {
    ...STARTED,
    [CFG]: LISTED,
    [MODULE]: "-- two",
    [`/home/legacy/prox/revisions/${ONE.sha1}.lua`]: "-- one",
    [`/home/legacy/prox/revisions/${TWO.sha1}.lua`]: "-- two",
  };
  const owner = (at: string): LockOwner => ({ at }) as LockOwner;
  const planOf = (history: string, asked?: number, cutOff?: LockOwner): Promise<ServerPlan> =>
    planRollback(memoryFiles({ ...KEPT, [LOG]: history }), SERVER, asked, cutOff);

  const rolled = log(
    ["deploy", ONE.sha1, null],
    ["deploy", TWO.sha1, ONE.sha1],
    ["rollback", ONE.sha1, TWO.sha1],
  );
  test.each<
    [
      title: string,
      history: string,
      asked: number | undefined,
      cutOff: string | undefined,
      sha1: string,
      version: string,
    ]
  >([
    ["goes to the module before", HISTORY, undefined, undefined, ONE.sha1, "v1"],
    ["goes to the revision that is asked for", HISTORY, 2, undefined, TWO.sha1, "v2"],
    ["of a rollback goes forward again", rolled, undefined, undefined, TWO.sha1, "v2"],
    ["that was cut off goes on", rolled, undefined, "2026-01-31T14:00:00.000Z", ONE.sha1, "v3"],
    [
      "goes back from one that had ended before another was cut off",
      rolled,
      undefined,
      "2026-01-31T14:00:00.001Z",
      TWO.sha1,
      "v2",
    ],
    [
      "goes back from a deploy that was cut off",
      HISTORY,
      undefined,
      "2026-01-31T12:30:00.000Z",
      ONE.sha1,
      "v1",
    ],
    [
      "brings back what an undeploy removed",
      log(["deploy", ONE.sha1, null], ["undeploy", null, ONE.sha1]),
      undefined,
      undefined,
      ONE.sha1,
      "v1",
    ],
  ])("%s", async (_title, history, asked, cutOff, sha1, version) => {
    const plan = await planOf(history, asked, cutOff === undefined ? undefined : owner(cutOff));
    expect(plan).toMatchObject({ action: "rollback", module: { sha1, version } });
  });

  const gone = log(["deploy", ONE.sha1, null], ["undeploy", null, ONE.sha1]);
  test.each<
    [
      title: string,
      history: string,
      asked: number | undefined,
      message: string,
      suggestions: readonly string[],
    ]
  >([
    [
      "of a server that never had any",
      "",
      undefined,
      'cannot roll back "test": prox never deployed to it',
      ["deploy with `prox deploy test`"],
    ],
    [
      "of the first deploy",
      log(["deploy", ONE.sha1, null]),
      undefined,
      'cannot roll back "test": it had no tracker before revision 1',
      ["to remove it, run: prox undeploy test"],
    ],
    ["to a revision that there is not", HISTORY, 3, "unknown revision: 3", ["revisions with a module: 1, 2"]],
    [
      "to a removal",
      gone,
      2,
      "cannot go back to revision 2: it removed the tracker",
      ["revisions with a module: 1", "to remove it, run: prox undeploy test"],
    ],
  ])("is refused %s", async (_title, history, asked, message, suggestions) => {
    await expect(planOf(history, asked)).rejects.toMatchObject({
      code: "E_NO_REVISION",
      message,
      suggestions,
    });
  });

  test.each([
    ["missing", {}],
    ["damaged", { [`/home/legacy/prox/revisions/${OLD.sha1}.lua`]: "-- older" }],
  ])("is refused where the module is %s", async (what, files) => {
    const history = log(["deploy", OLD.sha1, null]);
    await expect(
      planRollback(memoryFiles({ ...KEPT, ...files, [LOG]: history }), SERVER, 1),
    ).rejects.toMatchObject({
      code: "E_REVISION_FILE",
      message: expect.stringContaining(`lua is ${what}`) as unknown,
      suggestions: ["deploy that version again from its own sources with `prox deploy --file`"],
    });
  });
});

describe("an undeploy", () => {
  const planOf = (files: MemoryFiles): Promise<ServerPlan> =>
    planUndeploy(memoryFiles({ ...STARTED, ...files }), SERVER);

  test.each<
    [
      title: string,
      files: MemoryFiles,
      changes: readonly (readonly [string, string | null])[],
      rest: Partial<ServerPlan>,
    ]
  >([
    [
      "takes the module off the list, then away",
      { [CFG]: LISTED, [MODULE]: "-- one" },
      [
        [CFG, 'set lua_modules "a.lua"\n'],
        [MODULE, null],
      ],
      {
        action: "undeploy",
        module: undefined,
        wasListed: true,
        liveSha1: ONE.sha1,
        hasWork: true,
        warnings: [],
      },
    ],
    [
      "does nothing where there is nothing",
      { [CFG]: 'set lua_modules "a.lua"\n' },
      [],
      { wasListed: false, hasWork: false },
    ],
    [
      "notes that it was removed by hand",
      { [CFG]: "", [LOG]: log(["deploy", ONE.sha1, null]) },
      [],
      { hasWork: true },
    ],
    [
      "takes it off the file of a module list",
      {
        [CFG]: 'set g_luaModuleList "mods.txt"\n',
        "/base/legacy/mods.txt": "a.lua\nproximity_tracker.lua\n",
      },
      [["/base/legacy/mods.txt", "a.lua\n"]],
      {},
    ],
    [
      "allows it no longer, nor those before it",
      {
        [CFG]: `set lua_allowedModules "${ONE.sha1} ${TWO.sha1} ${"A".repeat(40)}"\n`,
        [MODULE]: "-- two",
        [LOG]: log(["deploy", ONE.sha1, null], ["undeploy", null, ONE.sha1]),
      },
      [
        [CFG, `set lua_allowedModules "${"A".repeat(40)}"\n`],
        [MODULE, null],
      ],
      {},
    ],
  ])("%s", async (_title, files, changes, rest) => {
    const plan = await planOf(files);
    expect(changesOf(plan)).toEqual(changes);
    expect(plan.changes.filter(({ path }) => path === MODULE).every(({ kind }) => kind === "module")).toBe(
      true,
    );
    expect(plan).toMatchObject(rest);
  });

  test("leaves a map's config that lists the tracker, and says so", async () => {
    const { warnings } = await planOf({
      [CFG]: 'set g_mapConfigs "maps"\n',
      "/base/legacy/maps/x.cfg": LISTED,
      "/base/legacy/maps/y.cfg": 'set lua_modules "a.lua"\nset lua_allowedModules "proximity_tracker.lua"\n',
    });
    expect(warnings).toEqual([
      expect.stringMatching(
        /^\/base\/legacy\/maps\/x\.cfg:1 lists the tracker too, .*: remove it there by hand$/,
      ),
    ]);
  });

  test("is refused where a file that must change is read-only", async () => {
    const readOnly = planOf({ [CFG]: { text: LISTED, mode: 0o444 } });
    expect(await reasonsOf(readOnly)).toEqual([`${CFG} is read-only, and prox must change it`]);
  });
});
