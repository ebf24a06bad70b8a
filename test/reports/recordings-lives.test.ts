/** Situations of lives on every recorded match, counted from the rows of the round files in plain TypeScript. */
import { expect, test } from "vitest";

import { plainName } from "../../src/names.ts";
import { NO_LIVES, readLivesOfAll, type LifeTotals } from "../../src/reports/queries/lives.ts";
import { type FileRow, type RecordedRound, useRecordedRounds } from "../support/recorded-rounds.ts";

import { isOnEnemy, recordsOf } from "./figures.ts";

const recorded = useRecordedRounds();
const { rounds } = recorded;

/** A life as it goes on. */
interface Life {
  readonly name: string;
  readonly slot: unknown;
  kills: { timeMs: number; held: boolean; bought: number; gibbed: number | undefined }[];
  deaths: { bought: number; revived: number | undefined }[];
  assists: number;
  revives: number;
  avenged: boolean;
  /** Alive, or the next wave of the death that ended it; undefined when they left. */
  ending: "alive" | number | undefined;
  endedByBot: boolean;
  isLast: boolean;
}

function livesOf(round: RecordedRound, withBots: boolean): Life[] {
  const rows = round.rows.combat;
  const counts = (slot: unknown): boolean => withBots || !round.isBot(slot as number);
  const current = new Map<unknown, Life>();
  const all: Life[] = [];
  let hits: { by: unknown; to: unknown; timeMs: number; damage: number }[] = [];
  const forget = (slot: unknown): void => {
    hits = hits.filter(({ to }) => to !== slot);
  };
  const fateOf = (number: number, row: FileRow): FileRow | undefined =>
    rows
      .slice(number + 1)
      .find(
        ({ event, target_life: life, target_slot: slot }) =>
          slot === row["target_slot"] &&
          life === row["target_life"] &&
          ["kill", "revive", "gib", "tapout"].includes(String(event)),
      );
  const trades = recordsOf(round, "trade").filter(({ slot }) => counts(slot));
  for (const [number, row] of rows.entries()) {
    const { attacker_slot: by, event, target_slot: to } = row;
    const timeMs = Number(row["time_ms"]);
    const life = current.get(to);
    if (event === "hit" && isOnEnemy(row) && Number(row["target_health"]) > 0)
      hits.push({ by, to, timeMs, damage: Number(row["damage_effective"]) });
    if ((event === "join" || event === "leave") && life?.ending === "alive") life.ending = undefined;
    if (event === "spawn") {
      forget(to);
      if (life !== undefined) life.isLast = false;
      const next: Life = {
        name: round.nameOf(to),
        slot: to,
        kills: [],
        deaths: [],
        assists: 0,
        revives: 0,
        avenged: false,
        ending: "alive",
        endedByBot: false,
        isLast: true,
      };
      current.set(to, next);
      all.push(next);
    }
    if (event === "revive") {
      forget(to);
      if (life !== undefined) Object.assign(life, { ending: "alive", endedByBot: false });
      const medic = current.get(by);
      if (medic !== undefined && counts(to)) medic.revives += 1;
    }
    if (event !== "kill") continue;
    const fate = fateOf(number, row);
    const after = Number(fate?.["time_ms"]) - timeMs;
    const wave = Number(row["target_next_wave_ms"]);
    const revived = fate?.["event"] === "revive" ? after : undefined;
    const gibbed = fate?.["event"] === "gib" ? after : undefined;
    const bought = Math.max(0, Math.min(wave, round.endMs - timeMs, revived ?? Infinity));
    if (isOnEnemy(row)) {
      const killer = current.get(by);
      if (killer !== undefined && counts(to))
        killer.kills.push({
          timeMs,
          held: revived === undefined,
          bought,
          gibbed: gibbed !== undefined && gibbed < wave ? gibbed : undefined,
        });
      if (life !== undefined && counts(by)) {
        life.deaths.push({ bought, revived: revived !== undefined && revived < wave ? revived : undefined });
        if (trades.some((trade) => trade["partner_slot"] === to && trade["start_ms"] === timeMs))
          life.avenged = true;
      }
      for (const helper of new Set(
        hits.filter((one) => one.to === to && one.by !== by).map((one) => one.by),
      )) {
        const damage = hits
          .filter((one) => one.to === to && one.by === helper && one.timeMs >= timeMs - 5000)
          .reduce((sum, one) => sum + one.damage, 0);
        const assister = current.get(helper);
        if (damage >= 40 && assister !== undefined && counts(to)) assister.assists += 1;
      }
    }
    forget(to);
    if (life !== undefined) Object.assign(life, { ending: wave, endedByBot: by !== null && !counts(by) });
  }
  return all.filter((life) => counts(life.slot) && !life.endedByBot);
}

type Sums = [number, number, number, number, number, number];

function sumsOf(lives: readonly Life[], of: (life: Life) => readonly number[]): Sums {
  const sums: Sums = [0, 0, 0, 0, 0, 0];
  for (const values of lives.map(of).filter(({ length }) => length > 0)) {
    const [x, y] = [values.length, values.reduce((sum, value) => sum + value, 0)];
    for (const [index, value] of [1, x, x * x, y, x * y, y * y].entries())
      sums[index] = (sums[index] ?? 0) + value;
  }
  return sums;
}

/** Lengths of chains of kills at most 5 s apart. */
function chainsOf({ kills }: Life): number[] {
  const chains: number[] = [];
  for (const [index, { timeMs }] of kills.entries()) {
    const before = kills[index - 1];
    if (before !== undefined && timeMs - before.timeMs <= 5000) chains.push((chains.pop() ?? 0) + 1);
    else chains.push(1);
  }
  return chains;
}

function totalsOf(lives: readonly Life[]): LifeTotals {
  const count = (condition: (life: Life) => boolean): number => lives.filter(condition).length;
  const isKill = ({ kills }: Life): boolean => kills.some(({ held }) => held);
  const isAssist = ({ assists, revives }: Life): boolean => assists + revives > 0;
  const isSurvived = ({ ending, isLast }: Life): boolean =>
    ending === "alive" ? isLast : ending !== undefined && ending <= 3000;
  const chains = lives.flatMap(chainsOf);
  const kills = lives.flatMap((life) => life.kills);
  const deaths = lives.flatMap((life) => life.deaths);
  return {
    ...NO_LIVES,
    lives: lives.length,
    kastLives: lives.length,
    kast: count((life) => isKill(life) || isAssist(life) || isSurvived(life) || life.avenged),
    kastKill: count(isKill),
    kastAssist: count(isAssist),
    kastSurvived: count(isSurvived),
    kastTraded: count(({ avenged }) => avenged),
    judgedKills: kills.length,
    heldKills: kills.filter(({ held }) => held).length,
    assistLives: lives.length,
    assists: lives.reduce((sum, { assists }) => sum + assists, 0),
    doubleKills: chains.filter((length) => length === 2).length,
    tripleKills: chains.filter((length) => length === 3).length,
    largerKills: chains.filter((length) => length > 3).length,
    boughtDowns: kills.length,
    gibbedInTime: kills.filter(({ gibbed }) => gibbed !== undefined).length,
    fallen: deaths.length,
    revivedInTime: deaths.filter(({ revived }) => revived !== undefined).length,
    boughtMs: sumsOf(lives, (life) => life.kills.map(({ bought }) => bought)),
    gibbedAfterMs: sumsOf(lives, (life) => life.kills.flatMap(({ gibbed }) => gibbed ?? [])),
    revivedAfterMs: sumsOf(lives, (life) => life.deaths.flatMap(({ revived }) => revived ?? [])),
  };
}

test.each(["without", "with"] as const)("everybody's lives, %s bots", async (bots) => {
  const lives = rounds.flatMap((round) => livesOf(round, bots === "with"));
  const names = [...new Set(lives.map(({ name }) => name))];
  const expected = names.map((name) => [name, totalsOf(lives.filter((life) => life.name === name))] as const);
  const { sql } = recorded;
  const people = await sql<{ person_id: number; name: string }[]>`select person_id, name from people`;
  const nameOf = new Map(people.map((row) => [row.person_id, plainName(row.name)]));
  const found = [...(await readLivesOfAll(sql, { bots }))].map(
    ([person, totals]) => [nameOf.get(person) ?? "", totals] as const,
  );
  expect(new Map([...found].sort())).toEqual(new Map([...expected].sort()));
  const all = totalsOf(lives);
  if (bots === "with") {
    for (const value of [all.assists, all.doubleKills, all.kastTraded, all.revivedInTime, all.gibbedInTime])
      expect(value).toBeGreaterThan(0);
    expect(all.heldKills).toBeLessThan(all.judgedKills);
    expect(all.kast).toBeLessThan(all.kastLives);
  }
});
