/**
 * Situations on every recorded match: what happened is counted from the recordings themselves, what the rules decided from the rows
 * of the round files, both in plain TypeScript.
 */
import { describe, expect, test } from "vitest";

import { plainName } from "../../src/names.ts";
import type { FilterRequest } from "../../src/reports/filter-request.ts";
import { reportSituations, type SituationsReport } from "../../src/reports/situations.ts";
import {
  type FileRow,
  type Person,
  type RecordedRound,
  useRecordedRounds,
} from "../support/recorded-rounds.ts";

import { groupBy, isOnEnemy, median, recordsOf } from "./figures.ts";

const recorded = useRecordedRounds();
const { rounds } = recorded;

interface Asked {
  readonly says: string;
  readonly request: FilterRequest;
  readonly keeps: (who: Pick<Person, "name" | "team" | "isBot">) => boolean;
  /** Whether all of both teams are asked for, so that one side's downs are the other's. */
  readonly isBoth: boolean;
}
const ASKED: readonly Asked[] = [
  { says: "people alone", request: {}, keeps: () => true, isBoth: true },
  { says: "everybody", request: { bots: true }, keeps: () => true, isBoth: true },
  { says: "Axis", request: { bots: true, team: "axis" }, keeps: ({ team }) => team === 1, isBoth: false },
  {
    says: "one player",
    request: { bots: true, player: ["NetHuman02"] },
    keeps: ({ name }) => name === "NetHuman02",
    isBoth: false,
  },
];

/** A down of an enemy, as the recording has it. */
interface Down {
  readonly round: RecordedRound;
  readonly timeMs: number;
  readonly killer: Person;
  readonly victim: Person;
  readonly alive: Readonly<Record<number, number>>;
}

function downsOf(round: RecordedRound, { request }: Asked): Down[] {
  return round.kills.filter(isOnEnemy).flatMap(({ alliesAlive, attacker, axisAlive, target, timeMs }) => {
    if (attacker === undefined || target === undefined) return [];
    if (request.bots !== true && (attacker.isBot || target.isBot)) return [];
    return [{ round, timeMs, killer: attacker, victim: target, alive: { 1: axisAlive, 2: alliesAlive } }];
  });
}

/** Lines of what players did, sorted: a line for each name. */
function lines<Item>(
  items: readonly (readonly [name: string, item: Item])[],
  tell: (own: Item[]) => string,
): string[] {
  return [...groupBy(items, ([name]) => name)]
    .map(([name, own]) => `${name}: ${tell(own.map(([, item]) => item))}`)
    .sort();
}

const report = async ({ request }: Asked): Promise<SituationsReport> =>
  reportSituations(recorded.sql, request);

describe.each(ASKED)("$says", (asked) => {
  test("openings: the first down of each fight", async () => {
    const parts: [string, { isMade: boolean; won: boolean | undefined }][] = [];
    for (const round of rounds) {
      // The first down of a fight counts, whoever is asked for.
      const all = downsOf(round, { ...asked, request: { bots: true } });
      const seen = new Set<unknown>();
      for (const { killer, timeMs, victim } of all) {
        const joined = recordsOf(round, "participant").filter(
          (row) =>
            row["slot"] === victim.slot &&
            Number(row["deaths"]) > 0 &&
            Number(row["start_ms"]) <= timeMs &&
            timeMs <= Number(row["time_ms"]),
        );
        joined.sort((a, b) => Number(b["start_ms"]) - Number(a["start_ms"]));
        const fight = joined[0]?.["engagement"];
        if (fight === undefined || seen.has(fight)) continue;
        seen.add(fight);
        if (asked.request.bots !== true && (killer.isBot || victim.isBot)) continue;
        const winner = recordsOf(round, "engagement").find((row) => row["engagement"] === fight)?.[
          "winner_team"
        ];
        for (const who of [killer, victim])
          if (asked.keeps(who))
            parts.push([
              who.name,
              { isMade: who === killer, won: winner === null ? undefined : winner === who.team },
            ]);
      }
    }
    const { openings, openingPays } = await report(asked);
    const expected = lines(parts, (own) => {
      const [made, suffered] = [own.filter(({ isMade }) => isMade), own.filter(({ isMade }) => !isMade)];
      const count = (of: typeof own, won: boolean): number => of.filter((one) => one.won === won).length;
      return [made, suffered]
        .map((of) => [of.length, count(of, true), count(of, false)].join(" "))
        .join(", ");
    });
    expect(expected.length).toBeGreaterThan(0);
    const found = openings.map((row) => {
      const side = (all: number, won: number, decided: number): string => [all, won, decided - won].join(" ");
      const made = side(row.made, row.madeWon, row.madeDecided);
      return `${plainName(row.name)}: ${made}, ${side(row.suffered, row.sufferedWon, row.sufferedDecided)}`;
    });
    expect(found.sort()).toEqual(expected);
    const decided = parts.filter(([, { isMade, won }]) => isMade && won !== undefined);
    expect(openingPays).toMatchObject({
      trials: decided.length,
      successes: decided.filter(([, { won }]) => won === true).length,
    });
  });

  test("the first death of each round", async () => {
    const expected = rounds.flatMap((round) => {
      const [first] = downsOf(round, { ...asked, request: { bots: true } });
      if (first === undefined) return [];
      const { killer, timeMs, victim } = first;
      if (asked.request.bots !== true && (killer.isBot || victim.isBot)) return [];
      if (!asked.keeps(killer) && !asked.keeps(victim)) return [];
      return [`${round.key} ${timeMs} ${killer.name} ${victim.name}`];
    });
    const { firstDeaths } = await report(asked);
    const found = firstDeaths.map(
      (row) => `${row.roundKey} ${row.timeMs} ${plainName(row.killerName)} ${plainName(row.victimName)}`,
    );
    expect(found.sort()).toEqual(expected.sort());
  });

  test("trades by direction", async () => {
    const chances: [string, FileRow | undefined][] = [];
    for (const round of rounds) {
      const living = new Map<unknown, number | undefined>();
      for (const row of round.rows.combat) {
        const { event, target_slot: victim, time_ms: time } = row;
        const team = round.players.get(round.nameOf(victim))?.team;
        if (event === "spawn" || event === "revive") living.set(victim, team);
        if (event !== "kill" && event !== "leave" && event !== "join") continue;
        living.delete(victim);
        if (event !== "kill" || !isOnEnemy(row)) continue;
        const trades = recordsOf(round, "trade").filter(
          (trade) => trade["partner_slot"] === victim && trade["start_ms"] === time,
        );
        const mates = [...living].filter(([, theirs]) => theirs === team).map(([slot]) => slot);
        for (const mate of new Set([...mates, ...trades.map(({ slot }) => slot)])) {
          const slots = [mate as number, victim ?? null];
          if (asked.request.bots !== true && slots.some((slot) => round.isBot(slot))) continue;
          const names = slots.map((slot) => round.nameOf(slot));
          if (!names.some((name) => asked.keeps({ name, team: team ?? 0, isBot: false }))) continue;
          chances.push([names.join(" for "), trades.find(({ slot }) => slot === mate)]);
        }
      }
    }
    const tell = (all: number, taken: number, delay: number | null, units: number | null): string =>
      [all, taken, delay ?? "-", units === null ? "-" : units.toFixed(0)].join(" ");
    const expected = lines(chances, (own) => {
      const taken = own.filter((row) => row !== undefined);
      const delays = taken.map((row) => Number(row["time_ms"]) - Number(row["start_ms"]));
      const units = taken.map((row) => Number(row["end_distance_units"]));
      return tell(own.length, taken.length, median(delays), median(units));
    });
    const { trades } = await report(asked);
    expect(expected.length).toBeGreaterThan(0);
    const found = trades.map(
      (row) =>
        `${plainName(row.name)} for ${plainName(row.mateName)}: ` +
        tell(row.chances, row.trades, row.medianDelayMs, row.medianDistanceUnits),
    );
    expect(found.sort()).toEqual(expected);
  });

  test("downs by how many more are alive", async () => {
    const parts: [string, { isMade: boolean; share: number }][] = [];
    for (const { alive, killer, victim } of rounds.flatMap((round) => downsOf(round, asked))) {
      const before = (team: number): number => (alive[team] ?? 0) + (team === victim.team ? 1 : 0);
      for (const who of [killer, victim]) {
        const [own, enemies] = [before(who.team), before(3 - who.team)];
        const difference = Math.max(-3, Math.min(3, own - enemies));
        if (asked.isBoth && difference < 1) continue;
        if (asked.keeps(who))
          parts.push([String(difference), { isMade: who === killer, share: own / (own + enemies) }]);
      }
    }
    const expected = lines(parts, (own) => {
      const made = own.filter(({ isMade }) => isMade).length;
      const share = own.reduce((sum, one) => sum + one.share, 0) / own.length;
      return `${made} ${own.length - made} ${share.toFixed(6)}`;
    });
    expect(expected.length).toBeGreaterThan(0);
    const { advantage } = await report(asked);
    const found = advantage.map(
      (row) => `${row.advantage}: ${row.made} ${row.suffered} ${row.expectedShare.toFixed(6)}`,
    );
    expect(found.sort()).toEqual(expected);
  });

  test("the last one alive, until a teammate is back", async () => {
    type Ending = "death" | "leave" | "relief" | "round end";
    const stands: [string, { ending: Ending; aloneMs: number; downs: number; enemies: number }][] = [];
    for (const round of rounds) {
      const living = new Map<number, number>();
      const open = new Map<number, { slot: number; downs: number; enemies: number; fromMs: number }>();
      const close = (team: number, ending: Ending, atMs: number): void => {
        const stand = open.get(team);
        open.delete(team);
        if (stand === undefined) return;
        const name = round.nameOf(stand.slot);
        if (asked.request.bots !== true && round.isBot(stand.slot)) return;
        if (asked.keeps({ name, team, isBot: false }))
          stands.push([
            `${name} ${Math.min(3, stand.enemies)}`,
            { ...stand, ending, aloneMs: atMs - stand.fromMs },
          ]);
      };
      const alive = (team: number): number[] =>
        [...living].filter(([, theirs]) => theirs === team).map(([slot]) => slot);
      for (const row of round.rows.combat) {
        const slot = Number(row["target_slot"]);
        const team = round.players.get(round.nameOf(slot))?.team ?? 0;
        const { event } = row;
        const timeMs = Number(row["time_ms"]);
        if (event === "spawn" || event === "revive") {
          close(team, "relief", timeMs);
          living.set(slot, team);
        }
        if (event !== "kill" && event !== "leave" && event !== "join") continue;
        const was = living.get(slot);
        living.delete(slot);
        for (const [theirs, stand] of open)
          if (stand.slot === slot) close(theirs, event === "kill" ? "death" : "leave", timeMs);
        if (event !== "kill") continue;
        for (const stand of open.values())
          if (stand.slot === Number(row["attacker_slot"]) && isOnEnemy(row)) stand.downs += 1;
        const [last, ...others] = alive(was ?? team);
        const enemies = alive(3 - (was ?? team)).length;
        if (last === undefined || others.length > 0 || enemies === 0 || open.has(was ?? team)) continue;
        open.set(was ?? team, { slot: last, downs: 0, enemies, fromMs: timeMs });
      }
      for (const team of [1, 2]) close(team, "round end", round.endMs);
    }
    const expected = lines(stands, (own) => {
      const ended = (ending: Ending): number => own.filter((stand) => stand.ending === ending).length;
      const isSurvived = ({ ending }: { ending: Ending }): boolean =>
        ending === "relief" || ending === "round end";
      const won = own.filter(
        (stand) => (isSurvived(stand) && stand.downs > 0) || stand.downs >= stand.enemies,
      );
      return [
        own.length,
        own.filter(isSurvived).length,
        won.length,
        own.reduce((sum, { downs }) => sum + downs, 0),
        ended("death"),
        ended("leave"),
        ended("relief"),
        ended("round end"),
        median(own.map(({ aloneMs }) => aloneMs)),
      ].join(" ");
    });
    const { lastAlive } = await report(asked);
    const found = (lastAlive ?? []).map(
      (row) =>
        `${plainName(row.name)} ${row.enemies}: ${row.times} ${row.survived} ${row.won} ${row.downs} ` +
        [row.died, row.gone, row.relieved, row.roundEnded, row.medianAloneMs].join(" "),
    );
    expect(found.sort()).toEqual(expected);
  });
});
