/** What the tracker does when the server, the disk, another module or the tracker itself fails. */
import { beforeAll, describe, expect, test } from "vitest";

import { adler32 } from "../support/round-text.ts";
import { trackerModule } from "../support/simulations.ts";
import type { LuaModule } from "../../src/simulate/simulate.ts";
import type { ScriptedServer, ServerOptions } from "../../src/simulate/script/server.ts";
import { createMemoryServer, type MemoryServer } from "./memory-server.ts";
import { beginPlay, createMatch, fight } from "./small-match.ts";

let tracker: LuaModule;
beforeAll(async () => {
  tracker = await trackerModule();
});

const KINDS = ["positions", "combat", "engagements", "heatmap"] as const;
type Kind = (typeof KINDS)[number];

/** A file as a test looks at it. */
interface Text {
  name: string;
  isPart: boolean;
  lines: string[];
  rows: string[][];
  /** Value of the last line `#key`. */
  value: (key: string) => string | undefined;
  isSound: boolean;
}

function readText(name: string, text: string): Text {
  const lines = text.split("\n");
  const at = text.lastIndexOf("#checksum\t");
  const sum = at < 0 ? undefined : text.slice(at).trim().split("\t")[2];
  return {
    name,
    isPart: name.endsWith(".part"),
    lines,
    rows: lines.filter((line) => line !== "" && !line.startsWith("#")).map((line) => line.split("\t")),
    value: (key) => lines.findLast((line) => line.startsWith(`#${key}\t`))?.slice(key.length + 2),
    isSound: sum === adler32(Buffer.from(text.slice(0, at))) && text.endsWith("\n"),
  };
}

/** The files of each round, in the order in which the rounds began. */
function roundsOf(server: MemoryServer): Record<Kind, Text>[] {
  const rounds = new Map<string, Record<Kind, Text>>();
  for (const [name, text] of server.files()) {
    const [, key = "", kind = ""] = /^gamestats\/(.*)_([a-z]+)\.txt(\.part)?$/.exec(name) ?? [];
    expect(KINDS, name).toContain(kind);
    const round = rounds.get(key) ?? ({} as Record<Kind, Text>);
    round[kind as Kind] = readText(name, text);
    rounds.set(key, round);
  }
  return [...rounds.values()];
}

/** No error, nothing left open, nothing left behind in the globals. */
function expectHarmless(server: MemoryServer): void {
  for (const kind of ["error", "leak", "drop", "global"] as const) expect(server.reports(kind)).toEqual([]);
}

interface Played {
  rounds: Record<Kind, Text>[];
  console: string[];
}

async function play(
  script: (match: ScriptedServer) => void,
  options: { match?: Partial<ServerOptions>; modules?: LuaModule[]; cvars?: Record<string, string> } = {},
): Promise<Played> {
  const match = createMatch(options.match);
  script(match);
  const server = await createMemoryServer(options.modules ?? [tracker], options.cvars);
  server.play(match.take());
  server.finish();
  expectHarmless(server);
  const rounds = roundsOf(server);
  const console = server.reports("console");
  server.close();
  return { rounds, console };
}

const eventsOf = (round: Record<Kind, Text> | undefined, event: string): string[][] =>
  round?.combat.rows.filter((row) => row[1] === event) ?? [];

describe("a round ends", () => {
  test.each<[string, string, (match: ScriptedServer) => void]>([
    [
      "in an intermission",
      "finished",
      (match) => {
        match.finishRound(2, 2000);
        match.leaveIntermission();
      },
    ],
    [
      "in an intermission that is cut short",
      "finished",
      (match) => {
        match.finishRound(2, 50);
        match.quit();
      },
    ],
    [
      "by map_restart",
      "map_restart",
      (match) => {
        match.restartMap();
      },
    ],
    [
      "by a change of the map",
      "map_change",
      (match) => {
        match.changeMap("fueldump");
      },
    ],
    [
      "in warm-up, as a team was empty",
      "warmup",
      (match) => {
        match.fallBackToWarmup();
      },
    ],
    [
      "with the server",
      "shutdown",
      (match) => {
        match.quit();
      },
    ],
    [
      "as the modules are unloaded",
      "module_unloaded",
      (match) => {
        match.unloadModules();
      },
    ],
  ])("%s: %s", async (_name, reason, finish) => {
    const { rounds } = await play((match) => {
      beginPlay(match);
      fight(match, 8000);
      finish(match);
    });
    expect(rounds).toHaveLength(1);
    for (const kind of KINDS) {
      const file = rounds[0]?.[kind];
      expect(file?.isPart).toBe(false);
      expect(file?.isSound).toBe(true);
      expect(file?.value("end_reason")).toBe(reason);
      expect(file?.value("rows")).toBe(String(file?.rows.length));
      expect(file?.value("rows_lost")).toBe("0");
      expect(file?.value("errors")).toBe("0");
      expect(file?.value("winner_team")).toBe(reason === "finished" ? "2" : undefined);
      expect(file?.value("end_ms")).toBe(rounds[0]?.positions.value("end_ms"));
    }
    expect(eventsOf(rounds[0], "fire").length).toBeGreaterThan(100);
  });

  test("with the process: what was written is whole lines, and lacks seconds at most", async () => {
    const match = createMatch();
    beginPlay(match);
    fight(match, 12000);
    const server = await createMemoryServer([tracker], { prox_flush_ms: "1000" });
    server.play(match.take());
    const [round] = roundsOf(server);
    for (const kind of KINDS) {
      expect(round?.[kind].isPart).toBe(true);
      expect(round?.[kind].lines.at(-1)).toBe("");
      expect(round?.[kind].value("end_reason")).toBeUndefined();
    }
    expect(Number(round?.positions.rows.at(-1)?.[0])).toBeGreaterThanOrEqual(12750 - 1000 - 1000);
    expect(Number(round?.combat.rows.at(-1)?.[0])).toBeGreaterThanOrEqual(12750 - 1000 - 200);
    server.close();
  });
});

describe("the module comes and goes", () => {
  test("loaded in the middle of a round, without et_InitGame, it goes on with another file", async () => {
    const { rounds } = await play((match) => {
      beginPlay(match);
      fight(match, 6000);
      match.reloadModules();
      fight(match, 6000);
      match.finishRound(1, 1000);
    });
    expect(rounds.map((round) => round.combat.value("end_reason"))).toEqual(["module_unloaded", "finished"]);
    const [first, second] = rounds;
    // Both began with the same moment of play, and are told apart by their keys.
    expect(second?.combat.value("started_at")).toBe(first?.combat.value("started_at"));
    expect(second?.combat.value("round_key")).not.toBe(first?.combat.value("round_key"));
    expect(Number(second?.combat.rows[0]?.[0])).toBeGreaterThan(6000);
    // Nobody was lost: all who were alive are followed.
    const slots = new Set(second?.positions.rows.map((row) => row[1]));
    expect([...slots].sort()).toEqual(["0", "1", "2", "3"]);
    expect(eventsOf(second, "hit").every((row) => row[10] === "body")).toBe(true);
  });

  test("a VM of nothing but artificial frames leaves nothing", async () => {
    const { rounds } = await play((match) => {
      match.startPlay();
      match.runFirstFrames();
      match.attachClients();
      match.restartMap();
      match.startWarmup(false);
      match.runFirstFrames();
      match.attachClients();
      match.settle();
      fight(match, 3000);
      match.endWarmup();
    });
    expect(rounds).toEqual([]);
  });

  test("a round without players leaves nothing", async () => {
    const server = await createMemoryServer([tracker]);
    const match = createMatch();
    for (let slot = 0; slot < 4; slot += 1) match.disconnect(slot);
    match.take();
    beginPlay(match);
    for (let frame = 0; frame < 400; frame += 1) match.frame();
    match.finishRound(0, 1000);
    match.quit();
    server.play(match.take());
    server.finish();
    expectHarmless(server);
    expect(server.files().size).toBe(0);
    server.close();
  });

  // PROX_ROUNDS=10000 plays as many as a server does in years; that takes minutes.
  const rounds = Number(process.env["PROX_ROUNDS"] ?? 1000);
  test(`${rounds} rounds in one process leave no handle open`, { timeout: 1_800_000 }, async () => {
    const server = await createMemoryServer([tracker]);
    const match = createMatch();
    match.startPlay();
    match.runFirstFrames();
    match.attachClients();
    match.settle();
    for (let round = 1; round <= rounds; round += 1) {
      match.setCvar("gamestate", "0");
      for (let frame = 0; frame < 9; frame += 1) match.frame();
      match.setCvar("gamestate", "3");
      for (let frame = 0; frame < 6; frame += 1) match.frame();
      if (round % 500 > 0) continue;
      server.play(match.take());
      expect(server.fileCount()).toBe(4 * 500);
      server.forgetFiles();
    }
    match.quit();
    server.play(match.take());
    server.finish();
    // The engine would have dropped the map at the 64th open file.
    expectHarmless(server);
    server.close();
  });

  test("100 VMs in one process leave no handle open", async () => {
    const { rounds } = await play((match) => {
      for (let round = 0; round < 100; round += 1) {
        beginPlay(match);
        fight(match, 1000);
        match.restartMap();
      }
    });
    expect(rounds).toHaveLength(100);
    expect(new Set(rounds.map((round) => round.combat.value("round_key"))).size).toBe(100);
  });
});

describe("the disk", () => {
  /** Plays for a while with a healthy disk, then with what `harm` does to it, then with a healthy one again. */
  async function playOn(
    harm: (server: MemoryServer) => void,
    harmMs: number,
    afterMs: number,
  ): Promise<Played> {
    const server = await createMemoryServer([tracker], { prox_flush_ms: "1000" });
    const match = createMatch();
    beginPlay(match);
    fight(match, 5000);
    server.play(match.take());
    harm(server);
    fight(match, harmMs);
    server.play(match.take());
    server.setCapacity(Number.MAX_SAFE_INTEGER);
    server.setRefusing(false);
    fight(match, afterMs);
    match.finishRound(1, 1000);
    match.quit();
    server.play(match.take());
    server.finish();
    expectHarmless(server);
    const rounds = roundsOf(server);
    const console = server.reports("console");
    server.close();
    return { rounds, console };
  }

  test("refuses for a while: nothing is lost", async () => {
    const healthy = await playOn(() => undefined, 10_000, 5000);
    const { rounds } = await playOn(
      (server) => {
        server.setRefusing(true);
      },
      10_000,
      5000,
    );
    for (const kind of KINDS) {
      const file = rounds[0]?.[kind];
      expect(file?.isSound).toBe(true);
      expect(file?.isPart).toBe(false);
      expect(file?.value("rows_lost")).toBe("0");
      expect(file?.rows).toEqual(healthy.rounds[0]?.[kind].rows);
    }
  });

  test("is full in the middle of a line: that file ends there, and the others say so", async () => {
    const { rounds, console } = await playOn(
      (server) => {
        server.setCapacity(server.usedBytes() + 100);
      },
      3000,
      5000,
    );
    const files = KINDS.map((kind) => rounds[0]?.[kind]);
    const cut = files.filter((file) => file?.isPart === true);
    expect(cut.length).toBeGreaterThanOrEqual(1);
    for (const file of cut) expect(file?.value("checksum")).toBeUndefined();
    const whole = files.filter((file) => file?.isPart === false);
    expect(whole.length).toBeGreaterThanOrEqual(1);
    for (const file of whole) {
      expect(file?.isSound).toBe(true);
      const failed = file?.lines.filter((line) => /^#capture\t.*\tfailed$/.test(line)) ?? [];
      expect(failed.length).toBeGreaterThan(0);
    }
    expect(console.join("\n")).toContain("the disk refuses gamestats/");
  });

  test("refuses all the time: no file, no error, one line for each file on the console", async () => {
    const server = await createMemoryServer([tracker], { prox_flush_ms: "1000" });
    const match = createMatch();
    server.setRefusing(true);
    beginPlay(match);
    fight(match, 20_000);
    match.finishRound(1, 1000);
    match.quit();
    server.play(match.take());
    server.finish();
    expectHarmless(server);
    expect(server.files().size).toBe(0);
    expect(server.reports("console").filter((line) => line.includes("stays incomplete"))).toHaveLength(4);
    server.close();
  });
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
    const alone = await play(play4);
    const other = await play(play4, { modules: [everyCallback] });
    const before = await play(play4, { modules: [tracker, everyCallback] });
    const after = await play(play4, { modules: [everyCallback, tracker] });
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
    const alone = await play(play4);
    const together = await play(play4, { modules: [tracker, swallower] });
    expect(rowsOf(together)).toEqual(rowsOf(alone));
    // In front of it they do: no kill is told, but deaths are noticed all the same.
    const { rounds } = await play(play4, { modules: [swallower, tracker] });
    expect(eventsOf(rounds[0], "kill")).toEqual([]);
    expect(eventsOf(rounds[0], "spawn").length).toBe(eventsOf(alone.rounds[0], "spawn").length);
  });
});

describe("other versions of the engine", () => {
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
    const newer = await play(revival);
    const older = await play(revival, { match: { version: "v2.81.1", missingCallbacks: ["et_Revive"] } });
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

test("an error in a part switches that part off, is printed once, and nothing else suffers", async () => {
  // From the middle of the round on, the engine raises an error for a field of which the recording says nothing.
  const match = createMatch();
  beginPlay(match);
  fight(match, 5000);
  const before = Buffer.from(match.take()).toString("latin1");
  fight(match, 5000);
  match.finishRound(1, 1000);
  const after = Buffer.from(match.take()).toString("latin1");
  const withoutFlags = (lines: string): string => lines.replaceAll(/^S\t\d+\tps.eFlags\t.*\n/gm, "");
  const server = await createMemoryServer([tracker]);
  server.play(`${withoutFlags(before)}!\tps.eFlags\tnil\tno such field any more\n${withoutFlags(after)}`);
  server.finish();
  expectHarmless(server);
  const [round] = roundsOf(server);
  const said = server.reports("console").filter((line) => line.includes("error in"));
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/error in positions: .*:\d+: .*no such field any more/);
  for (const kind of KINDS) {
    expect(round?.[kind].lines.filter((line) => line.endsWith("\tfailed"))).toEqual([
      "#capture\tpositions\tfailed",
    ]);
    expect(round?.[kind].value("errors")).toBe("1");
    expect(round?.[kind].isSound).toBe(true);
  }
  expect(Number(round?.positions.rows.at(-1)?.[0])).toBeLessThanOrEqual(6000);
  expect(Number(eventsOf(round, "fire").at(-1)?.[0])).toBeGreaterThan(9000);
  server.close();
});

describe("prox_fire", () => {
  const [MP40, PLIERS, SYRINGE, GRENADE] = [3, 21, 11, 4];
  test.each([
    ["", [MP40, PLIERS, SYRINGE, GRENADE], "all"],
    ["all", [MP40, PLIERS, SYRINGE, GRENADE], "all"],
    ["weapons", [MP40, GRENADE], "weapons"],
    ["none", [], "none"],
    ["4, 21", [PLIERS, GRENADE], "4, 21"],
    ["nonsense", [MP40, PLIERS, SYRINGE, GRENADE], "all"],
  ])("%j", async (value, expected, effective) => {
    const { rounds } = await play(
      (match) => {
        beginPlay(match);
        for (let frame = 0; frame < 30; frame += 1) match.frame();
        for (const weapon of [MP40, PLIERS, SYRINGE, GRENADE]) match.fire(0, weapon);
        for (let frame = 0; frame < 30; frame += 1) match.frame();
        match.finishRound(1, 1000);
      },
      { cvars: value === "" ? {} : { prox_fire: value } },
    );
    expect(eventsOf(rounds[0], "fire").map((row) => Number(row[5]))).toEqual(expected);
    expect(rounds[0]?.combat.value("config\tprox_fire")).toBe(effective);
  });
});

test("names of any bytes are escaped, and the file stays valid UTF-8 with its columns", async () => {
  const { rounds } = await play((match) => {
    beginPlay(match);
    match.rename(0, "tab\there \\ \xff\xc3\xa4 \x01");
    fight(match, 3000);
    match.finishRound(1, 1000);
  });
  const notes = rounds[0]?.combat.lines
    .filter((line) => line.startsWith("#player\t"))
    .map((line) => line.split("\t"));
  expect(notes?.map((note) => note[4])).toContain("tab\\there \\\\ \\xffä \\x01");
  expect(new Set(notes?.map((note) => note.length))).toEqual(new Set([8]));
});
