import { describe, expect, test } from "vitest";

import { COLUMNS, KINDS } from "../../src/format/columns.ts";
import { NULL_KEY } from "../../src/parsers/row-values.ts";
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

describe("a whole file", () => {
  test.each(KINDS)("of %s gives header, players, rows and trailer", (kind) => {
    const result = readRoundFile(roundFile(kind, { rows: SOME_ROWS[kind] }));
    expect(result.fatal).toBeUndefined();
    expect(result.issues).toEqual([]);
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
          ["position_interval_ms", "1000"],
          ["grid_units", "512"],
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
      { time_ms: 20, slot: 5 },
      "#capture\tpositions\tfailed",
    ];
    const result = readRoundFile(
      roundFile("positions", { players: [alpha, bravo].filter((p) => p !== undefined), rows }),
    );
    expect(result.fatal).toBeUndefined();
    expect(result.rows.map(({ keys }) => keys)).toEqual([
      [10, 0],
      [20, 5],
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
      const { end, fatal, issues, rows } = readRoundFile(file.subarray(0, bytes));
      expect(issues).toEqual([]);
      expect(rows).toEqual(whole.rows.slice(0, rows.length));
      if (fatal === undefined) expect(end?.trailer).toBeUndefined();
      else expect(["E_EMPTY_FILE", "E_NOT_ROUND_FILE", "E_HEADER"]).toContain(fatal.code);
    }
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
    const { end, issues, rows } = badRow({ [name]: value });
    expect(issues).toMatchObject([{ code, line, column: columnOf(name), field: name }]);
    expect(end).toMatchObject({ rows: 2, badRows: 1 });
    expect(rows.map(({ row }) => row)).toEqual([1, 3]);
  });

  test("a slot twice at one time", () => {
    const rows = [
      { time_ms: 5, slot: 1 },
      { time_ms: 5, slot: 1 },
      { time_ms: 6, slot: 1 },
    ];
    expect(readRoundFile(roundFile("positions", { rows })).issues).toMatchObject([
      { code: "E_DUPLICATE_ROW", line, column: columnOf("slot"), text: "1" },
    ]);
  });

  test("high slots are told apart from low ones", () => {
    const players = [1, 33, 63].map((slot) => ({ slot, guid: String(slot), name: String(slot) }));
    const rows = [1, 33, 63].map((slot) => ({ time_ms: 5, slot }));
    expect(readRoundFile(roundFile("positions", { players, rows })).issues).toEqual([]);
  });

  test("words that are no choice, and choices in other letters", () => {
    const rows = [{ event: "Fire" }, { event: "fired" }, { event: "fir" }, { event: "fire" }];
    const { issues } = readRoundFile(roundFile("combat", { rows }));
    expect(issues.map(({ code, text }) => [code, text])).toEqual([
      ["E_CHOICE", "Fire"],
      ["E_CHOICE", "fired"],
      ["E_CHOICE", "fir"],
    ]);
  });

  test("fields too few, too many, and an empty line", () => {
    const good = rowLine("heatmap", {});
    const rows = [good.replace("\t", " "), `${good}\t1`, "", `${good}\r`];
    const { issues } = readRoundFile(roundFile("heatmap", { rows }));
    expect(issues.map(({ code }) => code)).toEqual([
      "E_FIELD_COUNT",
      "E_FIELD_COUNT",
      "E_FIELD_COUNT",
      "E_SYNTAX",
    ]);
    expect(issues[3]).toMatchObject({ field: "deaths", text: "0\\u{d}" });
  });

  test("a heatmap cell twice, an engagement twice, records without their number, side or player", () => {
    expect(
      readRoundFile(roundFile("heatmap", { rows: [{ cell_x: 1 }, { cell_x: 2 }, { cell_x: 1 }] })).issues,
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
    const { issues } = readRoundFile(roundFile("engagements", { rows }));
    expect(issues.map(({ code, field }) => [code, field])).toEqual([
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
    ["a later version", replaced("#prox", "#prox\theatmap\t2"), "E_FORMAT_VERSION", 1],
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
    ["an unknown capture state", replaced("#capture\tfire", "#capture\tfire\tmaybe"), "E_HEADER", 17],
    ["a capture twice", replaced("#capture\tfire", "#capture\tpositions\ton"), "E_HEADER", 17],
    ["other columns", replaced("#columns", "#columns\tcell_x\tcell_z"), "E_COLUMNS", 18],
    ["a row before the columns", [...without("#columns"), row], "E_HEADER", 18],
    ["an unknown note", [...header, "#comment\thello"], "E_NOTE", 19],
    ["a bad player note", [...header, "#player\t0\t64\tguid\tname\t1\t1\t0"], "E_NOTE", 19],
    [
      "players out of order of time",
      [...header, "#player\t9\t1\tg\tn\t1\t1\t0", "#player\t8\t1\tg\tn\t1\t1\t0"],
      "E_NOTE",
      20,
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
    ["another checksum", edited("adler32", "crc32"), "E_TRAILER"],
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
        expect(readRoundFile(bytes, {}, chunk).fatal).toMatchObject({ code: "E_LINE_TOO_LONG", line: 19 });
      }
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
    [
      "# PROXIMITY_TRACKER_V4\n# map=supply\n",
      "an engagements file of the slomix proximity tracker, format V4",
    ],
    ["# PROXIMITY_TRACKER_V6\n", "an engagements file of the slomix proximity tracker, format V6"],
  ])("%j is refused by name", (text, name) => {
    expect(readRoundFile(Buffer.from(text)).fatal).toMatchObject({
      code: "E_FOREIGN_FORMAT",
      message: `this is ${name}, which prox cannot read`,
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

test("reading the frame alone gives the same notes, without looking at rows", () => {
  const file = roundFile("combat", {
    rows: [...SOME_ROWS.combat, "#player\t9000\t3\tC\tcharlie\t1\t1\t0", "garbage"],
  });
  for (const chunk of [1, 7, 100, file.length]) {
    const frame = readRoundFile(file, { mode: "frame" }, chunk);
    expect(frame.notes).toEqual(readRoundFile(file).notes);
    expect(frame.rows).toEqual([]);
    expect(frame.end?.trailer?.rows).toBe(4);
  }
});
