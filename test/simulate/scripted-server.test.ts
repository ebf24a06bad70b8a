import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

import { describe, expect, test } from "vitest";

import { findRecording } from "../../src/simulate/recording.ts";
import { decodeScenario } from "../../src/simulate/scenario/definition.ts";
import { parseJson } from "../../src/simulate/scenario/json.ts";
import { scenarioRecording } from "../../src/simulate/scenario/play.ts";
import { type RecordedCall, callsByVm, linesOf } from "./recording-lines.ts";

function scripted(scenario: object): string[] {
  const whole = { description: "", expect: [], ...scenario };
  return linesOf(
    scenarioRecording(decodeScenario(parseJson("test.json", JSON.stringify(whole))), "test.json"),
  );
}

function recorded(name: string): string[] {
  return gunzipSync(readFileSync(findRecording(name)))
    .toString("latin1")
    .split("\n");
}

const PLAYERS = Array.from({ length: 16 }, (_, slot) => ({
  slot,
  name: `player ${slot}`,
  team: slot % 2 === 0 ? "axis" : "allies",
  at: [100 * slot, 0, 24],
  bot: slot > 0,
}));
const END = { time_ms: 3000, reason: "finished", winner: "axis" };

function play(actions: readonly object[], more: object = {}): RecordedCall[] {
  const lines = scripted({
    players: PLAYERS.slice(0, 4),
    rounds: [{ actions, end: END, warmup: null }],
    ...more,
  });
  return callsByVm(lines)[0] ?? [];
}

/** The calls of a round that are not about frames, from the first ordinary frame on. */
function events(calls: readonly RecordedCall[]): string[] {
  return calls
    .slice(calls.indexOf(frameAt(calls, 800)))
    .filter(({ callback }) => callback !== "et_RunFrame")
    .map(({ callback, args }) => [callback, ...args].join(" "));
}

function frameAt(calls: readonly RecordedCall[], timeMs: number): RecordedCall {
  const frames = calls.filter(({ callback }) => callback === "et_RunFrame");
  const start = Number(frames[0]?.args[0]);
  const found = frames.find(({ args }) => Number(args[0]) - start === timeMs);
  if (found === undefined) throw new Error(`no frame at ${timeMs}`);
  return found;
}

describe("a scripted server does as a real one", () => {
  const real = recorded("objective-16");
  const own = scripted({ players: PLAYERS, rounds: [{ end: END }] });

  /** The calls of the playing VM up to the second ordinary frame, without times and what has nothing to do with it. */
  function beginning(lines: readonly string[]): string[] {
    const calls = callsByVm(lines.slice(0, 12_000))[1] ?? [];
    const kept: string[] = [];
    let lastFrameMs = Number(calls.find(({ callback }) => callback === "et_RunFrame")?.args[0]);
    for (const { callback, args } of calls) {
      if (callback === "et_InitGame") kept.push(`${callback} ${args[2] ?? ""}`);
      if (callback.startsWith("et_Client")) kept.push(`${callback} ${args.join(" ")}`);
      if (callback !== "et_RunFrame") continue;
      kept.push(`et_RunFrame +${Number(args[0]) - lastFrameMs}`);
      if (Number(args[0]) - lastFrameMs === 50) return kept;
      lastFrameMs = Number(args[0]);
    }
    return kept;
  }

  test("from et_InitGame to the first ordinary frame", () => {
    const isBot = (line: string): string => line.replace(/^(et_ClientConnect \d+ \d) \d$/, "$1");
    expect(beginning(own).map(isBot)).toEqual(beginning(real).map(isBot));
    expect(beginning(own)).toHaveLength(1 + 16 * 4 + 9);
  });

  test("it states the fields that recordings state, and one more", () => {
    const fieldsOf = (lines: readonly string[]): Set<string> =>
      new Set(lines.filter((line) => line.startsWith("S\t")).map((line) => line.split("\t")[2] ?? ""));
    const known = fieldsOf(real);
    expect([...fieldsOf(own)].filter((field) => !known.has(field))).toEqual(["pers.lastrevive_client"]);
  });

  test("cvars and configstrings at et_InitGame are among the recorded ones", () => {
    const statesOf = (lines: readonly string[]): Set<string> =>
      new Set(
        lines.filter((line) => /^[VG]\t/.test(line)).map((line) => line.split("\t").slice(0, 2).join(" ")),
      );
    const known = statesOf(real);
    expect([...statesOf(own)].filter((state) => !known.has(state))).toEqual(["G 32"]);
  });

  test("the end of a round: decided, a frame later intermission at the camera, then a restart into warm-up", () => {
    const round = callsByVm(own)[1] ?? [];
    const decided = round.findIndex((call) => call.configstring(12) === "1");
    expect(round[decided]?.cvar("gamestate")).toBe("0");
    const intermission = round[decided + 1];
    expect(intermission?.cvar("gamestate")).toBe("3");
    expect(intermission?.read(3, "ps.pm_type")).toBe("5");
    expect(intermission?.read(3, "ps.origin")).toBe("0,0,400");
    expect(round.at(-2)).toMatchObject({ callback: "et_ShutdownGame", args: ["1"] });
    expect(round.at(-2)?.cvar("gamestate")).toBe("2");
    expect(round.at(-1)?.callback).toBe("et_Quit");
  });
});

describe("combat", () => {
  const SHOT = { time_ms: 1000, do: "shoot", player: 0, target: 1, damage: 18, region: "head" };

  test("a shot comes before its damage, which sees the region counted and the health untouched", () => {
    const calls = play([SHOT]);
    expect(events(calls).slice(0, 2)).toEqual(["et_WeaponFire 0 3", "et_Damage 1 0 18 64 8"]);
    const damage = calls.find(({ callback }) => callback === "et_Damage");
    expect(damage?.read(0, "pers.playerStats.hitRegions[0]")).toBe("1");
    expect(damage?.read(1, "health")).toBe("100");
    expect(frameAt(calls, 1050).read(1, "health")).toBe("82");
  });

  test("an action comes after the frame of its time", () => {
    const calls = play([SHOT]);
    const damage = calls.findIndex(({ callback }) => callback === "et_Damage");
    expect(calls[damage - 2]).toBe(frameAt(calls, 1000));
  });

  test("a lethal hit is followed by et_Obituary, which sees health below 0 and the old ps.stats[0]", () => {
    const calls = play([{ ...SHOT, damage: 130 }]);
    expect(events(calls).slice(1, 3)).toEqual(["et_Damage 1 0 130 64 8", "et_Obituary 1 0 8"]);
    const obituary = calls.find(({ callback }) => callback === "et_Obituary");
    expect(obituary?.read(1, "health")).toBe("-30");
    expect(obituary?.read(1, "ps.stats[0]")).toBe("100");
    expect(obituary?.read(1, "ps.pm_type")).toBe("3");
  });

  test("damage to a body makes no second obituary; a destroyed body goes to limbo and carries another's state", () => {
    const calls = play([
      { ...SHOT, damage: 130 },
      { time_ms: 1200, do: "hurt", attacker: 0, target: 1, damage: 200, means: "grenade_launcher" },
    ]);
    expect(events(calls).filter((call) => call.startsWith("et_Obituary"))).toHaveLength(1);
    expect(frameAt(calls, 1250).read(1, "health")).toBe("-176");
    expect(frameAt(calls, 1250).read(1, "ps.pm_flags")).toBe("0");
    const later = frameAt(calls, 2000);
    expect(later.read(1, "ps.pm_flags")).toBe("20480");
    expect(later.read(1, "ps.origin")).toBe(later.read(3, "ps.origin"));
    expect(later.read(1, "ps.stats[0]")).toBe("100");
    expect(later.read(1, "health")).toBe("-176");
  });

  test("damage to an entity that is no client", () => {
    const calls = play([{ time_ms: 1000, do: "hurt", attacker: 0, target: 70, damage: 50, means: "mp40" }]);
    expect(events(calls)[0]).toBe("et_Damage 70 0 50 64 8");
  });

  test("a revive: syringe, spawn, callback; the place stays", () => {
    const calls = play([
      { ...SHOT, damage: 130 },
      { time_ms: 1500, do: "revive", player: 1, medic: 3, health: 62 },
    ]);
    expect(events(calls).slice(3, 6)).toEqual([
      "et_WeaponFire 3 11",
      "et_ClientSpawn 1 1 0 1",
      expect.stringMatching(/^et_Revive 1 3 \d+$/),
    ]);
    const after = frameAt(calls, 1550);
    expect([after.read(1, "health"), after.read(1, "ps.origin")]).toEqual(["62", "100,0,24"]);
  });

  test("an engine without et_Revive does not call it", () => {
    const calls = play(
      [
        { ...SHOT, damage: 130 },
        { time_ms: 1500, do: "revive", player: 1, medic: 3 },
      ],
      { server: { missing_callbacks: ["et_Revive"], missing_fields: ["ps.leanf"] } },
    );
    expect(events(calls).some((call) => call.startsWith("et_Revive"))).toBe(false);
    expect(events(calls)).toContain("et_ClientSpawn 1 1 0 1");
  });

  test("guns have callbacks of their own", () => {
    const guns = ["fixed", "tank", "aa"].map((gun, index) => ({
      time_ms: 1000 + 50 * index,
      do: "shoot",
      player: 0,
      gun,
      target: 1,
      damage: 20,
    }));
    expect(events(play(guns)).slice(0, 6)).toEqual([
      "et_FixedMGFire 0",
      "et_Damage 1 0 20 64 1",
      "et_MountedMGFire 0",
      "et_Damage 1 0 20 64 2",
      "et_AAGunFire 0",
      "et_Damage 1 0 20 64 1",
    ]);
  });
});

describe("players come and go", () => {
  test("who joins is announced with a body, and is in limbo until the spawn", () => {
    const calls = play([
      { time_ms: 1000, do: "join", slot: 9, name: "late", team: "allies", at: [7, 8, 24] },
      { time_ms: 2000, do: "spawn", player: 9 },
    ]);
    expect(events(calls).slice(0, 8)).toEqual([
      "et_ClientConnect 9 1 0",
      "et_ClientUserinfoChanged 9",
      "et_ClientCommand 9 team",
      "et_ClientUserinfoChanged 9",
      "et_ClientUserinfoChanged 9",
      "et_ClientSpawn 9 0 1 1",
      "et_ClientBegin 9",
      "et_ClientSpawn 9 0 0 1",
    ]);
    expect(frameAt(calls, 1500).read(9, "ps.origin")).toBe(frameAt(calls, 1500).read(1, "ps.origin"));
    expect(frameAt(calls, 2050).read(9, "ps.origin")).toBe("7,8,24");
  });

  test("who changes team dies by it, and keeps nothing of the old body", () => {
    const calls = play([{ time_ms: 1000, do: "team", player: 0, team: "spectators" }]);
    expect(events(calls)).toContain("et_Obituary 0 0 59");
    const after = frameAt(calls, 1050);
    expect([after.read(0, "sess.sessionTeam"), after.read(0, "health")]).toEqual(["3", "100"]);
  });

  test("a slot is free after et_ClientDisconnect, which still sees its player", () => {
    const calls = play([{ time_ms: 1000, do: "leave", player: 1 }]);
    const call = calls.find(({ callback }) => callback === "et_ClientDisconnect");
    expect(call?.read(1, "pers.connected")).toBe("2");
    expect(frameAt(calls, 1050).read(1, "pers.connected")).toBe("0");
  });

  test.each([
    [3, "slot 3 is taken"],
    [24, "the server has no slot 24"],
  ])("nobody joins into slot %i where that cannot be", (slot, message) => {
    expect(() => play([{ time_ms: 1000, do: "join", slot, name: "late", team: "allies" }])).toThrow(
      `test.json:1: join: ${message}`,
    );
  });

  test("a slot that someone left can be joined", () => {
    const calls = play([
      { time_ms: 1000, do: "leave", player: 3 },
      { time_ms: 1050, do: "join", slot: 3, name: "late", team: "allies" },
    ]);
    expect(events(calls)).toContain("et_ClientConnect 3 1 0");
  });

  test("someone who is not there can do nothing", () => {
    expect(() => play([{ time_ms: 1000, do: "shoot", player: 9 }])).toThrow(
      "test.json:1: shoot: nobody is in slot 9",
    );
  });
});

describe("time", () => {
  test("an action of the round's last frame happens, and every shot of a burst in warm-up", () => {
    const burst = { time_ms: 1000, do: "shoot", player: 0, weapon: "mp40", times: 40, every_ms: 100 };
    const lines = scripted({
      players: PLAYERS.slice(0, 2),
      rounds: [{ warmup: [burst], actions: [{ ...burst, times: 21 }], end: END }],
    });
    const shots = callsByVm(lines).map(
      (calls) => calls.filter(({ callback }) => callback === "et_WeaponFire").length,
    );
    expect(shots).toEqual([40, 21]);
  });

  test("a pause moves the start of play in steps of 500 ms, and exactly at its end", () => {
    const calls = play(
      [
        { time_ms: 1000, do: "move", player: 0, path: [[1000, 0, 24]] },
        { time_ms: 1200, do: "pause" },
        { time_ms: 2450, do: "resume" },
      ],
      {},
    );
    const start = Number(frameAt(calls, 1000).configstring(11));
    const moved = [1650, 1700, 2150, 2200, 2450, 2500].map(
      (timeMs) => Number(frameAt(calls, timeMs).configstring(11)) - start,
    );
    expect(moved).toEqual([0, 500, 500, 1000, 1000, 1250]);
    expect(frameAt(calls, 1250).configstring(32)).toBe("16");
    expect(frameAt(calls, 2500).configstring(32)).toBe("0");
    expect(frameAt(calls, 1250).read(0, "ps.pm_type")).toBe("4");
    expect(frameAt(calls, 2400).read(0, "ps.origin")).toBe(frameAt(calls, 1200).read(0, "ps.origin"));
    expect(frameAt(calls, 2500).read(0, "ps.pm_type")).toBe("0");
    const real = recorded("pause-8").filter((line) => line.startsWith("G\t11\t"));
    const steps = real
      .slice(3, 20)
      .map((line, index) => Number(line.slice(5)) - Number(real[index + 2]?.slice(5)));
    expect(new Set(steps)).toEqual(new Set([500]));
  });

  test("players walk at their speed and stand still at the end", () => {
    const calls = play([{ time_ms: 1000, do: "move", player: 0, path: [[100, 0, 24]], speed_ups: 200 }]);
    expect(frameAt(calls, 1250).read(0, "ps.origin")).toBe("50,0,24");
    expect(frameAt(calls, 1250).read(0, "ps.velocity")).toBe("200,0,0");
    expect(frameAt(calls, 1600).read(0, "ps.origin")).toBe("100,0,24");
    expect(frameAt(calls, 1600).read(0, "ps.velocity")).toBe("0,0,0");
  });

  test("spawn waves come where configstring 31 says", () => {
    const calls = play(
      [
        { time_ms: 1000, do: "kill", player: 1 },
        { time_ms: 1500, do: "tap_out", player: 1 },
      ],
      {
        server: { waves: true, allies_wave_ms: 4000, allies_wave_offset_s: 1, axis_wave_ms: 7000 },
        rounds: [
          {
            warmup: null,
            actions: [
              { time_ms: 1000, do: "kill", player: 1 },
              { time_ms: 1500, do: "tap_out", player: 1 },
            ],
            end: { time_ms: 9000, reason: "shutdown" },
          },
        ],
      },
    );
    const [allies = 0, , ...values] = (calls[0]?.configstring(31) ?? "").split(" ").map(Number);
    const seeds = [11, 3, 13, 7, 2, 5, 1, 17];
    const index = Math.floor(allies / 8);
    expect((values[index] ?? 0) / (seeds[index] ?? 0)).toBe(1);
    const spawn = calls.findLastIndex(({ callback }) => callback === "et_ClientSpawn");
    expect(calls[spawn + 1]).toBe(frameAt(calls, 3000));
  });

  test.each([
    ["map_restart", "0", "1"],
    ["warmup", "2", "1"],
    ["map_change", "-1", "0"],
    ["shutdown", "0", "0"],
  ])("%s shows gamestate %s and tells et_ShutdownGame(%s)", (reason, gamestate, isRestart) => {
    const calls = play([], { rounds: [{ warmup: null, end: { time_ms: 2000, reason } }] });
    expect(calls.at(-2)?.args).toEqual([isRestart]);
    expect(calls.at(-2)?.cvar("gamestate")).toBe(gamestate);
  });

  test("a crash ends without a word, unloading with et_Quit alone, a reload begins a VM without et_InitGame", () => {
    const last = (reason: string): string[] =>
      play([], { rounds: [{ warmup: null, end: { time_ms: 2000, reason } }] })
        .slice(-2)
        .map(({ callback }) => callback);
    expect(last("crash")).toEqual(["et_RunFrame", "et_RunFrame"]);
    expect(last("module_unloaded")).toEqual(["et_RunFrame", "et_Quit"]);
    const lines = scripted({
      players: PLAYERS.slice(0, 2),
      rounds: [{ warmup: null, actions: [{ time_ms: 1500, do: "reload_modules" }], end: END }],
    });
    const [before = [], after = []] = callsByVm(lines);
    expect(before.at(-1)?.callback).toBe("et_Quit");
    expect(after[0]?.callback).toBe("et_RunFrame");
    expect(after[0]?.read(1, "pers.netname")).toBe("player 1");
    expect(after[0]?.cvar("gamestate")).toBe("0");
  });

  test("stopwatch flips its round at the end, before the intermission, and the teams change sides", () => {
    const lines = scripted({
      server: { game_type: 3 },
      players: PLAYERS.slice(0, 2),
      rounds: [{ end: END }, { end: END }],
    });
    const [, first = [], , second = []] = callsByVm(lines);
    expect(first[0]?.cvar("g_currentRound")).toBe("0");
    expect(frameAt(first, 3050).cvar("g_currentRound")).toBe("1");
    expect(frameAt(first, 3050).cvar("gamestate")).toBe("0");
    expect(second[0]?.cvar("g_currentRound")).toBe("1");
    expect(second[0]?.configstring(12)).toBe("1");
    expect(second[0]?.cvar("timelimit")).toBe("0.050000");
    expect(
      [frameAt(first, 1000), frameAt(second, 1000)].map((call) => call.read(0, "sess.sessionTeam")),
    ).toEqual(["1", "2"]);
  });
});

test("cvars, the version and GUIDs are bytes, as names are", () => {
  const text = "\u017c\u00e9";
  const bytes = Buffer.from(text).toString("latin1");
  const lines = scripted({
    server: { version: text, cvars: { prox_x: text } },
    players: [{ slot: 0, name: "a", guid: text, team: "axis" }],
    rounds: [{ end: END }],
  });
  expect(lines).toContain(`V\tmod_version\t${bytes}`);
  expect(lines).toContain(`V\tprox_x\t${bytes}`);
  expect(lines.find((line) => line.startsWith("U\t0\t"))).toContain(`cl_guid\\\\${bytes}`);
});

test("names are bytes", () => {
  const lines = scripted({
    players: [
      { slot: 0, name: "a\\xff\\tb\\\\é", team: "axis" },
      { slot: 1, name: "b", team: "allies" },
    ],
    rounds: [{ end: END }],
  });
  expect(lines).toContain(`S\t0\tpers.netname\ta\xff\\tb\\\\${Buffer.from("é").toString("latin1")}`);
});
