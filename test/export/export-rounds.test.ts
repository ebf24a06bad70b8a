import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { beforeAll, describe, expect, test } from "vitest";

import type { Sql } from "../../src/db/driver/connect.ts";
import { prunePositions } from "../../src/db/prune.ts";
import { filesOf } from "../../src/export/manifest.ts";
import { EXPORTED_VIEWS, exportTables, LEFT_OUT } from "../../src/export/tables.ts";
import { packagePath } from "../../src/package-root.ts";
import { IS_CITUS } from "../support/citus.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import {
  ask,
  askDuckDb,
  expectWhole,
  exportTo,
  fileCells,
  hashes,
  manifestOf,
  newFolder,
  queriedCells,
  queriedTables,
  storedCells,
} from "../support/exports.ts";
import { addRound } from "../support/hand-made.ts";
import { HOSTILE_NAMES } from "../support/hostile-names.ts";
import { importPaths } from "../support/import.ts";
import { refusal } from "../support/refusal.ts";
import { sharedRecording } from "../support/shared-recordings.ts";

const RECORDINGS = ["objective-16", "pause-8", "restart-10", "stopwatch-12", "crash-10", "objectives-12"];
const HOSTILE_MAPS = ["a/b", "x=y", "..", "1942", "ü b'c", "%41", "null", `"; drop table rounds; --`];

let database: TestDatabase;
let sql: Sql;
let ids: Record<string, number>;
/** An export of everything as Parquet; tests that change one make a copy. */
let whole: string;

/** What {@link storedCells} gives of the tables, which no test changes. */
const stored = new Map<string, string[]>();
async function cellsOf(table: string): Promise<string[]> {
  const cells = stored.get(table) ?? (await storedCells(sql, table));
  stored.set(table, cells);
  return cells;
}

/** A copy of {@link whole}. */
function copyOfWhole(): string {
  const folder = newFolder();
  cpSync(whole, folder, { recursive: true, preserveTimestamps: true });
  return folder;
}

/** Rounds with whatever a column can hold: names, maps, times to the microsecond, times and numbers without end, null. */
async function addHostileRounds(): Promise<Record<string, number>> {
  const names = Object.values(HOSTILE_NAMES).map((name) => name.replaceAll("\0", ""));
  const players = [...names, ""].map((name, slot) => ({
    guid: `GUID ${slot} ${name}`,
    name,
    team: 1 as const,
  }));
  const found: Record<string, number> = {};
  for (const map of HOSTILE_MAPS) {
    const round = await addRound(sql, {
      key: `hostile ${map}`,
      map,
      players,
      startedAt: "2026-10-31T23:59:59.999Z",
    });
    found[map] = round.roundId;
    await round.addPositions([
      { timeMs: 1000, slot: 0, at: [0.1, -0.2, 1e6] },
      { timeMs: 2000, slot: 1, at: [1 / 3, 2 / 3, 5e-7] },
    ]);
  }
  await sql`update rounds set ended_at = '2026-10-31 23:59:59.123456+00', frame_mean_us = 'NaN',
    configuration = ${sql.json({ 'it\'s "x"': "\\ ,\n\t", empty: "" })} where round_key = 'hostile a/b'`;
  const texts = [...names, "a,b", 'c"d', "e\\f", "null", "", "[x]", "{y}", "it's", "line\nend", " lead "];
  await sql`update rounds set source_notes = ${texts} where round_key = 'hostile 1942'`;
  await sql`update rounds set ended_at = 'infinity', frame_mean_us = '-Infinity' where round_key = 'hostile ..'`;
  await sql`update players set first_seen_at = '-infinity', last_seen_at = '1999-12-31 23:59:59.000001+00' where guid like 'GUID 3%'`;
  return found;
}

beforeAll(async () => {
  database = await createTestDatabase();
  sql = database.sql;
  const folders = await Promise.all(RECORDINGS.map(async (name) => (await sharedRecording(name)).folder));
  await importPaths(sql, folders);
  ids = await addHostileRounds();
  whole = newFolder();
  await exportTo(sql, whole);
}, 300_000);

describe("the tables", () => {
  test("all are exported or left out with a reason, and no column goes as text that is none", async () => {
    const tables = await exportTables(sql);
    const all = await sql<{ name: string }[]>`
      select tablename as name from pg_tables where schemaname = 'public' order by 1`;
    const known = [...tables.map(({ name }) => name), ...Object.keys(LEFT_OUT)].sort();
    const views = Object.keys(EXPORTED_VIEWS);
    expect(known).toEqual([...all.map(({ name }) => name), ...views].sort());
    const texts = tables.flatMap(({ columns }) =>
      columns.filter(
        ({ databaseType, type, values }) => type === "VARCHAR" && values === null && databaseType !== "text",
      ),
    );
    expect(texts).toEqual([]);
  });

  test("a new table and a new column come by themselves", async () => {
    const own = await createTestDatabase();
    await addRound(own.sql, { key: "one", players: [] });
    await own.sql`alter table rounds add column weather text default 'rain'`;
    await own.sql`create table later (round_id integer not null, spots integer[], price numeric(6, 2))`;
    await own.sql`insert into later select round_id, '{1,null,3}', 12.34 from rounds`;
    const folder = newFolder();
    await exportTo(own.sql, folder);
    expect(await ask(folder, "select weather, spots, price from rounds join later using (round_id)")).toEqual(
      [["rain", [1, null, 3], "12.34"]],
    );
  });
});

describe("an export", () => {
  test("as Parquet equals the database, cell by cell, as DuckDB alone reads it", async () => {
    const folder = whole;
    expectWhole(folder);
    let rows = 0;
    const names = (await exportTables(sql)).map(({ name }) => name);
    const queried = await queriedTables(sql, folder, names);
    for (const name of names) {
      const cells = await cellsOf(name);
      rows += cells.length;
      if (cells.length === 0) continue;
      expect(await fileCells(sql, `${folder}/${name}/**/*.parquet`, name), name).toEqual(cells);
      expect(queried.get(name), name).toEqual(cells);
    }
    expect(rows).toBeGreaterThan(20_000);
  }, 300_000);

  test.each(["csv", "ndjson"] as const)(
    "as %s equals it too, as a query reads it",
    async (format) => {
      const folder = newFolder();
      await exportTo(sql, folder, { format });
      const names = (await exportTables(sql)).map(({ name }) => name);
      const queried = await queriedTables(sql, folder, names);
      for (const name of names) expect(queried.get(name), name).toEqual(await cellsOf(name));
    },
    300_000,
  );

  test("says types and units in its files, and comments in the manifest", async () => {
    const folder = whole;
    const [file] = filesOf(manifestOf(folder)).filter(({ table }) => table === "player_positions");
    const [found] = await askDuckDb(
      `select decode(value) as text from parquet_kv_metadata('${folder}/${file?.path}') where decode(key) = 'prox'`,
    );
    const said = JSON.parse(found?.["text"] as string) as { columns: object[] };
    expect(said.columns).toContainEqual({ name: "yaw_deg", type: "FLOAT", unit: "degrees" });
    expect(said.columns).toContainEqual({ name: "x", type: "FLOAT", unit: "units" });
    const table = manifestOf(folder).tables.find(({ name }) => name === "player_positions");
    expect(table?.columns).toContainEqual({
      name: "yaw_deg",
      type: "FLOAT",
      databaseType: "real",
      nullable: expect.any(Boolean) as boolean,
      unit: "degrees",
      comment: expect.stringContaining("view angle") as string,
      values: null,
    });
  });

  test("twice gives equal bytes, and again changes no file", async () => {
    const [one, other] = [copyOfWhole(), newFolder()];
    await exportTo(sql, other);
    expect(hashes(other)).toEqual(hashes(one));
    const [file] = filesOf(manifestOf(one)).filter(({ table }) => table === "rounds");
    const before = statSync(path.join(one, file?.path ?? ""));
    const { rounds } = await exportTo(sql, one);
    expect(rounds).toMatchObject({ new: 0, changed: 0, gone: 0, carried: 0 });
    expect(hashes(one)).toEqual(hashes(other));
    expect(statSync(path.join(one, file?.path ?? "")).ino).toBe(before.ino);
  });

  test("gives the same bytes where a table comes in pieces", async () => {
    const { sql: own } = await createTestDatabase();
    for (const number of [1, 2, 3]) {
      const round = await addRound(own, {
        key: `large ${number}`,
        map: "large",
        players: [{ guid: "A", name: "A", team: 1 }],
      });
      await round.addPositions([{ timeMs: 0, slot: 0, at: [number, 0, 0] }]);
    }
    const columns = await own<{ name: string }[]>`
      select attname as name from pg_attribute
      where attrelid = 'player_positions'::regclass and attnum > 0 and not attisdropped order by attnum`;
    const changed: Record<string, string> = { time_ms: "50 * step", x: "(step * 7919) % 977" };
    const values = columns.map(({ name }) => changed[name] ?? name);
    await own.unsafe(
      `insert into player_positions select ${values.join(", ")} from player_positions, generate_series(60000, 1, -1) step`,
    );
    const [pieces, again] = [newFolder(), newFolder()];
    await exportTo(own, pieces);
    await exportTo(own, again);
    // The first round is carried from the file that is there.
    await own`update rounds set server_name = 'other' where round_id > (select min(round_id) from rounds)`;
    expect((await exportTo(own, again)).rounds).toMatchObject({ carried: 1, changed: 2 });
    const ofPositions = (folder: string): [string, string][] =>
      Object.entries(hashes(folder)).filter(([file]) => file.startsWith("player_positions/"));
    expect(ofPositions(pieces)).toHaveLength(1);
    expect(ofPositions(again)).toEqual(ofPositions(pieces));
    const sums =
      "count(*)::integer, sum(x::double precision)::integer, sum(time_ms / 50)::double precision, max(round_id)";
    expect(await ask(pieces, `select ${sums} from player_positions`)).toEqual(
      await own.unsafe(`select ${sums} from player_positions`).values(),
    );
  });

  test("of one map reads the files of this map alone", async () => {
    const folder = whole;
    const [plan] = await ask(
      folder,
      "explain analyze select count(*) from player_positions where map = '1942'",
    );
    expect(/Files: (\d+)\/(\d+)/.exec(JSON.stringify(plan?.[1]))?.[1]).toBe("1");
    expect(await ask(folder, "select count(*) from player_positions where map = '1942'")).toEqual([[2]]);
    expect(
      await ask(folder, "select distinct map from player_positions where month = '2026-10' order by 1"),
    ).toEqual(HOSTILE_MAPS.toSorted().map((map) => [map]));
  });

  test("a dry run says what it would read, and writes nothing", async () => {
    const folder = path.join(newFolder(), "not there");
    const { total, written } = await exportTo(sql, folder, { isDryRun: true });
    expect(total).toBeUndefined();
    expect(written["rounds"]).toBe((await storedCells(sql, "rounds")).length);
    expect(existsSync(folder)).toBe(false);
  });

  test("with filters holds these rounds and their players", async () => {
    const folder = newFolder();
    const options = { roundIds: [ids["1942"] ?? 0], filters: ["--map 1942"] };
    await exportTo(sql, folder, options);
    expect(await ask(folder, "select map from rounds")).toEqual([["1942"]]);
    expect(await ask(folder, "select count(*) from players where guid not like 'GUID %'")).toEqual([[0]]);
    const error = await refusal(exportTo(sql, folder));
    expect(error.code).toBe("E_EXPORT_FOLDER");
    expect(error.message).toContain("--map 1942");
    expect((await exportTo(sql, folder, options)).rounds).toMatchObject({ kept: 1, gone: 0 });
  });
});

describe("what has changed since", () => {
  /** A database of its own with some rounds, exported. */
  async function exported(count: number): Promise<{ own: Sql; folder: string; rounds: number[] }> {
    const { sql: own } = await createTestDatabase();
    const rounds: number[] = [];
    for (let number = 0; number < count; number++) {
      const round = await addRound(own, {
        key: `round ${number}`,
        map: number % 2 === 0 ? "even" : "odd",
        players: [{ guid: "A", name: "A", team: 1 }],
      });
      await round.addPositions([{ timeMs: 1000, slot: 0, at: [number, 0, 0] }]);
      rounds.push(round.roundId);
    }
    await own`update rounds set position_rows = 1`;
    const folder = newFolder();
    await exportTo(own, folder);
    return { own, folder, rounds };
  }

  test("new rounds go into files of their own; the others stay", async () => {
    const { folder, own } = await exported(4);
    const before = hashes(folder);
    await addRound(own, { key: "late", map: "even", players: [{ guid: "A", name: "A", team: 1 }] });
    const { rounds, written } = await exportTo(own, folder);
    expect(rounds).toEqual({ new: 1, changed: 0, kept: 4, carried: 0, gone: 0 });
    expect(written["rounds"]).toBe(1);
    const after = hashes(folder);
    const isOfRounds = (file: string): boolean => file.includes("month=");
    expect(Object.keys(after)).toEqual(expect.arrayContaining(Object.keys(before).filter(isOfRounds)));
    expect(await ask(folder, "select count(*) from rounds")).toEqual([[5]]);
  });

  test("a row changed by hand, in any table, is written again; the neighbours in the file are carried over", async () => {
    const { folder, own, rounds } = await exported(4);
    await own`update player_positions set x = 42 where round_id = ${rounds[0] ?? 0}`;
    // Nobody tells who wrote positions that Citus has spread over servers; whatever of prox writes them, writes this row too.
    if (IS_CITUS) await own`update rounds set imported_at = now() where round_id = ${rounds[0] ?? 0}`;
    expect((await exportTo(own, folder)).rounds).toEqual({
      new: 0,
      changed: 1,
      kept: 2,
      carried: 1,
      gone: 0,
    });
    await own`update round_players set name = 'B' where round_id = ${rounds[1] ?? 0}`;
    expect((await exportTo(own, folder)).rounds).toMatchObject({ changed: 1 });
    for (const table of ["player_positions", "round_players", "rounds"])
      expect(await queriedCells(own, folder, table)).toEqual(await storedCells(own, table));
  });

  test("a deleted round goes, and its files and folders with it", async () => {
    const { folder, own, rounds } = await exported(2);
    await own`delete from player_positions where round_id = ${rounds[1] ?? 0}`;
    for (const table of ["round_players", "round_rules"])
      await own`delete from ${own(table)} where round_id = ${rounds[1] ?? 0}`;
    await own`delete from rounds where round_id = ${rounds[1] ?? 0}`;
    expect((await exportTo(own, folder)).rounds).toMatchObject({ gone: 1, kept: 1 });
    expect(existsSync(path.join(folder, "rounds/month=2026-11/map=odd"))).toBe(false);
    expect(await ask(folder, "select map from rounds")).toEqual([["even"]]);
  });

  test("many small exports of a map become one file again", async () => {
    const { folder, own } = await exported(1);
    for (let number = 0; number < 9; number++) {
      await addRound(own, { key: `more ${number}`, map: "even", players: [] });
      await exportTo(own, folder);
    }
    const files = filesOf(expectWhole(folder)).filter(({ table }) => table === "rounds");
    expect(files.length).toBeLessThan(4);
    expect(await queriedCells(own, folder, "rounds")).toEqual(await storedCells(own, "rounds"));
    expect(await queriedCells(own, folder, "player_positions")).toEqual(
      await storedCells(own, "player_positions"),
    );
  });

  test("positions that the database has pruned stay in the export, also when files are written again", async () => {
    const { folder, own } = await exported(4);
    const before = await storedCells(own, "player_positions");
    expect(await prunePositions(own, new Date("2030-01-01"))).toMatchObject({ rounds: 4, rows: 4 });
    const { prunedBefore, rounds } = await exportTo(own, folder);
    expect({ rounds, prunedBefore }).toEqual({
      rounds: { new: 0, changed: 4, kept: 0, carried: 0, gone: 0 },
      prunedBefore: [],
    });
    expect(await queriedCells(own, folder, "player_positions")).toEqual(before);
    await exportTo(own, folder, { isFull: true });
    expect(await queriedCells(own, folder, "player_positions")).toEqual(before);
    const late = await exportTo(own, newFolder());
    expect(late.prunedBefore).toHaveLength(4);
  });

  test("a schema that has grown is written again with all its columns", async () => {
    const { folder, own } = await exported(2);
    await prunePositions(own, new Date("2030-01-01"));
    await own`alter table player_positions add column mood integer default 5`;
    expect((await exportTo(own, folder)).rounds).toMatchObject({ changed: 2 });
    expect(await ask(folder, "select x, mood from player_positions order by 1")).toEqual([
      [0, null],
      [1, null],
    ]);
  });
});

test("a player who is hidden is so in the export too, in files that were written before", async () => {
  const { sql: own } = await createTestDatabase();
  for (const key of ["one", "two"])
    await addRound(own, {
      key,
      players: [
        { guid: "THE GUID", name: "^1Secret", team: 1 },
        { guid: "OTHER", name: "Open", team: 2 },
      ],
    });
  const folder = newFolder();
  await exportTo(own, folder);
  await own`update players set hidden_number = 1, chosen_name = 'Secret too' where guid = 'THE GUID'`;
  expect((await exportTo(own, folder)).rounds).toMatchObject({ changed: 2 });
  expect(
    await ask(
      folder,
      "select guid, name, plain_name, chosen_name, hidden_number from players order by player_id",
    ),
  ).toEqual([
    [null, "hidden player 1", "hidden player 1", null, 1],
    ["OTHER", "Open", "Open", null, null],
  ]);
  expect(await ask(folder, "select distinct name from round_players order by name")).toEqual([
    ["Open"],
    ["hidden player 1"],
  ]);
  expect(await ask(folder, "select name, guid, is_hidden from people order by player_id")).toEqual([
    ["hidden player 1", null, true],
    ["Open", "OTHER", false],
  ]);
  for (const { path: file } of filesOf(manifestOf(folder)))
    expect(readFileSync(path.join(folder, file)).includes("ecret")).toBe(false);
  await own`update players set hidden_number = null`;
  expect((await exportTo(own, folder)).rounds).toMatchObject({ changed: 2 });
  expect(await ask(folder, "select distinct name from round_players order by name")).toEqual([
    ["Open"],
    ["^1Secret"],
  ]);
});

describe("refused", () => {
  test("a second export at the same time, with who is at it", async () => {
    const folder = newFolder();
    let second: unknown;
    await exportTo(sql, folder, {
      roundIds: [ids["1942"] ?? 0],
      progress: () => {
        second ??= refusal(exportTo(sql, folder));
      },
    });
    expect(await second).toMatchObject({ code: "E_LOCKED" });
  });

  test("a folder with other files, another form, another database, a damaged manifest", async () => {
    const full = newFolder();
    writeFileSync(path.join(full, "thesis.txt"), "");
    expect((await refusal(exportTo(sql, full))).message).toContain("other files");
    const folder = copyOfWhole();
    expect((await refusal(exportTo(sql, folder, { format: "csv" }))).code).toBe("E_EXPORT_FOLDER");
    const before = hashes(folder);
    const { sql: own } = await createTestDatabase();
    expect((await refusal(exportTo(own, folder))).code).toBe("E_NOTHING_FOUND");
    await addRound(own, { key: "of another database", players: [] });
    expect((await refusal(exportTo(own, folder))).message).toContain("another database");
    expect(hashes(folder)).toEqual(before);
    writeFileSync(path.join(folder, "manifest.json"), "{");
    expect((await refusal(exportTo(sql, folder))).code).toBe("E_EXPORT");
  });

  test("a stop ends it, and what is there is whole", async () => {
    const folder = copyOfWhole();
    const before = hashes(folder);
    const stop = new AbortController();
    const stopping = exportTo(sql, folder, {
      isFull: true,
      signal: stop.signal,
      progress: () => {
        stop.abort(new Error("stopped"));
      },
    });
    await expect(stopping).rejects.toThrow("stopped");
    expect(hashes(folder)).toEqual(before);
    expect(existsSync(path.join(folder, ".unfinished"))).toBe(false);
  });
});

test("kill -9 at any moment leaves a whole export, and the next run goes on", async () => {
  const folder = copyOfWhole();
  const start = (...flags: string[]): ReturnType<typeof spawn> =>
    spawn(
      process.execPath,
      [packagePath("bin/run.js"), "export", folder, "--database-url", database.url, ...flags],
      {
        stdio: "ignore",
      },
    );
  const before = hashes(folder);
  const rounds = (await storedCells(sql, "rounds")).length;
  let killed = 0;
  for (let waitMs = 400; killed < 5; waitMs += 300) {
    const child = start("--full");
    const ended = once(child, "exit");
    await Promise.race([ended, sleep(waitMs)]);
    if (child.exitCode !== null) break;
    child.kill("SIGKILL");
    await ended;
    killed++;
    expectWhole(folder);
    expect(await ask(folder, "select count(*) from rounds")).toEqual([[rounds]]);
  }
  expect(killed).toBeGreaterThan(0);
  await once(start(), "exit");
  expect(hashes(folder)).toEqual(before);
}, 180_000);
