/**
 * Rounds, sessions and the story of a round on every recorded match: what happened is counted from the recordings themselves, what the rules decided from
 * the rows of the round files, both in plain TypeScript.
 */
import { describe, expect, test } from "vitest";

import { plainName } from "../../src/names.ts";
import { reportRound } from "../../src/reports/round.ts";
import { listRounds } from "../../src/reports/rounds.ts";
import { listSessions } from "../../src/reports/sessions.ts";
import { type RecordedEvent, RECORDINGS, useRecordedRounds } from "../support/recorded-rounds.ts";

import { fightsOf, groupBy, countBullets, isBulletHit, isOnEnemy, sum, type Fight } from "./figures.ts";

const ROUNDS = Object.values(RECORDINGS).flat().length;

const recorded = useRecordedRounds();
const { rounds } = recorded;

describe("report rounds and sessions", () => {
  test("every round, with its length, players, kills and end", async () => {
    const listed = await listRounds(recorded.sql, { bots: "with" }, 100);
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
          kills: round.kills.filter(isOnEnemy).length,
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
    const [session, ...others] = await listSessions(recorded.sql);
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

describe("report round", () => {
  test.each(Array.from({ length: ROUNDS }, (_, index) => index))("round %i", async (index) => {
    const round = rounds[index];
    if (round === undefined) throw new Error("there is no such round");
    const report = await reportRound(recorded.sql, round.key, { bots: true });
    const scores = [...round.players].map(([name, { isBot, team }]) => {
      const by = (events: RecordedEvent[]): RecordedEvent[] =>
        events.filter((event) => event.attacker?.name === name);
      const to = (events: RecordedEvent[]): RecordedEvent[] =>
        events.filter((event) => event.target?.name === name);
      // A revive undoes the kill that it follows: the last one of the same player before it.
      const isUndone = (kill: RecordedEvent): boolean => {
        const target = kill.target?.name;
        const next = round.kills.find((other) => other.target?.name === target && other.timeMs > kill.timeMs);
        return round.revives.some(
          (revive) =>
            revive.target?.name === target &&
            revive.timeMs > kill.timeMs &&
            revive.timeMs <= (next?.timeMs ?? Infinity),
        );
      };
      return {
        name,
        isBot,
        team,
        kills: by(round.kills).filter(isOnEnemy).length,
        killsUndone: by(round.kills).filter(isOnEnemy).filter(isUndone).length,
        teamKills: by(round.kills).filter(({ relation }) => relation === "team").length,
        deaths: to(round.kills).length,
        deathsUndone: to(round.kills).filter(isUndone).length,
        damageGiven: sum(by(round.hits).filter(isOnEnemy), ({ damage }) => damage),
        damageReceived: sum(to(round.hits).filter(isOnEnemy), ({ damage }) => damage),
        shots: countBullets(by(round.shots), by(round.bodyHits)),
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
      byName(
        report.scores.map((score) => ({
          ...score,
          playerId: undefined,
          roundId: undefined,
          name: plainName(score.name),
        })),
      ),
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
