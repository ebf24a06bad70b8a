/** How many were about at each down, and whose number stands first, on every recorded match: counted in plain TypeScript. */
import { expect, test } from "vitest";

import { reportEngagement, reportEngagements } from "../../src/reports/engagements.ts";
import { ownNumbers } from "../../src/reports/queries/engagements.ts";
import { useRecordedRounds, type FileRow, type RecordedRound } from "../support/recorded-rounds.ts";

import { isOnEnemy, recordsOf } from "./figures.ts";

const recorded = useRecordedRounds();
const { rounds } = recorded;

const INVOLVED_MS = 5000;

const partsOf = (round: RecordedRound, slot: unknown, timeMs: number): FileRow[] =>
  recordsOf(round, "participant").filter(
    (row) => row["slot"] === slot && Number(row["start_ms"]) <= timeMs && timeMs <= Number(row["time_ms"]),
  );

/** The fight of a down: the one that the victim joined last. */
function fightOf(round: RecordedRound, victim: unknown, timeMs: number): unknown {
  const joined = partsOf(round, victim, timeMs).filter((row) => Number(row["deaths"]) > 0);
  joined.sort((a, b) => Number(b["start_ms"]) - Number(a["start_ms"]));
  return joined[0]?.["engagement"];
}

test("who is involved in a down, near it and alive", async () => {
  const expected: string[] = [];
  for (const round of rounds) {
    const rows = round.rows.combat;
    const team = (slot: unknown): number => round.players.get(round.nameOf(slot as number))?.team ?? 0;
    const fighters = new Map<unknown, Set<unknown>>();
    for (const row of recordsOf(round, "participant")) {
      const slots = fighters.get(row["engagement"]) ?? new Set();
      fighters.set(row["engagement"], slots.add(row["slot"]));
    }
    const dead = new Set<unknown>();
    for (const [number, row] of rows.entries()) {
      const { event, target_slot: target } = row;
      const timeMs = Number(row["time_ms"]);
      if (event === "spawn" || event === "revive") dead.delete(target);
      if (event === "leave" || event === "join") dead.add(target);
      if (event !== "kill") continue;
      const fight = fightOf(round, target, timeMs);
      const involved = new Set<unknown>([target]);
      for (const hit of rows.slice(0, number)) {
        const at = Number(hit["time_ms"]);
        const { attacker_slot: by, target_slot: whom } = hit;
        if (hit["event"] !== "hit" || at < timeMs - INVOLVED_MS) continue;
        if (!isOnEnemy(hit) || Number(hit["target_health"]) <= 0) continue;
        const isOfIt =
          partsOf(round, whom, at).some((part) => part["engagement"] === fight) &&
          fighters.get(fight)?.has(by) === true;
        if (isOfIt) for (const slot of [by, whom]) if (!dead.has(slot)) involved.add(slot);
      }
      dead.add(target);
      const count = (own: number): string =>
        fight === undefined ? "-" : String([...involved].filter((slot) => team(slot) === own).length);
      const near = [row["target_allies_near"], row["target_enemies_near"]].join(" ");
      expected.push(`${round.key} ${number + 1}: ${count(1)} ${count(2)}, ${near}`);
    }
  }
  const found = await recorded.sql<{ line: string }[]>`
    select concat(round_key, ' ', event_number, ': ', coalesce(axis_involved::text, '-'), ' ',
      coalesce(allies_involved::text, '-'), ', ', target_allies_near, ' ', target_enemies_near) as line
    from downs join rounds using (round_id)`;
  expect(expected.length).toBeGreaterThan(100);
  expect(new Set(expected.map((line) => line.split(": ")[1])).size).toBeGreaterThan(10);
  expect(found.map(({ line }) => line).sort()).toEqual(expected.sort());
});

test("a fight tells its downs with the enemies of who fell first", async () => {
  const [down] = await recorded.sql<
    { key: string; fight: number; at: number; team: number; numbers: number[] }[]
  >`
    select round_key as key, engagement as fight, time_ms as at, target_team as team,
      array[axis_involved, allies_involved, target_enemies_near, target_allies_near, axis_alive, allies_alive]::int[] as numbers
    from downs join rounds using (round_id)
    where axis_involved <> allies_involved and target_team = 2 and relation = 'enemy' order by round_id, event_number limit 1`;
  const [axis = 0, allies = 0, nearEnemies = 0, nearAllies = 0, axisAlive = 0, alliesAlive = 0] =
    down?.numbers ?? [];
  const { events } = await reportEngagement(recorded.sql, `${down?.key}#${down?.fight}`);
  expect(events.find(({ event, timeMs }) => event === "kill" && timeMs === down?.at)).toMatchObject({
    involvedEnemies: axis,
    involvedOwn: allies,
    nearEnemies,
    nearOwn: nearAllies + 1,
    aliveEnemies: axisAlive,
    aliveOwn: alliesAlive + 1,
  });
  expect(events.filter(({ event }) => event === "hit").every(({ aliveOwn }) => aliveOwn === null)).toBe(true);
});

test("the side of those asked for stands first", async () => {
  const name = "NetHuman02";
  const { engagements } = await reportEngagements(recorded.sql, { bots: true, player: [name] }, "time", 1000);
  const seen = new Set<string>();
  for (const row of engagements) {
    const round = rounds.find(({ key }) => key === row.roundKey);
    if (round === undefined) throw new Error(row.roundKey);
    const part = recordsOf(round, "participant").find(
      (one) => one["engagement"] === row.engagement && round.nameOf(one["slot"]) === name,
    );
    seen.add(String(part?.["side"]));
    const isOpener = part?.["side"] === "attackers";
    const { attackers, deaths, defenders, kills } = row;
    const numbers = isOpener ? [attackers, defenders, kills, deaths] : [defenders, attackers, deaths, kills];
    const own = ownNumbers(row);
    expect([own.own, own.enemies, own.kills, own.deaths]).toEqual(numbers);
    expect(own.team).toBe(part?.["team"]);
  }
  expect([...seen].sort()).toEqual(["attackers", "defenders"]);
  const all = await reportEngagements(recorded.sql, { bots: true }, "time", 1000);
  expect(all.engagements.every(({ ownTeam }) => ownTeam === null)).toBe(true);
});
