/** Teams and matchups of planted rounds, held against what plain TypeScript counts of them. */
import { readFileSync } from "node:fs";

import { beforeAll, describe, expect, test, vi } from "vitest";

import { displayWidth } from "../../src/cli/render/terminal.ts";

import ReportMatchup from "../../src/commands/report/matchup.ts";
import ReportTeam from "../../src/commands/report/team.ts";
import type { ComparedFact, MatchupReport } from "../../src/reports/matchup.ts";
import type { TeamReport } from "../../src/reports/team.ts";
import { storeAreas } from "../../src/care/areas.ts";
import { parseOutline } from "../../src/maps/check-area.ts";
import { packagePath } from "../../src/package-root.ts";
import { CLANS, MET, type MetRound, storeClanRounds, trueNearest } from "../support/clan-rounds.ts";
import { useReportCommands } from "../support/report-commands.ts";

const commands = useReportCommands();

beforeAll(async () => {
  await storeClanRounds(commands.sql);
  const outline = parseOutline("-100,-100 9000,-100 9000,100 -100,100");
  await storeAreas(commands.sql, "keep", [{ name: "South", outline, floor: undefined }], true);
}, 120_000);

const team = (...argv: string[]): Promise<TeamReport> =>
  commands.json<TeamReport>(ReportTeam, "SaT", ...argv);
const matchup = (...argv: string[]): Promise<MatchupReport> =>
  commands.json<MatchupReport>(ReportMatchup, "sat", "ag", ...argv);

/** The quantile of Student's t that the intervals take, from a table. */
const T: Readonly<Record<number, number>> = { 5: 2.5706, 11: 2.201 };

/** A ratio of sums over rounds with its interval, by the formula. */
function ratio(rounds: readonly { x: number; y: number }[]): { value: number; low: number; high: number } {
  const [x, y] = [rounds.reduce((sum, one) => sum + one.x, 0), rounds.reduce((sum, one) => sum + one.y, 0)];
  const n = rounds.length;
  const value = y / x;
  const squares = rounds.reduce((sum, one) => sum + (one.y - value * one.x) ** 2, 0);
  const half = ((T[n - 1] ?? NaN) * Math.sqrt((n / (n - 1)) * squares)) / x;
  return { value, low: value - half, high: value + half };
}

const close = (value: number, digits: number): unknown => expect.closeTo(value, digits);
const near = (value: number): unknown => close(value, 1);
const factOf = <Row extends { readonly key: string; readonly players: number | null }>(
  facts: readonly Row[] | undefined,
  key: string,
  players: number | null = null,
): Row | undefined => facts?.find((one) => one.key === key && one.players === players);

describe("report team", () => {
  test("knows the rounds that the clan played as one, who played in them, and who was a guest", async () => {
    const report = await team();
    expect(report.clan).toEqual({ name: "SaT", key: "sat", members: 4 });
    expect(report.rounds.map(({ roundKey }) => roundKey)).toEqual([
      "mixed",
      ...MET.map(({ key }) => key).reverse(),
    ]);
    expect(report.rounds[0]).toMatchObject({ team: 1, side: null, isWon: true, members: 3, guests: 1 });
    expect(
      Object.fromEntries(report.roster.map(({ name, playedMs, rounds }) => [name, [rounds, playedMs]])),
    ).toEqual({
      [CLANS.SaT[0]]: [13, 12 * 40_000 + 39_000],
      [CLANS.SaT[1]]: [13, 13 * 40_000],
      [CLANS.SaT[2]]: [13, 13 * 40_000],
      [CLANS.SaT[3]]: [12, 12 * 40_000],
    });
    const all = (12 * 4 + 4) * 40 - 1;
    expect(report.guests).toEqual({ people: 1, timeShare: expect.closeTo(40 / all, 6) as unknown });
  });

  test("counts results, openings, trades and downs of attack and defence apart", async () => {
    const { groups } = await team();
    expect(groups.map(({ map, rounds, side }) => [map, side, rounds])).toEqual([
      [null, null, 13],
      [null, "attack", 6],
      [null, "defence", 6],
    ]);
    for (const { facts, side } of groups) {
      const rounds = MET.filter(({ isAttack }) => side === null || isAttack === (side === "attack"));
      const count = (of: (round: MetRound) => boolean): number => rounds.filter(of).length;
      const won = count(({ isWon }) => isWon === true) + (side === null ? 1 : 0);
      const decided = count(({ isWon }) => isWon !== undefined) + (side === null ? 1 : 0);
      const opened = count(({ isOpener }) => isOpener);
      const expected = {
        rounds_won: [won, decided],
        openings_made: [opened, rounds.length],
        won_after_opening: [count(({ isHeld, isOpener }) => isOpener && isHeld), opened],
        won_in_spite: [count(({ isHeld, isOpener }) => !isOpener && !isHeld), rounds.length - opened],
        // It dies as the victim of an opening, or as the opener who pays for it.
        deaths_avenged: [
          count(({ isAvenged, isOpener }) => !isOpener && isAvenged),
          count(({ isAvenged, isOpener }) => !isOpener || isAvenged),
        ],
        downs_even: [opened, rounds.length],
        downs_ahead: [0, count(({ isAvenged, isOpener }) => isOpener && isAvenged)],
        downs_behind: [
          count(({ isAvenged, isOpener }) => !isOpener && isAvenged),
          count(({ isAvenged, isOpener }) => !isOpener && isAvenged),
        ],
      };
      for (const [key, [some = 0, all = 0]] of Object.entries(expected)) {
        const fact = factOf(facts, key);
        expect([side, key, fact?.sample, fact?.value]).toEqual([
          side,
          key,
          all,
          all === 0 ? null : some / all,
        ]);
      }
    }
  });

  test("tells spacing by living players, with the interval over rounds; by side and map", async () => {
    const { groups } = await team("--by", "map");
    expect(groups.map(({ map, rounds, side }) => [map, side, rounds])).toEqual(
      ["arena", "keep"].flatMap((map) => [
        [map, null, map === "arena" ? 7 : 6],
        [map, "attack", 3],
        [map, "defence", 3],
      ]),
    );
    const { groups: both } = await team("--side", "attack");
    expect(both.map(({ side }) => side)).toEqual(["attack"]);
    const truth = ratio(MET.filter(({ isAttack }) => isAttack).map((round) => trueNearest(round, 0, 4)));
    expect(factOf(both[0]?.facts, "nearest_units", 4)).toMatchObject({
      ...{ value: near(truth.value), low: near(truth.low), high: near(truth.high), sample: 6 },
    });
    const { groups: kept } = await team("--map", "keep");
    const three = MET.filter(({ map }) => map === "keep").map((round) => trueNearest(round, 0, 3));
    const seconds = three.reduce((sum, { x }) => sum + x, 0);
    expect(factOf(kept[0]?.facts, "nearest_units", 3)?.value).toBeCloseTo(
      three.reduce((sum, { y }) => sum + y, 0) / seconds,
      1,
    );
  });

  test("tells who moves with whom", async () => {
    const { pairs } = await team();
    const pairOf = (one: number, other: number) =>
      pairs.find(({ mateName, name }) =>
        [name, mateName].every((who) => who === CLANS.SaT[one] || who === CLANS.SaT[other]),
      );
    // Everybody moves from the second second on, in one direction. Birch and Hazel are two gaps apart, and less than 700 units when attacking.
    expect(pairOf(2, 3)).toMatchObject({ movingS: 12 * 39, togetherShare: { value: 1, sample: 12 } });
    const rounds = MET.map(({ gaps, isAvenged, isOpener }) => ({
      x: isOpener && isAvenged ? 11 : 39,
      y: 2 * gaps[0] > 700 ? 0 : isOpener && isAvenged ? 11 : 39,
    }));
    const truth = ratio(rounds);
    expect(pairOf(0, 2)).toMatchObject({
      movingS: rounds.reduce((sum, { x }) => sum + x, 0),
      togetherShare: { value: close(truth.value, 6), high: close(truth.high, 3) },
    });
  });

  test("has areas where the map has them, and tables as CSV", async () => {
    expect((await team()).areas).toBeNull();
    const { areas } = await team("--map", "keep");
    // SaT stands in the south, AG in the north.
    expect(areas?.map(({ area }) => area)).toContain("South");
    expect(areas?.find(({ area }) => area === "South")).toMatchObject({ presenceShare: 1 });
    const { stdout } = await commands.run(ReportTeam, "SaT", "--table", "spacing", "--csv", "-");
    expect(stdout.split("\r\n")[0]).toBe("map,side,rounds,fact,players,value,low,high,sample,sample_unit");
    expect(stdout).toContain(",attack,6,nearest_units,4,");
    const { stdout: text } = await commands.run(ReportTeam, "SaT");
    expect(text).toContain("Spacing, by living players of the team");
    expect(text).toContain("1 guest on its side for 2 % of the time");
  });

  test("refuses what means nothing for a team, and a clan that never played as one", async () => {
    const refusal = async (...argv: string[]): Promise<string> =>
      (await commands.run(ReportTeam, ...argv)).stderr;
    expect(await refusal("SaT", "--player", "Birch")).toContain(
      "--player: a team is all who were on the side",
    );
    expect(await refusal("SaT", "--phase", "0:00-1:00")).toContain(
      "--phase: a team is told of in whole rounds",
    );
    expect(await refusal("nobody")).toContain("no clan is called nobody");
    expect(await refusal("SaT", "--round", "split")).toContain("no round that SaT played as a team");
  });
});

describe("report matchup", () => {
  const spacing = (facts: readonly ComparedFact[] | undefined): ComparedFact | undefined =>
    factOf(facts, "nearest_units", 4);

  test("has the rounds in which both met, and who won them", async () => {
    const report = await matchup();
    expect(report.rounds.map(({ roundKey }) => roundKey)).toEqual(MET.map(({ key }) => key).reverse());
    expect(report.rounds.map(({ winner }) => winner)).toEqual(
      MET.map(({ isWon }) => (isWon === undefined ? null : isWon ? "first" : "second")).reverse(),
    );
    const won = MET.filter(({ isWon }) => isWon === true).length;
    expect(report.firstWon).toMatchObject({ successes: won, trials: 11 });
  });

  test("tells how the spacing of one team differs from the other's, by side, at equal numbers", async () => {
    const { groups } = await matchup();
    expect(groups.map(({ side }) => side)).toEqual([null, "attack", "defence"]);
    for (const { facts, side } of groups) {
      const ofSide = (isAttack: boolean): readonly MetRound[] =>
        MET.filter((round) => side === null || round.isAttack === isAttack);
      const [own, others] = [ofSide(side === "attack"), ofSide(side === "defence")];
      const [first, second] = [
        ratio(own.map((round) => trueNearest(round, 0, 4))),
        ratio(others.map((round) => trueNearest(round, 1, 4))),
      ];
      const found = spacing(facts);
      expect(found?.first?.value).toBeCloseTo(first.value, 1);
      expect(found?.second?.value).toBeCloseTo(second.value, 1);
      expect(found?.difference?.value).toBeCloseTo(first.value - second.value, 1);
    }
  });

  test("takes the interval of the difference from the rounds", async () => {
    const { groups } = await matchup();
    const rounds = MET.map((round) => [trueNearest(round, 0, 4), trueNearest(round, 1, 4)] as const);
    const total = (of: (round: (typeof rounds)[number]) => number): number =>
      rounds.reduce((sum, round) => sum + of(round), 0);
    const [x, y] = [total(([one]) => one.x), total(([one]) => one.y)];
    const [otherX, otherY] = [total(([, one]) => one.x), total(([, one]) => one.y)];
    const residuals = rounds.map(
      ([one, other]) => (one.y - (y / x) * one.x) / x - (other.y - (otherY / otherX) * other.x) / otherX,
    );
    const half = 2.201 * Math.sqrt((12 / 11) * residuals.reduce((sum, residual) => sum + residual ** 2, 0));
    const value = y / x - otherY / otherX;
    expect(spacing(groups[0]?.facts)?.difference).toEqual({
      ...{ value: near(value), low: near(value - half), high: near(value + half) },
    });
    expect(spacing(groups[0]?.facts)?.isClear).toBe(Math.abs(value) > half);
  });

  test("takes two shares of one thing for one, and shares of different rounds for two", async () => {
    const { groups } = await matchup();
    const won = MET.filter(({ isWon }) => isWon === true).length;
    const share = won / 11;
    // Wilson's interval of the share, which tells the difference too.
    const z = 1.959964;
    const centre = (share + z ** 2 / 22) / (1 + z ** 2 / 11);
    const half = (z / (1 + z ** 2 / 11)) * Math.sqrt((share * (1 - share)) / 11 + z ** 2 / (4 * 121));
    const [all, attack] = groups.map(({ facts }) => factOf(facts, "rounds_won")?.difference);
    expect(all?.value).toBeCloseTo(2 * share - 1, 6);
    expect([all?.low, all?.high]).toEqual([
      expect.closeTo(2 * (centre - half) - 1, 4),
      expect.closeTo(2 * (centre + half) - 1, 4),
    ]);
    const count = (isAttack: boolean, isWon: boolean): number =>
      MET.filter((round) => round.isAttack === isAttack && round.isWon === isWon).length;
    const [own, others] = [count(true, true) / 6, count(false, false) / 5];
    expect(attack?.value).toBeCloseTo(own - others, 6);
    // Nobody is isolated in any round: nothing is known of how rounds differ.
    expect(factOf(groups[0]?.facts, "isolated_share", 4)?.difference).toEqual({
      value: 0,
      low: null,
      high: null,
    });
  });

  test("fits terminals, and is what docs/reports.md shows", async () => {
    for (const columns of [60, 80, 120]) {
      vi.stubEnv("COLUMNS", String(columns));
      for (const [command, ...argv] of [
        [ReportTeam, "SaT", "--by", "map"] as const,
        [ReportMatchup, "SaT", "AG"] as const,
      ]) {
        const { stdout } = await commands.run(command, ...argv);
        expect(stdout.split("\n").filter((line) => displayWidth(line) > columns)).toEqual([]);
        expect(stdout).not.toMatch(/\d…|n=…|\([^)]*…/u);
      }
    }
    vi.stubEnv("COLUMNS", "100");
    const { stdout } = await commands.run(ReportMatchup, "SaT", "AG", "--table", "spacing");
    vi.stubEnv("COLUMNS", "");
    const shown = stdout
      .split("\n")
      .map((line) => line.trimEnd())
      .join("\n")
      .trim();
    expect(readFileSync(packagePath("docs/reports.md"), "utf8")).toContain(shown);
  });

  test("tells maps apart, who kills whom, and that few rounds are too few", async () => {
    const report = await matchup("--by", "map", "--map", "keep");
    expect(
      report.groups.map(({ firstRounds, map, secondRounds, side }) => [map, side, firstRounds, secondRounds]),
    ).toEqual([
      ["keep", null, 6, 6],
      ["keep", "attack", 3, 3],
      ["keep", "defence", 3, 3],
    ]);
    expect(report.notes[0]).toContain("6 rounds together: too few");
    const { notes, pairs } = await matchup();
    expect(notes.join()).not.toContain("too few");
    const [birch, elder, hazel] = CLANS.SaT;
    const [bravo, charlie, delta] = CLANS.AG;
    const opened = MET.filter(({ isOpener }) => isOpener).length;
    const paid = MET.filter(({ isAvenged, isOpener }) => isOpener && isAvenged).length;
    const suffered = MET.filter(({ isOpener }) => !isOpener).length;
    const avenged = MET.filter(({ isAvenged, isOpener }) => !isOpener && isAvenged).length;
    expect(
      Object.fromEntries(
        pairs.map((pair) => [`${pair.name} ${pair.opponentName}`, [pair.kills, pair.deaths]]),
      ),
    ).toEqual({
      [`${birch} ${charlie}`]: [opened, 0],
      [`${birch} ${delta}`]: [0, paid],
      [`${elder} ${bravo}`]: [0, suffered],
      [`${hazel} ${bravo}`]: [avenged, 0],
    });
  });

  test("is shown as text and CSV, and refuses one clan alone", async () => {
    const { stdout } = await commands.run(ReportMatchup, "SaT", "AG");
    expect(stdout).toContain("SaT won 7 of 11 rounds against AG");
    const { stdout: csv } = await commands.run(
      ReportMatchup,
      "SaT",
      "AG",
      "--table",
      "spacing",
      "--csv",
      "-",
    );
    expect(csv.split("\r\n")[0]).toContain("map,side,fact,players,first,first_low");
    expect((await commands.run(ReportMatchup, "SaT", "sat")).stderr).toContain("the same clan");
  });
});
