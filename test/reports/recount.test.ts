/**
 * Everything counted again from the rows of the round files, by the words of docs/metrics.md, on every recording there is:
 * those that ship, that with a reload, and those beside the project. Nothing here knows the rules or the SQL.
 */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import type { Sql } from "../../src/db/driver/connect.ts";
import { packagePath } from "../../src/package-root.ts";
import { reportPlayer } from "../../src/reports/player.ts";
import { reportRound } from "../../src/reports/round.ts";
import { findRecording } from "../../src/simulate/recording.ts";
import { readTestDatabase } from "../support/database.ts";
import { importPaths } from "../support/import.ts";
import { RECORDINGS } from "../support/recorded-rounds.ts";
import { readTruth } from "../support/recording-truth.ts";
import { sharedRecording } from "../support/shared-recordings.ts";
import { readRounds } from "../support/simulations.ts";
import { BULLET_MEANS, BULLET_WEAPONS, groupBy, sum } from "./figures.ts";

type Row = Readonly<Record<string, string>>;

/** A round, its pieces put together. */
interface Counted {
  key: string;
  combat: Row[];
  engagements: Row[];
  endMs: number;
  crossfireWindowMs: number;
  crossfireAngleDeg: number;
  /** How long each slot was alive in the frames of the recording, ms. */
  aliveMs: Map<string, number>;
  isCut: boolean;
  /** Who sits in a slot at a time: the database's number of them. */
  who: (slot: string | undefined, timeMs: number) => number | undefined;
}

/** Where more recordings lie that are too large to ship; `load-32`, which is for volume, is left out. */
const ELSEWHERE = process.env["PROX_RECORDINGS"] ?? "";
const FILES = [
  ...Object.keys(RECORDINGS).map(findRecording),
  packagePath("test/fixtures/recordings/reload-10.tsv.gz"),
  ...(existsSync(ELSEWHERE) ? readdirSync(ELSEWHERE) : [])
    .filter((name) => name.endsWith(".tsv.gz") && !/^(reload-10|load-32)\./.test(name))
    .filter((name) => !(name.replace(".tsv.gz", "") in RECORDINGS))
    .map((name) => path.join(ELSEWHERE, name)),
];
const PLAYING_MS = 600_000;

const rounds: Counted[] = [];
let sql: Sql;
let bots: Set<number>;
let everybody: { id: number; guid: string | null; isBot: boolean }[];

beforeAll(async () => {
  const folders: string[] = [];
  for (const file of FILES) folders.push((await sharedRecording(file)).folder);
  const database = await readTestDatabase("recount", (empty) => importPaths(empty, folders));
  sql = database.sql;
  everybody = [
    ...(await sql<typeof everybody>`select player_id as id, guid, is_bot as "isBot" from players`),
  ];
  bots = new Set(everybody.filter(({ isBot }) => isBot).map(({ id }) => id));
  const seats = await sql<{ key: string; slot: number; fromMs: number; id: number }[]>`
    select round_key as key, slot, from_ms as "fromMs", player_id as id
    from round_players join rounds using (round_id) order by from_ms`;
  for (const [index, file] of FILES.entries()) {
    const truths = readTruth(file);
    const byKey = groupBy(readRounds(folders[index] ?? ""), ({ key }) => key.replace(/\.\d+$/, ""));
    let at = 0;
    for (const [key, pieces] of byKey) {
      const parts = pieces
        .map(({ files }) => files)
        .sort((a, b) => Number(a.combat?.header.get("piece")) - Number(b.combat?.header.get("piece")));
      const aliveMs = new Map<string, number>();
      const combat = parts.flatMap((part) => part.combat?.rows ?? []);
      const isCut = parts.some((part) => part.combat?.header.has("end_reason") !== true);
      const lastMs = isCut ? Number(combat.at(-1)?.["time_ms"]) : Infinity;
      const frames = parts.flatMap(() => truths[at++]?.frames ?? []);
      for (const [number, { alive, timeMs }] of frames.entries()) {
        const lastsMs = Math.min(frames[number + 1]?.timeMs ?? timeMs, lastMs) - timeMs;
        for (const slot of alive.keys())
          aliveMs.set(String(slot), (aliveMs.get(String(slot)) ?? 0) + Math.max(0, lastsMs));
      }
      const headers = parts.map((part) => part.combat?.header ?? new Map<string, string>());
      const sat = seats.filter((seat) => seat.key === key);
      rounds.push({
        key,
        combat,
        engagements: parts.flatMap((part) => part.engagements?.rows ?? []),
        endMs: Number(headers.at(-1)?.get("end_ms") ?? NaN),
        crossfireWindowMs: 2000,
        crossfireAngleDeg: 45,
        aliveMs,
        isCut,
        who: (slot, timeMs) =>
          slot === "" || slot === undefined
            ? undefined
            : sat.findLast((seat) => seat.slot === Number(slot) && seat.fromMs <= timeMs)?.id,
      });
    }
  }
}, PLAYING_MS);

const at = (row: Row): number => Number(row["time_ms"]);
const attackerOf = (round: Counted, row: Row): number | undefined => round.who(row["attacker_slot"], at(row));
const targetOf = (round: Counted, row: Row): number | undefined => round.who(row["target_slot"], at(row));
const isEnemyHit = (row: Row): boolean =>
  row["event"] === "hit" && row["relation"] === "enemy" && row["target_is_wounded"] === "0";
/** A bullet's hit on a downed body. */
const isBodyHit = (row: Row): boolean =>
  row["event"] === "hit" &&
  row["target_is_wounded"] === "1" &&
  BULLET_MEANS.includes(Number(row["means_of_death"]));
const isEnemyKill = (row: Row): boolean => row["event"] === "kill" && row["relation"] === "enemy";

/** A row with who did it to whom. */
interface Told {
  round: Counted;
  row: Row;
  by: number | undefined;
  to: number | undefined;
}

let everything: Told[] | undefined;
/** All rows of all rounds. */
function told(): Told[] {
  everything ??= rounds.flatMap((round) =>
    round.combat.map((row) => ({ round, row, by: attackerOf(round, row), to: targetOf(round, row) })),
  );
  return everything;
}

/** Whether a kill's victim was revived next, in the life that it ended. */
function isUndone({ combat }: Counted, kill: Row): boolean {
  const next = combat
    .slice(combat.indexOf(kill) + 1)
    .find(
      (row) =>
        row["target_slot"] === kill["target_slot"] &&
        ["kill", "revive", "gib", "tapout", "spawn", "leave"].includes(row["event"] ?? ""),
    );
  return next?.["event"] === "revive";
}

/** Times alive by the rows: from spawn or revive to the death, to leaving or to the round's end. */
function aliveOf(round: Counted): { id: number; slot: string; ms: number }[] {
  const alive: { id: number; slot: string; ms: number }[] = [];
  const since = new Map<string, { id: number; ms: number }>();
  const end = (slot: string, ms: number): void => {
    const open = since.get(slot);
    if (open !== undefined) alive.push({ id: open.id, slot, ms: ms - open.ms });
    since.delete(slot);
  };
  for (const row of round.combat) {
    const slot = row["target_slot"] ?? "";
    const event = row["event"] ?? "";
    if (["kill", "leave", "spawn", "revive"].includes(event)) end(slot, at(row));
    const id = round.who(slot, at(row));
    if ((event === "spawn" || event === "revive") && id !== undefined) since.set(slot, { id, ms: at(row) });
  }
  const last = Math.max(
    ...[...round.combat, ...round.engagements].map(at),
    Number.isNaN(round.endMs) ? 0 : round.endMs,
  );
  for (const slot of [...since.keys()]) end(slot, Number.isNaN(round.endMs) ? last : round.endMs);
  return alive;
}

test("there are rounds of every recording", async () => {
  const [stored] = await sql<[{ rounds: number }]>`select count(*)::int as rounds from rounds`;
  expect(rounds.length).toBe(stored.rounds);
  expect(rounds.length).toBeGreaterThanOrEqual(FILES.length);
});

describe.each([
  { says: "without bots", withBots: false },
  { says: "with bots", withBots: true },
])("everybody's profile $says", ({ withBots }) => {
  test("kills that held and undone, deaths, accuracy, time alive and rates", async () => {
    const all = told();
    const isAsked = (id: number | undefined): boolean => withBots || id === undefined || !bots.has(id);
    const alive = rounds.flatMap(aliveOf);
    const seen = { kills: 0, undone: 0, hits: 0 };
    for (const { guid, id, isBot } of everybody) {
      if (guid === null || (isBot && !withBots)) continue;
      const mine = all.filter(({ by }) => by === id);
      const report = await reportPlayer(sql, guid, { bots: withBots }).catch((error: unknown) => {
        // A spectator.
        expect(error, guid).toMatchObject({ code: "E_NOTHING_FOUND" });
        expect([mine.length, all.filter(({ to }) => to === id).length], guid).toEqual([0, 0]);
        return undefined;
      });
      if (report === undefined) continue;
      const kills = mine.filter(({ row, to }) => isEnemyKill(row) && isAsked(to));
      const deaths = all.filter(({ by, row, to }) => to === id && row["event"] === "kill" && isAsked(by));
      const undone = kills.filter(({ round, row }) => isUndone(round, row)).length;
      // The engine takes a bullet back that hits a downed body.
      const shots =
        mine.filter(({ row }) => row["event"] === "fire" && BULLET_WEAPONS.includes(Number(row["weapon"])))
          .length - mine.filter(({ row }) => isBodyHit(row)).length;
      // No shot says at whom it was fired: hits on bots count either way.
      const hits = mine.filter(
        ({ row }) => isEnemyHit(row) && BULLET_MEANS.includes(Number(row["means_of_death"])),
      ).length;
      const aliveMs = sum(
        alive.filter((one) => one.id === id),
        ({ ms }) => ms,
      );
      const { combat, metrics, movement } = report;
      expect(
        {
          kills: combat.player.kills,
          undone: combat.player.killsUndone,
          deaths: combat.player.deaths,
          deathsUndone: combat.player.deathsUndone,
          shots: combat.player.shots,
          hits: combat.player.hits,
          aliveMs: Math.round(movement.player.aliveS * 1000),
        },
        guid,
      ).toEqual({
        kills: kills.length,
        undone,
        deaths: deaths.length,
        deathsUndone: deaths.filter(({ round, row }) => isUndone(round, row)).length,
        shots,
        hits,
        aliveMs,
      });
      const metric = (key: string) => metrics.find((one) => one.key === key)?.player;
      expect(metric("accuracy")?.value ?? null, guid).toBe(shots === 0 ? null : hits / shots);
      const rate = metric("kills_per_minute");
      const minutes = aliveMs / 60_000;
      expect(rate?.value, guid).toBeCloseTo(kills.length / minutes, 9);
      // The exact interval: as many or more, and as many or fewer, come in 2.5 % of cases.
      const [low, high] = [(rate?.low ?? NaN) * minutes, (rate?.high ?? NaN) * minutes];
      if (kills.length === 0) expect(low).toBe(0);
      else expect(1 - atMost(kills.length - 1, low), guid).toBeCloseTo(0.025, 7);
      expect(atMost(kills.length, high), guid).toBeCloseTo(0.025, 7);
      seen.kills += kills.length;
      seen.undone += undone;
      seen.hits += hits;
    }
    expect(seen.kills).toBeGreaterThan(40);
    expect(seen.hits).toBeGreaterThan(400);
    expect(seen.undone).toBeGreaterThan(2);
  });

  test.each([
    { weapon: "mp40", fired: [3], means: [8] },
    { weapon: "grenade_launcher", fired: [4], means: [16] },
  ])("--weapon $weapon: kills and hits that it struck, bullets that it fired", async (one) => {
    const all = told();
    const isAsked = (id: number | undefined): boolean => withBots || id === undefined || !bots.has(id);
    let kills = 0;
    for (const { guid, id, isBot } of everybody) {
      if (guid === null || (isBot && !withBots)) continue;
      const mine = all.filter(({ by }) => by === id);
      if (!mine.some(({ row }) => one.fired.includes(Number(row["weapon"])))) continue;
      const struck = mine.filter(({ row }) => one.means.includes(Number(row["means_of_death"])));
      const expected = {
        kills: struck.filter(({ row, to }) => isEnemyKill(row) && isAsked(to)).length,
        damage: sum(
          struck.filter(({ row, to }) => isEnemyHit(row) && isAsked(to)),
          ({ row }) => row["damage_effective"],
        ),
        shots:
          mine.filter(
            ({ row }) =>
              row["event"] === "fire" &&
              one.fired.includes(Number(row["weapon"])) &&
              BULLET_WEAPONS.includes(Number(row["weapon"])),
          ).length - struck.filter(({ row }) => isBodyHit(row)).length,
        hits: struck.filter(
          ({ row }) => isEnemyHit(row) && BULLET_MEANS.includes(Number(row["means_of_death"])),
        ).length,
      };
      const report = await reportPlayer(sql, guid, { bots: withBots, weapon: [one.weapon] }).catch(
        (error: unknown) => {
          expect(error, guid).toMatchObject({ code: "E_NOTHING_FOUND" });
          return undefined;
        },
      );
      const { damageGiven = 0, hits = 0, kills: counted = 0, shots = 0 } = report?.combat.player ?? {};
      expect({ kills: counted, damage: damageGiven, shots, hits }, guid).toEqual(expected);
      kills += expected.kills;
    }
    expect(kills).toBeGreaterThan(0);
  });
});

/** How likely a Poisson variable is at most k, by its definition. */
function atMost(k: number, mean: number): number {
  let logTerm = -mean;
  let total = Math.exp(logTerm);
  for (let n = 1; n <= k; n += 1) {
    logTerm += Math.log(mean / n);
    total += Math.exp(logTerm);
  }
  return total;
}

test("time alive is one: of the lives, of the samples, of the derived table; to a frame for each change that of the frames", async () => {
  for (const round of rounds) {
    const counted = aliveOf(round);
    const stored = await sql<{ id: number; lives: number; stats: number }[]>`
      select player_id as id, sum(alive_ms)::int as lives,
        (select sum(s.alive_ms)::int from player_engagement_stats s
          where s.round_id = l.round_id and s.player_id = l.player_id) as stats
      from player_lives l join rounds using (round_id) where round_key = ${round.key} group by l.round_id, player_id`;
    for (const { id, lives, stats } of stored) {
      const expected = sum(
        counted.filter((one) => one.id === id),
        ({ ms }) => ms,
      );
      expect([lives, stats], `${round.key}, player ${id}`).toEqual([expected, expected]);
    }
    for (const [slot, framesMs] of round.aliveMs) {
      const mine = counted.filter((one) => one.slot === slot);
      const ms = sum(mine, (one) => one.ms);
      // Either end of each time can be a frame from where the frames have it.
      expect(
        Math.abs(ms - framesMs),
        `${round.key}, slot ${slot}: ${ms} for ${framesMs} ms`,
      ).toBeLessThanOrEqual(100 * (mine.length + 1));
    }
  }
});

test("sprees: at least three kills, each at most 8 s after the one before", async () => {
  let sprees = 0;
  for (const round of rounds) {
    const { moments } = await reportRound(sql, round.key, { bots: true });
    const expected = [
      ...groupBy(round.combat.filter(isEnemyKill), (row) => String(attackerOf(round, row))).values(),
    ].flatMap((kills) => {
      const lengths: number[] = [];
      for (const [index, kill] of kills.entries()) {
        const before = kills[index - 1];
        if (before !== undefined && at(kill) - at(before) <= 8000) lengths.push((lengths.pop() ?? 0) + 1);
        else lengths.push(1);
      }
      return lengths.filter((length) => length >= 3);
    });
    const shown = moments.filter(({ kind }) => kind === "spree").map(({ count }) => count);
    expect([...shown].sort(), round.key).toEqual([...expected].sort());
    sprees += expected.length;
  }
  expect(sprees).toBeGreaterThan(5);
});

test("win rates leave undecided fights out", async () => {
  const profiles = await sql<
    { id: number; rate: number | null; duel: number | null; outnumbered: number | null }[]
  >`
    select player_id as id, engagement_win_rate as rate, duel_win_rate as duel, outnumbered_win_rate as outnumbered
    from player_profiles`;
  interface Part {
    id: number | undefined;
    own: number;
    others: number;
    result: "won" | "lost" | "undecided";
  }
  const parts = rounds.flatMap((round) => {
    const fights = new Map(
      round.engagements
        .filter(({ record }) => record === "engagement")
        .map((row) => [row["engagement"], row]),
    );
    const seen = new Set<string>();
    return round.engagements
      .filter(({ record }) => record === "participant")
      .flatMap((row): Part[] => {
        const fight = fights.get(row["engagement"]);
        const id = round.who(row["slot"], Number(row["start_ms"]));
        const key = `${row["engagement"] ?? ""} ${id ?? ""} ${row["team"] ?? ""}`;
        if (fight === undefined || seen.has(key)) return [];
        seen.add(key);
        const [first, second] = [Number(fight["attackers"]), Number(fight["defenders"])];
        const winner = fight["winner_team"] ?? "";
        return [
          {
            id,
            own: row["side"] === "attackers" ? first : second,
            others: row["side"] === "attackers" ? second : first,
            result: winner === "" ? "undecided" : winner === row["team"] ? "won" : "lost",
          },
        ];
      });
  });
  const rate = (list: readonly Part[]): unknown => {
    const won = list.filter(({ result }) => result === "won").length;
    const lost = list.filter(({ result }) => result === "lost").length;
    return won + lost === 0 ? null : expect.closeTo(won / (won + lost), 5);
  };
  expect(parts.filter(({ result }) => result === "undecided").length).toBeGreaterThan(10);
  for (const { duel, id, outnumbered, rate: shown } of profiles) {
    const mine = parts.filter((part) => part.id === id);
    expect({ shown, duel, outnumbered }, `player ${id}`).toEqual({
      shown: rate(mine),
      duel: rate(mine.filter(({ others, own }) => own === 1 && others === 1)),
      outnumbered: rate(mine.filter(({ others, own }) => own < others)),
    });
  }
});

interface Hit {
  ms: number;
  damage: number;
  from: readonly [number, number, number];
}

/** The direction from the target to the attacker of a hit. */
function directionOf(row: Row): Hit["from"] {
  const [x = 0, y = 0, z = 0] = ["x", "y", "z"].map(
    (axis) => Number(row[`attacker_${axis}`]) - Number(row[`target_${axis}`]),
  );
  return [x, y, z];
}

function angleOf(one: Hit["from"], other: Hit["from"]): number {
  const dot = sum([0, 1, 2], (axis) => (one[axis] ?? 0) * (other[axis] ?? 0));
  const cosine = dot / (Math.hypot(...one) * Math.hypot(...other));
  return (Math.acos(Math.max(-1, Math.min(1, cosine))) * 180) / Math.PI;
}

test("crossfires: start_ms is the first player's last hit before, hits and damage those of both runs of hits", () => {
  let crossfires = 0;
  for (const round of rounds) {
    if (round.isCut) continue;
    const expected: string[] = [];
    /** By target and attacker: the run of hits. */
    const runs = new Map<string, Map<string, Hit[]>>();
    const paired = new Map<string, number>();
    let isDoubtful = false;
    for (const row of round.combat) {
      const target = row["target_slot"] ?? "";
      if (["kill", "spawn", "leave"].includes(row["event"] ?? "")) {
        runs.delete(target);
        for (const key of paired.keys()) if (key.startsWith(`${target} `)) paired.delete(key);
      }
      if (!isEnemyHit(row)) continue;
      const attacker = row["attacker_slot"] ?? "";
      const now = at(row);
      const on = runs.get(target) ?? new Map<string, Hit[]>();
      runs.set(target, on);
      const before = on.get(attacker) ?? [];
      const isRun = now - (before.at(-1)?.ms ?? -Infinity) <= round.crossfireWindowMs;
      const hit = { ms: now, damage: Number(row["damage_effective"]), from: directionOf(row) };
      const run = [...(isRun ? before : []), hit];
      on.set(attacker, run);
      for (const [partner, theirs] of on) {
        const last = theirs.at(-1);
        if (partner === attacker || last === undefined || now - last.ms > round.crossfireWindowMs) continue;
        const angle = angleOf(last.from, hit.from);
        // The files have one digit of each coordinate.
        if (Math.abs(angle - round.crossfireAngleDeg) < 0.3) isDoubtful = true;
        if (angle < round.crossfireAngleDeg) continue;
        const pair = `${target} ${[attacker, partner].sort().join(" ")}`;
        const goesOn = now - (paired.get(pair) ?? -Infinity) <= round.crossfireWindowMs;
        paired.set(pair, now);
        if (goesOn) continue;
        const both = [...theirs, ...run];
        expected.push(
          [last.ms, now, partner, attacker, target, both.length, sum(both, ({ damage }) => damage)].join(" "),
        );
      }
    }
    const rows = round.engagements.filter(({ record }) => record === "crossfire");
    const columns = [
      "start_ms",
      "time_ms",
      "slot",
      "partner_slot",
      "enemy_slot",
      "hits_given",
      "damage_given",
    ];
    const shown = rows.map((row) => columns.map((column) => row[column]).join(" "));
    if (!isDoubtful) expect(shown.sort(), round.key).toEqual(expected.sort());
    else expect(shown.filter((line) => !expected.includes(line)).length, round.key).toBeLessThanOrEqual(2);
    crossfires += expected.length;
  }
  expect(crossfires).toBeGreaterThan(20);
});
