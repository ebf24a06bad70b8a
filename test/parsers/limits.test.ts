/** The edges of what a file may hold, each from both sides; chunks, batches, and what the frame tells. */
import { describe, expect, test } from "vitest";

import type { Kind } from "../../src/format/columns.ts";
import { LIMITS } from "../../src/format/limits.ts";
import { RoundFileParser } from "../../src/parsers/round-file.ts";
import { batchBytes } from "../../src/parsers/row-batcher.ts";
import { readRoundFile, type ReadResult } from "../support/read-round-file.ts";
import { finishFile, headerLines, roundFile, rowLine, SOME_ROWS } from "../support/round-files.ts";

/** Reads a file in both lanes, which must agree. */
function read(bytes: Buffer): ReadResult {
  const result = readRoundFile(bytes);
  expect(readRoundFile(bytes, { useFastLane: false })).toEqual(result);
  return result;
}
const codesOf = ({ fatal, faults }: ReadResult): (string | undefined)[] =>
  [...faults, fatal].map((fault) => fault?.code).filter((code) => code !== undefined);

describe("at a limit, and one beyond", () => {
  const header = headerLines("heatmap");
  const withSettings = (count: number): Buffer => {
    const settings = Array.from({ length: count }, (_, index) => `#config\tname_${index}\t1`);
    return finishFile(header.flatMap((line) => (line.startsWith("#config\tprox_s") ? settings : [line])));
  };
  const withPlayers = (count: number): Buffer =>
    finishFile([...headerLines("positions"), ...Array<string>(count).fill("#player\t5\t1\tG\tn\t1\t0\t0")]);
  const withAnnouncements = (count: number): Buffer =>
    finishFile([...headerLines("objectives"), ...Array<string>(count).fill("#announce\t5\tDynamite!")]);
  const longRow = (bytes: number): Buffer => finishFile([...header, "1".repeat(bytes)]);
  const longNote = (bytes: number): Buffer => finishFile([...header, "#player".padEnd(bytes, "1")]);
  const named = (bytes: number): Buffer =>
    roundFile("heatmap", { header: { server_name: `${"x".repeat(bytes - 2)}é` } });
  const ending = (endMs: number, values: Readonly<Record<string, string>>, timeMs = 0): Buffer =>
    roundFile("positions", {
      header: values,
      rows: [{ time_ms: timeMs }],
      trailer: { end_ms: String(endMs) },
    });
  const limited = { time_limit_ms: "60000" };
  // The trailer of the files here says that they ended ten minutes after they began.
  const unlimited = { time_limit_ms: "0" };

  test.each([
    ["settings", withSettings(LIMITS.settings - 1), withSettings(LIMITS.settings), "E_HEADER"],
    [
      "player notes",
      withPlayers(LIMITS.playerNotes),
      withPlayers(LIMITS.playerNotes + 1),
      "E_TOO_MANY_PLAYERS",
    ],
    [
      "announcements",
      withAnnouncements(LIMITS.announceNotes),
      withAnnouncements(LIMITS.announceNotes + 1),
      "E_NOTE",
    ],
    ["bytes of a text", named(LIMITS.textBytes), named(LIMITS.textBytes + 1), "E_HEADER"],
    ["an end after the time limit", ending(3_660_000, limited), ending(3_660_001, limited), "E_TRAILER"],
    ["an end without a time limit", ending(4_200_000, unlimited), ending(4_200_001, unlimited), "E_TRAILER"],
    [
      "an end after the last row",
      ending(3_760_000, limited, 160_000),
      ending(3_760_001, limited, 160_000),
      "E_TRAILER",
    ],
    [
      "an end before the last row",
      ending(160_000, limited, 160_000),
      ending(159_999, limited, 160_000),
      "E_TIME_ORDER",
    ],
  ])("%s", (_, good, bad, code) => {
    expect(codesOf(readRoundFile(good))).toEqual([]);
    expect(codesOf(readRoundFile(bad))).toEqual([code]);
  });

  test.each([
    ["a row", longRow(LIMITS.lineBytes), longRow(LIMITS.lineBytes + 1), "E_FIELD_COUNT"],
    ["a note", longNote(LIMITS.lineBytes), longNote(LIMITS.lineBytes + 1), "E_NOTE"],
  ])("bytes of %s", (_, good, bad, otherwise) => {
    for (const chunkBytes of [1000, 1_000_000]) {
      expect(codesOf(readRoundFile(good, {}, chunkBytes))).toEqual([otherwise]);
      expect(codesOf(readRoundFile(bad, {}, chunkBytes))).toEqual(["E_LINE_TOO_LONG"]);
    }
  });

  test("too many settings and players are named", () => {
    const line = header.findIndex((text) => text.startsWith("#config")) + 1;
    expect(readRoundFile(withSettings(LIMITS.settings)).fatal).toMatchObject({
      line: line + LIMITS.settings,
      message: "too many `config` lines",
    });
    expect(readRoundFile(withPlayers(LIMITS.playerNotes + 1)).fatal?.message).toBe(
      "more than 20000 `#player` lines",
    );
  });
});

describe("a file in chunks", () => {
  const rows = [...SOME_ROWS.positions, { time_ms: 3000, slot: 9 }, "#player\t4000\t9\tG\tn\t1\t0\t0"];
  const bytes = roundFile("positions", { rows: [...rows, { time_ms: 5000, slot: 9 }, { time_ms: 6000 }] });

  test.each([1, 2, 3, 7, 31, 100, 1000])("of %i bytes is the same file", (chunkBytes) => {
    expect(readRoundFile(bytes, {}, chunkBytes)).toEqual(read(bytes));
    expect(readRoundFile(bytes.subarray(0, -3), {}, chunkBytes)).toEqual(read(bytes.subarray(0, -3)));
  });

  test("numbers the rows over a bad one and over notes", () => {
    const { end, rows: found } = read(bytes);
    expect(found.map(({ row }) => row)).toEqual([1, 2, 3, 4, 6, 7]);
    expect(end).toMatchObject({ rows: 6, badRows: 1, tornBytes: 0, lastTimeMs: 6000 });
  });

  test("of which only the frame is read has the same notes, at the same lines", () => {
    const { end, notes, rows: found } = readRoundFile(bytes, { mode: "notes" });
    expect(notes).toEqual(read(bytes).notes);
    expect(found).toEqual([]);
    expect(end).toMatchObject({ rows: 0, lastTimeMs: 4000 });
    const bad = roundFile("positions", { rows: [...SOME_ROWS.positions, "#remark"] });
    const fatal = read(bad).fatal;
    expect(fatal).toMatchObject({ code: "E_NOTE" });
    expect(readRoundFile(bad, { mode: "notes" }).fatal).toEqual(fatal);
    expect(readRoundFile(bad, { mode: "notes" }, 10).fatal).toEqual(fatal);
  });

  test("that has another checksum and other rows passes where only the frame is read", () => {
    const other = Buffer.from(bytes.toString("latin1").replace("\n5000\t", "\nnonsense\t"), "latin1");
    expect(read(other).fatal).toMatchObject({ code: "E_CHECKSUM" });
    expect(readRoundFile(other, { mode: "notes" }).fatal).toBeUndefined();
  });
});

describe("batches", () => {
  const line = rowLine("heatmap", {});
  const cells = (count: number): string[] =>
    Array.from({ length: count }, (_, index) => line.replace(/^0/, String(index)));
  /** Rows, first row and bytes of each batch. */
  function batchesOf(rows: readonly string[], useFastLane: boolean): number[][] {
    const parser = new RoundFileParser({ useFastLane });
    const found: number[][] = [];
    for (const event of parser.push(roundFile("heatmap", { rows })))
      if (event.type === "rows")
        found.push([event.batch.count, event.batch.firstRow, batchBytes(event.batch)]);
    expect(parser.end()).toMatchObject({ rows: rows.filter((row) => row !== "bad").length });
    return found;
  }
  const bytesOf = (rows: readonly string[]): number => rows.join("\n").length + 1;

  test.each([
    ["few rows", cells(3), [[3, 1]]],
    ["as many as fit", cells(4096), [[4096, 1]]],
    [
      "one more",
      cells(4097),
      [
        [4096, 1],
        [1, 4097],
      ],
    ],
    [
      "a bad row between",
      [...cells(2), "bad", ...cells(5).slice(2)],
      [
        [2, 1],
        [3, 4],
      ],
    ],
    [
      "a bad row, and many after it",
      ["bad", ...cells(4100)],
      [
        [4096, 2],
        [4, 4098],
      ],
    ],
  ])("%s", (_, rows, batches) => {
    const withBytes = batches.map(([count = 0, firstRow = 0]) => {
      return [count, firstRow, bytesOf(rows.slice(firstRow - 1, firstRow - 1 + count))];
    });
    for (const useFastLane of [true, false]) expect(batchesOf(rows, useFastLane)).toEqual(withBytes);
  });
});

describe("what the frame tells", () => {
  test("of a player", () => {
    const notes = ["#player\t7\t3\tGUID\t^1na\\\\me\t2\t4\t0", "#player\t8\t4\t\t\t0\t0\t1"];
    const { notes: found } = read(roundFile("positions", { players: [], rows: notes }));
    const players = found.flatMap((note) => (note.type === "player" ? [note.player] : []));
    expect(players).toEqual([
      { timeMs: 7, slot: 3, guid: "GUID", name: "^1na\\me", team: 2, class: 4, isBot: false },
      { timeMs: 8, slot: 4, guid: "", name: "", team: 0, class: 0, isBot: true },
    ]);
  });

  test("of a capture", () => {
    const { notes } = read(roundFile("combat", { rows: ["#capture\thit\tby_state"] }));
    expect(notes).toContainEqual({ type: "capture", capture: { name: "hit", state: "by_state" } });
  });

  test.each([
    [
      "all of it",
      { rows_lost: "3", frame_worst_ms: "4", heap_kb: "5", errors: "6" },
      { winnerTeam: 2, rowsLost: 3, frameMeanUs: 12.5, frameWorstMs: 4, heapKb: 5, errors: 6 },
    ],
    [
      "what must be there",
      { winner_team: undefined, frame_mean_us: undefined, frame_worst_ms: undefined, heap_kb: undefined },
      { winnerTeam: null, rowsLost: 0, frameMeanUs: null, frameWorstMs: null, heapKb: null, errors: 0 },
    ],
  ])("of the end: %s", (_, trailer, values) => {
    const bytes = roundFile("heatmap", { rows: [{}], trailer });
    expect(read(bytes).end?.trailer).toEqual({
      rows: 1,
      endedAt: "2026-01-31T19:15:00Z",
      endMs: 600000,
      endReason: "finished",
      ...values,
      checksum: /\t([0-9a-f]+)\n$/.exec(bytes.toString())?.[1],
    });
  });

  test("of a later piece, and of a file that does not know of pieces", () => {
    const header = (bytes: Buffer): unknown => read(bytes).notes[0];
    const later = roundFile("heatmap", { header: { piece: "2", began_ms: "70000" } });
    expect(header(later)).toMatchObject({ header: { piece: 2, beganMs: 70000 } });
    const first = roundFile("heatmap", { version: 1 });
    expect(header(first)).toMatchObject({ header: { piece: 1, beganMs: null } });
  });

  test.each([
    ["2026-01-31T19:05:00.5Z", true],
    ["2026-01-31T19:05:00.123456Z", true],
    ["2024-02-29T00:00:00Z", true],
    ["1970-01-01T00:00:00Z", true],
    ["1969-12-31T23:59:59Z", false],
    ["2026-01-31T19:05:00.1234567Z", false],
    ["2026-01-31T24:00:00Z", false],
    ["2026-13-01T00:00:00Z", false],
    ["2025-02-29T00:00:00Z", false],
  ])("of a time: %s", (started_at, isGood) => {
    expect(codesOf(readRoundFile(roundFile("heatmap", { header: { started_at } })))).toEqual(
      isGood ? [] : ["E_HEADER"],
    );
  });
});

describe("rows that are told apart", () => {
  const repeated = (kind: Kind, rows: readonly string[], players: readonly number[] = []): void => {
    const notes = players.map((slot) => `#player\t0\t${slot}\tG\tn\t1\t0\t0`);
    const { end, faults } = read(roundFile(kind, { players: [], rows: [...notes, ...rows, ...rows] }));
    expect(end).toMatchObject({ rows: rows.length, badRows: rows.length });
    expect(new Set(faults.map(({ code }) => code))).toEqual(new Set(["E_DUPLICATE_ROW"]));
  };

  test("by cell and team", () => {
    const places = [-65536, -65535, -1, 0, 1, 65535, 65536];
    const cells = places.flatMap((x) =>
      places.flatMap((y) => [1, 2].map((team) => `${x}\t${y}\t${team}\t0\t0`)),
    );
    repeated("heatmap", cells);
  });

  test("by slot at a time", () => {
    const slots = [0, 1, 30, 31, 32, 33, 62, 63];
    const row = (slot: number, timeMs: number): string => rowLine("positions", { time_ms: timeMs, slot });
    repeated(
      "positions",
      slots.map((slot) => row(slot, 7)),
      slots,
    );
    const later = slots.map((slot) => row(slot, 8));
    const notes = slots.map((slot) => `#player\t0\t${slot}\tG\tn\t1\t0\t0`);
    const rows = [...notes, ...slots.map((slot) => row(slot, 7)), ...later];
    expect(codesOf(read(roundFile("positions", { players: [], rows })))).toEqual([]);
  });

  test("by the number of an engagement, which other records may repeat", () => {
    const number = { engagement: 3 };
    const rows = [
      { record: "engagement", ...number },
      { record: "participant", ...number, side: "attackers", slot: 1 },
      { record: "participant", ...number, side: "attackers", slot: 1 },
      { record: "trade", ...number },
      { record: "engagement", engagement: 4 },
      { record: "engagement", ...number },
    ];
    expect(codesOf(read(roundFile("engagements", { rows })))).toEqual(["E_DUPLICATE_ROW"]);
  });
});
