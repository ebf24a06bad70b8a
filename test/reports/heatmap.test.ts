import { beforeAll, describe, expect, it } from "vitest";

import { reportHeatmap } from "../../src/reports/heatmap.ts";
import type { HeatmapRequest } from "../../src/reports/heatmap.ts";
import { presenceReader, readHeatCells } from "../../src/reports/queries/heat-cells.ts";
import type { FilterRequest } from "../../src/reports/filter-request.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { addRound } from "../support/hand-made.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  const { sql } = database;
  const players = [
    { guid: "AAAA", name: "^1Al", team: 1, class: 1 },
    { guid: "BBBB", name: "Bo", team: 2, class: 2 },
    { guid: "OMNI", name: "bot", team: 2, isBot: true },
  ] as const;
  const first = await addRound(sql, {
    key: "first",
    players,
    startedAt: "2026-11-20T20:00:00Z",
    endMs: 90_000,
  });
  const second = await addRound(sql, { key: "second", players, startedAt: "2026-11-21T20:00:00Z" });
  await addRound(sql, { key: "other", map: "other" });
  // Al stands at (50, 50), in cell (0, 0); Bo at (-50, 150), in cell (-1, 1); the bot at (950, 50).
  const al = [50, 50, 0] as const;
  const bo = [-50, 150, 0] as const;
  const bot = [950, 50, 0] as const;
  await first.addEvents([
    { event: "fire", timeMs: 900, attacker: 0, weapon: 3, from: al },
    { event: "fire", timeMs: 950, attacker: 0, weapon: 19, from: al },
    { event: "hit", timeMs: 1000, attacker: 0, target: 1, weapon: 3, means: 8, damage: 18, from: al, to: bo },
    {
      event: "hit",
      timeMs: 1050,
      attacker: 0,
      target: 1,
      weapon: 3,
      means: 8,
      damage: 18,
      from: al,
      to: bo,
      isWounded: true,
    },
    { event: "kill", timeMs: 1000, attacker: 0, target: 1, weapon: 3, means: 8, from: al, to: bo },
    { event: "kill", timeMs: 2000, attacker: 0, target: 1, weapon: 4, means: 16, from: al, to: bo },
    { event: "kill", timeMs: 3000, attacker: 1, target: 0, weapon: 8, means: 9, from: bo, to: al },
    { event: "kill", timeMs: 4000, attacker: 2, target: 0, weapon: 8, means: 9, from: bot, to: al },
    { event: "kill", timeMs: 5000, target: 1, relation: "world", means: 32, to: bo },
  ]);
  await second.addEvents([
    { event: "kill", timeMs: 90_000, attacker: 0, target: 1, weapon: 3, means: 8, from: al, to: bo },
  ]);
  await first.addPositions([
    { timeMs: 1000, slot: 0, at: al },
    { timeMs: 2000, slot: 0, at: al },
    { timeMs: 1000, slot: 1, at: bo },
    { timeMs: 1000, slot: 2, at: bot },
  ]);
});

/** Cells as `x,y: value`, sorted, one list a population. */
async function cellsOf(request: Partial<HeatmapRequest>): Promise<string[][]> {
  const report = await reportHeatmap(database.sql, { what: "kills", filters: { map: "arena" }, ...request });
  return report.populations.map(({ cells }) =>
    cells.map(({ cellX, cellY, value }) => `${cellX},${cellY}: ${value}`).sort(),
  );
}

describe("reportHeatmap", () => {
  it("counts kills where the killers stood, in cells as the rounds were recorded", async () => {
    expect(await cellsOf({})).toEqual([["-1,1: 1", "0,0: 3"]]);
    expect(await cellsOf({ place: "target" })).toEqual([["-1,1: 3", "0,0: 1"]]);
    expect(await cellsOf({ cellUnits: 1000 })).toEqual([["-1,0: 1", "0,0: 3"]]);
  });

  it("counts deaths by anything, shots without tools, hits on the living, seconds of presence", async () => {
    expect(await cellsOf({ what: "deaths" })).toEqual([["-1,1: 4", "0,0: 1"]]);
    expect(await cellsOf({ what: "shots" })).toEqual([["0,0: 1"]]);
    expect(await cellsOf({ what: "hits" })).toEqual([["-1,1: 1"]]);
    expect(await cellsOf({ what: "presence" })).toEqual([["-1,1: 1", "0,0: 2"]]);
  });

  it("leaves out bots unless asked, on both sides", async () => {
    const filters = { map: "arena", bots: true };
    expect(await cellsOf({ filters })).toEqual([["-1,1: 1", "0,0: 3", "9,0: 1"]]);
    expect(await cellsOf({ what: "deaths", filters })).toEqual([["-1,1: 4", "0,0: 2"]]);
  });

  it.each([
    [{ player: ["al"] }, ["0,0: 3"]],
    [{ player: ["BBBB"] }, ["-1,1: 1"]],
    [{ team: "allies" }, ["-1,1: 1"]],
    [{ class: ["medic"] }, ["0,0: 3"]],
    [{ weapon: ["MP 40"] }, ["0,0: 2"]],
    [{ weapon: ["smg"] }, ["-1,1: 1", "0,0: 2"]],
    [{ means: ["explosive"] }, ["0,0: 1"]],
    [{ phase: "0:02-1:30" }, ["-1,1: 1", "0,0: 1"]],
    [{ phase: "1:30-" }, ["0,0: 1"]],
    [{ since: "2026-11-21" }, ["0,0: 1"]],
    [{ until: "2026-11-20" }, ["-1,1: 1", "0,0: 2"]],
    [{ round: ["sec"] }, ["0,0: 1"]],
    [{ session: "2026-11-20" }, ["-1,1: 1", "0,0: 2"]],
    [{ session: "latest" }, ["0,0: 1"]],
  ])("filters by %j", async (filters, expected) => {
    expect(await cellsOf({ filters: { map: "arena", ...filters } })).toEqual([expected]);
  });

  it("filters by the shape of the fight", async () => {
    const { sql } = database;
    const [round] = await sql<[{ id: number }]>`select round_id as id from rounds where round_key = 'first'`;
    const [al] = await sql<[{ id: number }]>`select player_id as id from players where guid = 'AAAA'`;
    await sql`insert into engagement_analysis (round_id, engagement, start_ms, time_ms, attackers, defenders, rule_version)
      values (${round.id}, 1, 1500, 2000, 2, 1, 1)`;
    await sql`insert into engagement_participants
      (round_id, row_number, engagement, start_ms, time_ms, player_id, side, rule_version, slot)
      values (${round.id}, 1, 1, 1500, 2000, ${al.id}, 'attackers', 1, 0)`;
    expect(await cellsOf({ filters: { map: "arena", engagement: "2v1" } })).toEqual([["0,0: 1"]]);
    await expect(cellsOf({ filters: { map: "arena", engagement: "1v2" } })).rejects.toMatchObject({
      code: "E_NOTHING_FOUND",
    });
  });

  it("sets two populations side by side, or takes the difference of their shares", async () => {
    const filters = { map: "arena", team: "axis" };
    const versus = { team: "allies" };
    expect(await cellsOf({ filters, versus })).toEqual([["0,0: 3"], ["-1,1: 1"]]);
    const { differences, picture } = await reportHeatmap(database.sql, {
      what: "kills",
      filters,
      versus,
      difference: true,
    });
    expect(picture.scale).toBe("difference");
    expect(picture.panels[0]?.cells).toEqual([
      { cellX: -1, cellY: 1, value: -100 },
      { cellX: 0, cellY: 0, value: 100 },
    ]);
    // Al's place lies in cell (1, 1) of 32 units, Bo's in (-2, 4): the picture puts its bells there.
    expect(picture.panels[0]?.fineCells).toEqual([
      { cellX: -2, cellY: 4, value: -100 },
      { cellX: 1, cellY: 1, value: 100 },
    ]);
    // 3 of 3 against 0 of 1: Wilson's intervals are 0.4385 to 1 and 0 to 0.7935.
    const width = Math.hypot(1 - 0.4385, 0.7935) * 100;
    expect(differences).toMatchObject([
      { cellX: -1, first: { value: 0, share: 0 }, second: { value: 1, share: 1 }, points: -100 },
      { cellX: 0, first: { value: 3, share: 1 }, second: { value: 0, share: 0 }, points: 100 },
    ]);
    expect(differences[1]?.lowPoints).toBeCloseTo(100 - width, 1);
    expect(differences[1]?.highPoints).toBeCloseTo(100, 6);
  });

  it("refuses a second population on another map, instead of drawing it on this one", async () => {
    const [other] = await database.sql<
      { map: string }[]
    >`select map from rounds where map <> 'arena' limit 1`;
    const filters = { map: "arena", team: "axis" };
    await expect(cellsOf({ filters, versus: { map: other?.map } })).rejects.toMatchObject({
      code: "E_FILTER",
      message: "cannot compare two maps with --versus: this picture shows arena",
    });
    expect(await cellsOf({ filters, versus: { map: "arena", team: "allies" } })).toHaveLength(2);
  });

  it("says what it was drawn from", async () => {
    const { picture } = await reportHeatmap(database.sql, { what: "kills", filters: { round: ["first"] } });
    expect(picture.caption).toEqual({
      title: "Kills on arena",
      subtitle: "where the killers stood · round of 2026-11-20 20:00",
      notes: [
        "3 kills",
        "1 round · 1 min 30 s played · 2 players · 2026-11-20 20:00 UTC",
        "smooth: a bell of 90 units around each · bots left out",
      ],
    });
    const cells = { what: "kills", filters: { round: ["first"] }, cells: true } as const;
    expect((await reportHeatmap(database.sql, cells)).picture.caption.notes.at(-1)).toBe(
      "cells of 100 units · bots left out",
    );
    expect(picture.panels[0]?.marks).toHaveLength(3);
    // Everything lies within the picture, and the floor is where players were.
    expect(picture.ground.floor).toHaveLength(3);
    expect(picture.ground.bounds.minX).toBeLessThan(-100);
  });

  it("says of each of two populations what it was drawn from, once where that is the same", async () => {
    const notesOf = async (filters: FilterRequest, versus: FilterRequest): Promise<readonly string[]> =>
      (await reportHeatmap(database.sql, { what: "kills", filters: { map: "arena", ...filters }, versus }))
        .picture.caption.notes;
    expect((await notesOf({ team: "axis" }, { team: "allies" })).slice(0, 2)).toEqual([
      "Axis: 3 kills · Allies: 1 kill",
      "2 rounds · 12 min played · 2 players · 2026-11-20 to 2026-11-21",
    ]);
    expect((await notesOf({ round: ["first"] }, { round: ["second"] })).slice(1, 3)).toEqual([
      "round of 2026-11-20 20:00: 1 round · 1 min 30 s played · 2 players · 2026-11-20 20:00 UTC",
      "round of 2026-11-21 20:00: 1 round · 10 min played · 2 players · 2026-11-21 20:00 UTC",
    ]);
  });

  it("asks back instead of drawing nothing or the wrong thing", async () => {
    await expect(cellsOf({ filters: {} })).rejects.toMatchObject({
      code: "E_FILTER",
      details: { maps: expect.any(Array) as unknown },
    });
    await expect(cellsOf({ filters: { map: "nowhere" } })).rejects.toMatchObject({
      code: "E_NOT_FOUND",
      suggestions: ["maps with rounds: arena (2), other (1)"],
    });
    await expect(cellsOf({ filters: { map: "ARENA", weapon: ["knife"] } })).rejects.toMatchObject({
      code: "E_NOTHING_FOUND",
    });
    for (const filters of [
      { phase: "2-1" },
      { phase: "x" },
      { since: "2026-02-31x" },
      { weapon: ["nothing"] },
      { weapon: ["mobile"] },
      { engagement: "2on1" },
    ]) {
      await expect(cellsOf({ filters })).rejects.toMatchObject({ code: "E_FILTER", exit: "usage" });
    }
  });
});

it("where players were, read once for all teams, is what is read for each", async () => {
  const { sql } = database;
  const presence = presenceReader(sql, { map: "arena", bots: "with" });
  for (const [team, name] of [
    [undefined, undefined],
    [1, "axis"],
    [2, "allies"],
  ] as const) {
    const request = { what: "presence", filters: { map: "arena", bots: true, team: name } } as const;
    const read = await reportHeatmap(sql, request);
    expect(await reportHeatmap(sql, { ...request, presence })).toEqual(read);
    expect(await presence(team, 64)).toEqual(
      await readHeatCells(sql, "presence", "attacker", { map: "arena", bots: "with", team }, 64),
    );
  }
});
