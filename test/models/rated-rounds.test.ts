/** Ratings of the rounds of a database, and the commands that show them. */
import { beforeAll, describe, expect, test } from "vitest";

import { hidePlayer, mergePlayers } from "../../src/care/players.ts";
import ModelEvaluate from "../../src/commands/model/evaluate.ts";
import ReportLeaders from "../../src/commands/report/leaders.ts";
import { readRatedRounds } from "../../src/models/queries/rated-rounds.ts";
import { reportRatings, type RatingsReport } from "../../src/models/report-ratings.ts";
import { POINTS, rate } from "../../src/models/ratings.ts";
import { resolvePlayer } from "../../src/reports/players.ts";
import { createTestDatabase } from "../support/database.ts";
import { addRound } from "../support/hand-made.ts";
import { plantedLeague } from "../support/planted-leagues.ts";
import { refusal } from "../support/refusal.ts";
import { useReportCommands } from "../support/report-commands.ts";
import { storeLeague } from "../support/store-league.ts";

const commands = useReportCommands();
const league = plantedLeague(1, { contests: 320, spread: 0.5, numbers: 0.5, place: 0.3, kills: 0 });

describe("a planted league in a database", () => {
  beforeAll(() => storeLeague(commands.sql, league.contests));

  test("is rated as it is without one, sorted by the lower end; skills lie in their intervals", async () => {
    const report = await reportRatings(commands.sql, {});
    const truth = rate(league.contests, "people").ratings;
    const ids = new Map(
      (await commands.sql<{ player_id: number; name: string }[]>`select player_id, name from players`).map(
        (row) => [row.player_id, Number(row.name.replace("player ", ""))],
      ),
    );
    expect(report.contests).toBe(320);
    expect(report.ratings.length + report.unsure).toBe(40);
    expect(report.ratings.length).toBeGreaterThan(30);
    let within = 0;
    for (const { certainty, playerId, rating } of report.ratings) {
      const person = ids.get(playerId) ?? 0;
      const known = truth.find(({ personId }) => personId === person);
      expect(rating.value).toBeCloseTo((known?.mean ?? NaN) * POINTS, 3);
      expect(certainty).toBeGreaterThanOrEqual(0.5);
      const skill = (league.skills[person - 1] ?? NaN) * POINTS;
      if (rating.low <= skill && skill <= rating.high) within += 1;
    }
    expect(within / report.ratings.length).toBeGreaterThan(0.9);
    const lows = report.ratings.map(({ rating }) => rating.low);
    expect(lows).toEqual([...lows].sort((a, b) => b - a));
  });

  test("the command shows the ratings, and why they may be shown", async () => {
    const { stdout } = await commands.run(ReportLeaders, "--rating", "--limit", "3");
    expect(stdout).toMatch(/player \d+ +\+\d+ \([+−]\d+ to \+\d+\) +\d\d %/u);
    expect(stdout.replaceAll(/\s+/gu, " ")).toContain(
      "ratings foresaw who wins better than the place and the numbers of the sides, and than kills per minute",
    );
    const { ratings } = await commands.json<RatingsReport>(ReportLeaders, "--rating");
    expect(ratings.length).toBeGreaterThan(30);
    const { stderr } = await commands.run(ReportLeaders, "--rating", "--team", "axis");
    expect(stderr.replaceAll(/\s+/gu, " ")).toContain(
      "ratings are of whole rounds and all who played in them [E_FILTER]",
    );
  });

  test("the backtest stands beside kills per minute and a coin", async () => {
    const { stdout } = await commands.run(ModelEvaluate, "--kind", "rating");
    for (const predictor of ["ratings", "place and numbers", "kills per minute", "coin"])
      expect(stdout).toMatch(new RegExp(`^${predictor} +0\\.\\d{3}`, "mu"));
    expect(stdout).toContain("224 contests of 28 sessions foreseen, after 96 that were only learnt from");
  });

  test("hidden people are not shown, and merged ones are one", async () => {
    const before = await reportRatings(commands.sql, {});
    const [first, second, third] = before.ratings;
    const find = (playerId: number | undefined): ReturnType<typeof resolvePlayer> => {
      const person = before.ratings.find((one) => one.playerId === playerId);
      return resolvePlayer(commands.sql, person?.name.replace("player ", "").padStart(32, "0") ?? "");
    };
    await hidePlayer(commands.sql, await find(first?.playerId), "asked for it");
    const hidden = await reportRatings(commands.sql, {});
    expect(hidden.ratings.map(({ playerId }) => playerId)).not.toContain(first?.playerId);
    expect(hidden.hidden).toBe(1);
    await mergePlayers(commands.sql, [await find(second?.playerId), await find(third?.playerId)], {
      isForced: true,
      reason: "same person",
    });
    const merged = await reportRatings(commands.sql, {});
    expect(merged.ratings.length + merged.unsure + merged.hidden).toBe(39);
  });

  test("where winners have nothing to do with players no ratings are shown; too few rounds are refused", async () => {
    const few = await refusal(reportRatings(commands.sql, { until: "2026-01-05" }));
    expect(few.code).toBe("E_TOO_LITTLE_DATA");
    expect(few.message).toContain("100 decided contests are needed, 40 are there");
    expect(few.message).toContain("they must be of 10 sessions, and are of 5");
    await commands.sql`update rounds set winner_team = 1 + (hashtext(round_key) & 1)`;
    const nothing = await refusal(reportRatings(commands.sql, {}));
    expect(nothing.code).toBe("E_NOTHING_FOUND");
    expect(nothing.message).toContain("nothing found");
  });
});

test("who played for how long: changes of team, leaving, bots; and what they did", async () => {
  const { sql } = await createTestDatabase();
  const hand = await addRound(sql, {
    key: "one",
    endMs: 100_000,
    winnerTeam: 1,
    players: [
      { guid: "AAAA0000", name: "stays", team: 1 },
      { guid: "BBBB0000", name: "changes", team: 1 },
      { guid: "CCCC0000", name: "leaves", team: 2 },
      { guid: "DDDD0000", name: "watches", team: 3 },
      { guid: "EEEE0000", name: "bot", team: 2, isBot: true },
    ],
    changes: [{ guid: "BBBB0000", name: "changes", team: 2, slot: 1, fromMs: 30_000 }],
  });
  await hand.addEvents([
    { event: "kill", timeMs: 10_000, attacker: 0, target: 2, weapon: 3, means: 8 },
    { event: "kill", timeMs: 11_000, attacker: 1, target: 0, relation: "team", weapon: 3, means: 8 },
    { event: "leave", timeMs: 40_000, target: 2 },
  ]);
  const [stays = 0, changes = 0, leaves = 0] = hand.playerIds;
  const short = { key: "short", endMs: 59_000, winnerTeam: 1 } as const;
  await addRound(sql, { ...short, players: [{ guid: "AAAA0000", name: "stays", team: 1 }] });
  const [round, ...others] = await readRatedRounds(sql, { bots: "without", isOwn: true });
  expect(others).toEqual([]);
  const byPerson = <Row extends { readonly personId: number }>(rows: readonly Row[] | undefined): Row[] =>
    [...(rows ?? [])].sort((a, b) => a.personId - b.personId);
  expect(
    byPerson(round?.seats.map((seat) => ({ ...seat, order: seat.team }))).map(({ ms, personId, team }) => [
      personId,
      team,
      ms,
    ]),
  ).toEqual(
    [
      [stays, 1, 100_000],
      [changes, 1, 30_000],
      [changes, 2, 70_000],
      [leaves, 2, 40_000],
    ].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0)),
  );
  expect(round?.deeds.find(({ personId }) => personId === stays)?.kills).toBe(1);
  expect(round?.deeds.find(({ personId }) => personId === changes)?.kills ?? 0).toBe(0);
  // One of five plays with bots; with them the bot has a seat too.
  const [withBots] = await readRatedRounds(sql, { bots: "with", isOwn: true });
  expect(withBots?.seats).toHaveLength(5);
});
