import { describe, expect, test } from "vitest";

import { COLUMNS, KINDS } from "../../src/format/columns.ts";
import { NULL_KEY } from "../../src/parsers/row-values.ts";
import { readRoundFile } from "../support/read-round-file.ts";
import { DEFAULT_PLAYERS, roundFile, rowLine, SOME_ROWS } from "../support/round-files.ts";

const positions = { rows: SOME_ROWS.positions };

describe("a whole file", () => {
  test.each(KINDS)("of %s gives header, players, rows and trailer", (kind) => {
    const result = readRoundFile(roundFile(kind, { rows: SOME_ROWS[kind] }));
    expect(result.fatal).toBeUndefined();
    expect(result.faults).toEqual([]);
    expect(result.rows.map(({ line }) => line)).toEqual(
      SOME_ROWS[kind].map((row) => `${rowLine(kind, row)}\n`),
    );
    expect(result.rows.map(({ row }) => row)).toEqual(SOME_ROWS[kind].map((_, index) => index + 1));
    expect(result.end).toMatchObject({ rows: SOME_ROWS[kind].length, badRows: 0, tornBytes: 0 });
    expect(result.end?.trailer).toMatchObject({
      endMs: 600000,
      endReason: "finished",
      winnerTeam: 2,
      frameMeanUs: 12.5,
    });
  });

  test("says what its header says", () => {
    const result = readRoundFile(
      roundFile("combat", { header: { server_name: "tab\tback\\slash\u0001\n" } }),
    );
    expect(result.notes[0]).toEqual({
      type: "header",
      header: {
        kind: "combat",
        attackingTeam: null,
        formatVersion: 3,
        piece: 1,
        beganMs: 50,
        columns: COLUMNS.combat.map(({ name }) => name),
        roundKey: "20260131-190500-supply-1-a1b2c3",
        matchKey: "20260131-190500-supply-a1b2c3",
        map: "supply",
        round: 1,
        startedAt: "2026-01-31T19:05:00Z",
        gameType: 3,
        timeLimitMs: 720000,
        serverName: "tab\tback\\slash\u0001\n",
        trackerVersion: "0.1.0",
        trackerSha1: "0123456789abcdef0123456789abcdef01234567",
        engineVersion: "v2.83.1",
        luaVersion: "Lua 5.4",
        config: new Map([
          ["prox_sample_ms", "1000"],
          ["prox_heatmap_cell_units", "512"],
        ]),
        captures: new Map([
          ["positions", "on"],
          ["fire", "on"],
        ]),
      },
    });
  });

  test("states players anywhere, and rows may name them from there on", () => {
    const [alpha, bravo] = DEFAULT_PLAYERS;
    const rows = [
      { time_ms: 10, slot: 0 },
      "#player\t20\t5\t\tnameless\t2\t4\t1",
      {
        time_ms: 20,
        slot: 5,
        life: 3,
        x: -100.5,
        y: 0.1,
        z: 24.5,
        class: 4,
        speed_ups: 270,
        stationary_ms: 40,
      },
      "#capture\tpositions\tfailed",
    ];
    const result = readRoundFile(
      roundFile("positions", { players: [alpha, bravo].filter((p) => p !== undefined), rows }),
    );
    expect(result.fatal).toBeUndefined();
    // Coordinates in tenths of a unit.
    expect(result.rows.map(({ keys }) => keys)).toEqual([
      [10, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      [20, 5, 3, -1005, 1, 245, 4, 270, 40, 0, 0, 0],
    ]);
    expect(result.notes).toContainEqual({
      type: "player",
      player: { timeMs: 20, slot: 5, guid: "", name: "nameless", team: 2, class: 4, isBot: true },
    });
    expect(result.notes).toContainEqual({ type: "capture", capture: { name: "positions", state: "failed" } });
  });

  test("keeps empty fields apart from zero", () => {
    const result = readRoundFile(roundFile("combat", { rows: [{ event: "hit", target_slot: 0 }] }));
    expect(result.rows[0]?.keys).toEqual([0, NULL_KEY, 0]);
  });

  test("reads the same in chunks of any size", () => {
    const file = roundFile("engagements", { rows: [...SOME_ROWS.engagements, "#capture\tbait\tfailed"] });
    const whole = readRoundFile(file);
    for (let bytes = 1; bytes < 300; bytes++) expect(readRoundFile(file, {}, bytes)).toEqual(whole);
  });

  test("with more rows than a batch holds gives every one", () => {
    const rows = Array.from({ length: 10_000 }, (_, index) => ({ time_ms: index, slot: index % 2 }));
    const result = readRoundFile(roundFile("positions", { rows }));
    expect(result.rows.map(({ keys }) => keys[0])).toEqual(rows.map((row) => row.time_ms));
    expect(result.rows.map(({ row }) => row)).toEqual(rows.map((_, index) => index + 1));
  });
});

describe("a file that was cut", () => {
  test("ends without trailer; its torn last line is dropped and counted", () => {
    const result = readRoundFile(roundFile("positions", { ...positions, cutBytes: 5 }));
    expect(result.fatal).toBeUndefined();
    expect(result.end).toMatchObject({ trailer: undefined, rows: 3, badRows: 0 });
    expect(result.end?.tornBytes).toBeGreaterThan(0);
    expect(result.end?.lastTimeMs).toBe(2000);
  });

  test("at a line's end loses nothing", () => {
    const result = readRoundFile(roundFile("positions", { ...positions, cutBytes: 0 }));
    expect(result.end).toMatchObject({ trailer: undefined, rows: 4, tornBytes: 0 });
  });

  test("at any byte is a shorter valid file, or is refused for its header", () => {
    const file = roundFile("combat", { rows: SOME_ROWS.combat });
    const whole = readRoundFile(file);
    for (let bytes = 0; bytes < file.length; bytes++) {
      const { end, fatal, faults, rows } = readRoundFile(file.subarray(0, bytes));
      expect(faults).toEqual([]);
      expect(rows).toEqual(whole.rows.slice(0, rows.length));
      if (fatal === undefined) expect(end?.trailer).toBeUndefined();
      else expect(["E_EMPTY_FILE", "E_NOT_ROUND_FILE", "E_HEADER"]).toContain(fatal.code);
    }
  });
});

describe("files of other formats", () => {
  test.each([
    [
      "# POSITION_TRACKER_DATA\n# clientnum\ttime\n",
      "a positions file of the hand-written proximity tracker 1",
    ],
    ["# COMBAT_EVENTS_DATA\r\n", "a combat file of the hand-written proximity tracker 1"],
    ["# ENGAGEMENT_ANALYSIS\n", "an engagements file of the hand-written proximity tracker 1"],
    ["# HEATMAP_DATA\n", "a heatmap file of the hand-written proximity tracker 1"],
    ["# PROXIMITY_TRACKER_V2\n# map=supply\n", "a file of the slomix proximity tracker, format V2"],
    ["# PROXIMITY_TRACKER_V3\n", "a file of the slomix proximity tracker, format V3"],
  ])("%j is refused by name", (text, name) => {
    expect(readRoundFile(Buffer.from(text)).fatal).toMatchObject({
      code: "E_FOREIGN_FORMAT",
      message: expect.stringMatching(
        new RegExp(`^this is ${name}, which prox cannot read: .+; leave it out$`),
      ) as string,
    });
  });

  test("anything else is no round file", () => {
    for (const bytes of [
      Buffer.from("hello"),
      Buffer.alloc(5000),
      Buffer.from([0x1f, 0x8b, 8, 0]),
      Buffer.from("\n\n"),
    ]) {
      expect(readRoundFile(bytes).fatal).toMatchObject({ code: "E_NOT_ROUND_FILE" });
    }
  });
});

test("reading the notes alone gives the same notes, without looking at rows", () => {
  const file = roundFile("combat", {
    rows: [...SOME_ROWS.combat, "#player\t9000\t3\tC\tcharlie\t1\t1\t0", "garbage"],
  });
  for (const chunk of [1, 7, 100, file.length]) {
    const read = readRoundFile(file, { mode: "notes" }, chunk);
    expect(read.notes).toEqual(readRoundFile(file).notes);
    expect(read.rows).toEqual([]);
    expect(read.end?.trailer?.rows).toBe(4);
  }
});
