import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { listSessions, resolveSession } from "../../src/reports/sessions.ts";
import type { TestDatabase } from "../support/database.ts";
import { createEvenings } from "../support/evenings.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createEvenings();
});
afterAll(() => database.drop());

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
