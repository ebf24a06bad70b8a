/** Counts of rounds that are added up say what counting the events of all of them says. */
import { expect, test } from "vitest";

import { mergePlayers } from "../../src/care/players.ts";
import { reportLeaders } from "../../src/reports/leaders.ts";
import { reportPlayer } from "../../src/reports/player.ts";
import { resolvePlayer } from "../../src/reports/players.ts";
import { listPeople } from "../../src/reports/queries/seen-people.ts";
import { readRoundTotals, sumRoundTotals } from "../../src/reports/totals-reader.ts";
import { createTestDatabase } from "../support/database.ts";
import { importPaths } from "../support/import.ts";
import { addEvening } from "../support/made-site.ts";
import { sharedRecording } from "../support/shared-recordings.ts";

/** Numbers to nine digits: sums of parts differ in the last one. */
const rounded = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_key, one: unknown) =>
      typeof one === "number" ? Number(one.toPrecision(9)) : one,
    ),
  );

test("profiles and leaders are the same from the events and from the counts of rounds", async () => {
  const { sql } = await createTestDatabase();
  const { folder } = await sharedRecording("objectives-12");
  await importPaths(sql, [folder]);
  await addEvening(sql, "2026-11-20-200000-arena-round-1-0123abcd", "2026-11-20T20:00:00Z");
  await addEvening(sql, "2026-11-21-200000-arena-round-1-0123abcd", "2026-11-21T20:00:00Z");
  const bravo = await resolvePlayer(sql, "|AG|.Bravo");
  const second = await resolvePlayer(sql, "]]>");
  await mergePlayers(sql, [bravo, second], { isForced: true, reason: "one person" });
  const ids = await sql<{ round_id: number }[]>`select round_id from rounds order by 1`;
  const rounds = ids.map((row) => row.round_id);
  for (const bots of [false, true]) {
    const known = await readRoundTotals(sql, rounds, bots ? "with" : "without");
    const totals = sumRoundTotals(sql, known);
    const people = (await listPeople(sql)).filter(({ isBot }) => bots || !isBot);
    expect(people.length).toBeGreaterThan(10);
    for (const { guids } of people) {
      const who = guids[0] ?? "";
      const read = await reportPlayer(sql, who, { bots });
      expect(rounded(await reportPlayer(sql, who, { bots }, { totals }))).toEqual(rounded(read));
    }
    const options = { order: "kills", leastMinutes: 0 } as const;
    const read = await reportLeaders(sql, { bots }, options);
    expect(rounded(await reportLeaders(sql, { bots }, options, totals))).toEqual(rounded(read));
    expect(read.leaders.some(({ kills, aliveS }) => kills > 0 && aliveS > 0)).toBe(true);
  }
}, 120_000);
