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
    expect(report.totals.files).toMatchObject({ imported: 4, skipped: 4 });
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
        missing: ["combat", "engagements"],
        rows: { combat: null },
      },
    ]);
    expect((await run([combat])).rounds).toMatchObject([
      { status: "replaced", complete: false, missing: ["engagements"] },
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
