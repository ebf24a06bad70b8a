/**
 * Fights and pairs on every recorded match: what happened is counted from the recordings themselves, what the rules decided from
 * the rows of the round files, both in plain TypeScript.
 */
import { describe, expect, test } from "vitest";

import { plainName } from "../../src/names.ts";
import { reportEngagement, reportEngagements } from "../../src/reports/engagements.ts";
import type { FilterRequest } from "../../src/reports/filter-request.ts";
import { reportTeamPlay } from "../../src/reports/team-play.ts";
import {
  type Person,
  type RecordedEvent,
  type RecordedRound,
  useRecordedRounds,
} from "../support/recorded-rounds.ts";

import {
  chancesOf,
  fightsOf,
  hasBot,
  isOnEnemy,
  pairName,
  pairsOf,
  recordsOf,
  sum,
  timeTogether,
  type Fight,
} from "./figures.ts";

const recorded = useRecordedRounds();
const { rounds } = recorded;
const onMap = (map: string): RecordedRound[] => rounds.filter((round) => round.map === map);

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
    const { engagements } = await reportEngagements(recorded.sql, request, "time", 100_000);
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
      const report = await reportEngagement(recorded.sql, id);
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
    // All damage to an enemy belongs to one engagement; that by someone who is down already only if it can.
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
    const { pairs } = await reportTeamPlay(recorded.sql, request);
    const expected = pairsOf(chosen, withBots);
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
      const { aliveS, nearS } = times.get(name) ?? {};
      expect(pair, name).toMatchObject({
        ...counts,
        downs,
        trades,
        ...(aliveS === undefined ? {} : { aliveS, nearS }),
      });
      expect(pair.tradeRate, name).toMatchObject({ successes: trades, trials: downs });
      expect(pair.medianAngleDeg ?? 0, name).toBeCloseTo(medianAngleDeg ?? 0, 3);
      expect(pair.crossfireRate, name).toMatchObject({
        successes: figures["crossfireFights"],
        trials: figures["sharedFights"],
      });
      expect(pair.winRate.trials, name).toBe(pair.wonFights + pair.lostFights);
    }
    expect(sum(pairs, ({ crossfires }) => crossfires)).toBeGreaterThan(0);
    const order = pairs.map(({ crossfires, sharedFights, trades }) => [crossfires, trades, sharedFights]);
    expect(order).toEqual(
      [...order].sort(([a = 0, b = 0, c = 0], [d = 0, e = 0, f = 0]) => d - a || e - b || f - c),
    );
  });
});
