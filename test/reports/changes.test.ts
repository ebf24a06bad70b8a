/** Players who change name, class and slot while a round runs, who watch, and whom nobody knows: in every report. */
import { beforeAll, describe, expect, it } from "vitest";

import { reportEngagement, reportEngagements } from "../../src/reports/engagements.ts";
import type { FilterRequest } from "../../src/reports/filter-request.ts";
import { resolveFilters } from "../../src/reports/filter-request.ts";
import { reportHeatmap } from "../../src/reports/heatmap.ts";
import { reportPlayer } from "../../src/reports/player.ts";
import { resolvePlayer } from "../../src/reports/players.ts";
import { readPairs } from "../../src/reports/queries/pairs.ts";
import { reportRound } from "../../src/reports/round.ts";
import { countBotRounds, listRounds } from "../../src/reports/rounds.ts";
import { listSessions } from "../../src/reports/sessions.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { addRound } from "../support/hand-made.ts";

let database: TestDatabase;

const ANN = { guid: "AAAA0000", name: "Ann", team: 1, class: 0 } as const;
const BOB = { guid: "BBBB0000", name: "Bob", team: 2, class: 0 } as const;
const CID = { guid: "CCCC0000", name: "Cid", team: 2, class: 2 } as const;
const DAN = { guid: "DDDD0000", name: "Dan", team: 3 } as const;
const EVE = { guid: "EEEE0000", name: "Eve", team: 1, class: 3 } as const;

/** "changes" is 100 seconds: Ann is a medic of another name from 40 s on, Cid takes Bob's slot and Eve changes sides at 60 s. */
beforeAll(async () => {
  database = await createTestDatabase();
  const { sql } = database;
  await addRound(sql, {
    key: "change",
    startedAt: "2026-11-18T20:00:00Z",
    players: [{ ...ANN, name: "Zan" }],
  });
  const round = await addRound(sql, {
    key: "changes",
    startedAt: "2026-11-20T20:00:00Z",
    endMs: 100_000,
    players: [ANN, BOB, DAN, EVE],
    changes: [
      { ...ANN, slot: 0, fromMs: 40_000, name: "^1Anne", class: 1 },
      { ...CID, slot: 1, fromMs: 60_000 },
      { ...EVE, slot: 3, fromMs: 60_000, team: 2 },
    ],
  });
  await addRound(sql, {
    key: "after",
    startedAt: "2026-11-22T20:00:00Z",
    players: [{ ...ANN, name: "Zan" }],
  });
  const bot = { guid: "OMNI", name: "bot", team: 1, isBot: true } as const;
  await addRound(sql, { key: "watched", startedAt: "2026-11-23T20:00:00Z", players: [bot, DAN] });
  await addRound(sql, { key: "unknown", startedAt: "2026-11-24T20:00:00Z" });
  const kill = { event: "kill", weapon: 3, means: 8, from: [50, 50, 0], to: [50, 50, 0] } as const;
  await round.addEvents([
    { ...kill, timeMs: 10_000, attacker: 0, target: 1 },
    { ...kill, timeMs: 40_000, attacker: 0, target: 1 },
    { event: "leave", timeMs: 60_000, target: 3 },
    { event: "join", timeMs: 60_000, target: 3 },
    { event: "spawn", timeMs: 61_000, target: 3 },
    { ...kill, timeMs: 70_000, attacker: 0, target: 1 },
    { ...kill, timeMs: 80_000, attacker: 1, target: 0 },
  ]);
  await round.addEngagements([
    { number: 1, startMs: 35_000, endMs: 45_000, attackers: [0], defenders: [1] },
    { number: 2, startMs: 70_000, endMs: 80_000, attackers: [0], defenders: [1] },
    // Of whom nothing is known.
    { number: 3, startMs: 90_000, endMs: 90_000, attackers: [], defenders: [] },
  ]);
});

describe("a class or a slot is that of the moment", () => {
  it.each<[FilterRequest, "kills" | "deaths", number]>([
    [{ class: ["soldier"] }, "kills", 1],
    [{ class: ["medic"] }, "kills", 2],
    [{ class: ["engineer"] }, "kills", 1],
    [{ class: ["soldier"] }, "deaths", 2],
    [{ class: ["medic"] }, "deaths", 1],
    [{ class: ["engineer"] }, "deaths", 1],
  ])("of %o the %s", async (filters, what, total) => {
    const { populations } = await reportHeatmap(database.sql, {
      what,
      filters: { map: "arena", ...filters },
    });
    expect(populations[0]?.total).toBe(total);
  });

  it("in a fight it is the class when joining, and the name when leaving", async () => {
    const starts = async (request: FilterRequest): Promise<number[]> =>
      (await reportEngagements(database.sql, request, "time", 10)).engagements.map(({ startMs }) => startMs);
    expect(await starts({})).toEqual([35_000, 70_000, 90_000]);
    expect(await starts({ class: ["medic"] })).toEqual([70_000]);
    expect(await starts({ class: ["soldier"] })).toEqual([35_000]);
    expect(await starts({ player: ["Bob"] })).toEqual([35_000]);
    const names = async (id: string): Promise<string[]> =>
      (await reportEngagement(database.sql, id)).participants.map(({ name }) => name);
    expect(await names("changes#1")).toEqual(["^1Anne", "Bob"]);
    expect(await names("changes#2")).toEqual(["^1Anne", "Cid"]);
  });

  it("a chance to avenge is of the sides and classes at the death", async () => {
    const chances = async (request: FilterRequest): Promise<unknown[]> => {
      const { filters } = await resolveFilters(database.sql, request);
      return (await readPairs(database.sql, filters)).map((pair) => [
        pair.name,
        pair.partnerName,
        pair.downs,
      ]);
    };
    expect(await chances({})).toEqual([["Eve", "Cid", 1]]);
    expect(await chances({ class: ["engineer"] })).toEqual([["Eve", "Cid", 1]]);
    expect(await chances({ class: ["soldier"] })).toEqual([]);
  });

  it("a score is of the player's last name and side", async () => {
    const { scores } = await reportRound(database.sql, "changes");
    expect(scores.map(({ deaths, kills, name, team }) => [name, team, kills, deaths])).toEqual([
      ["^1Anne", 1, 3, 1],
      ["Cid", 2, 1, 1],
      ["Eve", 2, 0, 0],
      ["Bob", 2, 0, 2],
    ]);
  });
});

describe("rounds in which someone played", () => {
  const keys = async (request: FilterRequest): Promise<string[]> => {
    const { filters } = await resolveFilters(database.sql, request);
    return (await listRounds(database.sql, filters, 10)).map(({ roundKey }) => roundKey);
  };

  it.each<[FilterRequest, boolean]>([
    [{ phase: "1:39-" }, true],
    [{ phase: "1:40-" }, false],
    [{ player: ["Dan"] }, false],
    // Ann is a soldier until 40 s, a medic from then on.
    [{ player: ["Ann"], class: ["soldier"], phase: "0:39-" }, true],
    [{ player: ["Ann"], class: ["soldier"], phase: "0:40-" }, false],
    [{ player: ["Ann"], class: ["medic"], phase: "0:00-0:40" }, false],
    [{ player: ["Ann"], class: ["medic"], phase: "0:00-0:41" }, true],
    [{ player: ["Ann"], class: ["medic"], phase: "1:10-" }, true],
    [{ player: ["Bob"], phase: "1:10-" }, false],
    [{ player: ["Cid"], phase: "0:30-1:00" }, false],
  ])("%o: %s", async (request, isListed) => {
    expect((await keys({ ...request, round: ["changes"] })).length).toBe(isListed ? 1 : 0);
  });

  it("a round of bots with people who watch is one of bots, one of nobody known is none", async () => {
    expect(await keys({})).toEqual(["unknown", "after", "changes", "change"]);
    expect(await keys({ bots: true })).toEqual(["unknown", "watched", "after", "changes", "change"]);
    expect(await countBotRounds(database.sql, { bots: "without" })).toBe(1);
  });

  it("of many the latest are listed, and a whole key is no beginning of another", async () => {
    expect((await listRounds(database.sql, { bots: "with" }, 2)).map(({ roundKey }) => roundKey)).toEqual([
      "unknown",
      "watched",
    ]);
    expect((await reportRound(database.sql, "change")).round.roundKey).toBe("change");
    expect((await reportRound(database.sql, "latest")).round.roundKey).toBe("unknown");
    await expect(reportRound(database.sql, "chang")).rejects.toMatchObject({ code: "E_AMBIGUOUS" });
  });

  it("kills alone are enough to say with what", async () => {
    expect(await keys({ weapon: ["mp40"] })).toEqual(["changes"]);
    expect(await keys({ weapon: ["thompson"] })).toEqual([]);
  });

  it("rounds are those that began at a time or later, and before another", async () => {
    expect(await keys({ since: "2026-11-22T20:00" })).toEqual(["unknown", "after"]);
    expect(await keys({ until: "2026-11-20T20:00" })).toEqual(["change"]);
  });

  it("everybody counts once, and who watches not at all", async () => {
    const [round] = await listRounds(database.sql, { ...(await filtersOf("changes")) }, 10);
    expect(round).toMatchObject({ players: 4, bots: 0 });
    const session = (await listSessions(database.sql)).find(({ id }) => id === "2026-11-20-2000");
    expect(session).toMatchObject({ players: 4, bots: 0 });
    const { populations } = await reportHeatmap(database.sql, {
      what: "kills",
      filters: { round: ["changes"] },
    });
    expect(populations[0]?.sample.players).toBe(4);
    await expect(reportPlayer(database.sql, "Dan", {})).rejects.toMatchObject({ code: "E_NOTHING_FOUND" });
  });

  const filtersOf = async (key: string) => (await resolveFilters(database.sql, { round: [key] })).filters;
});

describe("a player of many names", () => {
  it("has played so many rounds, whatever the name, and is found by each of them", async () => {
    for (const who of ["Zan", "ann", "Anne", "AAAA0000"]) {
      expect(await resolvePlayer(database.sql, who), who).toMatchObject({
        guid: "AAAA0000",
        rounds: 3,
        lastSeen: new Date("2026-11-22T20:00:00Z"),
      });
    }
  });

  it("the latest name stands first, the latest session is now, and all before is before", async () => {
    const { againstBefore, form, names } = await reportPlayer(database.sql, "AAAA0000", {});
    expect(names[0]).toBe("Zan");
    expect([...names].sort()).toEqual(["Ann", "Zan", "^1Anne"]);
    expect(againstBefore).toEqual({ now: "latest session", nowRounds: 1, beforeRounds: 2 });
    expect(form.map(({ deaths, kills, session }) => [session, kills, deaths])).toEqual([
      ["2026-11-22-2000", 0, 0],
      ["2026-11-20-2000", 3, 1],
      ["2026-11-18-2000", 0, 0],
    ]);
  });
});
