/**
 * Profiles on every recorded match: what happened is counted from the recordings themselves, what the rules decided from
 * the rows of the round files, both in plain TypeScript.
 */
import { describe, expect, test } from "vitest";

import { plainName } from "../../src/names.ts";
import { reportPlayer } from "../../src/reports/player.ts";
import { type RecordedEvent, useRecordedRounds } from "../support/recorded-rounds.ts";
import { expectMovement } from "./expect-movement.ts";
import {
  chancesOf,
  fightsOf,
  groupBy,
  hasBot,
  median,
  pairName,
  pairsOf,
  profileOf,
  sum,
} from "./figures.ts";

const recorded = useRecordedRounds();
const { rounds } = recorded;

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
      const report = await reportPlayer(recorded.sql, name, { bots: withBots });
      const own = rounds.filter(({ players }) => players.has(name));
      expect(report.rounds, name).toBe(own.length);
      const figures = profileOf(own, withBots);
      expect(report.combat.player, name).toEqual(figures.combat((person) => person === name));
      expect(report.combat.others, name).toEqual(figures.combat((person) => person !== name));
      expectMovement(
        report.movement.player,
        figures.steps((person) => person === name),
        figures.lives((person) => person === name),
        name,
      );
      expectMovement(
        report.movement.others,
        figures.steps((person) => person !== name),
        figures.lives((person) => person !== name),
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
      ).toEqual([[own.length, kills.length, report.combat.player.deaths]]);
      expect(report.metrics.find(({ key }) => key === "kills_per_death")?.player.value ?? null, name).toBe(
        report.combat.player.deaths === 0 ? null : kills.length / report.combat.player.deaths,
      );
      const shots = groupBy(
        figures.shots.filter((shot) => shot.attacker?.name === name),
        ({ weapon }) => weapon ?? 0,
      );
      for (const [weapon, list] of shots) {
        const onBodies = figures.bodyHits.filter(
          ({ attacker }) => attacker?.name === name && String(attacker.weapon) === weapon,
        );
        expect(report.weapons.find((row) => String(row.weapon) === weapon)?.shots, name).toBe(
          list.length - onBodies.length,
        );
      }

      expect(
        report.weapons.map((row) => row.shots),
        name,
      ).toEqual(report.weapons.map((row) => row.shots).sort((a, b) => b - a));

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
                durationMs: Number(fight.row["time_ms"]) - Number(fight.row["start_ms"]),
                isAttacker,
                isOpener: fight.round.nameOf(fight.row["slot"]) === name,
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
          opened: list.filter(({ isOpener }) => isOpener).length,
          won: list.filter(({ isWon }) => isWon).length,
          lost: list.filter(({ isLost }) => isLost).length,
          medianMs: median(list.map(({ durationMs }) => durationMs)),
          kills: sum(list, ({ part }) => part["kills"]),
          deaths: sum(list, ({ part }) => part["deaths"]),
          damageGiven: sum(list, ({ part }) => part["damage_given"]),
          damageReceived: sum(list, ({ part }) => part["damage_received"]),
        });
      }

      // Partners are pairs like any other: the same numbers as `report synergy` has, the best first.
      const shared = pairsOf(own, withBots);
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
