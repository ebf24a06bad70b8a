/** What the tracker does when the server or the tracker itself fails, and at the end of every round. */
import { beforeAll, describe, expect, test } from "vitest";
import { TEAM_ALLIES } from "../../src/engine/players.ts";
import { type ScriptedServer } from "../../src/simulate/script/server.ts";
import { type LuaModule } from "../../src/simulate/simulate.ts";
import { trackerModule } from "../support/simulations.ts";
import { createMemoryServer } from "./memory-server.ts";
import { KINDS, eventsOf, expectHarmless, play, roundsOf } from "./played.ts";
import { beginPlay, createMatch, fight } from "./small-match.ts";

/** The engine has 63 handles: of these rounds one in four could lose one, and it would show. 10000 are a server's years. */
const ROUNDS = Number(process.env["PROX_ROUNDS"] ?? 300);
const ROUNDS_AT_ONCE = 100;

let tracker: LuaModule;
beforeAll(async () => {
  tracker = await trackerModule();
});

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
    const { rounds } = await play([tracker], (match) => {
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
  test("loaded in the middle of a round, without et_InitGame, it goes on with another piece of the round", async () => {
    const { rounds } = await play([tracker], (match) => {
      beginPlay(match);
      fight(match, 6000);
      match.reloadModules();
      fight(match, 6000);
      match.finishRound(1, 1000);
    });
    expect(rounds.map((round) => round.combat.value("end_reason"))).toEqual(["module_unloaded", "finished"]);
    const [first, second] = rounds;
    // Both are the same round, and are told apart by their pieces.
    for (const key of ["started_at", "round_key", "match_key"])
      expect(second?.combat.value(key)).toBe(first?.combat.value(key));
    expect([first, second].map((round) => round?.combat.value("piece"))).toEqual(["1", "2"]);
    expect(Number(second?.combat.value("began_ms"))).toBeGreaterThan(6000);
    expect(Number(first?.combat.value("began_ms"))).toBeLessThanOrEqual(100);
    expect(Number(second?.combat.rows[0]?.[0])).toBeGreaterThan(6000);
    // Nobody was lost: all who were alive are followed.
    const slots = new Set(second?.positions.rows.map((row) => row[1]));
    expect([...slots].sort()).toEqual(["0", "1", "2", "3"]);
    expect(eventsOf(second, "hit").every((row) => row[10] === "body")).toBe(true);
  });

  test("a VM of nothing but artificial frames leaves nothing", async () => {
    const { rounds } = await play([tracker], (match) => {
      match.startPlay();
      match.runFirstFrames();
      match.attachClients();
      match.restartMap();
      match.startWarmup(false);
      match.runFirstFrames();
      match.attachClients();
      match.startRealTime();
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

  test(
    `${ROUNDS} rounds in one process leave no handle open`,
    { timeout: 60_000 + ROUNDS * 60 },
    async () => {
      const server = await createMemoryServer([tracker]);
      const match = createMatch();
      match.startPlay();
      match.runFirstFrames();
      match.attachClients();
      match.startRealTime();
      for (let round = 1; round <= ROUNDS; round += 1) {
        match.setCvar("gamestate", "0");
        for (let frame = 0; frame < 9; frame += 1) match.frame();
        match.setCvar("gamestate", "3");
        for (let frame = 0; frame < 6; frame += 1) match.frame();
        if (round % ROUNDS_AT_ONCE > 0) continue;
        server.play(match.take());
        expect(server.fileCount()).toBe(KINDS.length * ROUNDS_AT_ONCE);
        server.forgetFiles();
      }
      match.quit();
      server.play(match.take());
      server.finish();
      // The engine would have dropped the map at the 64th open file.
      expectHarmless(server);
      server.close();
    },
  );

  test("100 VMs in one process leave no handle open", async () => {
    const { rounds } = await play([tracker], (match) => {
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

const MEANS_MP40 = 8;

test("errors in every part stop no callback: what they break is switched off, the rest is recorded", async () => {
  const match = createMatch();
  beginPlay(match);
  fight(match, 5000);
  const before = Buffer.from(match.take()).toString("latin1");
  fight(match, 2000);
  match.damage({ target: 3, attacker: 0, damage: 5, meansOfDeath: MEANS_MP40, flags: 0, region: 2 });
  match.kill(3, 0, MEANS_MP40);
  match.frame();
  match.revive(3, 1, 40);
  match.frame();
  match.changeTeam(0, TEAM_ALLIES);
  match.disconnect(2);
  match.finishRound(1, 1000);
  const after = Buffer.from(match.take()).toString("latin1");
  const fields = ["ps.eFlags", "ps.viewangles"];
  const withoutFields = (lines: string): string =>
    lines.replaceAll(new RegExp(`^S\\t\\d+\\t(${fields.join("|")})\\t.*\\n`, "gm"), "");
  const server = await createMemoryServer([tracker]);
  server.play(withoutFields(before));
  server.play(fields.map((field) => `!\t${field}\tnil\tbroken\n`).join("") + withoutFields(after));
  server.finish();
  expectHarmless(server);
  expect(server.reports("console").filter((line) => line.includes("error in"))).toHaveLength(1);
  const [round] = roundsOf(server);
  const failed = "positions fire mounted_fire hit hit_region kill engagement crossfire bait trade heatmap";
  for (const kind of KINDS) {
    const said = round?.[kind].lines.flatMap((line) => /^#capture\t(.*)\tfailed$/.exec(line)?.[1] ?? []);
    expect(said?.sort()).toEqual(failed.split(" ").sort());
    expect(round?.[kind].value("errors")).toBe("4");
    expect(round?.[kind].value("end_reason")).toBe("finished");
    expect(round?.[kind].isSound).toBe(true);
  }
  for (const event of ["revive", "leave"]) expect(eventsOf(round, event).length, event).toBeGreaterThan(0);
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
      [tracker],
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
  const { rounds } = await play([tracker], (match) => {
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

describe("what the engine hands out that is no player and no place", () => {
  test("damage and deaths by an entity that is no client are the world's", async () => {
    const { rounds } = await play([tracker], (match) => {
      beginPlay(match);
      match.damage({ target: 1, attacker: 200, damage: 130, meansOfDeath: 26, flags: 1, region: undefined });
      for (let frame = 0; frame < 20; frame += 1) match.frame();
      match.finishRound(1, 1000);
    });
    for (const event of ["hit", "kill"]) {
      expect(eventsOf(rounds[0], event).map((row) => row.slice(2, 5))).toEqual([["", "1", "world"]]);
    }
    expect(rounds[0]?.engagements.rows).toEqual([]);
    expect(rounds[0]?.heatmap.rows).toEqual([]);
  });

  test.each(["10000000000.0,6.5e+24,0.0", "-9e9,0.0,0.0"])("an origin of %s is no place", async (garbage) => {
    const match = createMatch();
    beginPlay(match);
    for (let frame = 0; frame < 40; frame += 1) match.frame();
    const before = Buffer.from(match.take()).toString("latin1");
    for (let frame = 0; frame < 40; frame += 1) match.frame();
    const middle = Buffer.from(match.take()).toString("latin1");
    for (let frame = 0; frame < 40; frame += 1) match.frame();
    match.finishRound(1, 1000);
    const after = Buffer.from(match.take()).toString("latin1");
    const server = await createMemoryServer([tracker]);
    server.play(`${before}S\t1\tps.origin\t${garbage}\n${middle}S\t1\tps.origin\t200.0,100.0,24.0\n${after}`);
    server.finish();
    expectHarmless(server);
    const rows = roundsOf(server)[0]?.positions.rows.filter((row) => row[1] === "1") ?? [];
    expect(rows.length).toBeGreaterThan(5);
    for (const row of rows) {
      expect(row.slice(3, 6)).toEqual(["200.0", "100.0", "24.0"]);
      expect(row.at(-2)).toBe("0.0");
    }
    server.close();
  });

  test.each(["1", "2"])("nothing is recorded while the game state is %s", async (state) => {
    const { rounds } = await play([tracker], (match) => {
      beginPlay(match);
      match.setCvar("gamestate", state);
      match.frame();
      fight(match, 5000);
      match.quit();
    });
    for (const round of rounds) expect(eventsOf(round, "fire").concat(eventsOf(round, "hit"))).toEqual([]);
  });
});
