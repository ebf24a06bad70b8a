import { beforeAll, describe, expect, it } from "vitest";

import { reportEngagement, reportEngagements } from "../../src/reports/engagements.ts";
import type { EngagementOrder } from "../../src/reports/queries/engagements.ts";
import type { TestDatabase } from "../support/database.ts";
import { createEvenings } from "../support/evenings.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createEvenings();
});

describe("reportEngagements and reportEngagement", () => {
  it("lists fights in order, without those with bots", async () => {
    const ids = async (request: object, order: EngagementOrder = "time"): Promise<string[]> =>
      (await reportEngagements(database.sql, request, order, 100)).engagements.map(
        ({ attackers, defenders, engagement, roundKey }) =>
          `${roundKey}#${engagement} ${attackers}v${defenders}`,
      );
    expect(await ids({})).toEqual(["one#1 2v1", "one#2 1v1", "two#1 2v2"]);
    expect(await ids({ bots: true })).toHaveLength(4);
    expect(await ids({ player: ["Bea"] })).toEqual(["one#2 1v1", "two#1 2v2"]);
    expect(await ids({ engagement: "2v1" })).toEqual(["one#1 2v1"]);
    expect(await ids({ phase: "0:02-" })).toEqual(["one#2 1v1"]);
    expect(await ids({ class: ["medic"] })).toEqual(["one#1 2v1", "one#2 1v1", "two#1 2v2"]);
    expect(await ids({}, "kills")).toEqual(["one#1 2v1", "one#2 1v1", "two#1 2v2"]);
    expect(await ids({}, "size")).toEqual(["two#1 2v2", "one#1 2v1", "one#2 1v1"]);
    expect(await ids({}, "damage")).toEqual(["one#1 2v1", "one#2 1v1", "two#1 2v2"]);
  });

  it("explains one: who, what happened, together with whom, why", async () => {
    const report = await reportEngagement(database.sql, "one#1");
    expect(report.participants.map(({ name, side }) => `${name} ${side}`)).toEqual([
      "^1Al attackers",
      "Amy attackers",
      "Bo defenders",
    ]);
    // Hits on the living and kills among those three until the end; the team hit is one of them.
    expect(report.events.map(({ event }) => event)).toEqual([
      ...Array<string>(4).fill("hit"),
      "hit",
      "hit",
      "kill",
      "kill",
    ]);
    expect(report.teamPlay.map(({ record }) => record)).toEqual(["crossfire", "crossfire", "trade"]);
    expect(report.tracks.map(({ slot, timeMs }) => [slot, timeMs])).toEqual([
      [0, 1000],
      [0, 2000],
      [2, 1000],
      [2, 2000],
    ]);
    expect(report.reasons.join("\n")).toContain("2v1: 2 of the openers' team and 1 of the other");
    expect(report.reasons.join("\n")).toContain("by death");
    await expect(reportEngagement(database.sql, "one#9")).rejects.toMatchObject({
      code: "E_NOT_FOUND",
      suggestions: ["it has 1, 2, 3"],
    });
    await expect(reportEngagement(database.sql, "9")).rejects.toMatchObject({ code: "E_USAGE" });
  });
});
