/** Files that must not be stored, and imports that must not be taken for success. */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { appendFile, copyFile, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";

import { describe, expect, test } from "vitest";

import { KINDS } from "../../src/format/columns.ts";
import { importRounds } from "../../src/import/import-rounds.ts";
import { findPaths } from "../../src/import/find-paths.ts";
import { openPath } from "../../src/import/sources.ts";
import { validateFiles } from "../../src/import/validate-files.ts";
import { setUpImports } from "../support/import.ts";
import { DEFAULT_PLAYERS, roundFile, SOME_ROWS, writeRound } from "../support/round-files.ts";

const imports = setUpImports();
const { contents, ledger, newKey, run } = imports;

describe("a bad file", () => {
  const bad = { rows: [...SOME_ROWS.combat, { time_ms: 2200, event: "fire", attacker_slot: 63 }] };

  test("leaves nothing behind but its reason; the other files of the round and other rounds go on", async () => {
    const [key, good] = [newKey(), newKey()];
    const { combat } = await writeRound(imports.folder, key, { combat: bad });
    await writeRound(imports.folder, good);
    const report = await run([imports.folder]);
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
      error: { code: "E_UNKNOWN_PLAYER", line: 26, column: 3, field: "attacker_slot", text: "63" },
    });
    const { combat_events: events } = await contents(key);
    expect(events).toEqual([]);
    expect((await ledger(key))[1]).toMatchObject({
      kind: "combat",
      status: "rejected",
      is_stored: false,
      error_code: "E_UNKNOWN_PLAYER",
      error_line: 26,
      error_column: "attacker_slot",
      error_text: "63",
    });
  });

  test("with --bad-rows skip gives its good rows, and the loss is counted", async () => {
    const key = newKey();
    await writeRound(imports.folder, key, { combat: bad });
    const report = await run([imports.folder], { badRows: "skip" });
    expect(report.rounds).toMatchObject([
      { status: "imported", complete: true, rowsRejected: 1, rows: { combat: 3 } },
    ]);
    expect(report.files.find(({ kind }) => kind === "combat")).toMatchObject({
      fate: "imported",
      rows: 3,
      rowsRejected: 1,
      badRows: [{ code: "E_UNKNOWN_PLAYER", line: 26 }],
    });
    expect((await run([imports.folder], { badRows: "skip" })).rounds).toMatchObject([{ status: "skipped" }]);
  });

  test("with --bad-rows skip is refused still when its checksum does not fit", async () => {
    const key = newKey();
    const { positions } = await writeRound(imports.folder, key);
    const text = await readFile(positions, "latin1");
    await writeFile(positions, text.replace("\t82\t", "\t83\t"), "latin1");
    const report = await run([imports.folder], { badRows: "skip" });
    expect(report.files.find(({ kind }) => kind === "positions")).toMatchObject({
      error: { code: "E_CHECKSUM" },
    });
    expect((await contents(key))["player_positions"]).toEqual([]);
  });

  test("leaves no player behind whom it alone names", async () => {
    const players = [...DEFAULT_PLAYERS, { slot: 5, guid: "C".repeat(32), name: "only in the bad file" }];
    await writeRound(imports.folder, newKey(), { combat: { ...bad, players } });
    expect((await run([imports.folder])).totals.files).toMatchObject({ imported: 4, rejected: 1 });
    expect(await imports.sql`select from players where guid = ${"C".repeat(32)}`).toHaveLength(0);
  });

  test("in the place of a good one that is stored leaves the good one", async () => {
    const key = newKey();
    await writeRound(imports.folder, key, { all: { cutBytes: 0 } });
    await run([imports.folder]);
    const before = await contents(key);
    const other = path.join(imports.folder, "other");
    const { combat } = await writeRound(other, key, { combat: bad });
    expect((await run([combat])).rounds).toMatchObject([{ status: "rejected", rows: { combat: 3 } }]);
    expect(await contents(key)).toEqual(before);
  });

  test("when all files of a round are bad, nothing is stored of it", async () => {
    const key = newKey();
    await writeRound(imports.folder, key, { all: { rows: ["rubbish"] } });
    expect((await run([imports.folder])).rounds).toMatchObject([
      { roundKey: key, status: "rejected", complete: false },
    ]);
    expect(await imports.sql`select from rounds where round_key = ${key}`).toHaveLength(0);
    expect((await ledger(key)).map(({ status }) => status)).toEqual(KINDS.map(() => "rejected"));
  });

  test.each(["finished", "shutdown"])(
    "of another server with the key of a stored round is refused (%s)",
    async (reason) => {
      const key = newKey();
      await writeRound(imports.folder, key, { all: { cutBytes: 0 } });
      await run([imports.folder]);
      const before = await contents(key);
      const forged = { header: { server_name: "another" }, rows: [], trailer: { end_reason: reason } };
      await writeRound(path.join(imports.folder, "forged"), key, { all: forged });
      const refused = (await run([imports.folder])).files.filter(({ fate }) => fate === "rejected");
      for (const { error } of refused)
        expect(error).toMatchObject({ code: "E_ROUND_DISAGREES", field: "serverName" });
      // What is incomplete too, and shorter, says nothing new, and is skipped.
      if (reason === "finished") expect(refused).toHaveLength(5);
      expect(await contents(key)).toEqual(before);
    },
  );

  test("whose end lies far beyond what its rows and its time limit say is refused", async () => {
    const key = newKey();
    await writeRound(imports.folder, key, { combat: { trailer: { end_ms: "2147483647" } } });
    const report = await run([imports.folder]);
    expect(report.files.find(({ kind }) => kind === "combat")?.error).toMatchObject({
      code: "E_TRAILER",
      field: "end_ms",
      text: "2147483647",
    });
    const [round] = await imports.sql`select end_ms from rounds where round_key = ${key}`;
    expect(round).toEqual({ end_ms: 600_000 });
  });

  test("that contradicts the others of its round is refused", async () => {
    const key = newKey();
    await writeRound(imports.folder, key, { heatmap: { header: { map: "goldrush" } } });
    const report = await run([imports.folder]);
    expect(report.files.find(({ kind }) => kind === "heatmap")?.error).toMatchObject({
      code: "E_ROUND_DISAGREES",
      field: "map",
      text: "goldrush",
    });
    expect(report.rounds).toMatchObject([{ map: "supply", complete: false, missing: ["heatmap"] }]);
  });

  test.each([
    ["another GUID", { guid: "E".repeat(32) }],
    ["another name", { name: "eve" }],
    ["another team", { team: 2 }],
  ])(
    "that names %s in a slot than the round's other files is refused, whenever it comes",
    async (_, other) => {
      const [first = DEFAULT_PLAYERS[0], ...rest] = DEFAULT_PLAYERS;
      const players = [{ slot: 0, guid: "", name: "", ...first, ...other }, ...rest];
      // At once.
      const key = newKey();
      await writeRound(path.join(imports.folder, "at once"), key, { combat: { players } });
      const report = await run([imports.folder]);
      expect(report.files.find(({ kind }) => kind === "combat")?.error).toMatchObject({
        code: "E_ROUND_DISAGREES",
        field: "player",
        message: expect.stringContaining("in slot 0 at 0 ms, and the round's other files name") as string,
      });
      expect(report.rounds).toMatchObject([{ missing: ["combat"] }]);
      const { files } = await validateFiles(findPaths([path.join(imports.folder, "at once")]));
      // The check meets the combat file first, so that the others contradict it.
      expect(files.map(({ kind, issues: [issue] }) => [kind, issue?.code])).toEqual([
        ["combat", undefined],
        ["engagements", "E_ROUND_DISAGREES"],
        ["heatmap", undefined],
        ["objectives", "E_ROUND_DISAGREES"],
        ["positions", "E_ROUND_DISAGREES"],
      ]);
      // Beside files that are stored; with --replace too.
      const late = newKey();
      const { combat } = await writeRound(path.join(imports.folder, "late"), late, { combat: { players } });
      await rm(combat);
      await run([path.join(imports.folder, "late")]);
      const before = await contents(late);
      await writeRound(path.join(imports.folder, "late"), late, { combat: { players } });
      for (const replace of [false, true])
        expect((await run([combat], { replace })).files).toMatchObject([
          { error: { code: "E_ROUND_DISAGREES" } },
        ]);
      expect(await contents(late)).toEqual(before);
      // The right one is taken.
      await writeRound(path.join(imports.folder, "late"), late);
      expect((await run([combat])).rounds).toMatchObject([{ status: "replaced", complete: true }]);
    },
  );

  test("that lacks a player whom others name, and names one whom they lack, is taken: a disk may have lost the line", async () => {
    const [key, [first, ...others]] = [newKey(), DEFAULT_PLAYERS];
    const latecomer = { slot: 7, guid: "F".repeat(32), name: "late", timeMs: 1000 };
    const changed = { slot: 0, guid: "", name: "alpha", ...first, timeMs: 1000, team: 2 };
    await writeRound(imports.folder, key, {
      combat: { rows: [], players: others },
      engagements: { rows: [], players: [...DEFAULT_PLAYERS, changed, latecomer] },
    });
    const report = await run([imports.folder]);
    expect(report.rounds).toMatchObject([{ status: "imported", complete: true }]);
    expect(
      await imports.sql`
        select slot, from_ms, team from round_players join rounds using (round_id) where round_key = ${key} order by 1, 2`,
    ).toEqual([
      { slot: 0, from_ms: 0, team: 1 },
      { slot: 0, from_ms: 1000, team: 2 },
      { slot: 1, from_ms: 0, team: 2 },
      { slot: 7, from_ms: 1000, team: 1 },
    ]);
  });

  test("of which a slot had two names at one moment agrees with one that has the first of them only", async () => {
    const key = newKey();
    const [first, ...others] = DEFAULT_PLAYERS;
    const renamed = { slot: 0, guid: "", ...first, name: "renamed" };
    await writeRound(imports.folder, key, {
      all: { players: [...DEFAULT_PLAYERS, renamed], cutBytes: 0 },
      combat: { players: DEFAULT_PLAYERS, cutBytes: 0 },
    });
    expect((await run([imports.folder])).totals.files).toMatchObject({ imported: 5, rejected: 0 });
    expect(others).toHaveLength(1);
  });

  test("whose values are each within range, but whose sums no table can hold, keeps no other file out", async () => {
    const [key, good] = [newKey(), newKey()].sort() as [string, string];
    // Two lives that stood still for 24 days each: the column that counts milliseconds cannot hold their sum.
    const rows = [
      { time_ms: 2_147_483_646, slot: 0, life: 1, stationary_ms: 2_147_483_647 },
      { time_ms: 2_147_483_647, slot: 0, life: 2, stationary_ms: 2_147_483_647 },
    ];
    await writeRound(imports.folder, key, { positions: { rows, trailer: { end_ms: "2147483647" } } });
    await writeRound(imports.folder, good);
    const report = await run([imports.folder]);
    expect(report.rounds).toMatchObject([
      { roundKey: key, status: "imported", missing: ["positions"] },
      { roundKey: good, status: "imported", complete: true },
    ]);
    expect(report.files.filter(({ error }) => error?.code === "E_NOT_STORABLE")).toHaveLength(1);
    expect((await ledger(key)).filter(({ status }) => status === "rejected")).toMatchObject([
      { kind: "positions", error_code: "E_NOT_STORABLE" },
    ]);
  });

  test.each([
    ["after the first look is refused", "begin", "positions", "E_FILE_CHANGED"],
    ["while others are stored is refused", "rows", "combat", "E_FILE_CHANGED"],
  ] as const)("that changes %s", async (_, moment, kind, code) => {
    const paths = await writeRound(imports.folder, newKey(), { all: { cutBytes: 0 } });
    const before = readFileSync(paths[kind]);
    const change = (): void => {
      const text = before.toString("latin1");
      writeFileSync(paths[kind], text.replace(/(#lua_version\t.*).\n/, "$1?\n"), "latin1");
    };
    const nothing = (): void => undefined;
    const progress = { surveyed: nothing, begin: nothing, rows: nothing, round: nothing, [moment]: change };
    const report = await run([imports.folder], { progress });
    expect(readFileSync(paths[kind])).not.toEqual(before);
    expect(report.files.find((file) => file.kind === kind)?.error?.code).toBe(code);
    expect(report.totals.files).toMatchObject({ imported: 4, rejected: 1 });
    const sha256 = createHash("sha256").update(before).digest("hex");
    const stored = imports.sql`select from import_files where sha256 = ${sha256} and status = 'imported'`;
    expect(await stored).toHaveLength(0);
    // As it is now, the next import takes it.
    expect((await run([imports.folder])).totals.files).toMatchObject({ imported: 1, rejected: 0 });
  });

  test.each([
    ["so that a row is none", "\n89999\t", "\n8999x\t"],
    ["so that its checksum is wrong", "\n89999\t", "\n89998\t"],
  ])(
    "too large for memory, that changes between the first and the second reading, %s, is refused for that",
    async (_, from, to) => {
      const key = newKey();
      const rows = Array.from({ length: 90_000 }, (__, index) => ({
        time_ms: index,
        slot: index % 2,
        life: 1,
      }));
      const { combat, positions } = await writeRound(imports.folder, key, { positions: { rows } });
      const before = await readFile(positions);
      expect(before.length).toBeGreaterThan(4 << 20);
      const nothing = (): void => undefined;
      // When its first rows were stored.
      const change = (): void => {
        writeFileSync(positions, before.toString("latin1").replace(from, to), "latin1");
      };
      const progress = { surveyed: nothing, begin: nothing, rows: change, round: nothing };
      const report = await run([imports.folder], { progress });
      expect(await readFile(positions)).not.toEqual(before);
      expect(report.files.find(({ kind }) => kind === "positions")?.error?.code).toBe("E_FILE_CHANGED");
      expect(report.files.find(({ label }) => label === combat)?.fate).toBe("imported");
      expect((await contents(key))["player_positions"]).toEqual([]);
    },
  );

  test("that is gone when it is to be read is refused; the others go on", async () => {
    const key = newKey();
    const { positions } = await writeRound(imports.folder, key);
    const missing = path.join(imports.folder, "gone_combat.txt");
    const report = await importRounds(
      imports.sql,
      [missing, positions].map((file) => ({ path: file, isNamed: true })),
      { badRows: "reject-file", replace: false, dryRun: false },
    );
    expect(report.files).toMatchObject([
      { label: missing, fate: "rejected", error: { code: "E_READ", line: 0 } },
      { label: positions, fate: "imported" },
    ]);
  });

  test("a file that grows while it is read is taken as it was at first", async () => {
    const key = newKey();
    const { positions } = await writeRound(imports.folder, key, { all: { cutBytes: 0 } });
    const found = openPath({ path: positions, isNamed: true }, () => undefined);
    const first = await found.next();
    expect(first.done).toBe(false);
    await found.return(undefined);
    await appendFile(positions, "9999");
    expect((await run([positions])).rounds).toMatchObject([{ rows: { positions: 4 } }]);
  });
});

test("a file that is rejected again for the same reason is known, one that changed is news", async () => {
  const key = newKey();
  const { combat, heatmap } = await writeRound(imports.folder, key, {
    combat: { rows: [{ time_ms: 1, event: "fire", attacker_slot: 63 }] },
  });
  await writeFile(heatmap, "rubbish");
  const told = async (): Promise<unknown[]> =>
    (await run([imports.folder])).files.flatMap(({ error, isKnown }) => (error === null ? [] : [isKnown]));
  expect(await told()).toEqual([false, false]);
  const again = await run([imports.folder]);
  expect(again.files.filter(({ error }) => error !== null).map(({ isKnown }) => isKnown)).toEqual([
    true,
    true,
  ]);
  expect(again.totals).toMatchObject({ rejectedBefore: 2, files: { rejected: 2 } });
  expect((await run([imports.folder], { dryRun: true })).totals.rejectedBefore).toBe(2);
  await writeFile(heatmap, "other rubbish");
  await appendFile(combat, "#rubbish\n");
  expect(await told()).toEqual([false, false]);
});

describe("what other imports take for success is none here", () => {
  test("an empty file, garbage, a header alone, another tracker's file: each is refused or passed over, and counted", async () => {
    const key = newKey();
    const file = roundFile("positions", { header: { round_key: key }, rows: SOME_ROWS.positions });
    const header = file.subarray(0, file.indexOf("#columns"));
    await writeFile(path.join(imports.folder, "a_positions.txt"), "");
    await writeFile(path.join(imports.folder, "b_positions.txt"), Buffer.alloc(5000, 0x9f));
    await writeFile(path.join(imports.folder, "c_positions.txt"), header);
    await writeFile(
      path.join(imports.folder, "d_engagements.txt"),
      "# ENGAGEMENT_ANALYSIS\n# x\n1v1\t100.0\ta\tb\n",
    );
    await writeFile(path.join(imports.folder, "readme.md"), "hello");
    const report = await run([imports.folder]);
    expect(report.files.map(({ error, fate }) => [fate, error?.code])).toEqual([
      ["rejected", "E_EMPTY_FILE"],
      ["rejected", "E_NOT_ROUND_FILE"],
      ["rejected", "E_HEADER"],
      ["rejected", "E_FOREIGN_FORMAT"],
    ]);
    expect(report.totals.files.passedOver).toBe(1);
    expect(report.rounds).toEqual([]);
    // A file that the user names is never passed over in silence.
    const named = await run([path.join(imports.folder, "readme.md")]);
    expect(named.files).toMatchObject([{ fate: "rejected", error: { code: "E_NOT_ROUND_FILE" } }]);
  });

  test("the same round under a second name changes nothing, derived tables included", async () => {
    const key = newKey();
    const paths = await writeRound(imports.folder, key);
    await run([imports.folder]);
    const before = await contents(key);
    for (const file of Object.values(paths)) await copyFile(file, `${file}.copy`);
    expect((await readdir(imports.folder)).length).toBe(10);
    expect((await run([imports.folder])).rounds).toMatchObject([{ status: "skipped" }]);
    expect(await contents(key)).toEqual(before);
  });

  test("an error while the ledger is written undoes the round, and is no success", async () => {
    const key = newKey();
    await writeRound(imports.folder, key);
    await imports.sql.unsafe(`
      create function refuse() returns trigger language plpgsql as $$ begin raise 'no ledger today'; end $$;
      create trigger refuse before insert on import_files for each row execute function refuse()`);
    await expect(run([imports.folder])).rejects.toThrow("no ledger today");
    await imports.sql.unsafe("drop trigger refuse on import_files; drop function refuse()");
    expect(await imports.sql`select from rounds where round_key = ${key}`).toHaveLength(0);
    expect((await run([imports.folder])).rounds).toMatchObject([{ status: "imported", complete: true }]);
  });

  test("rows that the database drops in silence fail the file", async () => {
    const key = newKey();
    await writeRound(imports.folder, key);
    await imports.sql.unsafe(`
      create function lose() returns trigger language plpgsql as $$ begin return null; end $$;
      create trigger lose before insert on combat_events for each row when (new.event = 'kill') execute function lose()`);
    const report = await run([imports.folder]);
    await imports.sql.unsafe("drop trigger lose on combat_events; drop function lose()");
    expect(report.files.find(({ kind }) => kind === "combat")?.error).toMatchObject({
      code: "E_STORED_COUNT",
      message: "3 rows of combat were read, and the database has 2",
    });
    expect((await contents(key))["combat_events"]).toEqual([]);
  });
});
