import { describe, expect, test } from "vitest";

import { GAME_LOG_READER } from "../../../src/parsers/foreign/game-log.ts";
import type { ForeignRound } from "../../../src/parsers/foreign/foreign-round.ts";
import { combatOf, countEvents, cuts, readForeign, sample, samplesOf } from "../../support/foreign-files.ts";

const readText = async (text: string, chunkBytes?: number) =>
  readForeign(GAME_LOG_READER, { bytes: Buffer.from(text, "latin1"), name: "games.log" }, chunkBytes);

const line = (timeMs: number, text: string): string => `${String(timeMs).padStart(8)} ${text}\n`;
const player = (timeMs: number, slot: number, name: string, team: number): string =>
  line(timeMs, `ClientUserinfoChanged: ${slot} n\\${name}\\t\\${team}\\c\\2\\lc\\2`);
const begin = (timeMs: number, map = "supply", type = "Stopwatch"): string =>
  line(timeMs, "InitGame: \\c0\\-1") +
  line(timeMs, `map: ${map}`) +
  line(timeMs, `gametype: ${type}`) +
  line(timeMs, "gametime: Tue Aug 11 05:09:02 2026");
const twoPlayers = (timeMs: number): string => player(timeMs, 0, "Anna", 1) + player(timeMs, 1, "B\xf6", 2);
const kill = (timeMs: number, text = "0 1 8"): string =>
  line(timeMs, `Kill: ${text}: ^7A^7 killed B^7 by MOD_MP40`);

describe("samples", () => {
  const timed = samplesOf("gamelog").filter(({ name }) => name !== "pause-8_etconsole.log");
  test.each(timed.map((file) => [file.name, file] as const))(
    "%s as another reader counts it",
    async (_, file) => {
      const { fault, rounds } = await readForeign(GAME_LOG_READER, file);
      expect(fault).toBeUndefined();
      const text = file.bytes.toString("latin1");
      const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
      const events = rounds.flatMap((round) => combatOf(round));
      expect(countEvents(events)["kill"]).toBe(count(/^ *\d+ Kill: /gm));
      expect(countEvents(events)["revive"] ?? 0).toBe(count(/^ *\d+ Medic_Revive: /gm));
      expect(rounds.filter(({ end }) => end?.endReason === "finished")).toHaveLength(
        count(/^ *\d+ Exit: .*\.$/gm),
      );
    },
  );

  test.each([
    ["stopwatch-12_games.log.gz", ["finished", "finished"], [1, 2]],
    ["stopwatch-12_etconsole.log.gz", ["finished", "finished"], [1, 2]],
    ["restart-10_games.log.gz", ["map_restart", "map_change", undefined], [1, 1, 1]],
    ["crash-10_games.log.gz", [undefined], [1]],
    ["games-real-2026-08-11.log.gz", ["finished", "finished", "map_change", undefined], [1, 2, 1, 1]],
  ])("%s: how its rounds ended, and which they are", async (name, ends, numbers) => {
    const { rounds } = await readForeign(GAME_LOG_READER, sample(`gamelog/${name}`));
    expect(rounds.map(({ end }) => end?.endReason)).toEqual(ends);
    expect(rounds.map(({ round }) => round)).toEqual(numbers);
  });

  test("a log without times is refused at the first line that needs one", async () => {
    const file = sample("gamelog/pause-8_etconsole.log.gz");
    const { fault, rounds } = await readForeign(GAME_LOG_READER, file);
    expect(rounds).toEqual([]);
    const lines = file.bytes.toString("latin1").split("\n");
    expect(fault?.line).toBe(lines.findIndex((text) => text.startsWith("Kill: ")) + 1);
  });

  test("etconsole.log knows the GUIDs, games.log the names alone", async () => {
    const [console] = (await readForeign(GAME_LOG_READER, sample("gamelog/stopwatch-12_etconsole.log.gz")))
      .rounds;
    expect(new Set(console?.players.map(({ guid }) => guid)).size).toBe(12);
    expect(console?.players.every(({ guid }) => guid.length === 32)).toBe(true);
    expect(console?.notes).not.toContain("players_by_name");
    const [games] = (await readForeign(GAME_LOG_READER, sample("gamelog/stopwatch-12_games.log.gz"))).rounds;
    expect(games?.players.every(({ guid, isByName }) => guid === "" && isByName === true)).toBe(true);
    expect(games?.notes).toContain("players_by_name");
  });

  test.each(timed.map((file) => [file.name, file] as const))("%s cut anywhere", async (_, file) => {
    const whole = (await readForeign(GAME_LOG_READER, file)).rounds;
    for (const cut of cuts(file)) {
      const { fault, rounds } = await readForeign(GAME_LOG_READER, cut);
      expect(fault).toBeUndefined();
      const [last, ...others] = [...rounds].reverse();
      for (const [index, round] of others.reverse().entries())
        expect(round.contentSha256).toBe(whole[index]?.contentSha256);
      // The last may be cut: then it is the beginning of the whole one.
      const truth = whole[rounds.length - 1];
      if (last === undefined || truth === undefined || last.end?.endReason === truth.end?.endReason) continue;
      expect(last.end?.endReason === "finished").toBe(false);
      expect(combatOf(truth).slice(0, combatOf(last).length)).toEqual(combatOf(last));
    }
  });
});

async function readOne(text: string): Promise<ForeignRound> {
  const { fault, rounds } = await readText(text);
  const [round] = rounds;
  if (round === undefined || rounds.length > 1) throw new Error(fault?.message ?? `${rounds.length} rounds`);
  return round;
}

test.each([1, 7, 65536])("a round, in chunks of %i bytes", async (chunkBytes) => {
  const text =
    begin(500) +
    twoPlayers(1000) +
    kill(4500) +
    line(5000, "Medic_Revive: 1 1") +
    line(9500, "Exit: Timelimit hit.");
  const { rounds } = await readText(text.replaceAll("\n", "\r\n"), chunkBytes);
  const [round] = rounds;
  expect(round).toMatchObject({
    map: "supply",
    gameType: 3,
    startedAt: "2026-08-11T05:09:02.000Z",
    notes: ["start_local", "pauses_counted", "players_by_name"],
    end: { endMs: 9000, endedAt: "2026-08-11T05:09:11.000Z", endReason: "finished", winnerTeam: null },
    players: [
      { timeMs: 500, slot: 0, name: "Anna", team: 1, class: 2 },
      { timeMs: 500, slot: 1, name: "Bö", team: 2, class: 2 },
    ],
  });
  expect(round === undefined ? [] : combatOf(round)).toEqual([
    { time_ms: 500, event: "join", attacker_slot: null, target_slot: 0 },
    { time_ms: 500, event: "join", attacker_slot: null, target_slot: 1 },
    { time_ms: 4000, event: "kill", attacker_slot: 0, target_slot: 1, means_of_death: 8, relation: "enemy" },
    { time_ms: 4500, event: "revive", attacker_slot: 1, target_slot: 1 },
  ]);
});

test.each([
  ["1022 1 32", null, "world"],
  ["1 1 33", 1, "self"],
  ["0 1 8", 0, "enemy"],
])("kill %s", async (text, attacker, relation) => {
  const round = await readOne(begin(0) + twoPlayers(0) + kill(10, text));
  expect(combatOf(round).at(-1)).toMatchObject({ attacker_slot: attacker, relation });
});

test("a kill of a teammate", async () => {
  const round = await readOne(begin(0) + player(0, 0, "A", 1) + player(0, 1, "B", 1) + kill(10));
  expect(combatOf(round).at(-1)).toMatchObject({ relation: "team" });
});

test("who changes team leaves one and joins the other; who goes leaves", async () => {
  const text = begin(0) + twoPlayers(0) + player(100, 0, "Anna", 2) + player(150, 0, "Anna2", 2);
  const round = await readOne(
    `${text}${kill(200)}${line(300, "ClientDisconnect: 0")}${line(400, "ClientDisconnect: 5")}`,
  );
  const moves = combatOf(round).filter(({ target_slot: slot }) => slot === 0);
  expect(moves.map(({ event, time_ms: time }) => `${String(event)} ${String(time)}`)).toEqual([
    "join 0",
    "leave 100",
    "join 100",
    "leave 300",
  ]);
});

test("a warm-up is no round; one that nobody dies in is, when it is decided", async () => {
  const text = begin(0) + twoPlayers(0) + line(50, "ShutdownGame:") + begin(100);
  expect((await readText(text)).rounds).toEqual([]);
  expect((await readText(`${text}${line(200, "Exit: Wolf EndRound.")}`)).rounds).toHaveLength(1);
});

test("the second round of stopwatch follows a decided first on the same map", async () => {
  const played = (map: string, type: string): string =>
    `${begin(0, map, type)}${twoPlayers(0)}${kill(5)}${line(9, "Exit: Timelimit hit.")}${line(9, "ShutdownGame:")}`;
  const rounds = async (...texts: readonly string[]): Promise<number[]> =>
    (await readText(texts.join(""))).rounds.map(({ round }) => round);
  const supply = played("supply", "Stopwatch");
  const warmup = begin(0) + line(1, "ShutdownGame:");
  expect(await rounds(supply, warmup, supply, supply)).toEqual([1, 2, 1]);
  expect(await rounds(supply, played("radar", "Stopwatch"), supply)).toEqual([1, 1, 1]);
  expect(await rounds(played("supply", "Objective"), played("supply", "Objective"))).toEqual([1, 1]);
});

test("what comes before the first start of a game is left out", async () => {
  const round = await readOne(twoPlayers(0) + kill(10) + begin(50) + twoPlayers(60) + kill(70));
  expect(countEvents(combatOf(round))).toEqual({ join: 2, kill: 1 });
});

test("a chat line, a line of another module and a torn last line tell nothing", async () => {
  const text = `${begin(0)}${twoPlayers(0)}${kill(5)}${line(6, "say: ^7A: Kill: 0 1 8: x")}${line(7, "Endstats: Kill: 0 1 8:")}`;
  const round = await readOne(`${text}      9 Exit: Timelimit hit.`);
  expect(countEvents(combatOf(round))).toEqual({ join: 2, kill: 1 });
  expect(round.end).toBeUndefined();
});

test.each([
  ["a slot that nobody is in", kill(5, "0 7 8")],
  ["a killer whom nobody named", kill(5, "9 1 8")],
  ["something else", line(5, "Kill: Anna Bert")],
  ["a medic whom nobody named", line(5, "Medic_Revive: 9 1")],
])("a line with %s is told with its number, and refuses the round alone", async (_, text) => {
  const bad =
    begin(0) + twoPlayers(0) + kill(1) + text + line(9, "Exit: Timelimit hit.") + line(9, "ShutdownGame:");
  const good = begin(0, "radar") + twoPlayers(0) + kill(1);
  const { rounds } = await readText(bad + good);
  const faults = rounds.map((round) =>
    [...(round.rows.combat?.() ?? [])].flatMap((row) => ("fault" in row ? row.fault : [])),
  );
  expect(faults).toMatchObject([[{ code: "E_FOREIGN_FILE", line: 8 }], []]);
});

test("an engine before 2.77 does not say when or where the round was", async () => {
  const text = `  0:00 InitGame: \\c0\n  0:01 ClientUserinfoChanged: 0 n\\A\\t\\1\\c\\0\n  0:02 Kill: 0 0 33: x\n`;
  const { fault } = await readText(text);
  expect(fault).toMatchObject({ code: "E_FOREIGN_FILE", line: 1 });
});

test.each([
  ["minutes", (s: number) => `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`],
  ["the time of day", (s: number) => `23:59.${String(s % 60).padStart(2, "0")}`],
])("times as %s", async (_, clock) => {
  const text = begin(0) + twoPlayers(0) + kill(5000) + line(9000, "Exit: Timelimit hit.");
  const timed = text.replace(/^ *(\d+) /gm, (_all, ms: string) => `${clock(Number(ms) / 1000)} `);
  const round = await readOne(timed);
  expect(round.end?.endMs).toBe(9000);
});

test("midnight goes by", async () => {
  const text = (begin(0) + twoPlayers(0)).replace(/^ *\d+ /gm, "23:59.50 ");
  const round = await readOne(`${text}00:00.10 Kill: 0 1 8: x\n`);
  expect(combatOf(round).at(-1)).toMatchObject({ time_ms: 20_000 });
});

test("a line without end does not fill the memory", async () => {
  const { rounds } = await readText(`${begin(0)}${twoPlayers(0)}${"x".repeat(100_000)}\n${kill(5)}`);
  expect(rounds).toHaveLength(1);
});

test("statistics of the engine at the end of a round", async () => {
  const stats = "WeaponStats: 0 0 17 1 2 3 4 5 6 7 8 9 10 100 90 80 70 6 5 4 3 2 69.3 21 44 0.00 0.00 0";
  const text = begin(0) + twoPlayers(0) + kill(5) + line(9, "Exit: Timelimit hit.") + line(10, stats);
  const { totals } = await readOne(`${text}${line(10, "WeaponStats: 1 0 0 0 0.00 0.00 0")}`);
  expect(totals).toMatchObject([
    {
      player: { name: "Anna" },
      coversRounds: 1,
      weapons: [
        { bin: 0, hits: 1, shots: 2, kills: 3, deaths: 4, headshots: 5 },
        { bin: 4, hits: 6, shots: 7, kills: 8, deaths: 9, headshots: 10 },
      ],
      totals: {
        damage_given: 100,
        damage_received: 90,
        team_damage_given: 80,
        team_damage_received: 70,
        gibs: 6,
        assists: 5,
        self_kills: 4,
        team_kills: 3,
        team_gibs: 2,
      },
    },
  ]);
});

test("logs are recognised, and read on request alone", () => {
  expect(GAME_LOG_READER.isOnRequest).toBe(true);
  for (const { bytes } of samplesOf("gamelog"))
    expect(GAME_LOG_READER.recognises(bytes.toString("latin1", 0, 4096))).toBe(true);
  expect(GAME_LOG_READER.recognises("12 monkeys\nKill them\n")).toBe(false);
});
