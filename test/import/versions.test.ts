/** Files of a round that is stored already: more of it, less of it, other versions of it. */
import path from "node:path";

import { describe, expect, test } from "vitest";

import { KINDS } from "../../src/format/columns.ts";
import { setUpImports } from "../support/import.ts";
import { SOME_ROWS, writeRound } from "../support/round-files.ts";

const imports = setUpImports();
const { contents, ledger, newKey, run } = imports;

describe("a round that grows", () => {
  test("cut files are stored as incomplete, and give way to the complete ones as if never stored", async () => {
    const [grown, fresh] = [newKey(), newKey()];
    await writeRound(imports.folder, grown, { all: { cutBytes: 3 } });
    const cut = await run([imports.folder]);
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
    await writeRound(imports.folder, grown);
    const whole = await run([imports.folder]);
    expect(whole.rounds).toMatchObject([
      { status: "replaced", complete: true, endReason: "finished", rows: { positions: 4 } },
    ]);
    await writeRound(path.join(imports.folder, "fresh"), fresh);
    await run([imports.folder]);
    expect(await contents(grown)).toEqual(await contents(fresh));
    expect((await run([imports.folder])).totals).toMatchObject({
      rows: 0,
      rounds: { skipped: 2, replaced: 0 },
    });
    expect((await ledger(grown)).map(({ kind, status }) => [kind, status])).toEqual(
      KINDS.flatMap((kind) => [
        [kind, "superseded"],
        [kind, "imported"],
      ]),
    );
  });

  test("of two cut files the longer counts, in whatever order they come", async () => {
    const key = newKey();
    const [short, long] = [path.join(imports.folder, "short"), path.join(imports.folder, "long")];
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
    await writeRound(path.join(imports.folder, "whole"), key);
    await writeRound(path.join(imports.folder, "cut"), key, { all: { cutBytes: 9 } });
    await run([path.join(imports.folder, "whole")]);
    expect((await run([path.join(imports.folder, "cut")])).rounds).toMatchObject([
      { status: "skipped", complete: true },
    ]);
    const both = newKey();
    await writeRound(path.join(imports.folder, "both"), both);
    await writeRound(path.join(imports.folder, "both"), both, { all: { cutBytes: 9 } });
    const report = await run([path.join(imports.folder, "both")]);
    expect(report.rounds).toMatchObject([{ status: "imported", complete: true, rows: { positions: 4 } }]);
    expect(report.totals.files).toMatchObject({ imported: 5, skipped: 5 });
  });

  test("a round that was broken off says why", async () => {
    const key = newKey();
    await writeRound(imports.folder, key, {
      all: { trailer: { end_reason: "map_restart", winner_team: undefined } },
    });
    expect((await run([imports.folder])).rounds).toMatchObject([
      { complete: false, endReason: "map_restart", missing: [] },
    ]);
    const [row] =
      await imports.sql`select is_complete, end_reason::text, winner_team from rounds where round_key = ${key}`;
    expect(row).toEqual({ is_complete: false, end_reason: "map_restart", winner_team: null });
  });

  test("files that are missing are named, and may come later", async () => {
    const key = newKey();
    const { combat, heatmap, positions } = await writeRound(imports.folder, key, { engagements: null });
    expect((await run([positions, heatmap])).rounds).toMatchObject([
      {
        status: "imported",
        complete: false,
        endReason: "finished",
        missing: ["combat", "engagements", "objectives"],
        rows: { combat: null },
      },
    ]);
    expect((await run([combat])).rounds).toMatchObject([
      { status: "replaced", complete: false, missing: ["engagements", "objectives"] },
    ]);
    await writeRound(imports.folder, key);
    expect((await run([imports.folder])).rounds).toMatchObject([
      { status: "replaced", complete: true, missing: [] },
    ]);
    const fresh = newKey();
    await writeRound(path.join(imports.folder, "fresh"), fresh);
    await run([path.join(imports.folder, "fresh")]);
    expect(await contents(key)).toMatchObject({ ...(await contents(fresh)), round: { rows_lost: 0 } });
  });

  test("captures that failed in any file are failed in the round", async () => {
    const key = newKey();
    await writeRound(imports.folder, key, {
      combat: { rows: [...SOME_ROWS.combat, "#capture\tfire\tfailed"] },
    });
    await run([imports.folder]);
    const [row] = await imports.sql`select captures from rounds where round_key = ${key}`;
    expect(row?.["captures"]).toEqual({ positions: "on", fire: "failed" });
  });
});

describe("rows that the server lost", () => {
  const lost = async (key: string): Promise<unknown> => {
    const [row] = await imports.sql`select rows_lost from rounds where round_key = ${key}`;
    return row?.["rows_lost"];
  };
  const broken = { end_reason: "map_restart", winner_team: undefined };

  test("are counted once when a broken-off file is replaced by what continues it", async () => {
    const key = newKey();
    await writeRound(path.join(imports.folder, "broken"), key, {
      combat: { trailer: { ...broken, rows_lost: "4" } },
      all: { trailer: { ...broken, rows_lost: "1" } },
    });
    await run([path.join(imports.folder, "broken")]);
    expect(await lost(key)).toBe(8);
    const more = [...SOME_ROWS.combat, { time_ms: 3000, event: "fire", attacker_slot: 1, weapon: 8 }];
    const { combat } = await writeRound(path.join(imports.folder, "whole"), key, {
      combat: { rows: more, trailer: { rows_lost: "5" } },
    });
    expect((await run([combat])).rounds).toMatchObject([{ status: "replaced" }]);
    expect(await lost(key)).toBe(9);
  });

  test("go with the complete file that --replace takes out, and come once from files that came later", async () => {
    const key = newKey();
    const first = await writeRound(path.join(imports.folder, "first"), key, {
      all: { trailer: { rows_lost: "3" } },
    });
    await run([first.combat]);
    await run([first.positions, first.heatmap]);
    expect(await lost(key)).toBe(9);
    const other = await writeRound(path.join(imports.folder, "other"), key, {
      positions: { rows: SOME_ROWS.positions.slice(0, 2) },
    });
    await run([other.positions], { replace: true });
    expect(await lost(key)).toBe(6);
  });
});

describe("two complete versions of a file", () => {
  test("are a conflict; what is stored stays, unless told otherwise", async () => {
    const key = newKey();
    const other = path.join(imports.folder, "other");
    await writeRound(path.join(imports.folder, "one"), key);
    await writeRound(other, key, { positions: { rows: SOME_ROWS.positions.slice(0, 2) } });
    await run([path.join(imports.folder, "one")]);
    const before = await contents(key);
    const conflict = await run([other]);
    expect(conflict.rounds).toMatchObject([{ status: "rejected", complete: true, rows: { positions: 4 } }]);
    expect(conflict.files.filter(({ fate }) => fate === "rejected")).toMatchObject([
      {
        kind: "positions",
        error: { code: "E_CONFLICT", message: expect.stringContaining("--replace") as string },
      },
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
    expect((await run([path.join(imports.folder, "one")])).rounds).toMatchObject([
      { status: "rejected", rows: { positions: 2 } },
    ]);
  });

  test("leave nobody behind who played in the replaced one alone", async () => {
    const key = newKey();
    const players = [
      { slot: 0, guid: "A".repeat(32), name: "stays" },
      { slot: 1, guid: "", name: "nameless one" },
      { slot: 2, guid: "", name: "nameless two" },
    ];
    await writeRound(path.join(imports.folder, "one"), key, { all: { players } });
    await run([path.join(imports.folder, "one")]);
    await writeRound(path.join(imports.folder, "two"), key, {
      all: { players: players.slice(0, 2) },
      heatmap: { rows: [] },
    });
    const { rounds: reported } = await run([path.join(imports.folder, "two")], { replace: true });
    expect(reported).toMatchObject([{ status: "replaced", complete: true }]);
    expect(
      await imports.sql`
        select slot, s.name from round_players s join rounds using (round_id) where round_key = ${key} order by slot`,
    ).toEqual([
      { slot: 0, name: "stays" },
      { slot: 1, name: "nameless one" },
    ]);
    expect(await imports.sql`select name from players where name like 'nameless%'`).toEqual([
      { name: "nameless one" },
    ]);
  });
});

describe("an unfinished file gives way only to what continues it", () => {
  /** The rows that the database has of a round; nothing of it may change. */
  const unchanged = async (key: string, before: unknown): Promise<void> => {
    expect(await contents(key)).toEqual(before);
  };
  const empty = { rows: [] };
  const forged = {
    positions: empty,
    combat: empty,
    engagements: empty,
    heatmap: empty,
    objectives: empty,
  };

  test("a forged end with no rows is a conflict for a person, told once, and --replace decides it", async () => {
    const key = newKey();
    await writeRound(path.join(imports.folder, "cut"), key, { all: { cutBytes: 0 } });
    await run([path.join(imports.folder, "cut")]);
    const before = await contents(key);
    const end = path.join(imports.folder, "forged");
    await writeRound(end, key, forged);
    const report = await run([end]);
    expect(report.rounds).toMatchObject([{ status: "rejected", complete: false, rows: { positions: 4 } }]);
    expect(report.files.map(({ error, kind }) => [kind, error?.code])).toEqual(
      KINDS.map((kind) => [kind, "E_CONFLICT"]),
    );
    expect(report.files[0]?.error?.message).toMatch(
      /^an unfinished file of this round and kind is stored \(.*\.part\), and this one does not continue it; --replace /,
    );
    await unchanged(key, before);
    expect((await run([end])).totals.rejectedBefore).toBe(5);
    expect((await run([end], { replace: true })).rounds).toMatchObject([
      { status: "replaced", complete: true, rows: { positions: 0 } },
    ]);
  });

  test.each([
    ["another module", { header: { tracker_sha1: "f".repeat(40) } }],
    ["other players", { players: [{ slot: 0, guid: "E".repeat(32), name: "someone else" }] }],
    ["another version", { header: { tracker_version: "0.2.0" } }],
  ])("not to a file of %s with the same rows and more", async (_, all) => {
    const key = newKey();
    const { combat } = await writeRound(path.join(imports.folder, "cut"), key, { combat: { cutBytes: 0 } });
    await run([combat]);
    const before = await contents(key);
    const rows = [
      ...SOME_ROWS.combat
        .filter((row) => row["event"] === "fire")
        .map((row) => ({ ...row, attacker_slot: 0 })),
      { time_ms: 3000, event: "fire", attacker_slot: 0, weapon: 8 },
    ];
    const other = await writeRound(path.join(imports.folder, "other"), key, { combat: { rows }, all });
    expect((await run([other.combat])).files).toMatchObject([{ error: { code: "E_CONFLICT" } }]);
    await unchanged(key, before);
  });

  test("not to another unfinished file, longer or of the same size; a shorter one is skipped", async () => {
    const key = newKey();
    const cut = { cutBytes: 0 };
    const [first, second, third] = SOME_ROWS.combat;
    const write = (folder: string, rows: readonly unknown[]): Promise<{ combat: string }> =>
      writeRound(path.join(imports.folder, folder), key, { combat: { rows: rows as never, ...cut } });
    const stored = await write("stored", [first, second]);
    await run([stored.combat]);
    const before = await contents(key);
    const longer = await write(
      "longer",
      [second, first, third].map((row) => ({ ...row, time_ms: 1400 })),
    );
    const equal = await write("equal", [{ ...first, weapon: 3 }, second]);
    const shorter = await write("shorter", [first]);
    expect((await run([longer.combat])).files).toMatchObject([{ error: { code: "E_CONFLICT" } }]);
    expect((await run([equal.combat])).files).toMatchObject([{ error: { code: "E_CONFLICT" } }]);
    expect((await run([shorter.combat])).files).toMatchObject([{ fate: "skipped" }]);
    await unchanged(key, before);
  });

  test("an unfinished file that is no beginning of the complete one that is stored is no older version of it", async () => {
    const key = newKey();
    const whole = await writeRound(path.join(imports.folder, "whole"), key, { combat: empty });
    await run([whole.combat]);
    const rows = Array.from({ length: 40 }, (_, index) => ({
      ...SOME_ROWS.combat[0],
      time_ms: 1400 + index,
    }));
    const cut = await writeRound(path.join(imports.folder, "cut"), key, { combat: { rows, cutBytes: 0 } });
    const [file] = (await run([cut.combat], { replace: true })).files;
    expect(file?.error).toMatchObject({
      code: "E_CONFLICT",
      message: expect.stringMatching(/this unfinished one is not its beginning$/) as string,
    });
  });

  test("the heatmap, which is written as a whole each time, to one whose counts only grew", async () => {
    const key = newKey();
    const cell = (cell_x: number, kills: number) => ({ cell_x, cell_y: 0, team: 1, kills, deaths: 0 });
    const write = async (folder: string, rows: readonly ReturnType<typeof cell>[], cutBytes?: number) => {
      const values = cutBytes === undefined ? { rows } : { rows, cutBytes };
      return (await writeRound(path.join(imports.folder, folder), key, { heatmap: values })).heatmap;
    };
    const kills = async () =>
      (await run([])).rounds.length === 0 &&
      imports.sql`select cell_x, kills from proximity_heatmap h join rounds using (round_id)
        where round_key = ${key} order by cell_x`;
    await run([await write("cut", [cell(1, 1), cell(2, 3)], 0)]);
    // As many bytes, and more in them.
    expect((await run([await write("grown", [cell(1, 2), cell(2, 3)], 0)])).files).toMatchObject([
      { fate: "imported" },
    ]);
    expect((await run([await write("less", [cell(1, 9), cell(2, 2), cell(3, 1)])])).files).toMatchObject([
      { error: { code: "E_CONFLICT" } },
    ]);
    expect((await run([await write("old", [cell(1, 1)], 0)])).files).toMatchObject([{ fate: "skipped" }]);
    expect(await kills()).toEqual([
      { cell_x: 1, kills: 2 },
      { cell_x: 2, kills: 3 },
    ]);
    expect((await run([await write("end", [cell(1, 2), cell(2, 4), cell(3, 1)])])).files).toMatchObject([
      { fate: "imported" },
    ]);
  });

  test("in one import too: what is found first stays", async () => {
    const key = newKey();
    await writeRound(imports.folder, key);
    await writeRound(imports.folder, key, {
      combat: { rows: [{ time_ms: 1, event: "fire", attacker_slot: 0 }], cutBytes: 0 },
      all: { cutBytes: 0 },
    });
    const report = await run([imports.folder]);
    expect(report.totals.files).toMatchObject({ imported: 5, skipped: 4, rejected: 1 });
    expect(report.files.find(({ error }) => error !== null)).toMatchObject({
      kind: "combat",
      error: { code: "E_CONFLICT", message: expect.stringContaining("was found before") as string },
    });
  });

  test("of files that an earlier prox stored nobody knows how they began: module and size decide", async () => {
    const key = newKey();
    await writeRound(path.join(imports.folder, "cut"), key, { all: { cutBytes: 3 } });
    await run([path.join(imports.folder, "cut")]);
    await imports.sql`update import_files set (beginning_bytes, beginning_sha256) = (null, null) where round_key = ${key}`;
    const before = await contents(key);
    const forgedEnd = path.join(imports.folder, "forged");
    await writeRound(forgedEnd, key, { ...forged, heatmap: null });
    const other = path.join(imports.folder, "other");
    await writeRound(other, key, { all: { header: { tracker_sha1: "f".repeat(40) } } });
    for (const folder of [forgedEnd, other]) {
      const { files } = await run([folder]);
      expect(new Set(files.map(({ error }) => error?.code))).toEqual(new Set(["E_CONFLICT"]));
    }
    await unchanged(key, before);
    await writeRound(path.join(imports.folder, "whole"), key);
    expect((await run([path.join(imports.folder, "whole")])).rounds).toMatchObject([
      { status: "replaced", complete: true, rows: { positions: 4 } },
    ]);
  });
});
