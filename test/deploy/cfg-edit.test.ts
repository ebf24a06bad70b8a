import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { CfgFile } from "../../src/deploy/cfg-evaluation.ts";
import { CfgWorkspace } from "../../src/deploy/cfg-workspace.ts";
import { EditRefusal, type ListEnd } from "../../src/deploy/list-edits.ts";
import { addToModuleFile, moduleFileWords, removeFromModuleFile } from "../../src/deploy/module-file.ts";
import { listItems } from "../../src/server/module-list.ts";

const MODULE = "proximity_tracker.lua";

/** A workspace over files in memory, all in one folder; the first is the main one. */
function workspace(files: Record<string, string>): CfgWorkspace {
  const find = (name: string): Promise<CfgFile | undefined> =>
    Promise.resolve(files[name] === undefined ? undefined : { path: `/s/${name}`, text: files[name] });
  const mainName = Object.keys(files)[0] ?? "";
  return new CfgWorkspace({
    main: { path: `/s/${mainName}`, text: files[mainName] ?? "" },
    mainName,
    find,
    today: "2026-11-23",
  });
}

async function listed(
  files: Record<string, string>,
  position: ListEnd = "last",
): Promise<Record<string, string>> {
  const cfgs = workspace(files);
  await cfgs.list(MODULE, position);
  return {
    ...files,
    ...Object.fromEntries([...cfgs.edits].map(([file, text]) => [path.basename(file), text])),
  };
}

async function unlisted(files: Record<string, string>): Promise<Record<string, string>> {
  const cfgs = workspace(files);
  await cfgs.unlist(MODULE);
  return {
    ...files,
    ...Object.fromEntries([...cfgs.edits].map(([file, text]) => [path.basename(file), text])),
  };
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(EditRefusal);
  return (error as EditRefusal).message;
}

describe("the corpus of cfg files", () => {
  const folder = path.join(import.meta.dirname, "../fixtures/cfg");
  const cases = readdirSync(folder).filter((name) => name.endsWith(".cfg"));
  const find = (name: string): Promise<CfgFile | undefined> =>
    Promise.resolve(
      cases.includes(name)
        ? { path: `/s/${name}`, text: readFileSync(path.join(folder, name), "latin1") }
        : undefined,
    );

  test("is there", () => {
    expect(cases.length).toBeGreaterThanOrEqual(12);
  });

  for (const name of cases.filter((each) => !each.startsWith("sub-"))) {
    for (const position of ["first", "last"] as const) {
      test(`${name}, ${position}: changes one line, twice is once, and back is the same bytes`, async () => {
        const original = (await find(name))?.text ?? "";
        const make = (edits: ReadonlyMap<string, string>): CfgWorkspace => {
          const own = async (asked: string): Promise<CfgFile | undefined> => {
            const file = await find(asked);
            return file && { path: file.path, text: edits.get(file.path) ?? file.text };
          };
          const main = { path: `/s/${name}`, text: edits.get(`/s/${name}`) ?? original };
          return new CfgWorkspace({ main, mainName: name, find: own, today: "2026-11-23" });
        };
        const before = listItems(await make(new Map()).valueOf("lua_modules"));
        const patched = make(new Map());
        await patched.list(MODULE, position);
        expect(patched.edits.size).toBe(1);
        const [file, text = ""] = [...patched.edits][0] ?? [];
        expect(listItems(await patched.valueOf("lua_modules"))).toEqual(
          position === "first" ? [MODULE, ...before] : [...before, MODULE],
        );
        // One line differs, or one line was added.
        const old = ((await find(path.basename(file ?? "")))?.text ?? "").split("\n");
        const changed = text.split("\n").filter((line) => !old.includes(line));
        expect(changed.length).toBeLessThanOrEqual(2);
        expect(changed.filter((line) => line.includes(MODULE))).toHaveLength(1);

        const again = make(patched.edits);
        await again.list(MODULE, position === "first" ? "last" : "first");
        expect(again.edits.size).toBe(0);

        const back = make(patched.edits);
        await back.unlist(MODULE);
        for (const [edited, bytes] of back.edits) {
          expect(bytes).toBe((await find(path.basename(edited)))?.text);
        }
        expect([...back.edits.keys()]).toEqual([...patched.edits.keys()]);
      });
    }
  }
});

describe("listing a module", () => {
  test("edits the assignment that wins, where it stands", async () => {
    const files = {
      "main.cfg": 'set lua_modules "early.lua"\nexec legacy\n// set lua_modules "comment.lua"\n',
      "legacy.cfg": 'set lua_modules\t"luascripts/wolfadmin/main.lua"\t// admin\r\n',
    };
    expect(await listed(files)).toEqual({
      ...files,
      "legacy.cfg": `set lua_modules\t"luascripts/wolfadmin/main.lua ${MODULE}"\t// admin\r\n`,
    });
  });

  test("keeps the style of the list: quotes or none, commas, several words", async () => {
    const cases: [string, string][] = [
      ["set lua_modules a.lua,b.lua", `set lua_modules a.lua,b.lua,${MODULE}`],
      ['set lua_modules "a.lua;b.lua"', `set lua_modules "a.lua;b.lua;${MODULE}"`],
      ["set lua_modules a.lua b.lua//end", `set lua_modules a.lua b.lua ${MODULE}//end`],
      ['set lua_modules "a.lua" unsafe', `set lua_modules "a.lua ${MODULE}" unsafe`],
      ['set lua_modules "" // none', `set lua_modules "${MODULE}" // none`],
      ['set x 1; set lua_modules "a.lua"; set y 2', `set x 1; set lua_modules "a.lua ${MODULE}"; set y 2`],
    ];
    for (const [before, after] of cases) {
      expect(await listed({ "main.cfg": `${before}\n` })).toEqual({ "main.cfg": `${after}\n` });
    }
  });

  test("adds a dated line where there is none, before the first map is loaded", async () => {
    const own = `set lua_modules "${MODULE}" // prox deploy 2026-11-23`;
    expect(await listed({ "main.cfg": "set x 1\r\nmap oasis\r\n" })).toEqual({
      "main.cfg": `set x 1\r\n${own}\r\nmap oasis\r\n`,
    });
    expect(await listed({ "main.cfg": "set x 1" })).toEqual({ "main.cfg": `set x 1\n${own}` });
  });

  test.each([
    [
      "an executed cycle file",
      "exec cycle.cfg\n",
      { "cycle.cfg": 'set d1 "map radar ; set nextmap vstr d2"\nvstr d1\n' },
    ],
    ["a variable", "vstr d2\n", {}],
    ["a variable that runs another", "set x 2; vstr d3 // go\nmap supply\n", {}],
  ])("adds it in front of what leads to the first map: %s", async (_what, leads, others) => {
    const before = 'set d2 "map oasis"\nset d3 "vstr d2"\n';
    const files = { "main.cfg": `${before}${leads}set y 1\n`, ...others };
    const after = await listed(files);
    const own = `set lua_modules "${MODULE}" // prox deploy 2026-11-23\n`;
    expect(after).toEqual({ ...files, "main.cfg": `${before}${own}${leads}set y 1\n` });
    const { assignments, mapLoads } = await workspace(after).evaluate();
    expect(assignments.findIndex(({ name }) => name === "lua_modules")).toBeLessThan(
      mapLoads[0]?.assignmentsBefore ?? 0,
    );
    expect(await unlisted(after)).toEqual(files);
  });

  test("takes over what the engine keeps of a seta, without touching the engine's file", async () => {
    const files = { "main.cfg": "set x 1\n", "etconfig_server.cfg": 'seta lua_modules "kept.lua"\n' };
    const after = await listed(files);
    expect(after["main.cfg"]).toContain(`set lua_modules "kept.lua ${MODULE}" // prox`);
    expect(after["etconfig_server.cfg"]).toBe(files["etconfig_server.cfg"]);
    expect(await unlisted(after)).toEqual(files);
    // Meanwhile the engine has written the tracker into its own file: a line must say otherwise.
    const archived = { ...after, "etconfig_server.cfg": `seta lua_modules "kept.lua ${MODULE}"\n` };
    const back = await unlisted(archived);
    expect(listItems(await workspace(back).valueOf("lua_modules"))).toEqual(["kept.lua"]);
  });

  test("refuses what would not work, and says where", async () => {
    expect(await refusal(listed({ "main.cfg": '\nset lua_modules "a.lua "\n' }))).toMatch(
      /^\/s\/main\.cfg:2 ends lua_modules in a separator/,
    );
    expect(await refusal(listed({ "main.cfg": `set lua_modules "${"a".repeat(240)}.lua"\n` }))).toContain(
      "/s/main.cfg:1 would hold 266 characters",
    );
    expect(await refusal(listed({ "main.cfg": 'set v "set lua_modules a.lua"\nvstr v\n' }))).toContain(
      "/s/main.cfg:2 sets lua_modules from another variable",
    );
    expect(await refusal(listed({ "main.cfg": "set x 1\n/* open\n" }))).toContain(
      "a comment or command that does not end",
    );
    expect(await refusal(listed({ "main.cfg": "set x 1\n\0" }))).toContain("zero byte");
    expect(
      await refusal(
        listed({ "main.cfg": `set lua_modules ${"/* x */".repeat(0)}"a.lua" ${'"" '.repeat(330)}"b.lua"\n` }),
      ),
    ).toMatch(/main\.cfg/);
  });
});

describe("the allow-list", () => {
  const [own, old, other] = ["a".repeat(40), "b".repeat(40), "C".repeat(40)];

  test("gets the new SHA-1 and loses outdated ones; an empty one stays empty", async () => {
    const cfgs = workspace({ "main.cfg": `set lua_allowedModules "${other} ${old.toUpperCase()}"\n` });
    await cfgs.allow(own, [old]);
    expect(await cfgs.valueOf("lua_allowedModules")).toBe(`${own.toUpperCase()} ${other}`);
    await cfgs.disallow([own]);
    expect(cfgs.edits.get("/s/main.cfg")).toBe(`set lua_allowedModules "${other}"\n`);

    const free = workspace({ "main.cfg": 'set lua_allowedModules ""\n' });
    await free.allow(own, []);
    expect(free.edits.size).toBe(0);
  });

  test("is never left empty, as that allows everything", async () => {
    const cfgs = workspace({ "main.cfg": `set lua_allowedModules "${own}"\n` });
    await cfgs.disallow([own]);
    expect(cfgs.edits.size).toBe(0);
  });

  test("that is full refuses a seventh", async () => {
    const six = Array.from({ length: 6 }, (_, index) => String(index).repeat(40)).join(" ");
    const cfgs = workspace({ "main.cfg": `set lua_allowedModules "${six}"\n` });
    expect(await refusal(cfgs.allow(own, []))).toContain("stops at more than 255");
  });
});

describe("for any file", () => {
  const fragment = fc.oneof(
    fc.constantFrom(
      "set lua_modules ",
      "seta lua_modules ",
      "sets LUA_MODULES ",
      "lua_modules ",
      '"a.lua"',
      '"a.lua b.lua"',
      '"a.lua,b.lua"',
      '" a.lua"',
      '"a.lua "',
      '""',
      "a.lua",
      "c.lua,d.lua",
      " unsafe",
      "\n",
      "\r\n",
      "\r",
      ";",
      " ",
      "\t",
      "//",
      "/*",
      "*/",
      '"',
      "map oasis",
      'set v "set lua_modules e.lua"',
      "vstr v",
      "\u00E4",
      "\0",
    ),
    fc.string({
      maxLength: 8,
      unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    }),
  );
  const text = fc.array(fragment, { maxLength: 14 }).map((parts) => parts.join(""));

  test("listing and unlisting is the identity, and listing twice is listing once", async () => {
    let patched = 0;
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom("first", "last"), async (cfg, position) => {
        const files = { "main.cfg": cfg };
        let after: Record<string, string>;
        try {
          after = await listed(files, position);
        } catch (error) {
          if (error instanceof EditRefusal) return;
          throw error;
        }
        patched += 1;
        const before = listItems(await workspace(files).valueOf("lua_modules"));
        expect(listItems(await workspace(after).valueOf("lua_modules"))).toEqual(
          position === "first" ? [MODULE, ...before] : [...before, MODULE],
        );
        expect(await listed(after, position)).toEqual(after);
        expect(await unlisted(after)).toEqual(files);
      }),
      { numRuns: 4000, seed: 5 },
    );
    // The generator must not drift into files that are all refused.
    expect(patched).toBeGreaterThan(2500);
  });

  test("the same holds for a module list file", () => {
    let patched = 0;
    const word = fc.oneof(
      fc.constantFrom("a.lua", '"b.lua"', "\n", "\r\n", " ", "\t", "// c\n", "//", "/*", "*/", '""', "x"),
      fc.string({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 10 }).map((parts) => parts.join("")),
        fc.constantFrom("first", "last"),
        (list, position) => {
          let after: string;
          try {
            after = addToModuleFile(list, MODULE, position);
          } catch (error) {
            if (error instanceof EditRefusal) return;
            throw error;
          }
          patched += 1;
          expect(moduleFileWords(after).map((each) => each.text)).toContain(MODULE);
          expect(addToModuleFile(after, MODULE, position)).toBe(after);
          expect(removeFromModuleFile(after, MODULE)).toBe(list);
        },
      ),
      { numRuns: 4000, seed: 5 },
    );
    expect(patched).toBeGreaterThan(2000);
  });
});
