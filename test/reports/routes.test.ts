/** Routes in reports: planted ways, whose truth is counted from the plan, and the filters. */
import { beforeAll, describe, expect, it } from "vitest";

import ReportRoutes from "../../src/commands/report/routes.ts";
import { storeAreas } from "../../src/care/areas.ts";
import { parseOutline } from "../../src/maps/check-area.ts";
import { readWays } from "../../src/reports/queries/ways.ts";
import { reportRoutes, type RoutesReport, type WaysResult } from "../../src/reports/routes.ts";
import { createTestDatabase } from "../support/database.ts";
import { addRound } from "../support/hand-made.ts";
import { PLANTED, type PlantedWay, storePlantedWays } from "../support/planted-ways.ts";
import { useReportCommands } from "../support/report-commands.ts";

const commands = useReportCommands();
beforeAll(async () => {
  await storePlantedWays(commands.sql);
}, 60_000);

const middleOf = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return (
    ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0)) /
    2
  );
};

/** What the plan says of ways. */
function truthOf(ways: readonly PlantedWay[]): unknown {
  const count = (is: (way: PlantedWay) => boolean): number => ways.filter(is).length;
  const [downed, fell] = [
    count(({ result }) => result === "downed"),
    count(({ result }) => result === "fell"),
  ];
  const mean = (of: (way: PlantedWay) => number): number =>
    ways.reduce((sum, way) => sum + of(way), 0) / ways.length;
  return {
    ways: ways.length,
    share: ways.length / PLANTED.length,
    timeS: middleOf(ways.map(({ seconds }) => seconds + 0.5)),
    hitFirst: count(({ isFirst }) => isFirst) / ways.length,
    downs: [downed, downed + fell],
    given: mean(({ isFirst, result }) => (isFirst ? 20 : 0) + (result === "downed" ? 20 : 0)),
    taken: mean(({ isFirst, result }) => (isFirst ? 0 : 20) + (result === "fell" ? 20 : 0)),
    gained: count(({ gains }) => gains),
  };
}

const shownOf = (row: WaysResult): unknown => ({
  ways: row.ways,
  share: row.share.share,
  timeS: row.timeS.median,
  hitFirst: row.hitFirst.share,
  downs: [row.downs.successes, row.downs.trials],
  given: row.damageGiven,
  taken: row.damageTaken,
  gained: row.gained.successes,
});

const of = (lane: PlantedWay["lane"]): readonly PlantedWay[] => PLANTED.filter((way) => way.lane === lane);
const waysOf = ({ teams }: RoutesReport): number => teams[0]?.ways ?? -1;

describe("planted ways", () => {
  it("are found as the three routes that they are, with shares, times and what came of them", async () => {
    const { teams } = await reportRoutes(commands.sql, {});
    const [axis] = teams;
    expect(axis?.routes.map(shownOf)).toEqual([of("north"), of("middle"), of("south")].map(truthOf));
    expect(axis?.other === null || axis?.other === undefined ? undefined : shownOf(axis.other)).toEqual(
      truthOf(of("stray")),
    );
    expect(axis?.routes.map(({ name, number }) => [number, name])).toEqual([
      [1, "north-east"],
      [2, "east"],
      [3, "south-east"],
    ]);
    // All spawn once when the round begins, and Bo, whose ways have no samples, after each wave.
    expect(axis?.withoutContact).toBe(3 * 4);
  });

  it("have their middle way as the line of the route", async () => {
    const { teams } = await reportRoutes(commands.sql, {});
    const [north] = teams[0]?.routes ?? [];
    const [x = 0, y = 0] = north?.path.at(-1) ?? [];
    expect(north?.path[0]?.[0]).toBeLessThanOrEqual(120);
    expect(Math.hypot(x - 1500, y - 1500)).toBeLessThan(200);
  });

  it("are named by the areas that they cross", async () => {
    const { sql } = await createTestDatabase();
    await storePlantedWays(sql);
    const square = (x: number, y: number) => {
      const [left, right, low, high] = [x - 400, x + 400, y - 400, y + 400];
      return parseOutline(`${left},${low} ${right},${low} ${right},${high} ${left},${high}`);
    };
    await storeAreas(
      sql,
      "lanes",
      [
        { name: "Camp", outline: square(0, 0), floor: undefined },
        { name: "Hill", outline: square(100, 1500), floor: undefined },
        { name: "Tower", outline: square(1500, 1500), floor: undefined },
      ],
      false,
    );
    const { teams } = await reportRoutes(sql, {});
    expect(teams[0]?.routes.map(({ name }) => name)).toEqual(["Camp → Hill → Tower", "Camp", "Camp"]);
  });

  it("make the same bytes in whatever order they were stored", async () => {
    const { sql } = await createTestDatabase();
    await storePlantedWays(sql, true);
    const told = async (of: typeof sql): Promise<string> => {
      const { map, notes, teams } = await reportRoutes(of, {});
      return JSON.stringify({ map, notes, teams });
    };
    expect(await told(sql)).toBe(await told(commands.sql));
  });

  it("are chosen by filters: life by its spawn, weapon and shape by the contact", async () => {
    const count = async (request: object): Promise<number> =>
      waysOf(await reportRoutes(commands.sql, request));
    expect(await count({ player: ["Amy"] })).toBe(PLANTED.filter(({ slot }) => slot === 1).length);
    expect(await count({ class: ["medic"] })).toBe(PLANTED.filter(({ slot }) => slot === 1).length);
    expect(await count({ round: ["lanes-0"] })).toBe(6);
    expect(await count({ side: "attack" })).toBe(PLANTED.length);
    await expect(reportRoutes(commands.sql, { team: "allies" })).rejects.toMatchObject({
      code: "E_NOTHING_FOUND",
    });
    // The first wave spawns at 0:40, its contact comes later.
    expect(await count({ phase: "0:40-0:41" })).toBe(4);
    expect(await count({ weapon: ["mp40"] })).toBe(PLANTED.length);
    await expect(reportRoutes(commands.sql, { weapon: ["luger"] })).rejects.toMatchObject({
      code: "E_NOTHING_FOUND",
    });
    await expect(reportRoutes(commands.sql, { engagement: "1v1" })).rejects.toMatchObject({
      code: "E_NOTHING_FOUND",
    });
  });

  it("are told in a table, as CSV and as a picture", async () => {
    const { stdout } = await commands.run(ReportRoutes);
    expect(stdout).toMatch(/Axis +1 +north-east +10 +45 % \(27–65, n=22\) +5\.5 s/u);
    expect(stdout).toContain("without contact: Axis 12 lives");
    const { stdout: csv } = await commands.run(ReportRoutes, "--csv", "-");
    expect(csv.trim().split("\n")).toHaveLength(1 + 4);
    const { stdout: svg } = await commands.run(ReportRoutes, "--svg", "-");
    expect(svg.match(/class="route"/gu)).toHaveLength(3);
    expect(svg.match(/class="contact"/gu)).toHaveLength(3 + 1);
  });
});

describe("a life", () => {
  it("has no way where samples are missing, where a teammate downed it first, or where bots are left out", async () => {
    const { sql } = await createTestDatabase();
    const round = await addRound(sql, {
      key: "misses",
      map: "misses",
      players: [
        { guid: "A0", name: "Al", team: 1 },
        { guid: "A1", name: "Amy", team: 1 },
        { guid: "B0", name: "Bo", team: 2 },
        { guid: "B1", name: "bot", team: 2, isBot: true },
      ],
    });
    const hit = { event: "hit", damage: 20, means: 8 } as const;
    await round.addEvents([
      // Amy is downed by Al, revived, and hits Bo: her way ended where she fell.
      { event: "kill", timeMs: 1500, attacker: 0, target: 1, relation: "team" },
      { event: "revive", timeMs: 2500, attacker: 0, target: 1 },
      { ...hit, timeMs: 3500, attacker: 1, target: 2 },
      // Al first meets a bot.
      { ...hit, timeMs: 4500, attacker: 0, target: 3 },
      // Al's second life: one sample is missing; in the third two are.
      { event: "spawn", timeMs: 20_000, target: 0, to: [0, 0, 0] },
      { ...hit, timeMs: 23_500, attacker: 0, target: 2, from: [300, 0, 0] },
      { event: "spawn", timeMs: 40_000, target: 0, to: [0, 0, 0] },
      { ...hit, timeMs: 44_500, attacker: 0, target: 2, from: [300, 0, 0] },
    ]);
    await round.addPositions(
      [0, 1000, 2000, 3000, 4000, 21_000, 23_000, 41_000, 44_000].map((timeMs) => ({
        timeMs,
        slot: 0,
        at: [100, 0, 0] as const,
      })),
    );
    const [without] = [...(await readWays(sql, { bots: "without" })).values()];
    // Bo's way has no samples, too.
    expect(without?.ways.map(({ tookMs }) => tookMs)).toEqual([3500]);
    expect([without?.withoutWay, without?.withoutContact]).toEqual([2, { 1: 1, 2: 0 }]);
    const [all] = [...(await readWays(sql, { bots: "with" })).values()];
    expect(all?.ways.map(({ team, tookMs }) => [team, tookMs])).toEqual([
      [1, 4500],
      [1, 3500],
    ]);
    await sql`update rounds set positions_pruned_at = now()`;
    expect(await readWays(sql, { bots: "with" })).toEqual(new Map());
    await expect(reportRoutes(sql, {})).rejects.toMatchObject({ code: "E_NOTHING_FOUND" });
  });
});
