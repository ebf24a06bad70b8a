/** Named areas in reports: a round counted by hand, and a recorded one counted again from its facts. */
import { readFileSync } from "node:fs";
import path from "node:path";

import { beforeAll, describe, expect, it } from "vitest";

import { storeAreas } from "../../src/care/areas.ts";
import { hidePlayer } from "../../src/care/players.ts";
import ReportAreas from "../../src/commands/report/areas.ts";
import ReportHeatmap from "../../src/commands/report/heatmap.ts";
import ReportRound from "../../src/commands/report/round.ts";
import { areasView } from "../../src/cli/views/areas.ts";
import type { Sql } from "../../src/db/driver/connect.ts";
import { parseOutline } from "../../src/maps/check-area.ts";
import { arrangeAreas } from "../../src/reports/area-picture.ts";
import { type AreasReport, reportAreas } from "../../src/reports/areas.ts";
import { describeMoment } from "../../src/reports/describe-moment.ts";
import { reportHeatmap } from "../../src/reports/heatmap.ts";
import { resolvePlayer } from "../../src/reports/players.ts";
import { reportRound } from "../../src/reports/round.ts";
import { reportSituations } from "../../src/reports/situations.ts";
import { createTestDatabase } from "../support/database.ts";
import { addRound, type HandPosition } from "../support/hand-made.ts";
import { HOSTILE_NAMES } from "../support/hostile-names.ts";
import { importPaths } from "../support/import.ts";
import { useReportCommands } from "../support/report-commands.ts";
import { sharedRecording } from "../support/shared-recordings.ts";

const YARD = [500, 500, 24] as const;
const HOUSE = [100, 100, 24] as const;
const TOWER = [2010, 2010, 24] as const;
const FAR = [-5000, -5000, 24] as const;

/** Who is where, second by second, from 0 to 19; Cy is never sampled. */
const WAYS: readonly (readonly [slot: number, at: (second: number) => HandPosition["at"]])[] = [
  [0, () => YARD],
  [1, (second) => (second < 10 ? YARD : HOUSE)],
  [2, (second) => (second < 10 ? FAR : second < 15 ? YARD : HOUSE)],
  [3, () => TOWER],
];

async function plantRound(sql: Sql): Promise<void> {
  const round = await addRound(sql, {
    key: "one",
    endMs: 30_000,
    sampleMs: 1000,
    players: [
      { guid: "A0", name: "^1Al", team: 1 },
      { guid: "A1", name: "Amy", team: 1 },
      { guid: "B0", name: "Bo", team: 2 },
      { guid: "B1", name: "Bea", team: 2 },
      { guid: "B2", name: "Cy", team: 2 },
    ],
  });
  await round.addEvents([
    { event: "hit", timeMs: 4000, attacker: 2, target: 1, means: 8, damage: 20, from: FAR, to: YARD },
    { event: "kill", timeMs: 5500, attacker: 0, target: 4, means: 8, from: YARD, to: [500, 600, 24] },
    { event: "kill", timeMs: 19_500, attacker: 1, target: 2, means: 8, from: HOUSE, to: [110, 110, 24] },
    { event: "kill", timeMs: 19_500, attacker: 3, target: 0, means: 8, from: TOWER, to: YARD },
    { event: "kill", timeMs: 19_500, attacker: 1, target: 1, relation: "self", from: HOUSE, to: HOUSE },
  ]);
  await round.addPositions(
    WAYS.flatMap(([slot, at]) =>
      Array.from({ length: 20 }, (_, second) => ({ slot, timeMs: second * 1000, at: at(second), life: 1 })),
    ),
  );
  await storeAreas(
    sql,
    "arena",
    [
      { name: "Yard", outline: parseOutline("0,0 640,0 640,640 0,640"), floor: undefined },
      { name: "House", outline: parseOutline("64,64 192,64 192,192 64,192"), floor: { from: 0, to: 128 } },
      { name: "Cellar", outline: parseOutline("64,64 192,64 192,192 64,192"), floor: { from: -128, to: 0 } },
      { name: "Tower", spots: [[2000, 2000, 0]] },
    ],
    false,
  );
}

const commands = useReportCommands();
beforeAll(async () => {
  await plantRound(commands.sql);
});

describe("report areas of a planted round", () => {
  it("counts presence, downs, holding, contacts and pairs", async () => {
    const { areas, holds, players } = await reportAreas(commands.sql, {});
    // Lives without a number are as long as their samples: a second each.
    expect(
      areas.map(({ area, deaths, firstContacts, held, kills, net, presenceS }) => [
        ...[area, presenceS, kills, deaths, net, firstContacts],
        ...(held === null ? [] : [held.axisS, held.alliesS, held.contestedS]),
      ]),
    ).toEqual([
      ["Yard", 20 + 10 + 5, 1, 2, -1, 1, 15, 0, 5],
      ["Tower", 20, 1, 0, 1, 0, 0, 20, 0],
      ["House", 10 + 5, 1, 2, -1, 0, 5, 0, 5],
      [null, 10, 0, 0, 0, 0],
    ]);
    expect(areas[0]?.teams).toEqual([
      { team: 1, presenceS: 30, kills: 1, deaths: 1, net: 0 },
      { team: 2, presenceS: 5, kills: 0, deaths: 1, net: -1 },
    ]);
    expect(
      areas.map(({ area, duo }) => [area, duo?.name, duo?.mateName, duo?.togetherS, duo?.kills, duo?.deaths]),
    ).toEqual([
      ["Yard", "^1Al", "Amy", 10, 1, 0],
      ["Tower", ...Array.from({ length: 5 })],
      ["House", ...Array.from({ length: 5 })],
      [null, ...Array.from({ length: 5 })],
    ]);
    expect(players.filter(({ area }) => area === "House")).toMatchObject([
      { name: "Amy", team: 1, presenceS: 10, kills: 1, deaths: 1 },
      { name: "Bo", team: 2, presenceS: 5, kills: 0, deaths: 1 },
    ]);
    expect(holds).toEqual([
      { area: "Tower", team: 2, fromMs: 0, toMs: 20_000, names: ["Bea"] },
      { area: "Yard", team: 1, fromMs: 0, toMs: 10_000, names: ["^1Al", "Amy"] },
      { area: "House", team: 1, fromMs: 10_000, toMs: 15_000, names: ["Amy"] },
      { area: "Yard", team: 1, fromMs: 15_000, toMs: 20_000, names: ["^1Al"] },
    ]);
  });

  it("counts those asked for, and holding still of everybody", async () => {
    const of = async (request: object) => {
      const { areas } = await reportAreas(commands.sql, request);
      return areas.map(({ area, deaths, held, kills, presenceS }) => [
        area,
        presenceS,
        kills,
        deaths,
        held?.axisS,
      ]);
    };
    expect(await of({ player: ["Bo"] })).toEqual([
      ["House", 5, 0, 1, 5],
      ["Yard", 5, 0, 0, 15],
      ["Tower", 0, 0, 0, 0],
      [null, 10, 0, 0, undefined],
    ]);
    expect(await of({ team: "axis", phase: "0:00-0:10" })).toEqual([
      ["Yard", 20, 1, 0, 10],
      ["Tower", 0, 0, 0, 0],
    ]);
  });

  it("names places in the story of the round", async () => {
    const { fights, kills, moments } = await reportRound(commands.sql, "one");
    expect(kills.map(({ area }) => area)).toEqual(["Yard", "House", "Yard", "House"]);
    expect(moments.map(describeMoment)[0]).toBe("Al makes the first kill at Yard");
    expect(fights).toEqual([]);
    expect((await commands.run(ReportRound, "one")).stdout).toContain("Al makes the first kill at Yard");
    const { firstDeaths } = await reportSituations(commands.sql, {});
    expect(firstDeaths.map(({ area, victimName }) => [area, victimName])).toEqual([["Yard", "Cy"]]);
  });

  it("keeps its JSON, and writes CSV", async () => {
    const report = await commands.json<AreasReport>(ReportAreas);
    expect(Object.keys(report).sort()).toEqual([
      "areas",
      "holds",
      "map",
      "notes",
      "players",
      "sample",
      "words",
    ]);
    expect(Object.keys(report.areas[0] ?? {}).sort()).toEqual([
      "area",
      "deaths",
      "duo",
      "firstContacts",
      "held",
      "kills",
      "net",
      "presenceS",
      "presenceShare",
      "teams",
    ]);
    const [csv, players, holds] = ["areas.csv", "players.csv", "holds.csv"].map((name) =>
      path.join(commands.folder, name),
    ) as [string, string, string];
    const { stdout } = await commands.run(ReportAreas, "--csv", csv, "--players", players, "--holds", holds);
    expect(stdout).toMatch(/Yard\s+35 s/);
    expect(readFileSync(csv, "utf8").split(/\r?\n/u)[1]).toMatch(
      /^Yard,35,1,2,-1,15,0,5,1,Al \+ Amy,Axis,10,1,0,1,/u,
    );
    expect(readFileSync(players, "utf8")).toContain("House,Amy,Axis,10,1,1,0");
    expect(readFileSync(holds, "utf8")).toContain('0,10000,Yard,Axis,"Al, Amy"');
  });

  it("restricts heatmaps to heights, and to the inside of an area", async () => {
    const totalOf = async (what: "kills" | "deaths" | "presence", zone: object): Promise<number> =>
      reportHeatmap(commands.sql, { what, zone, filters: {} }).then(
        ({ populations }) => populations[0]?.total ?? 0,
        (error: unknown) => {
          expect(error).toMatchObject({ code: "E_NOTHING_FOUND" });
          return 0;
        },
      );
    // The outline of the yard holds the house too.
    expect(await totalOf("kills", { area: "yard" })).toBe(2);
    expect(await totalOf("deaths", { area: "House" })).toBe(2);
    expect(await totalOf("presence", { area: "Yard" })).toBe(50);
    expect(await totalOf("presence", { area: "House" })).toBe(15);
    expect(await totalOf("presence", { area: "Cellar" })).toBe(0);
    expect(await totalOf("presence", { floor: "House" })).toBe(80);
    expect(await totalOf("presence", { floor: "Cellar" })).toBe(0);
    expect(await totalOf("kills", { z: "24..25" })).toBe(3);
    expect(await totalOf("kills", { z: "-100..24" })).toBe(0);
    const refused = async (zone: object): Promise<string> =>
      reportHeatmap(commands.sql, { what: "kills", zone, filters: {} }).then(
        () => "",
        (error: unknown) => String((error as { code?: string }).code),
      );
    expect(await refused({ area: "Tower" })).toBe("E_FILTER");
    expect(await refused({ area: "Nowhere" })).toBe("E_NOT_FOUND");
    expect(await refused({ floor: "Yard" })).toBe("E_FILTER");
    expect(await refused({ z: "9..1" })).toBe("E_AREA");
    const { picture } = await reportHeatmap(commands.sql, {
      what: "presence",
      zone: { area: "House", z: "0..50" },
      filters: {},
    });
    expect(picture.caption.subtitle).toContain("in House · heights 0 to 50");
    expect(picture.caption.notes.join()).not.toContain("left out: the sums");
    await commands.sql`update rounds set positions_pruned_at = now() where round_key = 'one'`;
    const pruned = await reportHeatmap(commands.sql, { what: "presence", zone: { z: "0..50" }, filters: {} });
    expect(pruned.picture.caption.notes.join()).toContain("1 round without positions left out");
    await commands.sql`update rounds set positions_pruned_at = null`;
    const { stdout } = await commands.run(ReportHeatmap, "--what", "deaths", "--area", "house", "--csv", "-");
    expect(stdout.split(/\r?\n/u)[1]).toBe("in House,1,1,2");
  });

  it("needs areas, and says where they come from", async () => {
    await expect(reportAreas(commands.sql, { map: "arena", until: "2020-01-01" })).rejects.toMatchObject({
      code: "E_NOTHING_FOUND",
    });
    await addRound(commands.sql, {
      key: "bare",
      map: "bare",
      players: [{ guid: "A0", name: "^1Al", team: 1 }],
    });
    expect((await commands.run(ReportAreas, "--map", "bare")).stderr).toMatch(
      /no named areas[\s\S]*prox map area import bare/,
    );
  });

  it("shows names of areas as text, whatever they are", async () => {
    const database = await createTestDatabase();
    await plantRound(database.sql);
    const around = ([x, y]: readonly [number, number, number]): string =>
      `${x - 20},${y - 20} ${x + 44},${y - 20} ${x + 44},${y + 44} ${x - 20},${y + 44}`;
    await storeAreas(
      database.sql,
      "arena",
      (["markup", "formula", "sql"] as const).map((key, index) => ({
        name: HOSTILE_NAMES[key] ?? "",
        outline: parseOutline(around([YARD, HOUSE, TOWER][index] ?? YARD)),
        floor: undefined,
      })),
      false,
    );
    const report = await reportAreas(database.sql, {});
    const view = areasView(report, await arrangeAreas(database.sql, report));
    const page = view.blocks.map((block) => block.html()).join("");
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(page).not.toContain("<script");
    expect(view.csv?.()).not.toMatch(/^"?=/mu);
    expect(await database.sql`select from rounds`).toHaveLength(1);
  });

  it("leaves hidden people out of players and pairs, and their sums in", async () => {
    const database = await createTestDatabase();
    await plantRound(database.sql);
    await hidePlayer(database.sql, await resolvePlayer(database.sql, "Al"), "asked for it");
    const { areas, notes, players } = await reportAreas(database.sql, {});
    expect(players.map(({ name }) => name)).not.toContain("^1Al");
    expect(players.filter(({ name }) => name.includes("hidden"))).toEqual([]);
    expect(areas.map(({ area, duo, presenceS }) => [area, presenceS, duo])[0]).toEqual(["Yard", 35, null]);
    expect(notes.join()).toContain("1 hidden player left out");
  });
});

describe("report areas of a recorded round", () => {
  it("agrees with a plain count of its facts", async () => {
    const { sql } = await createTestDatabase();
    const { folder } = await sharedRecording("objective-16");
    await importPaths(sql, [folder]);
    const [round] = await sql<{ round_id: number; map: string; sample_ms: string }[]>`
      select round_id, map, configuration ->> 'prox_sample_ms' as sample_ms from rounds`;
    if (round === undefined) throw new Error("no round");
    interface Sample {
      time_ms: number;
      player_id: number;
      team: number;
      class: number;
      x: number;
      y: number;
      z: number;
    }
    const samples = await sql<Sample[]>`
      select time_ms, player_id, team, class, x, y, z from player_positions order by time_ms`;
    // A cut through the middle of where they were, on the edges of cubes, and a floor.
    const middle = (values: number[]): number =>
      Math.round((values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0) / 32) * 32;
    const [cutX, cutZ] = [middle(samples.map(({ x }) => x)), middle(samples.map(({ z }) => z))];
    const sideOf = (west: boolean): string =>
      west
        ? `-60000,-60000 ${cutX},-60000 ${cutX},60000 -60000,60000`
        : `${cutX},-60000 60000,-60000 60000,60000 ${cutX},60000`;
    await storeAreas(
      sql,
      round.map,
      [
        { name: "West, below", outline: parseOutline(sideOf(true)), floor: { from: -60000, to: cutZ } },
        { name: "West", outline: parseOutline(sideOf(true)), floor: { from: cutZ, to: 60000 } },
        { name: "East", outline: parseOutline(sideOf(false)), floor: undefined },
      ],
      false,
    );
    const nameAt = ({ x, z }: { x: number; z: number | null }): string =>
      x >= cutX ? "East" : z !== null && z < cutZ ? "West, below" : "West";
    const report = await reportAreas(sql, { bots: true });

    const lives = await sql<
      { player_id: number; team: number; class: number; alive: number; samples: number }[]
    >`
      select player_id, team, class, sum(alive_ms)::float8 as alive, sum(samples)::float8 as samples from player_lives group by 1, 2, 3`;
    const keyOf = (one: { player_id: number; team: number; class: number }): string =>
      [one.player_id, one.team, one.class].join(" ");
    const lifeOf = new Map(lives.map((life) => [keyOf(life), life]));
    const presence = new Map<string, number>();
    for (const sample of samples) {
      const life = lifeOf.get(keyOf(sample));
      if (life === undefined || life.samples === 0) continue;
      const name = nameAt(sample);
      presence.set(name, (presence.get(name) ?? 0) + life.alive / life.samples / 1000);
    }
    const lookMs = Math.max(1000, Number(round.sample_ms));
    const teamsAt = new Map<string, Set<number>>();
    for (const sample of samples) {
      const key = `${nameAt(sample)} ${Math.floor(sample.time_ms / lookMs)}`;
      teamsAt.set(key, (teamsAt.get(key) ?? new Set()).add(sample.team));
    }
    interface Down {
      relation: string;
      ax: number | null;
      az: number | null;
      tx: number;
      tz: number;
    }
    const downs = await sql<Down[]>`
      select relation, attacker_x as ax, attacker_z as az, target_x as tx, target_z as tz
      from combat_events where event = 'kill'`;
    expect(downs.length).toBeGreaterThan(20);
    for (const { area, deaths, held, kills: made, presenceS } of report.areas) {
      if (area === null) throw new Error("everything is in an area");
      const looksOf = (isAsked: (teams: ReadonlySet<number>) => boolean): number =>
        ([...teamsAt].filter(
          ([key, teams]) =>
            key.startsWith(`${area} `) && /^ \d+$/u.test(key.slice(area.length)) && isAsked(teams),
        ).length *
          lookMs) /
        1000;
      expect([area, made]).toEqual([
        area,
        downs.filter(
          ({ ax, az, relation }) => relation === "enemy" && ax !== null && nameAt({ x: ax, z: az }) === area,
        ).length,
      ]);
      expect([area, deaths]).toEqual([
        area,
        downs.filter(({ tx, tz }) => nameAt({ x: tx, z: tz }) === area).length,
      ]);
      expect(presenceS).toBeCloseTo(presence.get(area) ?? 0, 3);
      expect(held).toEqual({
        axisS: looksOf((teams) => teams.has(1) && !teams.has(2)),
        alliesS: looksOf((teams) => teams.has(2) && !teams.has(1)),
        contestedS: looksOf((teams) => teams.size === 2),
      });
    }
    const belowS = [...samples]
      .filter(({ z }) => z < cutZ)
      .reduce((sum, sample) => {
        const life = lifeOf.get(keyOf(sample));
        return life === undefined || life.samples === 0 ? sum : sum + life.alive / life.samples / 1000;
      }, 0);
    const below = { zone: { z: `-60000..${cutZ}` }, filters: { bots: true } };
    const heat = async (what: "kills" | "presence") =>
      (await reportHeatmap(sql, { what, ...below })).populations[0]?.total ?? 0;
    expect(await heat("kills")).toBe(
      downs.filter(({ az, relation }) => relation === "enemy" && az !== null && az < cutZ).length,
    );
    expect(await heat("presence")).toBeCloseTo(belowS, 3);
    expect(report.areas).toHaveLength(3);
    expect(report.holds?.every(({ fromMs, toMs }) => toMs - fromMs >= 5000)).toBe(true);
  });
});
