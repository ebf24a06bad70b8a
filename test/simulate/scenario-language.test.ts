import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import type { ProxError } from "../../src/errors.ts";
import { packagePath } from "../../src/package-root.ts";
import { bundledScenarios, loadScenario } from "../../src/simulate/scenario/catalog.ts";
import { checkExpectations } from "../../src/simulate/scenario/check.ts";
import { type Scenario, decodeScenario } from "../../src/simulate/scenario/definition.ts";
import { parseJson } from "../../src/simulate/scenario/json.ts";
import { unescapeBytes } from "../../src/simulate/scenario/identity.ts";
import type { RecordedRound, RecordedRow } from "../../src/simulate/scenario/recorded.ts";

function decode(text: string): Scenario {
  return decodeScenario(parseJson("mine.json", text));
}

function failure(text: string): ProxError {
  try {
    decode(text);
  } catch (error) {
    return error as ProxError;
  }
  throw new Error("it was taken");
}

/** A scenario, one part a line, with a line replaced: 1 is the brace. */
function withLine(line: number, text: string): string {
  const lines = [
    `{`,
    `"description": "d",`,
    `"players": [{ "slot": 0, "name": "a", "team": "axis" }, { "slot": 1, "name": "b", "team": "allies" }],`,
    `"rounds": [{`,
    `"actions": [`,
    `{ "time_ms": 1000, "do": "shoot", "player": 0, "target": 1, "damage": 5 }`,
    `],`,
    `"end": { "time_ms": 2000, "reason": "finished" } }],`,
    `"expect": [`,
    `{ "that": "t", "in": "combat", "row": { "event": "hit" } }`,
    `] }`,
  ];
  return lines.map((original, index) => (index + 1 === line ? text : original)).join("\n");
}

describe("a mistake is told with file, line and path", () => {
  test.each([
    [
      6,
      `{ "time_ms": 1000, "do": "shoot", "player": 0, "taget": 1 }`,
      "rounds[0].actions[0].taget: unknown key",
    ],
    [
      6,
      `{ "time_ms": 1010, "do": "stop", "player": 0 }`,
      "rounds[0].actions[0].time_ms: must be a multiple of the frame, 50 ms",
    ],
    [
      6,
      `{ "time_ms": 950, "do": "stop", "player": 0 }`,
      "rounds[0].actions[0].time_ms: must be a whole number from 1000 to 86400000, not 950",
    ],
    [6, `{ "time_ms": 1000, "do": "stop" }`, "rounds[0].actions[0]: the key player is missing"],
    [6, `{ "time_ms": 1000, "do": "fly" }`, "rounds[0].actions[0].do: must be one of move, stop, "],
    [6, `{ "time_ms": 1000 }`, "rounds[0].actions[0]: the key do is missing"],
    [
      6,
      `{ "time_ms": 1000, "do": "place", "player": 0, "at": [1, 2] }`,
      "rounds[0].actions[0].at: must be a point: [x, y, z]",
    ],
    [
      6,
      `{ "time_ms": 1000, "do": "shoot", "player": 0, "weapon": "bow" }`,
      "rounds[0].actions[0].weapon: must be one of none, knife,",
    ],
    [
      3,
      `"players": [{ "slot": 64, "name": "a", "team": "axis" }],`,
      "players[0].slot: must be a whole number from 0 to 63, not 64",
    ],
    [
      3,
      `"players": [{ "slot": 1, "name": "a", "team": "red" }],`,
      'players[0].team: must be one of free, axis, allies, spectators, not "red"',
    ],
    [3, `"players": {},`, "players: must be a list, not an object"],
    [
      8,
      `"end": { "time_ms": 2000, "reason": "boredom" } }],`,
      "rounds[0].end.reason: must be one of finished, map_restart,",
    ],
    [
      6,
      `{ "time_ms": 1000, "do": "entity", "entity": 63, "fields": {} }`,
      "rounds[0].actions[0].entity: must be a whole number from 64 to 1023, not 63",
    ],
    [
      6,
      `{ "time_ms": 1000, "do": "entity", "entity": 64, "fields": { "r.absmin": [1, 2] } }`,
      "rounds[0].actions[0].fields.r.absmin: must be a point: [x, y, z]",
    ],
    [
      2,
      `"description": "d", "server": { "entities": { "12": {} } },`,
      "server.entities: must be a whole number from 64 to 1023, not 12",
    ],
    [
      2,
      `"description": "d", "server": { "configstrings": { "one": "a" } },`,
      'server.configstrings: must be a whole number from 0 to 1023, not "one"',
    ],
    [10, `{ "that": "t", "in": "combat", "row": { "evnt": "hit" } }`, "expect[0].row: combat have no evnt"],
    [10, `{ "that": "t", "in": "fights" }`, "expect[0].in: must be one of positions, combat,"],
    [
      10,
      `{ "that": "t", "in": "combat", "times": -1 }`,
      "expect[0].times: must be a whole number from 0 to 1000000, not -1",
    ],
  ])("line %i: %s", (line, text, message) => {
    const error = failure(withLine(line, text));
    expect(error).toMatchObject({ code: "E_SCENARIO", exit: "input" });
    expect(error.message.startsWith(`mine.json:${line}: ${message}`)).toBe(true);
  });

  test.each(["toString", "constructor", "__proto__"])("%s is no key, though every object has it", (key) => {
    const error = failure(withLine(2, `"description": "d", "${key}": 1,`));
    expect(error.message).toBe(`mine.json:2: ${key}: unknown key`);
  });

  test.each([
    [
      `{ "time_ms": 2050, "do": "stop", "player": 0 }`,
      "stop at 2050 ms would come after the end of the round at 2000 ms",
    ],
    [
      `{ "time_ms": 1800, "do": "shoot", "player": 0, "times": 3, "every_ms": 150 }`,
      "the last shot at 2100 ms would come after the end of the round at 2000 ms",
    ],
  ])("what would come after the round: %s", (action, message) => {
    const error = failure(withLine(6, `{ "time_ms": 1000, "do": "stop", "player": 0 },\n${action}`));
    expect(error).toMatchObject({ code: "E_SCENARIO", exit: "input" });
    expect(error.message).toBe(`mine.json:7: rounds[0].actions[1]: ${message}`);
    expect(error.suggestions).toEqual(["move it earlier, or let the round end later"]);
  });

  test("what comes in the round's last frame is taken", () => {
    const last = `{ "time_ms": 1850, "do": "shoot", "player": 0, "times": 2, "every_ms": 150 }`;
    expect(decode(withLine(6, last)).rounds[0]?.actions).toHaveLength(1);
  });

  test("a wrong key comes with the right ones", () => {
    const error = failure(withLine(2, `"descripton": "d",`));
    expect(error.suggestions).toEqual(["keys here are description, server, players, rounds, expect"]);
  });

  test("what is no JSON", () => {
    const error = failure(withLine(6, `{ "time_ms": 1000, }`));
    expect(error.message).toMatch(/^mine\.json:6: this is not valid JSON: /);
    expect(failure("").message).toMatch(/^mine\.json:1: this is not valid JSON: /);
  });

  test("a slot twice, and one that the server does not have", () => {
    const twice = `"players": [{ "slot": 0, "name": "a", "team": "axis" }, { "slot": 0, "name": "b", "team": "axis" }],`;
    expect(failure(withLine(3, twice)).message).toBe("mine.json:1: cannot add b: slot 0 is taken");
    const far = `"players": [{ "slot": 30, "name": "a", "team": "axis" }],`;
    expect(failure(withLine(3, far)).message).toBe("mine.json:1: cannot add a: the server has no slot 30");
  });
});

test("names are numbers of the engine, and what is left out has its default", () => {
  const scenario = decode(withLine(0, ""));
  expect(scenario.players[1]).toMatchObject({ team: 2, class: 0, health: 100, at: [0, 0, 24], bot: false });
  expect(scenario.rounds[0]?.warmup).toEqual([]);
  expect(scenario.server).toMatchObject({ map: "scenario", game_type: 2, waves: false });
  expect(scenario.expect[0]).toEqual({
    that: "t",
    subject: "combat",
    round: 1,
    row: { event: "hit" },
    times: 1,
    line: 10,
  });
});

test("escapes of names are those of the round files", () => {
  expect(unescapeBytes("a\\tb\\\\c\\xFFd\\n")).toBe("a\tb\\c\xffd\n");
  expect(unescapeBytes("\\q\\")).toBe("\\q\\");
  expect(unescapeBytes("é")).toBe("\xc3\xa9");
});

describe("expectations", () => {
  const row = (values: RecordedRow): RecordedRow => values;
  const ROUND: RecordedRound = {
    roundKey: "k",
    facts: { map: "m", is_complete: "1" },
    issues: [],
    rows: {
      positions: [],
      combat: [
        row({ event: "hit", time_ms: "1000", distance_units: "12.3", attacker_slot: "", hit_region: "head" }),
        row({ event: "hit", time_ms: "2000", distance_units: "50.0", attacker_slot: "3", hit_region: "" }),
      ],
      engagements: [],
      heatmap: [],
      objectives: [],
      objective_notes: [],
      announcements: [],
      players: [],
      captures: [],
    },
  };

  function verdict(expected: object): readonly string[] | "met" {
    const text = withLine(10, JSON.stringify({ that: "t", in: "combat", ...expected }));
    const [files, own] = checkExpectations([ROUND], decode(text).expect);
    expect(files?.isMet).toBe(true);
    return own?.isMet === true ? "met" : (own?.differences ?? []);
  }

  test.each([
    ["text", { row: { hit_region: "head" } }],
    ["a whole number", { row: { time_ms: 1000 } }],
    ["a decimal as rounded in the file", { row: { distance_units: 12.34 } }],
    ["nothing", { row: { attacker_slot: null } }],
    ["a number in a range, its ends included", { row: { time_ms: [500, 1000] } }],
    ["how many", { row: { event: "hit" }, times: 2 }],
    ["about how many", { row: { event: "hit" }, times: [1, 3] }],
    ["none", { row: { event: "kill" }, times: 0 }],
    ["another round has none", { round: 2, times: 0 }],
    ["the files' own words", { in: "rounds", row: { map: "m", is_complete: true } }],
  ])("met by %s", (_name, expected) => {
    expect(verdict(expected)).toBe("met");
  });

  test.each([
    ["text", { row: { hit_region: "legs" } }],
    ["a whole number", { row: { time_ms: 1001 } }],
    ["a decimal", { row: { distance_units: 12.4 } }],
    ["something where nothing shall be", { row: { hit_region: null, time_ms: 1000 } }],
    ["nothing where a number shall be", { row: { attacker_slot: 0 } }],
    ["nothing where a range shall be", { row: { attacker_slot: [0, 2] } }],
    ["too many", { row: { event: "hit" } }],
    ["too few", { row: { event: "hit" }, times: 3 }],
    ["one too many of none", { row: { time_ms: 2000 }, times: 0 }],
    ["the wrong round", { round: 2, row: { time_ms: 2000 } }],
  ])("not met by %s", (_name, expected) => {
    expect(verdict(expected)).not.toBe("met");
  });

  test("what was found instead is shown, the nearest rows first", () => {
    expect(verdict({ row: { event: "hit", time_ms: 2000, attacker_slot: null } })).toEqual([
      "combat of round 1: 0 of 2 rows match, not 1",
      "event hit, time_ms 1000 (not 2000), attacker_slot nothing",
      "event hit, time_ms 2000, attacker_slot 3 (not nothing)",
    ]);
  });

  test("a file that no import takes is a failure", () => {
    const [files] = checkExpectations([{ ...ROUND, issues: ["x.txt: line 3: bad"] }], []);
    expect(files).toMatchObject({ isMet: false, differences: ["x.txt: line 3: bad"] });
  });
});

describe("docs/scenarios.md", () => {
  const document = readFileSync(packagePath("docs/scenarios.md"), "utf8").replace(/ +/g, " ");

  test.each(bundledScenarios())("lists %s with its description", (name) => {
    expect(document).toContain(`| \`${name}\` | ${loadScenario(name).scenario.description} |`);
  });

  test("shows an example that is one", () => {
    const example = /```json\n([^`]+)```/.exec(readFileSync(packagePath("docs/scenarios.md"), "utf8"))?.[1];
    expect(decode(example ?? "").expect).toHaveLength(1);
  });

  test("explains every action and every key of the server", () => {
    const listed = (line: number, text: string): string[] => {
      const { message, suggestions } = failure(withLine(line, text));
      return (
        message.split(" one of ")[1]?.split(", not ")[0] ??
        suggestions[0]?.slice("keys here are ".length) ??
        ""
      ).split(", ");
    };
    const names = [
      ...listed(6, `{ "time_ms": 1000, "do": "fly" }`),
      ...listed(2, `"description": "d", "server": { "x": 1 },`),
      ...listed(3, `"players": [{ "x": 1 }],`),
      ...listed(8, `"end": { "x": 1 } }],`),
      ...listed(10, `{ "x": 1 }`),
    ];
    expect(names.length).toBeGreaterThan(50);
    for (const name of names) expect(document).toContain(`\`${name}\``);
  });
});
