/** Reports on rounds of other trackers alone, and beside ours: what these do not record is neither zero nor missing. */
import path from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import { showBlocks } from "../../src/cli/render/blocks.ts";
import type { View } from "../../src/cli/render/view.ts";
import { roundView } from "../../src/cli/views/round.ts";
import { roundsView } from "../../src/cli/views/rounds.ts";
import { readContents } from "../../src/db/status.ts";
import { reportEngagements } from "../../src/reports/engagements.ts";
import { reportHeatmap } from "../../src/reports/heatmap.ts";
import { reportMovement } from "../../src/reports/movement.ts";
import { reportObjectives } from "../../src/reports/objectives.ts";
import { reportPlayer } from "../../src/reports/player.ts";
import { reportRound } from "../../src/reports/round.ts";
import { listRounds } from "../../src/reports/rounds.ts";
import { listSessions } from "../../src/reports/sessions.ts";
import { reportTeamPlay } from "../../src/reports/team-play.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { FOREIGN_FOLDER as FOLDER, sample } from "../support/foreign-files.ts";
import { importPaths, setUpImports } from "../support/import.ts";
import { writeRound } from "../support/round-files.ts";

const FILES = [
  "proximity/v6.11/2026-11-22-151941-arena1-round-1_engagements.txt.gz",
  "oksii/2.4.0-stopwatch-stats-1795360910-2026-11-22-152150-arena1-round-2.json.gz",
  "c0rnp0rn/2025-11-01-224514-supply-round-1.txt",
  "c0rnp0rn/2025-11-01-225509-supply-round-2.txt",
];

const imports = setUpImports();
const TERMINAL = { columns: Infinity, colourBits: 1, unicode: false };
const shown = ({ blocks }: View): string => showBlocks(blocks, TERMINAL).join("\n");
let database: TestDatabase;
const keyOf = async (source: string, round = 1): Promise<string> => {
  const [row] = await database.sql<{ round_key: string }[]>`
    select round_key from rounds where source = ${source} and round = ${round}`;
  return row?.round_key ?? "";
};

beforeAll(async () => {
  database = await createTestDatabase();
  const report = await importPaths(
    database.sql,
    FILES.map((file) => path.join(FOLDER, file)),
  );
  expect(report.totals.rounds).toMatchObject({ imported: 4, rejected: 0 });
}, 120_000);

describe("rounds of other trackers alone", () => {
  test("are listed with who recorded them, and no file of theirs is missing", async () => {
    const rounds = await listRounds(database.sql, { bots: "with" }, 10);
    expect(rounds.map(({ kills, source }) => [source, kills])).toEqual([
      ["oksii", 24],
      ["proximity", 22],
      ["c0rnp0rn", null],
      ["c0rnp0rn", null],
    ]);
    const told = shown(roundsView({ rounds, hasMore: false, bots: "", words: [] }));
    expect(told).toContain("by proximity 6.11");
    expect(told).not.toContain(" file");
  });

  test("that record kills: what else they do not record is null, and said", async () => {
    const report = await reportRound(database.sql, await keyOf("proximity"), { bots: true });
    expect(report.scores.length).toBe(12);
    expect(report.scores.reduce((sum, { kills }) => sum + (kills ?? 0), 0)).toBe(22);
    for (const { damageGiven, hits, shots } of report.scores)
      expect([damageGiven, hits, shots]).toEqual([null, null, null]);
    const told = shown(roundView(report, undefined));
    expect(told).toContain("recorded by proximity 6.11");
    expect(told).toContain("recorded in part: positions, hits, hit regions");
    const whole = await reportRound(database.sql, await keyOf("oksii", 2), { bots: true });
    expect(
      whole.scores.every(
        ({ damageGiven, revives, shots }) => damageGiven !== null && revives !== null && shots === null,
      ),
    ).toBe(true);
    expect(whole.fights.length).toBeGreaterThan(0);
  });

  test("that hold totals alone show these, of the round alone", async () => {
    const report = await reportRound(database.sql, await keyOf("c0rnp0rn", 2), { bots: true });
    const given = (file: string): Map<string, number> =>
      new Map(
        sample(file)
          .bytes.toString("latin1")
          .split(/\r?\n/)
          .slice(1)
          .filter((line) => line !== "")
          .map((line) => [line.slice(0, 8), Number(line.split("\t")[1])]),
      );
    const before = given(FILES[2] ?? "");
    const expected = [...given(FILES[3] ?? "")].map(([guid, damage]) => damage - (before.get(guid) ?? 0));
    expect(report.totals.map(({ damageGiven }) => damageGiven ?? 0).sort((a, b) => a - b)).toEqual(
      expected.sort((a, b) => a - b),
    );
    expect(report.scores.every(({ damageGiven, kills }) => kills === null && damageGiven === null)).toBe(
      true,
    );
    expect(roundView(report, undefined).csv?.().split("\n")[0]).toContain("headshots");
  });

  test("have no time alive: the profile and movement leave them out, and say so", async () => {
    const [player] = await database.sql<{ guid: string }[]>`
      select guid from players join round_players using (player_id) join rounds using (round_id)
      where source = 'proximity' and not players.is_bot limit 1`;
    await expect(reportPlayer(database.sql, player?.guid ?? "", { bots: true })).rejects.toThrow(
      /rounds of other trackers left out, which do not record the time alive|round of other trackers left out/,
    );
    const movement = await reportMovement(database.sql, { map: "arena1", bots: true }, undefined);
    expect(movement.classes).toEqual([]);
    expect(movement.picture.caption.notes.join()).toContain("of 2 rounds of other trackers the places");
  });

  test("count in what they record", async () => {
    const request = { map: "arena1", bots: true };
    const { engagements } = await reportEngagements(database.sql, request, "time", 100);
    expect(engagements.length).toBeGreaterThan(0);
    const heat = await reportHeatmap(database.sql, { filters: request, what: "kills" });
    expect(heat.populations[0]).toMatchObject({ total: 46, sample: { rounds: 2, foreignRounds: 2 } });
    const { notes } = await reportTeamPlay(database.sql, request);
    expect(notes[0]).toContain("2 from other trackers");
    expect((await listSessions(database.sql)).flatMap(({ roundIds }) => roundIds)).toHaveLength(4);
    expect((await reportObjectives(database.sql, request)).notes).toContain(
      "2 rounds left out: objectives not recorded",
    );
    expect(await readContents(database.sql)).toMatchObject({ rounds: 4 });
  });
});

test("beside ours: theirs change no number over the time alive", async () => {
  await writeRound(imports.folder, imports.newKey());
  await importPaths(database.sql, [imports.folder]);
  const movement = await reportMovement(database.sql, { bots: true, map: "supply" }, undefined);
  const alone = await createTestDatabase();
  await importPaths(alone.sql, [imports.folder]);
  const own = await reportMovement(alone.sql, { bots: true, map: "supply" }, undefined);
  expect(movement.classes).toEqual(own.classes);
});
