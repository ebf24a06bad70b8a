/** The tracker beside other modules, and on other versions of the engine. */
import { beforeAll, describe, expect, test } from "vitest";
import { type ScriptedServer } from "../../src/simulate/script/server.ts";
import { type LuaModule } from "../../src/simulate/simulate.ts";
import { trackerModule } from "../support/simulations.ts";
import { createMemoryServer } from "./memory-server.ts";
import { KINDS, eventsOf, expectHarmless, finishPlay, play, roundsOf, type Played } from "./played.ts";
import { beginPlay, createMatch, fight } from "./small-match.ts";

let tracker: LuaModule;
beforeAll(async () => {
  tracker = await trackerModule();
});

describe("other modules", () => {
  const play4 = (match: ScriptedServer): void => {
    beginPlay(match);
    fight(match, 8000);
    match.finishRound(1, 1000);
    match.quit();
  };
  /** The rows of all files. */
  const rowsOf = ({ rounds }: Played): unknown =>
    rounds.map((round) => KINDS.map((kind) => round[kind].rows));

  const everyCallback: LuaModule = {
    name: "c0rnp0rn.lua",
    lua: `
      for _, name in ipairs({ "et_InitGame", "et_ShutdownGame", "et_RunFrame", "et_Quit", "et_ClientConnect",
        "et_ClientDisconnect", "et_ClientBegin", "et_ClientUserinfoChanged", "et_ClientSpawn", "et_ClientCommand",
        "et_ConsoleCommand", "et_UpgradeSkill", "et_SetPlayerSkill", "et_Print", "et_Obituary", "et_Revive",
        "et_Damage", "et_WeaponFire", "et_FixedMGFire", "et_MountedMGFire", "et_AAGunFire", "et_Chat" }) do
        _G[name] = function() et.trap_Cvar_Set("other_" .. name, (tonumber(et.trap_Cvar_Get("other_" .. name)) or 0) + 1) end
      end
      function et_ShutdownGame()
        local counts = {}
        for _, name in ipairs({ "et_RunFrame", "et_Damage", "et_Obituary", "et_WeaponFire", "et_ClientConnect", "et_ClientSpawn" }) do
          counts[#counts + 1] = name .. " " .. et.trap_Cvar_Get("other_" .. name)
        end
        et.G_Print("counted " .. table.concat(counts, ", "))
      end`,
  };

  test("get every event that they would get without the tracker, and the other way round", async () => {
    const alone = await play([tracker], play4);
    const other = await play([everyCallback], play4);
    const before = await play([tracker, everyCallback], play4);
    const after = await play([everyCallback, tracker], play4);
    const counted = ({ console }: Played): string[] => console.filter((line) => line.startsWith("counted"));
    expect(counted(other)[0]).toMatch(/et_RunFrame \d+, et_Damage \d+, et_Obituary [1-9]/);
    expect(counted(before)).toEqual(counted(other));
    expect(counted(after)).toEqual(counted(other));
    expect(rowsOf(before)).toEqual(rowsOf(alone));
    expect(rowsOf(after)).toEqual(rowsOf(alone));
  });

  test("that swallow events behind the tracker take nothing from it", async () => {
    const swallower: LuaModule = {
      name: "swallower.lua",
      lua: `
        function et_Obituary() return 0 end
        function et_Damage() return 1 end
        function et_WeaponFire() return 1 end
        function et_Revive() return 1 end`,
    };
    const alone = await play([tracker], play4);
    const together = await play([tracker, swallower], play4);
    expect(rowsOf(together)).toEqual(rowsOf(alone));
    // In front of it they do: no kill is told, but every death is read from the players' state, and the files say so.
    const { rounds } = await play([swallower, tracker], play4);
    expect(eventsOf(alone.rounds[0], "kill").length).toBeGreaterThan(0);
    expect(eventsOf(rounds[0], "kill").length).toBe(eventsOf(alone.rounds[0], "kill").length);
    expect(rounds[0]?.combat.value("capture")).toBe("kill\tby_state");
    expect(alone.rounds[0]?.combat.lines).not.toContain("#capture\tkill\tby_state");
    expect(eventsOf(rounds[0], "spawn").length).toBe(eventsOf(alone.rounds[0], "spawn").length);
  });
});

test("a hit that another module kept from the tracker counted all the same: the next region is not guessed", async () => {
  // It answers what blocks the damage, so the engine asks nobody behind it.
  const filter: LuaModule = {
    name: "filter.lua",
    lua: "function et_Damage(target, attacker, damage) if damage == 13 then return 1 end end",
  };
  const { rounds } = await play([filter, tracker], (match) => {
    const hit = (damage: number, region: number): void => {
      match.damage({ target: 1, attacker: 0, damage, meansOfDeath: 8, flags: 64, region });
      match.frame();
    };
    beginPlay(match);
    hit(5, 0);
    hit(13, 0);
    hit(5, 3);
    hit(5, 3);
    for (let frame = 0; frame < 20; frame += 1) match.frame();
    match.finishRound(1, 1000);
  });
  expect(eventsOf(rounds[0], "hit").map((row) => row[10])).toEqual(["head", "", "legs"]);
});

describe("other versions of the engine", () => {
  test("which exports no constants at all", async () => {
    const match = createMatch();
    beginPlay(match);
    fight(match, 8000);
    match.finishRound(1, 1000);
    const lines = Buffer.from(match.take()).toString("latin1");
    const played: Played[] = [];
    for (const text of [lines, lines.replaceAll(/^K\t.*\n/gm, "")]) {
      const server = await createMemoryServer([tracker]);
      server.play(text);
      server.finish();
      expectHarmless(server);
      played.push({ rounds: roundsOf(server), console: [] });
      server.close();
    }
    expect(KINDS.map((kind) => played[1]?.rounds[0]?.[kind].rows)).toEqual(
      KINDS.map((kind) => played[0]?.rounds[0]?.[kind].rows),
    );
    expect(eventsOf(played[1]?.rounds[0], "hit").length).toBeGreaterThan(10);
  });

  test("whose numbers of weapons are others: what tells weapons by number is unavailable, and the console says why", async () => {
    const match = createMatch();
    beginPlay(match);
    fight(match, 8000);
    match.finishRound(1, 1000);
    const lines = Buffer.from(match.take()).toString("latin1");
    const other = lines.replaceAll(/^K\tWP_FG42\t32$/gm, "K\tWP_FG42\t33");
    expect(other).not.toBe(lines);
    const server = await createMemoryServer([tracker]);
    server.play(other);
    const { console, rounds } = finishPlay(server);
    expect(console.join("")).toContain("this engine has WP_FG42 = 33, not 32");
    const stateOf = (capture: string): string | undefined => rounds[0]?.combat.value(`capture\t${capture}`);
    expect(["fire", "hit", "kill", "revive"].map(stateOf)).toEqual([
      "unavailable",
      "unavailable",
      "unavailable",
      "on",
    ]);
  });

  test("without et_Revive the engine's note of the medic is taken", async () => {
    const revival = (match: ScriptedServer): void => {
      beginPlay(match);
      for (let hits = 0; hits < 20; hits += 1) {
        if (match.client(1)?.status !== "up") continue;
        match.damage({ target: 1, attacker: 0, damage: 30, meansOfDeath: 8, flags: 64, region: 0 });
      }
      match.frame();
      match.revive(1, 3, 50);
      for (let frame = 0; frame < 60; frame += 1) match.frame();
      match.finishRound(1, 1000);
    };
    const newer = await play([tracker], revival);
    const older = await play([tracker], revival, {
      match: { version: "v2.81.1", missingCallbacks: ["et_Revive"] },
    });
    const revived = (played: Played): (string | undefined)[][] =>
      eventsOf(played.rounds[0], "revive").map((row) => [row[2], row[3]]);
    expect(revived(newer)).toEqual([["3", "1"]]);
    expect(revived(older)).toEqual([["3", "1"]]);
    // The life goes on: positions are there after it, under the same number.
    const lives = older.rounds[0]?.positions.rows.filter((row) => row[1] === "1").map((row) => row[2]);
    expect(new Set(lives)).toEqual(new Set(["1"]));
  });

  test("a field that is missing costs what needs it, and the file says so", async () => {
    const { rounds, console } = await play(
      [tracker],
      (match) => {
        beginPlay(match);
        fight(match, 8000);
        match.finishRound(1, 1000);
      },
      { match: { missingFields: ["pers.playerStats.hitRegions"] } },
    );
    const captures = rounds[0]?.combat.lines.filter((line) => line.startsWith("#capture\t"));
    expect(captures).toContain("#capture\thit_region\tunavailable");
    expect(captures).toContain("#capture\thit\ton");
    expect(eventsOf(rounds[0], "hit").length).toBeGreaterThan(10);
    expect(eventsOf(rounds[0], "hit").every((row) => row[10] === "")).toBe(true);
    expect(console.join("\n")).toContain("no field pers.playerStats.hitRegions");
  });

  test("a constant with another value costs what needs it", async () => {
    const match = createMatch();
    beginPlay(match);
    fight(match, 8000);
    match.finishRound(1, 1000);
    const lines = Buffer.from(match.take()).toString("latin1");
    const server = await createMemoryServer([tracker]);
    server.play(lines.replaceAll(/^K\tCS_REINFSEEDS\t.*$/gm, "K\tCS_REINFSEEDS\t77"));
    server.finish();
    expectHarmless(server);
    const [round] = roundsOf(server);
    // Kills state the next spawn wave, and the trades and the heatmap are made of kills.
    for (const capture of ["kill", "engagement", "trade", "heatmap"]) {
      expect(round?.combat.value(`capture\t${capture}`)).toBe("unavailable");
    }
    expect(round?.combat.value("capture\tcrossfire")).toBe("on");
    expect(eventsOf(round, "kill")).toEqual([]);
    expect(eventsOf(round, "hit").length).toBeGreaterThan(10);
    expect(round?.positions.rows.length).toBeGreaterThan(10);
    server.close();
  });
});
