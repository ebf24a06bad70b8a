import { readFileSync, writeFileSync } from "node:fs";
import {
  appendFile,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { COLUMNS, KINDS, type Kind } from "../../src/format/columns.ts";
import { openPath } from "../../src/import/sources.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { importPaths } from "../support/import.ts";
import {
  DEFAULT_PLAYERS,
  roundFile,
  SOME_ROWS,
  writeRound,
  type RoundFileValues,
} from "../support/round-files.ts";

let database: TestDatabase;
let folder: string;
let rounds = 0;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "prox-test-"));
  return () => rm(folder, { recursive: true });
});

/** A round key that no other test has. */
const newKey = (): string => `round-${++rounds}`;
const run = (...options: Parameters<typeof importPaths> extends [unknown, ...infer Rest] ? Rest : never) =>
  importPaths(database.sql, ...options);

const TABLES = [
  "player_positions",
  "combat_events",
  "engagement_analysis",
  "engagement_participants",
  "proximity_events",
  "proximity_heatmap",
  "round_players",
  "teammate_synergy",
  "player_engagement_stats",
] as const;

/** Everything that the database holds of a round, without its id. */
async function contents(roundKey: string): Promise<Record<string, unknown>> {
  const tables: Record<string, unknown> = {};
  for (const table of TABLES) {
    tables[table] = await database.sql`
      select to_jsonb(facts) - 'round_id' as facts from ${database.sql(table)} as facts
      where round_id = (select round_id from rounds where round_key = ${roundKey})
      order by (to_jsonb(facts) - 'round_id')::text`;
  }
  const [round] = await database.sql`
    select to_jsonb(rounds) - 'round_id' - 'imported_at' - 'round_key' - 'match_key' as round
    from rounds where round_key = ${roundKey}`;
  return { ...tables, round: round?.["round"] };
}

const ledger = (roundKey: string) =>
  database.sql<{ kind: Kind; status: string }[]>`
    select kind::text, status::text, is_complete, rows, error_code, error_line, error_column, error_text,
      round_id is not null as is_stored
    from import_files where round_key = ${roundKey} order by import_files.kind, decided_at, size_bytes`;

describe("a round of four files", () => {
  test("is stored whole, and the second time skipped", async () => {
    const key = newKey();
    await writeRound(folder, key);
    const report = await run([folder]);
    expect(report.rounds).toEqual([
      {
        roundKey: key,
        matchKey: key,
        map: "supply",
        round: 1,
        status: "imported",
        complete: true,
        endReason: "finished",
        missing: [],
        rows: { positions: 4, combat: 3, engagements: 4, heatmap: 2 },
        rowsRejected: 0,
      },
    ]);
    expect(report.totals).toMatchObject({ rows: 13, files: { imported: 4 }, rounds: { imported: 1 } });
    const before = await contents(key);
    const again = await run([folder]);
    expect(again.rounds).toMatchObject([{ status: "skipped", complete: true, rows: { positions: 4 } }]);
    expect(again.totals).toMatchObject({ rows: 0, files: { skipped: 4, imported: 0 } });
    expect(await contents(key)).toEqual(before);
  });

  test("has every value of its files in the database, and the players of that time", async () => {
    const key = newKey();
    const swap = "#player\t2100\t0\tCCCC\t\\\\N\t2\t3\t1";
    const rows: Record<Kind, RoundFileValues["rows"]> = {
      ...SOME_ROWS,
      positions: [
        ...SOME_ROWS.positions,
        swap,
        { time_ms: 3000, slot: 0, life: 9, x: -0.1, pitch_deg: -12.5 },
      ],
      combat: [...SOME_ROWS.combat, swap, { time_ms: 2200, event: "fire", attacker_slot: 0, weapon: 255 }],
    };
    await writeRound(folder, key, Object.fromEntries(KINDS.map((kind) => [kind, { rows: rows[kind] }])));
    await run([folder]);
    const { sql } = database;
    const positions = await sql<Record<string, unknown>[]>`
      select p.*, players.guid from player_positions p join players using (player_id)
      where round_id = (select round_id from rounds where round_key = ${key}) order by time_ms, slot`;
    expect(positions.map((row) => [row["time_ms"], row["slot"], row["guid"], row["team"]])).toEqual([
      [1000, 0, "A".repeat(32), 1],
      [1000, 1, "B".repeat(32), 2],
      [2000, 0, "A".repeat(32), 1],
      [2000, 1, "B".repeat(32), 2],
      [3000, 0, "CCCC", 2],
    ]);
    expect(positions[2]).toMatchObject({
      x: 130.1,
      y: -190.7,
      z: 24,
      health: 82,
      weapon: 3,
      is_moving: true,
    });
    expect(positions[4]).toMatchObject({ life: 9, x: -0.1, pitch_deg: -12.5, is_moving: false });
    const combat = await sql<Record<string, unknown>[]>`
      select * from combat_events where round_id = (select round_id from rounds where round_key = ${key})
      order by event_number`;
    expect(combat[1]).toMatchObject({
      ...Object.fromEntries(COLUMNS.combat.map(({ name }) => [name, SOME_ROWS.combat[1]?.[name] ?? null])),
      event_number: 2,
      attacker_player_id: positions[1]?.["player_id"],
      target_player_id: positions[0]?.["player_id"],
      attacker_team: 2,
      target_team: 1,
    });
    expect(combat[3]).toMatchObject({
      attacker_player_id: positions[4]?.["player_id"],
      target_player_id: null,
      weapon: 255,
    });
    const engagements = await sql<Record<string, unknown>[]>`
      select * from engagement_analysis where round_id = (select round_id from rounds where round_key = ${key})`;
    expect(engagements).toMatchObject([
      {
        engagement: 1,
        outcome: "death",
        player_id: positions[1]?.["player_id"],
        enemy_player_id: positions[0]?.["player_id"],
        winner_team: 2,
        damage_given: 18,
      },
    ]);
    const [swapped] = await sql`select name, team, class, is_bot from round_players
      where slot = 0 and from_ms = 2100 and round_id = (select round_id from rounds where round_key = ${key})`;
    expect(swapped).toEqual({ name: "\\N", team: 2, class: 3, is_bot: true });
  });

  test("is put together by the key in the files, whatever their names and folders", async () => {
    const [one, two] = [newKey(), newKey()];
    const paths = [
      ...Object.values(await writeRound(folder, one)),
      ...Object.values(await writeRound(folder, two)),
    ];
    for (const [index, file] of paths.entries()) {
      const target = path.join(folder, String(index % 3), `${index % 2}x`);
      await mkdir(target, { recursive: true });
      await rename(file, path.join(target, `${index * 7919}.log`));
    }
    const { rounds: found } = await run([folder]);
    expect(found.map(({ complete, roundKey }) => [roundKey, complete]).sort()).toEqual([
      [one, true],
      [two, true],
    ]);
  });

  test("names and GUIDs are data, whatever they hold", async () => {
    const key = newKey();
    const names = [
      "'); drop table rounds; --",
      '"quoted"',
      "back\\slash\\N",
      "\\.",
      "tab\there",
      "名前",
      "$1 ${x}",
      "a,b{c}",
    ];
    const players = names.map((name, index) => ({ slot: index + 2, name, guid: `${name}#` }));
    const rows = players.map(({ slot }) => ({ time_ms: 1000, slot }));
    await writeRound(folder, key, { positions: { players, rows } });
    expect((await run([folder])).rounds).toMatchObject([{ complete: true }]);
    const stored = await database.sql<{ name: string; guid: string }[]>`
      select round_players.name, guid from round_players join players using (player_id)
      where round_id = (select round_id from rounds where round_key = ${key}) and guid like '%#' order by slot`;
    expect(stored.map(({ name }) => name)).toEqual(names);
    expect(stored.map(({ guid }) => guid)).toEqual(names.map((name) => `${name}#`));
  });

  test("a client without GUID is one player in a round, and another in the next", async () => {
    const players = [...DEFAULT_PLAYERS.slice(0, 1), { slot: 1, guid: "", name: "nobody" }];
    const keys = [newKey(), newKey()];
    for (const key of keys) await writeRound(folder, key, { all: { players } });
    await run([folder]);
    const ids = await database.sql`
      select round_key, count(distinct player_id)::integer as players from round_players join players using (player_id)
      join rounds using (round_id) where guid is null and round_key = any(${keys}) group by round_key`;
    expect(ids.map(({ players: count }) => count as number)).toEqual([1, 1]);
    const [distinct] =
      await database.sql`select count(*)::integer as count from players where name = 'nobody'`;
    expect(distinct?.["count"]).toBe(2);
  });
});

describe("a round that grows", () => {
  test("cut files are stored as incomplete, and give way to the complete ones as if never stored", async () => {
    const [grown, fresh] = [newKey(), newKey()];
    await writeRound(folder, grown, { all: { cutBytes: 3 } });
    const cut = await run([folder]);
    expect(cut.rounds).toMatchObject([
      {
        status: "imported",
        complete: false,
        endReason: "cut",
        rows: { positions: 3, combat: 2, engagements: 3, heatmap: 1 },
      },
    ]);
    expect(cut.files.every(({ tornBytes }) => tornBytes > 0)).toBe(true);
    // The parts may lie there still.
    await writeRound(folder, grown);
    const whole = await run([folder]);
    expect(whole.rounds).toMatchObject([
      { status: "replaced", complete: true, endReason: "finished", rows: { positions: 4 } },
    ]);
    await writeRound(path.join(folder, "fresh"), fresh);
    await run([folder]);
    expect(await contents(grown)).toEqual(await contents(fresh));
    expect((await run([folder])).totals).toMatchObject({ rows: 0, rounds: { skipped: 2, replaced: 0 } });
    expect((await ledger(grown)).map(({ kind, status }) => [kind, status])).toEqual(
      KINDS.flatMap((kind) => [
        [kind, "superseded"],
        [kind, "imported"],
      ]),
    );
  });

  test("of two cut files the longer counts, in whatever order they come", async () => {
    const key = newKey();
    const [short, long] = [path.join(folder, "short"), path.join(folder, "long")];
    await writeRound(short, key, {
      positions: { rows: SOME_ROWS.positions.slice(0, 1) },
      all: { cutBytes: 0 },
    });
    await writeRound(long, key, { all: { cutBytes: 0 } });
    expect((await run([short])).rounds).toMatchObject([{ rows: { positions: 1 }, status: "imported" }]);
    expect((await run([long])).rounds).toMatchObject([{ rows: { positions: 4 }, status: "replaced" }]);
    expect((await run([short])).rounds).toMatchObject([{ rows: { positions: 4 }, status: "skipped" }]);
  });

  test("a cut file does not come back after the complete one", async () => {
    const key = newKey();
    await writeRound(path.join(folder, "whole"), key);
    await writeRound(path.join(folder, "cut"), key, { all: { cutBytes: 9 } });
    await run([path.join(folder, "whole")]);
    expect((await run([path.join(folder, "cut")])).rounds).toMatchObject([
      { status: "skipped", complete: true },
    ]);
    const both = newKey();
    await writeRound(path.join(folder, "both"), both);
    await writeRound(path.join(folder, "both"), both, { all: { cutBytes: 9 } });
    const report = await run([path.join(folder, "both")]);
    expect(report.rounds).toMatchObject([{ status: "imported", complete: true, rows: { positions: 4 } }]);
    expect(report.totals.files).toMatchObject({ imported: 4, skipped: 4 });
  });

  test("a round that was broken off says why", async () => {
    const key = newKey();
    await writeRound(folder, key, {
      all: { trailer: { end_reason: "map_restart", winner_team: undefined } },
    });
    expect((await run([folder])).rounds).toMatchObject([
      { complete: false, endReason: "map_restart", missing: [] },
    ]);
    const [row] =
      await database.sql`select is_complete, end_reason::text, winner_team from rounds where round_key = ${key}`;
    expect(row).toEqual({ is_complete: false, end_reason: "map_restart", winner_team: null });
  });

  test("files that are missing are named, and may come later", async () => {
    const key = newKey();
    const { combat, heatmap, positions } = await writeRound(folder, key, { engagements: null });
    expect((await run([positions, heatmap])).rounds).toMatchObject([
      {
        status: "imported",
        complete: false,
        endReason: "finished",
        missing: ["combat", "engagements"],
        rows: { combat: null },
      },
    ]);
    expect((await run([combat])).rounds).toMatchObject([
      { status: "replaced", complete: false, missing: ["engagements"] },
    ]);
    await writeRound(folder, key);
    expect((await run([folder])).rounds).toMatchObject([{ status: "replaced", complete: true, missing: [] }]);
    const fresh = newKey();
    await writeRound(path.join(folder, "fresh"), fresh);
    await run([path.join(folder, "fresh")]);
    expect(await contents(key)).toMatchObject({ ...(await contents(fresh)), round: { rows_lost: 0 } });
  });

  test("captures that failed in any file are failed in the round", async () => {
    const key = newKey();
    await writeRound(folder, key, { combat: { rows: [...SOME_ROWS.combat, "#capture\tfire\tfailed"] } });
    await run([folder]);
    const [row] = await database.sql`select captures from rounds where round_key = ${key}`;
    expect(row?.["captures"]).toEqual({ positions: "on", fire: "failed" });
  });
});

describe("two complete versions of a file", () => {
  test("are a conflict; what is stored stays, unless told otherwise", async () => {
    const key = newKey();
    const other = path.join(folder, "other");
    await writeRound(path.join(folder, "one"), key);
    await writeRound(other, key, { positions: { rows: SOME_ROWS.positions.slice(0, 2) } });
    await run([path.join(folder, "one")]);
    const before = await contents(key);
    const conflict = await run([other]);
    expect(conflict.rounds).toMatchObject([{ status: "rejected", complete: true, rows: { positions: 4 } }]);
    expect(conflict.files.filter(({ fate }) => fate === "rejected")).toMatchObject([
      { kind: "positions", error: { code: "E_CONFLICT" } },
    ]);
    expect(await contents(key)).toEqual(before);
    const replaced = await run([other], { replace: true });
    expect(replaced.rounds).toMatchObject([{ status: "replaced", complete: true, rows: { positions: 2 } }]);
    expect(
      (await ledger(key)).map(({ kind, status }) => [kind, status]).filter(([kind]) => kind === "positions"),
    ).toEqual(
      expect.arrayContaining([
        ["positions", "superseded"],
        ["positions", "imported"],
      ]),
    );
    // What was replaced is the conflict now.
    expect((await run([path.join(folder, "one")])).rounds).toMatchObject([
      { status: "rejected", rows: { positions: 2 } },
    ]);
  });
});

describe("a bad file", () => {
  const bad = { rows: [...SOME_ROWS.combat, { time_ms: 2200, event: "fire", attacker_slot: 63 }] };

  test("leaves nothing behind but its reason; the other files of the round and other rounds go on", async () => {
    const [key, good] = [newKey(), newKey()];
    const { combat } = await writeRound(folder, key, { combat: bad });
    await writeRound(folder, good);
    const report = await run([folder]);
    expect(
      report.rounds.map(({ complete, missing, roundKey, status }) => ({
        complete,
        missing,
        roundKey,
        status,
      })),
    ).toEqual([
      { roundKey: key, status: "imported", complete: false, missing: ["combat"] },
      { roundKey: good, status: "imported", complete: true, missing: [] },
    ]);
    expect(report.files.find(({ label }) => label === combat)).toMatchObject({
      fate: "rejected",
      rows: 0,
      error: { code: "E_UNKNOWN_PLAYER", line: 24, column: 3, field: "attacker_slot", text: "63" },
    });
    const { combat_events: events } = await contents(key);
    expect(events).toEqual([]);
    expect((await ledger(key))[1]).toMatchObject({
      kind: "combat",
      status: "rejected",
      is_stored: false,
      error_code: "E_UNKNOWN_PLAYER",
      error_line: 24,
      error_column: "attacker_slot",
      error_text: "63",
    });
  });

  test("with --bad-rows skip gives its good rows, and the loss is counted", async () => {
    const key = newKey();
    await writeRound(folder, key, { combat: bad });
    const report = await run([folder], { badRows: "skip" });
    expect(report.rounds).toMatchObject([
      { status: "imported", complete: true, rowsRejected: 1, rows: { combat: 3 } },
    ]);
    expect(report.files.find(({ kind }) => kind === "combat")).toMatchObject({
      fate: "imported",
      rows: 3,
      rowsRejected: 1,
      badRows: [{ code: "E_UNKNOWN_PLAYER", line: 24 }],
    });
    expect((await run([folder], { badRows: "skip" })).rounds).toMatchObject([{ status: "skipped" }]);
  });

  test("with --bad-rows skip is refused still when its checksum does not fit", async () => {
    const key = newKey();
    const { positions } = await writeRound(folder, key);
    const text = await readFile(positions, "latin1");
    await writeFile(positions, text.replace("\t82\t", "\t83\t"), "latin1");
    const report = await run([folder], { badRows: "skip" });
    expect(report.files.find(({ kind }) => kind === "positions")).toMatchObject({
      error: { code: "E_CHECKSUM" },
    });
    expect((await contents(key))["player_positions"]).toEqual([]);
  });

  test("in the place of a good one that is stored leaves the good one", async () => {
    const key = newKey();
    await writeRound(folder, key, { all: { cutBytes: 0 } });
    await run([folder]);
    const before = await contents(key);
    const other = path.join(folder, "other");
    const { combat } = await writeRound(other, key, { combat: bad });
    expect((await run([combat])).rounds).toMatchObject([{ status: "rejected", rows: { combat: 3 } }]);
    expect(await contents(key)).toEqual(before);
  });

  test("when all files of a round are bad, nothing is stored of it", async () => {
    const key = newKey();
    await writeRound(folder, key, { all: { rows: ["rubbish"] } });
    expect((await run([folder])).rounds).toMatchObject([
      { roundKey: key, status: "rejected", complete: false },
    ]);
    expect(await database.sql`select from rounds where round_key = ${key}`).toHaveLength(0);
    expect((await ledger(key)).map(({ status }) => status)).toEqual(KINDS.map(() => "rejected"));
  });

  test("that contradicts the others of its round is refused", async () => {
    const key = newKey();
    await writeRound(folder, key, { heatmap: { header: { map: "goldrush" } } });
    const report = await run([folder]);
    expect(report.files.find(({ kind }) => kind === "heatmap")?.error).toMatchObject({
      code: "E_ROUND_DISAGREES",
      field: "map",
      text: "goldrush",
    });
    expect(report.rounds).toMatchObject([{ map: "supply", complete: false, missing: ["heatmap"] }]);
  });

  test.each([
    ["after the first look", "begin", "positions"],
    ["after its header was read", "rows", "combat"],
  ] as const)("that changes %s is refused", async (_, moment, kind) => {
    const paths = await writeRound(folder, newKey(), { all: { cutBytes: 0 } });
    const change = (): void => {
      const text = readFileSync(paths[kind], "latin1");
      writeFileSync(paths[kind], text.replace(/(#lua_version\t.*).\n/, "$1?\n"), "latin1");
    };
    const nothing = (): void => undefined;
    const progress = { surveyed: nothing, begin: nothing, rows: nothing, round: nothing, [moment]: change };
    const report = await importPaths(database.sql, [folder], { progress });
    expect(report.files.find((file) => file.kind === kind)).toMatchObject({
      error: { code: "E_FILE_CHANGED" },
    });
    expect(report.totals.files).toMatchObject({ imported: 3, rejected: 1 });
  });

  test("a file that grows while it is read is taken as it was at first", async () => {
    const key = newKey();
    const { positions } = await writeRound(folder, key, { all: { cutBytes: 0 } });
    const found = openPath({ path: positions, isNamed: true }, () => undefined);
    const first = await found.next();
    expect(first.done).toBe(false);
    await found.return(undefined);
    await appendFile(positions, "9999");
    expect((await run([positions])).rounds).toMatchObject([{ rows: { positions: 4 } }]);
  });
});

describe("a rehearsal", () => {
  test("says what would be done and writes nothing", async () => {
    const key = newKey();
    await writeRound(folder, key, { combat: { rows: ["rubbish"] } });
    const report = await run([folder], { dryRun: true });
    expect(report.rounds).toMatchObject([{ roundKey: key, status: "imported" }]);
    expect(report.totals).toMatchObject({ rows: 10, files: { imported: 3, rejected: 1 } });
    expect(await database.sql`select from rounds where round_key = ${key}`).toHaveLength(0);
    expect(await ledger(key)).toHaveLength(0);
  });
});

describe("what other imports take for success is none here", () => {
  test("an empty file, garbage, a header alone, another tracker's file: each is refused or passed over, and counted", async () => {
    const key = newKey();
    const file = roundFile("positions", { header: { round_key: key }, rows: SOME_ROWS.positions });
    const header = file.subarray(0, file.indexOf("#columns"));
    await writeFile(path.join(folder, "a_positions.txt"), "");
    await writeFile(path.join(folder, "b_positions.txt"), Buffer.alloc(5000, 0x9f));
    await writeFile(path.join(folder, "c_positions.txt"), header);
    await writeFile(path.join(folder, "d_engagements.txt"), "# ENGAGEMENT_ANALYSIS\n# x\n1v1\t100.0\ta\tb\n");
    await writeFile(path.join(folder, "readme.md"), "hello");
    const report = await run([folder]);
    expect(report.files.map(({ error, fate }) => [fate, error?.code])).toEqual([
      ["rejected", "E_EMPTY_FILE"],
      ["rejected", "E_NOT_ROUND_FILE"],
      ["rejected", "E_HEADER"],
      ["rejected", "E_FOREIGN_FORMAT"],
    ]);
    expect(report.totals.files.passedOver).toBe(1);
    expect(report.rounds).toEqual([]);
    // A file that the user names is never passed over in silence.
    const named = await run([path.join(folder, "readme.md")]);
    expect(named.files).toMatchObject([{ fate: "rejected", error: { code: "E_NOT_ROUND_FILE" } }]);
  });

  test("the same round under a second name changes nothing, derived tables included", async () => {
    const key = newKey();
    const paths = await writeRound(folder, key);
    await run([folder]);
    const before = await contents(key);
    for (const file of Object.values(paths)) await copyFile(file, `${file}.copy`);
    expect((await readdir(folder)).length).toBe(8);
    expect((await run([folder])).rounds).toMatchObject([{ status: "skipped" }]);
    expect(await contents(key)).toEqual(before);
  });

  test("an error while the ledger is written undoes the round, and is no success", async () => {
    const key = newKey();
    await writeRound(folder, key);
    await database.sql.unsafe(`
      create function refuse() returns trigger language plpgsql as $$ begin raise 'no ledger today'; end $$;
      create trigger refuse before insert on import_files for each row execute function refuse()`);
    await expect(run([folder])).rejects.toThrow("no ledger today");
    await database.sql.unsafe("drop trigger refuse on import_files; drop function refuse()");
    expect(await database.sql`select from rounds where round_key = ${key}`).toHaveLength(0);
    expect((await run([folder])).rounds).toMatchObject([{ status: "imported", complete: true }]);
  });

  test("rows that the database drops in silence fail the file", async () => {
    const key = newKey();
    await writeRound(folder, key);
    await database.sql.unsafe(`
      create function lose() returns trigger language plpgsql as $$ begin return null; end $$;
      create trigger lose before insert on combat_events for each row when (new.event = 'kill') execute function lose()`);
    const report = await run([folder]);
    await database.sql.unsafe("drop trigger lose on combat_events; drop function lose()");
    expect(report.files.find(({ kind }) => kind === "combat")?.error).toMatchObject({
      code: "E_STORED_COUNT",
      message: "3 rows of combat were read, 2 are in the database",
    });
    expect((await contents(key))["combat_events"]).toEqual([]);
  });
});
