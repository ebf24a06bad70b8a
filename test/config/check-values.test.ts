import { describe, expect, test } from "vitest";

import { findProblems, settingFault } from "../../src/config/check-values.ts";

const PORT = { type: "integer", description: "", example: 22, minimum: 1, maximum: 65_535 } as const;
const SIDE = { type: "text", description: "", example: "first", choices: ["first", "last"] } as const;
const NAME = { type: "text", description: "", example: "a.cfg", pattern: "[a-z]+\\.cfg" } as const;
const YES = { type: "boolean", description: "", example: true, default: false } as const;
const FILE = { type: "path", description: "", example: "x" } as const;

test.each([
  [PORT, 1, true],
  [PORT, 65_535, true],
  [PORT, 0, false],
  [PORT, 65_536, false],
  [PORT, 1.5, false],
  [PORT, NaN, false],
  [PORT, "22", false],
  [SIDE, "last", true],
  [SIDE, "Last", false],
  [SIDE, "", false],
  [NAME, "a.cfg", true],
  [NAME, "xa.cfg\n", false],
  [NAME, "1a.cfg", false],
  [YES, false, true],
  [YES, "true", false],
  [YES, 1, false],
  [FILE, "any thing", true],
  [FILE, "", false],
  [FILE, 3, false],
  [FILE, null, false],
])("%j takes %j: %s", (setting, value, isTaken) => {
  expect(settingFault(setting, value) === undefined).toBe(isTaken);
});

describe("a file's values", () => {
  test.each([
    [[], [[], "must hold one object"]],
    [{ servers: [] }, [["servers"], "must be an object of servers by name"]],
    [{ servers: { m: null } }, [["servers", "m"], "must be an object"]],
    [{ servers: { "-m": {} } }, [["servers", "-m"], "must consist of letters"]],
    [{ databaseUrl: "postgres://u:p@h/d" }, [["databaseUrl"], "PGPASSWORD"]],
    [{ password: "x" }, [["password"], "PROX_<SERVER>_PASSWORD"]],
    [{ servers: { m: { passphrase: "x" } } }, [["servers", "m", "passphrase"], "PROX_M_PASSWORD"]],
    [{ groups: ["m"] }, [["groups"], "must be an object of lists"]],
    [{ groups: { "-g": ["m"] } }, [["groups", "-g"], "must consist of letters"]],
    [{ groups: { g: [] } }, [["groups", "g"], "must be a list of names of servers"]],
    [{ groups: { g: ["m", 1] } }, [["groups", "g"], "must be a list of names of servers"]],
    [{ servers: { m: {} }, groups: { m: ["m"] } }, [["groups", "m"], "has the name of a server"]],
    [{ servers: { m: { hasOwnProperty: 1 } } }, [["servers", "m", "hasOwnProperty"], "unknown key"]],
  ])("%j has a problem at %j", (root, [keys, message]) => {
    const found = [...findProblems(root)];
    expect(found.map((problem) => problem.keys)).toEqual([keys]);
    expect(found[0]?.message).toContain(message);
  });

  test("an empty file, and one with its schema named, have none", () => {
    expect([...findProblems({}), ...findProblems({ $schema: "x", servers: { m: { host: "h" } } })]).toEqual(
      [],
    );
  });
});
