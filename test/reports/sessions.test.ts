import { beforeAll, beforeEach, describe, expect, it } from "vitest";

import { listSessions, resolveSession, SESSION_GAP_MINUTES } from "../../src/reports/sessions.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { createEvenings } from "../support/evenings.ts";
import { addRound } from "../support/hand-made.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createEvenings();
});

describe("sessions of several servers", () => {
  let several: TestDatabase;

  beforeAll(async () => {
    several = await createTestDatabase();
    const HOUR_MS = 3_600_000;
    const round = { endMs: HOUR_MS / 6, serverName: "first" };
    const al = { guid: "AAAA", name: "Al", team: 1 } as const;
    const bo = { guid: "BBBB", name: "Bo", team: 2 } as const;
    const bot = { guid: "OMNI", name: "bot", team: 2, isBot: true } as const;
    const dan = { guid: "DDDD", name: "Dan", team: 3 } as const;
    const { sql } = several;
    // Of the first server one round lasts three hours; the one after it is over long before the third begins.
    await addRound(sql, {
      ...round,
      key: "a3",
      map: "ruins",
      startedAt: "2026-11-20T23:30:00Z",
      players: [al, bo],
    });
    await addRound(sql, {
      ...round,
      key: "a1",
      endMs: 3 * HOUR_MS,
      startedAt: "2026-11-20T20:00:00Z",
      players: [al],
    });
    await addRound(sql, {
      ...round,
      key: "a2",
      startedAt: "2026-11-20T20:30:00Z",
      players: [al, bot, dan],
      isComplete: false,
      endReason: "cut",
    });
    await addRound(sql, { ...round, key: "b1", serverName: "second", startedAt: "2026-11-20T22:00:00Z" });
    await addRound(sql, { ...round, key: "b2", serverName: "second", startedAt: "2026-11-21T00:15:00Z" });
  });

  it("keep their names, whichever of their rounds are asked for", async () => {
    const { sql } = several;
    const sessions = await listSessions(sql, sql`r.map = 'ruins'`);
    expect(
      sessions.map(({ id, roundIds, startedAt }) => [id, roundIds.length, startedAt.toISOString()]),
    ).toEqual([["2026-11-20-2000", 1, "2026-11-20T23:30:00.000Z"]]);
  });

  it("are told apart by server, and last as long as their longest round", async () => {
    const { sql } = several;
    const keys = new Map(
      (await sql<{ id: number; key: string }[]>`select round_id as id, round_key as key from rounds`).map(
        ({ id, key }) => [id, key],
      ),
    );
    const sessions = await listSessions(sql);
    expect(sessions.map((one) => ({ ...one, roundIds: one.roundIds.map((id) => keys.get(id)) }))).toEqual([
      {
        id: "2026-11-21-0015",
        serverName: "second",
        name: null,
        tags: [],
        startedAt: new Date("2026-11-21T00:15:00Z"),
        endedAt: new Date("2026-11-21T00:25:00Z"),
        roundIds: ["b2"],
        maps: ["arena"],
        completeRounds: 1,
        players: 0,
        bots: 0,
      },
      {
        id: "2026-11-20-2200",
        serverName: "second",
        name: null,
        tags: [],
        startedAt: new Date("2026-11-20T22:00:00Z"),
        endedAt: new Date("2026-11-20T22:10:00Z"),
        roundIds: ["b1"],
        maps: ["arena"],
        completeRounds: 1,
        players: 0,
        bots: 0,
      },
      {
        id: "2026-11-20-2000",
        serverName: "first",
        name: null,
        tags: [],
        startedAt: new Date("2026-11-20T20:00:00Z"),
        endedAt: new Date("2026-11-20T23:40:00Z"),
        roundIds: ["a1", "a2", "a3"],
        maps: ["arena", "ruins"],
        completeRounds: 2,
        players: 2,
        bots: 1,
      },
    ]);
    const byRound = sessions.flatMap(({ endedAt, id, name, roundIds, serverName, startedAt, tags }) =>
      roundIds.map((roundId) => ({
        round_id: roundId,
        server_name: serverName,
        session: id,
        session_started_at: startedAt,
        session_ended_at: endedAt,
        name,
        tags,
      })),
    );
    // The view for those who write SQL says the same.
    expect([...(await sql`select * from sessions order by round_id`)]).toEqual(
      byRound.sort((a, b) => a.round_id - b.round_id),
    );
  });
});

describe("sessions of made-up rounds", () => {
  let made: TestDatabase;
  beforeEach(async () => {
    made = await createTestDatabase();
  });

  const add = async (rounds: readonly (readonly [server: string, startedAt: string])[]): Promise<void> => {
    for (const [index, [serverName, startedAt]] of rounds.entries()) {
      await addRound(made.sql, { key: String(index), endMs: 600_000, serverName, startedAt });
    }
  };

  it("have names of their own where they begin in the same minute", async () => {
    await add([
      ["second", "2026-11-21T00:15:00Z"],
      ["third", "2026-11-21T00:15:30Z"],
      ["a fourth", "2026-11-21T00:15:30Z"],
      ["third", "2026-11-21T00:35:30Z"],
    ]);
    const sessions = await listSessions(made.sql);
    expect(sessions.map(({ id, roundIds, serverName }) => [id, serverName, roundIds.length])).toEqual([
      ["2026-11-21-0015-3", "third", 2],
      ["2026-11-21-0015-2", "a fourth", 1],
      ["2026-11-21-0015", "second", 1],
    ]);
    for (const { id, serverName } of sessions) {
      expect(await resolveSession(made.sql, id)).toMatchObject({ id, serverName });
    }
    await expect(resolveSession(made.sql, "2026-11-21")).rejects.toMatchObject({ code: "E_AMBIGUOUS" });
  });

  it("end with a break of more than 90 minutes, and not of just as many", async () => {
    await add([
      ["one", "2026-11-22T20:00:00Z"],
      ["one", "2026-11-22T21:40:00Z"],
      ["one", "2026-11-22T23:20:01Z"],
    ]);
    const sessions = await listSessions(made.sql);
    expect(SESSION_GAP_MINUTES).toBe(90);
    expect(sessions.map(({ id, roundIds }) => [id, roundIds.length])).toEqual([
      ["2026-11-22-2320", 1],
      ["2026-11-22-2000", 2],
    ]);
  });
});

describe("sessions", () => {
  it("go over midnight and end with a break", async () => {
    const sessions = await listSessions(database.sql);
    expect(sessions.map(({ id, players, roundIds }) => ({ id, players, rounds: roundIds.length }))).toEqual([
      { id: "2026-11-21-2000", players: 1, rounds: 1 },
      { id: "2026-11-20-2350", players: 4, rounds: 2 },
    ]);
    expect(await resolveSession(database.sql, "2026-11-20")).toMatchObject({ id: "2026-11-20-2350" });
    await expect(resolveSession(database.sql, "2026-11-22")).rejects.toMatchObject({ code: "E_NOT_FOUND" });
  });
});
