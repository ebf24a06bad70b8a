import { mkdir, rename } from "node:fs/promises";
import path from "node:path";

import { describe, expect, test } from "vitest";

import { COLUMNS, KINDS, type Kind } from "../../src/format/columns.ts";
import { setUpImports } from "../support/import.ts";
import { DEFAULT_PLAYERS, SOME_ROWS, writeRound, type RoundFileValues } from "../support/round-files.ts";

const imports = setUpImports();
const { contents, ledger, newKey, run } = imports;

describe("a round", () => {
  test("is stored whole, and the second time skipped", async () => {
    const key = newKey();
    await writeRound(imports.folder, key);
    const report = await run([imports.folder]);
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
        rows: { positions: 4, combat: 3, engagements: 4, heatmap: 2, objectives: 2 },
        rowsRejected: 0,
      },
    ]);
    expect(report.totals).toMatchObject({ rows: 15, files: { imported: 5 }, rounds: { imported: 1 } });
    const before = await contents(key);
    const again = await run([imports.folder]);
    expect(again.rounds).toMatchObject([{ status: "skipped", complete: true, rows: { positions: 4 } }]);
    expect(again.totals).toMatchObject({ rows: 0, files: { skipped: 5, imported: 0 } });
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
    await writeRound(
      imports.folder,
      key,
      Object.fromEntries(KINDS.map((kind) => [kind, { rows: rows[kind] }])),
    );
    await run([imports.folder]);
    const { sql } = imports;
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

  test("whose files the ledger has forgotten takes the place of its own rows, and doubles none", async () => {
    const key = newKey();
    await writeRound(imports.folder, key);
    await run([imports.folder]);
    const before = await contents(key);
    const { sql } = imports;
    await sql`delete from import_files where round_key = ${key}`;
    await run([imports.folder]);
    expect(await contents(key)).toEqual(before);
  });

  test("is replaced where the server repeats every change elsewhere (logical replication)", async () => {
    const key = newKey();
    await writeRound(imports.folder, key, { all: { cutBytes: 3 } });
    await run([imports.folder]);
    const { sql } = imports;
    await sql`create publication everything for all tables`;
    await writeRound(imports.folder, key);
    expect((await run([imports.folder])).rounds).toMatchObject([{ status: "replaced", complete: true }]);
    await sql`drop publication everything`;
  });

  test("is put together by the key in the files, whatever their names and folders", async () => {
    const [one, two] = [newKey(), newKey()];
    const paths = [
      ...Object.values(await writeRound(imports.folder, one)),
      ...Object.values(await writeRound(imports.folder, two)),
    ];
    for (const [index, file] of paths.entries()) {
      const target = path.join(imports.folder, String(index % 3), `${index % 2}x`);
      await mkdir(target, { recursive: true });
      await rename(file, path.join(target, `${index * 7919}.log`));
    }
    const { rounds: found } = await run([imports.folder]);
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
    await writeRound(imports.folder, key, { positions: { players, rows } });
    expect((await run([imports.folder])).rounds).toMatchObject([{ complete: true }]);
    const stored = await imports.sql<{ name: string; guid: string }[]>`
      select round_players.name, guid from round_players join players using (player_id)
      where round_id = (select round_id from rounds where round_key = ${key}) and guid like '%#' order by slot`;
    expect(stored.map(({ name }) => name)).toEqual(names);
    expect(stored.map(({ guid }) => guid)).toEqual(names.map((name) => `${name}#`));
  });

  test("a client without GUID is one player in a round, and another in the next", async () => {
    const players = [...DEFAULT_PLAYERS.slice(0, 1), { slot: 1, guid: "", name: "nobody" }];
    const keys = [newKey(), newKey()];
    for (const key of keys) await writeRound(imports.folder, key, { all: { players } });
    await run([imports.folder]);
    const ids = await imports.sql`
      select round_key, count(distinct player_id)::integer as players from round_players join players using (player_id)
      join rounds using (round_id) where guid is null and round_key = any(${keys}) group by round_key`;
    expect(ids.map(({ players: count }) => count as number)).toEqual([1, 1]);
    const [distinct] =
      await imports.sql`select count(*)::integer as count from players where name = 'nobody'`;
    expect(distinct?.["count"]).toBe(2);
  });
});

describe("a rehearsal", () => {
  test("says what would be done and writes nothing", async () => {
    const key = newKey();
    await writeRound(imports.folder, key, { combat: { rows: ["rubbish"] } });
    const report = await run([imports.folder], { dryRun: true });
    expect(report.rounds).toMatchObject([{ roundKey: key, status: "imported" }]);
    expect(report.totals).toMatchObject({ rows: 12, files: { imported: 4, rejected: 1 } });
    expect(await imports.sql`select from rounds where round_key = ${key}`).toHaveLength(0);
    expect(await ledger(key)).toHaveLength(0);
  });
});
