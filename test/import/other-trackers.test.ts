/** Files of Oksii's recorder, of c0rnp0rn.lua and of the engine's log, in a database. */
import { appendFile, copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { gunzipSync } from "node:zlib";

import { beforeAll, describe, expect, test } from "vitest";

import { importPaths, setUpImports } from "../support/import.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { FOREIGN_FOLDER as FIXTURES, sample, samplesOf } from "../support/foreign-files.ts";
import { sharedRecording } from "../support/shared-recordings.ts";

const imports = setUpImports();
const OKSII_ROUND = "2.6.0-stopwatch-stats-1795360784-2026-11-22-151944-arena1-round-1.json.gz";

const write = async (name: string, bytes: Buffer | string): Promise<string> => {
  const file = path.join(imports.folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, bytes);
  return file;
};

describe("a folder of samples", () => {
  let database: TestDatabase;
  let report: Awaited<ReturnType<typeof importPaths>>;
  beforeAll(async () => {
    database = await createTestDatabase();
    report = await importPaths(database.sql, [path.join(FIXTURES, "oksii"), path.join(FIXTURES, "c0rnp0rn")]);
  }, 120_000);

  test("each good file is stored, each broken one is refused with line and reason", () => {
    const refused = report.files.filter(({ fate }) => fate === "rejected");
    expect(refused.map(({ error, label }) => [path.basename(label), error?.code, error?.line])).toEqual(
      expect.arrayContaining([
        ["round-cut.json.gz", "E_FOREIGN_FILE", 1],
        ["groups.json.gz", "E_FOREIGN_FORMAT", 1],
        ["round-57131-1.json.gz", "E_FOREIGN_FILE", 0],
        ["2025-09-29-120000-etl_adlernest-round-1.txt", "E_FOREIGN_FILE", 3],
        ["2025-10-02-212249-etl_adlernest-round-2.cut.txt", "E_FOREIGN_FILE", 6],
        ["2025-12-17-120000-goldrush-round-1.txt", "E_FOREIGN_FILE", 2],
      ]),
    );
    expect(report.totals).toMatchObject({ files: { passedOver: 2 }, known: { endstats: 1 } });
    // Several versions recorded one match: of files that contradict each other one is stored.
    const conflicts = refused
      .filter(({ error }) => error?.code === "E_CONFLICT")
      .map(({ label }) => path.basename(label));
    expect(conflicts.every((name) => /^(?:2\.[146]\.0|1\.2\.7)-/.test(name))).toBe(true);
    expect(refused).toHaveLength(7 + conflicts.length);
    const broken = ["round-cut", "groups", "round-57131", "2025-09-29", ".cut.", "2025-12-17", "endstats"];
    const good = [...samplesOf("oksii"), ...samplesOf("c0rnp0rn")].filter(
      ({ file, name }) => file.startsWith(FIXTURES) && !broken.some((part) => name.includes(part)),
    );
    const stored = report.files
      .filter(({ fate }) => fate === "imported")
      .map(({ label }) => path.basename(label, ".gz"));
    for (const { name } of good)
      expect([...stored, ...conflicts.map((label) => path.basename(label, ".gz"))]).toContain(name);
  });

  test("a second import changes nothing", async () => {
    const again = await importPaths(database.sql, [
      path.join(FIXTURES, "oksii"),
      path.join(FIXTURES, "c0rnp0rn"),
    ]);
    expect(again.totals.rounds).toMatchObject({ imported: 0, replaced: 0 });
    expect(again.totals.files.imported).toBe(0);
    expect(again.totals.rows).toBe(0);
  });

  test("gibs, which it does not record, are not counted as none", async () => {
    const rows = await database.sql`
      select sum(kills)::int > 0 as has_kills, count(gibs)::int as gibs
      from player_engagement_stats join rounds using (round_id) where source = 'oksii'`;
    expect(rows).toEqual([{ has_kills: true, gibs: 0 }]);
  });

  test("totals of round 2 are what it holds less what round 1 holds", async () => {
    const [one = [], two = []] = [1, 2].map((round) => {
      const name =
        round === 1 ? "2025-11-01-224514-supply-round-1.txt" : "2025-11-01-225509-supply-round-2.txt";
      return sample(`c0rnp0rn/${name}`)
        .bytes.toString("latin1")
        .split(/\r?\n/)
        .slice(1)
        .filter((line) => line !== "");
    });
    const given = (rows: readonly string[]): Map<string, number> =>
      new Map(rows.map((row) => [row.slice(0, 8), Number(row.split("\t")[1])]));
    const before = given(one);
    const expected = Object.fromEntries(
      [...given(two)].map(([guid, damage]) => [guid, damage - (before.get(guid) ?? 0)]),
    );
    const rows = await database.sql<{ guid: string; damage_given: number; basis: string; xp: number }[]>`
      select guid, damage_given, basis, xp
      from round_player_totals join rounds using (round_id) join players using (player_id)
      where map = 'supply' and round = 2 and source = 'c0rnp0rn' and started_at::date = '2025-11-01'`;
    expect(Object.fromEntries(rows.map((row) => [row.guid, row.damage_given]))).toEqual(expected);
    expect(new Set(rows.map(({ basis }) => basis))).toEqual(new Set(["difference"]));
    // XP are of the round alone.
    expect(new Map(rows.map(({ guid, xp }) => [guid, xp]))).toEqual(
      new Map(two.map((row) => [row.slice(0, 8), Number(row.split("\t")[10])])),
    );
  });

  test("round 2 without its round 1 is flagged", async () => {
    const rows = await database.sql<{ map: string; basis: string }[]>`
      select distinct map, basis from round_player_totals join rounds using (round_id)
      where source = 'c0rnp0rn' and started_at < '2025-06-01'`;
    expect(new Map(rows.map(({ basis, map }) => [map, basis]))).toEqual(
      new Map([
        ["te_escape2", "round"],
        ["sw_goldrush_te", "unpaired"],
        ["supply", "unpaired"],
      ]),
    );
  });

  test("rounds of totals have players and no rows, and are never complete where the format cannot tell", async () => {
    const [round] = await database.sql`
      select combat_rows, position_rows, is_complete, end_reason, source_notes, end_ms, tracker_version,
        (select count(*)::int from round_players where round_players.round_id = rounds.round_id) as players
      from rounds where source = 'c0rnp0rn' and map = 'etl_sp_delivery'`;
    expect(round).toEqual({
      combat_rows: null,
      position_rows: null,
      is_complete: false,
      end_reason: "finished",
      source_notes: [
        "start_local",
        "slots_made_up",
        "end_not_marked",
        "clock_uncertain",
        "round_number_late",
      ],
      end_ms: 508_000,
      tracker_version: "c0rnp0rn 39",
      players: 8,
    });
    const matches = await database.sql`
      select count(*)::int as rounds, bool_and(is_complete) as complete from rounds where tracker_version = 'oksii 1.0'`;
    expect(matches).toEqual([{ rounds: 23, complete: false }]);
  });
});

test("the same file with other line ends, and in another folder, is one round", async () => {
  const { bytes, name } = sample("c0rnp0rn/2025-10-02-211808-etl_adlernest-round-1.txt");
  await write(name, bytes);
  await write(`mirror/${name}`, bytes.toString("latin1").replaceAll("\n", "\r\n"));
  const report = await imports.run([imports.folder]);
  expect(report.totals.rounds).toMatchObject({ imported: 1, rejected: 0 });
  expect(report.totals.files).toMatchObject({ imported: 1, skipped: 1 });
});

test("a rehearsal stores nothing", async () => {
  const { bytes, name } = sample("c0rnp0rn/2025-08-10-234602-etl_frostbite-round-1.txt");
  const file = await write(name, bytes);
  const report = await imports.run([file], { dryRun: true });
  expect(report.totals.rounds.imported).toBe(1);
  expect(
    await imports.sql`select from player_totals join rounds using (round_id) where map = 'etl_frostbite'`,
  ).toHaveLength(0);
});

test("a round whose log was cut before its end is stored, and incomplete", async () => {
  const { bytes, name } = sample(`oksii/${OKSII_ROUND}`);
  const payload = JSON.parse(bytes.toString("latin1")) as { gamelog: readonly { readonly label: string }[] };
  const end = payload.gamelog.findIndex(({ label }) => label === "round_end");
  const cut = JSON.stringify({ ...payload, gamelog: payload.gamelog.slice(0, end) });
  const report = await imports.run([await write(name.replace(/\.gz$/, ""), Buffer.from(cut, "latin1"))]);
  expect(report.rounds.map(({ complete, endReason }) => [complete, endReason])).toEqual([[false, "cut"]]);
  const [round] = await imports.sql`
    select is_complete, end_reason, ended_at, winner_team, (
      select count(*)::int from combat_events e where e.round_id = r.round_id and event = 'kill') as kills
    from rounds r where source = 'oksii' and tracker_version = 'oksii 2.6.0'`;
  const kills = payload.gamelog.filter(({ label }) => ["kill", "suicide", "teamkill"].includes(label));
  expect(round).toEqual({
    is_complete: false,
    end_reason: "cut",
    ended_at: null,
    winner_team: null,
    kills: kills.length,
  });
});

test("a GUID of 8 characters stands for that of 32, while there is only one", async () => {
  const link = async (): Promise<unknown> => {
    const [player] = await imports.sql`
      select whole.guid from players short left join players whole on whole.player_id = short.same_as_player_id
      where short.guid = '6DCE1992'`;
    return player?.["guid"];
  };
  const { bytes, name } = sample("c0rnp0rn/2025-03-30-230355-te_escape2-round-1.txt");
  await imports.run([await write(name, bytes)]);
  expect(await link()).toBeNull();
  const guids = ["A", "B"].map((letter) => `6DCE1992${letter.repeat(24)}`);
  const payload = (guid: string | undefined, unix: number): string =>
    JSON.stringify({
      round_info: { mapname: "radar", round: 1, round_start_unix: unix },
      player_stats: {
        [guid ?? ""]: { name: "vat", team: "1", weaponStats: ["0", ...new Array<string>(10).fill("0")] },
      },
    });
  await imports.run([await write("one.json", payload(guids[0], 1_795_000_000))]);
  expect(await link()).toBe(guids[0]);
  await imports.run([await write("two.json", payload(guids[1], 1_795_100_000))]);
  expect(await link()).toBeNull();
});

describe("the engine's log", () => {
  const log = "gamelog/games-real-2026-08-11.log.gz";
  const rounds = () =>
    imports.sql<{ map: string; round: number; end_reason: string; kills: number }[]>`
      select map, round, end_reason::text,
        (select count(*)::int from combat_events e where e.round_id = rounds.round_id and event = 'kill') as kills
      from rounds where source = 'game-log' and started_at between '2026-08-11' and '2026-08-12' order by started_at`;

  test("is read where a person names it, and not by accident", async () => {
    const file = await write("games.log", sample(log).bytes);
    const scan = await imports.run([imports.folder]);
    expect(scan.totals.files).toMatchObject({ imported: 0, rejected: 0, passedOver: 1 });
    const report = await imports.run([file]);
    expect(report.totals.rounds).toMatchObject({ imported: 4, rejected: 0 });
    expect(await rounds()).toEqual([
      { map: "etl_sp_delivery", round: 1, end_reason: "finished", kills: 66 },
      { map: "etl_sp_delivery", round: 2, end_reason: "finished", kills: 38 },
      { map: "te_escape2", round: 1, end_reason: "map_change", kills: 21 },
      { map: "sw_goldrush_te", round: 1, end_reason: "cut", kills: 34 },
    ]);
    const basis = await imports.sql`
      select round, basis from round_player_totals join rounds using (round_id) where source = 'game-log'
      group by round, basis order by round`;
    expect(basis).toEqual([
      { round: 1, basis: "round" },
      { round: 2, basis: "difference" },
    ]);
  });

  test("may grow: what is new of it is stored, and each round once", async () => {
    const { bytes } = sample("gamelog/stopwatch-12_games.log.gz");
    const lines = bytes.toString("latin1").split("\n");
    const middle = lines.findIndex((line, index) => index > 277 && line.includes(" Kill: "));
    const file = await write("games.log", Buffer.from(`${lines.slice(0, middle).join("\n")}\n`, "latin1"));
    const first = await imports.run([file]);
    expect(first.rounds.map(({ complete, endReason }) => [complete, endReason])).toEqual([
      [true, "finished"],
      [false, "cut"],
    ]);
    await appendFile(file, Buffer.from(lines.slice(middle).join("\n"), "latin1"));
    const second = await imports.run([file]);
    expect(second.rounds.map(({ complete, status }) => [status, complete])).toEqual([
      ["skipped", true],
      ["replaced", true],
    ]);
    const third = await imports.run([file], { verify: true });
    expect(third.totals.rounds).toMatchObject({ imported: 0, replaced: 0, skipped: 2 });
    // The old log again, from a copy: what is stored goes on where it ends.
    const old = await write("old.log", Buffer.from(`${lines.slice(0, middle).join("\n")}\n`, "latin1"));
    expect((await imports.run([old])).totals.rounds).toMatchObject({ replaced: 0, rejected: 0 });
  });

  test("a line that cannot be understood refuses its round alone, with its number", async () => {
    const lines = sample("gamelog/restart-10_games.log.gz").bytes.toString("latin1").split("\n");
    const kill = lines.findIndex((line) => line.includes(" Kill: "));
    lines[kill] = lines[kill]?.replace(/Kill: \d+ \d+/, "Kill: 63 62") ?? "";
    const report = await imports.run([await write("games.log", lines.join("\n"))]);
    expect(report.totals.rounds).toMatchObject({ imported: 2, rejected: 1 });
    const [fault] = report.files.flatMap(({ error }) => error ?? []);
    expect(fault).toMatchObject({ code: "E_FOREIGN_FILE", line: kill + 1 });
  });
});

describe("games.log and etconsole.log of one evening", () => {
  const logs = ["games.log", "etconsole.log"];
  const writeLogs = (): Promise<string[]> =>
    Promise.all(logs.map((name) => write(name, sample(`gamelog/stopwatch-12_${name}.gz`).bytes)));

  test.each([
    ["one after the other", false],
    ["together", true],
  ])(
    "%s: both are stored, and each round counts once",
    async (_, isTogether) => {
      const files = await writeLogs();
      for (const order of [files, [...files].reverse()]) {
        const { sql } = await createTestDatabase();
        for (const paths of isTogether ? [order] : order.map((file) => [file])) {
          const report = await importPaths(sql, paths);
          expect(report.totals.files).toMatchObject({ rejected: 0, imported: 2 * paths.length });
        }
        const found = await sql`
        select r.round, 'players_by_name' = any(r.source_notes) as is_by_name, o.round as same_as,
          'players_by_name' = any(o.source_notes) as same_is_by_name, (
            select count(*)::int from combat_events e where e.round_id = r.round_id and event = 'kill' and relation = 'enemy') as kills
        from rounds r left join rounds o on o.round_id = r.same_as_round_id order by 1, 2`;
        const [none, names] = [
          { same_as: null, same_is_by_name: null, is_by_name: false },
          { same_is_by_name: false, is_by_name: true },
        ];
        expect(found).toEqual([
          { round: 1, ...none, kills: 22 },
          { round: 1, ...names, same_as: 1, kills: 22 },
          { round: 2, ...none, kills: 24 },
          { round: 2, ...names, same_as: 2, kills: 24 },
        ]);
        expect((await importPaths(sql, files, { verify: true })).totals).toMatchObject({
          rounds: { imported: 0, replaced: 0, rejected: 0, skipped: 4 },
        });
      }
    },
    60_000,
  );

  test("beside ours, both are linked to ours in one import", async () => {
    const played = await sharedRecording("stopwatch-12");
    const { sql } = await createTestDatabase();
    await importPaths(sql, [path.join(played.folder, "gamestats"), ...(await writeLogs())]);
    const links = await sql`
      select r.round, o.source, o.round as same_as from rounds r left join rounds o on o.round_id = r.same_as_round_id
      where r.source = 'game-log' order by 1`;
    expect(links).toEqual([1, 1, 2, 2].map((round) => ({ round, source: "prox", same_as: round })));
  });
});

test("a match of which we have the recording is the same in ours and in theirs", async () => {
  const played = await sharedRecording("stopwatch-12");
  const files = [path.join(played.folder, "gamestats")];
  for (const name of [
    OKSII_ROUND,
    "2.4.0-stopwatch-stats-1795360910-2026-11-22-152150-arena1-round-2.json.gz",
  ]) {
    const copy = path.join(imports.folder, name);
    await copyFile(path.join(FIXTURES, "oksii", name), copy);
    files.push(copy);
  }
  const log = await write(
    "etconsole.log",
    gunzipSync(await readFile(path.join(FIXTURES, "gamelog/stopwatch-12_etconsole.log.gz"))),
  );
  const { sql } = await createTestDatabase();
  await importPaths(sql, [...files, log]);
  const rounds = await sql<
    { round_id: number; round: number; source: string; same_as_round_id: number | null }[]
  >`
    select round_id, round, source, same_as_round_id from rounds where map = 'arena1' order by source, round`;
  const of = (source: string, round: number) =>
    rounds.find((found) => found.source === source && found.round === round);
  for (const round of [1, 2]) {
    const [ours, oksii, engine] = [of("prox", round), of("oksii", round), of("game-log", round)];
    if (ours === undefined || oksii === undefined || engine === undefined)
      throw new Error("a round is missing");
    expect(oksii.same_as_round_id).toBe(ours.round_id);
    expect(engine.same_as_round_id).toBe(ours.round_id);
    const kills = (roundId: number) => sql<
      { time_ms: number; killer: string | null; victim: string; relation: string; means: number }[]
    >`
      select time_ms, a.guid as killer, t.guid as victim, relation::text, means_of_death as means
      from combat_events left join players a on a.player_id = attacker_player_id
      join players t on t.player_id = target_player_id
      where round_id = ${roundId} and event = 'kill' order by event_number`;
    const bare = (rows: Awaited<ReturnType<typeof kills>>) => rows.map((row) => ({ ...row, time_ms: 0 }));
    const [mine, theirs, logged] = [
      await kills(ours.round_id),
      await kills(oksii.round_id),
      await kills(engine.round_id),
    ];
    if (round === 1) expect(mine.filter(({ relation }) => relation === "enemy")).toHaveLength(22);
    expect(bare(theirs)).toEqual(bare(mine));
    expect(bare(logged)).toEqual(bare(mine));
    // The recorder's clock begins later by one constant; the log's lines are as old as a frame.
    const apart = theirs.map(({ time_ms: time }, index) => time - (mine[index]?.time_ms ?? 0));
    expect(Math.max(...apart) - Math.min(...apart)).toBeLessThanOrEqual(100);
    expect(
      Math.max(...logged.map(({ time_ms: time }, index) => Math.abs(time - (mine[index]?.time_ms ?? 0)))),
    ).toBeLessThanOrEqual(100);
    const players = (roundId: number) => sql<{ guid: string }[]>`
      select distinct guid from round_players join players using (player_id)
      where round_id = ${roundId} and team in (1, 2) order by guid`;
    expect(await players(oksii.round_id)).toEqual(await players(ours.round_id));
    const hits = (roundId: number) => sql<
      { attacker: string | null; target: string; means: number; damage: number }[]
    >`
      select a.guid as attacker, t.guid as target, means_of_death as means, damage, damage_effective, target_is_wounded
      from combat_events left join players a on a.player_id = attacker_player_id
      join players t on t.player_id = target_player_id
      where round_id = ${roundId} and event = 'hit' order by event_number`;
    expect(await hits(oksii.round_id)).toEqual(await hits(ours.round_id));
  }
});
