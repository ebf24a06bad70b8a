/**
 * Every report on every recorded match: what happened is counted from the recordings themselves, what the rules
 * decided from the rows of the round files, both in plain TypeScript.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { plainName } from "../../src/names.ts";
import { reportEngagement, reportEngagements } from "../../src/reports/engagements.ts";
import type { FilterRequest } from "../../src/reports/filter-request.ts";
import { reportHeatmap } from "../../src/reports/heatmap.ts";
import { reportMovement } from "../../src/reports/movement.ts";
import { reportPlayer } from "../../src/reports/player.ts";
import { reportRound } from "../../src/reports/round.ts";
import { listRounds } from "../../src/reports/rounds.ts";
import { listSessions } from "../../src/reports/sessions.ts";
import { reportTeamPlay } from "../../src/reports/team-play.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { importPaths } from "../support/import.ts";
import {
  type Person,
  type RecordedEvent,
  type RecordedRound,
  RECORDINGS,
  recordedRounds,
} from "../support/recorded-rounds.ts";
import { expectMovement } from "./expect-movement.ts";
import {
  asked,
  cellLines,
  chancesOf,
  type Fight,
  fightsOf,
  groupBy,
  hasBot,
  isBulletHit,
  isBulletShot,
  isOnEnemy,
  isWeaponShot,
  median,
  movementOf,
  pairName,
  pairsOf,
  profileOf,
  QUESTIONS,
  recordsOf,
  sum,
  timeTogether,
  waysOf,
} from "./figures.ts";

/** As the tracker has it unless told otherwise. */
const CELL_UNITS = 256;
const ROUNDS = Object.values(RECORDINGS).flat().length;

let database: TestDatabase;
let recorded: Awaited<ReturnType<typeof recordedRounds>>;
let rounds: RecordedRound[];

beforeAll(async () => {
  [database, recorded] = await Promise.all([createTestDatabase(), recordedRounds()]);
  ({ rounds } = recorded);
  await importPaths(database.sql, recorded.folders);
});
afterAll(async () => {
  recorded.dispose();
  await database.drop();
});

const attacker = (event: RecordedEvent): Person | undefined => event.attacker;
const target = (event: RecordedEvent): Person | undefined => event.target;

const onMap = (map: string): RecordedRound[] => rounds.filter((round) => round.map === map);

/** A report, or undefined where it says that there is nothing. */
async function unlessNothing<Report>(report: Promise<Report>): Promise<Report | undefined> {
  try {
    return await report;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "E_NOTHING_FOUND") return undefined;
    throw error;
  }
}

describe("report rounds and sessions", () => {
  test("every round, with its length, players, kills and end", async () => {
    const listed = await listRounds(database.sql, { bots: "with" }, 100);
    const latestFirst = [...rounds].sort((a, b) => b.startedMs - a.startedMs);
    expect(listed).toHaveLength(ROUNDS);
    expect(listed).toEqual(
      latestFirst.map((round): unknown =>
        expect.objectContaining({
          roundKey: round.key,
          map: round.map,
          startedAt: new Date(round.startedMs),
          endMs: round.endMs,
          endReason: round.endReason,
          isComplete: round.endReason === "finished",
          players: [...round.players.values()].filter(({ isBot }) => !isBot).length,
          bots: [...round.players.values()].filter(({ isBot }) => isBot).length,
          kills: round.kills.length,
          positionRows: round.samples.length,
          combatRows: round.rows.combat.length,
          engagementRows: round.rows.engagements.length,
          heatmapRows: round.rows.heatmap.length,
        }),
      ),
    );
  });

  test("all were played in one evening", async () => {
    const inOrder = [...rounds].sort((a, b) => a.startedMs - b.startedMs);
    const [session, ...others] = await listSessions(database.sql);
    expect(others).toEqual([]);
    const everybody = new Map(rounds.flatMap(({ players }) => [...players]));
    expect(session).toMatchObject({
      startedAt: new Date(inOrder[0]?.startedMs ?? 0),
      endedAt: new Date(Math.max(...rounds.map(({ endMs, startedMs }) => startedMs + endMs))),
      maps: [...new Set(rounds.map(({ map }) => map))].sort(),
      completeRounds: rounds.filter(({ endReason }) => endReason === "finished").length,
      players: [...everybody.values()].filter(({ isBot }) => !isBot).length,
      bots: [...everybody.values()].filter(({ isBot }) => isBot).length,
    });
    expect(session?.roundIds).toHaveLength(ROUNDS);
  });
});

describe("report heatmap", () => {
  const SUBJECTS = [
    {
      what: "kills",
      events: ({ kills }: RecordedRound) => kills.filter(isOnEnemy),
      subject: attacker,
      place: "attacker",
    },
    { what: "deaths", events: ({ kills }: RecordedRound) => kills, subject: target, place: "target" },
    {
      what: "shots",
      events: ({ shots }: RecordedRound) => shots.filter(isWeaponShot),
      subject: attacker,
      place: "attacker",
    },
    {
      what: "hits",
      events: ({ hits }: RecordedRound) => hits.filter(isOnEnemy),
      subject: attacker,
      place: "target",
    },
  ] as const;
  const cases = QUESTIONS.flatMap((question) => SUBJECTS.map((one) => ({ ...one, question })));

  test.each(cases)("$what of $question.says", async ({ events, place, question, subject, what }) => {
    let found = 0;
    for (const map of new Set(rounds.map((round) => round.map))) {
      for (const cellUnits of [CELL_UNITS, 100]) {
        const filters = { ...question.request, map };
        const report = await unlessNothing(reportHeatmap(database.sql, { what, cellUnits, filters }));
        const cells = report?.populations[0]?.cells ?? [];
        const expected = asked(question, onMap(map).flatMap(events), subject);
        found += expected.length;
        expect(cells.map(({ cellX, cellY, value }) => `${cellX},${cellY}: ${value}`).sort()).toEqual(
          cellLines(
            expected.map((event) => event[place]),
            cellUnits,
          ),
        );
      }
    }
    expect(found).toBeGreaterThan(0);
  });

  test.each(QUESTIONS)("seconds of presence of $says", async (question) => {
    for (const map of new Set(rounds.map((round) => round.map))) {
      const filters = { ...question.request, map };
      const report = await reportHeatmap(database.sql, { what: "presence", filters });
      const samples = asked(
        question,
        onMap(map).flatMap((round) => round.samples),
        (sample) => sample,
      );
      expect(report.cellUnits).toBe(CELL_UNITS);
      expect(
        report.populations[0]?.cells.map(({ cellX, cellY, value }) => `${cellX},${cellY}: ${value}`).sort(),
      ).toEqual(cellLines(samples, CELL_UNITS));
    }
  });
});

describe("report round", () => {
  test.each(Array.from({ length: ROUNDS }, (_, index) => index))("round %i", async (index) => {
    const round = rounds[index];
    if (round === undefined) throw new Error("there is no such round");
    const report = await reportRound(database.sql, round.key, { bots: true });
    const scores = [...round.players].map(([name, { isBot, team }]) => {
      const by = (events: RecordedEvent[]): RecordedEvent[] =>
        events.filter((event) => event.attacker?.name === name);
      const to = (events: RecordedEvent[]): RecordedEvent[] =>
        events.filter((event) => event.target?.name === name);
      return {
        name,
        isBot,
        team,
        kills: by(round.kills).filter(isOnEnemy).length,
        teamKills: by(round.kills).filter(({ relation }) => relation === "team").length,
        deaths: to(round.kills).length,
        damageGiven: sum(by(round.hits).filter(isOnEnemy), ({ damage }) => damage),
        damageReceived: sum(to(round.hits).filter(isOnEnemy), ({ damage }) => damage),
        shots: by(round.shots).filter(isBulletShot).length,
        hits: by(round.hits).filter(isOnEnemy).filter(isBulletHit).length,
        // Which region a hit struck, the recording does not say.
        headHits: round.rows.combat.filter(
          (row) =>
            round.nameOf(row["attacker_slot"]) === name &&
            row["hit_region"] === "head" &&
            isOnEnemy(row) &&
            row["target_is_wounded"] === 0,
        ).length,
        revives: by(round.revives).length,
      };
    });
    const byName = <Named extends { name: string }>(list: readonly Named[]): Named[] =>
      [...list].sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(
      byName(report.scores.map((score) => ({ ...score, playerId: undefined, name: plainName(score.name) }))),
    ).toEqual(byName(scores));

    expect(
      report.kills.map((kill) => ({
        timeMs: kill.timeMs,
        killer: kill.killerName === null ? undefined : plainName(kill.killerName),
        victim: plainName(kill.victimName ?? ""),
        relation: kill.relation,
        means: kill.meansOfDeath,
        axisAlive: kill.axisAlive,
        alliesAlive: kill.alliesAlive,
      })),
    ).toEqual(
      round.kills.map((kill) => ({
        timeMs: kill.timeMs,
        killer: kill.attacker?.name,
        victim: kill.target?.name,
        relation: kill.relation,
        means: kill.means,
        axisAlive: kill.axisAlive,
        alliesAlive: kill.alliesAlive,
      })),
    );

    const onEnemies = round.kills.filter(isOnEnemy);
    const steps = groupBy(onEnemies, ({ timeMs }) => Math.floor(timeMs / 5000) * 5000);
    expect(report.momentum).toHaveLength(Math.ceil(round.endMs / 5000));
    for (const { alliesKills, axisKills, fromMs } of report.momentum) {
      const kills = steps.get(String(fromMs)) ?? [];
      expect({ fromMs, axisKills, alliesKills }).toEqual({
        fromMs,
        axisKills: kills.filter((kill) => kill.attacker?.team === 1).length,
        alliesKills: kills.filter((kill) => kill.attacker?.team === 2).length,
      });
    }

    // Runs of one player's kills, each at most eight seconds after the one before.
    const runs = [...groupBy(onEnemies, (kill) => kill.attacker?.name ?? "").entries()].flatMap(
      ([name, kills]) => {
        const starts = kills.flatMap((kill, at) =>
          at === 0 || kill.timeMs - (kills[at - 1]?.timeMs ?? 0) > 8000 ? [at] : [],
        );
        return starts.map((start, at) => ({ name, count: (starts[at + 1] ?? kills.length) - start }));
      },
    );
    const lines = (list: readonly { name: string | null; count: number }[]): string[] =>
      list.map(({ count, name }) => `${plainName(name ?? "")} ${count}`).sort();
    const moments = (kind: string): typeof report.moments =>
      report.moments.filter((moment) => moment.kind === kind);
    expect(lines(moments("spree"))).toEqual(lines(runs.filter(({ count }) => count >= 3)));
    expect(moments("first_kill")).toEqual([
      expect.objectContaining({ timeMs: onEnemies[0]?.timeMs, team: onEnemies[0]?.attacker?.team }),
    ]);
    const downs = ({ row }: Fight): number => Number(row["kills"]) + Number(row["deaths"]);
    expect(report.fights.map(({ deaths, kills }) => kills + deaths).sort((a, b) => b - a)).toEqual(
      fightsOf([round])
        .map(downs)
        .sort((a, b) => b - a)
        .slice(0, 5),
    );
  });
});

describe("report engagements and engagement", () => {
  const at = (row: { engagement: number; roundKey: string }): string => `${row.roundKey}#${row.engagement}`;
  const CASES: readonly { says: string; request: FilterRequest; keeps: (fight: Fight) => boolean }[] = [
    { says: "people alone", request: {}, keeps: (fight) => !hasBot(fight) },
    { says: "everybody", request: { bots: true }, keeps: () => true },
    {
      says: "1v1",
      request: { bots: true, engagement: "1v1" },
      keeps: ({ row }) => row["attackers"] === 1 && row["defenders"] === 1,
    },
    {
      says: "one player",
      request: { bots: true, player: ["NetHuman02"] },
      keeps: ({ participants, round }) =>
        participants.some(({ slot }) => round.nameOf(slot) === "NetHuman02"),
    },
    {
      says: "ten seconds",
      request: { bots: true, phase: "0:15-0:25" },
      keeps: ({ row }) => Number(row["start_ms"]) >= 15_000 && Number(row["start_ms"]) < 25_000,
    },
    { says: "a map", request: { bots: true, map: "arena1" }, keeps: ({ round }) => round.map === "arena1" },
  ];

  test.each(CASES)("the list of $says", async ({ keeps, request }) => {
    const { engagements } = await reportEngagements(database.sql, request, "time", 100_000);
    const expected = fightsOf(rounds).filter(keeps);
    expect(expected.length).toBeGreaterThan(0);
    const line = (fields: readonly unknown[]): string => fields.join(" ");
    expect(
      engagements
        .map((row) =>
          line([
            at(row),
            row.startMs,
            row.endMs,
            `${row.attackers}v${row.defenders}`,
            row.team,
            row.outcome,
            row.winnerTeam,
            row.damageGiven,
            row.damageReceived,
            row.kills,
            row.deaths,
            plainName(row.openerName ?? ""),
            plainName(row.enemyName ?? ""),
            row.crossfires,
            row.trades,
          ]),
        )
        .sort(),
    ).toEqual(
      expected
        .map(({ acts, round, row }) =>
          line([
            `${round.key}#${row["engagement"] ?? ""}`,
            row["start_ms"],
            row["time_ms"],
            `${row["attackers"] ?? ""}v${row["defenders"] ?? ""}`,
            row["team"],
            row["outcome"],
            row["winner_team"],
            row["damage_given"],
            row["damage_received"],
            row["kills"],
            row["deaths"],
            round.nameOf(row["slot"]),
            round.nameOf(row["enemy_slot"]),
            acts.filter(({ record }) => record === "crossfire").length,
            acts.filter(({ record }) => record === "trade").length,
          ]),
        )
        .sort(),
    );
  });

  test("each one's participants, hits, kills, team play and ways", async () => {
    const damage = new Map<string, number>();
    for (const { acts, participants, round, row } of fightsOf(rounds)) {
      const id = `${round.key}#${row["engagement"] ?? ""}`;
      const report = await reportEngagement(database.sql, id);
      const [startMs, endMs] = [Number(row["start_ms"]), Number(row["time_ms"])];
      const names = participants.map(({ slot }) => round.nameOf(slot));
      const isIn = (person: Person | undefined): boolean =>
        person !== undefined && names.includes(person.name);
      const among = (events: readonly RecordedEvent[]): RecordedEvent[] =>
        events.filter(
          (event) =>
            event.timeMs >= startMs &&
            event.timeMs <= endMs &&
            isIn(event.target) &&
            (event.attacker === undefined || isIn(event.attacker)),
        );
      const numbers = ["damage_given", "damage_received", "hits_given", "kills", "deaths"];
      expect(
        report.participants
          .map((one) => {
            const { damageGiven, damageReceived, deaths, hitsGiven, kills, name, side } = one;
            return [plainName(name), side, damageGiven, damageReceived, hitsGiven, kills, deaths].join(" ");
          })
          .sort(),
        id,
      ).toEqual(
        participants
          .map((one) =>
            [round.nameOf(one["slot"]), one["side"], ...numbers.map((column) => one[column])].join(" "),
          )
          .sort(),
      );
      damage.set(
        round.key,
        (damage.get(round.key) ?? 0) + sum(report.participants, (one) => one.damageGiven),
      );
      const events = (kind: string): number => report.events.filter(({ event }) => event === kind).length;
      expect([events("hit"), events("kill"), events("revive")], id).toEqual([
        among(round.hits).length,
        among(round.kills).length,
        among(round.revives).length,
      ]);
      expect(report.teamPlay.map(({ record }) => record).sort(), id).toEqual(
        acts.map(({ record }) => record).sort(),
      );
      expect(report.tracks.length, id).toBe(
        round.samples.filter(
          (sample) => isIn(sample) && sample.timeMs >= startMs - 5000 && sample.timeMs <= endMs,
        ).length,
      );
    }
    // All damage to an enemy belongs to one engagement; that by somebody who is down already only if it can.
    for (const { endReason, hits, key } of rounds) {
      const dealt = hits.filter(isOnEnemy);
      const standing = dealt.filter((hit) => (hit.attacker?.health ?? 0) > 0);
      expect(damage.get(key), key).toBeLessThanOrEqual(sum(dealt, (hit) => hit.damage));
      // Of the engagements that were open when a server died nothing is known.
      if (endReason === "cut") continue;
      expect(damage.get(key), key).toBeGreaterThanOrEqual(sum(standing, (hit) => hit.damage));
    }
  });
});

describe("report crossfire and synergy", () => {
  test.each([
    { says: "people alone", request: {}, withBots: false },
    { says: "everybody", request: { bots: true }, withBots: true },
    { says: "a map", request: { bots: true, map: "arena1" }, withBots: true },
  ])("pairs of $says", async ({ request, withBots }: { request: FilterRequest; withBots: boolean }) => {
    const chosen = request.map === undefined ? rounds : onMap(request.map);
    const { pairs } = await reportTeamPlay(database.sql, request);
    const expected = pairsOf(fightsOf(chosen), withBots);
    const chances = chancesOf(chosen, withBots);
    const times = timeTogether(chosen);
    expect(expected.size).toBeGreaterThan(3);
    expect(
      pairs.map(({ name, partnerName }) => pairName(plainName(name), plainName(partnerName))).sort(),
    ).toEqual([...new Set([...expected.keys(), ...chances.keys()])].sort());
    expect(sum(pairs, ({ trades }) => trades)).toBe(
      chosen.flatMap((round) =>
        recordsOf(round, "trade").filter(
          ({ partner_slot: partner, slot }) => withBots || (!round.isBot(slot) && !round.isBot(partner)),
        ),
      ).length,
    );
    for (const pair of pairs) {
      const name = pairName(plainName(pair.name), plainName(pair.partnerName));
      const figures = expected.get(name) ?? { sharedFights: 0, crossfireFights: 0, crossfires: 0 };
      const { medianAngleDeg, ...counts } = figures;
      const { downs, trades } = chances.get(name) ?? { downs: 0, trades: 0 };
      expect(pair, name).toMatchObject({ ...counts, downs, trades, ...times.get(name) });
      expect(pair.tradeRate, name).toMatchObject({ successes: trades, trials: downs });
      expect(pair.medianAngleDeg ?? 0, name).toBeCloseTo(medianAngleDeg ?? 0, 3);
      expect(pair.crossfireRate, name).toMatchObject({
        successes: figures["crossfireFights"],
        trials: figures["sharedFights"],
      });
      expect(pair.winRate.trials, name).toBe(pair.wonFights + pair.lostFights);
    }
    expect(sum(pairs, ({ crossfires }) => crossfires)).toBeGreaterThan(0);
  });
});

describe("report movement", () => {
  test.each(QUESTIONS)("places, ways and classes of $says", async (question) => {
    for (const map of new Set(rounds.map((round) => round.map))) {
      const report = await reportMovement(database.sql, { ...question.request, map }, CELL_UNITS);
      const steps = onMap(map).flatMap((round) => movementOf(round, CELL_UNITS));
      const expected = asked(question, steps, (step) => step.who);
      const places = groupBy(expected, ({ cell }) => cell);
      expect(report.places.map(({ cellX, cellY }) => `${cellX},${cellY}`).sort()).toEqual(
        [...places.keys()].sort(),
      );
      for (const place of report.places) {
        const own = places.get(`${place.cellX},${place.cellY}`) ?? [];
        expect(place.presenceS).toBeCloseTo(own.length, 6);
        expect(place.stationaryS).toBeCloseTo(sum(own, ({ stationaryMs }) => stationaryMs) / 1000, 6);
        expect(place.meanSpeedUps).toBeCloseTo(sum(own, ({ speedUps }) => speedUps) / own.length, 1);
      }

      const ways = groupBy(waysOf(expected), ({ from, to }) => `${from} > ${to}`);
      expect(report.flows.length).toBe(Math.min(120, ways.size));
      for (const { fromX, fromY, players, times, toX, toY } of report.flows) {
        const taken = ways.get(`${fromX},${fromY} > ${toX},${toY}`) ?? [];
        expect([times, players]).toEqual([taken.length, new Set(taken.map(({ name }) => name)).size]);
      }
      expect(report.flows.map(({ times }) => times)).toEqual(
        [...ways.values()]
          .map(({ length }) => length)
          .sort((a, b) => b - a)
          .slice(0, 120),
      );

      const classes = groupBy(expected, ({ who }) => who.playerClass);
      expect(report.classes.map((row) => String(row.class)).sort()).toEqual([...classes.keys()].sort());
      for (const row of report.classes) {
        const own = classes.get(String(row.class)) ?? [];
        expectMovement(row, own, `${map}, class ${row.class}`);
      }
    }
  });
});

describe("report player", () => {
  /** Everybody is asked for, one by one: people without bots, and all with them. */
  test.each([
    { says: "people alone", withBots: false },
    { says: "everybody", withBots: true },
  ])("profiles of $says", async ({ withBots }) => {
    const everybody = new Map(rounds.flatMap(({ players }) => [...players]));
    const names = [...everybody].filter(([, { isBot }]) => withBots || !isBot).map(([name]) => name);
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) {
      const report = await reportPlayer(database.sql, name, { bots: withBots });
      const own = rounds.filter(({ players }) => players.has(name));
      expect(report.rounds, name).toBe(own.length);
      const figures = profileOf(own, withBots);
      expect(report.combat.player, name).toEqual(figures.combat((person) => person === name));
      expect(report.combat.others, name).toEqual(figures.combat((person) => person !== name));
      expectMovement(
        report.movement.player,
        figures.steps((person) => person === name),
        name,
      );
      expectMovement(
        report.movement.others,
        figures.steps((person) => person !== name),
        `not ${name}`,
      );

      const kills = figures.kills.filter((kill) => kill.attacker?.name === name);
      const deaths = figures.kills.filter((kill) => kill.target?.name === name);
      expect(Object.fromEntries(report.means.map((row) => [row.means, row.kills])), name).toEqual(
        Object.fromEntries(
          [...groupBy(kills, ({ means }) => means ?? 0)].map(([means, list]) => [means, list.length]),
        ),
      );
      const distance = (event: RecordedEvent): number => {
        const { attacker: from, target: to } = event;
        return from === undefined || to === undefined
          ? NaN
          : Math.hypot(from.x - to.x, from.y - to.y, from.z - to.z);
      };
      const band = (event: RecordedEvent): number =>
        [2000, 1000, 500, 250, 0].find((units) => distance(event) >= units) ?? NaN;
      expect(
        report.distances.map((row) => [row.fromUnits, row.kills, row.deaths]),
        name,
      ).toEqual(
        [...new Set([...kills, ...deaths].map(band))]
          .sort((a, b) => a - b)
          .map((units) => [
            units,
            kills.filter((event) => band(event) === units).length,
            deaths.filter((event) => band(event) === units).length,
          ]),
      );
      for (const { distanceUnits, means } of report.means) {
        const expected = median(kills.filter((kill) => kill.means === means).map(distance)) ?? NaN;
        expect(Math.abs((distanceUnits ?? NaN) - expected), name).toBeLessThan(0.1);
      }
      expect(
        report.form.map((row) => [row.rounds, row.kills, row.deaths]),
        name,
      ).toEqual([[own.length, kills.length, deaths.length]]);
      const shots = groupBy(
        figures.shots.filter((shot) => shot.attacker?.name === name),
        ({ weapon }) => weapon ?? 0,
      );
      for (const [weapon, list] of shots) {
        expect(report.weapons.find((row) => String(row.weapon) === weapon)?.shots, name).toBe(list.length);
      }

      const fights = fightsOf(own)
        .filter((fight) => withBots || !hasBot(fight))
        .flatMap((fight) =>
          fight.participants
            .filter(({ slot }) => fight.round.nameOf(slot) === name)
            .map((part) => {
              const isAttacker = part["side"] === "attackers";
              const { attackers, defenders, winner_team: winner } = fight.row;
              return {
                shape: isAttacker
                  ? `${attackers ?? ""}v${defenders ?? ""}`
                  : `${defenders ?? ""}v${attackers ?? ""}`,
                isAttacker,
                isWon: winner === part["team"],
                isLost: winner !== null && winner !== part["team"],
                part,
              };
            }),
        );
      const shapes = groupBy(fights, ({ shape }) => shape);
      expect(report.shapes.length, name).toBe(shapes.size);
      for (const row of report.shapes) {
        const list = shapes.get(`${row.own}v${row.enemies}`) ?? [];
        expect(row, name).toMatchObject({
          fights: list.length,
          opened: list.filter(({ isAttacker }) => isAttacker).length,
          won: list.filter(({ isWon }) => isWon).length,
          lost: list.filter(({ isLost }) => isLost).length,
          kills: sum(list, ({ part }) => part["kills"]),
          deaths: sum(list, ({ part }) => part["deaths"]),
          damageGiven: sum(list, ({ part }) => part["damage_given"]),
          damageReceived: sum(list, ({ part }) => part["damage_received"]),
        });
      }

      // Partners are pairs like any other: the same numbers as `report synergy` has, the best first.
      const shared = pairsOf(fightsOf(own), withBots);
      const chances = chancesOf(own, withBots);
      const known = [...new Set([...shared.keys(), ...chances.keys()])].filter((pair) =>
        pair.split(" + ").includes(name),
      );
      expect(report.partners.length, name).toBe(Math.min(5, known.length));
      for (const { baits, crossfires, downs, name: partner, sharedFights, trades } of report.partners) {
        const pair = pairName(name, plainName(partner));
        expect({ baits, crossfires, sharedFights, downs, trades }, pair).toMatchObject({
          ...{ baits: 0, crossfires: 0, sharedFights: 0, downs: 0, trades: 0 },
          ...Object.fromEntries(
            Object.entries(shared.get(pair) ?? {}).filter(([key]) =>
              ["baits", "crossfires", "sharedFights"].includes(key),
            ),
          ),
          ...chances.get(pair),
        });
      }
      const lows = report.partners.map(({ winRate }) => winRate.low ?? -1);
      expect(lows, name).toEqual([...lows].sort((a, b) => b - a));
    }
  });
});
