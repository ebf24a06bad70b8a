/** What happened to objectives: told round by round, and added up by map. What must come out was counted on paper. */
import { beforeAll, describe, expect, test } from "vitest";

import { showBlocks } from "../../src/cli/render/blocks.ts";
import { objectivesView } from "../../src/cli/views/objectives.ts";
import { roundsView } from "../../src/cli/views/rounds.ts";
import { listRounds } from "../../src/reports/rounds.ts";
import { roundView } from "../../src/cli/views/round.ts";
import { reportHeatmap } from "../../src/reports/heatmap.ts";
import { reportObjectives } from "../../src/reports/objectives.ts";
import { playerView } from "../../src/cli/views/player.ts";
import { reportPlayer } from "../../src/reports/player.ts";
import { reportRound } from "../../src/reports/round.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addRound } from "../support/hand-made.ts";

/** Slots: 0 Al for Axis, 1 Bo and 2 Bea for Allies, 3 a bot for Allies. */
const PLAYERS = [
  { guid: "AAAA0000", name: "^1Al", team: 1 },
  { guid: "BBBB0000", name: "Bo", team: 2, class: 2 },
  { guid: "BBBB1111", name: "Bea", team: 2, class: 1 },
  { guid: "OMNI", name: "robot", team: 2, isBot: true },
] as const;
const GATE = { objective: 100, kind: "explosive", name: "^3Main Gate", at: [1, 2, 3] } as const;
const BRIDGE = { objective: 101, kind: "constructible", name: "Bridge", team: 2 } as const;
const GOLD = { objective: 102, kind: "documents", name: "" } as const;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const one = await addRound(database.sql, { key: "one", players: PLAYERS });
  await one.addObjectives(
    [GATE, BRIDGE, GOLD],
    [
      { event: "construct_start", timeMs: 5000, slot: 1, objective: 101, stage: 1, source: "fire" },
      { event: "dynamite_throw", timeMs: 19_000, slot: 1, source: "fire" },
      { event: "dynamite_arm", timeMs: 20_000, slot: 1, objective: 100, source: "fire" },
      {
        event: "dynamite_defuse",
        timeMs: 30_000,
        slot: 0,
        other: 1,
        objective: 100,
        durationMs: 10_000,
        source: "skill",
      },
      {
        event: "construct_share",
        timeMs: 40_000,
        slot: 1,
        objective: 101,
        share: 75,
        stage: 1,
        source: "fire",
      },
      {
        event: "construct_share",
        timeMs: 40_000,
        slot: 2,
        objective: 101,
        share: 25,
        stage: 1,
        source: "fire",
      },
      { event: "construct_finish", timeMs: 40_000, slot: 1, objective: 101, stage: 1, source: "fire" },
      { event: "dynamite_arm", timeMs: 50_000, slot: 1, objective: 100, source: "fire" },
      {
        event: "dynamite_explode",
        timeMs: 80_000,
        slot: 1,
        other: 1,
        objective: 100,
        durationMs: 30_000,
        source: "fire",
      },
      { event: "objective_destroy", timeMs: 80_000, slot: 1, objective: 100, means: 22, source: "damage" },
      { event: "vehicle_move", timeMs: 81_000, objective: 101 },
      { event: "carry_take", timeMs: 90_000, slot: 2, objective: 102, source: "powerup" },
      {
        event: "carry_drop",
        timeMs: 95_000,
        slot: 2,
        other: 0,
        objective: 102,
        reason: "killed",
        durationMs: 5000,
        distance: 900,
        source: "powerup",
      },
      { event: "carry_pickup", timeMs: 97_000, slot: 1, objective: 102, source: "powerup" },
      {
        event: "carry_secure",
        timeMs: 120_000,
        slot: 1,
        objective: 102,
        durationMs: 23_000,
        distance: 3000,
        source: "powerup",
      },
      { event: "dynamite_arm", timeMs: 121_000, slot: 3, source: "fire" },
      { event: "status", timeMs: 122_000, team: 2, objectiveNumber: 3, status: 1 },
      { event: "exit", timeMs: 125_000, reason: "objective" },
    ],
  );
  const old = await addRound(database.sql, {
    key: "old",
    players: PLAYERS,
    startedAt: "2026-11-19T20:00:00Z",
  });
  await database.sql`update rounds set objective_rows = null where round_id = ${old.roundId}`;
});

describe("report round", () => {
  const show = async (key: string, request = {}): Promise<string[]> => {
    const view = roundView(await reportRound(database.sql, key, request), undefined);
    return showBlocks(view.blocks, { columns: Infinity, colourBits: 1, unicode: false });
  };

  test("tells what happened to objectives, who did it and how that is known", async () => {
    const { objectives, objectivesRecorded } = await reportRound(database.sql, "one");
    expect(objectivesRecorded).toBe("recorded");
    expect(objectives.map(({ event, playerName, timeMs }) => [timeMs / 1000, event, playerName])).toEqual([
      [5, "construct_start", "Bo"],
      [19, "dynamite_throw", "Bo"],
      [20, "dynamite_arm", "Bo"],
      [30, "dynamite_defuse", "^1Al"],
      [40, "construct_share", "Bo"],
      [40, "construct_share", "Bea"],
      [40, "construct_finish", "Bo"],
      [50, "dynamite_arm", "Bo"],
      [80, "dynamite_explode", "Bo"],
      [80, "objective_destroy", "Bo"],
      [90, "carry_take", "Bea"],
      [95, "carry_drop", "Bea"],
      [97, "carry_pickup", "Bo"],
      [120, "carry_secure", "Bo"],
      [122, "status", null],
      [125, "exit", null],
    ]);
    expect(objectives[3]).toMatchObject({
      otherName: "Bo",
      objectiveName: "^3Main Gate",
      objectiveKind: "explosive",
    });
    const lines = (await show("one")).map((line) =>
      line
        .trim()
        .split(/\s{2,}/u)
        .join(" | "),
    );
    expect(lines).toEqual(
      expect.arrayContaining([
        "0:20 | dynamite planted | Main Gate | Allies | Bo | fire",
        "0:30 | dynamite defused after 10 s | Main Gate | Axis | Al | skill | Bo",
        "1:35 | dropped after 5 s, its carrier was killed | documents | Allies | Bea | powerup | Al",
        "2:00 | secured after 23 s | documents | Allies | Bo | powerup",
        "2:02 | objective 3 of the map: done | Allies",
        "2:05 | the round ends by the map",
      ]),
    );
  });

  test("keeps to whom, when and what is asked for", async () => {
    const events = async (request: object): Promise<string[]> =>
      (await reportRound(database.sql, "one", request)).objectives.map(({ event }) => event);
    expect(await events({ player: ["Al"] })).toEqual(["dynamite_defuse"]);
    expect(await events({ class: ["medic"] })).toEqual(["construct_share", "carry_take", "carry_drop"]);
    expect(await events({ team: "axis" })).toEqual(["dynamite_defuse"]);
    expect(await events({ phase: "2:00-" })).toEqual(["carry_secure", "status", "exit"]);
    expect(await events({ phase: "2:00-", bots: true })).toContain("dynamite_arm");
    expect(await events({ means: ["dynamite"] })).toEqual(["objective_destroy"]);
  });

  test("says where objectives were not recorded", async () => {
    expect((await reportRound(database.sql, "old")).objectivesRecorded).toBe("not recorded");
    expect(await show("old")).toContain("objectives: not recorded");
    for (const state of ["off", "unavailable", "failed"]) {
      await database.sql`update rounds set captures = ${database.sql.json({ objectives: state })} where round_key = 'one'`;
      expect((await reportRound(database.sql, "one")).objectivesRecorded).toBe(state);
    }
    await database.sql`update rounds set captures = '{}' where round_key = 'one'`;
  });
});

test("report rounds tells a missing objectives file, but not of rounds of a version that had none", async () => {
  const missing = async (version: number): Promise<string | undefined> => {
    await database.sql`update rounds set format_version = ${version} where round_key = 'old'`;
    const rounds = await listRounds(database.sql, { bots: "without" }, 100);
    const view = roundsView({ rounds, hasMore: false, words: [], bots: "" });
    return showBlocks(view.blocks, { columns: Infinity, colourBits: 1, unicode: false }).find((line) =>
      line.endsWith("old"),
    );
  };
  expect(await missing(2)).toContain("no objective file");
  expect(await missing(1)).not.toContain("no objective file");
});

describe("report objectives", () => {
  const MAP = { map: "fort" };
  const DAY = "2026-11-21T20:00:00Z";
  beforeAll(async () => {
    // The gate falls at 60 s and 100 s, and not in the third round; the bridge has another number in the second.
    const [first, second, third] = [
      await addRound(database.sql, { ...MAP, key: "f1", players: PLAYERS, startedAt: DAY }),
      await addRound(database.sql, { ...MAP, key: "f2", players: PLAYERS, startedAt: DAY }),
      await addRound(database.sql, { ...MAP, key: "f3", players: PLAYERS, startedAt: DAY }),
    ];
    const plant = { event: "dynamite_arm", objective: 100 } as const;
    const fall = { event: "objective_destroy", objective: 100, means: 22 } as const;
    await first.addObjectives(
      [GATE, BRIDGE, GOLD],
      [
        { ...plant, timeMs: 10_000, slot: 1 },
        { event: "dynamite_defuse", timeMs: 12_000, slot: 0, other: 1, objective: 100 },
        { ...plant, timeMs: 30_000, slot: 1 },
        { ...plant, timeMs: 31_000, slot: 3 },
        { event: "dynamite_explode", timeMs: 60_000, slot: 1, objective: 100 },
        { ...fall, timeMs: 60_000, slot: 1 },
        { event: "construct_share", timeMs: 70_000, slot: 1, objective: 101, share: 60, stage: 1 },
        { event: "construct_share", timeMs: 70_000, slot: 2, objective: 101, share: 40, stage: 1 },
        { event: "construct_finish", timeMs: 70_000, slot: 2, objective: 101, stage: 1 },
        { event: "construct_destroy", timeMs: 80_000, objective: 101, stage: 1 },
        { event: "construct_share", timeMs: 90_000, slot: 2, objective: 101, share: 100, stage: 1 },
        { event: "construct_finish", timeMs: 90_000, slot: 2, objective: 101, stage: 1 },
      ],
    );
    await second.addObjectives(
      [GATE, { ...BRIDGE, objective: 77 }, GOLD],
      [
        { ...fall, timeMs: 100_000, slot: 2 },
        { event: "carry_take", timeMs: 110_000, slot: 2, objective: 102 },
        {
          event: "carry_drop",
          timeMs: 115_000,
          slot: 2,
          objective: 102,
          durationMs: 5000,
          reason: "command",
        },
        { event: "carry_return", timeMs: 117_000, slot: 0, other: 2, objective: 102, reason: "player" },
        { event: "carry_take", timeMs: 120_000, slot: 1, objective: 102 },
        { event: "carry_secure", timeMs: 140_000, slot: 1, objective: 102, durationMs: 20_000 },
        { event: "construct_finish", timeMs: 150_000, slot: 1, objective: 77, stage: 1 },
      ],
    );
    await third.addObjectives([GATE, BRIDGE, GOLD], [{ ...plant, timeMs: 5000, slot: 1 }]);
    // The first fights begin at 10 s and at 80 s, the third round has none. Attackers, the Allies, die by the gate and away
    // from all; nobody counts the bot, the defender, and who died by a teammate.
    const fight = { attackers: [0], defenders: [1] };
    await first.addEngagements([
      { ...fight, number: 1, startMs: 10_000, endMs: 11_000 },
      { ...fight, number: 2, startMs: 65_000, endMs: 66_000 },
    ]);
    await second.addEngagements([{ ...fight, number: 1, startMs: 80_000, endMs: 81_000 }]);
    const death = { event: "kill", attacker: 0, target: 1, means: 8, timeMs: 10_500 } as const;
    await first.addEvents([
      { ...death, to: [1, 2, 103], carrying: 1 },
      { ...death, to: [1, 402, 3] },
      { ...death, to: [1, 2, 504], act: "planting" },
      { ...death, target: 3, to: [1, 2, 3] },
      { ...death, attacker: 1, target: 0, to: [1, 2, 3] },
      { ...death, attacker: 2, to: [1, 2, 3] },
    ]);
    await second.addEvents([{ ...death, to: [1, 2, 3] }]);
    await database.sql`update rounds set attacking_team = 2 where round_key = 'f1'`;
    const without = await addRound(database.sql, { ...MAP, key: "f4", players: PLAYERS, startedAt: DAY });
    await without.addObjectives([GATE], [{ ...fall, timeMs: 1000, slot: 1 }]);
    const captures = database.sql.json({ objectives: "failed" });
    await database.sql`update rounds set captures = ${captures} where round_key = 'f4'`;
  });

  test("adds up by map and objective: how often, when, by whom", async () => {
    const { objectives, rounds, roundsWithout } = await reportObjectives(database.sql, MAP);
    expect({ rounds, roundsWithout }).toEqual({ rounds: 3, roundsWithout: 1 });
    const [gate, bridge, gold] = ["explosive", "constructible", "documents"].map((kind) =>
      objectives.filter((one) => one.kind === kind),
    );
    expect([gate?.length, bridge?.length, gold?.length]).toEqual([1, 1, 1]);
    expect(gate?.[0]).toMatchObject({
      map: "fort",
      name: "^3Main Gate",
      rounds: 3,
      done: { successes: 2, trials: 3 },
      timesDone: 2,
      firstMedianMs: 80_000,
      firstEarliestMs: 60_000,
      firstLatestMs: 100_000,
      counts: { planted: 3, defused: 1, exploded: 1, destroyed: 2 },
    });
    expect(gate?.[0]?.players.map(({ destroyed, name, planted }) => [name, destroyed, planted])).toEqual([
      ["Bo", 1, 3],
      ["Bea", 1, 0],
      ["^1Al", 0, 0],
    ]);
    expect(bridge?.[0]).toMatchObject({
      done: { successes: 2, trials: 3 },
      timesDone: 3,
      firstMedianMs: 110_000,
      counts: { built: 3, builtPercent: 200, destroyed: 1 },
    });
    expect(bridge?.[0]?.players.map(({ builtShare, name }) => [name, builtShare])).toEqual([
      ["Bea", 0.7],
      ["Bo", 0.3],
    ]);
    expect(gold?.[0]).toMatchObject({
      done: { successes: 1, trials: 3 },
      counts: { taken: 2, dropped: 1, returned: 1, secured: 1, carriedMs: 25_000 },
    });
  });

  test("keeps to the filters, and shows a table", async () => {
    const planted = async (request: object): Promise<number | undefined> =>
      (await reportObjectives(database.sql, { ...MAP, ...request })).objectives.find(
        ({ kind }) => kind === "explosive",
      )?.counts.planted;
    expect(await planted({})).toBe(3);
    expect(await planted({ bots: true })).toBe(4);
    expect(await planted({ player: ["Bea"] })).toBe(0);
    expect(await planted({ round: ["f3"] })).toBe(1);
    expect(await planted({ phase: "0:00-0:20" })).toBe(2);
    const { blocks, csv } = objectivesView(await reportObjectives(database.sql, MAP));
    const lines = showBlocks(blocks, { columns: Infinity, colourBits: 1, unicode: false });
    const cells = lines.map((line) =>
      line
        .trim()
        .split(/\s{2,}/u)
        .join(" | "),
    );
    expect(cells).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^Main Gate \| Axis \| 67 % \(.*n=3\) \| 1:20 \| 0:35 \| Bo 1, Bea 1$/u),
        "Main Gate | Axis | 3 planted, 1 defused, 1 exploded",
        expect.stringMatching(/^Bridge \| Allies \| 67 % .* \| 1:50 \| 1:05 \| Bea 70 %, Bo 30 %$/u),
        "Bridge | Allies | 3 built, 1 destroyed",
        expect.stringMatching(/^Main Gate \| Axis \| 2 \| 67 % \(.*n=3\) \| 1 \| 0 \| 250 units$/u),
        expect.stringMatching(/^none of them \| 1 \| 33 % \(.*n=3\) \| 0 \| 1 \| 501 units$/u),
        "where: `prox report heatmap --map fort --what deaths --side attack`",
        expect.stringContaining("1 round left out: objectives not recorded"),
        expect.stringContaining("attackers' deaths: 2 rounds left out, which team attacks is not known"),
      ]),
    );
    expect(csv?.()).toContain("fort,Main Gate,explosive,Axis,3,");
  });
});

describe("report player", () => {
  test("counts what a player did at objectives, and whom they killed there", async () => {
    const more = await addRound(database.sql, {
      key: "p1",
      map: "keep",
      players: PLAYERS,
      startedAt: "2026-11-22T20:00:00Z",
    });
    const kill = { event: "kill", attacker: 1, target: 0, means: 8 } as const;
    await more.addEvents([
      { ...kill, timeMs: 1000, carrying: 1 },
      { ...kill, timeMs: 2000, act: "planting", carrying: 0 },
      { ...kill, timeMs: 3000, act: "defusing", carrying: 2 },
      { ...kill, timeMs: 4000, act: "building" },
      { ...kill, timeMs: 5000, target: 2, carrying: 1 },
      { ...kill, timeMs: 6000, target: 3, act: "building" },
      { ...kill, timeMs: 7000 },
      { ...kill, timeMs: 8000, attacker: 0, target: 1, carrying: 1, act: "planting" },
    ]);
    await more.addObjectives(
      [GATE, BRIDGE, GOLD],
      [
        { event: "dynamite_arm", timeMs: 1000, slot: 1, objective: 100 },
        { event: "dynamite_arm", timeMs: 1500, slot: 1 },
        { event: "dynamite_defuse", timeMs: 2000, slot: 1, objective: 100 },
        { event: "construct_share", timeMs: 3000, slot: 1, objective: 101, share: 40, stage: 1 },
        { event: "construct_share", timeMs: 3000, slot: 2, objective: 101, share: 60, stage: 1 },
        { event: "construct_share", timeMs: 4000, slot: 1, objective: 101, share: 100, stage: 2 },
        { event: "carry_take", timeMs: 5000, slot: 1, objective: 102 },
        { event: "carry_drop", timeMs: 6000, slot: 1, objective: 102, durationMs: 1000, reason: "command" },
        { event: "carry_pickup", timeMs: 7000, slot: 1, objective: 102 },
        { event: "carry_secure", timeMs: 9000, slot: 1, objective: 102, durationMs: 2000 },
        { event: "carry_return", timeMs: 9500, slot: 1, objective: 102, reason: "player" },
        { event: "spawn_capture", timeMs: 9600, slot: 1, objective: 100 },
      ],
    );
    const report = await reportPlayer(database.sql, "Bo", { map: "keep" });
    expect(report.objectives).toEqual({
      rounds: 1,
      planted: 1,
      defused: 1,
      builtPercent: 140,
      carries: 2,
      secured: 1,
      carriedMs: 3000,
      returned: 1,
      captured: 1,
      carriersKilled: 2,
      plantingKilled: 1,
      defusingKilled: 1,
      buildingKilled: 1,
      deathsCarrying: 1,
      deathsActing: 1,
      plantsDefended: 0,
      defusesDefended: 0,
      buildsDefended: 0,
      carriersDefended: 0,
    });
    const lines = showBlocks(playerView(report, undefined).blocks, {
      columns: Infinity,
      colourBits: 1,
      unicode: false,
    });
    expect(lines.join("\n")).toContain("1 plant, 1 defuse, 1.4 stages built, 2 carries (");
    // A round without recorded objectives counts nothing, and is not 0.
    await database.sql`update rounds set objective_rows = null where round_key = 'p1'`;
    expect((await reportPlayer(database.sql, "Bo", { map: "keep" })).objectives).toBeNull();
  });
});

test("report player counts kills in defence: in time, within reach, of the right team", async () => {
  const round = await addRound(database.sql, { key: "d1", map: "moat", players: PLAYERS });
  const kill = { event: "kill", attacker: 1, target: 0, means: 8 } as const;
  const hit = { event: "hit", attacker: 0, target: 2, damage: 10, means: 8 } as const;
  await round.addEvents([
    // At the own dynamite: while it burns and within 500 units, or not.
    { ...kill, timeMs: 10_000, to: [500, 0, 0] },
    { ...kill, timeMs: 10_001, to: [501, 0, 0] },
    { ...kill, timeMs: 9999, to: [500, 0, 0] },
    { ...kill, timeMs: 20_001, to: [500, 0, 0] },
    // At the enemy's, which burns for 30 s at most.
    { ...kill, timeMs: 60_000, to: [5000, 0, 0] },
    { ...kill, timeMs: 60_001, to: [5000, 0, 0] },
    // At what the own team builds, from the beginning of a stage to its end.
    { ...kill, timeMs: 100_000, to: [0, 5100, 0] },
    { ...kill, timeMs: 105_001, to: [0, 5100, 0] },
    // Who hit a carrier at most 5 s before, while they carried; a hit before that is nothing.
    { ...hit, timeMs: 119_999 },
    { ...kill, timeMs: 120_001, to: [9000, 9000, 0] },
    { ...hit, timeMs: 121_000 },
    { ...kill, timeMs: 126_000, to: [9000, 9000, 0] },
    { ...kill, timeMs: 126_001, to: [9000, 9000, 0] },
  ]);
  await round.addObjectives(
    [GATE, BRIDGE, GOLD],
    [
      { event: "dynamite_arm", timeMs: 10_000, slot: 2, objective: 100, charge: 1, at: [0, 0, 0] },
      { event: "dynamite_defuse", timeMs: 20_000, slot: 0, objective: 100, charge: 1, at: [0, 0, 0] },
      { event: "dynamite_arm", timeMs: 30_000, slot: 0, objective: 101, charge: 2, at: [5000, 0, 0] },
      { event: "construct_start", timeMs: 100_000, slot: 2, objective: 101, stage: 1, at: [0, 5000, 0] },
      { event: "construct_stage", timeMs: 105_000, slot: 2, objective: 101, stage: 1, at: [0, 5000, 0] },
      { event: "carry_take", timeMs: 120_000, slot: 2, objective: 102 },
      { event: "carry_drop", timeMs: 122_000, slot: 2, objective: 102, reason: "command" },
    ],
  );
  const { objectives } = await reportPlayer(database.sql, "Bo", { map: "moat" });
  expect(objectives).toMatchObject({
    plantsDefended: 1,
    defusesDefended: 1,
    buildsDefended: 1,
    carriersDefended: 1,
  });
});

describe("report heatmap", () => {
  test("counts plants, defuses and drops where they happened", async () => {
    const round = await addRound(database.sql, { key: "h1", map: "hill", players: PLAYERS });
    const plant = { event: "dynamite_arm", timeMs: 1000, slot: 1, objective: 100 } as const;
    await round.addObjectives(
      [GATE, GOLD],
      [
        { ...plant, at: [10, 10, 0] },
        { ...plant, at: [90, 20, 0] },
        { ...plant, slot: 2, at: [150, -10, 0] },
        { ...plant, slot: 3, at: [150, -10, 0] },
        { event: "dynamite_arm", timeMs: 1000, slot: 1, at: [10, 10, 0] },
        { event: "dynamite_defuse", timeMs: 2000, slot: 0, objective: 100, at: [-1, 0, 0] },
        { event: "carry_drop", timeMs: 3000, slot: 1, objective: 102, reason: "command", at: [300, 300, 0] },
      ],
    );
    const cells = async (what: "plants" | "defuses" | "drops", filters = {}): Promise<unknown> =>
      (
        await reportHeatmap(database.sql, { what, cellUnits: 100, filters: { map: "hill", ...filters } })
      ).populations[0]?.cells.map(({ cellX, cellY, value }) => [cellX, cellY, value]);
    expect(await cells("plants")).toEqual([
      [0, 0, 2],
      [1, -1, 1],
    ]);
    expect(await cells("plants", { bots: true, player: ["Bea", "OMNI"] })).toEqual([[1, -1, 2]]);
    expect(await cells("defuses")).toEqual([[-1, 0, 1]]);
    expect(await cells("drops")).toEqual([[3, 3, 1]]);
    await expect(cells("drops", { weapon: ["mp40"] })).rejects.toMatchObject({ code: "E_FILTER" });
    await expect(cells("plants", { team: "axis" })).rejects.toMatchObject({ code: "E_NOTHING_FOUND" });
  });
});
