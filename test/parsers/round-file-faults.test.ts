/** What the parser says of files that are not as the format says: code, line, column and offending text. */
import { describe, expect, test } from "vitest";

import { COLUMNS, type Kind } from "../../src/format/columns.ts";
import { ROUND_FILE_ERRORS } from "../../src/errors/file-errors.ts";
import { type Fault } from "../../src/parsers/fault.ts";
import { readRoundFile } from "../support/read-round-file.ts";
import {
  DEFAULT_PLAYERS,
  finishFile,
  headerLines,
  roundFile,
  rowLine,
  SOME_ROWS,
} from "../support/round-files.ts";

const positions = { rows: SOME_ROWS.positions };
/** Enough for the other files here. */
const MOST_CELLS = 10;

describe("every code", () => {
  const whole = roundFile("heatmap", { rows: [{ cell_x: 1 }] });
  const edited = (from: string | RegExp, to: string): Buffer =>
    Buffer.from(whole.toString("latin1").replace(from, to), "latin1");
  const rowsOf = (kind: Kind, rows: readonly (string | Record<string, string | number>)[]): Buffer =>
    roundFile(kind, { rows });
  const heatmapLine = headerLines("heatmap").length + 1;
  const positionLine = headerLines("positions").length + DEFAULT_PLAYERS.length + 1;
  const notes = (count: number): string[] =>
    Array.from({ length: count }, (_, time) => `#player\t${time}\t1\tG\tname\t1\t0\t0`);
  const FILES: Readonly<Record<keyof typeof ROUND_FILE_ERRORS, [bytes: Buffer, fault: Partial<Fault>]>> = {
    E_EMPTY_FILE: [Buffer.alloc(0), { line: 0 }],
    E_NOT_ROUND_FILE: [Buffer.from("hel\u001blo\nworld"), { line: 1, text: "hel\\u{1b}lo" }],
    E_FOREIGN_FORMAT: [Buffer.from("# HEATMAP_DATA\n"), { line: 1 }],
    E_FORMAT_VERSION: [edited("#prox\theatmap\t3", "#prox\theatmap\t99"), { line: 1, column: 3, text: "99" }],
    E_ENCODING: [
      edited("supply", "supp\u00ffy"),
      { line: 2, text: "#round_key\t".replace("\t", "\\u{9}") + "20260131-190500-supp\ufffdy-1-a1b2c3" },
    ],
    E_LINE_TOO_LONG: [
      rowsOf("heatmap", ["1".repeat(70_000)]),
      { line: heatmapLine, text: `${"1".repeat(60)}\u2026` },
    ],
    E_HEADER: [edited("#round\t1", "#round\t3"), { line: 5, column: 2, field: "round", text: "3" }],
    E_COLUMNS: [edited("cell_y", "cell_z"), { line: heatmapLine - 1, column: 3, text: "cell_z" }],
    E_NOTE: [rowsOf("heatmap", ["#remark\thello"]), { line: heatmapLine, column: 1, text: "#remark" }],
    E_TRAILER: [
      edited("finished", "fin\u202aished"),
      { line: heatmapLine + 4, column: 2, field: "end_reason" },
    ],
    E_ROW_COUNT: [edited("#rows\t1", "#rows\t2"), { line: heatmapLine + 11 }],
    E_CHECKSUM: [edited("\n1\t0\t1", "\n2\t0\t1"), { line: heatmapLine + 11, column: 3 }],
    E_AFTER_TRAILER: [
      Buffer.concat([whole, Buffer.from("1\t2\n")]),
      { line: heatmapLine + 12, text: "1\\u{9}2" },
    ],
    E_TOO_MANY_PLAYERS: [
      rowsOf("positions", notes(20_001)),
      { line: positionLine + 20_000 - DEFAULT_PLAYERS.length },
    ],
    E_FIELD_COUNT: [rowsOf("heatmap", ["1\t2"]), { line: heatmapLine, text: "1\\u{9}2" }],
    E_SYNTAX: [
      rowsOf("heatmap", [{ cell_x: "0x\u001b[31m" }]),
      { line: heatmapLine, column: 1, field: "cell_x", text: "0x\\u{1b}[31m" },
    ],
    E_RANGE: [rowsOf("heatmap", [{ team: 3 }]), { line: heatmapLine, column: 3, field: "team", text: "3" }],
    E_CHOICE: [
      rowsOf("combat", [{ event: "fly" }]),
      { line: positionLine, column: 2, field: "event", text: "fly" },
    ],
    E_NULL: [rowsOf("heatmap", [{ kills: "" }]), { line: heatmapLine, column: 4, field: "kills", text: "" }],
    E_TIME_ORDER: [
      rowsOf("positions", [{ time_ms: 9 }, { time_ms: 8 }]),
      { line: positionLine + 1, column: 1, field: "time_ms", text: "8" },
    ],
    E_UNKNOWN_PLAYER: [
      rowsOf("positions", [{ time_ms: 9, slot: 7 }]),
      { line: positionLine, column: 2, field: "slot", text: "7" },
    ],
    E_DUPLICATE_ROW: [
      rowsOf("positions", [{ time_ms: 9 }, { time_ms: 9 }]),
      { line: positionLine + 1, column: 2, field: "slot", text: "0" },
    ],
    E_TOO_MANY_ROWS: [
      rowsOf(
        "heatmap",
        Array.from({ length: MOST_CELLS + 1 }, (_, index) => `${index}\t0\t1\t0\t0`),
      ),
      { line: heatmapLine + MOST_CELLS },
    ],
  };

  test.each(Object.entries(FILES))(
    "%s, with its place and the offending text shown safely",
    (code, [bytes, fault]) => {
      const { fatal, faults } = readRoundFile(bytes, { maximumNumberedRows: MOST_CELLS });
      expect([...faults, fatal].find((found) => found !== undefined)).toMatchObject({ code, ...fault });
    },
  );

  test("is among these", () => {
    expect(Object.keys(FILES).sort()).toEqual(Object.keys(ROUND_FILE_ERRORS).sort());
  });
});

describe("what is wrong with a row is said with its place", () => {
  const names = COLUMNS.positions.map((column) => column.name);
  const columnOf = (name: string): number => names.indexOf(name) + 1;
  const badRow = (values: Record<string, string | number | null>) =>
    readRoundFile(
      roundFile("positions", {
        rows: [{ time_ms: 5, slot: 1 }, { time_ms: 6, slot: 0, ...values }, { time_ms: 7 }],
      }),
    );
  const line = headerLines("positions").length + DEFAULT_PLAYERS.length + 2;

  test.each([
    ["health", "", "E_NULL"],
    ["health", "1e2", "E_SYNTAX"],
    ["health", " 12", "E_SYNTAX"],
    ["health", "+12", "E_SYNTAX"],
    ["health", "0x1f", "E_SYNTAX"],
    ["health", "12.0", "E_SYNTAX"],
    ["health", "1001", "E_RANGE"],
    ["health", "0", "E_RANGE"],
    ["health", "99999999999999999999", "E_RANGE"],
    ["stance", "3", "E_RANGE"],
    ["x", "12", "E_SYNTAX"],
    ["x", "12.", "E_SYNTAX"],
    ["x", "12.34", "E_SYNTAX"],
    ["x", ".5", "E_SYNTAX"],
    ["x", "1.5e3", "E_SYNTAX"],
    ["x", "nan", "E_SYNTAX"],
    ["x", "inf", "E_SYNTAX"],
    ["x", "-", "E_SYNTAX"],
    ["x", "--1.0", "E_SYNTAX"],
    ["x", "65536.1", "E_RANGE"],
    ["x", "-65536.1", "E_RANGE"],
    ["slot", "64", "E_RANGE"],
    ["slot", "7", "E_UNKNOWN_PLAYER"],
    ["time_ms", "4", "E_TIME_ORDER"],
    ["x", "\u202e1.0\u0007", "E_SYNTAX"],
  ] as const)("%s = %j: %s", (name, value, code) => {
    const { end, faults, rows } = badRow({ [name]: value });
    expect(faults).toMatchObject([{ code, line, column: columnOf(name), field: name }]);
    expect(end).toMatchObject({ rows: 2, badRows: 1 });
    expect(rows.map(({ row }) => row)).toEqual([1, 3]);
  });

  test("a slot twice at one time", () => {
    const rows = [
      { time_ms: 5, slot: 1 },
      { time_ms: 5, slot: 1 },
      { time_ms: 6, slot: 1 },
    ];
    expect(readRoundFile(roundFile("positions", { rows })).faults).toMatchObject([
      { code: "E_DUPLICATE_ROW", line, column: columnOf("slot"), text: "1" },
    ]);
  });

  test("high slots are told apart from low ones", () => {
    const players = [1, 33, 63].map((slot) => ({ slot, guid: String(slot), name: String(slot) }));
    const rows = [1, 33, 63].map((slot) => ({ time_ms: 5, slot }));
    expect(readRoundFile(roundFile("positions", { players, rows })).faults).toEqual([]);
  });

  test("words that are no choice, and choices in other letters", () => {
    const rows = [{ event: "Fire" }, { event: "fired" }, { event: "fir" }, { event: "fire" }];
    const { faults } = readRoundFile(roundFile("combat", { rows }));
    expect(faults.map(({ code, text }) => [code, text])).toEqual([
      ["E_CHOICE", "Fire"],
      ["E_CHOICE", "fired"],
      ["E_CHOICE", "fir"],
    ]);
  });

  test("fields too few, too many, and an empty line", () => {
    const good = rowLine("heatmap", {});
    const rows = [good.replace("\t", " "), `${good}\t1`, "", `${good}\r`];
    const { faults } = readRoundFile(roundFile("heatmap", { rows }));
    expect(faults.map(({ code }) => code)).toEqual([
      "E_FIELD_COUNT",
      "E_FIELD_COUNT",
      "E_FIELD_COUNT",
      "E_SYNTAX",
    ]);
    expect(faults[3]).toMatchObject({ field: "deaths", text: "0\\u{d}" });
  });

  test("a heatmap cell twice, an engagement twice, records without their number, side or player", () => {
    expect(
      readRoundFile(roundFile("heatmap", { rows: [{ cell_x: 1 }, { cell_x: 2 }, { cell_x: 1 }] })).faults,
    ).toMatchObject([{ code: "E_DUPLICATE_ROW" }]);
    const engagement = { record: "engagement", engagement: 3 };
    const participant = { record: "participant", engagement: 3, side: "attackers", slot: 1 };
    const rows = [
      engagement,
      engagement,
      { ...engagement, engagement: null },
      { ...participant, engagement: null },
      { ...participant, side: null },
      { ...participant, slot: null },
      participant,
      participant,
      { record: "bait" },
    ];
    const { faults } = readRoundFile(roundFile("engagements", { rows }));
    expect(faults.map(({ code, field }) => [code, field])).toEqual([
      ["E_DUPLICATE_ROW", "engagement"],
      ["E_NULL", "engagement"],
      ["E_NULL", "engagement"],
      ["E_NULL", "side"],
      ["E_NULL", "slot"],
    ]);
  });
});

describe("what is wrong with the frame refuses the file", () => {
  const header = headerLines("heatmap");
  const row = rowLine("heatmap", {});
  const without = (start: string): string[] => header.filter((text) => !text.startsWith(start));
  const replaced = (start: string, text: string): string[] =>
    header.map((original) => (original.startsWith(start) ? text : original));

  test.each([
    ["an unknown kind", replaced("#prox", "#prox\tmovies\t1"), "E_HEADER", 1],
    ["a later version", replaced("#prox", "#prox\theatmap\t4"), "E_FORMAT_VERSION", 1],
    ["a missing key", without("#map\t"), "E_HEADER", 4],
    ["an unknown key", replaced("#map\t", "#planet\tearth"), "E_HEADER", 4],
    ["an empty round key", replaced("#round_key", "#round_key\t"), "E_HEADER", 2],
    ["a key twice", replaced("#map\t", "#match_key\tagain"), "E_HEADER", 4],
    [
      "a date that does not exist",
      replaced("#started_at", "#started_at\t2026-02-30T00:00:00Z"),
      "E_HEADER",
      6,
    ],
    ["a local time", replaced("#started_at", "#started_at\t2026-02-03T00:00:00+01:00"), "E_HEADER", 6],
    ["a round that is none", replaced("#round\t", "#round\t0"), "E_HEADER", 5],
    ["a bad SHA-1", replaced("#tracker_sha1", "#tracker_sha1\tABC"), "E_HEADER", 11],
    ["an unknown escape", replaced("#server_name", "#server_name\t\\q"), "E_HEADER", 9],
    ["a needless escape", replaced("#server_name", "#server_name\t\\x41"), "E_HEADER", 9],
    ["a NUL", replaced("#server_name", "#server_name\t\\x00"), "E_HEADER", 9],
    ["a raw control character", replaced("#server_name", "#server_name\t\u0001"), "E_HEADER", 9],
    ["an unknown capture state", replaced("#capture\tfire", "#capture\tfire\tmaybe"), "E_HEADER", 19],
    ["a capture twice", replaced("#capture\tfire", "#capture\tpositions\ton"), "E_HEADER", 19],
    ["other columns", replaced("#columns", "#columns\tcell_x\tcell_z"), "E_COLUMNS", 20],
    ["a row before the columns", [...without("#columns"), row], "E_HEADER", 20],
    ["an unknown note", [...header, "#comment\thello"], "E_NOTE", 21],
    ["a bad player note", [...header, "#player\t0\t64\tguid\tname\t1\t1\t0"], "E_NOTE", 21],
    [
      "players out of order of time",
      [...header, "#player\t9\t1\tg\tn\t1\t1\t0", "#player\t8\t1\tg\tn\t1\t1\t0"],
      "E_NOTE",
      22,
    ],
  ])("%s", (_, lines, code, line) => {
    expect(readRoundFile(finishFile(lines)).fatal).toMatchObject({ code, line });
  });

  test("a tracker without SHA-1 is fine", () => {
    expect(readRoundFile(finishFile(without("#tracker_sha1"))).fatal).toBeUndefined();
  });

  const file = roundFile("heatmap", { rows: [{ cell_x: 1 }, { cell_x: 2 }] });
  const edited = (from: string | RegExp, to: string): Buffer =>
    Buffer.from(file.toString("latin1").replace(from, to), "latin1");

  test.each([
    ["one changed digit", edited("\n2\t", "\n3\t"), "E_CHECKSUM"],
    ["a lost row", edited("\n2\t0\t1\t0\t0\n", "\n"), "E_ROW_COUNT"],
    ["another declared number", edited("#rows\t2", "#rows\t3"), "E_ROW_COUNT"],
    ["a row within the trailer", edited("#errors", `${row}\n#errors`), "E_AFTER_TRAILER"],
    ["a row after the trailer", Buffer.concat([file, Buffer.from(`${row}\n`)]), "E_AFTER_TRAILER"],
    ["a note after the trailer", Buffer.concat([file, Buffer.from("#errors\t0\n")]), "E_AFTER_TRAILER"],
    ["bytes after the trailer", Buffer.concat([file, Buffer.from("x")]), "E_AFTER_TRAILER"],
    ["the file twice", Buffer.concat([file, file]), "E_AFTER_TRAILER"],
    ["a missing trailer key", edited(/#errors\t0\n/, ""), "E_TRAILER"],
    ["an unknown end reason", edited("finished", "finito"), "E_TRAILER"],
    ["another checksum", edited("poly54", "crc32"), "E_TRAILER"],
    ["invalid UTF-8", edited("test", "te\u00ff"), "E_ENCODING"],
    ["no bytes", Buffer.alloc(0), "E_EMPTY_FILE"],
    ["CRLF", edited(/\n/g, "\r\n"), "E_FORMAT_VERSION"],
  ])("%s", (_, bytes, code) => {
    expect(readRoundFile(bytes).fatal).toMatchObject({ code });
  });

  test("rows later than the round's end", () => {
    const bytes = roundFile("positions", { ...positions, trailer: { end_ms: "1999" } });
    expect(readRoundFile(bytes).fatal).toMatchObject({ code: "E_TIME_ORDER" });
  });

  test("a line that never ends does not fill the memory", () => {
    const endless = Buffer.alloc(1_000_000, "1");
    const start = Buffer.from(header.map((text) => `${text}\n`).join(""));
    for (const bytes of [
      Buffer.concat([start, endless]),
      Buffer.concat([start, endless, Buffer.from("\n")]),
    ]) {
      for (const chunk of [1000, 100_000, 2_000_000]) {
        expect(readRoundFile(bytes, {}, chunk).fatal).toMatchObject({ code: "E_LINE_TOO_LONG", line: 21 });
      }
    }
  });
});
